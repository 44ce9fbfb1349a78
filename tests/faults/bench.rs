//! `lotse bench` at its smallest: each figure is there, above nothing, and beside its yardstick. How fast anything is, no test says.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{place::Place, stand::ROLES};

/// Each figure, its yardstick from the same run, and where the one stands as a multiple of the other.
const FIGURES: [(&str, &str, Option<&str>); 6] = [
    (
        "/commands/rounds/0/register_case/per_second",
        "/commands/rounds/0/yardstick/per_second",
        Some("/commands/register_case_share/median"),
    ),
    (
        "/commands/rounds/0/propose_episode/per_second",
        "/commands/rounds/0/yardstick/per_second",
        Some("/commands/propose_episode_share/median"),
    ),
    (
        "/commands/rounds/0/propose_episode_at_half/p99_ms",
        "/commands/rounds/0/yardstick/mean_ms",
        Some("/commands/half_load_multiple/median"),
    ),
    ("/lives/rounds/0/whole", "/lives/rounds/0/bare", None),
    ("/deadlines/per_second", "/deadlines/bare_per_second", None),
    ("/simulation/seconds", "/simulation/bare_seconds", None),
];

pub async fn a_bench_sets_each_figure_beside_its_yardstick() {
    let place = Place::new("bench");
    let small =
        ["--seconds", "1", "--rounds", "1", "--clients", "2", "--lives", "1", "--simulated", "3", "--fates", "20"];
    let told = place.lotse(&[&["bench", "--json"], small.as_slice()].concat()).output().await.expect("the executable");
    assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
    let report: Value = serde_json::from_slice(&told.stdout).expect("JSON and nothing else");
    let figure = |pointer: &str| {
        let found = report.pointer(pointer).and_then(Value::as_f64);
        found.filter(|figure| *figure > 0.0).unwrap_or_else(|| unreachable!("no figure at {pointer}: {report:#}"))
    };

    for (measured, yardstick, multiple) in FIGURES {
        let quotient = figure(measured) / figure(yardstick);
        let told = multiple.map_or(quotient, figure);
        assert!((told / quotient - 1.0).abs() < 1e-6, "{measured}: {told}, not {quotient}");
    }
    for role in ROLES {
        let (idle, after) = (figure(&format!("/memory/{role}/idle_kib")), figure(&format!("/memory/{role}/after_kib")));
        assert!(after >= idle, "{role} held {idle} KiB idle and {after} KiB at most");
    }
    for pointer in ["/start_seconds", "/cores", "/fates/seconds", "/fates/taken", "/fates/refused"] {
        figure(pointer);
    }
    assert_eq!(report["commands"]["rounds"].as_array().map(Vec::len), Some(1), "{report:#}");
    assert!(report["commands"]["rounds"][0]["outbox_backlog"].is_u64(), "{report:#}");
    let asked =
        [("/seconds", 1), ("/clients", 2), ("/lives/lives", 1), ("/simulation/episodes", 3), ("/fates/lives", 20)];
    assert!(asked.iter().all(|(pointer, of)| report.pointer(pointer) == Some(&Value::from(*of))), "{report:#}");
    assert_eq!(report["optimised"], Value::from(!cfg!(debug_assertions)), "what such a build measures says nothing");
    assert_eq!((place.left_in_tmp(), place.left_at_work()), (BTreeSet::new(), BTreeSet::new()));
}

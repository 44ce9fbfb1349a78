//! `lotse bench`, `lotse bench worklist` and `lotse bench watch` at their smallest: each figure is there, above nothing, and beside its yardstick. How fast anything is, no test says.

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

/// Without a fault. A build that is not optimised has no goal to miss; another one says which it has missed.
fn ended_well(told: &std::process::Output) -> bool {
    let missed = !cfg!(debug_assertions) && String::from_utf8_lossy(&told.stderr).contains("goals missed: ");
    told.status.code() == Some(i32::from(missed))
}

pub async fn a_bench_sets_each_figure_beside_its_yardstick() {
    let place = Place::new("bench");
    let small =
        ["--seconds", "1", "--rounds", "1", "--clients", "2", "--lives", "1", "--simulated", "3", "--fates", "20"];
    let told = place.lotse(&[&["bench", "--json"], small.as_slice()].concat()).output().await.expect("the executable");
    assert!(ended_well(&told), "{}", String::from_utf8_lossy(&told.stderr));
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

/// Every question, its most milliseconds, and whether so small jobcenters have an answer to it.
const QUESTIONS: [(&str, f64, bool); 16] = [
    ("Worklist of a case manager: own", 50.0, true),
    ("… own, a page far down", 50.0, true),
    ("Worklist of a team lead: team", 50.0, true),
    ("… team, a page far down", 50.0, true),
    ("Worklist of a team lead: team, in case management", 50.0, true),
    ("… team, in case management, a page far down", 50.0, true),
    ("Worklist of a placement officer: own, outside", 50.0, true),
    ("… own, outside, a page far down", 50.0, true),
    ("Worklist of a placement officer: jobcenter", 50.0, true),
    ("… jobcenter, a page far down", 50.0, true),
    ("Search: a frequent name", 150.0, true),
    ("Search: given and family name, umlauts as two letters", 150.0, true),
    ("Search: a rare name with a slip of the pen", 150.0, false),
    ("Search: the beginning of a name", 150.0, true),
    ("Search: words in another form", 150.0, true),
    ("Search: a customer number", 150.0, true),
];

pub async fn a_bench_of_worklists_asks_every_question() {
    let place = Place::new("bench-worklist");
    let small = ["--jobcenters", "2", "--episodes", "300", "--duties", "1500", "--seconds", "1", "--clients", "2"];
    let told = place.lotse(&[&["bench", "worklist", "--json"], small.as_slice()].concat()).output().await;
    let told = told.expect("the executable");
    assert!(ended_well(&told), "{}", String::from_utf8_lossy(&told.stderr));
    let report: Value = serde_json::from_slice(&told.stdout).expect("JSON and nothing else");
    // Beside what was asked for stand the episode and the person on the watch after which the others are made.
    for (field, expected) in [("jobcenters", 2), ("episodes", 301), ("cases", 602), ("clients", 2), ("seconds", 1)] {
        assert_eq!(report[field], Value::from(expected), "{field}: {report:#}");
    }
    assert!(report["duties"].as_u64() > Some(1500), "{report:#}");
    let mean = report["yardstick"]["mean_ms"].as_f64().filter(|mean| *mean > 0.0).expect("a yardstick");
    let questions = report["questions"].as_array().expect("questions");
    assert_eq!(questions.len(), QUESTIONS.len(), "{report:#}");
    for (question, (what, goal, answered)) in questions.iter().zip(QUESTIONS) {
        let figure = |pointer: &str| question.pointer(pointer).and_then(Value::as_f64).expect(pointer);
        assert_eq!((question["what"].as_str(), figure("/goal_ms")), (Some(what), goal));
        assert!(
            figure("/figures/done") > 0.0 && figure("/figures/p99_ms") >= figure("/figures/p50_ms"),
            "{question:#}"
        );
        assert!((figure("/multiple") - figure("/figures/p99_ms") / mean).abs() < 1e-6, "{question:#}");
        assert!(!answered || figure("/entries") > 0.0, "nobody has an answer: {question:#}");
    }
    assert_eq!(report["optimised"], Value::from(!cfg!(debug_assertions)), "what such a build measures says nothing");
    let too_few = place.lotse(&["bench", "worklist", "--episodes", "300", "--duties", "1199"]).output().await;
    let too_few = too_few.expect("the executable");
    let complaint = String::from_utf8_lossy(&too_few.stderr).into_owned();
    assert!(too_few.status.code() == Some(1) && complaint.contains("four duties"), "{complaint}");
    assert_eq!((place.left_in_tmp(), place.left_at_work()), (BTreeSet::new(), BTreeSet::new()));
}

/// For more people than a page holds something comes on the one day.
pub async fn a_bench_of_the_watch_sweeps_a_day_whole() {
    const PEOPLE: i64 = 200_200;
    let place = Place::new("bench-watch");
    let asked = ["bench", "watch", "--json", "--jobcenters", "1", "--people", "200200"];
    let told = place.lotse(&asked).output().await.expect("the executable");
    assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
    let report: Value = serde_json::from_slice(&told.stdout).expect("JSON and nothing else");
    let number = |field: &str| report[field].as_i64().unwrap_or_else(|| unreachable!("no {field}: {report:#}"));
    let seconds = |field: &str| report[field].as_f64().filter(|seconds| *seconds > 0.0).expect(field);
    assert_eq!((number("people"), number("jobcenters")), (PEOPLE, 1));
    assert_eq!(number("opened") + number("escalated"), number("due"), "each step of the day, once: {report:#}");
    assert!(number("opened") > 1_000 && number("escalated") > 500, "{report:#}");
    assert_eq!(number("pages"), number("due") / 1_000 + 1, "{report:#}");
    // Openings of a day are one notice for each officer; nobody escalates for the first time.
    assert!((1..=400).contains(&number("notices")), "{report:#}");
    assert!(seconds("seconds") >= seconds("slowest_page_seconds") && seconds("bare_seconds") > 0.0, "{report:#}");
    assert!((seconds("goal_seconds") - 6.006).abs() < 1e-6, "{report:#}");
    assert_eq!(report["optimised"], Value::from(!cfg!(debug_assertions)), "what such a build measures says nothing");
    assert_eq!((place.left_in_tmp(), place.left_at_work()), (BTreeSet::new(), BTreeSet::new()));
}

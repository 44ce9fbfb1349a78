//! `lotse explain --against`: a jobcenter's own rules decide, and whoever is not answered hears why.

use std::process::Output;

use serde_json::Value;

use super::{Desk, printed};
use crate::place::Place;

/// A jobcenter takes half a year off the regular maximum.
const RULES: &str = r#"
journey: Achtzehn Monate
jobcenter: { id: musterstadt, land: NW }
people:
  doris: { roles: [team-lead], team: u25 }
  gerda: { roles: [team-lead], team: ue25 }
steps:
  - on: 2031-03-03
    as: doris
    call: lotse.cases.v1.PolicyService/DraftPolicy
    request:
      parent: "${jobcenter}"
      policy:
        key: POLICY_KEY_REGULAR_MAXIMUM
        valid_from_date: 2031-04-01
        legal_basis: Dienstanweisung 7/2031
        open_duties: OPEN_DUTIES_KEEP
        parameters:
          - { name: months, number: 18 }
          - { name: first_notice_months, number: 3 }
          - { name: second_notice_months, number: 1 }
          - { name: grace_working_days, number: 1 }
          - { name: approver, code: TEAM_LEAD }
          - { name: extension_months, number: 24 }
          - { name: extension_opening_days, number: 30 }
          - { name: extension_anchor, code: LIKE_NUMBERED_DAY }
    save: { policy: name }
  - as: gerda
    call: lotse.cases.v1.PolicyService/ValidatePolicy
    request: { name: "${policy}" }
  - as: gerda
    call: lotse.cases.v1.PolicyService/ApprovePolicy
    request: { name: "${policy}" }
"#;

/// Where no jobcenter changed anything, both ways answer in the same words.
const ALIKE: [&str; 9] = [
    "deadline --from 2026-08-31 --months 6 --shift backward --place BY/09761000",
    "deadline --former-end 2030-02-28 --months 6 --month-end --place NW",
    "deadline --from 2026-02-10 --at end --and-half-month --weeks 2 --grace 1 --place NW",
    "timer T4 --t0 2028-08-31 --fact 2026-08-31 --extend-months 6 --place SN/14625020/WARTHA",
    "notice --posted 2026-03-02 --channel abroad --received 2026-03-16 --place NW",
    "objection --posted 2026-03-02 --place NW --wrong-instruction",
    "day 2026-06-04 --place TH",
    "holidays 2026 --place BY",
    "policy MEDIATION --on 2026-06-30",
];

const TIMER: &str = "timer regular-maximum --t0 2031-04-10 --place NW";
const AT_HOME: &str = "musterstadt";

/// One desk for all of it.
pub async fn a_jobcenter_answers_by_its_own_rules() {
    let place = Place::new("answers");
    let mut desk = Desk::set_up(&place).await;
    let played = desk.plays("rules.yaml", RULES, &[]).await;
    assert!(played.status.success(), "{}", printed(&played));

    its_own_version_decides(&place, &desk).await;
    what_it_did_not_change_is_told_alike(&place, &desk).await;
    who_is_not_answered_hears_why(&place, &desk).await;
    desk.ends_on_ctrl_c(&place).await;
}

/// Asks this release, whatever token lies around.
async fn here(place: &Place, line: &str) -> Output {
    let words: Vec<&str> = ["explain"].into_iter().chain(line.split_whitespace()).collect();
    place.lotse(&words).env("LOTSE_TOKEN", "of.no.matter").output().await.expect("the executable")
}

/// Asks the desk with a token of the surroundings.
async fn there(place: &Place, address: &str, token: &str, line: &str) -> Output {
    let words = ["explain", "--against", address].into_iter().chain(line.split_whitespace());
    let words: Vec<&str> = words.collect();
    place.lotse(&words).env("LOTSE_TOKEN", token).output().await.expect("the executable")
}

fn answered(output: &Output) -> String {
    assert_eq!((output.status.code(), output.stderr.is_empty()), (Some(0), true), "{}", printed(output));
    String::from_utf8(output.stdout.clone()).expect("a text")
}

async fn its_own_version_decides(place: &Place, desk: &Desk) {
    let anna = desk.token("anna");
    let asked = async |line: &str| {
        let theirs = format!("{line} --jobcenter {AT_HOME}");
        (answered(&here(place, line).await), answered(&there(place, desk.address(), anna, &theirs).await))
    };
    let (federal, local) = asked(&format!("{TIMER} --json")).await;
    let due = |text: &str| {
        let answer: Value = serde_json::from_str(text).expect("JSON");
        (answer["due_date"].clone(), answer["policy"]["citation"].clone())
    };
    assert_eq!(due(&federal), ("2033-04-10".into(), "federal/REGULAR_MAXIMUM/1".into()));
    assert_eq!(due(&local), ("2032-10-10".into(), "musterstadt/REGULAR_MAXIMUM/1".into()));
    let (federal, local) = asked(TIMER).await;
    assert!(federal.contains("Regel             R108, federal/REGULAR_MAXIMUM/1"), "{federal}");
    assert!(local.contains("Regel             R108, musterstadt/REGULAR_MAXIMUM/1"), "{local}");

    let (federal, local) = asked("policy regular-maximum --on 2031-04-01").await;
    assert!(federal.starts_with("federal/REGULAR_MAXIMUM/1"), "{federal}");
    assert!(local.starts_with("musterstadt/REGULAR_MAXIMUM/1, ab 01.04.2031\n"), "{local}");
    assert!(local.contains("Dienstanweisung 7/2031") && local.contains("18 Monate"), "{local}");
    let (federal, local) = asked("policy regular-maximum --on 2031-03-31").await;
    assert_eq!(federal, local, "the day before it is the federal one still");
    let (federal, local) = asked("policy --on 2031-04-01").await;
    let others = |text: &str| text.lines().filter(|line| !line.starts_with("REGULAR_MAXIMUM ")).count();
    assert_eq!(others(&federal) + 1, local.lines().count(), "{local}");
    assert!(local.contains("musterstadt/REGULAR_MAXIMUM/1"), "{local}");
    assert!(local.contains("MEDIATION              keine Fassung"), "{local}");

    let (nation, land) = asked("holidays 2031").await;
    assert!(!nation.contains("Allerheiligen") && land.contains("Allerheiligen"), "{land}");
}

async fn what_it_did_not_change_is_told_alike(place: &Place, desk: &Desk) {
    for line in ALIKE {
        for manner in ["", "--english", "--json"] {
            let line = format!("{line} {manner}");
            let federal = answered(&here(place, &line).await);
            let asked = format!("{line} --jobcenter jobcenters/{AT_HOME}");
            assert_eq!(answered(&there(place, desk.address(), desk.token("anna"), &asked).await), federal, "{line}");
        }
    }
}

async fn who_is_not_answered_hears_why(place: &Place, desk: &Desk) {
    let (address, anna) = (desk.address(), desk.token("anna"));
    let extension = format!("timer T4 --t0 2033-04-10 --fact 2031-03-10 --extend-months 61 --jobcenter {AT_HOME}");
    let at_home = format!("{TIMER} --jobcenter {AT_HOME}");
    let typed = format!("{at_home} --token e30.e30.e30");
    let refused = [
        (address, "e30.e30.e30", &*at_home, 1, "--token: wird nicht anerkannt"),
        (address, anna, &*typed, 1, "--token: wird nicht anerkannt"),
        (address, anna, "policy --english --token e30 --jobcenter musterstadt", 1, "--token: is not accepted"),
        (address, anna, "day 2026-11-18 --jobcenter nirgendwo", 1, "--jobcenter: nirgendwo gibt es nicht, oder"),
        (address, anna, "holidays 2026 --jobcenter nirgendwo", 1, "--jobcenter: nirgendwo gibt es nicht, oder"),
        (address, anna, "policy ESCALATION --jobcenter nirgendwo", 1, "--jobcenter: nirgendwo gibt es nicht, oder"),
        (address, anna, "day 2026-11-18 --jobcenter Muster/Stadt", 2, "--jobcenter: "),
        (address, anna, &*extension, 2, "--extend-months: "),
        (
            address,
            anna,
            "policy MEDIATION --on 2026-07-01 --jobcenter musterstadt",
            2,
            "--on: für den 01.07.2026 gilt dort",
        ),
        (address, "", "day 2026-11-18 --jobcenter musterstadt", 2, "--token: fehlt"),
        (address, anna, "day 2026-11-18", 2, "--jobcenter: fehlt"),
        // Nobody listens at the first port.
        ("http://127.0.0.1:1", anna, &*at_home, 1, "--against: http://127.0.0.1:1 antwortet nicht"),
        ("127.0.0.1:1", anna, &*at_home, 2, "--against: ist keine Adresse"),
    ];
    for (address, token, line, code, why) in refused {
        let told = there(place, address, token, line).await;
        assert_eq!((told.status.code(), told.stdout.is_empty()), (Some(code), true), "{line}: {}", printed(&told));
        assert!(printed(&told).contains(why), "{line}: {}", printed(&told));
        assert!(token.is_empty() || !printed(&told).contains(token), "the token is repeated: {}", printed(&told));
    }
    for (option, line) in [("--token", "policy --token e30"), ("--jobcenter", "policy --jobcenter musterstadt")] {
        let told = here(place, line).await;
        assert_eq!((told.status.code(), told.stdout.is_empty()), (Some(2), true), "{line}: {}", printed(&told));
        assert!(printed(&told).contains(&format!("{option}: gehört zu --against")), "{line}: {}", printed(&told));
    }
}

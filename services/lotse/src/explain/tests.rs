//! `lotse explain` as it is typed: golden answers, and what is wrong with a question.
//!
//! `UPDATE_GOLDEN=1` rewrites `golden/`.

use std::path::{Path, PathBuf};

use clap::Parser;
use jiff::civil::date;

use super::{Explain, Unexplained};

#[derive(Debug, Parser)]
struct Typed {
    #[command(flatten)]
    explain: Explain,
}

/// What is typed, and the file that holds the answer.
const TYPED: [(&str, &str); 21] = [
    ("deadline_backward", "deadline --from 2026-08-31 --months 6 --shift backward --place BY/09761000"),
    ("deadline_forward", "deadline --from 31.08.2026 --months 6 --shift forward --place NW"),
    ("deadline_from_start", "deadline --first-day 2026-01-31 --months 1 --and-half-month --grace 1"),
    ("deadline_month_end", "deadline --from 2026-02-10 --at end --shift court --english"),
    ("deadline_extended", "deadline --former-end 2030-02-28 --months 6 --month-end"),
    ("deadline_chain", "deadline --from 2026-08-31 --months 6 --number 3 --json"),
    ("timer_t2", "timer T2 --t0 2026-08-31 --slot 3"),
    ("timer_t13", "timer T13 --t0 2026-08-31 --slot 2 --place NW"),
    ("timer_last_review", "timer T2 --t0 2026-08-31 --slot 2 --last-review 2027-02-15"),
    ("timer_extension", "timer t4 --t0 2028-08-31 --fact 2026-08-31 --extend-months 6 --place SN/14625020/WARTHA"),
    ("timer_unverified", "timer mediation-end --from 2026-06-01 --english"),
    ("notice", "notice --posted 2026-03-02 --channel post"),
    ("notice_abroad", "notice --posted 2026-03-02 --channel abroad --received 2026-03-16 --json"),
    ("objection", "objection --posted 2026-03-02 --place NW"),
    ("age", "age --born 2001-06-15 --years 25"),
    ("age_limit", "age --born 1960-02-29 --english"),
    ("day", "day 2026-11-18 --place SN"),
    ("day_open", "day 2026-06-04 --place TH --json"),
    ("holidays", "holidays 2026 --place BY"),
    ("policy", "policy MEDIATION --on 2026-06-30"),
    ("policies", "policy --on 2026-06-30"),
];

fn answer(line: &str) -> Result<String, Unexplained> {
    let typed = Typed::try_parse_from(["explain"].into_iter().chain(line.split_whitespace())).expect(line);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(typed.explain.answer(date(2026, 11, 21), None))
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain/golden").join(format!("{name}.txt"))
}

#[test]
fn answers_are_the_ones_that_were_agreed() {
    for (name, line) in TYPED {
        let found = format!("$ lotse explain {line}\n{}", answer(line).expect(line));
        // The variable is this test's own switch and no configuration of a role.
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(golden(name), &found).expect("the golden file");
        }
        let agreed = std::fs::read_to_string(golden(name)).unwrap_or_default();
        assert_eq!(found, agreed, "{name}; UPDATE_GOLDEN=1 if it is meant");
    }
    let files = std::fs::read_dir(golden("").parent().expect("a folder")).expect("golden files").count();
    assert_eq!(files, TYPED.len(), "a golden file without a line");
}

#[test]
fn what_is_wrong_is_told_with_the_way_out() {
    let wrong = [
        ("deadline --from 2026-06-31 --months 6", "--from: den 31.06.2026 gibt es nicht"),
        ("deadline --from 2026-06-30 --months -1", "--months: muss zwischen 1 und 1200 liegen"),
        ("deadline --from 2026-06-30 --years 10000", "--years: muss zwischen 1 und 100 liegen"),
        ("deadline --from 2026-06-30", "--months: die Länge fehlt; zum Beispiel --months 6"),
        ("deadline --from 2026-06-30 --months sechs", "--months: ist keine ganze Zahl"),
        ("deadline --from morgen --months 6", "--from: ist kein Datum der Form 31.08.2026 oder 2026-08-31"),
        ("deadline --from 2026-06-30 --months 6 --place XX", "--place: das Land gibt es nicht; es gibt BB, BE"),
        ("deadline --from 2026-06-30 --months 6 --place NW/09761000", "die Gemeinde liegt in Bayern"),
        ("deadline --from 2026-06-30 --months 6 --place 0976", "8 Ziffern; zum Beispiel BY/09761000"),
        ("deadline --from 2026-06-30 --months 6 --number 201", "--number: muss zwischen 1 und 200 liegen"),
        ("deadline --from 2026-06-30 --months 6 --grace 11", "--grace: muss zwischen 0 und 10 liegen"),
        ("age --born 2001-02-29 --years 25", "--born: den 29.02.2001 gibt es nicht"),
        ("age --born 2001-06-15 --years 0", "--years: muss zwischen 1 und 120 liegen"),
        ("timer T14 --t0 2026-06-30", "TIMER: das sind mehrere: REDUCTION_FINDING (T14)"),
        ("timer T99 --t0 2026-06-30", "TIMER: den gibt es nicht; es gibt ELIGIBILITY_RECHECK (T1)"),
        ("timer T17 --t0 2026-06-30 --slot 2", "--slot: gehört nicht zu dieser Frage; die Angabe weglassen"),
        ("timer T2 --t0 2026-08-31 --last-review 2026-08-30", "--last-review: darf nicht vor dem 31.08.2026 liegen"),
        ("timer T17 --t0 2026-08-31 --last-review 2026-09-30", "--last-review: gehört nicht zu dieser Frage"),
        ("timer T4 --t0 2028-08-31 --fact 2026-08-31", "--extend-months: fehlt"),
        ("timer T4 --t0 2028-08-31 --fact 2026-08-31 --extend-months 61", "--extend-months: muss zwischen 1 und"),
        ("timer T2 --t0 2026-08-31 --interval 3", "--interval: gehört nicht zu dieser Frage; die Angabe weglassen"),
        ("timer mediation-end --t0 2026-07-01", "--t0: für den 01.07.2026 ist keine Fassung dieser Regel bekannt"),
        ("notice --channel post", "--posted: fehlt"),
        ("notice --posted 2026-03-02 --channel abroad", "--received: fehlt: das Recht vermutet hier keinen Tag"),
        ("notice --posted 2026-03-02 --received 2026-03-01", "--received: darf nicht vor dem 02.03.2026 liegen"),
        ("objection", "--posted: fehlt"),
        ("notice --posted 2004-12-31", "--posted: für den 31.12.2004 ist keine Fassung dieser Regel bekannt"),
        ("objection --known 2004-12-31", "--known: für den 31.12.2004 ist keine Fassung dieser Regel bekannt"),
        ("day 2004-12-31", "DATE: muss zwischen 2005 und 2100 liegen"),
        ("holidays 2101", "YEAR: muss zwischen 2005 und 2100 liegen"),
        ("policy --token x", "--token: gehört zu --against; weglassen, oder mit --against die Adresse nennen"),
        ("policy --jobcenter musterstadt", "--jobcenter: gehört zu --against; weglassen, oder mit --against die"),
        ("day 2026-11-18 --against 127.0.0.1:7000 --jobcenter m --token x", "--against: ist keine Adresse"),
        ("day 2026-11-18 --against http://127.0.0.1:1 --jobcenter m", "--token: fehlt; ein Token nennen, hier oder in"),
        ("day 2026-11-18 --against http://127.0.0.1:1 --token x", "--jobcenter: fehlt; zum Beispiel --jobcenter"),
        ("policy NICHTS", "KEY: den Schlüssel gibt es nicht; es gibt ADMISSION_CRITERIA"),
        (
            "policy MEDIATION --on 2026-07-01",
            "--on: für den 01.07.2026 gilt keine Fassung; es gibt 01.07.2023 bis 30.06.2026",
        ),
    ];
    for (line, words) in wrong {
        let told = answer(line).expect_err(line).to_string();
        assert!(told.starts_with("so lässt sich das nicht beantworten:\n"), "{line}: {told}");
        assert!(told.contains(words), "{line}: {told}");
        let english = answer(&format!("{line} --english")).expect_err(line).to_string();
        assert!(english.starts_with("this cannot be answered:\n"), "{line}: {english}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let told = answer("notice --posted 2026-02-30 --received 1600-01-01 --place XX/1").expect_err("wrong").to_string();
    assert_eq!(told.lines().count(), 5, "{told}");
    assert!(!told.contains("darf nicht vor"), "{told}");
}

#[test]
fn every_policy_that_holds_is_told() {
    for key in lotse_kernel::policy::PolicyKey::ALL {
        let on = if key.code() == "MEDIATION" { "2026-06-30" } else { "2026-11-21" };
        let told = answer(&format!("policy {key} --on {on}")).expect("a version");
        assert!(told.contains("Rechtsgrundlage"), "{told}");
    }
    let all = answer("policy").expect("keys");
    assert!(all.contains("MEDIATION              keine Fassung"), "{all}");
}

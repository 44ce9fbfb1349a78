//! The shipped defaults hold to their schema; versions are chosen by the date of the fact.

use jiff::civil::{Date, date};

use super::{
    Book, Fact, Jurisdiction, OpenDuties, Parameters, PolicyKey, PolicyVersion, Transition, Value, federal,
    rules::{self, Mediation, Reduction, RegularMaximum, Rule as _},
    schema,
};

fn federal_book() -> &'static Book {
    Book::federal().unwrap()
}

fn maximum(jurisdiction: Jurisdiction, version: i32, valid_from: Date, months: i64, open: OpenDuties) -> PolicyVersion {
    let federal = federal::of(PolicyKey::RegularMaximum).unwrap().remove(0);
    PolicyVersion {
        version,
        jurisdiction,
        valid_from,
        parameters: federal.parameters.with("months", Value::Number(months)),
        transition: Transition { fact: Fact::Assignment, open_duties: open },
        ..federal
    }
}

fn here() -> Jurisdiction {
    Jurisdiction::Jobcenter("musterstadt".to_owned())
}

fn months_of(book: &Book, fact_on: Date, today: Date) -> i32 {
    book.rule::<RegularMaximum>(fact_on, today).unwrap().unwrap().rule.months
}

#[test]
fn every_shipped_version_is_sound_and_read_as_its_rule() {
    for key in PolicyKey::ALL {
        let versions = federal::of(*key).unwrap();
        assert!(!versions.is_empty(), "{key}");
        for version in &versions {
            assert_eq!(version.faults(), [], "{}", version.citation());
            assert_eq!(rules::readable(version), Ok(()));
        }
        for (index, pair) in versions.windows(2).enumerate() {
            assert_eq!(
                pair[0].valid_to.map(|last| last.tomorrow().unwrap()),
                Some(pair[1].valid_from),
                "{key} has a gap"
            );
            assert_eq!(pair[1].version, i32::try_from(index).unwrap() + 2);
        }
    }
}

#[test]
fn the_phases_of_the_law_are_versions() {
    let book = federal_book();
    let today = date(2026, 11, 21);
    let percent = |breach_on| book.rule::<Reduction>(breach_on, today).unwrap().unwrap().rule.breach_percent;
    assert_eq!(percent(date(2019, 11, 4)), [30, 60, 100]);
    assert_eq!(percent(date(2023, 6, 30)), [30]);
    assert_eq!(percent(date(2023, 7, 1)), [10, 20, 30]);
    assert_eq!(percent(date(2026, 6, 30)), [10, 20, 30], "by the breach, never by today");
    assert_eq!(percent(date(2026, 7, 1)), [30]);
    let mediation = |opened_on| book.rule::<Mediation>(opened_on, today).unwrap().map(|found| found.rule.weeks);
    assert_eq!(mediation(date(2023, 6, 30)), None);
    assert_eq!(mediation(date(2026, 6, 30)), Some(4));
    assert_eq!(mediation(date(2026, 7, 1)), None);
}

#[test]
fn what_is_second_hand_says_so() {
    let book = federal_book();
    let governs = |key, day| book.governing(key, day, day).unwrap().unverified;
    assert!(governs(PolicyKey::Reduction, date(2026, 7, 1)));
    assert!(governs(PolicyKey::PlanUpdate, date(2026, 7, 1)));
    assert!(!governs(PolicyKey::NoticeFiction, date(2026, 7, 1)));
}

#[test]
fn the_narrower_jurisdiction_wins_from_its_first_day_on() {
    let local = maximum(here(), 1, date(2026, 9, 1), 18, OpenDuties::Keep);
    let land = maximum(Jurisdiction::Land("NW".to_owned()), 1, date(2026, 1, 1), 22, OpenDuties::Keep);
    let book = federal_book().with(land).with(local);
    let today = date(2027, 1, 1);
    assert_eq!(months_of(&book, date(2025, 12, 31), today), 24);
    assert_eq!(months_of(&book, date(2026, 8, 31), today), 22);
    assert_eq!(months_of(&book, date(2026, 9, 1), today), 18);
}

#[test]
fn a_version_that_takes_open_duties_over_governs_older_facts_from_its_first_day_on() {
    let shorter = maximum(here(), 1, date(2026, 9, 1), 18, OpenDuties::Replan);
    let book = federal_book().with(shorter);
    let assigned_on = date(2026, 3, 9);
    assert_eq!(months_of(&book, assigned_on, date(2026, 8, 31)), 24);
    assert_eq!(months_of(&book, assigned_on, date(2026, 9, 1)), 18);
    let later = maximum(here(), 2, date(2027, 1, 1), 20, OpenDuties::Keep);
    let book = book.with(later);
    assert_eq!(months_of(&book, assigned_on, date(2027, 2, 1)), 18, "a later version that keeps does not undo it");
    assert_eq!(months_of(&book, date(2027, 1, 1), date(2027, 2, 1)), 20);
}

#[test]
fn a_draft_of_the_same_citation_takes_the_place_of_the_old_one() {
    let book = federal_book().with(maximum(here(), 1, date(2026, 9, 1), 18, OpenDuties::Keep));
    let book = book.with(maximum(here(), 1, date(2026, 9, 1), 12, OpenDuties::Keep));
    assert_eq!(months_of(&book, date(2026, 9, 1), date(2026, 9, 1)), 12);
}

#[test]
fn local_policy_stays_within_its_bounds() {
    let fault = |parameters: &Parameters, jurisdiction: &Jurisdiction| {
        schema::check(PolicyKey::RegularMaximum, jurisdiction, parameters)
            .into_iter()
            .map(|fault| (fault.field, fault.text))
            .collect::<Vec<_>>()
    };
    let federal = federal::of(PolicyKey::RegularMaximum).unwrap().remove(0).parameters;
    let beyond = federal.clone().with("months", Value::Number(30));
    assert_eq!(fault(&beyond, &Jurisdiction::Federal), []);
    assert_eq!(
        fault(&beyond, &here()),
        [("parameters.months".to_owned(), "must be 12 to 24 MONTHS in local policy".to_owned())]
    );
    let wrong = federal
        .clone()
        .with("months", Value::Code("viel".to_owned()))
        .with("approver", Value::Code("ANYBODY".to_owned()))
        .with("extra", Value::Flag(true));
    let faults = fault(&wrong, &Jurisdiction::Federal);
    assert_eq!(faults.len(), 3, "{faults:?}");
    let mut missing = federal;
    missing.0.remove("grace_working_days");
    assert_eq!(fault(&missing, &here()), [("parameters.grace_working_days".to_owned(), "is missing".to_owned())]);
}

#[test]
fn what_only_the_legislator_sets_stays() {
    let federal = federal::of(PolicyKey::NoticeFiction).unwrap().remove(1).parameters;
    let longer = federal.clone().with("days", Value::Number(6));
    assert_eq!(schema::check_override(PolicyKey::NoticeFiction, &federal, &federal), []);
    let faults = schema::check_override(PolicyKey::NoticeFiction, &federal, &longer);
    assert_eq!(faults.len(), 1);
    assert_eq!(faults[0].field, "parameters.days");
}

#[test]
fn a_version_says_everything_that_is_wrong_with_it_at_once() {
    let version = PolicyVersion {
        valid_to: Some(date(2026, 8, 31)),
        legal_basis: " ".to_owned(),
        transition: Transition { fact: Fact::Breach, open_duties: OpenDuties::Keep },
        ..maximum(here(), 0, date(2026, 9, 1), 5, OpenDuties::Keep)
    };
    let fields: Vec<_> = version.faults().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["parameters.months", "valid_to_date", "version", "legal_basis", "transition.fact"]);
}

#[test]
fn a_version_collides_when_the_last_day_it_names_is_taken() {
    let bounded = PolicyVersion {
        valid_to: Some(date(2026, 12, 31)),
        ..maximum(here(), 1, date(2026, 9, 1), 18, OpenDuties::Keep)
    };
    let begins = |day| maximum(here(), 2, day, 18, OpenDuties::Keep);
    let collide = |other: &PolicyVersion| (bounded.collides_with(other), other.collides_with(&bounded));
    assert_eq!(
        collide(&begins(date(2026, 12, 31))),
        (true, false),
        "one that is there gives way to one that begins later"
    );
    assert_eq!(collide(&begins(date(2027, 1, 1))), (false, false));
    assert_eq!(collide(&begins(date(2026, 9, 1))), (false, false), "a correction");
    assert_eq!(collide(&begins(date(2026, 8, 1))), (false, false), "the open one gives way");
    let repeal = PolicyVersion { repeals: true, ..begins(date(2026, 10, 1)) };
    assert_eq!(collide(&repeal), (false, false), "a repeal ends it");
    assert_eq!(collide(&maximum(Jurisdiction::Federal, 2, date(2026, 10, 1), 18, OpenDuties::Keep)), (false, false));
}

#[test]
fn a_correction_of_the_same_day_counts() {
    let wrong = maximum(here(), 1, date(2026, 9, 1), 18, OpenDuties::Keep);
    let right = maximum(here(), 2, date(2026, 9, 1), 12, OpenDuties::Keep);
    let book = federal_book().with(right).with(wrong);
    assert_eq!(months_of(&book, date(2026, 10, 1), date(2026, 10, 1)), 12);
}

#[test]
fn an_unreadable_version_names_its_parameter() {
    let version = PolicyVersion {
        parameters: Parameters::default(),
        ..maximum(here(), 3, date(2026, 9, 1), 18, OpenDuties::Keep)
    };
    let error = RegularMaximum::read(&version).unwrap_err();
    assert_eq!(error.to_string(), "policy musterstadt/REGULAR_MAXIMUM/3 cannot be read: months");
}

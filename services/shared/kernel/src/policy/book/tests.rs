//! Which facts a version governs: by its day, by taking open duties over, and never against the law of the fact.

mod open;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::policy::{Fact, Transition, Value};

const KEEP: OpenDuties = OpenDuties::Keep;
const REPLAN: OpenDuties = OpenDuties::Replan;

fn here() -> Jurisdiction {
    Jurisdiction::Jobcenter("musterstadt".to_owned())
}

fn rhineland() -> Jurisdiction {
    Jurisdiction::Land("NW".to_owned())
}

/// The last shipped version of a key as another one, with one number changed.
fn varied(
    key: PolicyKey,
    of: Jurisdiction,
    version: i32,
    valid_from: Date,
    open_duties: OpenDuties,
    (name, number): (&str, i64),
) -> PolicyVersion {
    let shipped = federal::of(key).unwrap().pop().unwrap();
    PolicyVersion {
        version,
        jurisdiction: of,
        valid_from,
        valid_to: None,
        parameters: shipped.parameters.with(name, Value::Number(number)),
        transition: Transition { open_duties, ..shipped.transition },
        ..shipped
    }
}

fn cited(book: &Book, key: PolicyKey, fact_on: Date, today: Date) -> Option<String> {
    book.governing(key, fact_on, today).map(PolicyVersion::citation)
}

fn shipped(versions: impl IntoIterator<Item = PolicyVersion>) -> Book {
    versions.into_iter().fold(Book::clone(Book::federal().unwrap()), |book, version| book.with(version))
}

#[test]
fn a_land_takes_over_no_fact_whose_law_would_not_allow_it() {
    let moving = varied(PolicyKey::NoticeFiction, rhineland(), 1, date(2026, 1, 1), REPLAN, ("days", 4));
    let book = shipped([moving]);
    let on = |posted_on| cited(&book, PolicyKey::NoticeFiction, posted_on, date(2026, 3, 2)).unwrap();
    assert_eq!(on(date(2024, 12, 31)), "federal/NOTICE_FICTION/1", "three days by the law of the posting");
    assert_eq!(on(date(2025, 1, 1)), "NW/NOTICE_FICTION/1");
    let before = cited(&book, PolicyKey::NoticeFiction, date(2025, 1, 1), date(2025, 12, 31));
    assert_eq!(before.unwrap(), "federal/NOTICE_FICTION/2", "nothing is taken over before the first day");
}

#[test]
fn where_there_was_no_rule_there_is_nothing_to_take_over() {
    let again = varied(PolicyKey::Mediation, Jurisdiction::Federal, 2, date(2030, 1, 1), REPLAN, ("weeks", 6));
    let book = shipped([again]);
    let today = date(2030, 2, 1);
    let on = |opened_on| cited(&book, PolicyKey::Mediation, opened_on, today);
    assert_eq!(on(date(2026, 6, 30)).unwrap(), "federal/MEDIATION/2", "open duties of the old rule");
    assert_eq!(on(date(2026, 7, 1)), None, "no mediation was possible on that day");
    assert_eq!(on(date(2029, 12, 31)), None);
    assert_eq!(on(date(2030, 1, 1)).unwrap(), "federal/MEDIATION/2");
}

#[test]
fn a_version_takes_over_facts_of_its_own_kind_only() {
    let mut other =
        varied(PolicyKey::AdmissionCriteria, Jurisdiction::Federal, 9, date(2028, 1, 1), REPLAN, ("least", 2));
    let fact_on = date(2027, 6, 1);
    let book = shipped([other.clone()]);
    let taken = cited(&book, PolicyKey::AdmissionCriteria, fact_on, date(2028, 1, 1)).unwrap();
    assert_eq!(taken, "federal/ADMISSION_CRITERIA/9");
    let kinds = [Fact::Decision, Fact::Proposal];
    other.transition.fact = kinds.into_iter().find(|fact| *fact != other.transition.fact).unwrap();
    let book = shipped([other]);
    let kept = cited(&book, PolicyKey::AdmissionCriteria, fact_on, date(2028, 1, 1)).unwrap();
    assert_ne!(kept, "federal/ADMISSION_CRITERIA/9", "the date is that of another fact");
}

#[test]
fn a_law_that_takes_open_duties_over_breaks_local_policy_of_older_facts_too() {
    let day = |number| ("opening_days", number);
    let local = varied(PolicyKey::Aftercare, here(), 1, date(2026, 9, 1), KEEP, day(20));
    let reform =
        |open| varied(PolicyKey::Aftercare, Jurisdiction::Federal, 4, date(2028, 1, 1), open, ("job_start_months", 8));
    let started_on = date(2027, 12, 1);
    let on = |book: &Book, today| cited(book, PolicyKey::Aftercare, started_on, today).unwrap();
    let keeps = shipped([local.clone(), reform(KEEP)]);
    assert_eq!(on(&keeps, date(2028, 2, 1)), "musterstadt/AFTERCARE/1");
    let moves = shipped([local.clone(), reform(REPLAN)]);
    assert_eq!(on(&moves, date(2027, 12, 31)), "musterstadt/AFTERCARE/1");
    assert_eq!(on(&moves, date(2028, 1, 1)), "federal/AFTERCARE/4");
    assert_eq!(moves.reach(&local).unwrap().to, Some(date(2027, 12, 31)));
    // A reform that leaves the jobcenter its choice leaves it its version as well.
    let lenient = varied(PolicyKey::Aftercare, Jurisdiction::Federal, 4, date(2028, 1, 1), REPLAN, day(10));
    assert_eq!(on(&shipped([local, lenient]), date(2028, 2, 1)), "musterstadt/AFTERCARE/1");
}

#[test]
fn a_later_version_of_the_land_moves_what_the_law_allows_it_to_move() {
    let first = varied(PolicyKey::NoticeFiction, rhineland(), 1, date(2020, 1, 1), KEEP, ("days", 3));
    let moving = varied(PolicyKey::NoticeFiction, rhineland(), 2, date(2026, 1, 1), REPLAN, ("days", 4));
    let book = shipped([first.clone(), moving]);
    let on = |posted_on| cited(&book, PolicyKey::NoticeFiction, posted_on, date(2027, 1, 1)).unwrap();
    assert_eq!(on(date(2019, 12, 31)), "federal/NOTICE_FICTION/1");
    assert_eq!(on(date(2024, 12, 31)), "NW/NOTICE_FICTION/1");
    assert_eq!(on(date(2025, 6, 1)), "NW/NOTICE_FICTION/2");
    assert_eq!(book.reach(&first).unwrap().to, Some(date(2024, 12, 31)), "the law of 2025 ended it");
}

#[test]
fn a_corrected_version_never_comes_back() {
    let of = |version, valid_from, valid_to, months| PolicyVersion {
        valid_to,
        ..varied(PolicyKey::RegularMaximum, here(), version, valid_from, KEEP, ("months", months))
    };
    let wrong = of(1, date(2026, 9, 1), None, 18);
    let right = of(2, date(2026, 9, 1), Some(date(2026, 12, 31)), 20);
    let book = shipped([wrong.clone(), right.clone()]);
    let on = |book: &Book, day| cited(book, PolicyKey::RegularMaximum, day, date(2028, 1, 1)).unwrap();
    assert_eq!(on(&book, date(2026, 12, 31)), "musterstadt/REGULAR_MAXIMUM/2");
    assert_eq!(on(&book, date(2027, 1, 1)), "federal/REGULAR_MAXIMUM/1", "what was corrected is gone for good");
    assert_eq!((book.reach(&wrong), book.is_corrected(&wrong), book.is_corrected(&right)), (None, true, false));
    // Nor does one come back whose successor ends.
    let book = shipped([wrong.clone(), of(3, date(2027, 1, 1), Some(date(2027, 6, 30)), 16)]);
    assert_eq!(on(&book, date(2026, 12, 31)), "musterstadt/REGULAR_MAXIMUM/1");
    assert_eq!(on(&book, date(2027, 6, 30)), "musterstadt/REGULAR_MAXIMUM/3");
    assert_eq!(on(&book, date(2027, 7, 1)), "federal/REGULAR_MAXIMUM/1");
    assert_eq!(book.reach(&wrong).unwrap().to, Some(date(2026, 12, 31)), "until a later version begins");
}

#[test]
fn a_repeal_leads_back_to_the_wider_jurisdiction() {
    let of = |of, version, valid_from, months| {
        varied(PolicyKey::RegularMaximum, of, version, valid_from, KEEP, ("months", months))
    };
    let local = of(here(), 1, date(2026, 9, 1), 18);
    let repeal = PolicyVersion {
        repeals: true,
        parameters: crate::policy::Parameters::default(),
        ..of(here(), 2, date(2027, 1, 1), 18)
    };
    assert_eq!(repeal.faults(), []);
    let on = |book: &Book, day| cited(book, PolicyKey::RegularMaximum, day, date(2028, 1, 1)).unwrap();
    let book = shipped([local.clone(), repeal.clone()]);
    assert_eq!(on(&book, date(2026, 12, 31)), "musterstadt/REGULAR_MAXIMUM/1", "what was governed stays so");
    assert_eq!(on(&book, date(2027, 1, 1)), "federal/REGULAR_MAXIMUM/1");
    assert_eq!(book.reach(&local).unwrap().to, Some(date(2026, 12, 31)));
    let in_land = book.with(of(rhineland(), 1, date(2026, 1, 1), 22));
    assert_eq!(on(&in_land, date(2027, 1, 1)), "NW/REGULAR_MAXIMUM/1");
    let again = in_land.with(of(here(), 3, date(2027, 7, 1), 20));
    assert_eq!(on(&again, date(2027, 6, 30)), "NW/REGULAR_MAXIMUM/1");
    assert_eq!(on(&again, date(2027, 7, 1)), "musterstadt/REGULAR_MAXIMUM/3");
    let setting = PolicyVersion { parameters: local.parameters, valid_to: Some(date(2028, 1, 1)), ..repeal };
    let fields: Vec<_> = setting.faults().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["parameters", "valid_to_date"]);
}

#[test]
fn a_jobcenter_takes_over_open_duties_within_what_the_law_leaves_it() {
    let months = |of, version, valid_from, open, months| {
        varied(PolicyKey::RegularMaximum, of, version, valid_from, open, ("months", months))
    };
    let (shorter, longer) =
        (months(here(), 1, date(2026, 9, 1), REPLAN, 18), months(here(), 2, date(2027, 9, 1), KEEP, 30));
    let in_land = months(rhineland(), 1, date(2026, 1, 1), REPLAN, 20);
    let book = shipped([shorter.clone(), longer.clone(), in_land.clone()]);
    let assigned_on = date(2025, 3, 10);
    let on = |today| cited(&book, PolicyKey::RegularMaximum, assigned_on, today).unwrap();
    assert_eq!(on(date(2025, 12, 31)), "federal/REGULAR_MAXIMUM/1");
    assert_eq!(on(date(2026, 8, 31)), "NW/REGULAR_MAXIMUM/1");
    assert_eq!(on(date(2026, 9, 1)), "musterstadt/REGULAR_MAXIMUM/1");
    assert_eq!(on(date(2028, 1, 1)), "musterstadt/REGULAR_MAXIMUM/1", "what keeps open duties undoes nothing");
    let decides = |version, today| book.decides(version, assigned_on, today);
    assert!(decides(&in_land, date(2026, 8, 31)) && !decides(&in_land, date(2026, 9, 1)));
    assert!(!decides(&shorter, date(2026, 8, 31)) && decides(&shorter, date(2026, 9, 1)));
    assert!(!decides(&longer, date(2028, 1, 1)));
}

#[test]
fn a_repeal_that_takes_open_duties_over_gives_them_back() {
    let of =
        |version, valid_from| varied(PolicyKey::RegularMaximum, here(), version, valid_from, REPLAN, ("months", 18));
    let local = of(1, date(2026, 9, 1));
    let repeal =
        PolicyVersion { repeals: true, parameters: crate::policy::Parameters::default(), ..of(2, date(2027, 1, 1)) };
    let book = shipped([local, repeal.clone()]);
    let assigned_on = date(2026, 3, 9);
    let on = |today| cited(&book, PolicyKey::RegularMaximum, assigned_on, today).unwrap();
    assert_eq!(on(date(2026, 12, 31)), "musterstadt/REGULAR_MAXIMUM/1");
    assert_eq!(on(date(2027, 1, 1)), "federal/REGULAR_MAXIMUM/1");
    assert!(!book.decides(&repeal, assigned_on, date(2026, 12, 31)));
    assert!(book.decides(&repeal, assigned_on, date(2027, 1, 1)), "it governs nothing, and decides all the same");
}

fn any_day() -> impl Strategy<Value = Date> {
    (2024_i16..2032, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| date(year, month, day))
}

fn any_versions() -> impl Strategy<Value = Vec<PolicyVersion>> {
    let one = (0_u8..3, any_day(), prop::option::of(1_i32..900), any::<bool>(), 5_i64..8, 10_i64..13);
    prop::collection::vec(one, 0..8).prop_map(|drawn| {
        let numbered = drawn.into_iter().enumerate();
        let versions = numbered.map(|(at, (rank, valid_from, days, replan, months, opening))| {
            let of = [Jurisdiction::Federal, rhineland(), here()][usize::from(rank)].clone();
            // What a narrower jurisdiction may not choose it may have copied from another time.
            let number = i32::try_from(at).unwrap() + 10;
            let open = if replan { REPLAN } else { KEEP };
            let version = varied(PolicyKey::Aftercare, of, number, valid_from, open, ("job_start_months", months));
            PolicyVersion {
                valid_to: days.map(|days| crate::dates::add_days(valid_from, days)),
                parameters: version.parameters.with("opening_days", Value::Number(opening)),
                ..version
            }
        });
        versions.collect()
    })
}

proptest! {
    #[test]
    fn what_governs_never_stands_against_the_law_of_its_fact(
        versions in any_versions(),
        fact_on in any_day(),
        today in any_day(),
    ) {
        let law = shipped(versions.iter().filter(|version| version.jurisdiction == Jurisdiction::Federal).cloned());
        let book = shipped(versions);
        let governing = book.governing(PolicyKey::Aftercare, fact_on, today);
        let Some(federal) = law.governing(PolicyKey::Aftercare, fact_on, today) else {
            prop_assert_eq!(governing, None);
            return Ok(());
        };
        let governing = governing.unwrap();
        prop_assert_eq!(governing.parameters.get("job_start_months"), federal.parameters.get("job_start_months"));
        if governing.jurisdiction == Jurisdiction::Federal {
            prop_assert_eq!(governing, federal);
        }
        if governing.valid_from > fact_on {
            prop_assert_eq!(governing.transition.open_duties, REPLAN);
            prop_assert!(governing.valid_from <= today);
        }
    }

    #[test]
    fn reaches_of_one_jurisdiction_never_overlap(versions in any_versions(), day in any_day()) {
        let book = shipped(versions);
        for rank in 0..3 {
            let holding = book.of(PolicyKey::Aftercare, rank).filter(|(_, reach)| reach.holds(day));
            prop_assert!(holding.count() <= 1);
        }
    }
}

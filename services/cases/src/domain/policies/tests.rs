//! The way of a version, and what the law leaves to it.

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use lotse_kernel::{
    names::{JobcenterName, PolicyName, StaffName},
    policy::{Book, Fault, Jurisdiction, OpenDuties, Parameters, PolicyKey, PolicyVersion, Transition, Value, federal},
};
use uuid::Uuid;

use super::{Policy, PolicyState, Refused, Standing};

const TODAY: Date = date(2026, 3, 2);

fn jobcenter() -> JobcenterName {
    JobcenterName::new("musterstadt".parse().unwrap())
}

/// Everything that is wrong with a version.
fn faults(version: &PolicyVersion, reason: &str, book: &Book, today: Date) -> Vec<Fault> {
    [super::faults(version), super::standing_faults(version, reason, book, today)].concat()
}

fn staff(number: u128) -> StaffName {
    StaffName::new(jobcenter(), Uuid::from_u128(number))
}

/// A local version with the federal values of a day.
fn local(key: PolicyKey, valid_from: Date) -> PolicyVersion {
    let book = Book::federal().unwrap();
    let federal = book.federal_on(key, valid_from).unwrap().clone();
    PolicyVersion {
        version: 1,
        jurisdiction: Jurisdiction::Jobcenter("musterstadt".to_owned()),
        valid_from,
        valid_to: None,
        legal_basis: "Dienstanweisung 3/2026".to_owned(),
        transition: Transition { open_duties: OpenDuties::Keep, ..federal.transition },
        ..federal
    }
}

fn draft(version: PolicyVersion) -> Policy {
    Policy {
        name: PolicyName::new(jobcenter(), Uuid::from_u128(7)),
        version,
        standing: Standing::Draft,
        retroactive_reason: String::new(),
        drafter: Some(staff(1)),
    }
}

fn eighteen() -> PolicyVersion {
    let version = local(PolicyKey::RegularMaximum, date(2026, 9, 1));
    PolicyVersion { parameters: version.parameters.with("months", Value::Number(18)), ..version }
}

#[test]
fn a_version_is_drafted_validated_and_approved_by_another() {
    let book = Book::federal().unwrap();
    let at = Timestamp::UNIX_EPOCH;
    let drafted = draft(eighteen());
    let waits = drafted.clone().approve(staff(2), at, book, TODAY).unwrap_err();
    assert_eq!(waits, Refused::WrongState { state: PolicyState::Draft, allowed: &[PolicyState::Validated] });
    let validated = drafted.validate(book, TODAY).unwrap();
    assert_eq!(validated.clone().approve(staff(1), at, book, TODAY).unwrap_err(), Refused::FourEyes);
    let approved = validated.approve(staff(2), at, book, TODAY).unwrap();
    assert_eq!(approved.standing, Standing::Approved { approver: staff(2), approved_at: at });
    let settled = |refused| matches!(refused, Refused::WrongState { state: PolicyState::Approved, .. });
    assert!(settled(approved.clone().withdraw().unwrap_err()));
    assert!(settled(approved.clone().validate(book, TODAY).unwrap_err()));
    assert!(settled(approved.approve(staff(3), at, book, TODAY).unwrap_err()));
}

#[test]
fn what_is_given_up_stays_given_up() {
    let book = Book::federal().unwrap();
    let withdrawn = draft(eighteen()).validate(book, TODAY).unwrap().withdraw().unwrap();
    assert!(matches!(withdrawn.clone().withdraw(), Err(Refused::WrongState { .. })));
    assert!(matches!(withdrawn.validate(book, TODAY), Err(Refused::WrongState { .. })));
}

#[test]
fn a_day_that_has_come_needs_a_reason() {
    let book = Book::federal().unwrap();
    // Somebody may have been assigned this morning, under the version before.
    let late = date(2026, 9, 1);
    let fields =
        |reason| faults(&eighteen(), reason, book, late).into_iter().map(|fault| fault.field).collect::<Vec<_>>();
    assert_eq!(fields(""), ["retroactive_reason"]);
    assert!(fields("Beschluss vom 25.08.2026").is_empty());
    let validated = draft(eighteen()).validate(book, date(2026, 8, 31)).unwrap();
    assert!(validated.clone().approve(staff(2), Timestamp::UNIX_EPOCH, book, date(2026, 8, 31)).is_ok());
    let refused = validated.approve(staff(2), Timestamp::UNIX_EPOCH, book, late).unwrap_err();
    assert_eq!(refused, Refused::Begun { valid_from: date(2026, 9, 1) });
}

#[test]
fn an_approved_version_keeps_its_days() {
    let bounded = PolicyVersion { valid_to: Some(date(2026, 12, 31)), ..eighteen() };
    let book = Book::federal().unwrap().with(bounded);
    let second = |valid_from| draft(PolicyVersion { version: 2, valid_from, ..eighteen() });
    // What begins within its days ends it the day before, as it would end an open one.
    let within = second(date(2026, 12, 1)).validate(&book, TODAY).unwrap().version;
    let followed = book.with(within.clone());
    let first = followed.versions().iter().find(|version| version.citation() == "musterstadt/REGULAR_MAXIMUM/1");
    assert_eq!(followed.reach(first.unwrap()).unwrap().to, Some(date(2026, 11, 30)));
    // A last day that is taken cannot be approved: it would never come.
    let third = |last| PolicyVersion { version: 3, valid_to: Some(last), valid_from: date(2026, 10, 1), ..eighteen() };
    let refused = draft(third(date(2026, 12, 1))).validate(&followed, TODAY).unwrap_err();
    assert_eq!(refused, Refused::Collides { citation: within.citation() });
    draft(third(date(2026, 11, 30))).validate(&followed, TODAY).unwrap();
    // Nor one after which the version that it ends would be missed, though nobody said that it is to end.
    let early = draft(third(date(2026, 11, 29))).validate(&followed, TODAY).unwrap_err();
    assert!(matches!(&early, Refused::Unsound(faults) if faults[0].field == "valid_to_date"), "{early:?}");
    let open = Book::federal().unwrap().with(eighteen());
    assert!(matches!(draft(third(date(2026, 12, 31))).validate(&open, TODAY), Err(Refused::Unsound(_))));
    second(date(2027, 1, 1)).validate(&book, TODAY).unwrap();
    second(date(2026, 9, 1)).validate(&book, TODAY).expect("a correction of the whole version");
    // Nor, the other way round, an open one within which another ends for good that is approved.
    let december = PolicyVersion { valid_from: date(2026, 12, 1), valid_to: Some(date(2026, 12, 31)), ..eighteen() };
    let ends = Book::federal().unwrap().with(december.clone());
    let around = PolicyVersion { version: 2, ..eighteen() };
    let refused = draft(around.clone()).validate(&ends, TODAY).unwrap_err();
    assert!(matches!(&refused, Refused::Unsound(faults) if faults[0].field == "valid_to_date"), "{refused:?}");
    let until = PolicyVersion { valid_to: Some(date(2026, 11, 30)), ..around.clone() };
    draft(until).validate(&ends, TODAY).unwrap();
    let follows = PolicyVersion { version: 3, valid_from: date(2027, 1, 1), ..eighteen() };
    draft(around).validate(&ends.with(follows), TODAY).expect("another one follows it");
    // Once it is corrected to end earlier, the days behind it are free.
    let shorter = PolicyVersion { version: 2, valid_to: Some(date(2026, 10, 31)), ..eighteen() };
    let freed = book.with(shorter);
    draft(PolicyVersion { version: 3, valid_from: date(2026, 12, 1), ..eighteen() }).validate(&freed, TODAY).unwrap();
    // A version of a lower number would be corrected before it began.
    let book = Book::federal().unwrap().with(PolicyVersion { version: 2, ..eighteen() });
    assert!(matches!(draft(eighteen()).validate(&book, TODAY), Err(Refused::Collides { .. })));
}

#[test]
fn local_policy_varies_a_rule_and_makes_none() {
    let book = Book::federal().unwrap();
    let fields = |version: &PolicyVersion| {
        faults(version, "", book, TODAY).into_iter().map(|fault| fault.field).collect::<Vec<_>>()
    };
    let mediation = PolicyVersion { valid_to: None, ..local(PolicyKey::Mediation, date(2026, 6, 1)) };
    assert_eq!(fields(&mediation), ["valid_to_date"], "the federal rule ends on 30.06.2026");
    assert!(fields(&PolicyVersion { valid_to: Some(date(2026, 6, 30)), ..mediation.clone() }).is_empty());
    assert_eq!(fields(&PolicyVersion { valid_from: date(2026, 7, 1), ..mediation }), ["valid_from_date"]);
    let mut longer = local(PolicyKey::NoticeFiction, date(2026, 9, 1));
    longer.parameters = longer.parameters.with("days", Value::Number(6));
    assert_eq!(fields(&longer), ["parameters.days"], "the legislator's alone");
    let mut moving = eighteen();
    moving.transition.open_duties = OpenDuties::Replan;
    assert!(fields(&moving).is_empty(), "open duties are the jobcenter's to move as far as the values are");
    longer.transition.open_duties = OpenDuties::Replan;
    assert_eq!(fields(&longer), ["parameters.days"]);
}

#[test]
fn a_jobcenter_repeals_what_holds_and_nothing_else() {
    let book = Book::federal().unwrap();
    let repeal = PolicyVersion {
        version: 2,
        repeals: true,
        valid_from: date(2027, 1, 1),
        parameters: Parameters::default(),
        ..eighteen()
    };
    let nothing = faults(&repeal, "", book, TODAY);
    assert_eq!(nothing.len(), 1, "{nothing:?}");
    assert_eq!((nothing[0].field.as_str(), nothing[0].text.contains("nothing to repeal")), ("valid_from_date", true));
    let book = book.with(eighteen());
    draft(repeal.clone()).validate(&book, TODAY).unwrap();
    let before = PolicyVersion { valid_from: date(2026, 8, 31), ..repeal.clone() };
    assert_eq!(faults(&before, "", &book, TODAY).len(), 1, "the version begins a day later");
    let twice = PolicyVersion { version: 3, valid_from: date(2027, 6, 1), ..repeal.clone() };
    assert_eq!(faults(&twice, "", &book.with(repeal), TODAY).len(), 1, "it is repealed already");
}

#[test]
fn a_later_law_ends_a_local_version() {
    let book = Book::federal().unwrap();
    let version = local(PolicyKey::Aftercare, date(2026, 9, 1));
    let reach = |book: &Book| book.with(version.clone()).reach(&version).unwrap();
    assert_eq!(reach(book).to, None);
    let mut reform = federal::of(PolicyKey::Aftercare).unwrap().pop().unwrap();
    reform.version += 1;
    reform.valid_from = date(2028, 1, 1);
    reform.parameters = reform.parameters.with("job_start_months", Value::Number(8));
    let book = book.with(reform);
    assert_eq!(reach(&book).to, Some(date(2027, 12, 31)));
    let refused = draft(version).validate(&book, TODAY).unwrap_err();
    assert!(matches!(&refused, Refused::Unsound(faults) if faults[0].field == "valid_to_date"), "{refused:?}");
}

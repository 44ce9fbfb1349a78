//! What a version does to a record whose dates are computed when they are asked for, and what is refused before anything is computed.

use jiff::civil::{Date, date};
use lotse_kernel::{
    deadlines::{
        Deadline,
        governed::{Terms, letter_posting},
    },
    legal::{Open, Surroundings, Unanswered},
    policy::{PolicyKey, rules::LetterPosting},
};
use lotse_platform::{
    failure::Failure,
    fields::contract_date,
    replanning::{Asked, Seen, Waiting, changes},
};
use lotse_proto::cases::{
    JobcenterRules, OpenDuties, Place, Policy, PolicyChange, PolicyFact, PolicyParameter, PolicyScope, ReplanEffect,
    policy_parameter::Value,
};

/// The day of the approval, a Monday.
const APPROVED: Date = date(2026, 3, 9);

/// A letter that waits since a day: three working days by the shipped version.
#[derive(Clone, Copy)]
struct Waits {
    since: Date,
    /// The versions of which key its dates are said to go by.
    key: PolicyKey,
}

impl Waits {
    const fn since(since: Date) -> Self {
        Self { since, key: PolicyKey::LetterPosting }
    }

    const fn opened(self) -> Open {
        Open { since: self.since, fact_on: self.since }
    }
}

impl Waiting for Waits {
    fn name(&self) -> String {
        self.since.to_string()
    }

    fn owed(&self, around: Surroundings<'_>) -> Result<Option<Seen>, Unanswered> {
        let anew = |around: Surroundings<'_>| self.owed_anew(around);
        let last_day = |found: &Option<Deadline>| found.as_ref().map_or(Date::MIN, Deadline::overdue_after);
        let deadline = around.of_open::<LetterPosting, _>(self.opened(), last_day, anew)?;
        Ok(deadline.map(|deadline| Seen { deadline, escalates_on: None }))
    }

    fn owed_anew(&self, around: Surroundings<'_>) -> Result<Option<Deadline>, Unanswered> {
        let governing = around.rule::<LetterPosting>("offered_date", self.since)?;
        Ok(Some(letter_posting(self.since, &Terms::of(&governing, around.calendar))))
    }

    fn open(&self) -> Option<(Open, PolicyKey)> {
        Some((self.opened(), self.key))
    }
}

fn posting(number: i32, working_days: i32, valid_from: Date) -> Policy {
    let parameter = |(name, value): (&str, i32)| PolicyParameter {
        name: name.to_owned(),
        value: Some(Value::Number(value)),
        unit: String::new(),
    };
    Policy {
        key: lotse_proto::cases::PolicyKey::LetterPosting.into(),
        version: number,
        scope: PolicyScope::Jobcenter.into(),
        valid_from_date: Some(contract_date(valid_from)),
        approve_date: Some(contract_date(APPROVED)),
        legal_basis: "Dienstanweisung".to_owned(),
        parameters: [("reminders", 12), ("working_days", working_days)].map(parameter).into(),
        fact: PolicyFact::LetterOffered.into(),
        open_duties: OpenDuties::Replan.into(),
        ..Policy::default()
    }
}

fn rules(policies: Vec<Policy>) -> JobcenterRules {
    let place = Place { land: "NW".to_owned(), municipality: "05515000".to_owned(), ..Place::default() };
    JobcenterRules { place: Some(place), policies }
}

fn parse(after: &str, rules: &JobcenterRules, citation: &str, as_of: Option<Date>) -> Result<Asked, Failure> {
    let parent = "jobcenters/musterstadt".parse().expect("a name");
    Asked::parse(&parent, (after, Some(rules), citation), as_of.map(contract_date).as_ref())
}

async fn told(records: Vec<Waits>, policies: Vec<Policy>, citation: &str) -> Vec<PolicyChange> {
    let asked = parse("", &rules(policies), citation, Some(date(2026, 3, 16))).expect("read");
    changes(records, asked).await.expect("computed")
}

fn named(changes: &[PolicyChange]) -> Vec<(&str, ReplanEffect)> {
    changes.iter().map(|change| (change.duty.as_str(), change.effect())).collect()
}

#[tokio::test]
async fn only_what_was_open_before_the_version_was_known_is_told_and_only_of_its_own_key() {
    let (overdue, open, younger) = (date(2026, 3, 2), date(2026, 3, 6), APPROVED);
    let all = vec![Waits::since(overdue), Waits::since(open), Waits::since(younger)];
    let version = || vec![posting(1, 10, date(2026, 3, 1))];
    let found = told(all, version(), "musterstadt/LETTER_POSTING/1").await;
    let expected = [("2026-03-02", ReplanEffect::KeptOverdue), ("2026-03-06", ReplanEffect::Moved)];
    assert_eq!(named(&found), expected);
    let day = |day| Some(contract_date(date(2026, 3, day)));
    let [kept, moved] = [0, 1].map(|at| (found[at].before.as_ref().unwrap().due_date, found[at].after.as_ref()));
    assert_eq!((kept.0, kept.1), (day(5), None));
    assert_eq!((moved.0, moved.1.unwrap().due_date), (day(11), day(20)));

    let other = [overdue, open].map(|since| Waits { since, key: PolicyKey::Referral });
    assert_eq!(told(other.into(), version(), "musterstadt/LETTER_POSTING/1").await, [], "dated by another key");
}

#[tokio::test]
async fn what_is_overdue_is_kept_by_the_version_that_decides_and_by_no_other() {
    // The second begins later and takes the same letters over, so that it decides about them and the first does not.
    let both = || vec![posting(1, 10, date(2026, 3, 3)), posting(2, 9, date(2026, 3, 4))];
    let overdue = || vec![Waits::since(date(2026, 3, 2))];
    assert_eq!(named(&told(overdue(), both(), "musterstadt/LETTER_POSTING/1").await), []);
    let expected = [("2026-03-02", ReplanEffect::KeptOverdue)];
    assert_eq!(named(&told(overdue(), both(), "musterstadt/LETTER_POSTING/2").await), expected);
    let same = vec![posting(1, 3, date(2026, 3, 1))];
    assert_eq!(named(&told(overdue(), same, "musterstadt/LETTER_POSTING/1").await), [], "it would date them the same");
}

#[test]
fn what_cannot_be_computed_with_is_named_by_field() {
    let fields = |asked: Result<Asked, Failure>| {
        let Err(Failure::Fields(found)) = asked else { panic!("read") };
        found.into_iter().map(|violation| violation.field).collect::<Vec<_>>()
    };
    let sound = || posting(1, 10, date(2026, 3, 1));
    let cited = "musterstadt/LETTER_POSTING/1";
    assert!(parse("", &rules(vec![sound()]), cited, Some(APPROVED)).is_ok());
    assert_eq!(fields(parse("x", &rules(vec![sound()]), "", None)), ["after", "as_of_date", "citation"]);
    let unknown = parse("", &rules(vec![sound()]), "musterstadt/LETTER_POSTING/2", Some(APPROVED));
    assert_eq!(fields(unknown), ["citation"]);

    let many = |count| rules((1..=count).map(|number| posting(number, 10, date(2026, 3, 1))).collect());
    assert!(parse("", &many(200), cited, Some(APPROVED)).is_ok());
    assert_eq!(fields(parse("", &many(201), cited, Some(APPROVED))), ["rules.policies"]);

    let endless = Policy { parameters: Vec::new(), ..sound() };
    let dateless = Policy { valid_from_date: None, legal_basis: String::new(), ..sound() };
    let unsound = parse("", &rules(vec![sound(), endless, dateless]), cited, Some(APPROVED));
    let expected = ["rules.policies[1]", "rules.policies[2].valid_from_date", "rules.policies[2].legal_basis"];
    assert_eq!(fields(unsound), expected);
}

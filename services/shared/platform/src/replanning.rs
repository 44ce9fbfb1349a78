//! What a policy version does to a record whose dates are computed when they are asked for (R8): a referral, a letter. Cases does the same to the
//! duties that it keeps, and tells both in one report.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    deadlines::Deadline,
    legal::{Open, Surroundings, Unanswered},
    names::JobcenterName,
    policy::{Jurisdiction, PolicyKey, PolicyVersion},
};
use lotse_proto::cases::{self as contract, ReplanEffect};
use uuid::Uuid;

use crate::{
    convert::{duty_dates, duty_kind, explanation},
    failure::Failure,
    fields::{Fields, contract_date},
    rules::{Rules, stated},
};

/// More versions than a jobcenter has of the rules that siblings compute by.
const MOST_POLICIES: usize = 200;

/// What is asked of a page of records.
#[derive(Debug)]
pub struct Asked {
    /// The last record of the page before.
    pub after: Option<Uuid>,
    /// The rules with the version.
    pub with: Rules,
    /// The version.
    pub version: PolicyVersion,
    /// The rules had it never come.
    pub without: Rules,
    /// The day on which it takes open records over.
    pub as_of: Date,
}

impl Asked {
    /// Reads the fields that all such requests have.
    ///
    /// # Errors
    /// [`Failure::Fields`].
    pub fn parse(
        jobcenter: &JobcenterName,
        (after, rules, citation): (&str, Option<&contract::JobcenterRules>, &str),
        as_of: Option<&lotse_proto::Date>,
    ) -> Result<Self, Failure> {
        let mut fields = Fields::new();
        let after = if after.is_empty() { None } else { Some(after.parse().ok()) };
        if after == Some(None) {
            fields.violation("after", "must be what the page before has told");
        }
        let as_of = fields.date("as_of_date", as_of);
        let told = fields.required("rules", rules);
        let is_sound = told.is_none_or(|told| is_sound(&mut fields, told));
        let with = told.filter(|_| is_sound).map(|told| Rules::of(told, jobcenter.jobcenter().as_str()));
        if matches!(with, Some(Err(_))) {
            fields.violation("rules", "must be what a jobcenter lives under");
        }
        let with = with.and_then(Result::ok);
        if citation.is_empty() {
            fields.violation("citation", "is required");
        }
        let without = with.as_ref().filter(|_| !citation.is_empty()).map(|with| with.but_for(citation));
        if matches!(without, Some(None)) {
            fields.violation("citation", "must be that of a version of the rules or of the release");
        }
        let read = with.zip(without.flatten());
        let (after, read) = fields.finish((after.flatten(), read))?;
        let (with, (version, without)) = read.ok_or_else(|| Failure::Defect("an unread request".to_owned()))?;
        Ok(Self { after, with, version, without, as_of })
    }
}

/// Whether every version that is told can be computed with; what cannot is noted by field.
fn is_sound(fields: &mut Fields, told: &contract::JobcenterRules) -> bool {
    if told.policies.len() > MOST_POLICIES {
        fields.at_most("rules.policies", told.policies.len(), MOST_POLICIES);
        return false;
    }
    let mut is_sound = true;
    for (i, policy) in told.policies.iter().enumerate() {
        let at = |field: &str| format!("rules.policies[{i}].{field}");
        let mut read = Fields::new();
        read.date(&at("valid_from_date"), policy.valid_from_date.as_ref());
        read.optional_date(&at("valid_to_date"), policy.valid_to_date.as_ref());
        read.optional_date(&at("approve_date"), policy.approve_date.as_ref());
        read.line(&at("legal_basis"), &policy.legal_basis, 1..=300);
        read.text(&at("note"), &policy.note, 0..=1_000);
        read.text(&at("retroactive_reason"), &policy.retroactive_reason, 0..=1_000);
        if let Err(Failure::Fields(found)) = read.finish(()) {
            for fault in found {
                fields.violation(fault.field, fault.description);
            }
            is_sound = false;
            continue;
        }
        // Whose it is matters to no fault.
        let version = stated(policy, Jurisdiction::Jobcenter(String::new()));
        let faults = version.map(|version| version.faults());
        if faults.is_none_or(|faults| !faults.is_empty()) {
            fields.violation(format!("rules.policies[{i}]"), "must be a version as cases tells it");
            is_sound = false;
        }
    }
    is_sound
}

/// What is owed of a record, as time finds it under some rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its dates.
    pub deadline: Deadline,
    /// When somebody hears of it next once it is overdue, if anybody does.
    pub escalates_on: Option<Date>,
}

/// A record that waits for a date: how it is computed.
pub trait Waiting {
    /// Its resource name.
    fn name(&self) -> String;

    /// What is owed of it, under the versions that took it over on their days; nothing where nothing is.
    ///
    /// # Errors
    /// When no version governs it.
    fn owed(&self, around: Surroundings<'_>) -> Result<Option<Seen>, Unanswered>;

    /// What is owed of it by the versions of the day alone, whether it is overdue or not.
    ///
    /// # Errors
    /// When no version governs it.
    fn owed_anew(&self, around: Surroundings<'_>) -> Result<Option<Deadline>, Unanswered>;

    /// Since when it is owed, by which fact, and by the versions of which key its dates go.
    fn open(&self) -> Option<(Open, PolicyKey)>;
}

/// What a version does to each of a page of records, on a thread of its own: a thousand would keep other requests waiting.
///
/// # Errors
/// [`Failure::Defect`] when no version governs a date.
pub async fn changes<W: Waiting + Send + 'static>(
    records: Vec<W>,
    asked: Asked,
) -> Result<Vec<contract::PolicyChange>, Failure> {
    let computed = tokio::task::spawn_blocking(move || {
        let changes = records.iter().map(|record| change(record, &asked)).collect::<Result<Vec<_>, _>>()?;
        Ok::<_, Failure>(changes.into_iter().flatten().collect())
    });
    computed.await.map_err(|stopped| Failure::Defect(stopped.to_string()))?
}

/// What the version does to a record, if it does anything: it takes over what was open before anybody could act by it, and what came later
/// was never anything else.
fn change(record: &impl Waiting, asked: &Asked) -> Result<Option<contract::PolicyChange>, Unanswered> {
    let (with, without) = (asked.with.on(asked.as_of), asked.without.on(asked.as_of));
    let version = &asked.version;
    let Some((open, key)) = record.open() else { return Ok(None) };
    let Some((before, after)) = record.owed(without)?.zip(record.owed(with)?) else { return Ok(None) };
    // It takes over on the day from which it is known, however late it is asked about.
    let is_overdue = before.deadline.overdue_after() < version.known_from();
    let is_moved = !after.deadline.has_days_of(&before.deadline);
    let is_older = open.since < version.known_from();
    let effect = if key == version.key && is_older && is_moved {
        ReplanEffect::Moved
    } else if key == version.key && is_older && is_overdue && kept(record, &before.deadline, open.fact_on, asked)? {
        ReplanEffect::KeptOverdue
    } else if is_overdue && escalated_before(version, &before.deadline) && after.escalates_on != before.escalates_on {
        ReplanEffect::EscalatesAnew
    } else {
        return Ok(None);
    };
    Ok(Some(told(record.name(), effect, (&before, &after), is_overdue, asked.as_of)))
}

/// Whether the version decides about what is overdue and would date it otherwise.
fn kept(record: &impl Waiting, before: &Deadline, fact_on: Date, asked: &Asked) -> Result<bool, Unanswered> {
    let with = asked.with.on(asked.as_of);
    if !with.book.decides(&asked.version, fact_on, asked.as_of) {
        return Ok(false);
    }
    Ok(record.owed_anew(with)?.is_some_and(|anew| !anew.has_days_of(before)))
}

/// Whether it was overdue before anybody could act by a version of how often that is told.
fn escalated_before(version: &PolicyVersion, deadline: &Deadline) -> bool {
    add_days(deadline.overdue_after(), 1) < version.known_from()
}

fn told(
    record: String,
    effect: ReplanEffect,
    (before, after): (&Seen, &Seen),
    was_overdue: bool,
    as_of: Date,
) -> contract::PolicyChange {
    let moved = (effect == ReplanEffect::Moved).then_some(&after.deadline);
    let escalates =
        |seen: &Seen| seen.escalates_on.filter(|_| effect == ReplanEffect::EscalatesAnew).map(contract_date);
    contract::PolicyChange {
        duty: record,
        kind: duty_kind(before.deadline.kind).into(),
        slot: before.deadline.slot,
        effect: effect.into(),
        before: Some(duty_dates(&before.deadline)),
        after: moved.map(duty_dates),
        replacement: String::new(),
        becomes_overdue: !was_overdue && moved.is_some_and(|after| after.overdue_after() < as_of),
        explanation: moved.map(|after| explanation(&after.explanation)),
        escalates_before_date: escalates(before),
        escalates_after_date: escalates(after),
    }
}

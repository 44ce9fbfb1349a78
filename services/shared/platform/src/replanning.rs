//! What a policy version does to a record whose dates are computed when they are asked for (R8): a referral, a letter. Cases does the same to the
//! duties that it keeps, and tells both in one report.

use jiff::civil::Date;
use lotse_kernel::{deadlines::Deadline, names::JobcenterName, policy::Jurisdiction};
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
        let (with, (_, without)) = read.ok_or_else(|| Failure::Defect("an unread request".to_owned()))?;
        Ok(Self { after, with, without, as_of })
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

/// A record as time finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// What is owed of it.
    pub deadline: Deadline,
    /// When it escalates next, if it does.
    pub escalates_on: Option<Date>,
}

/// What becomes of a record, if anything does: as it is `without` the version and `with` it, and by dates that were computed `anew` whatever is
/// overdue.
#[must_use]
pub fn change(
    record: String,
    (without, with): (&Seen, &Seen),
    anew: &Deadline,
    as_of: Date,
) -> Option<contract::PolicyChange> {
    let before = &without.deadline;
    let is_overdue = before.overdue_after() < as_of;
    let effect = if !with.deadline.has_days_of(before) {
        ReplanEffect::Moved
    } else if is_overdue && !anew.has_days_of(before) {
        ReplanEffect::KeptOverdue
    } else if is_overdue && with.escalates_on != without.escalates_on {
        ReplanEffect::EscalatesAnew
    } else {
        return None;
    };
    let after = (effect == ReplanEffect::Moved).then_some(&with.deadline);
    let escalates =
        |seen: &Seen| seen.escalates_on.filter(|_| effect == ReplanEffect::EscalatesAnew).map(contract_date);
    Some(contract::PolicyChange {
        duty: record,
        kind: duty_kind(before.kind).into(),
        slot: before.slot,
        effect: effect.into(),
        before: Some(duty_dates(before)),
        after: after.map(duty_dates),
        replacement: String::new(),
        becomes_overdue: !is_overdue && after.is_some_and(|after| after.overdue_after() < as_of),
        explanation: after.map(|after| explanation(&after.explanation)),
        escalates_before_date: escalates(without),
        escalates_after_date: escalates(with),
    })
}

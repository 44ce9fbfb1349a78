//! How an episode ends, as the contract shows it: the closing record, which ending an episode and ending it in a review share (R120, R121),
//! the hand-over, the technical end, and the undoing of each (row 24).

use lotse_platform::fields::Fields;
use lotse_proto::cases as contract;

use crate::{
    convert,
    convert_episode::{day, name, number},
    domain::records::{self, Aftercare, ClosingNote, PersonView, UndoneClosing},
};

/// Reads what somebody writes when an episode ends. `None` goes with at least one violation.
pub fn note(fields: &mut Fields, path: &str, record: &contract::ClosingRecord) -> Option<ClosingNote> {
    let name = contract::EndReason::as_str_name;
    let reason = convert::parse_code(fields, &format!("{path}.reason"), record.reason, "END_REASON_", name);
    let retrospective = fields.text(&format!("{path}.retrospective"), &record.retrospective, 1..=4000);
    let prospective = fields.text(&format!("{path}.prospective"), &record.prospective, 1..=4000);
    let view = fields.text(&format!("{path}.person_view"), &record.person_view, 0..=4000);
    let missing = fields.text(&format!("{path}.person_view_missing"), &record.person_view_missing, 0..=1000);
    let person_view = match (view.is_empty(), missing.is_empty()) {
        (false, true) => Some(PersonView::Stated(view)),
        (true, false) => Some(PersonView::Missing(missing)),
        (true, true) | (false, false) => {
            fields.violation(format!("{path}.person_view"), "either this or person_view_missing must be given");
            None
        }
    };
    let aftercare = match &record.aftercare {
        None => None,
        Some(agreed) => Some(aftercare(fields, &format!("{path}.aftercare"), agreed)?),
    };
    let onward = record.aftercare.as_ref().map_or("", |agreed| agreed.onward_perspective.as_str());
    let onward_perspective = fields.text(&format!("{path}.aftercare.onward_perspective"), onward, 0..=2000);
    Some(ClosingNote {
        reason: reason?,
        retrospective,
        prospective,
        person_view: person_view?,
        stabilised: record.stabilised,
        aftercare,
        onward_perspective,
    })
}

/// Each basis has one day of its own; what belongs to another one is named.
fn aftercare(fields: &mut Fields, path: &str, agreed: &contract::Aftercare) -> Option<Aftercare> {
    use contract::AftercareBasis as Basis;
    let basis = fields.choice(&format!("{path}.basis"), agreed.basis);
    let days = [
        (
            "job_start_date",
            agreed.job_start_date.as_ref(),
            matches!(basis, Basis::JobStart | Basis::HolisticSupport | Basis::FollowOnJob),
        ),
        ("training_end_date", agreed.training_end_date.as_ref(), basis == Basis::TrainingEnd),
        ("until_date", agreed.until_date.as_ref(), matches!(basis, Basis::FundedJob | Basis::SetDate)),
    ];
    let mut own = None;
    for (name, told, belongs) in days {
        let field = format!("{path}.{name}");
        if belongs {
            own = Some(fields.date(&field, told));
        } else if told.is_some() && basis != Basis::Unspecified {
            fields.violation(field, "is for another basis only; the end is computed unless it is set");
        }
    }
    let day = own?;
    Some(match basis {
        Basis::JobStart => Aftercare::JobStart { started_on: day },
        Basis::HolisticSupport => Aftercare::HolisticSupport { started_on: day },
        Basis::TrainingEnd => Aftercare::TrainingEnd { ended_on: day },
        Basis::FundedJob => Aftercare::FundedJob { until: day },
        Basis::FollowOnJob => Aftercare::FollowOnJob { started_on: day },
        Basis::SetDate | Basis::Unspecified => Aftercare::SetDate { until: day },
    })
}

/// A closing record as clients see it, with the check that ended aftercare.
#[must_use]
pub fn record(closing: &records::ClosingRecord, check: Option<&records::ClosingCheck>) -> contract::ClosingRecord {
    let note = &closing.note;
    let (person_view, person_view_missing) = match &note.person_view {
        PersonView::Stated(words) => (words.clone(), String::new()),
        PersonView::Missing(why) => (String::new(), why.clone()),
    };
    let aftercare = note.aftercare.as_ref().map(|agreed| {
        let (job_start, training_end) = match *agreed {
            Aftercare::JobStart { started_on }
            | Aftercare::HolisticSupport { started_on }
            | Aftercare::FollowOnJob { started_on } => (Some(started_on), None),
            Aftercare::TrainingEnd { ended_on } => (None, Some(ended_on)),
            Aftercare::FundedJob { .. } | Aftercare::SetDate { .. } => (None, None),
        };
        contract::Aftercare {
            basis: number!(contract::AftercareBasis, "AFTERCARE_BASIS_", agreed.basis()),
            job_start_date: job_start.and_then(day),
            training_end_date: training_end.and_then(day),
            until_date: closing.aftercare.as_ref().and_then(|deadline| day(deadline.due_on())),
            closing_check: check.map(|check| check.text.clone()).unwrap_or_default(),
            onward_perspective: note.onward_perspective.clone(),
            onward_outcome: check.map(|check| check.onward_outcome.clone()).unwrap_or_default(),
        }
    });
    contract::ClosingRecord {
        reason: number!(contract::EndReason, "END_REASON_", note.reason),
        retrospective: note.retrospective.clone(),
        prospective: note.prospective.clone(),
        person_view,
        person_view_missing,
        stabilised: note.stabilised,
        aftercare,
        end_date: day(closing.ended_on),
    }
}

/// A hand-over as clients see it.
#[must_use]
pub fn handover(handover: &records::Handover) -> contract::Handover {
    contract::Handover {
        receiver: number!(contract::HandoverReceiver, "HANDOVER_RECEIVER_", handover.receiver),
        note: handover.note.clone(),
        acceptance_date: day(handover.accepted_on),
    }
}

/// A technical end as clients see it.
#[must_use]
pub fn technical_end(end: &records::TechnicalEndRecord) -> contract::TechnicalEndRecord {
    contract::TechnicalEndRecord {
        kind: number!(contract::TechnicalEnd, "TECHNICAL_END_", end.kind),
        note: end.note.clone(),
        end_date: day(end.ended_on),
        staff_member: end.ended_by.to_string(),
    }
}

/// A reopening as clients see it, with what it undid.
#[must_use]
pub fn reopening(reopening: &records::Reopening) -> contract::Reopening {
    let answered = reopening.answered.as_ref();
    let undone = answered.and_then(|answered| answered.undone.as_ref());
    let shown = contract::Reopening {
        error: number!(contract::ClosingError, "CLOSING_ERROR_", reopening.error),
        extent: number!(contract::ReopeningExtent, "REOPENING_EXTENT_", reopening.extent),
        reason: reopening.reason.clone(),
        proposer: reopening.proposed_by.to_string(),
        proposal_date: day(reopening.proposed_on),
        closing_date: day(reopening.closed_on),
        last_date: day(reopening.until),
        policy: reopening.under.policy.clone(),
        answer: answered.map_or(0, |it| number!(contract::ReopeningAnswer, "REOPENING_ANSWER_", it.answer)),
        answer_reason: answered.map(|answered| answered.reason.clone()).unwrap_or_default(),
        answerer: name(answered.map(|answered| &answered.answered_by)),
        answer_date: answered.and_then(|answered| day(answered.answered_on)),
        former_retention_date: undone.and_then(|undone| day(undone.retention_until)),
        ..contract::Reopening::default()
    };
    match undone.map(|undone| &undone.closing) {
        None => shown,
        Some(UndoneClosing::Technical(end)) => contract::Reopening { technical_end: Some(technical_end(end)), ..shown },
        Some(UndoneClosing::Handover(accepted)) => contract::Reopening { handover: Some(handover(accepted)), ..shown },
        Some(UndoneClosing::Check(check)) => contract::Reopening { closing_check: check.text.clone(), ..shown },
        Some(UndoneClosing::End { closing, handover: accepted, check }) => contract::Reopening {
            closing_record: Some(record(closing, check.as_ref())),
            handover: Some(handover(accepted)),
            ..shown
        },
    }
}

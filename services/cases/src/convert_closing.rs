//! Reads a closing record, which ending an episode and ending it in a review share (R120, R121).

use lotse_platform::fields::Fields;
use lotse_proto::cases as contract;

use crate::{
    convert,
    domain::records::{Aftercare, ClosingNote, PersonView},
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
    Some(ClosingNote {
        reason: reason?,
        retrospective,
        prospective,
        person_view: person_view?,
        stabilised: record.stabilised,
        aftercare,
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

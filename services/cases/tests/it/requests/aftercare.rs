//! Requests about what follows the end of care.

use lotse_kernel::dates::add_days;
use lotse_proto::cases::*;

use super::{Place, closing, day, text};

/// An end with a lasting integration in the job that begins today.
fn integrated(place: &Place) -> ClosingRecord {
    let (basis, job_start_date) = (AftercareBasis::JobStart.into(), day(place.today));
    let aftercare = Aftercare { basis, job_start_date, ..Default::default() };
    ClosingRecord { reason: EndReason::LastingIntegration.into(), ..closing(aftercare) }
}

/// The same without aftercare.
fn integrated_for_good(place: &Place) -> ClosingRecord {
    ClosingRecord { aftercare: None, integration_date: day(place.today), ..integrated(place) }
}

fn answer(status: EmploymentStatus) -> EmploymentAnswer {
    EmploymentAnswer { status: status.into(), note: text(), ..Default::default() }
}

acts! {
    end_integrated(place) -> EndEpisodeRequest { closing_record: Some(integrated(place)) }
    end_integrated_for_good(place) -> EndEpisodeRequest { closing_record: Some(integrated_for_good(place)) }
    plan_aftercare_contact(place) -> PlanAftercareContactRequest { planned_date: day(add_days(place.today, 7)) }
    record_aftercare_contact(place) -> RecordAftercareContactRequest {
        number: 1,
        outcome: ContactOutcome::Held.into(),
        contact_date: day(place.today),
        text: text(),
    }
    record_employment_status(place) -> RecordEmploymentStatusRequest {
        month: 1,
        answer: Some(answer(EmploymentStatus::SameJob)),
    }
    record_employment_unknown(place) -> RecordEmploymentStatusRequest {
        month: 1,
        answer: Some(answer(EmploymentStatus::Unknown)),
    }
    record_employment_silent(place) -> RecordEmploymentStatusRequest {
        month: 1,
        answer: Some(EmploymentAnswer {
            note: String::new(),
            not_employed_since_date: day(place.today),
            ..answer(EmploymentStatus::Unknown)
        }),
    }
}

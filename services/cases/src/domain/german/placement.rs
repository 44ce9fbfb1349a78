//! What the timeline says of placement proposals.

use jiff::civil::Date;
use lotse_kernel::explanation::german_date;

use crate::domain::vocabulary::PlacementOutcome;

pub(super) fn proposed(number: i32, proposed_on: Date, answer_by: Option<Date>) -> String {
    let answer = answer_by.map(|by| format!(", Rückmeldung bis {}", german_date(by))).unwrap_or_default();
    format!("Vermittlungsvorschlag Nr. {number} vom {}{answer}.", german_date(proposed_on))
}

pub(super) fn resulted(
    number: i32,
    outcome: PlacementOutcome,
    resulted_on: Date,
    job_starts_on: Option<Date>,
) -> String {
    let day = german_date(resulted_on);
    let result = match outcome {
        PlacementOutcome::Applied => format!("beworben am {day}"),
        PlacementOutcome::Invited => format!("am {day} zum Vorstellungsgespräch eingeladen"),
        PlacementOutcome::Hired => format!("eingestellt zum {}", german_date(job_starts_on.unwrap_or(resulted_on))),
        PlacementOutcome::RefusedByEmployer => format!("Absage des Arbeitgebers am {day}"),
        PlacementOutcome::DeclinedByPerson => format!("am {day} von der betreuten Person abgelehnt"),
        PlacementOutcome::NoAnswer => format!("keine Rückmeldung bis {day}"),
    };
    format!("Vermittlungsvorschlag Nr. {number}: {result}.")
}

//! Crises in the timeline, and the contact after them.

use jiff::civil::Date;
use lotse_kernel::explanation::german_date;

use super::late;
use crate::domain::vocabulary::CrisisKind;

pub(super) fn recorded(kind: CrisisKind, occurred_on: Date) -> String {
    let day = german_date(occurred_on);
    match kind {
        CrisisKind::Crisis => format!("Krise vom {day}; Kontakt ist aufzunehmen."),
        CrisisKind::JobAtRisk => format!("Arbeitsplatz in Gefahr seit {day}; Kontakt ist aufzunehmen."),
    }
}

pub(super) fn contact(contacted_on: Date, days_late: i32) -> String {
    format!("Nach der Krise Kontakt aufgenommen am {}{}.", german_date(contacted_on), late(days_late))
}

//! What the timeline says of the integration plan.

use jiff::civil::Date;
use lotse_kernel::explanation::german_date;

use super::late;

pub(super) fn activated(goals: usize, days_late: i32) -> String {
    let counted = if goals == 1 { "1 Ziel".to_owned() } else { format!("{goals} Zielen") };
    format!("Integrationsplan mit {counted} aktiv{}.", late(days_late))
}

pub(super) fn passed_on(due_on: Date) -> String {
    format!("Fortschreibung des Plans geht auf die Arbeitsvermittlung über, fällig am {}.", german_date(due_on))
}

pub(super) fn updated(issued_on: Date, days_late: i32) -> String {
    format!("Plan außerhalb bFM fortgeschrieben am {}{}.", german_date(issued_on), late(days_late))
}

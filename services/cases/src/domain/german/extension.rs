//! What is told of extensions of the limit.

use jiff::civil::Date;

use super::{german_date, late};
use crate::domain::vocabulary::ExtensionReason;

const fn reason(reason: ExtensionReason) -> &'static str {
    match reason {
        ExtensionReason::IntegrationWithinReach => "Integration in Arbeit ist absehbar",
        ExtensionReason::MeasureRunsOn => "Maßnahme oder Ausbildung läuft noch",
        ExtensionReason::SupportRunsOn => "Behandlung, Schuldnerberatung oder andere Hilfe läuft noch",
        ExtensionReason::Setback => "Rückschlag durch Krise oder veränderte Lebenssituation",
        ExtensionReason::LateStart => "später Beginn der Arbeit",
        ExtensionReason::Other => "anderer Grund",
    }
}

pub(super) fn proposed(until: Date, why: ExtensionReason) -> String {
    format!("Verlängerung vorgeschlagen bis {} ({}).", german_date(until), reason(why))
}

pub(super) fn approved(until: Date, why: ExtensionReason, days_late: i32) -> String {
    format!("Verlängerung genehmigt bis {} ({}){}.", german_date(until), reason(why), late(days_late))
}

pub(super) fn declined(until: Date, days_late: i32) -> String {
    format!("Verlängerung bis {} abgelehnt{}.", german_date(until), late(days_late))
}

pub(super) fn withdrawn(until: Date) -> String {
    format!("Vorschlag zur Verlängerung bis {} zurückgezogen.", german_date(until))
}

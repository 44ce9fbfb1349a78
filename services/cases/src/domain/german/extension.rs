//! What is told of extensions of the limit.

use super::{german_date, late};
use crate::domain::{
    events::{ExtensionNamed, ExtensionTold},
    vocabulary::ExtensionReason,
};

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

pub(super) fn proposed(named: &ExtensionNamed) -> String {
    format!("Verlängerung vorgeschlagen bis {} ({}).", german_date(named.until), reason(named.reason))
}

pub(super) fn approved(told: &ExtensionTold) -> String {
    format!("Verlängerung genehmigt bis {} ({}){}.", german_date(told.until), reason(told.reason), late(told.days_late))
}

pub(super) fn declined(told: &ExtensionTold) -> String {
    format!("Verlängerung bis {} abgelehnt{}.", german_date(told.until), late(told.days_late))
}

pub(super) fn withdrawn(named: &ExtensionNamed) -> String {
    format!("Vorschlag zur Verlängerung bis {} zurückgezogen.", german_date(named.until))
}

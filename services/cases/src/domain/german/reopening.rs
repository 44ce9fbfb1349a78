//! What the timeline says of undoing a closing (row 24).

use crate::domain::vocabulary::{ClosingError, EpisodePhase, ReopeningAnswer, ReopeningExtent};

pub(super) fn proposed(error: ClosingError, extent: ReopeningExtent) -> String {
    let error = match error {
        ClosingError::WrongPerson => "falsche Person",
        ClosingError::FalseReport => "Falschmeldung",
        ClosingError::WrongReason => "falscher Grund",
    };
    let undone = match extent {
        ReopeningExtent::Closing => "der Abschluss soll",
        ReopeningExtent::EndOfCare => "Abschluss und Beendigung sollen",
    };
    format!("Wiedereröffnung vorgeschlagen: {error}; {undone} zurückgenommen werden.")
}

pub(super) fn answered(answer: ReopeningAnswer) -> String {
    match answer {
        ReopeningAnswer::Approved => "Wiedereröffnung genehmigt.",
        ReopeningAnswer::Declined => "Wiedereröffnung abgelehnt: Der Abschluss bleibt bestehen.",
        ReopeningAnswer::Withdrawn => "Vorschlag zur Wiedereröffnung zurückgezogen.",
    }
    .to_owned()
}

pub(super) fn lapsed() -> String {
    "Der Vorschlag zur Wiedereröffnung ist verfallen: Die Korrekturfrist ist vorbei.".to_owned()
}

pub(super) fn reopened(phase: EpisodePhase) -> String {
    format!("Die Betreuungsepisode ist wieder offen: {}.", name(phase))
}

const fn name(phase: EpisodePhase) -> &'static str {
    match phase {
        EpisodePhase::Proposed => "vorgeschlagen",
        EpisodePhase::InDiscussion => "Fallerörterung",
        EpisodePhase::Waitlisted => "Warteliste",
        EpisodePhase::Refused => "abgelehnt",
        EpisodePhase::EntryConsultation => "Einstiegsberatung",
        EpisodePhase::ReferredBack => "Rücküberweisung",
        EpisodePhase::Assessment => "Assessment",
        EpisodePhase::Planning => "Integrationsplanung",
        EpisodePhase::Delivery => "Leistungssteuerung",
        EpisodePhase::Closing => "Fallabgang",
        EpisodePhase::Aftercare => "Nachbetreuung",
        EpisodePhase::Closed => "abgeschlossen",
    }
}

//! What the timeline says of the integration plan.

use jiff::civil::Date;
use lotse_kernel::explanation::german_date;

use super::late;
use crate::domain::vocabulary::{DeviationConsequence, GoalLevel, GoalOutcome, StepOutcome, StepParty};

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

pub(super) fn revised(version: i32, goals: [usize; 3], days_late: i32) -> String {
    let words = ["neu", "geändert", "entfallen"];
    let told = goals.into_iter().zip(words).filter(|(count, _)| *count > 0).map(|(count, word)| match count {
        1 => format!("1 Ziel {word}"),
        count => format!("{count} Ziele {word}"),
    });
    let told: Vec<String> = told.collect();
    let told = if told.is_empty() { "Ziele unverändert".to_owned() } else { told.join(", ") };
    format!("Integrationsplan fortgeschrieben, Fassung {version}: {told}{}.", late(days_late))
}

pub(super) fn determined(level: GoalLevel, outcome: GoalOutcome, determined_on: Date) -> String {
    let goal = match level {
        GoalLevel::Basic => "Grundsatzziel",
        GoalLevel::MidTerm => "Mittelfristiges Teilziel",
        GoalLevel::ShortTerm => "Kurzfristiges Teilziel",
    };
    let found = match outcome {
        GoalOutcome::Attained => "erreicht",
        GoalOutcome::Partly => "teilweise erreicht",
        GoalOutcome::NotAttained => "nicht erreicht",
        GoalOutcome::Dropped => "entfallen",
    };
    format!("{goal} überprüft am {}: {found}.", german_date(determined_on))
}

pub(super) fn step(party: StepParty, outcome: StepOutcome, determined_on: Date) -> String {
    let step = match party {
        StepParty::Person => "Schritt der betreuten Person",
        StepParty::Jobcenter => "Zusage des Jobcenters",
        StepParty::ThirdParty => "Schritt einer dritten Stelle",
    };
    let day = german_date(determined_on);
    match outcome {
        StepOutcome::Done => format!("{step} erledigt am {day}."),
        StepOutcome::NotDone => format!("{step} am {day} noch nicht erledigt."),
        StepOutcome::GivenUp => format!("{step} entfallen am {day}."),
    }
}

pub(super) fn deviated(occurred_on: Date, consequence: DeviationConsequence) -> String {
    let follows = match consequence {
        DeviationConsequence::None => "Der Plan gilt weiter",
        DeviationConsequence::NewPlan => "Plan oder Vereinbarung überholt, die Planung beginnt neu",
        DeviationConsequence::LegalTrack => "ohne wichtigen Grund, an die Rechtsfolgenprüfung abgegeben",
    };
    format!("Abweichung vom Plan am {}: {follows}.", german_date(occurred_on))
}

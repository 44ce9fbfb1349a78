//! The steps in German.

use jiff::civil::{Date, Weekday};

use super::{Event, Step, StepAction};

/// A date as letters and files write it, with its weekday: `Mittwoch, 09.09.2026`.
#[must_use]
pub fn long_date(day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "Montag",
        Weekday::Tuesday => "Dienstag",
        Weekday::Wednesday => "Mittwoch",
        Weekday::Thursday => "Donnerstag",
        Weekday::Friday => "Freitag",
        Weekday::Saturday => "Samstag",
        Weekday::Sunday => "Sonntag",
    };
    format!("{weekday}, {:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

const fn event_words(event: Event) -> &'static str {
    match event {
        Event::Assignment => "Zuweisung in das bFM",
        Event::Proposal => "Vorschlag für das bFM",
        Event::JobStart => "Beginn der Beschäftigung",
        Event::FormerLimit => "Ablauf der bisherigen Frist",
        Event::ReferralSent => "Versand der Zuweisung an den Träger",
        Event::ServiceStart => "Beginn der Leistung",
        Event::LetterOffered => "Bereitstellung des Schreibens zum Versand",
    }
}

fn counted(number: i32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

pub(super) fn sentence(step: &Step) -> String {
    let day = long_date(step.on);
    let months = |number| counted(number, "Monat", "Monaten");
    match step.action {
        StepAction::EventDay { event } => {
            format!("{} am {day}; dieser Tag zählt nicht mit (§ 187 Abs. 1 BGB).", event_words(event))
        }
        StepAction::PeriodEndMonths { months: number } => {
            format!("Die Frist von {} endet mit Ablauf von {day} (§ 188 Abs. 2 BGB).", months(number))
        }
        StepAction::PeriodEndShortMonth { months: number } => format!(
            "Der Frist von {} fehlt im letzten Monat der maßgebende Tag; sie endet mit Ablauf des Monatsletzten, {day} (§ 188 Abs. 3 BGB).",
            months(number)
        ),
        StepAction::PeriodEndWeeks { weeks } => format!(
            "Die Frist von {} endet mit Ablauf von {day} (§ 188 Abs. 2 BGB).",
            counted(weeks, "Woche", "Wochen")
        ),
        StepAction::PeriodEndWorkingDays { days } => {
            format!("Die Frist von {} endet mit Ablauf von {day}.", counted(days, "Arbeitstag", "Arbeitstagen"))
        }
        StepAction::SetDate => format!("Der Tag ist festgesetzt: {day}."),
        StepAction::ContinuesFormerLimit => {
            format!("Die neue Frist wird vom Ablauf der bisherigen an berechnet, {day} (§ 190 BGB).")
        }
        StepAction::ContinuedToMonthEnd => {
            format!(
                "Die bisherige Frist endete am Monatsletzten; die neue endet ebenfalls am Monatsletzten, {day} (§ 190 BGB)."
            )
        }
        StepAction::StaysOnFreeDay => format!(
            "Es bleibt bei {day}, obwohl dies kein Arbeitstag ist: Die Frist ist keinem Beteiligten gesetzt (§ 26 Abs. 3 SGB X gilt nicht)."
        ),
        StepAction::TargetWorkingDay => format!("Anzustreben ist der letzte Arbeitstag bis dahin: {day}."),
        StepAction::OpensBefore { days } => {
            format!("Möglich ab {day}, {} vor der Fälligkeit.", counted(days, "Tag", "Tage"))
        }
        StepAction::OpensAfterMonths { months: number } => {
            format!("Möglich ab {day}, nach {}.", months(number))
        }
        StepAction::OpensAtOnce => format!("Möglich sofort, ab {day}."),
        StepAction::RemindsAfterMonths { months: number } => {
            format!("Erinnerung am {day}, nach {}.", months(number))
        }
        StepAction::RemindsWhenDue => format!("Erinnerung am Tag der Fälligkeit, {day}."),
        StepAction::Grace { days } => format!(
            "Rechtzeitig bis zum Ablauf von {day} ({} Karenz), danach überfällig.",
            counted(days, "Arbeitstag", "Arbeitstage")
        ),
        StepAction::NoGrace => format!("Rechtzeitig bis zum Ablauf von {day}, danach überfällig."),
    }
}

//! The steps in English.

use jiff::civil::{Date, Weekday};

use super::{Event, Step, StepAction};

fn long_date(day: Date) -> String {
    let weekday = match day.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    };
    format!("{weekday} {day}")
}

const fn event_words(event: Event) -> &'static str {
    match event {
        Event::Assignment => "Assignment to case management",
        Event::Proposal => "Proposal of case management",
        Event::JobStart => "Start of the job",
        Event::FormerLimit => "Expiry of the former limit",
        Event::ReferralSent => "Sending of the referral",
        Event::ServiceStart => "Start of the service",
        Event::LetterOffered => "Letter given out for posting",
    }
}

fn counted(number: i32, unit: &str) -> String {
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

pub(super) fn sentence(step: &Step) -> String {
    let day = long_date(step.on);
    match step.action {
        StepAction::EventDay { event } => {
            format!("{} on {day}; this day is not counted (§ 187(1) BGB).", event_words(event))
        }
        StepAction::PeriodEndMonths { months } => {
            format!("The period of {} ends at the end of {day} (§ 188(2) BGB).", counted(months, "month"))
        }
        StepAction::PeriodEndShortMonth { months } => format!(
            "The last month of the period of {} lacks the like-numbered day; it ends at the end of the month's last day, {day} (§ 188(3) BGB).",
            counted(months, "month")
        ),
        StepAction::PeriodEndWeeks { weeks } => {
            format!("The period of {} ends at the end of {day} (§ 188(2) BGB).", counted(weeks, "week"))
        }
        StepAction::PeriodEndWorkingDays { days } => {
            format!("The period of {} ends at the end of {day}.", counted(days, "working day"))
        }
        StepAction::SetDate => format!("The day was set: {day}."),
        StepAction::ContinuesFormerLimit => {
            format!("The new period is computed from the expiry of the former one, {day} (§ 190 BGB).")
        }
        StepAction::ContinuedToMonthEnd => {
            format!("The former period ended on a month's last day, and so does the new one, {day} (§ 190 BGB).")
        }
        StepAction::StaysOnFreeDay => format!(
            "It stays on {day} although this is no working day: the period is not set to a party (§ 26(3) SGB X does not apply)."
        ),
        StepAction::TargetWorkingDay => format!("The day to aim for is the last working day until then: {day}."),
        StepAction::OpensBefore { days } => {
            format!("Possible from {day} on, {} before it is due.", counted(days, "day"))
        }
        StepAction::OpensAfterMonths { months } => {
            format!("Possible from {day} on, after {}.", counted(months, "month"))
        }
        StepAction::OpensAtOnce => format!("Possible at once, from {day} on."),
        StepAction::RemindsAfterMonths { months } => format!("Reminder on {day}, after {}.", counted(months, "month")),
        StepAction::RemindsWhenDue => format!("Reminder on the day it is due, {day}."),
        StepAction::Grace { days } => {
            format!("In time until the end of {day} (grace of {}), overdue afterwards.", counted(days, "working day"))
        }
        StepAction::NoGrace => format!("In time until the end of {day}, overdue afterwards."),
    }
}

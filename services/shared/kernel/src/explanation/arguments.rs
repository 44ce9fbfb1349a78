//! The numbers and codes of a step by name, for clients that read steps and not words.

use super::{Step, StepAction};
use crate::legal::FreeDay;

impl Step {
    /// What the step's code speaks of, in the order in which its words do: `count` and `unit` of a period, `event` of a beginning.
    #[must_use]
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        match self.action {
            StepAction::EventDay { event } | StepAction::StartDay { event } => vec![("event", event.to_string())],
            StepAction::PeriodEnd { count, unit } | StepAction::PeriodEndShortMonth { count, unit } => {
                vec![("count", count.to_string()), ("unit", unit.to_string())]
            }
            StepAction::MonthPoint { point } => vec![("point", point.to_string())],
            StepAction::PolicyChoice { choice } => vec![("choice", choice.to_string())],
            StepAction::FreeDay { free } => free_day(free),
            StepAction::HolidayNotKnown { holiday } => vec![("holiday", holiday.to_string())],
            StepAction::StaysOnFreeDay { shift } | StepAction::MovedToWorkingDay { shift } => {
                vec![("shift", shift.to_string()), ("legal_basis", shift.legal_basis().to_owned())]
            }
            StepAction::Sent { channel } => vec![("channel", channel.to_string())],
            StepAction::ProvenNotice { proof } => vec![("proof", proof.to_string())],
            StepAction::ObjectionPeriod { ground } => vec![("ground", ground.to_string())],
            StepAction::AgeCompleted { years, months } => {
                vec![("years", years.to_string()), ("months", months.to_string())]
            }
            StepAction::DeemedNotice { days } | StepAction::OpensBefore { days } | StepAction::Grace { days } => {
                vec![("days", days.to_string())]
            }
            StepAction::OpensAfterMonths { months } | StepAction::RemindsAfterMonths { months } => {
                vec![("months", months.to_string())]
            }
            StepAction::SetDate
            | StepAction::ContinuesFormerLimit
            | StepAction::HalfMonthLast
            | StepAction::NextMonthStart
            | StepAction::ContinuedToMonthEnd
            | StepAction::TargetWorkingDay
            | StepAction::TargetBroughtForward
            | StepAction::OpensAfterFormerSlot
            | StepAction::OpensAtOnce
            | StepAction::RemindsWhenDue
            | StepAction::NoGrace => Vec::new(),
        }
    }
}

fn free_day(free: FreeDay) -> Vec<(&'static str, String)> {
    match free {
        FreeDay::Saturday => vec![("free", "SATURDAY".to_owned())],
        FreeDay::Sunday => vec![("free", "SUNDAY".to_owned())],
        FreeDay::Holiday(holiday) => vec![("free", "HOLIDAY".to_owned()), ("holiday", holiday.to_string())],
    }
}

//! The steps of a computation, noted as they are taken.

use jiff::civil::Date;

use crate::{
    dates::{add_days, add_months, add_weeks, add_working_days, is_working_day},
    defaults::{Days, Months, Parameter, VERSION, Weeks, WorkingDays},
    duty::DutyKind,
    explanation::{Event, Explanation, Step, StepAction},
};

use super::Deadline;

/// A computation on its way. The due day comes first; opening, reminder and grace follow from it.
pub(super) struct Computation {
    steps: Vec<Step>,
    opens_on: Option<Date>,
    reminds_on: Option<Date>,
    due_on: Date,
    overdue_after: Option<Date>,
}

impl Computation {
    /// Begins with an event, whose day is not counted.
    pub(super) fn from_event(event: Event, on: Date) -> Self {
        Self::from_step(StepAction::EventDay { event }, on)
    }

    /// Begins with a day that is given.
    pub(super) fn from_step(action: StepAction, on: Date) -> Self {
        Self { steps: vec![Step { on, action }], opens_on: None, reminds_on: None, due_on: on, overdue_after: None }
    }

    /// Due so many months after the event, always counted from the event itself.
    pub(super) fn months(self, event: Date, months: i32) -> Self {
        let end = add_months(event, months);
        let action = if end.is_short_month {
            StepAction::PeriodEndShortMonth { months }
        } else {
            StepAction::PeriodEndMonths { months }
        };
        self.due(end.date, action)
    }

    /// Due so many weeks after the day reached.
    pub(super) fn weeks(self, Weeks(weeks): Weeks) -> Self {
        let due_on = add_weeks(self.due_on, weeks);
        self.due(due_on, StepAction::PeriodEndWeeks { weeks })
    }

    /// Due so many working days after the day reached.
    pub(super) fn working_days(self, WorkingDays(days): WorkingDays) -> Self {
        let due_on = add_working_days(self.due_on, days);
        self.due(due_on, StepAction::PeriodEndWorkingDays { days })
    }

    /// Due on a day that was set.
    pub(super) fn set_date(self, until: Date) -> Self {
        self.due(until, StepAction::SetDate)
    }

    /// Moves the due day to the end of its month when the former limit ended its month too.
    pub(super) fn at_month_end_like(self, former_limit: Date) -> Self {
        let month_end = self.due_on.last_of_month();
        if former_limit == former_limit.last_of_month() && self.due_on != month_end {
            self.due(month_end, StepAction::ContinuedToMonthEnd)
        } else {
            self
        }
    }

    /// Notes that a due day without work is not moved.
    pub(super) fn stays_when_due(self) -> Self {
        if is_working_day(self.due_on) {
            self
        } else {
            let due_on = self.due_on;
            self.note(due_on, StepAction::StaysOnFreeDay)
        }
    }

    /// May be done some days before it is due.
    pub(super) fn opens_before(mut self, Days(days): Days) -> Self {
        let opens_on = add_days(self.due_on, -days);
        self.opens_on = Some(opens_on);
        self.note(opens_on, StepAction::OpensBefore { days })
    }

    /// May be done some months after the event.
    pub(super) fn opens_after_months(mut self, event: Date, Months(months): Months) -> Self {
        let opens_on = add_months(event, months).date;
        self.opens_on = Some(opens_on);
        self.note(opens_on, StepAction::OpensAfterMonths { months })
    }

    /// May be done from the event on.
    pub(super) fn opens_at_once(mut self, event: Date) -> Self {
        self.opens_on = Some(event);
        self.note(event, StepAction::OpensAtOnce)
    }

    /// A reminder some months after the event.
    pub(super) fn reminds_after_months(mut self, event: Date, Months(months): Months) -> Self {
        let reminds_on = add_months(event, months).date;
        self.reminds_on = Some(reminds_on);
        self.note(reminds_on, StepAction::RemindsAfterMonths { months })
    }

    /// A reminder on the day it is due.
    pub(super) fn reminds_when_due(mut self) -> Self {
        let due_on = self.due_on;
        self.reminds_on = Some(due_on);
        self.note(due_on, StepAction::RemindsWhenDue)
    }

    /// Overdue only after so many working days more.
    pub(super) fn grace(mut self, WorkingDays(days): WorkingDays) -> Self {
        let last = add_working_days(self.due_on, days);
        self.overdue_after = Some(last);
        self.note(last, StepAction::Grace { days })
    }

    /// Overdue from the day after the due day.
    pub(super) fn no_grace(mut self) -> Self {
        let due_on = self.due_on;
        self.overdue_after = Some(due_on);
        self.note(due_on, StepAction::NoGrace)
    }

    /// The deadline of a kind and slot, resting on a parameter.
    pub(super) fn finish<T: Copy>(self, kind: DutyKind, slot: i32, parameter: Parameter<T>) -> Deadline {
        Deadline {
            kind,
            slot,
            opens_on: self.opens_on.unwrap_or(self.due_on),
            reminds_on: self.reminds_on,
            explanation: Explanation {
                due_on: self.due_on,
                target_on: self.due_on,
                overdue_after: self.overdue_after.unwrap_or(self.due_on),
                rule: parameter.requirement.to_owned(),
                rule_version: VERSION.to_owned(),
                legal_basis: parameter.legal_basis.to_owned(),
                steps: self.steps,
            },
        }
    }

    fn due(mut self, due_on: Date, action: StepAction) -> Self {
        self.due_on = due_on;
        self.note(due_on, action)
    }

    fn note(mut self, on: Date, action: StepAction) -> Self {
        self.steps.push(Step { on, action });
        self
    }
}

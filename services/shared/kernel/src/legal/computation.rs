//! The one way to compute a legal date: step by step, each step noted as it is taken.

use jiff::{ToSpan, civil::Date};

use super::{
    calendar::Calendar,
    length::{Length, LengthUnit},
    period::{self, Beginning, MonthPoint},
    shift::Shift,
};
use crate::{
    defaults::{ContinuationAnchor, Days, Months, WorkingDays},
    explanation::{Choice, Event, Explanation, Step, StepAction},
};

/// The rule a date rests on, as its explanation cites it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis<'t> {
    /// The requirement or rule, for example `R106`.
    pub rule: &'t str,
    /// Version of its parameters.
    pub version: &'t str,
    /// The legal basis in the usual German citation.
    pub legal_basis: &'t str,
    /// The date of the fact that chose the version; nothing for the law itself.
    pub fact_on: Option<Date>,
    /// The version is second-hand.
    pub unverified: bool,
}

impl<'t> Basis<'t> {
    /// A rule of the law itself, which no policy parameterises.
    #[must_use]
    pub const fn law(legal_basis: &'t str) -> Self {
        Self { rule: "LAW", version: "legal/1", legal_basis, fact_on: None, unverified: false }
    }
}

/// A computed date with the days before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// From this day on the duty may be done.
    pub opens_on: Date,
    /// A reminder on the way.
    pub reminds_on: Option<Date>,
    /// Due day, target, last day in time, and why.
    pub explanation: Explanation,
}

/// A computation on its way. The due day comes first; target, opening, reminder and grace follow from it.
#[derive(Debug, Clone)]
pub struct Computation {
    calendar: Calendar,
    beginning: Beginning,
    begin: Date,
    steps: Vec<Step>,
    opens_on: Option<Date>,
    reminds_on: Option<Date>,
    due_on: Date,
    target_on: Option<Date>,
    overdue_after: Option<Date>,
}

impl Computation {
    /// Begins with an event, whose day is not counted (§ 187 Abs. 1 BGB).
    #[must_use]
    pub fn after(event: Event, on: Date, calendar: Calendar) -> Self {
        Self::begun(Beginning::Event, StepAction::EventDay { event }, on, calendar)
    }

    /// Begins with the start of a day, which is counted (§ 187 Abs. 2 BGB).
    #[must_use]
    pub fn from_start_of(event: Event, on: Date, calendar: Calendar) -> Self {
        Self::begun(Beginning::StartOfDay, StepAction::StartDay { event }, on, calendar)
    }

    /// Begins either way.
    #[must_use]
    pub fn beginning(beginning: Beginning, event: Event, on: Date, calendar: Calendar) -> Self {
        match beginning {
            Beginning::Event => Self::after(event, on, calendar),
            Beginning::StartOfDay => Self::from_start_of(event, on, calendar),
        }
    }

    /// A day that was set by a decision or an agreement.
    #[must_use]
    pub fn set_day(on: Date, calendar: Calendar) -> Self {
        Self::begun(Beginning::Event, StepAction::SetDate, on, calendar)
    }

    /// Extends a period from its old end (§ 190 BGB): where that end had moved by `shift`, from the day it moved to.
    #[must_use]
    pub fn extending(former_end: Date, shift: Shift, calendar: Calendar) -> Self {
        let moved_to = shift.apply(former_end, calendar);
        if moved_to == former_end {
            return Self::begun(Beginning::Event, StepAction::ContinuesFormerLimit, former_end, calendar);
        }
        let mut extended = Self::begun(Beginning::Event, StepAction::SetDate, former_end, calendar).shift(shift);
        extended.begin = moved_to;
        extended.note(moved_to, StepAction::ContinuesFormerLimit)
    }

    fn begun(beginning: Beginning, action: StepAction, on: Date, calendar: Calendar) -> Self {
        let mut steps = Vec::with_capacity(8);
        steps.push(Step { on, action });
        Self {
            calendar,
            beginning,
            begin: on,
            steps,
            opens_on: None,
            reminds_on: None,
            due_on: on,
            target_on: None,
            overdue_after: None,
        }
    }

    /// Begins an explanation with a step of its own kind; the day is an event.
    pub(super) fn with_step(action: StepAction, on: Date, calendar: Calendar) -> Self {
        Self::begun(Beginning::Event, action, on, calendar)
    }

    /// The day reached so far.
    #[must_use]
    pub const fn due_on(&self) -> Date {
        self.due_on
    }

    /// Due a length after the beginning, always counted from the beginning itself.
    #[must_use]
    pub fn plus(self, length: Length) -> Self {
        let end = period::end(self.beginning, self.begin, length, self.calendar);
        let (count, unit) = (length.count(), length.unit());
        let action = if end.is_short_month {
            StepAction::PeriodEndShortMonth { count, unit }
        } else {
            StepAction::PeriodEnd { count, unit }
        };
        let reached = self.due(end.whole_units_on, action);
        if length.has_half_month() { reached.due(end.date, StepAction::HalfMonthLast) } else { reached }
    }

    /// Due so many months after the beginning, a number that its policy has bounded.
    #[must_use]
    pub fn plus_months(self, Months(count): Months) -> Self {
        self.plus(Length::unchecked(count, LengthUnit::Months))
    }

    /// Due so many working days after the beginning, a number that its policy has bounded.
    #[must_use]
    pub fn plus_working_days(self, WorkingDays(count): WorkingDays) -> Self {
        self.plus(Length::unchecked(count, LengthUnit::WorkingDays))
    }

    /// Due on another day that was set.
    #[must_use]
    pub fn until(self, day: Date) -> Self {
        self.due(day, StepAction::SetDate)
    }

    /// Due at a point of the month reached (§ 192 BGB).
    #[must_use]
    pub fn at_month_point(self, point: MonthPoint) -> Self {
        let day = period::month_point(self.due_on, point);
        self.due(day, StepAction::MonthPoint { point })
    }

    /// Due on the first day of the month that follows.
    #[must_use]
    pub fn at_next_month_start(self) -> Self {
        let day = period::next_month_start(self.due_on);
        self.due(day, StepAction::NextMonthStart)
    }

    /// Takes the choice that § 190 BGB leaves when the old period ended on a month's last day and the new one would not, as policy has it.
    #[must_use]
    pub fn anchored(self, anchor: ContinuationAnchor) -> Self {
        self.anchored_as(anchor, Choice::LikeNumberedDay, Choice::MonthEnd)
    }

    /// The same for a period that no policy governs, as the question has it.
    #[must_use]
    pub fn anchored_as_asked(self, anchor: ContinuationAnchor) -> Self {
        self.anchored_as(anchor, Choice::AskedLikeNumberedDay, Choice::AskedMonthEnd)
    }

    fn anchored_as(self, anchor: ContinuationAnchor, like_numbered: Choice, at_month_end: Choice) -> Self {
        let month_end = self.due_on.last_of_month();
        if self.begin != self.begin.last_of_month() || self.due_on == month_end {
            return self;
        }
        match anchor {
            ContinuationAnchor::LikeNumberedDay => self.choose(like_numbered),
            ContinuationAnchor::MonthEnd => self.due(month_end, StepAction::ContinuedToMonthEnd).choose(at_month_end),
        }
    }

    /// Notes what policy chose where the law leaves a choice.
    #[must_use]
    pub fn choose(self, choice: Choice) -> Self {
        let due_on = self.due_on;
        self.note(due_on, StepAction::PolicyChoice { choice })
    }

    /// Moves a due day without work, or notes why it stays.
    #[must_use]
    pub fn shift(self, shift: Shift) -> Self {
        let due_on = self.due_on;
        let Some(free) = self.calendar.free(due_on) else { return self.doubting(due_on) };
        let noted = self.note(due_on, StepAction::FreeDay { free });
        let moved_to = shift.apply(due_on, noted.calendar);
        if moved_to == due_on {
            noted.note(due_on, StepAction::StaysOnFreeDay { shift })
        } else {
            noted.due(moved_to, StepAction::MovedToWorkingDay { shift }).doubting(moved_to)
        }
    }

    /// An internal duty due "spätestens" on the day: the last working day until then is the target, the computed day stays due.
    #[must_use]
    pub fn aim_at_working_day(mut self) -> Self {
        let due_on = self.due_on;
        let Some(free) = self.calendar.free(due_on) else { return self.doubting(due_on) };
        let target_on = self.calendar.on_or_before(due_on);
        self.target_on = Some(target_on);
        self.note(due_on, StepAction::FreeDay { free })
            .note(target_on, StepAction::TargetWorkingDay)
            .doubting(target_on)
    }

    /// Says so where a day counts as a working day only because the municipality was not told.
    fn doubting(self, day: Date) -> Self {
        match self.calendar.doubt(day) {
            Some(holiday) => self.note(day, StepAction::HolidayNotKnown { holiday }),
            None => self,
        }
    }

    /// May be done some days before it is due.
    #[must_use]
    pub fn opens_before(mut self, Days(days): Days) -> Self {
        let opens_on = self.due_on.saturating_sub(days.days());
        self.opens_on = Some(opens_on);
        self.note(opens_on, StepAction::OpensBefore { days })
    }

    /// May be done no earlier than after a day until which the slot before is in time, and at latest on its own due day.
    #[must_use]
    pub fn opens_after(mut self, former: Date) -> Self {
        let next = former.saturating_add(1.days()).min(self.due_on);
        if self.opens_on.is_none_or(|opens_on| opens_on >= next) {
            return self;
        }
        self.opens_on = Some(next);
        self.note(next, StepAction::OpensAfterFormerSlot)
    }

    /// May be done some months after the beginning.
    #[must_use]
    pub fn opens_after_months(mut self, Months(months): Months) -> Self {
        let opens_on = self.months_after_beginning(months);
        self.opens_on = Some(opens_on);
        self.note(opens_on, StepAction::OpensAfterMonths { months })
    }

    /// May be done from the beginning on.
    #[must_use]
    pub fn opens_at_once(mut self) -> Self {
        let begin = self.begin;
        self.opens_on = Some(begin);
        self.note(begin, StepAction::OpensAtOnce)
    }

    /// A reminder some months after the beginning.
    #[must_use]
    pub fn reminds_after_months(mut self, Months(months): Months) -> Self {
        let reminds_on = self.months_after_beginning(months);
        self.reminds_on = Some(reminds_on);
        self.note(reminds_on, StepAction::RemindsAfterMonths { months })
    }

    /// A reminder on the day it is due.
    #[must_use]
    pub fn reminds_when_due(mut self) -> Self {
        let due_on = self.due_on;
        self.reminds_on = Some(due_on);
        self.note(due_on, StepAction::RemindsWhenDue)
    }

    /// Overdue only after so many working days more ("mit Ablauf" duties).
    #[must_use]
    pub fn grace(mut self, WorkingDays(days): WorkingDays) -> Self {
        let last = self.calendar.add_working_days(self.due_on, days);
        self.overdue_after = Some(last);
        self.note(last, StepAction::Grace { days }).doubting(last)
    }

    /// Overdue from the day after the due day.
    #[must_use]
    pub fn no_grace(mut self) -> Self {
        let due_on = self.due_on;
        self.overdue_after = Some(due_on);
        self.note(due_on, StepAction::NoGrace)
    }

    /// The answer, resting on a rule.
    #[must_use]
    pub fn explain<'t>(self, basis: impl Into<Basis<'t>>) -> Explanation {
        self.finish(basis).explanation
    }

    /// The answer with opening and reminder, resting on a rule.
    #[must_use]
    pub fn finish<'t>(self, basis: impl Into<Basis<'t>>) -> Computed {
        let basis = basis.into();
        Computed {
            opens_on: self.opens_on.unwrap_or(self.due_on),
            reminds_on: self.reminds_on,
            explanation: Explanation {
                due_on: self.due_on,
                target_on: self.target_on.unwrap_or(self.due_on),
                overdue_after: self.overdue_after.unwrap_or(self.due_on),
                rule: basis.rule.to_owned(),
                rule_version: basis.version.to_owned(),
                legal_basis: basis.legal_basis.to_owned(),
                fact_on: basis.fact_on,
                unverified: basis.unverified,
                steps: self.steps,
            },
        }
    }

    pub(super) fn due(mut self, due_on: Date, action: StepAction) -> Self {
        self.due_on = due_on;
        self.note(due_on, action)
    }

    pub(super) fn note(mut self, on: Date, action: StepAction) -> Self {
        self.steps.push(Step { on, action });
        self
    }

    fn months_after_beginning(&self, months: i32) -> Date {
        let length = Length::unchecked(months, LengthUnit::Months);
        period::end(self.beginning, self.begin, length, self.calendar).date
    }
}

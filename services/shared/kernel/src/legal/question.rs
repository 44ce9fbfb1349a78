//! A period as somebody asks for it: where it starts, how long it runs, what happens to its end.

use jiff::civil::Date;

use super::{
    around::{Surroundings, Unanswered},
    calendar::Calendar,
    computation::{Basis, Computation, Computed},
    fault::{LegalFault, Reason},
    length::Length,
    notification::{Delivery, notice},
    period::MonthPoint,
    read::{bounded, known_day},
    remedy::{ObjectionGround, objection},
    shift::Shift,
};
use crate::{
    defaults::{ContinuationAnchor, WorkingDays},
    explanation::{Event, Explanation},
};

/// The most working days of grace: a policy has at most as many.
pub const MOST_GRACE: i64 = 10;

crate::codes! {
    /// What happens to an end on a day without work.
    pub enum EndRule {
        /// Forward: set to or by a party in an administrative procedure (§ 26 Abs. 3 Satz 1 SGB X).
        SocialProcedure = "SOCIAL_PROCEDURE",
        /// Forward: a declaration or a performance (§ 193 BGB).
        CivilLaw = "CIVIL_LAW",
        /// Forward: objection and court (§ 64 Abs. 3 SGG).
        SocialCourt = "SOCIAL_COURT",
        /// Stays: a certain day was told with reference to the rule (§ 26 Abs. 3 Satz 2 SGB X).
        NotifiedDay = "NOTIFIED_DAY",
        /// Stays: a benefit or service runs for a certain time (§ 26 Abs. 4 SGB X).
        ServicePeriod = "SERVICE_PERIOD",
        /// Stays: an appointment that the authority fixed (§ 26 Abs. 5 SGB X).
        AuthorityAppointment = "AUTHORITY_APPOINTMENT",
        /// Stays: an internal duty of the authority.
        InternalDuty = "INTERNAL_DUTY",
        /// Stays, and the last working day on or before is the target: an internal duty due "spätestens" on the day.
        WorkingDayBefore = "WORKING_DAY_BEFORE",
    }
}

impl EndRule {
    /// The rule of the law by which an end moves or stays.
    #[must_use]
    pub const fn shift(self) -> Shift {
        match self {
            Self::SocialProcedure => Shift::SocialProcedure,
            Self::CivilLaw => Shift::CivilLaw,
            Self::SocialCourt => Shift::SocialCourt,
            Self::NotifiedDay => Shift::NotifiedDay,
            Self::ServicePeriod => Shift::ServicePeriod,
            Self::AuthorityAppointment => Shift::AuthorityAppointment,
            Self::InternalDuty | Self::WorkingDayBefore => Shift::InternalDuty,
        }
    }
}

/// Where a period starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With an event, whose day is not counted (§ 187 Abs. 1 BGB).
    Event(Date),
    /// With the start of a day, which is counted (§ 187 Abs. 2 BGB).
    StartOfDay(Date),
    /// Where an old period ended, or had moved to (§ 190 BGB).
    FormerEnd(Date),
}

impl Start {
    /// The day.
    #[must_use]
    pub const fn day(self) -> Date {
        match self {
            Self::Event(day) | Self::StartOfDay(day) | Self::FormerEnd(day) => day,
        }
    }
}

/// A period as somebody asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeriodQuestion {
    /// Where it starts.
    pub start: Start,
    /// How long one of its links is; nothing where only a point of the month is asked for.
    pub length: Option<Length>,
    /// Which link of a chain of such lengths, all counted from the start: 1 for a single period.
    pub number: i32,
    /// The point of the month reached at which it ends (§ 192 BGB).
    pub point: Option<MonthPoint>,
    /// What § 190 BGB leaves open after the end of a short month; no policy of a limit answers for a period of anybody.
    pub anchor: ContinuationAnchor,
    /// What happens to an end without work.
    pub end_rule: EndRule,
    /// Working days after the end that are still in time.
    pub grace: WorkingDays,
}

impl PeriodQuestion {
    /// A single period of a length that stays where it ends.
    #[must_use]
    pub const fn new(start: Start, length: Option<Length>) -> Self {
        Self {
            start,
            length,
            number: 1,
            point: None,
            anchor: ContinuationAnchor::LikeNumberedDay,
            end_rule: EndRule::InternalDuty,
            grace: WorkingDays(0),
        }
    }

    /// Everything that is wrong with it, under the names `start`, `length`, `number` and `grace`.
    #[must_use]
    pub fn faults(&self) -> Vec<LegalFault> {
        let chain = match (self.length, self.start) {
            (None, _) if self.point.is_none() => Some(LegalFault::new("length", Reason::Missing)),
            // A chain counts from its first day; from an old end only one period is added.
            (None, _) | (_, Start::FormerEnd(_)) => {
                (self.number != 1).then(|| LegalFault::new("number", Reason::NotAsked))
            }
            (Some(length), _) => {
                let most = (length.unit().most() / length.count().max(1)).max(1);
                bounded("number", i64::from(self.number), 1, i64::from(most)).err()
            }
        };
        let start = known_day("start", self.start.day()).err();
        let grace = bounded("grace", i64::from(self.grace.0), 0, MOST_GRACE).err();
        [start, chain, grace].into_iter().flatten().collect()
    }

    /// The answer; ask for [`Self::faults`] first.
    #[must_use]
    pub fn answer(&self, calendar: Calendar) -> Computed {
        let shift = self.end_rule.shift();
        let mut computation = match self.start {
            Start::Event(on) => Computation::after(Event::Other, on, calendar),
            Start::StartOfDay(on) => Computation::from_start_of(Event::Other, on, calendar),
            Start::FormerEnd(on) => Computation::extending(on, shift, calendar),
        };
        if let Some(length) = self.length {
            computation = computation.plus(length.times(self.number));
            if matches!(self.start, Start::FormerEnd(_)) && length.unit().counts_months() {
                computation = computation.anchored_as_asked(self.anchor);
            }
        }
        if let Some(point) = self.point {
            computation = computation.at_month_point(point);
        }
        let computation = match self.end_rule {
            EndRule::WorkingDayBefore => computation.aim_at_working_day(),
            _ => computation.shift(shift),
        };
        let computation = match self.grace {
            WorkingDays(0) => computation.no_grace(),
            days => computation.grace(days),
        };
        computation.finish(Basis::law(self.legal_basis()))
    }

    /// The law of counting; the steps cite the law of the end.
    const fn legal_basis(&self) -> &'static str {
        match (self.start, self.length.is_some()) {
            (Start::Event(_), true) => "§ 26 Abs. 1 SGB X, § 187 Abs. 1, § 188 BGB",
            (Start::StartOfDay(_), true) => "§ 26 Abs. 1 SGB X, § 187 Abs. 2, § 188 BGB",
            (Start::FormerEnd(_), true) => "§ 26 Abs. 1 SGB X, §§ 188, 190 BGB",
            (_, false) => "§ 26 Abs. 1 SGB X, § 192 BGB",
        }
    }
}

/// When an objection ends, as somebody asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectionQuestion {
    /// When the act became known.
    pub known: Known,
    /// Whether notice was given abroad; a letter posted abroad was.
    pub is_abroad: bool,
    /// Whether the instruction on the remedy is there and right.
    pub is_instruction_right: bool,
}

/// When an act became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// On this day.
    On(Date),
    /// By this delivery.
    By(Delivery),
}

impl ObjectionQuestion {
    /// The last day for the objection, and why the act counts as known on its day where that was computed.
    ///
    /// # Errors
    /// A fault of `sent_on` or `notice_on` where no version governs that day, and a version that cannot be read.
    pub fn answer(&self, around: Surroundings<'_>) -> Result<(Explanation, Option<Explanation>), Unanswered> {
        let (on, known, is_posted_abroad) = match self.known {
            Known::On(day) => (day, None, false),
            Known::By(delivery) => {
                let known = notice(delivery, around)?;
                (known.due_on, Some(known), matches!(delivery, Delivery::PostedAbroad { .. }))
            }
        };
        let ground = ObjectionGround::of(self.is_abroad || is_posted_abroad, self.is_instruction_right);
        Ok((objection(on, ground, &around.rule("notice_on", on)?, around.calendar), known))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::legal::LengthUnit;

    const SIX_MONTHS: Option<Length> = Some(Length::months(6));
    const A_MONTH: Option<Length> = Some(Length::months(1));

    #[test]
    fn a_chain_counts_from_its_start() {
        let chain =
            |number| PeriodQuestion { number, ..PeriodQuestion::new(Start::Event(date(2026, 8, 31)), SIX_MONTHS) };
        let due: Vec<_> = (1..=3).map(|n| chain(n).answer(Calendar::Nation).explanation.due_on).collect();
        assert_eq!(due, [date(2027, 2, 28), date(2027, 8, 31), date(2028, 2, 29)]);
    }

    #[test]
    fn the_end_moves_stays_or_gets_a_target() {
        let sunday = PeriodQuestion::new(Start::Event(date(2026, 8, 31)), SIX_MONTHS);
        let of = |end_rule| PeriodQuestion { end_rule, ..sunday }.answer(Calendar::Nation).explanation;
        assert_eq!(of(EndRule::SocialProcedure).due_on, date(2027, 3, 1));
        assert_eq!(of(EndRule::InternalDuty).due_on, date(2027, 2, 28));
        let aimed = of(EndRule::WorkingDayBefore);
        assert_eq!((aimed.due_on, aimed.target_on), (date(2027, 2, 28), date(2027, 2, 26)));
    }

    #[test]
    fn what_is_wrong_is_told_at_once() {
        let question = PeriodQuestion {
            number: 0,
            grace: WorkingDays(11),
            ..PeriodQuestion::new(Start::Event(Date::ZERO), SIX_MONTHS)
        };
        let fields: Vec<_> = question.faults().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["start", "number", "grace"]);
        let endless = PeriodQuestion { number: 1_201, ..PeriodQuestion::new(Start::Event(date(2026, 1, 1)), A_MONTH) };
        assert_eq!(endless.faults()[0].reason, Reason::OutOfBounds { least: 1, most: 1_200 });
        let empty = PeriodQuestion::new(Start::Event(date(2026, 1, 1)), None);
        assert_eq!(empty.faults()[0].reason, Reason::Missing);
        let extended = PeriodQuestion { number: 2, ..PeriodQuestion::new(Start::FormerEnd(date(2026, 1, 1)), A_MONTH) };
        assert_eq!(extended.faults()[0].reason, Reason::NotAsked);
    }

    #[test]
    fn days_have_no_choice_of_a_month_end() {
        let days = Length::of("length", 31, LengthUnit::Days).unwrap();
        let question = PeriodQuestion {
            anchor: ContinuationAnchor::MonthEnd,
            ..PeriodQuestion::new(Start::FormerEnd(date(2026, 2, 28)), Some(days))
        };
        assert_eq!(question.answer(Calendar::Nation).explanation.due_on, date(2026, 3, 31));
        let month = PeriodQuestion { length: A_MONTH, ..question };
        assert_eq!(month.answer(Calendar::Nation).explanation.due_on, date(2026, 3, 31));
        let like = PeriodQuestion { anchor: ContinuationAnchor::LikeNumberedDay, ..month };
        assert_eq!(like.answer(Calendar::Nation).explanation.due_on, date(2026, 3, 28));
    }

    #[test]
    fn an_objection_counts_from_the_notice() {
        let posted = Delivery::PostedAbroad { posted_on: date(2026, 3, 2), received_on: date(2026, 3, 16) };
        let question = ObjectionQuestion { known: Known::By(posted), is_abroad: false, is_instruction_right: true };
        let around = Surroundings::of_release(date(2026, 3, 16), Calendar::Nation).unwrap();
        let (last, known) = question.answer(around).unwrap();
        assert_eq!(last.rule_version, "federal/OBJECTION/1");
        assert_eq!(known.unwrap().due_on, date(2026, 3, 16));
        assert_eq!(last.due_on, date(2026, 6, 16));
    }
}

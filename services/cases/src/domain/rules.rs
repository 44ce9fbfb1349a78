//! By which rules the dates of an episode are computed today: the policy versions of its jobcenter and the holidays of its seat (R8).

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    deadlines::{
        Deadline, ExtensionLength,
        governed::{self, FormerReviews, Terms},
    },
    legal::{
        Calendar,
        age::{YOUNG_BELOW, completed_on},
        timers::{self, RecordClass},
    },
    policy::{
        Book, OpenDuties, PolicyKey, PolicyVersion,
        book::Governing,
        rules::{self as rule, Rule, Unreadable},
    },
};
use thiserror::Error;

use super::records::{Aftercare, DecidedUnder};

/// Why a date cannot be computed. The federal rules of an episode hold without end, so that only a faulty release leads here.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NoRule {
    /// No version governs the fact.
    #[error("no version of {key} governs a fact of {fact_on}")]
    NotInForce {
        /// Of which rule.
        key: PolicyKey,
        /// On which day.
        fact_on: Date,
    },
    /// The version that governs it cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// The rules as they stand on a day. Each date is computed under the version that governs its fact, and cites it.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    book: &'a Book,
    calendar: Calendar,
    today: Date,
}

/// Until when a closing may be undone, and by whom (row 24).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CorrectionWindow {
    /// The last day.
    pub(super) until: Date,
    /// Who approves.
    pub(super) approver: rule::Approver,
    /// Which version says so.
    pub(super) under: DecidedUnder,
}

/// What a limit may be extended to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtensionBounds {
    /// The most months.
    pub months: i32,
    /// The latest day.
    pub latest: Date,
}

impl<'a> Rules<'a> {
    /// The rules of a book, with the holidays of a calendar, on a business date.
    #[must_use]
    pub const fn new(book: &'a Book, calendar: Calendar, today: Date) -> Self {
        Self { book, calendar, today }
    }

    /// The business date.
    #[must_use]
    pub const fn today(&self) -> Date {
        self.today
    }

    /// The citation of what governs a fact, when it is this version that decides so.
    pub(super) fn decided_by(&self, version: &PolicyVersion, fact_on: Date) -> Option<String> {
        let governing = || self.book.governing(version.key, fact_on, self.today).map(PolicyVersion::citation);
        self.book.decides(version, fact_on, self.today).then(governing)?
    }

    /// Whether what decides about a fact is a version that takes open duties over.
    pub(super) fn moves_open(&self, key: PolicyKey, fact_on: Date) -> bool {
        let takes =
            |version: &&PolicyVersion| version.key == key && version.transition.open_duties == OpenDuties::Replan;
        self.book.versions().iter().filter(takes).any(|version| self.book.decides(version, fact_on, self.today))
    }

    /// The version of a rule that governs a fact.
    fn governing<R: Rule>(&self, fact_on: Date) -> Result<Governing<R>, NoRule> {
        let found = self.book.rule::<R>(fact_on, self.today)?;
        found.ok_or(NoRule::NotInForce { key: R::KEY, fact_on })
    }

    fn compute<R: Rule, T>(&self, fact_on: Date, compute: impl FnOnce(&Terms<'_, R>) -> T) -> Result<T, NoRule> {
        let governing = self.governing::<R>(fact_on)?;
        Ok(compute(&Terms::of(&governing, self.calendar)))
    }

    /// Who gets access, and which version says so; the rule is that of the day of the decision (R19 to R25).
    pub(super) fn admission_criteria(
        &self,
        decided_on: Date,
    ) -> Result<(rule::AdmissionCriteria, DecidedUnder), NoRule> {
        let Governing { rule, citation, fact_on, .. } = self.governing(decided_on)?;
        Ok((rule, DecidedUnder { policy: citation, fact_on }))
    }

    /// How many people a full-time case manager looks after, and which version says so; the rule is that of the day (R168).
    pub(super) fn caseload_ratio(&self, decided_on: Date) -> Result<(i32, DecidedUnder), NoRule> {
        let Governing { rule, citation, fact_on, .. } = self.governing::<rule::CaseloadRatio>(decided_on)?;
        Ok((rule.people, DecidedUnder { policy: citation, fact_on }))
    }

    /// How what is overdue escalates; the rule is that of the first day it is late (R141).
    pub(super) fn escalation(&self, overdue_after: Date) -> Result<rule::Escalation, NoRule> {
        Ok(self.governing(add_days(overdue_after, 1))?.rule)
    }

    /// Whether people of the jobcenter work on a day.
    pub(super) fn is_working_day(&self, day: Date) -> bool {
        self.calendar.is_working_day(day)
    }

    /// The working days after today until a day, the latest first.
    #[must_use]
    pub fn working_days_until(&self, day: Date) -> Vec<Date> {
        let before = |day: Date| add_days(day, -1);
        let days = std::iter::successors(Some(self.calendar.on_or_before(day)), |day| {
            Some(self.calendar.on_or_before(before(*day)))
        });
        days.take_while(|day| *day > self.today).collect()
    }

    /// How it escalates had a version never come; nothing unless it is this version that decides.
    pub(super) fn escalation_without(
        &self,
        version: &PolicyVersion,
        overdue_after: Date,
    ) -> Result<Option<rule::Escalation>, NoRule> {
        if self.decided_by(version, add_days(overdue_after, 1)).is_none() {
            return Ok(None);
        }
        let book = self.book.without(version);
        Rules { book: &book, ..*self }.escalation(overdue_after).map(Some)
    }

    /// T16: the decision on a proposal (R17).
    pub(super) fn proposal_decision(&self, proposed_on: Date) -> Result<Deadline, NoRule> {
        self.compute(proposed_on, |terms| governed::proposal_decision(proposed_on, terms))
    }

    /// T1: the check of somebody outside case management after the last one (R23).
    pub(super) fn eligibility_recheck(&self, last_check_on: Date) -> Result<Deadline, NoRule> {
        self.compute(last_check_on, |terms| governed::eligibility_recheck(last_check_on, terms))
    }

    /// T17: the first talk after the assignment (R28).
    pub(super) fn first_talk(&self, assigned_on: Date) -> Result<Deadline, NoRule> {
        self.compute(assigned_on, |terms| governed::first_talk(assigned_on, terms))
    }

    /// The decision how accompanying care goes on, for the `slot`-th time, after the last planned date (R31).
    pub(super) fn accompaniment_decision(&self, last_date_on: Date, slot: i32) -> Result<Deadline, NoRule> {
        self.compute(last_date_on, |terms| governed::accompaniment_decision(last_date_on, slot, terms))
    }

    /// The answer to switch number `slot` of the support variant (R31, R126).
    pub(super) fn variant_switch_answer(&self, proposed_on: Date, slot: i32) -> Result<Deadline, NoRule> {
        self.compute(proposed_on, |terms| governed::variant_switch_answer(proposed_on, slot, terms))
    }

    /// Contact after crisis number `slot` was recorded (R122, R190).
    pub(super) fn crisis_contact(&self, recorded_on: Date, slot: i32) -> Result<Deadline, NoRule> {
        self.compute(recorded_on, |terms| governed::crisis_contact(recorded_on, slot, terms))
    }

    /// The acceptance of the hand-over after end number `slot` of care (R126, R115).
    pub(super) fn handover_acceptance(&self, ended_on: Date, slot: i32) -> Result<Deadline, NoRule> {
        self.compute(ended_on, |terms| governed::handover_acceptance(ended_on, slot, terms))
    }

    /// The answer to extension number `slot` that was proposed (R108).
    pub(super) fn extension_answer(&self, proposed_on: Date, slot: i32) -> Result<Deadline, NoRule> {
        self.compute(proposed_on, |terms| governed::extension_answer(proposed_on, slot, terms))
    }

    /// Which team looks after a person who completes the 25th year of life; the rule is that of the day of completion (R125).
    pub(super) fn team_decision(&self, born_on: Date) -> Result<Deadline, NoRule> {
        let completed_on = completed_on(born_on, YOUNG_BELOW);
        self.compute(completed_on, |terms| governed::team_decision(born_on, terms))
    }

    /// T5: the update of plan number `slot` (R111).
    pub(super) fn plan_update(&self, issued_on: Date, slot: i32) -> Result<Deadline, NoRule> {
        let deadline = self.compute(issued_on, |terms| governed::plan_update(issued_on, terms))?;
        Ok(Deadline { slot, ..deadline })
    }

    /// T6: goal or step number `slot` on the day that was agreed for it (R62).
    pub(super) fn goal_due(&self, agreed_on: Date, slot: i32) -> Deadline {
        governed::goal_due(agreed_on, slot, self.calendar)
    }

    /// T13: how many months after an integration into work are asked for; none where the law of its day asks for none.
    pub(super) fn employment_months(&self, integrated_on: Date) -> Result<i32, NoRule> {
        match self.governing::<rule::ContinuousEmployment>(integrated_on) {
            Ok(governing) => Ok(governing.rule.months),
            Err(NoRule::NotInForce { .. }) => Ok(0),
            Err(unreadable) => Err(unreadable),
        }
    }

    /// T13: whether the person was employed in month number `month` after an integration; `slot` is the duty's own number.
    pub(super) fn employment_status(&self, integrated_on: Date, month: i32, slot: i32) -> Result<Deadline, NoRule> {
        self.compute(integrated_on, |terms| governed::employment_status(integrated_on, month, slot, terms))
    }

    /// Planned contact number `slot` of aftercare on the day that was agreed for it (R122).
    pub(super) fn aftercare_contact(&self, agreed_on: Date, slot: i32) -> Deadline {
        governed::aftercare_contact(agreed_on, slot, self.calendar)
    }

    /// T2: review number `slot`, after those that were before it (R106, R107).
    pub(super) fn continuation_review(
        &self,
        assigned_on: Date,
        slot: i32,
        former: FormerReviews,
    ) -> Result<Deadline, NoRule> {
        self.compute(assigned_on, |terms| governed::continuation_review(assigned_on, slot, former, terms))
    }

    /// Whether reviews count from the last one that was held instead of keeping to a grid (R23, R107).
    pub(super) fn reviews_follow_the_last(&self, assigned_on: Date) -> Result<bool, NoRule> {
        self.compute(assigned_on, |terms: &Terms<'_, rule::ContinuationReview>| {
            terms.rule.anchor == rule::ReviewAnchor::LastReview
        })
    }

    /// T3: the regular maximum (R108).
    pub(super) fn regular_maximum(&self, assigned_on: Date) -> Result<Deadline, NoRule> {
        self.compute(assigned_on, |terms| governed::regular_maximum(assigned_on, terms))
    }

    /// T4: the end of extension number `slot`, counted from the limit before; the rule is that of the assignment (R108).
    pub(super) fn extension_end(
        &self,
        assigned_on: Date,
        former_limit: Date,
        length: ExtensionLength,
        slot: i32,
    ) -> Result<Deadline, NoRule> {
        self.compute(assigned_on, |terms| governed::extension_end(former_limit, length, slot, terms))
    }

    /// How far an extension of a limit may reach (R108).
    pub(super) fn extension_bounds(&self, assigned_on: Date, former_limit: Date) -> Result<ExtensionBounds, NoRule> {
        self.compute(assigned_on, |terms: &Terms<'_, rule::RegularMaximum>| ExtensionBounds {
            months: terms.rule.extension_months,
            latest: governed::extension_latest(former_limit, terms),
        })
    }

    /// Who approves an extension that another proposed, and which version says so; the rule is that of the assignment (R108).
    pub(super) fn extension_approver(&self, assigned_on: Date) -> Result<(rule::Approver, DecidedUnder), NoRule> {
        let governing = self.governing::<rule::RegularMaximum>(assigned_on)?;
        let Governing { rule, citation, fact_on, .. } = governing;
        Ok((rule.approver, DecidedUnder { policy: citation, fact_on }))
    }

    /// Until when a closing may be undone, and by whom; the rule is that of the closing (row 24).
    pub(super) fn correction_window(&self, closed_on: Date) -> Result<CorrectionWindow, NoRule> {
        let governing = self.governing::<rule::Reopening>(closed_on)?;
        let until = timers::reopening(closed_on, &governing, self.calendar).due_on;
        let Governing { rule, citation, fact_on, .. } = governing;
        Ok(CorrectionWindow { until, approver: rule.approver, under: DecidedUnder { policy: citation, fact_on } })
    }

    /// The answer to reopening number `slot` that was proposed; the rule is that of the closing (row 24).
    pub(super) fn reopening_answer(&self, closed_on: Date, slot: i32) -> Result<Deadline, NoRule> {
        self.compute(closed_on, |terms| governed::reopening_answer(closed_on, slot, terms))
    }

    /// T15: the last day on which all records of an episode are kept that was closed on a day.
    pub(super) fn retention_until(&self, closed_on: Date) -> Result<Date, NoRule> {
        let governing = self.governing::<rule::Retention>(closed_on)?;
        let of = |class: RecordClass| timers::retention(closed_on, class, &governing, self.calendar).due_on;
        let (first, others) = (of(RecordClass::AdviceNote), RecordClass::ALL.into_iter().map(of));
        Ok(others.fold(first, Date::min))
    }

    /// T12: the end of aftercare; nothing where the law of its fact knows none on this basis. Where people have set it, the rule is that of
    /// the day on which it was agreed (R122).
    pub(super) fn aftercare(&self, agreed: Aftercare, agreed_on: Date) -> Result<Option<Deadline>, NoRule> {
        match agreed {
            Aftercare::JobStart { started_on } => {
                self.compute(started_on, |terms| Some(governed::aftercare_after_job_start(started_on, terms)))
            }
            Aftercare::HolisticSupport { started_on } => {
                self.compute(started_on, |terms| governed::aftercare_with_holistic_support(started_on, terms))
            }
            Aftercare::TrainingEnd { ended_on } => {
                self.compute(ended_on, |terms| governed::aftercare_after_training(ended_on, terms))
            }
            Aftercare::FollowOnJob { started_on } => {
                self.compute(started_on, |terms| governed::aftercare_in_follow_on_job(started_on, terms))
            }
            Aftercare::FundedJob { until } => {
                self.compute(agreed_on, |terms| governed::aftercare_during_grant(until, terms))
            }
            Aftercare::SetDate { until } => {
                self.compute(agreed_on, |terms| Some(governed::aftercare_until(until, terms)))
            }
        }
    }
}

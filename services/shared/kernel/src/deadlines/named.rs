//! The timers of the catalogue by name: each computed from its fact under the policy version that governs it.

#[cfg(test)]
mod tests;
mod timer;

use jiff::civil::Date;

use super::{
    Deadline, ExtensionLength,
    governed::{self, FormerReviews, FormerSlot, Terms},
};
use crate::{
    defaults::Months,
    explanation::Explanation,
    legal::{
        LegalFault, Reason, Surroundings, Unanswered,
        read::{bounded, known_day},
        timers::{self, RecordClass, WorkOpportunityPart},
    },
    policy::{
        PolicyVersion,
        book::Governing,
        rules::{
            AbsenceReport, Aftercare, ContinuationReview, ContinuousEmployment, EligibilityRecheck, FirstTalk,
            LetterPosting, Mediation, PlanUpdate, ProposalDecision, ProviderReport, Reduction, Referral,
            RegularMaximum, Reopening, Retention, Rule, StatisticsDelivery, WorkOpportunity,
        },
    },
};

pub use timer::Timer;

/// The most reviews, extensions or reports one asks for: fifty years of them at six months each.
const MOST_NUMBERS: i64 = 100;

/// A timer as somebody asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimerQuestion {
    /// Which.
    pub timer: Timer,
    /// The day it counts from: t0, the last check, the breach, …
    pub from: Date,
    /// The day of the fact that chooses the policy version, where it is another: the assignment for T4, the breach for the advice,
    /// the sending for T7b.
    pub fact_on: Option<Date>,
    /// Which review, extension, report or month, from 1.
    pub number: i32,
    /// How long the extension runs (T4).
    pub extension: Option<ExtensionLength>,
    /// The interval agreed with the provider (T8).
    pub interval: Option<Months>,
    /// The last review, for a policy that counts from it (T2).
    pub last_review_on: Option<Date>,
    /// The due day of the review or report before, where the interval was another one until then (T2, T8).
    pub former_due_on: Option<Date>,
}

/// A timer's dates and the version that governed them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerAnswer<'b> {
    /// From this day on it may be done, where the rule says so.
    pub opens_on: Option<Date>,
    /// A reminder on the way.
    pub reminds_on: Option<Date>,
    /// Due day, target, last day in time, and why.
    pub explanation: Explanation,
    /// The version; nothing where the law itself says how long.
    pub policy: Option<&'b PolicyVersion>,
}

impl TimerQuestion {
    /// A question that tells no more than the day to count from.
    #[must_use]
    pub const fn new(timer: Timer, from: Date) -> Self {
        Self {
            timer,
            from,
            fact_on: None,
            number: 1,
            extension: None,
            interval: None,
            last_review_on: None,
            former_due_on: None,
        }
    }

    /// Everything that is wrong with it by itself. The fields are `from_date`, `fact_date`, `number`, `extension`,
    /// `interval_months`, `last_review_date` and `former_due_date`.
    #[must_use]
    pub fn faults(&self) -> Vec<LegalFault> {
        let fault = |field: &str, reason| Some(LegalFault::new(field, reason));
        let day = |field: &str, day: Option<Date>| day.and_then(|day| known_day(field, day).err());
        let not_asked = |field: &str, is_set: bool| is_set.then(|| LegalFault::new(field, Reason::NotAsked));
        let most = match self.timer {
            // Of the months of employment its policy says how many there are.
            Timer::ContinuationReview | Timer::ExtensionEnd | Timer::ProviderReport | Timer::ContinuousEmployment => {
                MOST_NUMBERS
            }
            _ => 1,
        };
        let fact = match (self.timer.has_fact_of_its_own(), self.fact_on) {
            (true, None) => fault("fact_date", Reason::Missing),
            (true, Some(on)) if on > self.from => fault("fact_date", Reason::After { latest: self.from }),
            (false, Some(_)) => fault("fact_date", Reason::NotAsked),
            _ => day("fact_date", self.fact_on),
        };
        let extension = match (self.timer, self.extension) {
            (Timer::ExtensionEnd, None) => fault("extension", Reason::Missing),
            (Timer::ExtensionEnd, _) => None,
            (_, given) => not_asked("extension", given.is_some()),
        };
        let last_review = match (self.timer, self.last_review_on) {
            (Timer::ContinuationReview, Some(on)) if on < self.from => {
                fault("last_review_date", Reason::Before { earliest: self.from })
            }
            (Timer::ContinuationReview, on) => day("last_review_date", on),
            (_, on) => not_asked("last_review_date", on.is_some()),
        };
        let former_due = match (self.timer, self.former_due_on) {
            (Timer::ContinuationReview | Timer::ProviderReport, Some(on)) if on < self.from => {
                fault("former_due_date", Reason::Before { earliest: self.from })
            }
            (Timer::ContinuationReview | Timer::ProviderReport, on) => day("former_due_date", on),
            (_, on) => not_asked("former_due_date", on.is_some()),
        };
        let is_report = self.timer == Timer::ProviderReport;
        [
            day("from_date", Some(self.from)),
            fact,
            if most == 1 {
                not_asked("number", self.number != 1)
            } else {
                bounded("number", i64::from(self.number), 1, most).err()
            },
            extension,
            not_asked("interval_months", self.interval.is_some() && !is_report),
            last_review,
            former_due,
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The dates of the timer.
    ///
    /// # Errors
    /// Everything that is wrong with the question, also against the version that governs it; and a version that cannot be read.
    pub fn answer<'b>(&self, around: Surroundings<'b>) -> Result<TimerAnswer<'b>, Unanswered> {
        let faults = self.faults();
        if !faults.is_empty() {
            return Err(Unanswered::Faults(faults));
        }
        let policy = self.timer.policy().and_then(|key| around.book.governing(key, self.fact_on(), around.today));
        let (from, calendar) = (self.from, around.calendar);
        let answer = match self.timer {
            Timer::EligibilityRecheck => {
                let governing = self.under::<EligibilityRecheck>(around)?;
                dated(governed::eligibility_recheck(from, &Terms::of(&governing, calendar)))
            }
            Timer::ContinuationReview => self.continuation_review(around)?,
            Timer::RegularMaximum => {
                let governing = self.under::<RegularMaximum>(around)?;
                dated(governed::regular_maximum(from, &Terms::of(&governing, calendar)))
            }
            Timer::ExtensionEnd => self.extension_end(around)?,
            Timer::PlanUpdate => {
                let governing = self.under::<PlanUpdate>(around)?;
                dated(governed::plan_update(from, &Terms::of(&governing, calendar)))
            }
            Timer::ProviderAnswer => {
                let governing = self.under::<Referral>(around)?;
                dated(governed::provider_answer(from, &Terms::of(&governing, calendar)))
            }
            Timer::ProviderReport => self.provider_report(around)?,
            Timer::FirstAppointment => {
                explained(timers::first_appointment(from, &self.under::<Referral>(around)?, calendar))
            }
            Timer::AbsenceReport => {
                explained(timers::absence_report(from, &self.under::<AbsenceReport>(around)?, calendar))
            }
            Timer::StatisticsDelivery => {
                explained(timers::statistics_delivery(from, &self.under::<StatisticsDelivery>(around)?, calendar))
            }
            Timer::WorkOpportunityEnd => self.work_opportunity(WorkOpportunityPart::Regular, around)?,
            Timer::WorkOpportunityExtension => self.work_opportunity(WorkOpportunityPart::Extended, around)?,
            Timer::WorkOpportunityFrame => self.work_opportunity(WorkOpportunityPart::Frame, around)?,
            Timer::RetentionAdviceNote => self.retention(RecordClass::AdviceNote, around)?,
            Timer::RetentionPlan => self.retention(RecordClass::Plan, around)?,
            Timer::RetentionConsent => self.retention(RecordClass::Consent, around)?,
            Timer::RetentionDecision => self.retention(RecordClass::Decision, around)?,
            Timer::RetentionPayment => self.retention(RecordClass::Payment, around)?,
            Timer::AftercareEnd => {
                let governing = self.under::<Aftercare>(around)?;
                if governing.rule.job_start_months == 0 {
                    return Err(self.no_such_period().into());
                }
                dated(governed::aftercare_after_job_start(from, &Terms::of(&governing, calendar)))
            }
            Timer::HolisticSupport | Timer::TrainingSupport | Timer::FollowOnCoaching => {
                let support = match self.timer {
                    Timer::TrainingSupport => timers::training_support,
                    Timer::FollowOnCoaching => timers::follow_on_coaching,
                    _ => timers::holistic_support,
                };
                self.perhaps(support(from, &self.under::<Aftercare>(around)?, calendar))?
            }
            Timer::ContinuousEmployment => {
                let governing = self.under::<ContinuousEmployment>(around)?;
                bounded("number", i64::from(self.number), 1, i64::from(governing.rule.months))?;
                dated(governed::employment_status(from, self.number, self.number, &Terms::of(&governing, calendar)))
            }
            Timer::ReductionFinding => {
                self.perhaps(timers::reduction_finding(from, &self.under::<Reduction>(around)?, calendar))?
            }
            Timer::ReductionBegin => explained(timers::reduction_begin(from)),
            Timer::AdviceUnder25 => {
                self.perhaps(timers::advice_under_25(from, &self.under::<Reduction>(around)?, calendar))?
            }
            Timer::MediationEnd => {
                self.perhaps(timers::mediation_end(from, &self.under::<Mediation>(around)?, calendar))?
            }
            Timer::ProposalDecision => {
                let governing = self.under::<ProposalDecision>(around)?;
                dated(governed::proposal_decision(from, &Terms::of(&governing, calendar)))
            }
            Timer::FirstTalk => {
                let governing = self.under::<FirstTalk>(around)?;
                dated(governed::first_talk(from, &Terms::of(&governing, calendar)))
            }
            Timer::VariantSwitchAnswer => self.first(governed::variant_switch_answer, around)?,
            Timer::CrisisContact => self.first(governed::crisis_contact, around)?,
            Timer::HandoverAcceptance => self.first(governed::handover_acceptance, around)?,
            Timer::ExtensionAnswer => self.first(governed::extension_answer, around)?,
            Timer::Reopening => explained(timers::reopening(from, &self.under::<Reopening>(around)?, calendar)),
            Timer::AccompanimentDecision => self.first(governed::accompaniment_decision, around)?,
            Timer::LetterPosting => {
                let governing = self.under::<LetterPosting>(around)?;
                dated(governed::letter_posting(from, &Terms::of(&governing, calendar)))
            }
        };
        Ok(TimerAnswer { policy, ..answer })
    }

    /// The first of those that count from facts of their own.
    fn first<'b, R: Rule>(
        &self,
        compute: fn(Date, i32, &Terms<'_, R>) -> Deadline,
        around: Surroundings<'b>,
    ) -> Result<TimerAnswer<'b>, Unanswered> {
        let governing = self.under::<R>(around)?;
        Ok(dated(compute(self.from, 1, &Terms::of(&governing, around.calendar))))
    }

    fn continuation_review<'b>(&self, around: Surroundings<'b>) -> Result<TimerAnswer<'b>, Unanswered> {
        let governing = self.under::<ContinuationReview>(around)?;
        let terms = Terms::of(&governing, around.calendar);
        let slot = |due_on| FormerSlot {
            due_on,
            overdue_after: around.calendar.add_working_days(due_on, governing.rule.grace_working_days),
        };
        let former = FormerReviews { last_held_on: self.last_review_on, newest: self.former_due_on.map(slot) };
        Ok(dated(governed::continuation_review(self.from, self.number, former, &terms)))
    }

    fn provider_report<'b>(&self, around: Surroundings<'b>) -> Result<TimerAnswer<'b>, Unanswered> {
        let governing = self.under::<ProviderReport>(around)?;
        if let Some(Months(months)) = self.interval {
            bounded("interval_months", i64::from(months), 1, i64::from(governing.rule.longest_months))?;
        }
        let terms = Terms::of(&governing, around.calendar);
        Ok(dated(governed::provider_report(self.from, self.number, self.former_due_on, self.interval, &terms)))
    }

    fn work_opportunity<'b>(
        &self,
        part: WorkOpportunityPart,
        around: Surroundings<'b>,
    ) -> Result<TimerAnswer<'b>, Unanswered> {
        let governing = self.under::<WorkOpportunity>(around)?;
        self.perhaps(timers::work_opportunity(self.from, part, &governing, around.calendar))
    }

    fn retention<'b>(&self, class: RecordClass, around: Surroundings<'b>) -> Result<TimerAnswer<'b>, Unanswered> {
        let governing = self.under::<Retention>(around)?;
        Ok(explained(timers::retention(self.from, class, &governing, around.calendar)))
    }

    /// T4, within the longest extension that the policy allows.
    fn extension_end<'b>(&self, around: Surroundings<'b>) -> Result<TimerAnswer<'b>, Unanswered> {
        let governing = self.under::<RegularMaximum>(around)?;
        let terms = Terms::of(&governing, around.calendar);
        let length = self.extension.ok_or_else(|| LegalFault::new("extension", Reason::Missing))?;
        match length {
            ExtensionLength::Months(Months(months)) => {
                bounded("extension", i64::from(months), 1, i64::from(governing.rule.extension_months))?;
            }
            ExtensionLength::Until(until) if until <= self.from => {
                return Err(LegalFault::new("extension", Reason::Before { earliest: self.from }).into());
            }
            ExtensionLength::Until(until) => {
                let latest = governed::extension_latest(self.from, &terms);
                if until > latest {
                    return Err(LegalFault::new("extension", Reason::After { latest }).into());
                }
            }
        }
        Ok(dated(governed::extension_end(self.from, length, self.number, &terms)))
    }

    fn fact_on(&self) -> Date {
        self.fact_on.unwrap_or(self.from)
    }

    const fn fact_field(&self) -> &'static str {
        if self.timer.has_fact_of_its_own() { "fact_date" } else { "from_date" }
    }

    fn no_such_period(&self) -> LegalFault {
        LegalFault::new(self.fact_field(), Reason::NoSuchPeriod { on: self.fact_on() })
    }

    fn under<R: Rule>(&self, around: Surroundings<'_>) -> Result<Governing<R>, Unanswered> {
        around.rule(self.fact_field(), self.fact_on())
    }

    fn perhaps<'b>(&self, explanation: Option<Explanation>) -> Result<TimerAnswer<'b>, Unanswered> {
        explanation.map(explained).ok_or_else(|| self.no_such_period().into())
    }
}

fn dated<'b>(deadline: Deadline) -> TimerAnswer<'b> {
    TimerAnswer {
        opens_on: Some(deadline.opens_on),
        reminds_on: deadline.reminds_on,
        explanation: deadline.explanation,
        policy: None,
    }
}

fn explained<'b>(explanation: Explanation) -> TimerAnswer<'b> {
    TimerAnswer { opens_on: None, reminds_on: None, explanation, policy: None }
}

//! The timers of the law whose numbers are policy: each computed under the version that governs its fact.

use jiff::civil::Date;

use super::{
    calendar::Calendar,
    computation::{Basis, Computation},
    length::{Length, LengthUnit},
    period::{Beginning, MonthPoint, month_point},
    shift::Shift,
};
use crate::{
    explanation::{Choice, Event, Explanation, StepAction},
    policy::{
        book::Governing,
        rules::{
            AbsenceReport, Aftercare, JobStartDay, Mediation, Reduction, Referral, Reopening, Retention, Rule,
            StatisticsDelivery, WorkOpportunity,
        },
    },
};

impl<'t, R: Rule> From<&'t Governing<R>> for Basis<'t> {
    fn from(governing: &'t Governing<R>) -> Self {
        Self {
            rule: R::SCHEMA.requirement,
            version: &governing.citation,
            legal_basis: &governing.legal_basis,
            fact_on: Some(governing.fact_on),
            unverified: governing.unverified,
        }
    }
}

/// T14: the last day on which a reduction for a breach may be found; nothing where the law sets no such period. The right lapses
/// with it, so the target is the last working day until then.
#[must_use]
pub fn reduction_finding(breach_on: Date, rule: &Governing<Reduction>, calendar: Calendar) -> Option<Explanation> {
    let length = length(rule.rule.finding_months, LengthUnit::Months)?;
    Some(
        Computation::after(Event::Breach, breach_on, calendar)
            .plus(length)
            .aim_at_working_day()
            .no_grace()
            .explain(rule),
    )
}

/// T14: the day on which a reduction begins: the first of the month after the act took effect (§ 31b Abs. 1 SGB II).
#[must_use]
pub fn reduction_begin(effective_on: Date) -> Explanation {
    Computation::after(Event::Notice, effective_on, Calendar::Nation)
        .at_next_month_start()
        .explain(Basis::law("§ 31b Abs. 1 Satz 1 SGB II"))
}

/// T14: until when a person under 25 is offered advice after a finding; nothing where the law asks for none.
#[must_use]
pub fn advice_under_25(finding_on: Date, rule: &Governing<Reduction>, calendar: Calendar) -> Option<Explanation> {
    let length = length(rule.rule.advice_under_25_weeks, LengthUnit::Weeks)?;
    let computation = Computation::after(Event::ReductionFinding, finding_on, calendar).plus(length);
    Some(computation.aim_at_working_day().no_grace().explain(rule))
}

/// T14: the day with the end of which a mediation ends without agreement.
#[must_use]
pub fn mediation_end(opened_on: Date, rule: &Governing<Mediation>, calendar: Calendar) -> Option<Explanation> {
    let length = length(rule.rule.weeks, LengthUnit::Weeks)?;
    let computation = Computation::after(Event::MediationOpening, opened_on, calendar).plus(length);
    Some(computation.shift(Shift::InternalDuty).no_grace().explain(rule))
}

/// Months after a job start; whether its day counts is a choice of policy (§ 16g Abs. 2 SGB II).
pub(crate) fn after_job_start(
    job_started_on: Date,
    months: Length,
    day: JobStartDay,
    calendar: Calendar,
) -> Computation {
    let (beginning, choice) = match day {
        JobStartDay::NotCounted => (Beginning::Event, Choice::JobStartNotCounted),
        JobStartDay::Counted => (Beginning::StartOfDay, Choice::JobStartCounted),
    };
    Computation::beginning(beginning, Event::JobStart, job_started_on, calendar).plus(months).choose(choice)
}

/// T12: the last day of holistic support after a job start: the months of § 16g Abs. 2 SGB II and those that § 16k Abs. 3 SGB II
/// allows more where needed, all counted from the job start. Nothing while the law knows no holistic support.
#[must_use]
pub fn holistic_support(job_started_on: Date, rule: &Governing<Aftercare>, calendar: Calendar) -> Option<Explanation> {
    let computation = with_holistic_support(job_started_on, &rule.rule, calendar)?;
    Some(computation.shift(Shift::ServicePeriod).no_grace().explain(rule))
}

/// The same before it is explained.
pub(crate) fn with_holistic_support(job_started_on: Date, rule: &Aftercare, calendar: Calendar) -> Option<Computation> {
    if rule.holistic_extension_months == 0 {
        return None;
    }
    let months = rule.job_start_months.saturating_add(rule.holistic_extension_months);
    Some(after_job_start(job_started_on, length(months, LengthUnit::Months)?, rule.job_start_day, calendar))
}

/// T12: the last day of holistic support after the end of a training, where no job follows it at once (§ 16k Abs. 2 Satz 2 SGB II).
/// During the training it goes on anyway (Satz 1).
#[must_use]
pub fn training_support(
    training_ended_on: Date,
    rule: &Governing<Aftercare>,
    calendar: Calendar,
) -> Option<Explanation> {
    let computation = after_training(training_ended_on, &rule.rule, calendar)?;
    Some(computation.shift(Shift::ServicePeriod).no_grace().explain(rule))
}

/// The same before it is explained.
pub(crate) fn after_training(training_ended_on: Date, rule: &Aftercare, calendar: Calendar) -> Option<Computation> {
    let length = length(rule.training_months, LengthUnit::Months)?;
    Some(Computation::after(Event::TrainingEnd, training_ended_on, calendar).plus(length))
}

/// T12: the last day of coaching in a job that follows a funded one (§ 16e Abs. 4, § 16i Abs. 4 SGB II).
#[must_use]
pub fn follow_on_coaching(
    job_started_on: Date,
    rule: &Governing<Aftercare>,
    calendar: Calendar,
) -> Option<Explanation> {
    let computation = in_follow_on_job(job_started_on, &rule.rule, calendar)?;
    Some(computation.shift(Shift::ServicePeriod).no_grace().explain(rule))
}

/// The same before it is explained.
pub(crate) fn in_follow_on_job(job_started_on: Date, rule: &Aftercare, calendar: Calendar) -> Option<Computation> {
    let length = length(rule.follow_on_months, LengthUnit::Months)?;
    Some(after_job_start(job_started_on, length, rule.job_start_day, calendar))
}

/// T9: by when a provider's report of absences in a calendar month is due (§ 61 Abs. 2 SGB II).
#[must_use]
pub fn absence_report(day_of_month: Date, rule: &Governing<AbsenceReport>, calendar: Calendar) -> Explanation {
    after_month(day_of_month, rule.rule.days_after_month, calendar).explain(rule)
}

/// By when the data of a calendar month go to the statistics (§ 51b SGB II).
#[must_use]
pub fn statistics_delivery(
    day_of_month: Date,
    rule: &Governing<StatisticsDelivery>,
    calendar: Calendar,
) -> Explanation {
    after_month(day_of_month, rule.rule.days_after_month, calendar).explain(rule)
}

/// Some days after the end of the month in which a day lies.
fn after_month(day: Date, days: i32, calendar: Calendar) -> Computation {
    let computation = if let Some(days) = length(days, LengthUnit::Days) {
        Computation::after(Event::ReportedMonthEnd, month_point(day, MonthPoint::End), calendar).plus(days)
    } else {
        let first = month_point(day, MonthPoint::Beginning);
        Computation::with_step(StepAction::MonthPoint { point: MonthPoint::Beginning }, first, calendar)
            .at_month_point(MonthPoint::End)
    };
    computation.shift(Shift::InternalDuty).no_grace()
}

/// T7b: by when the first appointment at the provider takes place (R97). Not later than agreed, so the target is the last working
/// day until then.
#[must_use]
pub fn first_appointment(accepted_on: Date, rule: &Governing<Referral>, calendar: Calendar) -> Explanation {
    Computation::after(Event::ReferralAccepted, accepted_on, calendar)
        .plus(Length::unchecked(rule.rule.waiting_days, LengthUnit::Days))
        .aim_at_working_day()
        .no_grace()
        .explain(rule)
}

/// The last day of work opportunities that began on a day and were never interrupted, of those that are extended, or of the frame in
/// which they are counted (§ 16d Abs. 6 SGB II). The first day belongs to each; nothing where the law knows no such period.
#[must_use]
pub fn work_opportunity(
    first_day: Date,
    part: WorkOpportunityPart,
    rule: &Governing<WorkOpportunity>,
    calendar: Calendar,
) -> Option<Explanation> {
    let WorkOpportunity { months, extension_months, frame_months } = rule.rule;
    let months = match part {
        WorkOpportunityPart::Regular => months,
        WorkOpportunityPart::Extended if extension_months == 0 => return None,
        WorkOpportunityPart::Extended => months.saturating_add(extension_months),
        WorkOpportunityPart::Frame => frame_months,
    };
    let computation = Computation::from_start_of(Event::WorkOpportunityStart, first_day, calendar);
    let computation = computation.plus(length(months, LengthUnit::Months)?);
    Some(computation.shift(Shift::ServicePeriod).no_grace().explain(rule))
}

/// Which last day of work opportunities is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkOpportunityPart {
    /// That of the regular time.
    Regular,
    /// That of the time with the extension.
    Extended,
    /// That of the frame.
    Frame,
}

/// T15: with the end of which day the records of a class have been kept long enough.
#[must_use]
pub fn retention(ended_on: Date, class: RecordClass, rule: &Governing<Retention>, calendar: Calendar) -> Explanation {
    let months = match class {
        RecordClass::AdviceNote => rule.rule.advice_note_months,
        RecordClass::Plan => rule.rule.plan_months,
        RecordClass::Consent => rule.rule.consent_months,
        RecordClass::Decision => rule.rule.decision_months,
        RecordClass::Payment => rule.rule.payment_months,
    };
    Computation::after(Event::EndOfCare, ended_on, calendar)
        .plus(Length::unchecked(months, LengthUnit::Months))
        .shift(Shift::InternalDuty)
        .no_grace()
        .explain(rule)
}

/// Until the end of which day a wrong closing may be undone (row 24).
#[must_use]
pub fn reopening(closed_on: Date, rule: &Governing<Reopening>, calendar: Calendar) -> Explanation {
    Computation::after(Event::Closing, closed_on, calendar)
        .plus(Length::unchecked(rule.rule.months, LengthUnit::Months))
        .shift(Shift::InternalDuty)
        .no_grace()
        .explain(rule)
}

/// What is kept for a time of its own (T15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordClass {
    /// Advice notes.
    AdviceNote,
    /// Plans and agreements.
    Plan,
    /// Consents.
    Consent,
    /// Decisions.
    Decision,
    /// Payments.
    Payment,
}

impl RecordClass {
    /// Every class.
    pub const ALL: [Self; 5] = [Self::AdviceNote, Self::Plan, Self::Consent, Self::Decision, Self::Payment];
}

/// A number of a policy; 0 says that there is no such period.
fn length(count: i32, unit: LengthUnit) -> Option<Length> {
    (count > 0).then(|| Length::unchecked(count, unit))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::policy::Book;

    fn governing<R: Rule>(fact_on: Date) -> Option<Governing<R>> {
        Book::federal().unwrap().rule(fact_on, fact_on).unwrap()
    }

    #[test]
    fn a_reduction_by_the_day_of_the_breach() {
        let breach_on = date(2026, 8, 31);
        let rule = governing::<Reduction>(breach_on).unwrap();
        let found = reduction_finding(breach_on, &rule, Calendar::Nation).unwrap();
        assert_eq!((found.due_on, found.target_on), (date(2027, 2, 28), date(2027, 2, 26)));
        assert_eq!((found.rule.as_str(), found.rule_version.as_str()), ("§§ 31-32 SGB II", rule.citation.as_str()));
        assert_eq!(reduction_begin(date(2026, 8, 31)).due_on, date(2026, 9, 1));
        assert_eq!(reduction_begin(date(2026, 9, 1)).due_on, date(2026, 10, 1));
        let advice = advice_under_25(date(2026, 9, 7), &rule, Calendar::Nation).unwrap();
        assert_eq!(advice.due_on, date(2026, 10, 5));
        let old = governing::<Reduction>(date(2022, 1, 3)).unwrap();
        assert_eq!(advice_under_25(date(2022, 2, 1), &old, Calendar::Nation), None);
    }

    #[test]
    fn mediation_ends_with_its_law() {
        let opened_on = date(2026, 6, 1);
        let rule = governing::<Mediation>(opened_on).unwrap();
        assert_eq!(mediation_end(opened_on, &rule, Calendar::Nation).unwrap().due_on, date(2026, 6, 29));
        assert_eq!(governing::<Mediation>(date(2026, 7, 1)), None);
    }

    #[test]
    fn aftercare_counts_all_its_months_from_the_job_start() {
        let start = date(2026, 8, 31);
        let rule = governing::<Aftercare>(start).unwrap();
        let last = |rule: &Governing<Aftercare>| holistic_support(start, rule, Calendar::Nation).unwrap();
        // Nine months from the job start; three more from 28.02. would be 28.05.
        assert_eq!(last(&rule).due_on, date(2027, 5, 31));
        let mut counted = rule.clone();
        counted.rule.job_start_day = JobStartDay::Counted;
        assert_eq!(last(&counted).due_on, date(2027, 5, 30));
        assert!(last(&counted).line_de().contains("zählt der erste Arbeitstag mit"));
        let after = training_support(date(2026, 8, 31), &rule, Calendar::Nation).unwrap();
        assert_eq!(after.due_on, date(2027, 8, 31));
        assert!(after.steps.iter().any(|step| step.text_de().contains("Ende der Ausbildung")), "{after:?}");
    }

    #[test]
    fn there_is_no_holistic_support_before_its_law() {
        let start = date(2023, 6, 30);
        let rule = governing::<Aftercare>(start).unwrap();
        assert_eq!(holistic_support(start, &rule, Calendar::Nation), None);
        assert_eq!(training_support(start, &rule, Calendar::Nation), None);
    }

    #[test]
    fn a_first_appointment_aims_at_a_working_day() {
        let rule = governing::<Referral>(date(2026, 3, 2)).unwrap();
        let found = first_appointment(date(2026, 3, 9), &rule, Calendar::Nation);
        // Four weeks later is Easter Monday; Maundy Thursday is the last working day before.
        assert_eq!((found.due_on, found.target_on), (date(2026, 4, 6), date(2026, 4, 2)));
        assert_eq!(found.rule_version, "federal/REFERRAL/1");
    }

    #[test]
    fn work_opportunities_count_their_first_day() {
        let last = |first_day, part| {
            let rule = governing::<WorkOpportunity>(first_day)?;
            work_opportunity(first_day, part, &rule, Calendar::Nation).map(|found| found.due_on)
        };
        let first_day = date(2026, 3, 1);
        assert_eq!(last(first_day, WorkOpportunityPart::Regular), Some(date(2028, 2, 29)));
        assert_eq!(last(first_day, WorkOpportunityPart::Extended), Some(date(2029, 2, 28)));
        assert_eq!(last(first_day, WorkOpportunityPart::Frame), Some(date(2031, 2, 28)));
        assert_eq!(last(date(2016, 7, 31), WorkOpportunityPart::Extended), None, "the law knew no extension");
        assert_eq!(last(date(2012, 3, 31), WorkOpportunityPart::Regular), None, "nor any limit before");
    }

    #[test]
    fn each_class_is_kept_for_its_own_time() {
        let ended_on = date(2026, 8, 31);
        let rule = governing::<Retention>(ended_on).unwrap();
        let until = |class| retention(ended_on, class, &rule, Calendar::Nation).due_on;
        for class in [RecordClass::AdviceNote, RecordClass::Plan, RecordClass::Consent] {
            assert_eq!(until(class), date(2031, 8, 31));
        }
        assert_eq!(until(RecordClass::Decision), date(2036, 8, 31));
        assert_eq!(until(RecordClass::Payment), date(2036, 8, 31));
    }

    #[test]
    fn reports_by_the_month() {
        let day = date(2028, 2, 3);
        let mut report = governing::<AbsenceReport>(day).unwrap();
        assert_eq!(absence_report(day, &report, Calendar::Nation).due_on, date(2028, 2, 29));
        report.rule.days_after_month = 7;
        let later = absence_report(day, &report, Calendar::Nation);
        assert_eq!(later.due_on, date(2028, 3, 7));
        assert!(later.line_de().starts_with("29.02.2028 + 7 Tage"), "{}", later.line_de());
    }
}

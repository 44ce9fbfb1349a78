//! Answers of a running Lotse in the form of this release's own, so that both are written by the same hands.

use anyhow::Context as _;
use jiff::civil::Date;
use lotse_kernel::legal::{Calendar, read};
use lotse_platform::fields::civil;
use lotse_proto::{cases as contract, common};

use super::{DayReport, Governing, HolidayList, HolidayReport, Report, StepReport, place_of};

/// A day that the contract promises.
fn day(date: Option<lotse_proto::Date>, what: &'static str) -> anyhow::Result<Date> {
    date.as_ref().and_then(civil).with_context(|| format!("the answer has no {what}"))
}

/// A day that may be missing.
fn optional_day(date: Option<lotse_proto::Date>, what: &'static str) -> anyhow::Result<Option<Date>> {
    date.map(|date| day(Some(date), what)).transpose()
}

/// Whose holidays counted.
fn calendar(place: Option<contract::Place>) -> anyhow::Result<Calendar> {
    let Some(told) = place else { return Ok(Calendar::Nation) };
    let place = read::place("place", &told.land, &told.municipality, &told.district).ok().flatten();
    Ok(Calendar::Of(place.with_context(|| format!("the answer speaks of a place that nobody knows: {told:?}"))?))
}

impl StepReport {
    fn received(step: common::ExplanationStep) -> anyhow::Result<Self> {
        Ok(Self {
            date: day(step.date, "date of a step")?,
            code: step.code,
            arguments: step.arguments.into_iter().map(|argument| (argument.name, argument.value)).collect(),
            text_de: step.text_de,
            text_en: step.text_en,
        })
    }
}

impl Governing {
    fn received(policy: contract::GoverningPolicy) -> anyhow::Result<Self> {
        Ok(Self {
            valid_from_date: day(policy.valid_from_date, "first day of the policy")?,
            valid_to_date: optional_day(policy.valid_to_date, "last day of the policy")?,
            citation: policy.citation,
            unverified: policy.unverified,
            note_de: policy.note_de,
        })
    }
}

impl Report {
    /// A date that a running Lotse computed.
    ///
    /// # Errors
    /// When the answer lacks what the contract promises.
    pub(in crate::explain) fn received(answer: contract::ComputedDeadline) -> anyhow::Result<Self> {
        let calendar = calendar(answer.place)?;
        let explanation = answer.explanation.context("the answer has no explanation")?;
        Ok(Self {
            due_date: day(explanation.due_date, "due date")?,
            target_date: day(explanation.target_date, "target date")?,
            overdue_after_date: day(explanation.overdue_after_date, "last day in time")?,
            opens_date: optional_day(answer.opens_date, "opening day")?,
            reminds_date: optional_day(answer.reminds_date, "day of the reminder")?,
            rule: explanation.rule,
            rule_version: explanation.rule_version,
            legal_basis: explanation.legal_basis,
            policy: answer.policy.map(Governing::received).transpose()?,
            place: place_of(calendar),
            line_de: answer.line_de,
            line_en: answer.line_en,
            steps: explanation.steps.into_iter().map(StepReport::received).collect::<Result<_, _>>()?,
            notice: None,
            calendar,
            called: ("Fällig", "Due"),
            is_local: true,
            hint: None,
        })
    }
}

impl HolidayReport {
    fn received(holiday: contract::HolidayEntry) -> anyhow::Result<Self> {
        Ok(Self {
            date: day(holiday.date, "date of a holiday")?,
            code: holiday.code,
            name_de: holiday.name_de,
            name_en: holiday.name_en,
            legal_basis: holiday.legal_basis,
            not_known: holiday.not_known,
        })
    }
}

impl DayReport {
    /// A day that a running Lotse explained.
    ///
    /// # Errors
    /// As [`Report::received`].
    pub(in crate::explain) fn received(answer: contract::DateExplanation) -> anyhow::Result<Self> {
        Ok(Self {
            date: day(answer.date, "date")?,
            place: place_of(calendar(answer.place)?),
            working_day: answer.working_day,
            holiday: answer.holiday.map(HolidayReport::received).transpose()?,
            previous_working_date: day(answer.previous_working_date, "working day before")?,
            next_working_date: day(answer.next_working_date, "working day after")?,
            legal_basis: answer.legal_basis,
            text_de: answer.text_de,
            text_en: answer.text_en,
        })
    }
}

impl HolidayList {
    /// The holidays of a year that a running Lotse listed.
    ///
    /// # Errors
    /// As [`Report::received`].
    pub(in crate::explain) fn received(year: i16, answer: contract::ListHolidaysResponse) -> anyhow::Result<Self> {
        let calendar = calendar(answer.place)?;
        let holidays = answer.holidays.into_iter().map(HolidayReport::received).collect::<Result<_, _>>()?;
        Ok(Self { year, place: place_of(calendar), holidays, calendar })
    }
}

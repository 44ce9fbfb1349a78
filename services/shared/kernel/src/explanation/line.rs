//! A whole computation in one line: the steps that lead to the due day, the target and the last day in time.
//!
//! Openings and reminders are left to the list of steps: they move nothing.

use jiff::civil::Date;

use super::{Choice, Explanation, Step, StepAction, english, german};

/// The day from which the next period counts.
#[derive(Clone, Copy)]
struct Base {
    day: Date,
    is_counted: bool,
}

impl Base {
    /// The number of the day that governs the end of months: of a counted first day, the one before.
    fn governing_number(self) -> i8 {
        if self.is_counted { self.day.day() - 1 } else { self.day.day() }
    }
}

pub(super) fn german(explanation: &Explanation) -> String {
    line(explanation, german_phrase)
}

pub(super) fn english(explanation: &Explanation) -> String {
    line(explanation, english_phrase)
}

fn line(explanation: &Explanation, phrase: fn(&Step, Base) -> Option<String>) -> String {
    let mut base = Base { day: explanation.due_on, is_counted: false };
    let mut phrases = Vec::with_capacity(explanation.steps.len());
    for step in &explanation.steps {
        match step.action {
            StepAction::EventDay { .. } | StepAction::ContinuesFormerLimit => {
                base = Base { day: step.on, is_counted: false };
            }
            StepAction::StartDay { .. } => base = Base { day: step.on, is_counted: true },
            _ => phrases.extend(phrase(step, base)),
        }
    }
    phrases.join("; ")
}

fn german_phrase(step: &Step, base: Base) -> Option<String> {
    let on = german::day(step.on);
    let from = if base.is_counted { format!("ab Beginn des {}", german::day(base.day)) } else { german::day(base.day) };
    Some(match step.action {
        StepAction::PeriodEnd { count, unit } => {
            format!("{from} + {}: {on}{}", german::counted(count, unit, false), german::end_basis(unit))
        }
        StepAction::PeriodEndShortMonth { count, unit } => format!(
            "{from} + {}: einen {}. {} gibt es {}nicht, daher {on} (§ 188 Abs. 3 BGB)",
            german::counted(count, unit, false),
            base.governing_number(),
            GERMAN_MONTHS[month_index(step.on)],
            in_that_year(step.on, base)
        ),
        StepAction::SetDate => format!("festgesetzt: {on}"),
        StepAction::HalfMonthLast => format!("die 15 Tage zuletzt: {on} (§ 189 Abs. 2 BGB)"),
        StepAction::MonthPoint { point } => format!("{}: {on} (§ 192 BGB)", german::point_words(point)),
        StepAction::NextMonthStart => format!("Beginn des Folgemonats: {on}"),
        StepAction::PolicyChoice { choice } => match choice {
            Choice::LikeNumberedDay => format!("nach Richtlinie Tag gleicher Zahl {on} (§ 190 BGB offen)"),
            Choice::MonthEnd => format!("nach Richtlinie Monatsletzter {on} (§ 190 BGB offen)"),
            Choice::AskedLikeNumberedDay => format!("Tag gleicher Zahl {on} (§ 190 BGB offen)"),
            Choice::AskedMonthEnd => format!("Monatsletzter {on}, wie gefragt (§ 190 BGB offen)"),
            Choice::JobStartNotCounted => "nach Richtlinie zählt der erste Arbeitstag nicht mit".to_owned(),
            Choice::JobStartCounted => "nach Richtlinie zählt der erste Arbeitstag mit".to_owned(),
            Choice::LongestInterval => "nach Richtlinie der längste Abstand, vereinbart war ein längerer".to_owned(),
        },
        StepAction::FreeDay { free } => german::free_words(free).to_owned(),
        StepAction::HolidayNotKnown { holiday } => format!("{} hier nicht bekannt", holiday.german()),
        StepAction::StaysOnFreeDay { shift } => format!("bleibt ({})", shift.legal_basis()),
        StepAction::MovedToWorkingDay { shift } => {
            format!("daher {} {on} ({})", german::weekday(step.on), shift.legal_basis())
        }
        StepAction::TargetWorkingDay => format!("Zieltag {} {on}", german::weekday(step.on)),
        StepAction::TargetBroughtForward => format!("vorgezogen auf {} {on}", german::weekday(step.on)),
        StepAction::Sent { .. } => format!("abgesandt {on}"),
        StepAction::DeemedNotice { days } => format!("{days}. Tag danach: {on} (§ 37 Abs. 2 SGB X)"),
        StepAction::ProvenNotice { proof } => format!("{on} {}", german::proof_words(proof)),
        StepAction::ObjectionPeriod { ground } => german::ground_words(ground).to_owned(),
        StepAction::AgeCompleted { years, months } => {
            format!(
                "geboren {}, {} vollendet mit Ablauf des {on}",
                german::day(base.day),
                german::age_words(years, months, false)
            )
        }
        StepAction::Grace { .. } => format!("rechtzeitig bis {} {on}", german::weekday(step.on)),
        StepAction::EventDay { .. }
        | StepAction::StartDay { .. }
        | StepAction::ContinuesFormerLimit
        | StepAction::ContinuedToMonthEnd
        | StepAction::OpensBefore { .. }
        | StepAction::OpensAfterFormerSlot
        | StepAction::OpensAfterMonths { .. }
        | StepAction::OpensAtOnce
        | StepAction::RemindsAfterMonths { .. }
        | StepAction::RemindsWhenDue
        | StepAction::NoGrace => return None,
    })
}

fn english_phrase(step: &Step, base: Base) -> Option<String> {
    let on = step.on;
    let from = if base.is_counted { format!("from the start of {}", base.day) } else { base.day.to_string() };
    Some(match step.action {
        StepAction::PeriodEnd { count, unit } => {
            format!("{from} + {}: {on}{}", english::counted(count, unit), english::end_basis(unit))
        }
        StepAction::PeriodEndShortMonth { count, unit } => format!(
            "{from} + {}: {} has no day {}, hence {on} (§ 188(3) BGB)",
            english::counted(count, unit),
            ENGLISH_MONTHS[month_index(on)],
            base.governing_number()
        ),
        StepAction::SetDate => format!("set: {on}"),
        StepAction::HalfMonthLast => format!("the 15 days last: {on} (§ 189(2) BGB)"),
        StepAction::MonthPoint { point } => format!("{}: {on} (§ 192 BGB)", english::point_words(point)),
        StepAction::NextMonthStart => format!("beginning of the next month: {on}"),
        StepAction::PolicyChoice { choice } => match choice {
            Choice::LikeNumberedDay => format!("policy: like-numbered day {on} (§ 190 BGB leaves it open)"),
            Choice::MonthEnd => format!("policy: month's end {on} (§ 190 BGB leaves it open)"),
            Choice::AskedLikeNumberedDay => format!("like-numbered day {on} (§ 190 BGB leaves it open)"),
            Choice::AskedMonthEnd => format!("month's end {on}, as asked (§ 190 BGB leaves it open)"),
            Choice::JobStartNotCounted => "policy: the first day of work is not counted".to_owned(),
            Choice::JobStartCounted => "policy: the first day of work is counted".to_owned(),
            Choice::LongestInterval => "policy: the longest interval, a longer one was agreed".to_owned(),
        },
        StepAction::FreeDay { free } => english::free_words(free).to_owned(),
        StepAction::HolidayNotKnown { holiday } => format!("{} not known here", holiday.english()),
        StepAction::StaysOnFreeDay { shift } => format!("stays: {}", english::stay_reason(shift)),
        StepAction::MovedToWorkingDay { shift } => {
            format!("hence {} {on} ({})", english::weekday(on), english::moved_by(shift))
        }
        StepAction::TargetWorkingDay => format!("target {} {on}", english::weekday(on)),
        StepAction::TargetBroughtForward => format!("brought forward to {} {on}", english::weekday(on)),
        StepAction::Sent { .. } => format!("sent {on}"),
        StepAction::DeemedNotice { days } => format!("day {days} after that: {on} (§ 37(2) SGB X)"),
        StepAction::ProvenNotice { proof } => format!("{on} {}", english::proof_words(proof)),
        StepAction::ObjectionPeriod { ground } => english::ground_words(ground).to_owned(),
        StepAction::AgeCompleted { years, months } => {
            format!("born {}, {} completed at the end of {on}", base.day, english::age_words(years, months))
        }
        StepAction::Grace { .. } => format!("in time until {} {on}", english::weekday(on)),
        StepAction::EventDay { .. }
        | StepAction::StartDay { .. }
        | StepAction::ContinuesFormerLimit
        | StepAction::ContinuedToMonthEnd
        | StepAction::OpensBefore { .. }
        | StepAction::OpensAfterFormerSlot
        | StepAction::OpensAfterMonths { .. }
        | StepAction::OpensAtOnce
        | StepAction::RemindsAfterMonths { .. }
        | StepAction::RemindsWhenDue
        | StepAction::NoGrace => return None,
    })
}

/// A 29 February is missing in some years only.
fn in_that_year(end: Date, base: Base) -> String {
    if end.month() == 2 && base.governing_number() == 29 { format!("{} ", end.year()) } else { String::new() }
}

fn month_index(day: Date) -> usize {
    usize::try_from(day.month() - 1).unwrap_or_default()
}

const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

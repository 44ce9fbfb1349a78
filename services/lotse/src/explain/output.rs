//! Answers as people read them and as scripts do.

mod received;

use std::{collections::BTreeMap, fmt::Write as _};

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::named::TimerAnswer,
    explanation::{Explanation, Step, english_date, german_date},
    legal::{
        Calendar,
        day::{DayAnswer, place_de, place_en},
        holidays::{Holiday, YearNotListed},
        place::Place,
    },
    policy::PolicyVersion,
};
use serde::Serialize;

/// One line of a list: a label, padded so that what follows stands in a column.
fn line(text: &mut String, label: &str, value: &str) {
    // Writing into a text cannot fail.
    let _ = writeln!(text, "{label:<17} {value}");
}

/// A date with its weekday.
fn long(day: Date, is_english: bool) -> String {
    if is_english { english_date(day) } else { german_date(day) }
}

/// Whose holidays counted.
fn place(calendar: Calendar, is_english: bool) -> String {
    match (calendar, is_english) {
        (Calendar::Nation, false) => "die alle Länder haben (--place nennt einen Ort)".to_owned(),
        (Calendar::Nation, true) => "those that all Länder keep (--place names a place)".to_owned(),
        (Calendar::Of(_), false) => place_de(calendar),
        (Calendar::Of(_), true) => place_en(calendar),
    }
}

const fn place_of(calendar: Calendar) -> Option<Place> {
    match calendar {
        Calendar::Nation => None,
        Calendar::Of(place) => Some(place),
    }
}

/// A step with its words.
#[derive(Debug, Serialize)]
struct StepReport {
    date: Date,
    code: String,
    arguments: BTreeMap<String, String>,
    text_de: String,
    text_en: String,
}

impl StepReport {
    fn of(step: &Step) -> Self {
        Self {
            date: step.on,
            code: step.code().to_owned(),
            arguments: step.arguments().into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            text_de: step.text_de(),
            text_en: step.text_en(),
        }
    }
}

/// The version that governed a timer.
#[derive(Debug, Serialize)]
struct Governing {
    citation: String,
    valid_from_date: Date,
    valid_to_date: Option<Date>,
    unverified: bool,
    note_de: String,
}

impl Governing {
    fn of(version: &PolicyVersion) -> Self {
        Self {
            citation: version.citation(),
            valid_from_date: version.valid_from,
            valid_to_date: version.valid_to,
            unverified: version.unverified,
            note_de: version.note.clone(),
        }
    }
}

/// A computed date.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    due_date: Date,
    target_date: Date,
    overdue_after_date: Date,
    opens_date: Option<Date>,
    reminds_date: Option<Date>,
    rule: String,
    rule_version: String,
    legal_basis: String,
    policy: Option<Governing>,
    place: Option<Place>,
    line_de: String,
    line_en: String,
    steps: Vec<StepReport>,
    /// Why the act counts as known on its day.
    notice: Option<Box<Report>>,
    #[serde(skip)]
    calendar: Calendar,
    /// What the date is called, in German and in English.
    #[serde(skip)]
    called: (&'static str, &'static str),
    /// Whether holidays could have changed the date.
    #[serde(skip)]
    is_local: bool,
    /// What else may be asked, in German and in English.
    #[serde(skip)]
    hint: Option<(&'static str, &'static str)>,
}

impl Report {
    /// An explanation with the holidays that counted.
    pub(super) fn of(explanation: Explanation, calendar: Calendar) -> Self {
        Self {
            due_date: explanation.due_on,
            target_date: explanation.target_on,
            overdue_after_date: explanation.overdue_after,
            opens_date: None,
            reminds_date: None,
            line_de: explanation.line_de(),
            line_en: explanation.line_en(),
            steps: explanation.steps.iter().map(StepReport::of).collect(),
            rule: explanation.rule,
            rule_version: explanation.rule_version,
            legal_basis: explanation.legal_basis,
            policy: None,
            place: place_of(calendar),
            notice: None,
            calendar,
            called: ("Fällig", "Due"),
            is_local: true,
            hint: None,
        }
    }

    /// Says how the end of a period would move, where it stays on a day without work.
    pub(super) fn that_stays(mut self, stays: bool) -> Self {
        let is_free = !self.calendar.is_working_day(self.due_date);
        self.hint = (stays && is_free).then_some((
            "Wäre die Frist einem Beteiligten gesetzt, rückte ihr Ende: --shift forward; zum Zieltag davor: --shift backward",
            "Were the period set to a party, its end would move: --shift forward; for a target before: --shift backward",
        ));
        self
    }

    /// The same as the day on which an act is known.
    pub(super) fn of_notice(self) -> Self {
        Self { called: ("Bekannt gegeben", "Known"), ..self }
    }

    /// The same as the day with whose end an age is completed, which no holiday changes.
    pub(super) fn of_age(self) -> Self {
        Self { called: ("Vollendet", "Completed"), is_local: false, ..self }
    }

    /// A timer's dates.
    pub(super) fn timer(answer: TimerAnswer<'_>, calendar: Calendar) -> Self {
        Self {
            opens_date: answer.opens_on,
            reminds_date: answer.reminds_on,
            policy: answer.policy.map(Governing::of),
            ..Self::of(answer.explanation, calendar)
        }
    }

    /// The same after the notice it counts from.
    pub(super) fn after(mut self, known: Option<Self>) -> Self {
        self.notice = known.map(|known| Box::new(known.of_notice()));
        self
    }

    /// The words for a person.
    pub(super) fn words(&self, is_english: bool) -> String {
        let mut text = String::new();
        let say = |german: &'static str, english: &'static str| if is_english { english } else { german };
        for known in self.notice.iter().map(Box::as_ref).chain([self]) {
            let _ = writeln!(text, "{}", if is_english { &known.line_en } else { &known.line_de });
        }
        text.push('\n');
        let mut date = |label, day| line(&mut text, label, &long(day, is_english));
        if let Some(known) = &self.notice {
            date(say(known.called.0, known.called.1), known.due_date);
        }
        date(say(self.called.0, self.called.1), self.due_date);
        if self.target_date != self.due_date {
            date(say("Zieltag", "Target"), self.target_date);
        }
        if self.overdue_after_date != self.due_date {
            date(say("Rechtzeitig bis", "In time until"), self.overdue_after_date);
        }
        if let Some(opens_on) = self.opens_date {
            date(say("Möglich ab", "Opens"), opens_on);
        }
        if let Some(reminds_on) = self.reminds_date {
            date(say("Erinnerung", "Reminder"), reminds_on);
        }
        let rule = if self.rule == "LAW" { say("Gesetz", "law") } else { &self.rule };
        line(&mut text, say("Regel", "Rule"), &format!("{rule}, {}", self.rule_version));
        line(&mut text, say("Rechtsgrundlage", "Legal basis"), &self.legal_basis);
        if self.is_local {
            line(&mut text, say("Feiertage", "Holidays"), &place(self.calendar, is_english));
        }
        if let Some(policy) = self.policy.as_ref().filter(|policy| policy.unverified || !policy.note_de.is_empty()) {
            let mark = say("aus zweiter Hand, am Gesetzestext zu prüfen", "second-hand, to be checked against the law");
            let mark = if policy.unverified { mark } else { "" };
            let between = if policy.unverified && !policy.note_de.is_empty() { ". " } else { "" };
            line(&mut text, say("Hinweis", "Note"), &format!("{mark}{between}{}", policy.note_de));
        }
        if let Some((german, english)) = self.hint {
            line(&mut text, say("Hinweis", "Note"), say(german, english));
        }
        text.push('\n');
        let known = self.notice.iter().flat_map(|known| &known.steps);
        for (number, step) in (1..).zip(known.chain(&self.steps)) {
            let _ = writeln!(text, "{number:>2}. {}", if is_english { &step.text_en } else { &step.text_de });
        }
        text
    }
}

/// A holiday, or a day that may be one.
#[derive(Debug, Serialize)]
struct HolidayReport {
    date: Date,
    code: String,
    name_de: String,
    name_en: String,
    legal_basis: String,
    not_known: bool,
}

impl HolidayReport {
    fn of(date: Date, holiday: Holiday, calendar: Calendar, not_known: bool) -> Self {
        Self {
            date,
            code: holiday.code().to_owned(),
            name_de: holiday.german().to_owned(),
            name_en: holiday.english().to_owned(),
            legal_basis: calendar.legal_basis(holiday, date.year()).to_owned(),
            not_known,
        }
    }
}

/// What a day is.
#[derive(Debug, Serialize)]
pub(super) struct DayReport {
    date: Date,
    place: Option<Place>,
    working_day: bool,
    holiday: Option<HolidayReport>,
    previous_working_date: Date,
    next_working_date: Date,
    legal_basis: String,
    text_de: String,
    text_en: String,
}

impl DayReport {
    /// The answer of the clock.
    pub(super) fn of(answer: &DayAnswer) -> Self {
        let certain = answer.holiday().map(|found| (found, false));
        let found = certain.or_else(|| answer.doubt.map(|found| (found, true)));
        Self {
            date: answer.date,
            place: place_of(answer.calendar),
            working_day: answer.is_working_day(),
            holiday: found.map(|(found, open)| HolidayReport::of(answer.date, found, answer.calendar, open)),
            previous_working_date: answer.previous_working_day,
            next_working_date: answer.next_working_day,
            legal_basis: answer.legal_basis().to_owned(),
            text_de: answer.text_de(),
            text_en: answer.text_en(),
        }
    }

    /// The words for a person.
    pub(super) fn words(&self, is_english: bool) -> String {
        let (what, before, after) = if is_english {
            (&self.text_en, "Working day before", "Working day after")
        } else {
            (&self.text_de, "Arbeitstag davor", "Arbeitstag danach")
        };
        let mut text = format!("{what}\n\n");
        for (label, day) in [(before, self.previous_working_date), (after, self.next_working_date)] {
            let _ = writeln!(text, "{label:<19} {}", long(day, is_english));
        }
        text
    }
}

/// The holidays of a year.
#[derive(Debug, Serialize)]
pub(super) struct HolidayList {
    year: i16,
    place: Option<Place>,
    holidays: Vec<HolidayReport>,
    #[serde(skip)]
    calendar: Calendar,
}

impl HolidayList {
    /// The holidays of a place and the days that are open there.
    pub(super) fn of(year: i16, calendar: Calendar) -> Result<Self, YearNotListed> {
        let certain = calendar.holidays(year)?.into_iter().map(|(date, holiday)| (date, holiday, false));
        let open = calendar.open_days(year)?.into_iter().map(|(date, holiday)| (date, holiday, true));
        let mut days: Vec<_> = certain.chain(open).collect();
        days.sort_unstable();
        let entry = |(date, holiday, open)| HolidayReport::of(date, holiday, calendar, open);
        let holidays = days.into_iter().map(entry).collect();
        Ok(Self { year, place: place_of(calendar), holidays, calendar })
    }

    /// The words for a person.
    pub(super) fn words(&self, is_english: bool) -> String {
        let (head, open) = if is_english {
            (format!("Holidays of {} {}", self.year, place_en(self.calendar)), "only in some municipalities")
        } else {
            let place = place_de(self.calendar);
            (format!("Feiertage {} {}", self.year, place.trim_end_matches(',')), "nur in manchen Gemeinden")
        };
        let mut text = format!("{head}\n\n");
        for day in &self.holidays {
            let name = if is_english { &day.name_en } else { &day.name_de };
            let mark = if day.not_known { format!(" – {open}") } else { String::new() };
            let _ = writeln!(text, "{:<22} {name} ({}){mark}", long(day.date, is_english), day.legal_basis);
        }
        text
    }
}

//! From what was typed to the clock's own questions.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::{
        ExtensionLength,
        named::{Timer, TimerQuestion},
    },
    defaults::{ContinuationAnchor, Months, WorkingDays},
    legal::{
        Calendar, LegalFault, Length, LengthUnit, Reason,
        age::{AgeQuestion, MOST_YEARS},
        holidays::{FIRST_YEAR, LAST_YEAR},
        notification::{self, Delivery},
        question::{Known, MOST_GRACE, ObjectionQuestion, PeriodQuestion, Start},
    },
    policy::PolicyKey,
};

use super::{
    Unexplained,
    args::{self, Channel, Question, Sending},
    complaints::{Complaint, Complaints},
};

/// A question that was understood.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked {
    /// When a period ends.
    Period(PeriodQuestion),
    /// When a duty of the catalogue is due.
    Timer(TimerQuestion),
    /// When an act counts as known.
    Notice(Delivery),
    /// Until when an objection may be made.
    Objection(ObjectionQuestion),
    /// When an age is completed.
    Age(AgeQuestion),
    /// What a day is.
    Day(Date),
    /// The holidays of a year.
    Year(i16),
    /// The version that governs a fact of the day.
    Policy(PolicyKey, Date),
    /// The versions of all keys.
    Policies(Date),
}

/// Reads a question and whose holidays count. `today` is the day of a policy that is asked for without one.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn read(mut told: Complaints, question: &Question, today: Date) -> Result<(Asked, Calendar), Unexplained> {
    let calendar = told.calendar(question.place());
    let asked = match question {
        Question::Deadline(asked) => Some(Asked::Period(period(&mut told, asked))),
        Question::Timer(asked) => timer(&mut told, asked).map(Asked::Timer),
        Question::Notice(asked) => Some(Asked::Notice(delivery(&mut told, &asked.sending))),
        Question::Objection(asked) => Some(Asked::Objection(objection(&mut told, asked))),
        Question::Age(asked) => Some(Asked::Age(age(&mut told, asked))),
        Question::Day(asked) => Some(Asked::Day(day(&mut told, asked))),
        Question::Holidays(asked) => {
            let year = told.number("YEAR", &asked.year, i64::from(FIRST_YEAR), i64::from(LAST_YEAR));
            Some(Asked::Year(i16::try_from(year).unwrap_or(LAST_YEAR)))
        }
        Question::Policy(asked) => {
            let on = told.optional_day("--on", asked.on.as_ref()).unwrap_or(today);
            match &asked.key {
                Some(text) => key(&mut told, text).map(|key| Asked::Policy(key, on)),
                None => Some(Asked::Policies(on)),
            }
        }
    };
    let asked = told.finish(asked)?.ok_or_else(|| anyhow::anyhow!("a question without reading or complaint"))?;
    Ok((asked, calendar))
}

/// A day whose holidays are known.
fn day(told: &mut Complaints, asked: &args::Day) -> Date {
    let date = told.day("DATE", &asked.date);
    if !(FIRST_YEAR..=LAST_YEAR).contains(&date.year()) {
        let (least, most) = (i64::from(FIRST_YEAR), i64::from(LAST_YEAR));
        told.note([LegalFault::new("DATE", Reason::OutOfBounds { least, most })], |_| "DATE");
    }
    date
}

/// An age.
fn age(told: &mut Complaints, asked: &args::Age) -> AgeQuestion {
    let born_on = told.day("--born", &asked.born);
    AgeQuestion { born_on, years: asked.years.as_ref().map(|text| told.number("--years", text, 1, MOST_YEARS)) }
}

/// A policy's key, as the contract writes it or with hyphens.
fn key(told: &mut Complaints, text: &str) -> Option<PolicyKey> {
    let key = text.trim().to_uppercase().replace('-', "_").parse().ok();
    if key.is_none() {
        let keys: Vec<_> = PolicyKey::ALL.iter().map(|key| key.code()).collect();
        let keys = keys.join(", ");
        told.add(Complaint::new(
            "KEY",
            format!("den Schlüssel gibt es nicht; es gibt {keys}"),
            format!("there is no such key; there are {keys}"),
        ));
    }
    key
}

/// A period.
fn period(told: &mut Complaints, asked: &args::Deadline) -> PeriodQuestion {
    let (start_option, start) = match (&asked.from, &asked.first_day, &asked.former_end) {
        (Some(from), ..) => ("--from", Start::Event(told.day("--from", from))),
        (_, Some(first), _) => ("--first-day", Start::StartOfDay(told.day("--first-day", first))),
        // The parser lets no question without a start through; an empty one is told as missing.
        (.., former) => {
            let former = former.as_deref().unwrap_or_default();
            ("--former-end", Start::FormerEnd(told.day("--former-end", former)))
        }
    };
    let (length_option, length) = length(told, asked);
    let anchor = if asked.month_end { ContinuationAnchor::MonthEnd } else { ContinuationAnchor::LikeNumberedDay };
    let question = PeriodQuestion {
        length,
        number: told.number("--number", &asked.number, 1, i64::from(i32::MAX)),
        point: asked.at.map(Into::into),
        anchor,
        end_rule: asked.shift.into(),
        grace: WorkingDays(told.number("--grace", &asked.grace, 0, MOST_GRACE)),
        ..PeriodQuestion::new(start, None)
    };
    if question.length.is_none() && question.point.is_none() {
        told.add(Complaint::new(
            length_option,
            "die Länge fehlt; zum Beispiel --months 6, oder --at end für das Ende des Monats",
            "the length is missing; for example --months 6, or --at end for the end of the month",
        ));
    }
    told.note(question.faults(), |field| match field {
        "start" => start_option,
        "length" => length_option,
        "number" => "--number",
        _ => "--grace",
    });
    question
}

fn length(told: &mut Complaints, asked: &args::Deadline) -> (&'static str, Option<Length>) {
    let lengths = &asked.length;
    let given = [
        ("--days", LengthUnit::Days, &lengths.days),
        ("--working-days", LengthUnit::WorkingDays, &lengths.working_days),
        ("--weeks", LengthUnit::Weeks, &lengths.weeks),
        ("--half-months", LengthUnit::HalfMonths, &lengths.half_months),
        ("--months", LengthUnit::Months, &lengths.months),
        ("--years", LengthUnit::Years, &lengths.years),
    ];
    let Some((option, unit, Some(text))) = given.into_iter().find(|(.., text)| text.is_some()) else {
        return ("--months", None);
    };
    let count = told.number(option, text, 1, i64::from(unit.most()));
    // The bounds were told already.
    let length = Length::of(option, i64::from(count), unit).unwrap_or(Length::days(1));
    (option, Some(if asked.and_half_month { length.and_half_month() } else { length }))
}

/// A timer; nothing when there is none of that name.
fn timer(told: &mut Complaints, asked: &args::Timer) -> Option<TimerQuestion> {
    let timer = named(told, &asked.name);
    let from = told.day("--t0", &asked.t0);
    let fact_on = told.optional_day("--fact", asked.fact.as_ref());
    let most = i64::from(i32::MAX);
    let months = |told: &mut Complaints, option, text: Option<&String>| {
        text.map(|text| Months(told.number(option, text, 1, most)))
    };
    let by_months = months(told, "--extend-months", asked.extend_months.as_ref()).map(ExtensionLength::Months);
    let until = told.optional_day("--extend-until", asked.extend_until.as_ref()).map(ExtensionLength::Until);
    let interval = months(told, "--interval", asked.interval.as_ref());
    let number = told.number("--slot", &asked.slot, 1, most);
    let extension = by_months.or(until);
    let last_review_on = told.optional_day("--last-review", asked.last_review.as_ref());
    let former_due_on = told.optional_day("--former-due", asked.former_due.as_ref());
    let timer = timer?;
    let question = TimerQuestion { timer, from, fact_on, number, extension, interval, last_review_on, former_due_on };
    told.note(question.faults(), |field| timer_option(asked, field));
    Some(question)
}

/// The option behind a field of a timer's question.
pub(super) fn timer_option(asked: &args::Timer, field: &str) -> &'static str {
    match field {
        "from_date" => "--t0",
        "fact_date" => "--fact",
        "number" => "--slot",
        "extension" if asked.extend_until.is_some() => "--extend-until",
        "extension" => "--extend-months",
        "interval_months" => "--interval",
        "last_review_date" => "--last-review",
        "former_due_date" => "--former-due",
        _ => "TIMER",
    }
}

/// A timer by its number in the catalogue or its name.
fn named(told: &mut Complaints, text: &str) -> Option<Timer> {
    let word = text.trim().to_uppercase().replace('-', "_");
    if let Ok(timer) = word.parse() {
        return Some(timer);
    }
    let by_number = |timer: &&Timer| timer.number().is_some_and(|number| number.eq_ignore_ascii_case(&word));
    let found: Vec<Timer> = Timer::ALL.iter().filter(by_number).copied().collect();
    if let [only] = found[..] {
        return Some(only);
    }
    let names = |timers: &[Timer]| {
        let name =
            |timer: &Timer| timer.number().map_or_else(|| timer.to_string(), |number| format!("{timer} ({number})"));
        timers.iter().map(name).collect::<Vec<_>>().join(", ")
    };
    told.add(if found.is_empty() {
        let all = names(Timer::ALL);
        Complaint::new("TIMER", format!("den gibt es nicht; es gibt {all}"), format!("there is none; there are {all}"))
    } else {
        let some = names(&found);
        Complaint::new("TIMER", format!("das sind mehrere: {some}"), format!("these are several: {some}"))
    });
    None
}

/// How an act reached the person.
fn delivery(told: &mut Complaints, asked: &Sending) -> Delivery {
    let sent_on = told.day("--posted", asked.posted.as_deref().unwrap_or_default());
    let received_on = told.optional_day("--received", asked.received.as_ref());
    let is_proof_needed = matches!(asked.channel, Channel::PortalDenied | Channel::Abroad);
    let is_proof_itself = matches!(asked.channel, Channel::HandedOver | Channel::Certificate);
    if is_proof_needed && received_on.is_none() {
        told.add(Complaint::new(
            "--received",
            "fehlt: das Recht vermutet hier keinen Tag, es zählt der nachgewiesene",
            "is missing: the law deems nothing here, the proven day counts",
        ));
    }
    if is_proof_itself && received_on.is_some() {
        told.add(Complaint::new(
            "--received",
            "gehört nicht zu diesem Weg; --posted nennt den Tag der Bekanntgabe",
            "does not belong to this channel; --posted tells the day of the notice",
        ));
    }
    let arrived_on = received_on.unwrap_or(sent_on);
    let sent = |channel| Delivery::Sent { channel, sent_on, received_on };
    let delivery = match asked.channel {
        Channel::Post => sent(notification::Channel::Post),
        Channel::Electronic => sent(notification::Channel::Electronic),
        Channel::Portal => sent(notification::Channel::Portal),
        Channel::PortalDenied => Delivery::Retrieved { sent_on, retrieved_on: arrived_on },
        Channel::Abroad => Delivery::PostedAbroad { posted_on: sent_on, received_on: arrived_on },
        Channel::HandedOver => Delivery::HandedOver { on: sent_on },
        Channel::Certificate => Delivery::Served { on: sent_on },
    };
    told.note(delivery.check().err().unwrap_or_default(), |field| match field {
        "received_on" | "retrieved_on" => "--received",
        _ => "--posted",
    });
    delivery
}

/// The option behind a field of an objection's question.
pub(super) fn objection_option(asked: &args::Objection, field: &str) -> &'static str {
    // The day of the notice is either told or follows from the posting.
    if field == "notice_on" && asked.known.is_some() { "--known" } else { "--posted" }
}

/// Until when an objection may be made.
fn objection(told: &mut Complaints, asked: &args::Objection) -> ObjectionQuestion {
    let known = match &asked.known {
        Some(known) => Known::On(told.day("--known", known)),
        None => Known::By(delivery(told, &asked.sending)),
    };
    ObjectionQuestion { known, is_abroad: asked.abroad, is_instruction_right: !asked.wrong_instruction }
}

//! What a journey tells while it runs, and the timeline a person reads: German, one day after the other.

use std::io::{self, Write};

use jiff::civil::{Date, Weekday};
use serde::Serialize;

/// One thing a journey tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "told", rename_all = "kebab-case")]
pub enum Told {
    /// The story begins.
    Begins {
        /// Its title.
        title: String,
        /// What it is about; may be empty.
        about: String,
        /// The requirements it proves.
        requirements: Vec<String>,
        /// The jobcenter's name.
        jobcenter: String,
        /// Who takes part, with roles and team.
        people: Vec<String>,
    },
    /// Somebody acts.
    Step {
        /// The business date.
        on: Date,
        /// Who.
        who: String,
        /// What, in the words of the file; may be empty.
        note: String,
        /// The RPC in short.
        call: String,
        /// What came of it, in German.
        outcome: String,
        /// Whether it came out as the file says.
        passed: bool,
    },
    /// Only time passes.
    Passes {
        /// The business date that is reached.
        on: Date,
        /// What for, in the words of the file; may be empty.
        note: String,
    },
    /// An entry of a case's timeline.
    Entry {
        /// The business date on which it happened.
        on: Date,
        /// Who acted, or time.
        who: String,
        /// What happened.
        text: String,
        /// The requirement or paragraph it rests on.
        ground: String,
    },
    /// What is due next, whenever that has changed.
    Due {
        /// The business date on which it was asked.
        on: Date,
        /// By due date.
        duties: Vec<DueDate>,
    },
    /// Something the teller could not find out; the story goes on.
    Gap {
        /// What, and why.
        text: String,
    },
    /// The story ends.
    Ends {
        /// Whether every step came out as told.
        passed: bool,
        /// How many steps were played.
        steps: usize,
        /// From the first to the last business date.
        days: i32,
        /// Wall time in whole milliseconds.
        millis: u64,
        /// Why it ended early; may be empty.
        problems: Vec<String>,
    },
}

/// A date that is due next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueDate {
    /// What is to be done, in German.
    pub what: String,
    /// From this day on it may be done.
    pub opens_on: Option<Date>,
    /// The computed day.
    pub due_on: Option<Date>,
    /// The state by its word in the contract, without the prefix.
    pub state: String,
    /// The rule it serves.
    pub rule: String,
}

/// Who listens to a journey while it runs.
pub trait Witness {
    /// Hears what happened just now.
    fn hear(&mut self, told: &Told);
}

/// A witness that does not listen.
impl Witness for () {
    fn hear(&mut self, _told: &Told) {}
}

/// Writes the timeline for people.
#[derive(Debug)]
pub struct Printer<W> {
    out: W,
    today: Option<Date>,
}

impl<W: Write> Printer<W> {
    /// Writes to `out`; a reader that is gone ends the writing, not the journey.
    pub const fn new(out: W) -> Self {
        Self { out, today: None }
    }

    fn print(&mut self, told: &Told) -> io::Result<()> {
        match told {
            Told::Begins { title, about, requirements, jobcenter, people } => {
                self.today = None;
                writeln!(self.out, "\n{title}\n{}", "═".repeat(title.chars().count()))?;
                if !about.is_empty() {
                    writeln!(self.out, "{about}")?;
                }
                writeln!(self.out, "{jobcenter}: {}", people.join(", "))?;
                if !requirements.is_empty() {
                    writeln!(self.out, "Belegt: {}", requirements.join(", "))?;
                }
            }
            Told::Step { on, who, note, call, outcome, passed } => {
                self.day(*on)?;
                let mark = if *passed { '✓' } else { '✗' };
                let what = if note.is_empty() { call.clone() } else { format!("{note}  [{call}]") };
                writeln!(self.out, "  {mark} {who:<18} {what}")?;
                if !outcome.is_empty() {
                    writeln!(self.out, "    {:<18} {outcome}", "")?;
                }
            }
            Told::Passes { on, note } => {
                self.day(*on)?;
                if !note.is_empty() {
                    writeln!(self.out, "    {:<18} {note}", "")?;
                }
            }
            Told::Entry { on, who, text, ground } => {
                self.day(*on)?;
                writeln!(self.out, "    {who:<18} {text:<72} {ground}")?;
            }
            Told::Due { on, duties } => {
                self.day(*on)?;
                for (index, duty) in duties.iter().enumerate() {
                    let label = if index == 0 { "nächste Termine" } else { "" };
                    writeln!(self.out, "    {label:<18} → {}", due(duty))?;
                }
            }
            Told::Gap { text } => writeln!(self.out, "    ({text})")?,
            Told::Ends { passed, steps, days, millis, problems } => {
                let seconds = format!("{}.{}", millis / 1000, millis % 1000 / 100);
                let verdict = if *passed { "Alles wie erzählt" } else { "Nicht wie erzählt" };
                writeln!(self.out, "\n{verdict}: {steps} Schritte, {days} Tage in {seconds} Sekunden.")?;
                for problem in problems {
                    writeln!(self.out, "  ✗ {problem}")?;
                }
            }
        }
        self.out.flush()
    }

    fn day(&mut self, on: Date) -> io::Result<()> {
        if self.today == Some(on) {
            return Ok(());
        }
        self.today = Some(on);
        writeln!(self.out, "\n{} {}", weekday(on), german(on))
    }
}

impl<W: Write> Witness for Printer<W> {
    fn hear(&mut self, told: &Told) {
        // Nobody reads any more: the journey is played to its end all the same, and its outcome is the exit code.
        self.print(told).ok();
    }
}

fn due(duty: &DueDate) -> String {
    let day = duty.due_on.map_or_else(|| "ohne Tag".to_owned(), |on| format!("bis {} {}", weekday(on), german(on)));
    let state = match duty.state.as_str() {
        "SCHEDULED" => duty.opens_on.map_or_else(String::new, |on| format!(", möglich ab {}", german(on))),
        "OVERDUE" => ", ÜBERFÄLLIG".to_owned(),
        _ => ", offen".to_owned(),
    };
    let rule = if duty.rule.is_empty() { String::new() } else { format!(" ({})", duty.rule) };
    format!("{}: {day}{state}{rule}", duty.what)
}

/// A day as Germans write it.
fn german(on: Date) -> String {
    format!("{:02}.{:02}.{:04}", on.day(), on.month(), on.year())
}

const fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Mo",
        Weekday::Tuesday => "Di",
        Weekday::Wednesday => "Mi",
        Weekday::Thursday => "Do",
        Weekday::Friday => "Fr",
        Weekday::Saturday => "Sa",
        Weekday::Sunday => "So",
    }
}

fn weekday(on: Date) -> &'static str {
    weekday_name(on.weekday())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_stands_once_above_what_happened() {
        let on = date(2031, 3, 3);
        let mut printer = Printer::new(Vec::new());
        let step = Told::Step {
            on,
            who: "Bernd".to_owned(),
            note: "Bernd legt den Fall an.".to_owned(),
            call: "CaseService/RegisterCase".to_owned(),
            outcome: String::new(),
            passed: true,
        };
        printer.hear(&step);
        printer.hear(&Told::Due {
            on,
            duties: vec![DueDate {
                what: "Erstgespräch".to_owned(),
                opens_on: Some(on),
                due_on: Some(date(2031, 3, 17)),
                state: "OPEN".to_owned(),
                rule: "R28".to_owned(),
            }],
        });
        let text = String::from_utf8(printer.out).unwrap();
        assert_eq!(
            text,
            "\nMo 03.03.2031\n  ✓ Bernd              Bernd legt den Fall an.  [CaseService/RegisterCase]\n    \
             nächste Termine    → Erstgespräch: bis Mo 17.03.2031, offen (R28)\n"
        );
    }
}

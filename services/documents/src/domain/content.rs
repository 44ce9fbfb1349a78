//! From facts and words to the data of a letter.

use jiff::civil::{Date, Time};
use lotse_kernel::dates::{add_days, working_day_on_or_before};
use lotse_kernel::names::StaffName;
use lotse_letters::{
    Addressee, Appointment, Closing, Contact, EndReason, LetterContent, LetterData, LetterKind, ReviewInvitation,
    Sender,
};
use serde::{Deserialize, Serialize};

use super::letter::Failure;

/// What cases knows for a letter: social data on its way into the file (§ 35 SGB I), never logged, never kept.
#[derive(Clone, PartialEq, Eq)]
pub struct LetterFacts {
    /// The jobcenter as it stands on letters.
    pub sender: Sender,
    /// The person.
    pub addressee: Addressee,
    /// The customer number.
    pub reference: String,
    /// The officer who signs.
    pub officer: Contact,
    /// The officer's staff record.
    pub officer_name: StaffName,
    /// The day the cause aims at, if it has one.
    pub target_on: Option<Date>,
    /// The day the cause is due, if it is.
    pub due_on: Option<Date>,
    /// The end of the episode, if it ended by one of the six reasons.
    pub end: Option<EndFacts>,
    /// Who is the contact after the end.
    pub contact: Contact,
}

/// How an episode ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndFacts {
    /// When.
    pub ended_on: Date,
    /// Why.
    pub reason: EndReason,
    /// Until when aftercare runs, if agreed.
    pub aftercare_until: Option<Date>,
}

/// What somebody wrote for a letter; sealed until the letter is made.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// When and where the talk is held.
    pub appointment: Option<Meeting>,
    /// A personal paragraph.
    pub message: String,
}

/// When and where a talk is held.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Day.
    pub on: Date,
    /// Local time.
    pub at: Time,
    /// Place in words.
    pub place: String,
}

/// Puts a letter's data together.
///
/// # Errors
/// [`Failure::FactsMissing`] when what the letter tells is not there, [`Failure::FieldsNotPrintable`] when a field cannot
/// be printed.
pub fn assemble(kind: LetterKind, facts: LetterFacts, words: Words, written_on: Date) -> Result<LetterData, Failure> {
    let content = match kind {
        LetterKind::ReviewInvitation => {
            let appointment = match words.appointment {
                Some(meeting) => Appointment::Fixed { on: meeting.on, at: meeting.at, place: meeting.place },
                None => Appointment::ByArrangement { latest_on: latest_on(&facts, written_on)? },
            };
            LetterContent::ReviewInvitation(ReviewInvitation { appointment, message: words.message })
        }
        LetterKind::Closing => {
            let end = facts.end.ok_or(Failure::FactsMissing)?;
            LetterContent::Closing(Closing {
                ended_on: end.ended_on,
                reason: end.reason,
                contact: facts.contact,
                aftercare_until: end.aftercare_until,
                message: words.message,
            })
        }
    };
    let data = LetterData {
        written_on,
        sender: Sender {
            address_lines: without_name(&facts.sender.name, facts.sender.address_lines),
            name: facts.sender.name,
        },
        addressee: Addressee {
            address_lines: without_name(&facts.addressee.name, facts.addressee.address_lines),
            name: facts.addressee.name,
        },
        reference: facts.reference,
        officer: facts.officer,
        content,
    };
    if data.faults().is_empty() { Ok(data) } else { Err(Failure::FieldsNotPrintable) }
}

/// The last day for a talk that the person may choose: the day the review aims at. A review that is late already is still
/// to be held, so the person gets two weeks at least. Nobody is at the jobcenter on a free day, so it is a working day.
fn latest_on(facts: &LetterFacts, written_on: Date) -> Result<Date, Failure> {
    let aim = facts.target_on.or(facts.due_on).ok_or(Failure::FactsMissing)?;
    Ok(working_day_on_or_before(aim.max(add_days(written_on, 14))))
}

/// An address whose first line repeats the name, as some people keep it, would print the name twice.
fn without_name(name: &str, mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > 1 && lines[0].trim() == name.trim() {
        lines.remove(0);
    }
    lines
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn contact(name: &str) -> Contact {
        Contact { name: name.into(), phone: String::new(), email: String::new() }
    }

    fn facts() -> LetterFacts {
        LetterFacts {
            sender: Sender { name: "Jobcenter".into(), address_lines: vec!["Am Markt 1".into()] },
            addressee: Addressee { name: "Zoë".into(), address_lines: vec!["Weg 1".into()] },
            reference: "1".into(),
            officer: contact("Anna"),
            officer_name: "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f".parse().unwrap(),
            target_on: Some(date(2026, 9, 9)),
            due_on: Some(date(2026, 9, 9)),
            end: None,
            contact: contact("Bernd"),
        }
    }

    fn latest(facts: LetterFacts) -> Date {
        let data = assemble(LetterKind::ReviewInvitation, facts, Words::default(), date(2026, 8, 10)).ok().unwrap();
        let LetterContent::ReviewInvitation(invitation) = data.content else { panic!() };
        let Appointment::ByArrangement { latest_on } = invitation.appointment else { panic!() };
        latest_on
    }

    #[test]
    fn without_an_appointment_the_person_chooses_until_the_target() {
        assert_eq!(latest(facts()), date(2026, 9, 9));
        assert_eq!(latest(LetterFacts { target_on: None, ..facts() }), date(2026, 9, 9));
        let saturday = LetterFacts { target_on: Some(date(2026, 9, 12)), ..facts() };
        assert_eq!(latest(saturday), date(2026, 9, 11));
        let overdue = LetterFacts { target_on: Some(date(2026, 8, 1)), ..facts() };
        assert_eq!(latest(overdue), date(2026, 8, 24));
    }

    #[test]
    fn a_name_is_printed_once() {
        let mut facts = facts();
        facts.addressee.address_lines = vec!["Zoë ".into(), "Weg 1".into()];
        facts.sender.address_lines = vec!["Jobcenter".into()];
        let data = assemble(LetterKind::ReviewInvitation, facts, Words::default(), date(2026, 8, 10)).ok().unwrap();
        assert_eq!(data.addressee.address_lines, ["Weg 1"]);
        assert_eq!(data.sender.address_lines, ["Jobcenter"], "an address is never left empty");
    }

    #[test]
    fn what_is_missing_is_a_failure_and_not_a_letter() {
        let written_on = date(2026, 8, 10);
        let failure = |kind, facts| assemble(kind, facts, Words::default(), written_on).err();
        assert_eq!(failure(LetterKind::Closing, facts()), Some(Failure::FactsMissing));
        let undated = LetterFacts { target_on: None, due_on: None, ..facts() };
        assert_eq!(failure(LetterKind::ReviewInvitation, undated), Some(Failure::FactsMissing));
        let nameless = LetterFacts { addressee: Addressee { name: " ".into(), address_lines: Vec::new() }, ..facts() };
        assert_eq!(failure(LetterKind::ReviewInvitation, nameless), Some(Failure::FieldsNotPrintable));
    }
}

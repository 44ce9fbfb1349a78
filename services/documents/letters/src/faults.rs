//! What keeps data out of a letter: fields that are empty, too long or written in characters no font of ours can print.

use crate::data::{Appointment, LetterContent, LetterData};
use crate::world;

/// The longest single line, in characters.
pub const MAX_LINE_CHARS: usize = 300;

/// The longest text of several paragraphs, in characters.
pub const MAX_TEXT_CHARS: usize = 10_000;

/// The most address lines.
pub const MAX_LINES: usize = 6;

/// One field that cannot be printed. It names the field, never its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, for example `addressee.name`.
    pub field: &'static str,
    /// What is wrong with it.
    pub kind: FaultKind,
}

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It must not be empty.
    Empty,
    /// It has more characters or lines than the letter has room for.
    TooLong {
        /// The most there may be.
        limit: usize,
    },
    /// It holds a character that no embedded font can print, or one that no text may hold.
    NotPrintable,
}

/// Checks one line before it becomes part of a letter's data; `None` when it can be printed.
#[must_use]
pub fn line_fault(line: &str) -> Option<FaultKind> {
    let mut check = Check::default();
    check.line("", line);
    check.faults.first().map(|fault| fault.kind)
}

/// Checks a text of paragraphs, which may be empty; `None` when it can be printed.
#[must_use]
pub fn text_fault(text: &str) -> Option<FaultKind> {
    let mut check = Check::default();
    check.text("", text);
    check.faults.first().map(|fault| fault.kind)
}

impl LetterData {
    /// Every field that cannot be printed, in the order of the letter; empty when the letter can be made.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut check = Check::default();
        check.line("sender.name", &self.sender.name);
        check.lines("sender.address_lines", &self.sender.address_lines);
        check.line("addressee.name", &self.addressee.name);
        check.lines("addressee.address_lines", &self.addressee.address_lines);
        check.optional_line("reference", &self.reference);
        check.line("officer.name", &self.officer.name);
        check.optional_line("officer.phone", &self.officer.phone);
        check.optional_line("officer.email", &self.officer.email);
        match &self.content {
            LetterContent::ReviewInvitation(invitation) => {
                if let Appointment::Fixed { place, .. } = &invitation.appointment {
                    check.line("content.place", place);
                }
                check.text("content.message", &invitation.message);
            }
            LetterContent::Closing(closing) => {
                check.line("content.contact.name", &closing.contact.name);
                check.optional_line("content.contact.phone", &closing.contact.phone);
                check.optional_line("content.contact.email", &closing.contact.email);
                check.text("content.message", &closing.message);
            }
        }
        check.faults
    }
}

#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
}

impl Check {
    fn text(&mut self, field: &'static str, text: &str) {
        self.bounded(field, text, MAX_TEXT_CHARS);
    }

    fn optional_line(&mut self, field: &'static str, line: &str) {
        self.bounded(field, line, MAX_LINE_CHARS);
    }

    fn line(&mut self, field: &'static str, line: &str) {
        if line.trim().is_empty() {
            self.faults.push(Fault { field, kind: FaultKind::Empty });
        }
        self.bounded(field, line, MAX_LINE_CHARS);
    }

    fn lines(&mut self, field: &'static str, lines: &[String]) {
        if lines.is_empty() {
            self.faults.push(Fault { field, kind: FaultKind::Empty });
        }
        if lines.len() > MAX_LINES {
            self.faults.push(Fault { field, kind: FaultKind::TooLong { limit: MAX_LINES } });
        }
        for line in lines {
            self.line(field, line);
        }
    }

    fn bounded(&mut self, field: &'static str, text: &str, limit: usize) {
        if text.chars().nth(limit).is_some() {
            self.faults.push(Fault { field, kind: FaultKind::TooLong { limit } });
        }
        if !text.chars().all(|character| is_white(character) || is_inkless(character) || world::can_print(character)) {
            self.faults.push(Fault { field, kind: FaultKind::NotPrintable });
        }
    }
}

/// White space of any kind; on a line each of them is printed as one blank.
fn is_white(character: char) -> bool {
    character.is_whitespace()
}

/// Characters without ink that only steer how others are set: soft hyphens, joiners, marks and overrides of the writing
/// direction. They are left out, because an override can make a letter show something else than it holds.
fn is_inkless(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// A line as it is printed: without inkless characters, white space joined to single blanks.
pub(crate) fn printed_line(line: &str) -> String {
    let visible: String = line.chars().filter(|character| !is_inkless(*character)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text as it is printed: each of its lines like [`printed_line`].
pub(crate) fn printed_text(text: &str) -> String {
    text.lines().map(printed_line).collect::<Vec<_>>().join("\n")
}

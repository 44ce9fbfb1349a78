//! Letters of a jobcenter: German text from templates, set by typst, as PDF/A-2a and PDF/UA-1.
//!
//! A letter is a pure function of its template and its data: the same input gives the same bytes. What a person typed
//! reaches the page as text, never as markup. A template sees the sheet of DIN 5008, its data and nothing else: no
//! file, no network, no clock. The crate knows no database and no service; it stands alone because typst is slow to
//! build.

mod catalogue;
mod data;
mod faults;
mod render;
mod world;

pub use catalogue::{Template, catalogue, template};
pub use data::{
    Addressee, Appointment, Closing, Contact, EndReason, LetterContent, LetterData, LetterKind, ReviewInvitation,
    Sender,
};
pub use faults::{Fault, FaultKind, MAX_LINE_CHARS, MAX_LINES, MAX_TEXT_CHARS, line_fault, text_fault};
pub use render::{RenderError, RenderedLetter, render};

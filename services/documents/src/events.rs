//! What goes to the outbox: the start of a letter's delivery, and the wake-up when somebody confirmed its posting.

use lotse_kernel::workflow::{LetterInput, Sender, WorkflowId};
use lotse_platform::failure::Failure;
use lotse_platform::outbox::{Event, Start, enqueue};
use lotse_platform::unit::Unit;

use crate::domain::letter::Letter;

/// The delivery of a new letter begins. `spread` says whether dates fire spread over the early morning.
///
/// # Errors
/// As [`Start::of`].
pub(crate) fn requested(unit: &mut Unit, letter: &Letter, spread: bool) -> Result<(), Failure> {
    let start = Start::of(&LetterInput::new(letter.name.clone(), spread))?;
    enqueue(unit, event(letter, "LETTER_REQUESTED", Some(start)));
    Ok(())
}

/// The posting was confirmed: the delivery is over.
pub(crate) fn posted(unit: &mut Unit, letter: &Letter) {
    enqueue(unit, event(letter, "LETTER_POSTED", None));
}

fn event(letter: &Letter, kind: &'static str, start: Option<Start>) -> Event {
    Event {
        workflow_id: WorkflowId::letter(&letter.name).to_string(),
        seq: letter.event_seq,
        sender: Sender::Documents.code(),
        kind,
        start,
    }
}

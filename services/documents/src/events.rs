//! What goes to the outbox: the start of a letter's delivery, and the wake-up when somebody confirmed its posting or a rule changed.

use lotse_kernel::names::LetterName;
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
    enqueue(unit, event(&letter.name, letter.event_seq, "LETTER_REQUESTED", Some(start)));
    Ok(())
}

/// The posting was confirmed: the delivery is over.
pub(crate) fn posted(unit: &mut Unit, letter: &Letter) {
    enqueue(unit, event(&letter.name, letter.event_seq, "LETTER_POSTED", None));
}

/// By when letters are posted says another version from today on; `seq` is the number of this event.
pub(crate) fn rouse(unit: &mut Unit, letter: &LetterName, seq: i64) {
    enqueue(unit, event(letter, seq, "POLICY_ACTIVATED", None));
}

fn event(letter: &LetterName, seq: i64, kind: &'static str, start: Option<Start>) -> Event {
    Event { workflow_id: WorkflowId::letter(letter).to_string(), seq, sender: Sender::Documents.code(), kind, start }
}

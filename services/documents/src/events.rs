//! What goes to the outbox: the start of a letter's delivery, and the wake-up when somebody confirmed its posting.

use lotse_kernel::workflow::{Sender, WorkflowId};
use lotse_platform::failure::Failure;
use lotse_platform::outbox::{Event, Start, enqueue};
use lotse_platform::unit::Unit;

use crate::domain::letter::Letter;
use crate::store::open::delivery;

/// The delivery of a new letter begins. `spread` says whether dates fire spread over the early morning.
///
/// # Errors
/// When the database fails.
pub(crate) async fn requested(unit: &mut Unit, letter: &Letter, spread: bool) -> Result<(), Failure> {
    let (_, start) = delivery(&letter.name, spread)?;
    enqueue(unit, event(letter, "LETTER_REQUESTED", Some(start))).await
}

/// The posting was confirmed: the delivery is over.
///
/// # Errors
/// When the database fails.
pub(crate) async fn posted(unit: &mut Unit, letter: &Letter) -> Result<(), Failure> {
    enqueue(unit, event(letter, "LETTER_POSTED", None)).await
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

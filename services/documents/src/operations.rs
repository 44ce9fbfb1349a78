//! One file per RPC: its act, its parsing, its errors, its way through the ten stops.

pub mod confirm_posting;
pub mod download_letter;
pub mod ensure_letter;
pub mod get_letter;
pub mod get_letter_timetable;
pub mod get_template;
pub mod list_letters;
pub mod list_templates;
pub mod offer_for_posting;
pub mod preview_letters;
pub mod remind_posting;
pub mod render_letter;
pub mod request_letter;
pub mod rouse_letters;

use lotse_letters::LetterKind;
use lotse_platform::failure::{Fault, bare};
use lotse_proto::documents::ErrorReason;
use tonic::Code;

use crate::domain::letter::WrongState;

/// The ground on which a letter is written, for the audit.
pub(crate) const fn legal_ground(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::ReviewInvitation => "R106",
        LetterKind::Closing => "R120",
    }
}

/// A fault with a reason of this service.
pub(crate) fn fault(code: Code, reason: ErrorReason) -> Fault {
    Fault::new(code, bare(reason.as_str_name()))
}

/// What a client is told whose act does not fit the letter's state.
pub(crate) fn wrong_state(wrong: &WrongState) -> Fault {
    fault(Code::FailedPrecondition, ErrorReason::WrongState).with("state", wrong.state).with("allowed", wrong.allowed)
}

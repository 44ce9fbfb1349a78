//! A letter on its way: rendered, offered for posting, reminded of, posted.

#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod activities;
mod procedure;
#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod workflow;

pub use activities::LetterActivities;
pub use procedure::{LetterProcedure, Step, Told};
pub use workflow::LetterDelivery;

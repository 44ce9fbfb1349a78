//! A letter on its way: rendered, offered for posting, reminded of, posted.

mod activities;
mod run;
mod workflow;

pub use activities::LetterActivities;
pub use run::{LetterRun, Told};
pub use workflow::LetterDelivery;

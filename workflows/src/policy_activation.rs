//! The activation of a policy version: it waits for the first day and has the open duties computed again, page by page.

#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod activities;
mod procedure;
#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod workflow;

pub use activities::ActivationActivities;
pub use procedure::{ActivationProcedure, Step};
pub use workflow::PolicyActivation;

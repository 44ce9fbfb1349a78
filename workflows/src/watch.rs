//! The watch of a jobcenter: everybody with a complex profile outside case management is checked every six months (R23).

#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod activities;
mod procedure;
mod telling;
#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod workflow;

pub use activities::WatchActivities;
pub use procedure::WatchProcedure;
pub use workflow::Watch;

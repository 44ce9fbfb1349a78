//! The life of an episode: reviews every six months, the two-year limit and its extensions, escalation, closing, aftercare.

#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod activities;
mod procedure;
#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod workflow;

pub use activities::EpisodeActivities;
pub use procedure::EpisodeProcedure;
pub use workflow::Episode;

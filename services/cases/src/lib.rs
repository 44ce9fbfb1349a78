//! The service of cases: who is looked after, by whom, in which phase, and what is due when.
//!
//! A case is a person as the jobcenter knows them; an episode is one period of employment-oriented case management (bFM).
//! The domain decides, purely; operations read, authorize, decide and write in one transaction; the store holds all SQL.
//! Whoever has a complex profile and is in no episode is on the watch: checked again every six months.
//! Duties are computed here and kept as rows; the Episode workflow only waits for their dates and asks for the next step.
//! What happened stands in the timeline, as codes; words are rendered when somebody reads it.
//! Access is decided by the policies in `policy/`; lists repeat the same rule in SQL, and a test holds the two together.
//! Sibling services read access facts and letter facts through the process API; nobody else writes here.
//! No name of a person leaves this service but on its way into a letter.

pub mod access;
pub mod acting;
pub mod convert;
pub mod convert_aftercare;
pub mod convert_assessment;
pub mod convert_closing;
pub mod convert_episode;
pub mod convert_placement;
pub mod convert_plan;
pub mod convert_policy;
pub mod convert_profile;
pub mod convert_progress;
pub mod convert_replan;
pub mod convert_review;
pub mod convert_steering;
pub mod convert_watch;
pub mod domain;
pub mod grpc;
pub mod legal_clock;
pub mod neighbours;
pub mod operations;
pub mod policy_making;
pub mod release;
pub mod role;
pub mod store;
pub mod watching;

/// The schema and the service's name.
pub const SCHEMA: &str = "cases";

/// The service's own migrations; the platform's come before them.
#[must_use]
pub fn migrations() -> sqlx::migrate::Migrator {
    sqlx::migrate!("./migrations")
}

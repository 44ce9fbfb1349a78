//! The providers service: who offers what, and what becomes of a referral from the draft to its end.
//!
//! Provider coordinators keep the register of providers and offers; the officers of a case refer ([`operations`]). The domain
//! decides, purely: states carry their facts, verbs consume them, time takes steps ([`domain`]). Sending commits with the event
//! that starts the `Referral` workflow, which waits for the provider's answer and reports and asks this service for each step
//! (`events`). Access facts and the officers to be told come from cases, which is asked before the transaction; the store
//! holds all SQL ([`store`]). Who may do what stands in `policy/`, the contract in `proto/lotse/providers/v1`. Rows hold dates
//! and codes about a case, never a name or a word about the person.

pub mod access;
mod convert;
pub mod domain;
mod events;
mod grpc;
pub mod operations;
pub mod role;
pub mod store;

/// Name of the schema, and of the roles `lotse_providers` and `lotse_providers_relay`.
pub const SCHEMA: &str = "providers";

/// The service's own migrations; the platform's come before them.
#[must_use]
pub fn migrations() -> sqlx::migrate::Migrator {
    sqlx::migrate!("./migrations")
}

//! lotse-notifications: tells staff what time or a procedure has brought, in the inbox and by e-mail.
//!
//! A procedure asks for a notice with a cause and audiences. Cases knows who belongs to an audience; it is asked before the
//! transaction begins. One transaction writes a notice and a delivery for each recipient, unique by cause and recipient: in the
//! inbox a notice is exactly once. The courier takes due deliveries under a lease and hands them to a mail server, at least
//! once and always under the same Message-ID. What the mail server refuses for good is FAILED at once, what it defers is tried
//! again with growing pauses and given up after many attempts; a team lead sees both and tries again. Without a mail server
//! the inbox works and deliveries wait. Texts are German, compiled in, and say kinds and dates and names of resources only:
//! no notice holds anything about the person of a case. Deliberately absent: an outbox, for no procedure waits for a notice.

pub mod access;
pub mod config;
mod convert;
pub mod courier;
pub mod domain;
pub mod grpc;
pub mod mail;
pub mod neighbours;
pub mod operations;
pub mod role;
pub mod store;
pub mod texts;

/// Name of the schema, and of the roles `lotse_notifications` and `lotse_notifications_relay`.
pub const SCHEMA: &str = "notifications";

/// The service's own migrations; the platform's come before them.
#[must_use]
pub fn migrations() -> sqlx::migrate::Migrator {
    sqlx::migrate!("./migrations")
}

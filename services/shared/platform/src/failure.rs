//! What every operation may meet, and how an operation's error becomes the status a client sees.

use std::collections::HashMap;

use lotse_kernel::policy::BrokenRelease;
use lotse_proto::common::ErrorReason;
use thiserror::Error;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::{
    clock::{ClockError, WallClock},
    database,
    refusal::{self, DOMAIN},
};

/// An answer other than success, before it is a status: one value per cause, so that a table of them can be read and tested.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The gRPC code.
    pub code: Code,
    /// `ErrorInfo.reason`: the name in the contract without its prefix.
    pub reason: &'static str,
    /// `ErrorInfo.metadata`; names, dates and codes only, never free text of a case.
    pub metadata: Vec<(&'static str, String)>,
    /// `BadRequest.field_violations`; all of them at once.
    pub violations: Vec<FieldViolation>,
}

impl Fault {
    /// A fault with a reason and nothing else.
    #[must_use]
    pub const fn new(code: Code, reason: &'static str) -> Self {
        Self { code, reason, metadata: Vec::new(), violations: Vec::new() }
    }

    /// Adds one entry of metadata.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.metadata.push((key, value.into()));
        self
    }

    fn common(code: Code, reason: ErrorReason) -> Self {
        Self::new(code, bare(reason.as_str_name()))
    }
}

/// The name of an error reason as it travels: without the enum's prefix.
#[must_use]
pub fn bare(reason: &'static str) -> &'static str {
    reason.trim_start_matches("ERROR_REASON_")
}

/// An error of one operation. The match behind `fault` has no `_` arm, so that a new variant must say what clients see.
pub trait OperationError: std::error::Error + Send + Sync + 'static {
    /// What the client is told.
    fn fault(&self) -> Fault;
}

/// The way from an operation's error to its status: logged once here, if somebody must act.
pub fn status(error: &(dyn OperationError + 'static)) -> Status {
    let fault = error.fault();
    if fault.code == Code::Internal {
        let id = WallClock.new_id();
        tracing::error!(incident = %id, error = told(error), "an operation failed, incident {id}");
        return refusal::incident(id);
    }
    let metadata: HashMap<String, String> =
        fault.metadata.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut details = ErrorDetails::with_error_info(fault.reason, DOMAIN, metadata);
    if !fault.violations.is_empty() {
        details.set_bad_request(fault.violations);
    }
    Status::with_error_details(fault.code, error.to_string(), details)
}

/// What a log may hold of an error: its words and those of its sources, without the values that `PostgreSQL`, serde and their like
/// quote. An error is logged through this or not at all.
#[must_use]
pub fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = own_words(error);
    let mut source = error.source();
    while let Some(inner) = source {
        let more = own_words(inner);
        // A wrapper that is transparent has said it already.
        if !words.ends_with(&more) {
            words.push_str(": ");
            words.push_str(&more);
        }
        // What these stand on is what they quote.
        source = if quotes(inner) { None } else { inner.source() };
    }
    words
}

/// Whether an error comes from somebody who quotes values, so that its words have to be ours.
fn quotes(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<sqlx::Error>() || error.is::<serde_json::Error>()
}

fn own_words(error: &(dyn std::error::Error + 'static)) -> String {
    if let Some(error) = error.downcast_ref::<sqlx::Error>() {
        return database::told(error);
    }
    error.downcast_ref::<serde_json::Error>().map_or_else(|| error.to_string(), form_told)
}

/// Why a document is not of its form. serde quotes the value at fault; a field that is missing is a word of the type.
fn form_told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if text.starts_with("missing field") { text } else { format!("not of the expected form ({:?})", error.classify()) }
}

/// What any operation may meet.
#[derive(Debug, Error)]
pub enum Failure {
    /// Nothing of that name that the caller may see.
    #[error("{name} was not found")]
    NotFound {
        /// The name as it was asked for.
        name: String,
    },
    /// Visible, but not this act.
    #[error("the caller may not do this")]
    NotPermitted,
    /// Fields are missing or wrong; all of them are listed.
    #[error("{} of the request {} not valid", count(.0.len()), if .0.len() == 1 { "is" } else { "are" })]
    Fields(Vec<FieldViolation>),
    /// The `request_id` was used before with other content.
    #[error("the request_id was used before with other content")]
    RequestIdReused,
    /// The record was changed since it was read.
    #[error("the etag is stale: read again and decide anew")]
    StaleEtag,
    /// The page token is not one of this list.
    #[error("the page token is not one of this list")]
    PageToken,
    /// A neighbour is away.
    #[error("{dependency} is not available, try again")]
    Unavailable {
        /// Which one.
        dependency: &'static str,
    },
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The business clock could not be read.
    #[error("the business clock cannot be read")]
    Clock(#[from] ClockError),
    /// A stored or computed value is not what its type says: a defect of ours. The words go to the log, so no value stands in them.
    #[error("a defect: {0}")]
    Defect(String),
}

impl From<BrokenRelease> for Failure {
    fn from(broken: BrokenRelease) -> Self {
        Self::Defect(broken.to_string())
    }
}

impl Failure {
    /// A stored document is not what its type says.
    #[must_use]
    pub fn stored(what: &str, error: &serde_json::Error) -> Self {
        Self::Defect(format!("stored {what}: {}", form_told(error)))
    }
}

fn count(violations: usize) -> String {
    if violations == 1 { "1 field".to_owned() } else { format!("{violations} fields") }
}

impl OperationError for Failure {
    fn fault(&self) -> Fault {
        match self {
            Self::NotFound { name } => {
                Fault::common(Code::NotFound, ErrorReason::ResourceNotFound).with("name", name.clone())
            }
            Self::NotPermitted => Fault::common(Code::PermissionDenied, ErrorReason::NotPermitted),
            Self::Fields(violations) => Fault {
                violations: violations.clone(),
                ..Fault::common(Code::InvalidArgument, ErrorReason::FieldsInvalid)
            },
            Self::RequestIdReused => Fault::common(Code::AlreadyExists, ErrorReason::RequestIdReused),
            Self::StaleEtag => Fault::common(Code::Aborted, ErrorReason::StaleEtag),
            Self::PageToken => Fault::common(Code::InvalidArgument, ErrorReason::PageTokenInvalid),
            Self::Unavailable { dependency } => {
                Fault::common(Code::Unavailable, ErrorReason::DependencyUnavailable).with("dependency", *dependency)
            }
            Self::Database(error) if is_passing(error) => {
                Fault::common(Code::Unavailable, ErrorReason::DependencyUnavailable).with("dependency", "database")
            }
            Self::Clock(_) => {
                Fault::common(Code::Unavailable, ErrorReason::DependencyUnavailable).with("dependency", "clock")
            }
            Self::Database(_) | Self::Defect(_) => Fault::common(Code::Internal, ErrorReason::Incident),
        }
    }
}

/// Says whether trying again may help: the connection, the pool, a deadlock, a server that stops.
#[must_use]
pub fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            code.starts_with("08") || code.starts_with("57") || code.starts_with("53") || code.starts_with("40")
        }),
        _ => false,
    }
}

/// The name of the constraint a statement broke, to be mapped to a domain error by name.
#[must_use]
pub fn broken_constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|database| database.constraint())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_field_is_and_two_are() {
        let fields = |count| Failure::Fields(vec![FieldViolation::new("a", "is required"); count]).to_string();
        assert_eq!(fields(1), "1 field of the request is not valid");
        assert_eq!(fields(2), "2 fields of the request are not valid");
    }

    #[test]
    fn a_log_repeats_no_stored_value() {
        let failure = Failure::stored("needs", &serde_json::from_str::<u8>(r#""canary""#).unwrap_err());
        assert_eq!(told(&failure), "a defect: stored needs: not of the expected form (Data)");
        let decoding = sqlx::Error::ColumnDecode { index: "land".to_owned(), source: "canary".into() };
        assert_eq!(told(&Failure::from(decoding)), "the database failed: the column land cannot be decoded");
        let clock = Failure::Clock(ClockError::Unreadable(sqlx::Error::Decode("canary".into())));
        assert!(!told(&clock).contains("canary"), "{}", told(&clock));
        let away = Failure::from(sqlx::Error::PoolTimedOut);
        assert!(told(&away).starts_with("the database failed: pool timed out"), "{}", told(&away));
    }
}

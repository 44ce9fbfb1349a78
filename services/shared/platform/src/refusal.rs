//! How the shell itself refuses a call, before any service has seen it.

use std::collections::HashMap;

use lotse_proto::common::ErrorReason;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};
use uuid::Uuid;

/// The domain of every `google.rpc.ErrorInfo` of Lotse.
pub const DOMAIN: &str = "lotse";

/// Why the shell refuses a call; the word travels as `ErrorInfo.reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no bearer token, and no client certificate where one would do.
    TokenMissing,
    /// The token is malformed, expired, from another issuer, for another audience or not signed by a known key.
    TokenInvalid,
    /// The issuer's keys cannot be fetched, so nobody can be believed just now.
    KeysUnavailable,
    /// A message is longer than this server takes.
    MessageTooLarge,
    /// A message is not what its type says: cut short, not UTF-8, no message at all.
    MessageMalformed,
    /// The deadline passed before the answer was there.
    DeadlinePassed,
    /// Too many calls are running; this one waited its whole deadline.
    Overloaded,
    /// The role must not take work while this check of its fails.
    Withheld(&'static str),
}

impl Refusal {
    /// The reason in the contract.
    const fn reason(self) -> ErrorReason {
        match self {
            Self::TokenMissing => ErrorReason::TokenMissing,
            Self::TokenInvalid => ErrorReason::TokenInvalid,
            Self::KeysUnavailable | Self::Withheld(_) => ErrorReason::DependencyUnavailable,
            Self::MessageTooLarge | Self::Overloaded => ErrorReason::LimitExceeded,
            Self::MessageMalformed => ErrorReason::MessageMalformed,
            Self::DeadlinePassed => ErrorReason::DeadlinePassed,
        }
    }

    /// What the contract promises beside the reason.
    const fn metadata(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::KeysUnavailable => Some(("dependency", "issuer-keys")),
            Self::Withheld(check) => Some(("dependency", check)),
            Self::MessageTooLarge => Some(("limit", "message-bytes")),
            Self::Overloaded => Some(("limit", "concurrent-rpcs")),
            Self::TokenMissing | Self::TokenInvalid | Self::MessageMalformed | Self::DeadlinePassed => None,
        }
    }

    const fn code(self) -> Code {
        match self {
            Self::TokenMissing | Self::TokenInvalid => Code::Unauthenticated,
            Self::KeysUnavailable | Self::Withheld(_) => Code::Unavailable,
            Self::MessageTooLarge | Self::Overloaded => Code::ResourceExhausted,
            Self::MessageMalformed => Code::InvalidArgument,
            Self::DeadlinePassed => Code::DeadlineExceeded,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::TokenMissing => "a bearer token is required",
            Self::TokenInvalid => "the bearer token is not valid here",
            Self::KeysUnavailable => "the issuer's keys are not available, try again",
            Self::MessageTooLarge => "the message is larger than this server takes",
            Self::MessageMalformed => "the message does not match its type",
            Self::DeadlinePassed => "the deadline passed before the answer was ready",
            Self::Overloaded => "too many calls are running, try again",
            Self::Withheld(_) => "this server takes no work just now, try again",
        }
    }

    /// The status a client sees; it never repeats anything the client sent.
    #[must_use]
    pub fn status(self) -> Status {
        let metadata: HashMap<String, String> =
            self.metadata().into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let details = ErrorDetails::with_error_info(word(self.reason()), DOMAIN, metadata);
        Status::with_error_details(self.code(), self.message(), details)
    }
}

/// The word of `ErrorInfo.reason`: the name in the contract without its prefix.
fn word(reason: ErrorReason) -> &'static str {
    reason.as_str_name().trim_start_matches("ERROR_REASON_")
}

/// The answer to a defect of ours: the client learns only the number to ask for, which the log knows.
#[must_use]
pub fn incident(id: Uuid) -> Status {
    let metadata = HashMap::from([("incident".to_owned(), id.to_string())]);
    let details = ErrorDetails::with_error_info(word(ErrorReason::Incident), DOMAIN, metadata);
    Status::with_error_details(Code::Internal, format!("internal error, incident {id}"), details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_carries_its_reason() {
        let status = Refusal::TokenMissing.status();
        assert_eq!(status.code(), Code::Unauthenticated);
        let info = status.get_details_error_info().expect("an error info");
        assert_eq!((info.reason.as_str(), info.domain.as_str()), ("TOKEN_MISSING", "lotse"));
    }
}

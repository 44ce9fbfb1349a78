//! How the shell itself refuses a call, before any service has seen it.

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

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
    DeadlineExceeded,
    /// Too many calls are running; this one waited its whole deadline.
    Overloaded,
}

impl Refusal {
    /// The word of `ErrorInfo.reason`.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TokenMissing => "TOKEN_MISSING",
            Self::TokenInvalid => "TOKEN_INVALID",
            Self::KeysUnavailable => "KEYS_UNAVAILABLE",
            Self::MessageTooLarge => "MESSAGE_TOO_LARGE",
            Self::MessageMalformed => "MESSAGE_MALFORMED",
            Self::DeadlineExceeded => "DEADLINE_EXCEEDED",
            Self::Overloaded => "OVERLOADED",
        }
    }

    const fn code(self) -> Code {
        match self {
            Self::TokenMissing | Self::TokenInvalid => Code::Unauthenticated,
            Self::KeysUnavailable => Code::Unavailable,
            Self::MessageTooLarge | Self::Overloaded => Code::ResourceExhausted,
            Self::MessageMalformed => Code::InvalidArgument,
            Self::DeadlineExceeded => Code::DeadlineExceeded,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::TokenMissing => "a bearer token is required",
            Self::TokenInvalid => "the bearer token is not valid here",
            Self::KeysUnavailable => "the issuer's keys are not available, try again",
            Self::MessageTooLarge => "the message is larger than this server takes",
            Self::MessageMalformed => "the message does not match its type",
            Self::DeadlineExceeded => "the deadline passed before the answer was ready",
            Self::Overloaded => "too many calls are running, try again",
        }
    }

    /// The status a client sees; it never repeats anything the client sent.
    #[must_use]
    pub fn status(self) -> Status {
        let details = ErrorDetails::with_error_info(self.reason(), DOMAIN, []);
        Status::with_error_details(self.code(), self.message(), details)
    }
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

//! The one table that says which refusal of a service is worth another try.

use temporalio_sdk::{ApplicationFailure, activities::ActivityError};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// What an activity makes of a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Try again, with the pauses of the table.
    Repeat,
    /// The same question brings the same answer: tell the workflow, which waits and asks anew.
    GiveUp,
}

/// Whether a status is worth another try; exhaustive, so that a new code has to be thought about.
#[must_use]
pub const fn verdict(code: Code) -> Verdict {
    match code {
        Code::Unavailable
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Aborted
        | Code::Cancelled
        | Code::Internal
        | Code::Unknown
        | Code::DataLoss => Verdict::Repeat,
        Code::Ok
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented => Verdict::GiveUp,
    }
}

/// The `ErrorInfo.reason` of a status: a word of the contract, or nothing.
pub(super) fn reason(status: &Status) -> String {
    let word = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
    // Whatever is not a word of a contract stays out of logs and histories.
    let is_code =
        word.len() <= 63 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if is_code { word } else { String::new() }
}

/// The failure that goes into the history: activity, code and reason, never the service's words. Whether it is
/// final or its effect unknown travels with it.
pub(super) fn failure(activity: &str, code: Code, reason: &str, verdict: Verdict) -> ActivityError {
    let text =
        if reason.is_empty() { format!("{activity}: {code:?}") } else { format!("{activity}: {code:?} {reason}") };
    ActivityError::application(
        ApplicationFailure::builder(text)
            .type_name(if reason.is_empty() { format!("{code:?}") } else { reason.to_owned() })
            .non_retryable(verdict == Verdict::GiveUp)
            .build(),
    )
}

/// The failure of an answer that breaks the contract.
pub(super) fn broken(activity: &str, field: &'static str) -> ActivityError {
    ActivityError::application(
        ApplicationFailure::builder(format!("{activity}: the answer breaks the contract in {field}"))
            .type_name("ANSWER_BROKEN".to_owned())
            .non_retryable(true)
            .build(),
    )
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn what_may_pass_is_repeated_and_what_cannot_is_not() {
        for code in [Code::Unavailable, Code::DeadlineExceeded, Code::Aborted, Code::Internal] {
            assert_eq!(verdict(code), Verdict::Repeat, "{code:?}");
        }
        for code in [Code::NotFound, Code::InvalidArgument, Code::PermissionDenied, Code::FailedPrecondition] {
            assert_eq!(verdict(code), Verdict::GiveUp, "{code:?}");
        }
    }

    #[test]
    fn words_of_a_service_stay_out_of_histories() {
        let details =
            ErrorDetails::with_error_info("DUTY_NOT_DUE", "lotse", std::collections::HashMap::<String, String>::new());
        let status = Status::with_error_details(Code::FailedPrecondition, "Erika Mustermann is not due", details);
        assert_eq!(reason(&status), "DUTY_NOT_DUE");
        let error = failure("cases.take_duty_step", status.code(), &reason(&status), verdict(status.code()));
        let ActivityError::Application(failure) = error else { panic!("an application failure") };
        assert_eq!(failure.to_string(), "cases.take_duty_step: FailedPrecondition DUTY_NOT_DUE");
    }

    #[test]
    fn a_reason_that_is_no_code_is_dropped() {
        let details = ErrorDetails::with_error_info(
            "Erika Mustermann",
            "lotse",
            std::collections::HashMap::<String, String>::new(),
        );
        assert_eq!(reason(&Status::with_error_details(Code::NotFound, "", details)), "");
    }
}

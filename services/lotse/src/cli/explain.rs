//! `lotse explain`: prints an answer of the legal clock.

use std::process::ExitCode;

use lotse_platform::clock::{WallClock, berlin_date};

use super::answer;
use crate::explain::{Explain, Unexplained};

/// A question that was not understood, as for any other option.
const NOT_UNDERSTOOD: u8 = 2;

/// The token of whoever asks a running Lotse.
const TOKEN: &str = "LOTSE_TOKEN";

/// Prints the answer, or on standard error what is wrong with the question or with what was asked of whom.
#[expect(clippy::print_stderr, reason = "what is wrong is told beside the answer")]
pub(super) async fn run(explain: &Explain) -> ExitCode {
    match explain.answer(berlin_date(WallClock.now()), std::env::var_os(TOKEN)).await {
        Ok(answer) => match answer::print(answer) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => super::told(&error),
        },
        Err(Unexplained::Wrong(complaints)) => {
            eprintln!("lotse: {complaints}");
            ExitCode::from(NOT_UNDERSTOOD)
        }
        Err(Unexplained::Refused(complaints)) => {
            eprintln!("lotse: {complaints}");
            ExitCode::FAILURE
        }
        Err(Unexplained::Broken(error)) => super::told(&error),
    }
}

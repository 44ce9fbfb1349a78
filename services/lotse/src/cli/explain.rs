//! `lotse explain`: prints an answer of the legal clock.

use std::process::ExitCode;

use lotse_platform::clock::{WallClock, berlin_date};

use super::answer;
use crate::explain::{Explain, Unexplained};

/// A question that was not understood, as for any other option.
const NOT_UNDERSTOOD: u8 = 2;

/// Prints the answer, or on standard error what is wrong with the question.
#[expect(clippy::print_stderr, reason = "a wrong question is told beside the answer")]
pub(super) fn run(explain: &Explain) -> ExitCode {
    match explain.answer(berlin_date(WallClock.now())) {
        Ok(answer) => match answer::print(answer) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => super::told(&error),
        },
        Err(Unexplained::Wrong(complaints)) => {
            eprintln!("lotse: {complaints}");
            ExitCode::from(NOT_UNDERSTOOD)
        }
        Err(Unexplained::Broken(error)) => super::told(&error),
    }
}

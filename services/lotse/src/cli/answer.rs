//! How a command answers on standard output.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Write as _},
};

use serde::Serialize;

/// Writes a text as it is. A reader who has read enough, such as `head`, is no failure.
///
/// # Errors
/// When standard output cannot be written to.
pub(super) fn print(text: impl Display) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match write!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Writes a line, or several, and ends it.
///
/// # Errors
/// As [`print`].
pub(super) fn say(lines: impl Display) -> anyhow::Result<()> {
    print(format_args!("{lines}\n"))
}

/// Writes one line of JSON.
///
/// # Errors
/// As [`print`].
pub(super) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    say(serde_json::to_string(value)?)
}

/// Writes JSON that a person can read too.
///
/// # Errors
/// As [`print`].
pub(super) fn pretty_json(value: &impl Serialize) -> anyhow::Result<()> {
    say(serde_json::to_string_pretty(value)?)
}

//! Builders of the tests that undo a closing.

use jiff::civil::Date;

use super::{anna, done, doris, on, text};
use crate::domain::{
    episode::{Answering, Decided, Episode, ReopeningWanted},
    rules::Rules,
    vocabulary::{ClosingError, ReopeningAnswer, ReopeningExtent},
};

/// The closing was meant for another person.
pub(in crate::domain::tests) fn wrong_closing(extent: ReopeningExtent) -> ReopeningWanted {
    ReopeningWanted { error: ClosingError::WrongPerson, extent, reason: text() }
}

/// Doris answers, the lead of the team.
pub(in crate::domain::tests) fn doris_answers<'a>(rules: &'a Rules<'a>) -> Answering<'a> {
    Answering { who: doris(), leads: true, newer: None, rules }
}

/// Anna proposes to undo a closing, and Doris approves.
pub(in crate::domain::tests) fn reopened(episode: Episode, extent: ReopeningExtent, day: Date) -> Decided {
    let proposed = done(episode.propose_reopening(wrong_closing(extent), anna(), None, &on(day)));
    proposed.answer_reopening(ReopeningAnswer::Approved, String::new(), &doris_answers(&on(day))).unwrap()
}

//! What all lives together came to.

use std::collections::BTreeMap;

use lotse_cases::domain::{
    episode::{Episode, State},
    vocabulary::EpisodePhase,
};
use lotse_kernel::duty::DutyStep;

use super::rows::Deed;

/// Counts of all that happened.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Episodes that were proposed.
    pub(super) episodes: u64,
    /// Acts that were refused.
    pub(super) refused: u64,
    /// Steps of time by kind.
    pub(super) steps: BTreeMap<DutyStep, u64>,
    /// Duties that policy versions moved or gave up.
    pub(super) replanned: u64,
    /// Acts that were taken, by act and the two phases.
    pub(super) taken: BTreeMap<(Deed, EpisodePhase, EpisodePhase), u64>,
    /// How the last episode of a life stood at its end: the reason of its end, or the phase in which it went on.
    pub(super) ends: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// Notes an act that was taken.
    pub(super) fn took(&mut self, deed: Deed, from: EpisodePhase, to: EpisodePhase) {
        *self.taken.entry((deed, from, to)).or_default() += 1;
    }

    /// Notes a step of time.
    pub(super) fn stepped(&mut self, step: DutyStep) {
        *self.steps.entry(step).or_default() += 1;
    }

    /// Adds what other lives came to.
    pub(super) fn join(&mut self, other: Self) {
        self.episodes += other.episodes;
        self.refused += other.refused;
        self.replanned += other.replanned;
        for (step, times) in other.steps {
            *self.steps.entry(step).or_default() += times;
        }
        for (deed, times) in other.taken {
            *self.taken.entry(deed).or_default() += times;
        }
        for (end, times) in other.ends {
            *self.ends.entry(end).or_default() += times;
        }
    }

    /// Notes how a life stood at its end.
    pub(super) fn ended(&mut self, newest: &Episode) {
        *self.ends.entry(end(newest)).or_default() += 1;
    }
}

/// The code of the end, or of the phase.
fn end(it: &Episode) -> &'static str {
    match (&it.facts().state, it.technical_end(), it.closing()) {
        (_, Some(technical), _) => technical.kind.code(),
        (State::Closed { .. }, None, Some(closing)) => closing.note.reason.code(),
        _ => it.phase().code(),
    }
}

//! The region of the working alliance: it is built, agreed, and may be strained, broken and mended beside every phase of the work (R40, R116).

use jiff::civil::Date;

use super::{Act, Active, Episode, Stage, State};
use crate::domain::{
    events::Event,
    records::AllianceTurn,
    refused::FieldCheck,
    vocabulary::{AllianceState, EpisodePhase},
};

impl Episode {
    /// Records that the working alliance goes another way. Nothing follows by itself: whether care goes on is decided by people.
    ///
    /// # Errors
    /// `WrongPhase` before it is agreed and after the end; `Fields` when it goes that way already, or the day is not between its agreement, or
    /// its last turn, and today.
    pub fn record_alliance_turn(mut self, turn: AllianceTurn, today: Date) -> Act {
        const AGREED: &[EpisodePhase] = &[EpisodePhase::Assessment, EpisodePhase::Planning, EpisodePhase::Delivery];
        let agreed_on = self.alliance().map(|alliance| alliance.agreed_on);
        let (State::Active(care), Some(agreed_on)) = (&mut self.facts.state, agreed_on) else {
            return Err(self.wrong_phase(AGREED));
        };
        let mut check = FieldCheck::default();
        let is_built = turn.state != AllianceState::Building;
        check.require(is_built, "turn.state", "must not be BUILDING: the alliance is agreed");
        check.require(turn.state != care.alliance_state(), "turn.state", "must be another one than that on record");
        let since = care.alliance_turns.last().map_or(agreed_on, |last| last.turned_on);
        let day = "turn.turn_date";
        check.require(turn.turned_on <= today, day, "must not be in the future");
        check.require(turn.turned_on >= since, day, "must not be before the alliance was agreed or last turned");
        check.finish()?;
        let event = Event::AllianceTurned { state: turn.state, turned_on: turn.turned_on };
        care.alliance_turns.push(turn);
        Ok(self.with(event))
    }
}

impl Active {
    /// How the working alliance goes by now, or went at the end.
    #[must_use]
    pub fn alliance_state(&self) -> AllianceState {
        match (&self.stage, self.alliance_turns.last()) {
            (Stage::EntryConsultation, _) => AllianceState::Building,
            (_, None) => AllianceState::Carrying,
            (_, Some(turn)) => turn.state,
        }
    }
}

//! Rows 6 and 9: the first talk, referring back, and the alliance.

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;

use super::{Act, Active, Episode, Stage, State};
use crate::domain::{
    events::Event,
    records::{ReferBack, Transparency, WorkingAlliance},
    refused::{FieldCheck, Refused},
    vocabulary::{DutyOutcome, EpisodePhase, VoidReason},
};

impl Episode {
    /// T17: records the first talk after the assignment (R28). Late is counted by the day of the talk.
    ///
    /// # Errors
    /// `WrongPhase`, `FirstTalkAlreadyHeld`; `Fields` when the day is not between assignment and today.
    pub fn record_first_talk(mut self, held_on: Date, today: Date) -> Act {
        let State::Active(Active { stage: Stage::EntryConsultation, first_talk_on, admission, .. }) =
            &mut self.facts.state
        else {
            return Err(self.wrong_phase(&[EpisodePhase::EntryConsultation]));
        };
        if first_talk_on.is_some() {
            return Err(Refused::FirstTalkAlreadyHeld);
        }
        let mut check = FieldCheck::default();
        check.require(held_on <= today, "first_talk_date", "must not be in the future");
        check.require(held_on >= admission.assigned_on, "first_talk_date", "must not be before the assignment");
        check.finish()?;
        *first_talk_on = Some(held_on);
        let days_late = self.duties.done(DutyKind::FirstTalk, DutyOutcome::Held, held_on);
        Ok(self.with(Event::FirstTalkHeld { held_on, days_late }))
    }

    /// Row 6: refers the person back to the placement officer after the first talk (R29).
    ///
    /// # Errors
    /// `WrongPhase`, `FirstTalkMissing`, `CrisisOpen`.
    pub fn refer_back(mut self, reason: String, today: Date) -> Act {
        self.after_first_talk()?;
        self.no_crisis_open()?;
        let commission_ended = self.end_commission(today);
        let care = self.after_first_talk()?.clone();
        self.duties.void_rest(VoidReason::ReferredBack, today);
        self.facts.state = State::ReferredBack { care, refer_back: ReferBack { reason, referred_on: today } };
        Ok(self.with(Event::EpisodeReferredBack {}).and_perhaps(commission_ended))
    }

    /// Row 9: records the working alliance after the first talk (R39 to R41, R187); its day is the business date.
    ///
    /// # Errors
    /// `WrongPhase`, `FirstTalkMissing`; `Fields` for every item that was not made transparent.
    pub fn agree_alliance(mut self, shown: Transparency, alliance: WorkingAlliance, today: Date) -> Act {
        let mut care = self.after_first_talk()?.clone();
        let mut check = FieldCheck::default();
        check.require(shown.procedure_explained, "alliance.procedure_explained", "must be true");
        check.require(shown.role_disclosed, "alliance.role_disclosed", "must be true");
        check.require(shown.data_protection_explained, "alliance.data_protection_explained", "must be true");
        check.finish()?;
        care.stage = Stage::Assessment { alliance: WorkingAlliance { agreed_on: today, ..alliance } };
        self.facts.state = State::Active(care);
        Ok(self.with(Event::AllianceAgreed {}))
    }

    /// The care of an entry consultation whose first talk was held.
    pub(super) fn after_first_talk(&self) -> Result<&Active, Refused> {
        match &self.facts.state {
            State::Active(care @ Active { stage: Stage::EntryConsultation, first_talk_on, .. }) => {
                if first_talk_on.is_some() { Ok(care) } else { Err(Refused::FirstTalkMissing) }
            }
            State::Proposed
            | State::InDiscussion(_)
            | State::Waitlisted { .. }
            | State::Refused { .. }
            | State::Active(_)
            | State::ReferredBack { .. }
            | State::Closing { .. }
            | State::Aftercare { .. }
            | State::Closed { .. }
            | State::EndedTechnically { .. } => Err(self.wrong_phase(&[EpisodePhase::EntryConsultation])),
        }
    }
}

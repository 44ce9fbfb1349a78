//! Row 12: life has changed, and the assessment begins anew.

use jiff::civil::Date;
use lotse_kernel::names::StaffName;

use super::{Act, Active, Episode, Stage, State};
use crate::domain::{
    events::Event,
    records::{LifeChange, Reassessment},
    refused::FieldCheck,
    vocabulary::EpisodePhase,
};

/// The phases in which there is an assessment to begin anew.
const PHASES: &[EpisodePhase] = &[EpisodePhase::Planning, EpisodePhase::Delivery];

impl Episode {
    /// Row 12: records what has changed and goes back to the assessment (R53). What was found and planned until then is kept; every date
    /// stays but those of the goals.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when the change lies in the future or before the assignment.
    pub fn record_life_change(mut self, change: LifeChange, recorded_by: StaffName, today: Date) -> Act {
        let State::Active(Active { stage, admission, reassessments, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(PHASES));
        };
        let (alliance, assessment, plan) = match stage.clone() {
            Stage::Planning { alliance, assessment } => (alliance, assessment, None),
            Stage::Delivery { alliance, assessment, plan } => (alliance, assessment, Some(plan)),
            Stage::EntryConsultation | Stage::Assessment { .. } => return Err(self.wrong_phase(PHASES)),
        };
        let (occurred_on, field) = (change.occurred_on, "life_change.occurred_date");
        let mut check = FieldCheck::default();
        check.require(occurred_on <= today, field, "must not be in the future");
        check.require(occurred_on >= admission.assigned_on, field, "must not be before the assignment");
        check.finish()?;
        reassessments.push(Reassessment { change, recorded_on: today, recorded_by, assessment, plan });
        *stage = Stage::Assessment { alliance };
        self.ask_for_no_goal(today);
        Ok(self.with(Event::LifeChanged { occurred_on }))
    }
}

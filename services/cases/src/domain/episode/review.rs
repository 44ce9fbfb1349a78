//! Rows 15, 16 and 17a: deciding the newest open review.

use lotse_kernel::names::DutyName;

use super::{Act, Active, Decided, Episode, State};
use crate::domain::{
    duties::DecidedReview,
    events::{Event, Happened},
    records::{ClosingNote, Review, ReviewOutcome},
    refused::Refused,
    rules::{NoRule, Rules},
    vocabulary::EpisodePhase,
};

/// What a review comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReviewDecision {
    /// Go on (R106).
    Continue {
        /// Reasons of continuation.
        reasons: String,
        /// Prognosis of success.
        prognosis: String,
    },
    /// End, as row 19 does.
    End(ClosingNote),
}

impl Episode {
    /// Rows 15 and 16: decides the newest review that is open; older open ones become MISSED. Early only from its opening on.
    ///
    /// # Errors
    /// `WrongPhase`, `ReviewNotOpen`; for an end also those of [`Episode::end`].
    pub fn decide_review(mut self, decision: ReviewDecision, rules: &Rules<'_>) -> Act {
        let State::Active(_) = &self.facts.state else {
            return Err(self.wrong_phase(EpisodePhase::ACTIVE));
        };
        if self.duties.decidable_review(rules.today()).is_none() {
            return Err(Refused::ReviewNotOpen { opens_on: self.duties.next_review_opening() });
        }
        match decision {
            ReviewDecision::End(note) => self.end(note, rules),
            ReviewDecision::Continue { reasons, prognosis } => {
                let events = self.settle_review(ReviewOutcome::Continued { reasons, prognosis }, rules)?;
                Ok(Decided { episode: self, events })
            }
        }
    }

    /// Records the decision on the newest open review, if one is open, and keeps the grid going while the episode does.
    pub(super) fn settle_review(&mut self, outcome: ReviewOutcome, rules: &Rules<'_>) -> Result<Vec<Happened>, NoRule> {
        let State::Active(Active { case_manager, admission, reviews, .. }) = &mut self.facts.state else {
            return Ok(Vec::new());
        };
        let (owner, assigned_on) = (&*case_manager, admission.assigned_on);
        let continued = matches!(outcome, ReviewOutcome::Continued { .. });
        let Some(decided) = self.duties.decide_review(&self.name, owner, (assigned_on, !continued), rules)? else {
            return Ok(Vec::new());
        };
        let under = decided.under.clone();
        reviews.push(Review { slot: decided.slot, decided_on: rules.today(), decision: outcome, under });
        if continued {
            self.duties.keep_a_review_scheduled(&self.name, owner, assigned_on, rules)?;
        }
        Ok(self.tell(&decided, continued))
    }

    fn tell(&self, decided: &DecidedReview, continued: bool) -> Vec<Happened> {
        let missed = decided.missed.iter().map(|(slot, name, days_late)| missed(name, *slot, *days_late, !continued));
        let event = Event::ReviewDecided { slot: decided.slot, continued, days_late: decided.days_late };
        missed.chain([Happened::to_episode(&self.name, event)]).collect()
    }
}

/// A review was replaced undone, by the end of care or while care goes on.
pub(super) fn missed(name: &DutyName, slot: i32, days_late: i32, at_end: bool) -> Happened {
    Happened::to_duty(name, Event::ReviewMissed { slot, days_late, at_end })
}

//! Row 24: a wrong closing is undone within the correction window, under four eyes.

use jiff::civil::Date;
use lotse_kernel::{
    duty::DutyKind,
    names::{EpisodeName, StaffName},
    policy::rules::Approver,
};

use super::{Act, Active, Episode, State};
use crate::domain::{
    duties::Settled,
    events::Event,
    records::{Reopening, ReopeningAnswered, ReviewOutcome, Undone, UndoneClosing},
    refused::{FieldCheck, Refused},
    rules::Rules,
    vocabulary::{ClosingError, EpisodePhase, ReopeningAnswer, ReopeningExtent, VoidReason},
};

/// Which closing is to be undone, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReopeningWanted {
    /// What was wrong.
    pub error: ClosingError,
    /// How far it goes back.
    pub extent: ReopeningExtent,
    /// Why, in words.
    pub reason: String,
}

/// Who answers a proposed reopening, and what they look at.
#[derive(Debug, Clone)]
pub struct Answering<'a> {
    /// Who.
    pub who: StaffName,
    /// Whether that person leads the team of the case.
    pub leads: bool,
    /// An episode of the same person that was proposed after this one.
    pub newer: Option<&'a EpisodeName>,
    /// The rules as they stand today.
    pub rules: &'a Rules<'a>,
}

impl Episode {
    /// Row 24: proposes to undo the closing.
    ///
    /// # Errors
    /// `WrongPhase`, `ReopeningAlreadyProposed`, `NewerEpisode`, `CorrectionWindowOver`, `RetentionOver`; `Fields` for the end of care of an
    /// episode that ended technically; `NoRule` when no version says until when.
    pub fn propose_reopening(
        mut self,
        wanted: ReopeningWanted,
        by: StaffName,
        newer: Option<&EpisodeName>,
        rules: &Rules<'_>,
    ) -> Act {
        let closed_on = self.closed_on().ok_or_else(|| self.not_closed())?;
        if self.proposed_reopening().is_some() {
            return Err(Refused::ReopeningAlreadyProposed);
        }
        undoable(closed_on, newer, rules)?;
        let ReopeningWanted { error, extent, reason } = wanted;
        let technically = matches!(self.facts.state, State::EndedTechnically { .. });
        let mut check = FieldCheck::default();
        let rule = "must be CLOSING: the episode ended technically";
        check.require(!technically || extent == ReopeningExtent::Closing, "extent", rule);
        check.finish()?;
        let window = rules.correction_window(closed_on)?;
        self.facts.reopenings.push(Reopening {
            error,
            extent,
            reason,
            proposed_by: by,
            proposed_on: rules.today(),
            closed_on,
            until: window.until,
            under: window.under,
            answered: None,
        });
        Ok(self.with(Event::ReopeningProposed { error, extent }))
    }

    /// Row 24: answers the proposed reopening. Approved, the episode is in its former phase; what its end settled is open again with the dates
    /// it had, and belongs to the case manager by now.
    ///
    /// # Errors
    /// `WrongPhase`, `ReopeningNotProposed`, `FourEyes`, `NotTheApprover`; to approve also those of [`Episode::propose_reopening`]; `Fields` for
    /// an answer that does not fit who gives it; `NoRule` when no version says who approves.
    pub fn answer_reopening(mut self, answer: ReopeningAnswer, reason: String, by: &Answering<'_>) -> Act {
        let closed_on = self.closed_on().ok_or_else(|| self.not_closed())?;
        let proposed = self.proposed_reopening().ok_or(Refused::ReopeningNotProposed)?;
        let (extent, own) = (proposed.extent, proposed.proposed_by == by.who);
        if own && answer == ReopeningAnswer::Approved {
            return Err(Refused::FourEyes);
        }
        let approver = by.rules.correction_window(closed_on)?.approver;
        if !own && approver == Approver::TeamLead && !by.leads {
            return Err(Refused::NotTheApprover);
        }
        let mut check = FieldCheck::default();
        let withdraws = answer == ReopeningAnswer::Withdrawn;
        check.require(!own || withdraws, "answer", "must be to withdraw: it was proposed by the same person");
        check.require(own || !withdraws, "answer", "must be to approve or to decline: another person proposed it");
        let explained = answer != ReopeningAnswer::Declined || !reason.trim().is_empty();
        check.require(explained, "reason", "must be given to decline");
        check.finish()?;
        let mut told = vec![Event::ReopeningAnswered { answer }];
        let mut undone = None;
        if answer == ReopeningAnswer::Approved {
            let retention_until = undoable(closed_on, by.newer, by.rules)?;
            undone = self.undo(extent, by.rules.today()).map(|closing| Undone { closing, retention_until });
            told.push(Event::EpisodeReopened { phase: self.phase() });
        }
        let answered =
            ReopeningAnswered { answer, reason, answered_by: by.who.clone(), answered_on: by.rules.today(), undone };
        if let Some(proposed) = self.facts.reopenings.last_mut() {
            proposed.answered = Some(answered);
        }
        Ok(self.telling(told))
    }

    /// The reopening that waits for its answer, if any.
    #[must_use]
    pub fn proposed_reopening(&self) -> Option<&Reopening> {
        self.facts.reopenings.last().filter(|proposed| proposed.answered.is_none())
    }

    /// The day of the closing; nothing while the episode is open, and after a refusal or a return, which nobody undoes.
    #[must_use]
    pub fn closed_on(&self) -> Option<Date> {
        match &self.facts.state {
            State::EndedTechnically { end, .. } => Some(end.ended_on),
            State::Closed { check: Some(check), .. } => Some(check.checked_on),
            State::Closed { handover, check: None, .. } => Some(handover.accepted_on),
            State::Proposed
            | State::InDiscussion(_)
            | State::Waitlisted { .. }
            | State::Refused { .. }
            | State::Active(_)
            | State::ReferredBack { .. }
            | State::Closing { .. }
            | State::Aftercare { .. } => None,
        }
    }

    /// How many ends of care there have been, one that was undone included: each is told to the person by a letter of its own.
    #[must_use]
    pub fn ends_of_care(&self) -> i32 {
        let undone = |reopening: &&Reopening| {
            let undone = reopening.answered.as_ref().and_then(|answered| answered.undone.as_ref());
            undone.is_some_and(|undone| matches!(undone.closing, UndoneClosing::End { .. }))
        };
        let undone = i32::try_from(self.facts.reopenings.iter().filter(undone).count()).unwrap_or(i32::MAX);
        undone.saturating_add(i32::from(self.closing().is_some()))
    }

    const fn not_closed(&self) -> Refused {
        self.wrong_phase(&[EpisodePhase::Closed])
    }

    /// Goes back; gives what was undone.
    fn undo(&mut self, extent: ReopeningExtent, today: Date) -> Option<UndoneClosing> {
        let (state, undone, settled) = match (self.facts.state.clone(), extent) {
            (State::EndedTechnically { from, end }, _) => (*from, UndoneClosing::Technical(end), Settled::Technically),
            (State::Closed { care, closing, handover, check: None }, ReopeningExtent::Closing) => {
                (State::Closing { care, closing }, UndoneClosing::Handover(handover), Settled::ByHandover)
            }
            (State::Closed { care, closing, handover, check: Some(check) }, ReopeningExtent::Closing) => {
                (State::Aftercare { care, closing, handover }, UndoneClosing::Check(check), Settled::ByCheck)
            }
            (State::Closed { mut care, closing, handover, check }, ReopeningExtent::EndOfCare) => {
                care.take_back_last_decision();
                (
                    State::Active(care),
                    UndoneClosing::End { closing: Box::new(closing), handover, check },
                    Settled::ByEnd,
                )
            }
            _ => return None,
        };
        self.facts.state = state;
        let case_manager = self.care().map(|care| care.case_manager.clone());
        self.duties.take_up_again(settled, case_manager.as_ref());
        if let Some(accepting) = self.accepts_handover().cloned() {
            self.duties.give(DutyKind::HandoverAcceptance, &accepting);
        }
        if settled == Settled::ByEnd {
            self.duties.void(DutyKind::ContinuousEmployment, VoidReason::EndUndone, today);
        } else if let Some(case_manager) = &case_manager {
            self.duties.pass_to(DutyKind::ContinuousEmployment, Some(case_manager));
        }
        if let (true, Some(lead)) = (self.phase().is_active(), self.lead_officer().cloned()) {
            self.duties.take_plan_back();
            self.duties.give(DutyKind::PlanUpdate, &lead);
            self.duties.give(DutyKind::GoalDue, &lead);
        }
        Some(undone)
    }
}

impl Active {
    /// The review that was decided by the end that is undone waits for its decision again.
    fn take_back_last_decision(&mut self) {
        self.reviews.pop_if(|review| review.decision == ReviewOutcome::Ended);
    }
}

/// Whether a closing may still be undone; gives the last day on which all its records are kept.
fn undoable(closed_on: Date, newer: Option<&EpisodeName>, rules: &Rules<'_>) -> Result<Date, Refused> {
    if let Some(episode) = newer {
        return Err(Refused::NewerEpisode { episode: episode.clone() });
    }
    let last = rules.correction_window(closed_on)?.until;
    if rules.today() > last {
        return Err(Refused::CorrectionWindowOver { last });
    }
    let kept = rules.retention_until(closed_on)?;
    if rules.today() > kept {
        return Err(Refused::RetentionOver { last: kept });
    }
    Ok(kept)
}

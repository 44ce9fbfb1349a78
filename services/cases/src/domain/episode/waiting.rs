//! Row 3b: the waiting list, which is left in order when a place is free, or without one.

use jiff::civil::Date;

use super::{Act, Deciding, Episode, RefuseDecision, State, admission::given};
use crate::domain::{
    events::Event,
    records::{Admission, Occupancy, WaitingPlace},
    refused::{FieldCheck, Refused},
    vocabulary::{EpisodePhase, RefusalReason},
};

/// A turn in the waiting list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnTaken {
    /// t0; the business date when nothing else is said.
    pub assigned_on: Option<Date>,
    /// Why out of order; empty when in order.
    pub exception_reason: String,
}

impl Episode {
    /// Row 3b: admits from the waiting list. T2, T3 and T17 start. In order when a place is free; otherwise with a reason. A jobcenter that has
    /// given up its list admits whoever is still on it.
    ///
    /// # Errors
    /// `WrongPhase`, `CaseloadFull`, `NotNextInLine`; `Fields` for a wrong assignment date; `NoRule` when a date cannot be computed.
    pub fn admit_from_waiting_list(self, turn: TurnTaken, by: &Deciding<'_>) -> Act {
        let today = by.rules.today();
        let State::Waitlisted { discussion, place } = self.facts.state.clone() else {
            return Err(self.wrong_phase(&[EpisodePhase::Waitlisted]));
        };
        let assigned_on = turn.assigned_on.unwrap_or(today);
        let mut check = FieldCheck::default();
        check.require(assigned_on <= today, "assignment_date", "must not be in the future");
        check.require(assigned_on >= place.since, "assignment_date", "must not be before the waiting began");
        check.finish()?;
        let (out_of_turn, occupancy) = by.out_of_turn()?;
        if let Some(refused) = out_of_turn.clone().filter(|_| !given(&turn.exception_reason)) {
            return Err(refused);
        }
        let (since, basis) = (place.since, place.basis);
        let admission = Admission {
            assigned_on,
            support: place.support,
            basis,
            access: place.access.clone(),
            occupancy,
            waited: Some(WaitingPlace { exception_reason: turn.exception_reason, ..place }),
        };
        let admitted = self.assign(discussion, admission, by.rules)?;
        let ended = Event::WaitingEnded { since, out_of_turn: out_of_turn.is_some() };
        Ok(admitted.with(ended).and(Event::EpisodeAdmitted { assigned_on, basis }))
    }

    /// Row 3b: removes from the waiting list with the reasons of a refusal (R22). That the person no longer wishes it, one of the two records
    /// alone; any other reason is against two votes, so that the lead of the team decides, who cast none of them.
    ///
    /// # Errors
    /// `WrongPhase`, `NotTheDecider`, `FourEyes`; `Fields` where a deviation is not explained; `NoRule` when no version says who gets access.
    pub fn remove_from_waiting_list(mut self, decision: RefuseDecision, by: &Deciding<'_>) -> Act {
        let State::Waitlisted { discussion, place } = self.facts.state.clone() else {
            return Err(self.wrong_phase(&[EpisodePhase::Waitlisted]));
        };
        if decision.reason != RefusalReason::Withdrawn {
            if !by.leads {
                return Err(Refused::NotTheDecider);
            }
            if discussion.voter(&by.decider).is_some() {
                return Err(Refused::FourEyes);
            }
        }
        let (refusal, deviates) = by.refusal(decision, false)?;
        let (left, reason) = (Event::WaitingListLeft { since: place.since }, refusal.reason);
        self.facts.state = State::Refused { discussion, waited: Some(place), refusal };
        Ok(self.with(left).and(Event::EpisodeRefused { reason, deviates }))
    }
}

impl Deciding<'_> {
    /// Why somebody who waits would be admitted out of order today, nothing when a place is free and nobody is before, or no list is kept; and
    /// how many places are filled.
    fn out_of_turn(&self) -> Result<(Option<Refused>, Occupancy), Refused> {
        let (criteria, _) = self.rules.admission_criteria(self.rules.today())?;
        let (occupancy, ahead) = (self.places.occupancy(self.rules)?, self.places.ahead);
        let refused = if !criteria.waiting_list {
            None
        } else if occupancy.is_full() {
            Some(Refused::CaseloadFull { caseload: occupancy.caseload, capacity: occupancy.capacity })
        } else if ahead > 0 {
            Some(Refused::NotNextInLine { ahead })
        } else {
            None
        };
        Ok((refused, occupancy))
    }
}

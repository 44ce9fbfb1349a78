//! Rows 5a and 20: the support variant is switched jointly, and accompanying care goes on, or is done, when its planned dates are used up.

use jiff::civil::Date;
use lotse_kernel::{duty::DutyKind, names::StaffName};

use super::{Act, Active, Episode, State};
use crate::domain::{
    events::Event,
    records::{Accompaniment, AccompanyingDate, FurtherDates, Support, SwitchAnswered, VariantSwitch},
    refused::{FieldCheck, Refused},
    rules::Rules,
    vocabulary::{DutyOutcome, EpisodePhase, SupportVariant, TechnicalEnd, VariantSwitchAnswer, Voter},
};

/// How accompanying care goes on (row 20).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccompanimentDecision {
    /// With further dates.
    Further {
        /// How many.
        dates: i32,
        /// Why.
        reason: String,
    },
    /// Not at all: the co-officer leaves.
    Done {
        /// What was reached.
        reason: String,
    },
}

impl Episode {
    /// Row 5a: proposes to switch the variant, as one of the two officers. The other one has to answer, whom time tells of it.
    ///
    /// # Errors
    /// `WrongPhase`, `SwitchAlreadyProposed`; `Fields` when it is the variant of now; `NoRule` when no version says by when it is answered.
    pub fn propose_variant_switch(mut self, to: Support, reason: String, by: StaffName, rules: &Rules<'_>) -> Act {
        let (today, officer) = (rules.today(), self.placement_officer().clone());
        let care = self.active_mut()?;
        if care.proposed_switch().is_some() {
            return Err(Refused::SwitchAlreadyProposed);
        }
        let mut check = FieldCheck::default();
        check.require(to.variant() != care.support_variant, "support_variant", "must be another one than that of now");
        check.finish()?;
        let proposed_as = care.side_of(&by);
        let (proposed_by, answered, lapsed_on) = (by, None, None);
        let proposal = VariantSwitch { to, reason, proposed_by, proposed_as, proposed_on: today, answered, lapsed_on };
        let answering = match proposed_as {
            Voter::CaseManager => officer,
            Voter::PlacementOfficer => care.case_manager.clone(),
        };
        care.variant_switches.push(proposal);
        let slot = i32::try_from(care.variant_switches.len()).unwrap_or(i32::MAX);
        self.duties.schedule(&self.name, &answering, rules.variant_switch_answer(today, slot)?);
        Ok(self.with(Event::VariantSwitchProposed { to: to.variant() }))
    }

    /// Row 5a: answers the proposed switch. Agreed by the other officer, lead and co-officer change places; t0, reviews and limit stay. An
    /// open decision on accompanying care is answered by it (row 20).
    ///
    /// # Errors
    /// `WrongPhase`, `SwitchNotProposed`; `FourEyes` for who agrees to the proposal of the own side; `Fields` for another answer that does not
    /// fit the side.
    pub fn answer_variant_switch(
        mut self,
        answer: VariantSwitchAnswer,
        reason: String,
        by: StaffName,
        today: Date,
    ) -> Act {
        let care = self.active_mut()?;
        let side = care.side_of(&by);
        let Some(proposed) = care.variant_switches.last_mut().filter(|switch| switch.waits()) else {
            return Err(Refused::SwitchNotProposed);
        };
        let own = proposed.proposed_as == side;
        if own && answer == VariantSwitchAnswer::Agreed {
            return Err(Refused::FourEyes);
        }
        let mut check = FieldCheck::default();
        let withdraws = answer == VariantSwitchAnswer::Withdrawn;
        check.require(!own || withdraws, "answer", "must be to withdraw: it was proposed by this side");
        check.require(own || !withdraws, "answer", "must be to agree or to decline: the other side proposed it");
        check.finish()?;
        let to = proposed.to;
        proposed.answered = Some(SwitchAnswered { answer, reason, answered_by: by, answered_on: today });
        let mut settled = vec![DutyKind::VariantSwitchAnswer];
        let (case_manager, officer) = (care.case_manager.clone(), care.discussion.placement_officer.clone());
        if answer == VariantSwitchAnswer::Agreed {
            care.support_variant = to.variant();
            match to {
                Support::Full => settled.push(DutyKind::AccompanimentDecision),
                Support::Accompanying { planned_dates } => {
                    care.accompaniments.push(Accompaniment::begin(today, planned_dates));
                }
            }
        }
        let late = |kind| self.duties.done(kind, DutyOutcome::Decided, today);
        let days_late = settled.into_iter().map(late).max().unwrap_or_default();
        if answer == VariantSwitchAnswer::Agreed {
            let leads = if to == Support::Full { &case_manager } else { &officer };
            self.duties.give(DutyKind::PlanUpdate, leads);
            self.duties.give(DutyKind::GoalDue, leads);
        }
        Ok(self.with(Event::VariantSwitchAnswered { to: to.variant(), answer, days_late }))
    }

    /// Records a date of accompanying care. The last planned one opens the decision how to go on (row 20).
    ///
    /// # Errors
    /// `WrongPhase`, `NotAccompanying`, `FirstTalkMissing` (R28), `PlannedDatesUsedUp`; `Fields` when the day is not between the date before and today; `NoRule` when no
    /// version says by when it is decided.
    pub fn record_accompanying_date(mut self, held_on: Date, note: String, rules: &Rules<'_>) -> Act {
        let care = self.active_mut()?;
        let (owner, has_talked) = (care.case_manager.clone(), care.first_talk_on.is_some());
        let accompaniment = care.accompaniment_mut()?;
        if !has_talked {
            return Err(Refused::FirstTalkMissing);
        }
        if accompaniment.dates_left() == 0 {
            return Err(Refused::PlannedDatesUsedUp { planned: accompaniment.planned_dates() });
        }
        let mut check = FieldCheck::default();
        check.require(held_on <= rules.today(), "held_date", "must not be in the future");
        let begun = held_on >= accompaniment.begun_on;
        check.require(begun, "held_date", "must not be before accompanying care began");
        let follows = accompaniment.dates.last().is_none_or(|before| held_on >= before.held_on);
        check.require(follows, "held_date", "must not be before the date before");
        check.finish()?;
        accompaniment.dates.push(AccompanyingDate { held_on, note });
        let left = accompaniment.dates_left();
        if left == 0 {
            let before = self.duties.of(DutyKind::AccompanimentDecision).count();
            let slot = i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1);
            self.duties.open(&self.name, &owner, rules.accompaniment_decision(held_on, slot)?);
        }
        Ok(self.with(Event::AccompanyingDateHeld { held_on, left }))
    }

    /// Row 20: decides how to go on once the planned dates are used up. Done, the episode ends technically with an outcome of its own.
    ///
    /// # Errors
    /// `WrongPhase`, `NotAccompanying`, `PlannedDatesLeft`; `CrisisOpen` where it is done.
    pub fn decide_accompaniment(mut self, decision: AccompanimentDecision, today: Date) -> Act {
        let accompaniment = self.active_mut()?.accompaniment_mut()?;
        let left = accompaniment.dates_left();
        if left > 0 {
            return Err(Refused::PlannedDatesLeft { left });
        }
        let further = match decision {
            AccompanimentDecision::Further { dates, reason } => {
                accompaniment.further.push(FurtherDates { dates, reason, decided_on: today });
                Ok(dates)
            }
            AccompanimentDecision::Done { reason } => Err(reason),
        };
        if further.is_err() {
            self.no_crisis_open()?;
        }
        let (kind, decided) = (DutyKind::AccompanimentDecision, DutyOutcome::Decided);
        let days_late = match further {
            Ok(_) => self.duties.done(kind, decided, today),
            Err(_) => self.duties.done_by_end(kind, decided, today),
        };
        match further {
            Ok(dates) => Ok(self.with(Event::FurtherDatesPlanned { dates, days_late })),
            Err(reason) => {
                let by = self.active_mut()?.case_manager.clone();
                let ended = self.finish_technically(TechnicalEnd::AccompanyingDone, reason, by, today)?;
                Ok(ended.and(Event::AccompanimentDone { days_late }))
            }
        }
    }

    /// The care, while it is active.
    pub(super) fn active_mut(&mut self) -> Result<&mut Active, Refused> {
        let refused = self.wrong_phase(EpisodePhase::ACTIVE);
        if let State::Active(care) = &mut self.facts.state { Ok(care) } else { Err(refused) }
    }
}

impl Active {
    /// The switch that waits for its answer, if any.
    #[must_use]
    pub fn proposed_switch(&self) -> Option<&VariantSwitch> {
        self.variant_switches.last().filter(|switch| switch.waits())
    }

    /// The accompanying care that runs, if any.
    #[must_use]
    pub fn accompaniment(&self) -> Option<&Accompaniment> {
        self.accompaniments.last().filter(|_| self.support_variant == SupportVariant::Accompanying)
    }

    fn accompaniment_mut(&mut self) -> Result<&mut Accompaniment, Refused> {
        let runs = self.support_variant == SupportVariant::Accompanying;
        self.accompaniments.last_mut().filter(|_| runs).ok_or(Refused::NotAccompanying)
    }

    /// As which of the two officers somebody acts; whoever is not the case manager by now acts for the placement officer.
    fn side_of(&self, staff_member: &StaffName) -> Voter {
        if *staff_member == self.case_manager { Voter::CaseManager } else { Voter::PlacementOfficer }
    }
}

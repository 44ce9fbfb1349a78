//! Rows 1 to 3a: from the proposal to the votes, which agree or go to the lead of the team.

use jiff::civil::Date;
use lotse_kernel::{
    duty::DutyKind,
    names::{EpisodeName, StaffName},
};

use super::{Act, Decided, Episode, Facts, State};
use crate::domain::{
    duties::Duties,
    events::Event,
    records::{Discussion, HandoverPackage, Proposal, Vote},
    refused::{FieldCheck, Refused},
    rules::{NoRule, Rules},
    vocabulary::{EpisodePhase, Voter},
};

/// What somebody votes, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// For admission.
    pub admit: bool,
    /// Why.
    pub reason: String,
    /// What the placement officer hands over with the admission (R126).
    pub package: Option<HandoverPackage>,
}

impl Ballot {
    /// A vote that hands nothing over.
    #[must_use]
    pub const fn new(admit: bool, reason: String) -> Self {
        Self { admit, reason, package: None }
    }
}

impl Episode {
    /// Row 1: proposes bFM. T16 starts.
    ///
    /// # Errors
    /// [`NoRule`] when no version of the rule governs the proposal.
    pub fn propose(name: EpisodeName, proposal: Proposal, rules: &Rules<'_>) -> Result<Decided, NoRule> {
        let mut duties = Duties::default();
        duties.open(&name, &proposal.placement_officer, rules.proposal_decision(proposal.proposed_on)?);
        let event = Event::EpisodeProposed { signal_source: proposal.signal_source };
        Ok(Self { name, facts: Facts { proposal, state: State::Proposed, reopenings: Vec::new() }, duties }.with(event))
    }

    /// Row 2: names the two officers and the day of the joint discussion (R17).
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when the day has passed, both officers are one person, or another than the case's places the person.
    pub fn schedule_discussion(
        mut self,
        held_on: Date,
        case_manager: StaffName,
        placement_officer: StaffName,
        of_case: &StaffName,
        today: Date,
    ) -> Act {
        if self.facts.state != State::Proposed {
            return Err(self.wrong_phase(&[EpisodePhase::Proposed]));
        }
        let mut check = FieldCheck::default();
        check.require(held_on >= today, "discussion_date", "must not be before today");
        check.require(
            case_manager != placement_officer,
            "placement_officer",
            "must be another person than case_manager",
        );
        check.require(placement_officer == *of_case, "placement_officer", "must be the placement officer of the case");
        check.finish()?;
        self.duties.reassign(DutyKind::ProposalDecision, &placement_officer);
        self.facts.state =
            State::InDiscussion(Discussion { held_on, case_manager, placement_officer, votes: Vec::new() });
        Ok(self.with(Event::DiscussionScheduled { held_on }))
    }

    /// Row 3: casts a vote; casting again replaces it (R17). Row 3a: votes that differ pass the duty to decide (T16), with the date it has, to
    /// the lead of the team; it comes back when the two agree after all.
    ///
    /// # Errors
    /// `WrongPhase`; `NotNamed` when the voter is neither of the two officers.
    pub fn cast_vote(mut self, staff_member: StaffName, ballot: Ballot, today: Date) -> Act {
        let Ballot { admit, reason, package } = ballot;
        let State::InDiscussion(discussion) = &mut self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::InDiscussion]));
        };
        let voter = discussion.voter(&staff_member).ok_or(Refused::NotNamed)?;
        let hands_over = admit && voter == Voter::PlacementOfficer;
        let mut check = FieldCheck::default();
        let rule = "must be given by the placement officer who votes for admission alone";
        check.require(package.is_none() || hands_over, "vote.package", rule);
        check.finish()?;
        let differed = discussion.dissents();
        discussion.votes.retain(|vote| vote.voter != voter);
        discussion.votes.push(Vote { staff_member, voter, admit, reason, voted_on: today, package });
        discussion.votes.sort_by_key(|vote| vote.voter);
        let (differs, placement_officer) = (discussion.dissents(), discussion.placement_officer.clone());
        let cast = Event::VoteCast { voter, admit };
        match (differed, differs) {
            (false, true) => {
                self.duties.pass_to_lead(DutyKind::ProposalDecision);
                Ok(self.with(cast).and(Event::VotesDiffered {}))
            }
            (true, false) => {
                self.duties.reassign(DutyKind::ProposalDecision, &placement_officer);
                Ok(self.with(cast))
            }
            (false, false) | (true, true) => Ok(self.with(cast)),
        }
    }
}

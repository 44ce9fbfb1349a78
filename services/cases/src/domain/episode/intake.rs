//! Rows 1 to 5: from the proposal to the decision on admission.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::governed::FormerReviews,
    duty::DutyKind,
    names::{EpisodeName, StaffName},
    policy::rules::{AccessRule, AdmissionCriteria},
};

use super::{Act, Active, Decided, Episode, Facts, Stage, State};
use crate::domain::{
    duties::Duties,
    events::Event,
    records::{Admission, Discussion, Profile, Proposal, Refusal, Vote},
    refused::{FieldCheck, Refused},
    rules::{NoRule, Rules},
    vocabulary::{AdmissionBasis, DutyOutcome, EpisodePhase, KeyGroup, RefusalReason, SupportVariant, Voter},
};

/// The severity of a severe obstacle (R24).
const SEVERE: i32 = 3;

/// The decision to admit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmitDecision {
    /// The rule it rests on.
    pub basis: AdmissionBasis,
    /// Written reason; empty when none.
    pub reason: String,
    /// Support variant.
    pub support_variant: SupportVariant,
    /// t0; the business date when nothing else is said.
    pub assigned_on: Option<Date>,
    /// Open episodes of the case manager (R168); shown, never a guard.
    pub caseload: i32,
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
        Ok(Self { name, facts: Facts { proposal, state: State::Proposed }, duties }.with(event))
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

    /// Row 3: casts a vote; casting again replaces it (R17).
    ///
    /// # Errors
    /// `WrongPhase`; `NotNamed` when the voter is neither of the two officers.
    pub fn cast_vote(mut self, staff_member: StaffName, admit: bool, reason: String, today: Date) -> Act {
        let State::InDiscussion(discussion) = &mut self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::InDiscussion]));
        };
        let voter = discussion.voter(&staff_member).ok_or(Refused::NotNamed)?;
        discussion.votes.retain(|vote| vote.voter != voter);
        discussion.votes.push(Vote { staff_member, voter, admit, reason, voted_on: today });
        discussion.votes.sort_by_key(|vote| vote.voter);
        Ok(self.with(Event::VoteCast { voter, admit }))
    }

    /// Rows 3 and 5: admits after two votes for it. T16 is done; T2, T3 and T17 start. `profile` is the latest of the case.
    ///
    /// # Errors
    /// `WrongPhase`, `VotesMissing`, `VotesDiffer`, `CriteriaNotMet`; `Fields` for a wrong assignment date; `NoRule` when no version says who gets access.
    pub fn admit(mut self, decision: AdmitDecision, profile: &Profile, rules: &Rules<'_>) -> Act {
        let today = rules.today();
        let discussion = self.agreed_discussion(true)?;
        let assigned_on = decision.assigned_on.unwrap_or(today);
        let mut check = FieldCheck::default();
        let field = "admit.assignment_date";
        check.require(assigned_on <= today, field, "must not be in the future");
        check.require(assigned_on >= self.facts.proposal.proposed_on, field, "must not be before the proposal");
        check.finish()?;
        let (criteria, under) = rules.admission_criteria(today)?;
        if !carries(decision.basis, &decision.reason, profile, &criteria) {
            return Err(Refused::CriteriaNotMet);
        }
        self.duties.done(DutyKind::ProposalDecision, DutyOutcome::Decided, today);
        let owner = discussion.case_manager.clone();
        self.duties.open(&self.name, &owner, rules.first_talk(assigned_on)?);
        self.duties.schedule(&self.name, &owner, rules.continuation_review(assigned_on, 1, FormerReviews::default())?);
        self.duties.schedule(&self.name, &owner, rules.regular_maximum(assigned_on)?);
        let basis = decision.basis;
        let admission = Admission {
            assigned_on,
            support_variant: decision.support_variant,
            basis,
            reason: decision.reason,
            caseload: decision.caseload,
            decided_on: today,
            under,
        };
        self.facts.state = State::Active(Active {
            discussion,
            admission,
            first_talk_on: None,
            stage: Stage::EntryConsultation,
            reviews: Vec::new(),
            extensions: Vec::new(),
        });
        Ok(self.with(Event::EpisodeAdmitted { assigned_on, basis }))
    }

    /// Row 4: refuses, or not yet, after two votes against it (R22). T16 is done.
    ///
    /// # Errors
    /// `WrongPhase`, `VotesMissing`, `VotesDiffer`.
    pub fn refuse(mut self, reason: RefusalReason, text: String, today: Date) -> Act {
        let discussion = self.agreed_discussion(false)?;
        self.duties.done(DutyKind::ProposalDecision, DutyOutcome::Decided, today);
        self.facts.state = State::Refused { discussion, refusal: Refusal { reason, text, refused_on: today } };
        Ok(self.with(Event::EpisodeRefused { reason }))
    }

    /// The discussion, when both votes agree with the decision: no single vote admits or refuses (R17).
    fn agreed_discussion(&self, admit: bool) -> Result<Discussion, Refused> {
        let State::InDiscussion(discussion) = &self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::InDiscussion]));
        };
        let missing: Vec<Voter> =
            Voter::ALL.iter().copied().filter(|voter| discussion.vote_of(*voter).is_none()).collect();
        if !missing.is_empty() {
            return Err(Refused::VotesMissing { missing });
        }
        if discussion.votes.iter().any(|vote| vote.admit != admit) {
            return Err(Refused::VotesDiffer);
        }
        Ok(discussion.clone())
    }
}

/// Whether the named basis carries an admission under the criteria in force. What only people can judge (R20, R25) rests on the record
/// they sign; of the two rules that count something, the criteria name the one that holds (R19, R24).
fn carries(basis: AdmissionBasis, reason: &str, profile: &Profile, criteria: &AdmissionCriteria) -> bool {
    let enough = |found: usize| usize::try_from(criteria.least).is_ok_and(|least| found >= least);
    match basis {
        AdmissionBasis::ComplexProfile => {
            let needs = profile
                .needs
                .iter()
                .filter(|need| matches!(need.key_group, KeyGroup::Circumstances | KeyGroup::WorkCapacity));
            let fits = !criteria.complex_profile || profile.profile_type.is_complex();
            criteria.access_rule == AccessRule::Needs && fits && enough(needs.count())
        }
        AdmissionBasis::ThreeSevereObstacles => {
            let severe = profile.needs.iter().filter(|need| need.severity >= SEVERE);
            let distinct: std::collections::BTreeSet<&str> = severe.map(|need| need.obstacle.trim()).collect();
            criteria.access_rule == AccessRule::SevereObstacles && enough(distinct.len())
        }
        AdmissionBasis::Prophylaxis => criteria.prophylaxis,
        AdmissionBasis::Prospect => !reason.trim().is_empty(),
    }
}

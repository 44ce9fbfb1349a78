//! Rows 3 to 5: the decision on access, by the two who voted alike or by the lead of the team over their dissent.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::governed::FormerReviews,
    duty::DutyKind,
    legal::caseload::FullTimeEquivalents,
    names::StaffName,
    policy::rules::{AccessRule, AdmissionCriteria},
};

use super::{Act, Active, Decided, Episode, Stage, State};
use crate::domain::{
    events::Event,
    records::{
        AccessDecision, Accompaniment, Admission, Discussion, NeedForAction, Occupancy, Profile, Refusal, Support,
        WaitingPlace,
    },
    refused::{FieldCheck, Refused},
    rules::{NoRule, Rules},
    vocabulary::{AdmissionBasis, DutyOutcome, EpisodePhase, KeyGroup, RefusalReason, Voter},
};

/// The severity of a severe obstacle (R24).
const SEVERE: i32 = 3;

/// A full post in percent of itself.
const FULL_TIME_PERCENT: i64 = 100;

/// What is said where a deviation has to be explained.
const OVER_DISSENT: &str = "must be given where the votes differ";

/// The decision to admit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdmitDecision {
    /// The rule it rests on.
    pub basis: AdmissionBasis,
    /// Why it deviates from the criteria or from a vote; empty when it does not.
    pub deviation_reason: String,
    /// Full support, or accompanying care with its planned dates (R31).
    pub support: Support,
    /// t0; the business date when nothing else is said.
    pub assigned_on: Option<Date>,
}

/// The decision to refuse, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefuseDecision {
    /// Reason code.
    pub reason: RefusalReason,
    /// Decisive reasons in words.
    pub text: String,
    /// Why it deviates from what the criteria or a vote say; empty when it does not.
    pub deviation_reason: String,
}

/// The places of a case manager on a day (R168); none where nobody is named yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Places {
    /// Open episodes: single customers, not benefit units.
    pub caseload: i32,
    /// People who wait for a place; beside one who waits those who are before.
    pub ahead: i32,
    /// Weekly hours of the case manager in percent of a full post.
    pub full_time_percent: i32,
}

impl Places {
    /// How many are filled by the rules of the day: what is shown before a decision is what the decision goes by.
    ///
    /// # Errors
    /// [`NoRule`] when no version says how many people a full-time case manager looks after.
    pub fn occupancy(&self, rules: &Rules<'_>) -> Result<Occupancy, NoRule> {
        let (people, under) = rules.caseload_ratio(rules.today())?;
        let posts = FullTimeEquivalents::of_weekly_minutes(&[self.full_time_percent.into()], FULL_TIME_PERCENT);
        Ok(Occupancy { caseload: self.caseload, capacity: posts.map_or(0, |posts| posts.capacity(people)), under })
    }
}

/// Who decides on access, and what the decision looks at.
#[derive(Debug, Clone)]
pub struct Deciding<'a> {
    /// Who.
    pub decider: StaffName,
    /// Whether that person leads the team of the case.
    pub leads: bool,
    /// The latest profile of the case.
    pub profile: &'a Profile,
    /// The places of the case manager.
    pub places: Places,
    /// The rules of the day.
    pub rules: &'a Rules<'a>,
}

impl Episode {
    /// Rows 3 and 5: admits after two votes for it, or over their dissent. T16 is done; T2, T3 and T17 start. Where a waiting list is kept, the
    /// person waits if the case manager has no place, and also if others wait for one already: what becomes free is theirs. Nobody is
    /// assigned then, so that nothing counts from t0 yet; T16 is done all the same, because the proposal is decided.
    ///
    /// # Errors
    /// As [`Episode::refuse`]; `CriteriaNotMet`; `Fields` also for a wrong assignment date.
    pub fn admit(mut self, decision: AdmitDecision, by: &Deciding<'_>) -> Act {
        let today = by.rules.today();
        let (discussion, over_dissent) = self.decidable(true, by)?;
        let assigned_on = decision.assigned_on.unwrap_or(today);
        let mut check = FieldCheck::default();
        let field = "admit.assignment_date";
        check.require(assigned_on <= today, field, "must not be in the future");
        check.require(assigned_on >= self.facts.proposal.proposed_on, field, "must not be before the proposal");
        check.require(!over_dissent || given(&decision.deviation_reason), "admit.deviation_reason", OVER_DISSENT);
        check.finish()?;
        let (criteria, access) = by.access(over_dissent, decision.deviation_reason)?;
        if !carries(decision.basis, &access, &criteria) {
            return Err(Refused::CriteriaNotMet);
        }
        self.duties.done(DutyKind::ProposalDecision, DutyOutcome::Decided, today);
        let AdmitDecision { basis, support, .. } = decision;
        let over_dissent = over_dissent.then_some(true);
        let occupancy = by.places.occupancy(by.rules)?;
        if criteria.waiting_list && (by.places.ahead > 0 || occupancy.is_full()) {
            let (Occupancy { capacity, under, .. }, exception_reason) = (occupancy, String::new());
            let place = WaitingPlace { since: today, support, basis, access, capacity, under, exception_reason };
            self.facts.state = State::Waitlisted { discussion, place };
            return Ok(self.decided(over_dissent, Event::EpisodeWaitlisted { basis }));
        }
        let admission = Admission { assigned_on, support, basis, access, occupancy, waited: None };
        let admitted = self.assign(discussion, admission, by.rules)?;
        Ok(admitted.decided(over_dissent, Event::EpisodeAdmitted { assigned_on, basis }))
    }

    /// Row 5: care begins with the assignment, and with it the first talk, the reviews and the limit.
    pub(super) fn assign(
        mut self,
        discussion: Discussion,
        admission: Admission,
        rules: &Rules<'_>,
    ) -> Result<Self, NoRule> {
        let (owner, assigned_on) = (discussion.case_manager.clone(), admission.assigned_on);
        self.duties.open(&self.name, &owner, rules.first_talk(assigned_on)?);
        self.duties.schedule(&self.name, &owner, rules.continuation_review(assigned_on, 1, FormerReviews::default())?);
        self.duties.schedule(&self.name, &owner, rules.regular_maximum(assigned_on)?);
        let accompaniment = match admission.support {
            Support::Full => None,
            Support::Accompanying { planned_dates } => Some(Accompaniment::begin(assigned_on, planned_dates)),
        };
        self.facts.state = State::Active(Active {
            discussion,
            support_variant: admission.support.variant(),
            admission,
            case_manager: owner,
            case_manager_changes: Vec::new(),
            accompaniments: accompaniment.into_iter().collect(),
            variant_switches: Vec::new(),
            plan_revisions: Vec::new(),
            deviations: Vec::new(),
            crises: Vec::new(),
            placements: Vec::new(),
            commissions: Vec::new(),
            first_talk_on: None,
            stage: Stage::EntryConsultation,
            alliance_turns: Vec::new(),
            reassessments: Vec::new(),
            reviews: Vec::new(),
            extensions: Vec::new(),
        });
        Ok(self)
    }

    /// Row 4: refuses, or not yet, after two votes against it, or over their dissent (R22). T16 is done. Whoever has what the criteria count
    /// gets access as a rule, so that a refusal says why it deviates (R21), unless no progress is expected, which the rule needs too (R20), or
    /// the person no longer wishes it.
    ///
    /// # Errors
    /// `WrongPhase`, `VotesMissing`, `VotesDiffer`, `NotTheDecider`, `FourEyes`; `Fields` where a deviation is not explained; `NoRule` when no
    /// version says who gets access.
    pub fn refuse(mut self, decision: RefuseDecision, by: &Deciding<'_>) -> Act {
        let (discussion, over_dissent) = self.decidable(false, by)?;
        let (refusal, deviates) = by.refusal(decision, over_dissent)?;
        self.duties.done(DutyKind::ProposalDecision, DutyOutcome::Decided, refusal.refused_on);
        let refused = Event::EpisodeRefused { reason: refusal.reason, deviates };
        self.facts.state = State::Refused { discussion, waited: None, refusal };
        Ok(self.decided(over_dissent.then_some(false), refused))
    }

    /// The discussion, when this person may decide so, and whether it is decided over a dissent: no single vote admits or refuses (R17), and
    /// whoever cast one does not decide between them (four eyes).
    fn decidable(&self, admit: bool, by: &Deciding<'_>) -> Result<(Discussion, bool), Refused> {
        let State::InDiscussion(discussion) = &self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::InDiscussion]));
        };
        let missing: Vec<Voter> =
            Voter::ALL.iter().copied().filter(|voter| discussion.vote_of(*voter).is_none()).collect();
        if !missing.is_empty() {
            return Err(Refused::VotesMissing { missing });
        }
        let (dissent, voted) = (discussion.dissents(), discussion.voter(&by.decider).is_some());
        match (dissent, by.leads) {
            (true, true) if voted => Err(Refused::FourEyes),
            (true, true) => Ok((discussion.clone(), true)),
            (true, false) => Err(Refused::VotesDiffer),
            (false, true) if !voted => Err(Refused::NotTheDecider),
            (false, _) if discussion.votes.iter().any(|vote| vote.admit != admit) => Err(Refused::VotesDiffer),
            (false, _) => Ok((discussion.clone(), false)),
        }
    }

    /// The episode after a decision on access; a dissent that it settled is told first.
    fn decided(self, over_dissent: Option<bool>, event: Event) -> Decided {
        match over_dissent {
            Some(admit) => self.with(Event::DissentDecided { admit }).and(event),
            None => self.with(event),
        }
    }
}

impl Deciding<'_> {
    /// The criteria in force, and the record of a decision under them.
    fn access(
        &self,
        over_dissent: bool,
        deviation_reason: String,
    ) -> Result<(AdmissionCriteria, AccessDecision), NoRule> {
        let (criteria, under) = self.rules.admission_criteria(self.rules.today())?;
        let access = AccessDecision {
            decider: self.decider.clone(),
            over_dissent,
            criteria_met: meets(self.profile, &criteria),
            under,
            deviation_reason,
            caseload: self.places.caseload,
        };
        Ok((criteria, access))
    }

    /// The record of a refusal, and whether it deviates from the rule that whoever meets the criteria gets access (R21).
    pub(super) fn refusal(&self, decision: RefuseDecision, over_dissent: bool) -> Result<(Refusal, bool), Refused> {
        let RefuseDecision { reason, text, deviation_reason } = decision;
        let (_, access) = self.access(over_dissent, deviation_reason)?;
        let deviates = access.criteria_met && !matches!(reason, RefusalReason::NoProspect | RefusalReason::Withdrawn);
        let mut check = FieldCheck::default();
        let (field, explained) = ("refuse.deviation_reason", given(&access.deviation_reason));
        if over_dissent {
            check.require(explained, field, OVER_DISSENT);
        } else {
            let rule = "must be given where the profile has what the criteria count";
            check.require(!deviates || explained, field, rule);
        }
        check.finish()?;
        Ok((Refusal { reason, text, refused_on: self.rules.today(), access }, deviates))
    }
}

/// Whether somebody gave words.
pub(super) fn given(words: &str) -> bool {
    !words.trim().is_empty()
}

/// Whether a profile has what the criteria in force count: needs for action (R19), or distinct severe obstacles (R24).
fn meets(profile: &Profile, criteria: &AdmissionCriteria) -> bool {
    let found = match criteria.access_rule {
        AccessRule::Needs => {
            let counts = |group| matches!(group, KeyGroup::Circumstances | KeyGroup::WorkCapacity);
            profile.needs.iter().filter(|need| counts(need.key_group)).count()
        }
        AccessRule::SevereObstacles => {
            let severe = profile.needs.iter().filter(|need| need.severity >= SEVERE);
            severe.map(NeedForAction::identity).collect::<BTreeSet<_>>().len()
        }
    };
    let fits = !criteria.complex_profile || profile.profile_type.is_complex();
    fits && usize::try_from(criteria.least).is_ok_and(|least| found >= least)
}

/// Whether the named basis carries an admission under the criteria in force. What only people can judge (R20, R25) rests on the record
/// they sign; of the two rules that count something, the criteria name the one that holds (R19, R24).
fn carries(basis: AdmissionBasis, access: &AccessDecision, criteria: &AdmissionCriteria) -> bool {
    match basis {
        AdmissionBasis::ComplexProfile => criteria.access_rule == AccessRule::Needs && access.criteria_met,
        AdmissionBasis::ThreeSevereObstacles => {
            criteria.access_rule == AccessRule::SevereObstacles && access.criteria_met
        }
        AdmissionBasis::Prophylaxis => criteria.prophylaxis,
        AdmissionBasis::Prospect => given(&access.deviation_reason),
    }
}

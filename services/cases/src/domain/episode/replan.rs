//! What a policy version that takes open duties over does to an episode when it begins (R8).

use jiff::civil::Date;
use lotse_kernel::{
    duty::DutyKind,
    policy::{OpenDuties, PolicyKey, PolicyVersion},
};

use super::{Episode, State};
use crate::domain::{
    replan::{Plan, Replanned},
    rules::{NoRule, Rules},
};

/// Whatever of an episode may be overdue.
const ESCALATING: &[DutyKind] = &[
    DutyKind::ProposalDecision,
    DutyKind::FirstTalk,
    DutyKind::AccompanimentDecision,
    DutyKind::VariantSwitchAnswer,
    DutyKind::CrisisContact,
    DutyKind::HandoverAcceptance,
    DutyKind::ExtensionAnswer,
    DutyKind::PlanUpdate,
    DutyKind::GoalDue,
    DutyKind::ContinuationReview,
    DutyKind::RegularMaximum,
    DutyKind::ExtensionEnd,
    DutyKind::AftercareEnd,
    DutyKind::AftercareContact,
    DutyKind::ContinuousEmployment,
];

/// The kinds of the duties that a version of a key may reach; none for keys without stored duties of an episode. The end of an extension
/// (T4) has no key that moves it, because two people have decided its day; it escalates like any other.
const fn kinds_reached_by(key: PolicyKey) -> &'static [DutyKind] {
    match key {
        PolicyKey::ProposalDecision => &[DutyKind::ProposalDecision],
        PolicyKey::FirstTalk => &[DutyKind::FirstTalk],
        PolicyKey::Accompaniment => &[DutyKind::AccompanimentDecision],
        PolicyKey::VariantSwitch => &[DutyKind::VariantSwitchAnswer],
        PolicyKey::CrisisContact => &[DutyKind::CrisisContact],
        PolicyKey::HandoverAcceptance => &[DutyKind::HandoverAcceptance],
        PolicyKey::ExtensionAnswer => &[DutyKind::ExtensionAnswer],
        PolicyKey::PlanUpdate => &[DutyKind::PlanUpdate],
        PolicyKey::ContinuationReview => &[DutyKind::ContinuationReview],
        PolicyKey::RegularMaximum => &[DutyKind::RegularMaximum],
        PolicyKey::Aftercare => &[DutyKind::AftercareEnd],
        PolicyKey::ContinuousEmployment => &[DutyKind::ContinuousEmployment],
        PolicyKey::Escalation => ESCALATING,
        PolicyKey::AdmissionCriteria
        | PolicyKey::EligibilityRecheck
        | PolicyKey::TeamDecision
        | PolicyKey::CaseloadRatio
        | PolicyKey::Referral
        | PolicyKey::ProviderReport
        | PolicyKey::Reduction
        | PolicyKey::NoticeFiction
        | PolicyKey::Objection
        | PolicyKey::Mediation
        | PolicyKey::Retention
        | PolicyKey::AbsenceReport
        | PolicyKey::WorkOpportunity
        | PolicyKey::StatisticsDelivery
        | PolicyKey::Reopening
        | PolicyKey::StaffFigures
        | PolicyKey::LetterPosting => &[],
    }
}

/// The kinds of the duties that a version reaches when it begins; none for one that keeps open duties or whose key reaches none.
#[must_use]
pub const fn kinds_reached(version: &PolicyVersion) -> &'static [DutyKind] {
    match version.transition.open_duties {
        OpenDuties::Replan => kinds_reached_by(version.key),
        OpenDuties::Keep => &[],
    }
}

impl Episode {
    /// Takes the open duties over that a version decides about as of the day of the rules: those whose dates are others under it are void
    /// and begin anew, and of those that are overdue it is told which escalate on another day. Doing it again changes no date. Needs the
    /// duties of [`kinds_reached`] alone, settled ones too.
    ///
    /// # Errors
    /// [`NoRule`] when a date cannot be computed.
    pub fn replan(mut self, version: &PolicyVersion, rules: &Rules<'_>) -> Result<Replanned<Self>, NoRule> {
        let kinds = kinds_reached(version);
        let is_proposed = self.care().and_then(|care| care.proposed_extension()).is_some();
        let facts: Vec<_> = kinds.iter().filter_map(|kind| Some((*kind, self.fact_of(*kind)?))).collect();
        let duties = std::mem::take(&mut self.duties);
        let agreed = self.closing().and_then(|closing| closing.note.aftercare);
        let months = self.closing().and_then(|closing| closing.integration.as_ref()).into_iter();
        let months = months.flat_map(|integration| integration.months.iter().map(|month| month.slot)).collect();
        let mut plan = Plan::new(version, rules, self.name.clone(), duties)
            .extension_is_proposed(is_proposed)
            .aftercare_is_agreed(agreed)
            .months_are_asked_for(months);
        if version.key == PolicyKey::Escalation {
            plan.escalations(kinds)?;
        } else {
            for (kind, fact_on) in facts {
                plan.kind(kind, fact_on)?;
            }
        }
        Ok(plan.done(|duties| Self { duties, ..self }))
    }

    /// The day of the fact on which the open duties of a kind rest; nothing while there can be none, or where their day was set by people.
    fn fact_of(&self, kind: DutyKind) -> Option<Date> {
        match (kind, &self.facts.state) {
            (DutyKind::ProposalDecision, State::Proposed | State::InDiscussion(_)) => {
                Some(self.facts.proposal.proposed_on)
            }
            (DutyKind::FirstTalk | DutyKind::ContinuationReview | DutyKind::RegularMaximum, State::Active(active)) => {
                Some(active.admission.assigned_on)
            }
            // Each of these is a fact of its own, which its explanation names.
            (
                DutyKind::AccompanimentDecision
                | DutyKind::VariantSwitchAnswer
                | DutyKind::CrisisContact
                | DutyKind::HandoverAcceptance
                | DutyKind::ExtensionAnswer
                | DutyKind::PlanUpdate,
                _,
            ) => {
                let open = self.duties.of(kind).filter(|duty| duty.is_unsettled());
                open.filter_map(|duty| duty.deadline().explanation.fact_on).min()
            }
            (DutyKind::AftercareEnd, State::Aftercare { closing, .. }) => closing.note.aftercare?.rests_on(),
            (
                DutyKind::ContinuousEmployment,
                State::Closing { closing, .. } | State::Aftercare { closing, .. } | State::Closed { closing, .. },
            ) => Some(closing.integration.as_ref()?.integrated_on),
            _ => None,
        }
    }
}

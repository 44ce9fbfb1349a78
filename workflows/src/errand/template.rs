//! Which words tell of which step of a duty.

use lotse_kernel::{
    duty::{DutyKind, DutyStep, ProposalOutcome},
    notice::NoticeTemplate,
};

/// The template of the notice about a step; nothing for what no procedure tells of in this way.
#[must_use]
pub const fn template(kind: DutyKind, step: DutyStep) -> Option<NoticeTemplate> {
    let template = match (kind, step) {
        (DutyKind::ContinuationReview, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::ReviewOpened,
        (DutyKind::ContinuationReview, DutyStep::Escalate) => NoticeTemplate::ReviewOverdue,
        (DutyKind::ContinuationReview, DutyStep::Miss) => NoticeTemplate::ReviewMissed,
        (DutyKind::RegularMaximum, DutyStep::Open) => NoticeTemplate::LimitOpened,
        (DutyKind::RegularMaximum, DutyStep::Remind) => NoticeTemplate::LimitReminder,
        (DutyKind::RegularMaximum, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::LimitOverdue,
        (DutyKind::ExtensionEnd, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::ExtensionEndOpened,
        (DutyKind::ExtensionEnd, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::ExtensionEndOverdue,
        // A proposal is open from its first day; time opens it again when the votes on it differ.
        (DutyKind::ProposalDecision, DutyStep::Open) => NoticeTemplate::VotesDiffer,
        (DutyKind::ProposalDecision, DutyStep::Remind | DutyStep::Escalate | DutyStep::Miss) => {
            NoticeTemplate::ProposalUndecided
        }
        (DutyKind::FirstTalk, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::FirstTalkDue,
        (DutyKind::FirstTalk, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::FirstTalkOverdue,
        (DutyKind::VariantSwitchAnswer, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::VariantSwitchProposed,
        (DutyKind::VariantSwitchAnswer, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::VariantSwitchOverdue,
        (DutyKind::CrisisContact, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::CrisisContactDue,
        (DutyKind::CrisisContact, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::CrisisContactOverdue,
        (DutyKind::HandoverAcceptance, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::HandoverDue,
        (DutyKind::HandoverAcceptance, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::HandoverOverdue,
        (DutyKind::ExtensionAnswer, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::ExtensionProposed,
        (DutyKind::ExtensionAnswer, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::ExtensionAnswerOverdue,
        (DutyKind::PlanUpdate, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::PlanUpdateDue,
        (DutyKind::PlanUpdate, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::PlanUpdateOverdue,
        (DutyKind::GoalDue, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::GoalDue,
        (DutyKind::GoalDue, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::GoalOverdue,
        (DutyKind::AccompanimentDecision, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::AccompanimentUsedUp,
        (DutyKind::AccompanimentDecision, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::AccompanimentOverdue,
        (DutyKind::AftercareEnd, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::AftercareEnds,
        (DutyKind::AftercareEnd, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::AftercareOverdue,
        (DutyKind::AftercareContact, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::AftercareContactDue,
        (DutyKind::AftercareContact, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::AftercareContactOverdue,
        (DutyKind::ContinuousEmployment, DutyStep::Open | DutyStep::Remind) => NoticeTemplate::EmploymentStatusDue,
        (DutyKind::ContinuousEmployment, DutyStep::Escalate | DutyStep::Miss) => {
            NoticeTemplate::EmploymentStatusOverdue
        }
        (DutyKind::EligibilityRecheck | DutyKind::TeamDecision, DutyStep::Open | DutyStep::Remind) => {
            NoticeTemplate::WatchOpened
        }
        (DutyKind::EligibilityRecheck, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::RecheckOverdue,
        (DutyKind::TeamDecision, DutyStep::Escalate | DutyStep::Miss) => NoticeTemplate::TeamDecisionOverdue,
        // It lapses with the correction window and never escalates.
        (DutyKind::ReopeningAnswer, _) => NoticeTemplate::ReopeningProposed,
        (DutyKind::ProviderAnswer, DutyStep::Escalate) => NoticeTemplate::ProviderAnswerOverdue,
        (DutyKind::ProviderReport, DutyStep::Open) => NoticeTemplate::ProviderReportDue,
        (DutyKind::ProviderReport, DutyStep::Escalate) => NoticeTemplate::ProviderReportOverdue,
        (
            DutyKind::ProviderAnswer
            | DutyKind::ProviderReport
            | DutyKind::FirstAppointment
            | DutyKind::AbsenceReport
            | DutyKind::ConsentExpiry
            | DutyKind::AbsenceCoverEnd
            | DutyKind::LegalTrack
            | DutyKind::RetentionEnd
            | DutyKind::LetterPosting,
            _,
        ) => return None,
    };
    Some(template)
}

/// The template of the notice about what became of a proposal.
#[must_use]
pub const fn proposal_template(outcome: ProposalOutcome) -> NoticeTemplate {
    match outcome {
        ProposalOutcome::Admitted => NoticeTemplate::ProposalAdmitted,
        ProposalOutcome::Waitlisted => NoticeTemplate::ProposalWaitlisted,
        ProposalOutcome::Refused => NoticeTemplate::ProposalRefused,
        ProposalOutcome::NotYet => NoticeTemplate::ProposalNotYet,
        ProposalOutcome::ReferredBack => NoticeTemplate::ProposalReferredBack,
    }
}

/// The template of the notice about what became of a proposed extension.
#[must_use]
pub const fn extension_template(approved: bool) -> NoticeTemplate {
    if approved { NoticeTemplate::ExtensionApproved } else { NoticeTemplate::ExtensionDeclined }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_an_episode_and_of_the_watch_has_words() {
        for kind in [
            DutyKind::EligibilityRecheck,
            DutyKind::ContinuationReview,
            DutyKind::RegularMaximum,
            DutyKind::ExtensionEnd,
            DutyKind::ProposalDecision,
            DutyKind::FirstTalk,
            DutyKind::AccompanimentDecision,
            DutyKind::CrisisContact,
            DutyKind::HandoverAcceptance,
            DutyKind::ExtensionAnswer,
            DutyKind::PlanUpdate,
            DutyKind::GoalDue,
            DutyKind::VariantSwitchAnswer,
            DutyKind::AftercareEnd,
            DutyKind::AftercareContact,
            DutyKind::ContinuousEmployment,
            DutyKind::TeamDecision,
            DutyKind::ReopeningAnswer,
        ] {
            for step in DutyStep::ALL {
                assert!(template(kind, *step).is_some(), "{kind} {step}");
            }
        }
    }

    #[test]
    fn no_two_outcomes_of_a_proposal_have_the_same_words() {
        let words: std::collections::BTreeSet<_> =
            ProposalOutcome::ALL.iter().map(|outcome| proposal_template(*outcome).code()).collect();
        assert_eq!(words.len(), ProposalOutcome::ALL.len());
    }

    #[test]
    fn every_step_of_a_referral_has_words() {
        let steps = [
            (DutyKind::ProviderAnswer, DutyStep::Escalate),
            (DutyKind::ProviderReport, DutyStep::Open),
            (DutyKind::ProviderReport, DutyStep::Escalate),
        ];
        for (kind, step) in steps {
            assert!(template(kind, step).is_some(), "{kind} {step}");
        }
    }
}

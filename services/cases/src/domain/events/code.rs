//! The stable codes of what happens, as they are stored and read by clients.

use super::Event;

impl Event {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CaseRegistered {} => "CASE_REGISTERED",
            Self::ProfileRecorded { .. } => "PROFILE_RECORDED",
            Self::EligibilityRechecked { .. } => "ELIGIBILITY_RECHECKED",
            Self::WatchEnded { .. } => "WATCH_ENDED",
            Self::EpisodeProposed { .. } => "EPISODE_PROPOSED",
            Self::DiscussionScheduled { .. } => "DISCUSSION_SCHEDULED",
            Self::VoteCast { .. } => "VOTE_CAST",
            Self::VotesDiffered {} => "VOTES_DIFFERED",
            Self::DissentDecided { .. } => "DISSENT_DECIDED",
            Self::EpisodeAdmitted { .. } => "EPISODE_ADMITTED",
            Self::EpisodeWaitlisted { .. } => "EPISODE_WAITLISTED",
            Self::WaitingEnded { .. } => "WAITING_ENDED",
            Self::WaitingListLeft { .. } => "WAITING_LIST_LEFT",
            Self::EpisodeRefused { .. } => "EPISODE_REFUSED",
            Self::FirstTalkHeld { .. } => "FIRST_TALK_HELD",
            Self::EpisodeReferredBack {} => "EPISODE_REFERRED_BACK",
            Self::VariantSwitchProposed { .. } => "VARIANT_SWITCH_PROPOSED",
            Self::VariantSwitchAnswered { .. } => "VARIANT_SWITCH_ANSWERED",
            Self::AccompanyingDateHeld { .. } => "ACCOMPANYING_DATE_HELD",
            Self::FurtherDatesPlanned { .. } => "FURTHER_DATES_PLANNED",
            Self::SpecialisedCommissioned { .. } => "SPECIALISED_COMMISSIONED",
            Self::CommissionReturned { .. } => "COMMISSION_RETURNED",
            Self::CommissionEndedWithEpisode {} => "COMMISSION_ENDED_WITH_EPISODE",
            Self::CrisisRecorded { .. } => "CRISIS_RECORDED",
            Self::CrisisContactMade { .. } => "CRISIS_CONTACT_MADE",
            Self::AccompanimentDone { .. } => "ACCOMPANIMENT_DONE",
            Self::AllianceAgreed {} => "ALLIANCE_AGREED",
            Self::AssessmentCompleted { .. } => "ASSESSMENT_COMPLETED",
            Self::PlanActivated { .. } => "PLAN_ACTIVATED",
            Self::PlanRevised { .. } => "PLAN_REVISED",
            Self::GoalDetermined { .. } => "GOAL_DETERMINED",
            Self::DeviationRecorded { .. } => "DEVIATION_RECORDED",
            Self::PlanUpdatePassedOn { .. } => "PLAN_UPDATE_PASSED_ON",
            Self::PlanUpdated { .. } => "PLAN_UPDATED",
            Self::ReviewDecided { .. } => "REVIEW_DECIDED",
            Self::ReviewMissed { .. } => "REVIEW_MISSED",
            Self::ExtensionProposed { .. } => "EXTENSION_PROPOSED",
            Self::ExtensionApproved { .. } => "EXTENSION_APPROVED",
            Self::EpisodeEnded { .. } => "EPISODE_ENDED",
            Self::HandoverAccepted { .. } => "HANDOVER_ACCEPTED",
            Self::LifeChanged { .. } => "LIFE_CHANGED",
            Self::CaseManagerChanged { .. } => "CASE_MANAGER_CHANGED",
            Self::AftercareBegan { .. } => "AFTERCARE_BEGAN",
            Self::AftercareCompleted {} => "AFTERCARE_COMPLETED",
            Self::EpisodeEndedTechnically { .. } => "EPISODE_ENDED_TECHNICALLY",
            Self::EpisodeClosed {} => "EPISODE_CLOSED",
            Self::DutyOpened { .. } => "DUTY_OPENED",
            Self::DutyReminded { .. } => "DUTY_REMINDED",
            Self::DutyEscalated { .. } => "DUTY_ESCALATED",
            Self::DutyReplanned { .. } => "DUTY_REPLANNED",
        }
    }
}

//! On which law or requirement each happening rests, as the timeline cites it.

use super::{DutyReplanned, Event};
use crate::domain::{
    german,
    vocabulary::{AdmissionBasis, AftercareBasis, CaseManagerChangeReason, EndReason},
};

impl Event {
    /// The requirement or paragraph the act rests on.
    #[must_use]
    pub const fn legal_ground(&self) -> &'static str {
        match self {
            Self::CaseRegistered {} => "R10",
            Self::ProfileRecorded { .. } => "R54",
            Self::EligibilityRechecked { .. } | Self::WatchEnded { .. } => "R23",
            Self::TeamChanged { .. } | Self::TeamKept { .. } => "R125",
            Self::EpisodeProposed { .. } => "R15, R16",
            Self::DiscussionScheduled { .. }
            | Self::VoteCast { .. }
            | Self::VotesDiffered {}
            | Self::DissentDecided { .. } => "R17",
            Self::WaitingEnded { .. } => "R17, R168",
            Self::WaitingListLeft { .. } => "R22",
            Self::EpisodeAdmitted { basis, .. } | Self::EpisodeWaitlisted { basis } => match basis {
                AdmissionBasis::ComplexProfile => "R17, R19, R20",
                AdmissionBasis::ThreeSevereObstacles => "R17, R24",
                AdmissionBasis::Prophylaxis => "R17, R25",
                AdmissionBasis::Prospect => "R17, R18, R186",
            },
            Self::EpisodeRefused { deviates, .. } => {
                if *deviates {
                    "R21, R22"
                } else {
                    "R22"
                }
            }
            Self::FirstTalkHeld { .. } => "R28",
            Self::EpisodeReferredBack {} => "R29",
            Self::VariantSwitchProposed { .. } | Self::VariantSwitchAnswered { .. } => "R31, R126",
            Self::AccompanyingDateHeld { .. } | Self::FurtherDatesPlanned { .. } | Self::AccompanimentDone { .. } => {
                "R31, R33"
            }
            Self::SpecialisedCommissioned { .. } => "R30, R100, R136, R140",
            Self::CommissionReturned { .. } | Self::CommissionEndedWithEpisode {} => "R30, R100",
            Self::CrisisRecorded { .. } | Self::CrisisContactMade { .. } => "R122, R190",
            Self::PlacementProposed { .. } | Self::PlacementResulted { .. } => "R189",
            Self::AllianceAgreed {} => "R39, R40, R41",
            Self::AllianceTurned { .. } => "R40, R116",
            Self::AssessmentCompleted { .. } => "R48, R54",
            Self::PlanActivated { .. } => "R61, R66, R111, R188",
            Self::PlanRevised(_) => "R63, R111",
            Self::GoalDetermined { .. } => "R180",
            Self::StepDetermined { .. } => "R66, R181",
            Self::DeviationRecorded { .. } => "R68, R69, R111",
            Self::PlanUpdatePassedOn { .. } | Self::PlanUpdated { .. } => "R111",
            Self::ReviewDecided { .. } | Self::ReviewMissed { .. } => "R106, R107",
            Self::ExtensionProposed { .. }
            | Self::ExtensionApproved { .. }
            | Self::ExtensionDeclined { .. }
            | Self::ExtensionWithdrawn { .. } => "R108",
            Self::EpisodeEnded { reason } => match reason {
                EndReason::AccessConditionsCeased => "R112",
                EndReason::LastingIntegration => "R113",
                EndReason::NoImprovement => "R114",
                EndReason::CompetenceChanged => "R115",
                EndReason::AllianceNotViable => "R116",
                EndReason::NotEconomical => "R117, R118, R119",
            },
            Self::HandoverAccepted { .. } => "R126",
            Self::LifeChanged { .. } => "R53",
            Self::CaseManagerChanged { reason: CaseManagerChangeReason::Specialised, .. } => "R29, R126",
            Self::CaseManagerChanged { .. } => "R125, R126",
            Self::AftercareBegan { basis, .. } => match basis {
                AftercareBasis::JobStart => "R122, § 16g Abs. 2 SGB II",
                AftercareBasis::HolisticSupport => "R122, § 16k Abs. 3 SGB II",
                AftercareBasis::TrainingEnd => "R122, § 16k Abs. 2 SGB II",
                AftercareBasis::FundedJob | AftercareBasis::FollowOnJob => "R122, § 16e Abs. 4, § 16i Abs. 4 SGB II",
                AftercareBasis::SetDate => "R122",
            },
            Self::IntegrationKnown(_) | Self::EmploymentAnswered(_) => "R113, § 48a SGB II",
            Self::AftercareContactPlanned(_) | Self::AftercareContactRecorded(_) | Self::AftercareCompleted {} => {
                "R122"
            }
            Self::EpisodeEndedTechnically { .. } | Self::EpisodeClosed {} => "R127",
            Self::ReopeningProposed { .. }
            | Self::ReopeningAnswered { .. }
            | Self::ReopeningLapsed {}
            | Self::EpisodeReopened { .. } => "R120, R127",
            Self::DutyOpened { kind, .. }
            | Self::DutyReminded { kind, .. }
            | Self::DutyEscalated { kind, .. }
            | Self::WorkingDateSet { kind, .. }
            | Self::DutyReplanned(DutyReplanned { kind, .. }) => german::duty_ground(*kind),
        }
    }
}

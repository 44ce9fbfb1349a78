//! On what duties rest.

use lotse_kernel::duty::DutyKind;

/// The law or requirement a duty rests on.
pub(in crate::domain) const fn duty_ground(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::EligibilityRecheck => "R23",
        DutyKind::ContinuationReview => "R106, R107",
        DutyKind::RegularMaximum | DutyKind::ExtensionEnd | DutyKind::ExtensionAnswer => "R108",
        DutyKind::PlanUpdate => "R111",
        DutyKind::GoalDue => "R62",
        DutyKind::ProviderAnswer | DutyKind::FirstAppointment => "R97",
        DutyKind::ProviderReport => "R90",
        DutyKind::AbsenceReport => "§ 61 Abs. 2 SGB II",
        DutyKind::ConsentExpiry => "R135",
        DutyKind::AbsenceCoverEnd => "R124",
        DutyKind::AftercareEnd | DutyKind::AftercareContact => "R122",
        DutyKind::ContinuousEmployment => "§ 48a SGB II",
        DutyKind::LegalTrack => "R14",
        DutyKind::RetentionEnd => "§ 84 SGB X",
        DutyKind::ProposalDecision => "R17",
        DutyKind::FirstTalk => "R28",
        DutyKind::LetterPosting => "R127",
        DutyKind::AccompanimentDecision => "R31",
        DutyKind::VariantSwitchAnswer => "R31, R126",
        DutyKind::CrisisContact => "R122, R190",
        DutyKind::HandoverAcceptance => "R126, R115",
        DutyKind::TeamDecision => "R125",
        DutyKind::ReopeningAnswer => "R120, R127",
    }
}

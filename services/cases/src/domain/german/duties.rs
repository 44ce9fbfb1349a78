//! What duties are called, and on what they rest.

use lotse_kernel::duty::DutyKind;

/// The law or requirement a duty rests on.
pub(in crate::domain) const fn duty_ground(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::EligibilityRecheck => "R23",
        DutyKind::ContinuationReview => "R106, R107",
        DutyKind::RegularMaximum | DutyKind::ExtensionEnd => "R108",
        DutyKind::PlanUpdate => "R111",
        DutyKind::GoalDue => "R62",
        DutyKind::ProviderAnswer | DutyKind::FirstAppointment => "R97",
        DutyKind::ProviderReport => "R90",
        DutyKind::AbsenceReport => "§ 61 Abs. 2 SGB II",
        DutyKind::ConsentExpiry => "R135",
        DutyKind::AbsenceCoverEnd => "R124",
        DutyKind::AftercareEnd => "R122",
        DutyKind::ContinuousEmployment => "§ 48a SGB II",
        DutyKind::LegalTrack => "R14",
        DutyKind::RetentionEnd => "§ 84 SGB X",
        DutyKind::ProposalDecision => "R17",
        DutyKind::FirstTalk => "R28",
        DutyKind::LetterPosting => "R127",
        DutyKind::AccompanimentDecision => "R31",
        DutyKind::VariantSwitchAnswer => "R31, R126",
        DutyKind::CrisisContact => "R122, R190",
    }
}

/// What a duty is called.
pub(super) const fn duty(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::EligibilityRecheck => "Prüfung außerhalb bFM",
        DutyKind::ContinuationReview => "Überprüfung der Fortführung",
        DutyKind::RegularMaximum => "Entscheidung zur Höchstdauer",
        DutyKind::ExtensionEnd => "Entscheidung zum Ablauf der Verlängerung",
        DutyKind::PlanUpdate => "Aktualisierung des Plans",
        DutyKind::GoalDue => "Zielprüfung",
        DutyKind::ProviderAnswer => "Antwort des Trägers",
        DutyKind::FirstAppointment => "Ersttermin beim Träger",
        DutyKind::ProviderReport => "Zwischenbericht des Trägers",
        DutyKind::AbsenceReport => "Meldung der Fehlzeiten",
        DutyKind::ConsentExpiry => "Erneuerung der Einwilligung",
        DutyKind::AbsenceCoverEnd => "Ende der Vertretung",
        DutyKind::AftercareEnd => "Abschlussprüfung der Nachbetreuung",
        DutyKind::ContinuousEmployment => "Feststellung der Beschäftigung",
        DutyKind::LegalTrack => "Rechtsfrist",
        DutyKind::RetentionEnd => "Ende der Aufbewahrung",
        DutyKind::ProposalDecision => "Entscheidung über den Vorschlag",
        DutyKind::FirstTalk => "Erstgespräch",
        DutyKind::LetterPosting => "Versand des Schreibens",
        DutyKind::AccompanimentDecision => "Entscheidung zur begleitenden Betreuung",
        DutyKind::VariantSwitchAnswer => "Antwort zum Wechsel der Betreuungsvariante",
        DutyKind::CrisisContact => "Kontakt wegen Krise oder gefährdeten Arbeitsplatzes",
    }
}

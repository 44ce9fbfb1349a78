//! German words for codes of the contract, where the timeline shows them.

use lotse_platform::principal::Role;
use lotse_proto::common::DutyKind;

/// What a duty asks for.
pub(super) const fn duty(kind: DutyKind) -> &'static str {
    match kind {
        DutyKind::Unspecified => "Aufgabe",
        DutyKind::EligibilityRecheck => "Prüfung außerhalb des Fallmanagements",
        DutyKind::ContinuationReview => "Überprüfung der Fortführung",
        DutyKind::RegularMaximum => "Entscheidung zur Höchstdauer",
        DutyKind::ExtensionEnd => "Entscheidung zum Ende der Verlängerung",
        DutyKind::PlanUpdate => "Aktualisierung des Plans",
        DutyKind::GoalDue => "Zielprüfung",
        DutyKind::ProviderAnswer => "Antwort des Trägers",
        DutyKind::FirstAppointment => "Ersttermin beim Träger",
        DutyKind::ProviderReport => "Zwischenbericht des Trägers",
        DutyKind::AbsenceReport => "Meldung der Fehlzeiten",
        DutyKind::ConsentExpiry => "Erneuerung der Einwilligung",
        DutyKind::AbsenceCoverEnd => "Ende der Vertretung",
        DutyKind::AftercareEnd => "Ende der Nachbetreuung",
        DutyKind::ContinuousEmployment => "Feststellung der Beschäftigung",
        DutyKind::LegalTrack => "Rechtsfrist",
        DutyKind::RetentionEnd => "Ende der Aufbewahrung",
        DutyKind::ProposalDecision => "Entscheidung über den Vorschlag",
        DutyKind::FirstTalk => "Erstgespräch",
        DutyKind::LetterPosting => "Versand des Schreibens",
        DutyKind::VariantSwitchAnswer => "Antwort zum Wechsel der Betreuungsvariante",
        DutyKind::CrisisContact => "Kontakt wegen Krise oder gefährdeten Arbeitsplatzes",
        DutyKind::AccompanimentDecision => "Entscheidung zur begleitenden Betreuung",
    }
}

/// What somebody is.
pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Verwaltung",
        Role::CaseManager => "Fallmanagement",
        Role::PlacementOfficer => "Arbeitsvermittlung",
        Role::TeamLead => "Teamleitung",
        Role::BenefitsOfficer => "Leistungssachbearbeitung",
        Role::Controlling => "Controlling",
        Role::ProviderCoordinator => "Trägerkoordination",
        Role::PostRoom => "Poststelle",
    }
}

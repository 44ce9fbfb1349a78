//! German words for codes of the contract, where the timeline shows them.

use lotse_platform::principal::Role;

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

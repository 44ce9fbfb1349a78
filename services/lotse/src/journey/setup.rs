//! Before the first step: the jobcenter and its staff are registered through the public API, by an administrator.

use lotse_platform::principal::Role;
use serde_json::json;

use super::{
    file::{Journey, Person},
    play::Scene,
};

/// Registers everybody; gives the staff name of each person by key. Repeating it with the same file changes nothing.
///
/// # Errors
/// The first refusal.
pub(super) async fn register(scene: &mut Scene<'_>, journey: &Journey) -> Result<Vec<(String, String)>, String> {
    let jobcenter = &journey.jobcenter;
    let request = json!({
        "jobcenter_id": jobcenter.id,
        "jobcenter": {
            "display_name": jobcenter.display_name,
            "land": jobcenter.land,
            "municipality": jobcenter.municipality,
            "address_lines": jobcenter.address_lines,
        },
        "request_id": scene.request_id("setup/jobcenter"),
    });
    scene.administer("lotse.cases.v1.JobcenterService/RegisterJobcenter", &request).await?;
    let mut names = Vec::new();
    for (key, person) in &journey.people {
        let request = json!({
            "parent": format!("jobcenters/{}", jobcenter.id),
            "staff_member": staff_member(key, person),
            "request_id": scene.request_id(&format!("setup/staff/{key}")),
        });
        let answer = scene.administer("lotse.cases.v1.StaffService/RegisterStaffMember", &request).await?;
        let name = answer.get("name").and_then(serde_json::Value::as_str).unwrap_or_default();
        names.push((key.clone(), name.to_owned()));
    }
    Ok(names)
}

fn staff_member(key: &str, person: &Person) -> serde_json::Value {
    let functions: Vec<&str> = person.roles.iter().filter_map(|role| function(*role)).collect();
    json!({
        "subject": key,
        "display_name": person.display_name,
        "email": person.email,
        "phone": person.phone,
        "team": person.team,
        "functions": functions,
    })
}

/// The function of the staff table that goes with a role of the token.
const fn function(role: Role) -> Option<&'static str> {
    match role {
        Role::CaseManager => Some("STAFF_FUNCTION_CASE_MANAGER"),
        Role::PlacementOfficer => Some("STAFF_FUNCTION_PLACEMENT_OFFICER"),
        Role::TeamLead => Some("STAFF_FUNCTION_TEAM_LEAD"),
        Role::Administrator
        | Role::BenefitsOfficer
        | Role::Controlling
        | Role::ProviderCoordinator
        | Role::PostRoom => None,
    }
}

//! Before the first step: the jobcenter and its staff stand as the file tells them, by an administrator through the public API.
//!
//! What is there already, from `lotse dev` or from another story, stays when it is told the same. Staff that is told otherwise is
//! changed, as people change teams. A jobcenter that is told otherwise is refused: its cases live by its place.

use std::collections::BTreeMap;

use lotse_platform::principal::Role;
use serde_json::{Value, json};
use tonic::Code;

use super::{
    file::{Jobcenter, Journey, Person},
    play::Scene,
};

/// Furnishes the stage; gives the staff name of each person by key. Repeating it with the same file changes nothing.
///
/// # Errors
/// The first refusal, or how the jobcenter that is there differs.
pub(super) async fn furnish(scene: &Scene<'_>, journey: &Journey) -> Result<Vec<(String, String)>, String> {
    let parent = format!("jobcenters/{}", journey.jobcenter.id);
    let mut known = if found_or_registered(scene, &parent, &journey.jobcenter).await? {
        staff_of(scene, &parent).await?
    } else {
        BTreeMap::new()
    };
    let mut names = Vec::new();
    for (key, person) in &journey.people {
        let wanted = staff_member(key, person);
        let member = match known.remove(key) {
            None => register(scene, &parent, key, &wanted).await?,
            Some(found) if differing(&wanted, &found).is_empty() => found,
            Some(found) => update(scene, key, &wanted, &found).await?,
        };
        names.push((key.clone(), text(&member, "name").to_owned()));
    }
    Ok(names)
}

/// Whether the jobcenter was there; registers it when it was not.
async fn found_or_registered(scene: &Scene<'_>, name: &str, jobcenter: &Jobcenter) -> Result<bool, String> {
    const READ: &str = "lotse.cases.v1.JobcenterService/GetJobcenter";
    const REGISTER: &str = "lotse.cases.v1.JobcenterService/RegisterJobcenter";
    let wanted = json!({
        "display_name": jobcenter.display_name,
        "land": jobcenter.land,
        "municipality": jobcenter.municipality,
        "address_lines": jobcenter.address_lines,
    });
    match scene.administer(READ, &json!({ "name": name })).await {
        Ok(found) => match differing(&wanted, &found).as_slice() {
            [] => Ok(true),
            differing => Err(format!(
                "{name} is there already with another {}: give the jobcenter of the story an id of its own",
                differing.join(", ")
            )),
        },
        Err(refusal) if refusal.code == Code::NotFound => {
            let request = json!({
                "jobcenter_id": jobcenter.id,
                "jobcenter": wanted,
                "request_id": scene.request_id("setup/jobcenter"),
            });
            match scene.administer(REGISTER, &request).await {
                Ok(_) => Ok(false),
                // Another story has registered it meanwhile, as this one tells it or otherwise.
                Err(refusal) if refusal.code == Code::AlreadyExists => {
                    Box::pin(found_or_registered(scene, name, jobcenter)).await
                }
                Err(refusal) => Err(format!("{REGISTER}: {refusal}")),
            }
        }
        Err(refusal) => Err(format!("{READ}: {refusal}")),
    }
}

/// The staff of a jobcenter by subject.
async fn staff_of(scene: &Scene<'_>, parent: &str) -> Result<BTreeMap<String, Value>, String> {
    const LIST: &str = "lotse.cases.v1.StaffService/ListStaffMembers";
    let (mut staff, mut token) = (BTreeMap::new(), String::new());
    loop {
        let request = json!({ "parent": parent, "page_size": 200, "page_token": token });
        let page = call(scene, LIST, &request).await?;
        let members = page.get("staff_members").and_then(Value::as_array).into_iter().flatten();
        staff.extend(members.map(|member| (text(member, "subject").to_owned(), member.clone())));
        text(&page, "next_page_token").clone_into(&mut token);
        if token.is_empty() {
            return Ok(staff);
        }
    }
}

async fn register(scene: &Scene<'_>, parent: &str, key: &str, wanted: &Value) -> Result<Value, String> {
    let request = json!({
        "parent": parent,
        "staff_member": wanted,
        "request_id": scene.request_id(&format!("setup/staff/{key}")),
    });
    call(scene, "lotse.cases.v1.StaffService/RegisterStaffMember", &request).await
}

async fn update(scene: &Scene<'_>, key: &str, wanted: &Value, found: &Value) -> Result<Value, String> {
    let etag = text(found, "etag");
    let request = json!({
        "name": text(found, "name"),
        "staff_member": wanted,
        "etag": etag,
        // The same change may be due again after another story has undone it.
        "request_id": scene.request_id(&format!("setup/staff/{key}/{etag}")),
    });
    call(scene, "lotse.cases.v1.StaffService/UpdateStaffMember", &request).await
}

async fn call(scene: &Scene<'_>, method: &str, request: &Value) -> Result<Value, String> {
    scene.administer(method, request).await.map_err(|refusal| format!("{method}: {refusal}"))
}

/// The fields of `wanted` that `found` has otherwise.
fn differing<'a>(wanted: &'a Value, found: &Value) -> Vec<&'a str> {
    let fields = wanted.as_object().into_iter().flatten();
    fields.filter(|(key, value)| found.get(*key) != Some(value)).map(|(key, _)| key.as_str()).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn staff_member(key: &str, person: &Person) -> Value {
    let functions: Vec<&str> = person.roles.iter().filter_map(|role| function(*role)).collect();
    json!({
        "subject": key,
        "display_name": person.display_name,
        "email": person.email,
        "phone": person.phone,
        "team": person.team,
        "functions": functions,
        "full_time_percent": person.full_time_percent,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_told_is_compared() {
        let wanted = json!({ "land": "NW", "municipality": "" });
        assert_eq!(differing(&wanted, &json!({ "land": "NW", "municipality": "", "etag": "1" })), [""; 0]);
        assert_eq!(differing(&wanted, &json!({ "land": "BY", "municipality": "" })), ["land"]);
        assert_eq!(differing(&wanted, &json!({ "land": "NW" })), ["municipality"]);
    }
}

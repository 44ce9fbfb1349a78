//! The dated profile with its needs, to and from the contract.

use jiff::civil::Date;
use lotse_platform::fields::{Fields, contract_date};
use lotse_proto::cases as contract;

use crate::{
    convert::parse_code,
    convert_episode::number,
    domain::{
        records::{NeedForAction, Profile},
        vocabulary::ObstacleHolder,
    },
};

/// Most needs of a profile.
const MOST_NEEDS: usize = 20;

/// A profile as clients see it.
#[must_use]
pub fn profile(stored: &Profile) -> contract::Profile {
    contract::Profile {
        r#type: number!(contract::ProfileType, "PROFILE_TYPE_", stored.profile_type),
        established_date: Some(contract_date(stored.established_on)),
        needs: stored.needs.iter().map(need).collect(),
    }
}

fn need(stored: &NeedForAction) -> contract::NeedForAction {
    contract::NeedForAction {
        key_group: number!(contract::KeyGroup, "KEY_GROUP_", stored.key_group),
        obstacle: number!(contract::PlacementObstacle, "PLACEMENT_OBSTACLE_", stored.obstacle),
        severity: stored.severity,
        text: stored.text.clone(),
        holder: number!(contract::ObstacleHolder, "OBSTACLE_HOLDER_", stored.holder),
        priority: stored.priority.unwrap_or_default(),
    }
}

/// Reads a profile (R54); its day is not in the future.
pub fn parse_profile(
    fields: &mut Fields,
    path: &str,
    profile: Option<&contract::Profile>,
    today: Date,
) -> Option<Profile> {
    let profile = fields.required(path, profile)?;
    let name = contract::ProfileType::as_str_name;
    let profile_type = parse_code(fields, &format!("{path}.type"), profile.r#type, "PROFILE_TYPE_", name);
    let established_on = fields.date(&format!("{path}.established_date"), profile.established_date.as_ref());
    if established_on > today {
        fields.violation(format!("{path}.established_date"), "must not be in the future");
    }
    fields.at_most(&format!("{path}.needs"), profile.needs.len(), MOST_NEEDS);
    let mut needs = Vec::new();
    for (i, need) in profile.needs.iter().enumerate() {
        needs.push(parse_need(fields, &format!("{path}.needs[{i}]"), need));
    }
    let needs = needs.into_iter().collect::<Option<Vec<_>>>()?;
    // Of a list that is too long no answer could hold all contradictions.
    if needs.len() <= MOST_NEEDS {
        for fault in NeedForAction::faults(&needs, &format!("{path}.needs")) {
            fields.violation(fault.field, fault.rule);
        }
    }
    Some(Profile { profile_type: profile_type?, established_on, needs })
}

fn parse_need(fields: &mut Fields, path: &str, need: &contract::NeedForAction) -> Option<NeedForAction> {
    let name = contract::KeyGroup::as_str_name;
    let key_group = parse_code(fields, &format!("{path}.key_group"), need.key_group, "KEY_GROUP_", name);
    let name = contract::PlacementObstacle::as_str_name;
    let obstacle = parse_code(fields, &format!("{path}.obstacle"), need.obstacle, "PLACEMENT_OBSTACLE_", name);
    let holder = if need.holder == i32::from(contract::ObstacleHolder::Unspecified) {
        Some(ObstacleHolder::Person)
    } else {
        let name = contract::ObstacleHolder::as_str_name;
        parse_code(fields, &format!("{path}.holder"), need.holder, "OBSTACLE_HOLDER_", name)
    };
    let text = fields.text(&format!("{path}.text"), &need.text, 0..=500);
    let severity = fields.number(&format!("{path}.severity"), need.severity, 1..=3);
    let turns = 0..=20;
    let priority = fields.number(&format!("{path}.priority"), need.priority, turns.clone());
    if !turns.contains(&priority) {
        // It says nothing about the order of the others.
        return None;
    }
    let priority = (priority != 0).then_some(priority);
    Some(NeedForAction { key_group: key_group?, obstacle: obstacle?, holder: holder?, text, severity, priority })
}

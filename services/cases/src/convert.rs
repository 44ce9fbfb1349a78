//! Resource ↔ contract: stored records become messages, enum values become codes and back.

use std::{ops::RangeInclusive, str::FromStr};

use lotse_kernel::{
    duty::DutyStep,
    names::{JobcenterName, StaffName},
};
use lotse_platform::{
    convert::timestamp,
    etag,
    failure::{Failure, broken_constraint},
    fields::{Fields, contract_date},
};
use lotse_proto::{cases as contract, common};

use crate::{
    convert_profile,
    domain::{
        records::{self, Support},
        vocabulary::SupportVariant,
    },
    store::{cases, events, jobcenters, staff},
};

/// The stored code of an enum value: its contract name without the enum's prefix.
#[must_use]
pub fn code(name: &'static str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_owned()
}

/// A jobcenter as clients see it.
#[must_use]
pub fn jobcenter(stored: jobcenters::Jobcenter) -> contract::Jobcenter {
    contract::Jobcenter {
        name: stored.name.to_string(),
        etag: etag::of(stored.version),
        display_name: stored.display_name,
        land: stored.place.land().to_string(),
        municipality: stored.place.municipality().map(|key| key.to_string()).unwrap_or_default(),
        address_lines: stored.address_lines,
        create_time: Some(timestamp(stored.created_at)),
        youth_teams: stored.youth_teams.into_iter().map(youth_team).collect(),
    }
}

fn youth_team(records::YouthTeam { team, following_team }: records::YouthTeam) -> contract::YouthTeam {
    contract::YouthTeam { team, following_team }
}

/// Prefix of the functions' contract names.
const FUNCTION: &str = "STAFF_FUNCTION_";

/// The code of a function.
#[must_use]
pub fn function_code(function: contract::StaffFunction) -> String {
    code(function.as_str_name(), FUNCTION)
}

/// A staff member as clients see it.
#[must_use]
pub fn staff_member(stored: staff::StaffMember) -> contract::StaffMember {
    contract::StaffMember {
        name: stored.name.to_string(),
        etag: etag::of(stored.version),
        subject: stored.subject,
        display_name: stored.display_name,
        email: stored.email,
        phone: stored.phone,
        team: stored.team,
        functions: stored
            .functions
            .iter()
            .filter_map(|code| contract::StaffFunction::from_str_name(&format!("{FUNCTION}{code}")))
            .map(i32::from)
            .collect(),
        full_time_percent: stored.full_time_percent,
    }
}

/// A full post, in percent of itself.
const FULL_TIME: i32 = 100;

/// Most characters of the subject of a token.
pub const SUBJECT_CHARACTERS: usize = 200;

/// Most functions a request names for one person.
const MOST_FUNCTIONS: usize = 10;

/// Reads the changeable facts of a staff member.
pub fn parse_staff_member(fields: &mut Fields, name: StaffName, member: &contract::StaffMember) -> staff::StaffMember {
    let email = fields.email("staff_member.email", &member.email);
    fields.at_most("staff_member.functions", member.functions.len(), MOST_FUNCTIONS);
    let functions: Vec<contract::StaffFunction> = member
        .functions
        .iter()
        .enumerate()
        .map(|(i, function)| fields.choice(&format!("staff_member.functions[{i}]"), *function))
        .collect();
    let team = if member.team.is_empty() { String::new() } else { fields.slug("staff_member.team", &member.team, 40) };
    staff::StaffMember {
        name,
        version: 1,
        subject: fields.line("staff_member.subject", &member.subject, 1..=SUBJECT_CHARACTERS),
        display_name: fields.line("staff_member.display_name", &member.display_name, 1..=200),
        email,
        phone: fields.line("staff_member.phone", &member.phone, 0..=40),
        team,
        functions: functions.into_iter().map(function_code).collect(),
        full_time_percent: match fields.number(
            "staff_member.full_time_percent",
            member.full_time_percent,
            0..=FULL_TIME,
        ) {
            0 => FULL_TIME,
            percent => percent,
        },
    }
}

/// A case as clients see it.
#[must_use]
pub fn case(stored: cases::Case) -> contract::Case {
    contract::Case {
        name: stored.name.to_string(),
        etag: etag::of(stored.version),
        person: Some(contract::Person {
            given_name: stored.person.given_name,
            family_name: stored.person.family_name,
            birth_date: Some(contract_date(stored.person.born_on)),
            customer_number: stored.person.customer_number,
            address_lines: stored.person.address_lines,
        }),
        benefit_unit_number: stored.benefit_unit_number,
        team: stored.team,
        placement_officer: stored.placement_officer.to_string(),
        case_manager: stored.case_manager.map_or_else(String::new, |name| name.to_string()),
        profile: Some(convert_profile::profile(&stored.profile)),
        current_episode: stored.current_episode.map_or_else(String::new, |name| name.to_string()),
        create_time: Some(timestamp(stored.created_at)),
        contact_changes: stored.contact_changes,
        team_decisions: stored.team_decisions.into_iter().map(team_decision).collect(),
    }
}

fn team_decision(decision: records::TeamDecision) -> contract::TeamDecision {
    contract::TeamDecision {
        former_team: decision.former_team,
        team: decision.team,
        reason: decision.reason,
        decision_date: Some(contract_date(decision.decided_on)),
        decider: decision.decided_by.to_string(),
    }
}

/// Reads a value of a contract enum into the domain's own; `name` gives the contract's word of the value, `prefix` is cut off.
pub fn parse_code<E, D: FromStr>(
    fields: &mut Fields,
    field: &str,
    value: i32,
    prefix: &str,
    name: fn(&E) -> &'static str,
) -> Option<D>
where
    E: TryFrom<i32> + Default + PartialEq,
{
    let known: E = fields.choice(field, value);
    name(&known).strip_prefix(prefix).and_then(|code| code.parse().ok())
}

/// How many dates of accompanying care are planned at once.
pub const PLANNED_DATES: RangeInclusive<i32> = 1..=12;

/// Reads a support variant with its planned dates; `path` stands before the names of both fields.
pub fn parse_support(fields: &mut Fields, path: &str, variant: i32, planned_dates: i32) -> Option<Support> {
    let name = contract::SupportVariant::as_str_name;
    let variant = parse_code(fields, &format!("{path}support_variant"), variant, "SUPPORT_VARIANT_", name)?;
    let field = format!("{path}planned_dates");
    Some(match variant {
        SupportVariant::Full => {
            if planned_dates != 0 {
                fields.violation(&field, "must be unset for full support");
            }
            Support::Full
        }
        SupportVariant::Accompanying => {
            Support::Accompanying { planned_dates: fields.number(&field, planned_dates, PLANNED_DATES) }
        }
    })
}

/// Reads the step of a duty that a procedure asks for, with its round, counted from 1.
pub fn asked_step(fields: &mut Fields, step: i32, round: i32) -> Option<(DutyStep, i32)> {
    let step = parse_code(fields, "step", step, "DUTY_STEP_", common::DutyStep::as_str_name);
    let round = fields.number("round", round, 1..=i32::MAX);
    step.map(|step| (step, round))
}

/// Reads the name of a staff member of the same jobcenter.
pub fn parse_staff_name(fields: &mut Fields, field: &str, value: &str, jobcenter: &JobcenterName) -> Option<StaffName> {
    let name: StaffName = fields.name(field, value)?;
    if name.jobcenter_name() == jobcenter {
        return Some(name);
    }
    fields.violation(field, "must be a staff member of this jobcenter");
    None
}

/// Whether the store was refused by that constraint.
#[must_use]
pub fn broke(failure: &Failure, constraint: &str) -> bool {
    matches!(failure, Failure::Database(error) if broken_constraint(error) == Some(constraint))
}

/// An entry of the timeline as clients see it.
#[must_use]
pub fn case_event(stored: events::Entry) -> contract::CaseEvent {
    contract::CaseEvent {
        name: stored.name.to_string(),
        date: Some(contract_date(stored.happened_on)),
        code: stored.event.code().to_owned(),
        text: stored.event.text_de(),
        actor: stored.actor,
        legal_ground: stored.event.legal_ground().to_owned(),
        subject: stored.subject,
    }
}

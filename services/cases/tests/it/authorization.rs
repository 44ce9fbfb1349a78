//! The matrix of roles and RPCs, printed from the policies themselves; it changes only on purpose.

use std::{collections::BTreeSet, fmt::Write, path::Path};

use lotse_cases::access::policies;
use lotse_platform::{
    authorization::{Person, Policies, Resource},
    principal::{Principal, PrincipalKind, Role},
};

use crate::wire::{self, PUBLIC};

const HOME: &str = "musterstadt";

/// How a caller stands to a case, and the letter of the matrix.
const TO_A_CASE: [(char, &str, &str); 4] = [
    ('m', "manager", "elsewhere"),
    ('p', "placement", "elsewhere"),
    ('t', "somebody", "ue25"),
    ('s', "somebody", "u25"),
];

/// The jobcenter of the caller's token for things of a jobcenter: the own one, all of the cell, a foreign one.
const TO_A_JOBCENTER: [(char, Option<&str>); 3] = [('j', Some(HOME)), ('c', None), ('f', Some("nachbarstadt"))];

fn principal(role: Role, jobcenter: Option<&str>) -> Principal {
    Principal {
        subject: "somebody".to_owned(),
        kind: PrincipalKind::Person,
        jobcenter: jobcenter.map(str::to_owned),
        roles: BTreeSet::from([role]),
    }
}

fn person(staff_member: &str, team: &str) -> Person {
    Person { staff_member: staff_member.to_owned(), team: team.to_owned() }
}

fn resource(kind: &'static str, facts: &[(&'static str, &str)]) -> Resource {
    let facts = facts.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    Resource { kind, name: "thing".to_owned(), facts }
}

fn jobcenter() -> Resource {
    resource("Jobcenter", &[("jobcenter", HOME)])
}

fn case() -> Resource {
    let facts =
        [("jobcenter", HOME), ("team", "ue25"), ("placement_officer", "placement"), ("case_manager", "manager")];
    resource("Case", &facts)
}

/// The relations in which a role may do an RPC.
fn cell(policies: &Policies, rpc: &str, role: Role) -> String {
    let may = |jobcenter: Option<&str>, person: &Person, thing: &Resource| {
        policies.permits(rpc, &principal(role, jobcenter), person, thing)
    };
    let about_jobcenter = may(Some(HOME), &Person::default(), &jobcenter()).is_ok();
    let relations: String = if about_jobcenter {
        let may = |home| may(home, &person("somebody", "ue25"), &jobcenter()).expect("a decision");
        TO_A_JOBCENTER.iter().filter(|(_, home)| may(*home)).map(|(letter, _)| *letter).collect()
    } else {
        let may = |staff: &str, team: &str| may(Some(HOME), &person(staff, team), &case()).expect("a decision");
        TO_A_CASE.iter().filter(|(_, staff, team)| may(staff, team)).map(|(letter, ..)| *letter).collect()
    };
    if relations.is_empty() { "-".to_owned() } else { relations }
}

fn matrix() -> String {
    let policies = policies().expect("sound policies");
    let mut text = "\
        Who may call which RPC of the public API, as the policies decide it.\n\
        About a jobcenter: j with a token of the same jobcenter, c with one for the whole cell, f with one of another jobcenter; the\n\
        unit of work refuses f before the policies are asked. About a case: m its case manager, p its placement officer, t somebody\n\
        of its team, s a stranger of the same jobcenter.\n\n"
        .to_owned();
    write!(text, "{:<40}", "RPC").expect("a line");
    for role in Role::ALL {
        write!(text, " {:>20}", role.as_str()).expect("a cell");
    }
    text.push('\n');
    for service in PUBLIC {
        for rpc in wire::rpcs(service) {
            write!(text, "{:<40}", format!("{service}.{}", rpc.name())).expect("a line");
            for role in Role::ALL {
                write!(text, " {:>20}", cell(&policies, rpc.name(), role)).expect("a cell");
            }
            text.push('\n');
        }
    }
    text
}

#[expect(clippy::disallowed_methods, reason = "the one switch of golden files is an environment variable")]
fn update_golden() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1")
}

#[test]
fn the_matrix_is_the_one_that_was_agreed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policy/authorization.golden.txt");
    let found = matrix();
    if update_golden() {
        std::fs::write(&path, &found).expect("the golden file is written");
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, agreed, "the policies changed; UPDATE_GOLDEN=1 rewrites the matrix");
}

#[test]
fn nobody_reaches_into_another_jobcenter() {
    let policies = policies().expect("sound policies");
    for rpc in PUBLIC.iter().flat_map(|service| wire::rpcs(service)) {
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Administrator) {
            for (_, staff, team) in TO_A_CASE {
                let (caller, person) = (principal(role, Some("nachbarstadt")), person(staff, team));
                let mut answers = [case(), jobcenter()]
                    .into_iter()
                    .filter_map(|thing| policies.permits(rpc.name(), &caller, &person, &thing).ok());
                assert_eq!(answers.next(), Some(false), "{} by {role}", rpc.name());
            }
        }
    }
}

#[test]
fn people_have_no_act_of_the_process_api() {
    let policies = policies().expect("sound policies");
    for service in ["EpisodeProcessService", "CaseAccessService", "StaffDirectoryService"] {
        for rpc in wire::rpcs(service) {
            for role in Role::ALL {
                assert_eq!(cell(&policies, rpc.name(), role), "-", "{} by {role}", rpc.name());
            }
        }
    }
}

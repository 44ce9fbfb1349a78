//! The golden matrix: which role may do which RPC in which situation, printed from the policies themselves.

use std::{collections::BTreeSet, fmt::Write, path::Path};

use lotse_platform::{
    authorization::{Person, Policies, Resource},
    principal::{Principal, PrincipalKind, Role},
};
use prost_reflect::MethodDescriptor;

use super::{ABROAD, Ground, HOME, wire};

/// How a caller stands to a thing.
#[derive(Debug, Clone)]
pub struct Situation {
    /// The letter of the matrix.
    pub letter: char,
    /// What the letter means, within a sentence.
    pub meaning: &'static str,
    /// The jobcenter of the caller's token; none for the whole cell.
    pub home: Option<&'static str>,
    /// The caller's staff record.
    pub person: Person,
    /// The thing.
    pub thing: Resource,
}

impl Situation {
    /// A situation of a caller of [`HOME`] without a staff record.
    #[must_use]
    pub fn new(letter: char, meaning: &'static str, thing: Resource) -> Self {
        Self { letter, meaning, home: Some(HOME), person: Person::default(), thing }
    }

    /// The caller's staff member and team.
    #[must_use]
    pub fn as_person(mut self, staff_member: &str, team: &str) -> Self {
        self.person = Person { staff_member: staff_member.to_owned(), team: team.to_owned() };
        self
    }

    /// The jobcenter of the caller's token.
    #[must_use]
    pub fn from(mut self, home: Option<&'static str>) -> Self {
        self.home = home;
        self
    }
}

/// How callers stand to a thing of the jobcenter.
#[must_use]
pub fn to_a_jobcenter() -> Vec<Situation> {
    let thing = thing("Jobcenter", &[("jobcenter", HOME)]);
    vec![
        Situation::new('j', "a thing of the jobcenter, with a token of the same jobcenter", thing.clone()),
        Situation::new('c', "the same, with a token for the whole cell", thing.clone()).from(None),
        Situation::new(
            'f',
            "the same, with a token of another jobcenter: the unit of work refuses before it asks",
            thing,
        )
        .from(Some(ABROAD)),
    ]
}

/// How callers stand to a case.
#[must_use]
pub fn to_a_case() -> Vec<Situation> {
    let facts = [
        ("jobcenter", HOME),
        ("team", "ue25"),
        ("placement_officer", "placement"),
        ("case_manager", "manager"),
        ("older_manager", "older"),
    ];
    let case = |letter, meaning| Situation::new(letter, meaning, thing("Case", &facts));
    vec![
        case('m', "a case, by its case manager").as_person("manager", "elsewhere"),
        case('p', "a case, by its placement officer").as_person("placement", "elsewhere"),
        case('t', "a case, by somebody of its team").as_person("somebody", "ue25"),
        case('s', "a case, by a stranger of the same jobcenter").as_person("stranger", "u25"),
        case('n', "a case, by somebody without a staff record"),
        case('o', "a case, by the case manager of an older episode in aftercare").as_person("older", "elsewhere"),
    ]
}

/// A thing as policies see it.
#[must_use]
pub fn thing(kind: &'static str, facts: &[(&'static str, &str)]) -> Resource {
    let facts = facts.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    Resource { kind, name: "thing".to_owned(), facts }
}

/// The columns: people by role, and machines.
fn callers() -> Vec<(&'static str, PrincipalKind, Option<Role>)> {
    let people = Role::ALL.into_iter().map(|role| (role.as_str(), PrincipalKind::Person, Some(role)));
    let machines = [PrincipalKind::Service, PrincipalKind::Workflow].map(|kind| (kind.as_str(), kind, None));
    people.chain(machines).collect()
}

/// Whether the policies permit it; `None` when the action is not one on such a thing.
fn may(
    policies: &Policies,
    rpc: &MethodDescriptor,
    (_, kind, role): (&str, PrincipalKind, Option<Role>),
    situation: &Situation,
) -> Option<bool> {
    let principal = Principal {
        subject: "somebody".to_owned(),
        kind,
        jobcenter: situation.home.map(str::to_owned),
        roles: role.into_iter().collect::<BTreeSet<_>>(),
    };
    policies.permits(rpc.name(), &principal, &situation.person, &situation.thing).ok()
}

/// Holds that the policies give the matrix of `policy/authorization.golden.txt` below `folder`; `UPDATE_GOLDEN=1` rewrites it.
///
/// # Panics
/// When they do not, or when an RPC of the contract is no action of the policies.
pub fn is_the_one_that_was_agreed<G: Ground>(policies: &Policies, folder: &str, situations: &[Situation]) {
    let path = Path::new(folder).join("policy/authorization.golden.txt");
    let found = print(policies, G::PACKAGE, situations);
    if update_golden() {
        std::fs::write(&path, &found).expect("the golden file is written");
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == agreed, "the policies changed; UPDATE_GOLDEN=1 rewrites the matrix, which is now\n{found}");
}

#[expect(clippy::disallowed_methods, reason = "the one switch of golden files is an environment variable")]
fn update_golden() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1")
}

fn print(policies: &Policies, package: &str, situations: &[Situation]) -> String {
    let mut text = format!("Who may call which RPC of {package}, as the policies decide it.\n\n");
    for situation in situations {
        let _ = writeln!(text, "{}  {}", situation.letter, situation.meaning);
    }
    text.push('\n');
    let rpcs = wire::rpcs(package);
    let width = rpcs.iter().map(|rpc| wire::name(rpc).len()).max().unwrap_or_default();
    let mut line = |name: &str, cells: Vec<String>| {
        let mut row = format!("{name:<width$}");
        for (cell, (caller, ..)) in cells.iter().zip(callers()) {
            let _ = write!(row, "  {cell:>wide$}", wide = caller.len());
        }
        text.push_str(&row);
        text.push('\n');
    };
    line("RPC", callers().into_iter().map(|(caller, ..)| caller.to_owned()).collect());
    for rpc in &rpcs {
        let fits = situations.iter().any(|situation| may(policies, rpc, callers()[0], situation).is_some());
        assert!(fits, "{} is no action of the policies in any situation", wire::name(rpc));
        let cell = |caller| {
            let letters = situations.iter().filter(|situation| may(policies, rpc, caller, situation) == Some(true));
            let letters: String = letters.map(|situation| situation.letter).collect();
            if letters.is_empty() { "-".to_owned() } else { letters }
        };
        line(&wire::name(rpc), callers().into_iter().map(cell).collect());
    }
    text
}

/// Holds that people have no act of the process API and machines none of the public one.
///
/// # Panics
/// When one has.
pub fn people_and_machines_are_apart<G: Ground>(policies: &Policies, situations: &[Situation]) {
    for rpc in wire::rpcs(G::PACKAGE) {
        let for_machines = wire::is_process::<G>(&rpc);
        for caller in callers().into_iter().filter(|(_, kind, _)| (*kind == PrincipalKind::Person) == for_machines) {
            for situation in situations {
                let allowed = may(policies, &rpc, caller, situation).unwrap_or(false);
                assert!(!allowed, "{} by {} ({})", wire::name(&rpc), caller.0, situation.meaning);
            }
        }
    }
}

/// Holds that nobody reaches into another jobcenter, whoever they are there. Administrators of the whole cell are none of anybody's
/// jobcenter, so that the unit of work refuses those who have one; things of the whole cell are nobody's.
///
/// # Panics
/// When somebody does.
pub fn nobody_reaches_into_another_jobcenter<G: Ground>(policies: &Policies, situations: &[Situation]) {
    let people = callers()
        .into_iter()
        .filter(|(_, kind, role)| *kind == PrincipalKind::Person && *role != Some(Role::Administrator));
    for caller in people {
        for situation in situations.iter().filter(|situation| situation.thing.kind != "Cell") {
            let abroad = situation.clone().from(Some(ABROAD));
            for rpc in wire::rpcs(G::PACKAGE) {
                let allowed = may(policies, &rpc, caller, &abroad).unwrap_or(false);
                assert!(!allowed, "{} by {} ({})", wire::name(&rpc), caller.0, situation.meaning);
            }
        }
    }
}

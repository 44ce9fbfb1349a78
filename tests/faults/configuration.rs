//! Every role of the real executable, wrongly configured: it ends at once and tells all faults with their way out, and no value.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::{Command, Stdio},
};

use serde_json::Value;

/// What is started, and the name under which it lists its variables.
const ROLES: [(&[&str], &str); 8] = [
    (&["serve", "cases"], "cases"),
    (&["serve", "providers"], "providers"),
    (&["serve", "documents"], "documents"),
    (&["serve", "notifications"], "notifications"),
    (&["work"], "work"),
    (&["migrate"], "migrate"),
    (&["outbox", "list", "cases"], "cases"),
    (&["reconcile", "cases"], "cases"),
];

/// How a fault tells its reader what to do.
const WAYS_OUT: [&str; 5] = ["expected ", "did you mean ", "remove it", "is missing beside ", "has no effect without "];

/// A value nobody may repeat, of no form that any variable but a text or a path has.
const SECRET: &str = "kanarienvogel:geheim@";

fn lotse(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lotse"));
    command.args(arguments).env_clear();
    command
}

/// The faults a command ends with, by variable.
fn faults(arguments: &[&str], variables: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let output = lotse(arguments).envs(variables).output().expect("the executable");
    let told = String::from_utf8(output.stderr).expect("a text");
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
    assert!(output.stdout.is_empty(), "{arguments:?} goes on and says something");
    assert!(!told.contains("kanarienvogel:geheim"), "{arguments:?} repeats a value: {told}");
    let mut lines = told.lines();
    let head = lines.next().unwrap_or_default();
    let faults: BTreeMap<String, String> = lines
        .filter_map(|line| line.trim().split_once(": "))
        .map(|(key, problem)| (key.to_owned(), problem.to_owned()))
        .collect();
    assert_eq!(faults.len(), told.lines().count() - 1, "{arguments:?}: {told}");
    assert_eq!(head, format!("lotse: the configuration has {} fault(s):", faults.len()), "{arguments:?}");
    for (key, problem) in &faults {
        assert!(WAYS_OUT.iter().any(|way_out| problem.contains(way_out)), "{arguments:?}: {key}: {problem}");
    }
    faults
}

/// The variables of a role, as it lists them: whether each is required.
fn variables(role: &str) -> BTreeMap<String, bool> {
    let output = lotse(&["variables", role, "--json"]).output().expect("the executable");
    let listed: Vec<Value> = serde_json::from_slice(&output.stdout).expect("JSON");
    let named = |key: &Value| (key["name"].as_str().expect("a name").to_owned(), key["required"] == true);
    listed.iter().map(named).collect()
}

fn names(faults: &BTreeMap<String, String>) -> BTreeSet<&str> {
    faults.keys().map(String::as_str).collect()
}

pub fn every_role_names_all_that_is_missing() {
    for (arguments, role) in ROLES {
        let known = variables(role);
        let required: BTreeSet<&str> =
            known.iter().filter(|(_, required)| **required).map(|(name, _)| name.as_str()).collect();
        assert!(!required.is_empty(), "{role} needs something");
        let faults = faults(arguments, &BTreeMap::new());
        assert_eq!(names(&faults), required, "{arguments:?}");
        assert!(faults.values().all(|problem| problem.starts_with("is missing, expected ")), "{faults:?}");
    }
}

pub fn every_role_names_all_that_is_malformed_and_unknown() {
    for (arguments, role) in ROLES {
        let known = variables(role);
        // Nothing that a role reads may be empty.
        let mut given: BTreeMap<String, String> = known.keys().map(|name| (name.clone(), String::new())).collect();
        given.insert("LOTSE_KANARIENVOGEL".to_owned(), SECRET.to_owned());
        let empty = faults(arguments, &given);
        assert_eq!(names(&empty), given.keys().map(String::as_str).collect(), "{arguments:?}");
        assert_eq!(empty["LOTSE_KANARIENVOGEL"], "is not a variable of this role; remove it");

        // What is wrong may be a secret in the wrong place.
        for value in given.values_mut() {
            SECRET.clone_into(value);
        }
        let secret = faults(arguments, &given);
        let urls = known.keys().filter(|name| name.ends_with("_URL") || name.starts_with("LOTSE_LISTEN"));
        for name in urls {
            assert!(secret.contains_key(name), "{arguments:?} takes a secret for {name}: {secret:?}");
        }
    }
}

pub fn every_role_names_what_was_probably_meant() {
    for (arguments, role) in ROLES {
        for (name, _) in variables(role).into_iter().filter(|(_, required)| *required) {
            let (head, last) = name.split_at(name.len() - 1);
            let given = BTreeMap::from([(format!("{head}X{last}"), SECRET.to_owned())]);
            let faults = faults(arguments, &given);
            let meant = format!("is not a variable of this role; did you mean {name}?");
            assert_eq!(faults.get(&format!("{head}X{last}")), Some(&meant), "{arguments:?}: {faults:?}");
            assert!(faults.contains_key(&name), "{arguments:?}: {faults:?}");
        }
    }
}

/// `lotse variables documents | head -1`: whoever has read enough closes the pipe, and that is no failure.
pub fn a_reader_may_have_read_enough() {
    let mut command = lotse(&["variables", "documents"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the executable");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an end");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
}

//! `lotse doctor` on machines that lack things, or have them too old: what is said, with the way out, and the exit code.

use std::{os::unix::fs::PermissionsExt as _, path::PathBuf, process::Command};

use serde_json::Value;

/// A machine as the command sees it: only what was put there is there.
struct Machine {
    base: PathBuf,
}

impl Machine {
    fn bare(name: &str) -> Self {
        let base = std::env::temp_dir().join(format!("lotse-machine-{name}-{}", std::process::id()));
        std::fs::remove_dir_all(&base).ok();
        for folder in ["bin", "postgres", "home"] {
            std::fs::create_dir_all(base.join(folder)).expect("a folder");
        }
        Self { base }
    }

    /// Puts a program there that says its version.
    fn with(self, program: &str, says: &str) -> Self {
        let path = self.base.join(program);
        std::fs::write(&path, format!("#!/bin/sh\necho '{says}'\n")).expect("a program");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("a right");
        self
    }

    fn with_postgres(self, version: &str) -> Self {
        self.with("postgres/initdb", "initdb").with("postgres/postgres", &format!("postgres (PostgreSQL) {version}"))
    }

    /// A link to something of this machine, as packages put it on the path.
    fn with_link(self, link: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(self.base.join(target), self.base.join(link)).expect("a link");
        self
    }

    /// What the doctor says where nothing but this machine can be found: whether all is well, as text, and as JSON.
    fn looked_at(&self, more: &[(&str, &str)]) -> (bool, String, Value) {
        self.looked_at_by(&[&[("LOTSE_POSTGRES_BIN", "postgres"), ("LOTSE_GO", "bin/go")], more].concat())
    }

    /// The same by PATH, its home and these variables; PostgreSQL and Go are looked for in the usual folders of the real machine too.
    fn looked_at_by(&self, named: &[(&str, &str)]) -> (bool, String, Value) {
        let ask = |options: &[&str]| {
            let at = |folder: &str| self.base.join(folder);
            let mut command = Command::new(env!("CARGO_BIN_EXE_lotse"));
            command.arg("doctor").args(options).env_clear().env("PATH", at("bin")).env("HOME", at("home"));
            command.envs(named.iter().map(|(key, file)| (key, at(file)))).output().expect("the executable")
        };
        let (told, json) = (ask(&[]), ask(&["--json"]));
        assert_eq!(told.status.code(), json.status.code());
        let report: Value = serde_json::from_slice(&json.stdout).expect("JSON");
        let well = told.status.code() == Some(0);
        assert_eq!((told.status.code(), report["ready"].as_bool()), (Some(i32::from(!well)), Some(well)));
        (well, String::from_utf8(told.stdout).expect("a text"), report)
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.base).ok();
    }
}

/// The advice about something that is missing.
fn advice<'a>(report: &'a Value, name: &str) -> &'a str {
    let mut findings = report["findings"].as_array().expect("findings").iter();
    let finding = findings.find(|finding| finding["name"] == name).expect("a finding");
    assert_eq!(finding["path"], Value::Null, "{name} is not missing: {finding}");
    finding["advice"].as_str().expect("an advice")
}

pub fn a_bare_machine_hears_what_to_install() {
    let machine = Machine::bare("bare");
    let (well, text, report) = machine.looked_at(&[]);
    assert!(!well, "{text}");
    for (name, command) in [
        ("PostgreSQL", "`sudo apt-get install postgresql`"),
        ("Temporal server", "`curl -L https://go.dev/dl/go"),
        ("Go", "`curl -L https://go.dev/dl/go"),
        ("setpriv", "`sudo apt-get install util-linux`"),
    ] {
        let advice = advice(&report, name);
        assert!(advice.contains(command) && !advice.contains('\n'), "{name}: {advice}");
        let line = text.lines().find(|line| line.starts_with(&format!("missing  {name:<16}")));
        assert!(line.is_some_and(|line| line.contains(advice)), "{name}: {text}");
    }
    assert!(text.ends_with("a stack cannot start here\n"), "{text}");
}

pub fn what_is_too_old_is_told_with_its_version() {
    let machine = Machine::bare("old")
        .with_postgres("13.4 (Debian 13.4-1)")
        .with("bin/temporal", "temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)")
        .with("bin/go", "go version go1.19.8 linux/amd64")
        .with("bin/setpriv", "setpriv from util-linux 2.38.1");
    let (well, text, report) = machine.looked_at(&[]);
    assert!(!well, "{text}");
    for (name, found) in [
        ("PostgreSQL", "PostgreSQL 15 or later was not found (only 13.4 in "),
        ("Temporal server", "no Temporal server 1.32 or later was found (only 1.25.0 in "),
        ("Temporal server", "no Go 1.21 or later to build one (only 1.19.8 in "),
        ("Go", "Go 1.21 or later was not found (only 1.19.8 in "),
    ] {
        assert!(advice(&report, name).contains(found), "{name}: {text}");
    }
    assert!(text.lines().any(|line| line.starts_with("ok       setpriv         2.38.1")), "{text}");
}

pub fn a_named_server_that_is_too_old_is_told() {
    let machine = Machine::bare("named")
        .with_postgres("16.3")
        .with("old-temporal", "temporal version 1.30.1")
        .with("bin/setpriv", "setpriv from util-linux 2.40");
    let (well, text, report) = machine.looked_at(&[("LOTSE_TEMPORAL_SERVER", "old-temporal")]);
    assert!(!well, "{text}");
    let advice = advice(&report, "Temporal server");
    assert!(advice.starts_with("LOTSE_TEMPORAL_SERVER names "), "{advice}");
    assert!(
        advice.ends_with("which is temporal version 1.30.1; a Temporal server 1.32 or later is needed"),
        "{advice}"
    );
}

pub fn a_machine_that_can_build_its_server_is_ready() {
    let machine = Machine::bare("builder")
        .with_postgres("15.14")
        .with("bin/temporal-server", "temporal version 1.29.0")
        .with("bin/go", "go version go1.21.0 linux/amd64")
        .with("bin/setpriv", "setpriv from util-linux 2.40");
    let (well, text, report) = machine.looked_at(&[]);
    assert!(well, "{text}");
    let advice = advice(&report, "Temporal server");
    assert!(
        advice.contains("(only 1.29.0 in ") && advice.contains("will be built with Go at the first start"),
        "{text}"
    );
}

pub fn a_machine_that_has_everything_needs_no_go() {
    let machine = Machine::bare("whole")
        .with_postgres("17.2")
        .with("bin/temporal-server", "temporal version 1.32.2")
        .with("bin/setpriv", "setpriv from util-linux 2.40");
    let (well, text, report) = machine.looked_at(&[]);
    assert!(well, "{text}");
    assert_eq!(advice(&report, "Go"), "not needed, a Temporal server is there");
    assert!(text.ends_with("a stack can start here\n"), "{text}");
}

/// PATH goes before the usual folders: its versions are such as no machine has. A link alone may stand there; the other programs
/// of PostgreSQL stand beside its target.
pub fn programs_are_found_by_the_path() {
    let machine = Machine::bare("path")
        .with_postgres("98.7")
        .with_link("bin/postgres", "postgres/postgres")
        .with("bin/temporal-server", "temporal version 98.6.5")
        .with("bin/temporal", "temporal version 1.9.1 (Server 99.1.0, UI 2.54.1)")
        .with("bin/go", "go version go98.4 linux/amd64")
        .with("bin/setpriv", "setpriv from util-linux 98.3");
    let (well, text, report) = machine.looked_at_by(&[]);
    assert!(well, "{text}");
    let real = machine.base.canonicalize().expect("a folder");
    for (name, version, path) in [
        ("PostgreSQL", "98.7", real.join("postgres")),
        ("Temporal server", "98.6.5", machine.base.join("bin/temporal-server")),
        ("Go", "98.4", machine.base.join("bin/go")),
        ("setpriv", "98.3", machine.base.join("bin/setpriv")),
    ] {
        let mut findings = report["findings"].as_array().expect("findings").iter();
        let finding = findings.find(|finding| finding["name"] == name).expect("a finding");
        let found = (finding["version"].as_str(), finding["path"].as_str());
        assert_eq!(found, (Some(version), path.to_str()), "{name}: {text}");
        let line = format!("ok       {name:<16}{version:<12}{}", path.display());
        assert!(text.lines().any(|told| told == line), "not `{line}`: {text}");
    }
}

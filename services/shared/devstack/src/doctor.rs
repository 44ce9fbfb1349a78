//! What this machine has of what a stack needs, and how to get what it lacks.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::error::DevStackError;
use crate::locate::{GoBinary, PostgresBinaries, ServerUser, TEMPORAL_VERSION, TemporalBinary, find_on_path, run};
use crate::temporal_build::missing;

/// One thing a stack needs.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Its name for people.
    pub name: &'static str,
    /// Where it is, if it was found.
    pub path: Option<PathBuf>,
    /// Its version, if it says one.
    pub version: Option<String>,
    /// Whether a stack cannot start without it.
    pub required: bool,
    /// One sentence on what to do, or what will happen, when it is missing.
    pub advice: Option<String>,
}

impl Finding {
    fn found(name: &'static str, path: PathBuf, version: Option<String>, required: bool) -> Self {
        Self { name, path: Some(path), version, required, advice: None }
    }

    fn missing(name: &'static str, required: bool, advice: impl Into<String>) -> Self {
        Self { name, path: None, version: None, required, advice: Some(advice.into()) }
    }

    /// Whether it is there.
    #[must_use]
    pub const fn is_found(&self) -> bool {
        self.path.is_some()
    }
}

/// All findings of one look at the machine.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Whether a stack can start here.
    pub ready: bool,
    /// PostgreSQL, Temporal, Go and setpriv, in this order.
    pub findings: Vec<Finding>,
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let mark = match (finding.is_found(), finding.required) {
                (true, _) => "ok",
                (false, true) => "missing",
                (false, false) => "absent",
            };
            write!(formatter, "{mark:<9}{:<16}", finding.name)?;
            if let Some(version) = &finding.version {
                write!(formatter, "{version:<12}")?;
            }
            if let Some(path) = &finding.path {
                write!(formatter, "{}", path.display())?;
            }
            if let Some(advice) = &finding.advice {
                write!(formatter, "{advice}")?;
            }
            writeln!(formatter)?;
        }
        let verdict = if self.ready { "a stack can start here" } else { "a stack cannot start here" };
        write!(formatter, "{verdict}")
    }
}

/// Looks for PostgreSQL, Temporal, Go and setpriv, without starting or building anything.
#[must_use]
pub fn report() -> Report {
    let go = GoBinary::find();
    let temporal = temporal(&go);
    let go = go_beside(&temporal, go);
    let findings = vec![postgres(), temporal, go, setpriv()];
    Report { ready: findings.iter().all(|finding| finding.is_found() || !finding.required), findings }
}

fn go_beside(temporal: &Finding, go: Result<GoBinary, String>) -> Finding {
    const NAME: &str = "Go";
    match go {
        Ok(found) => Finding::found(NAME, found.path, Some(found.version), false),
        Err(_) if temporal.is_found() => Finding::missing(NAME, false, "not needed, a Temporal server is there"),
        Err(seen) => {
            let command = GoBinary::installed_by();
            Finding::missing(NAME, true, format!("Go 1.21 or later was not found{seen}; install it with `{command}`"))
        }
    }
}

fn postgres() -> Finding {
    const NAME: &str = "PostgreSQL";
    match (PostgresBinaries::find(), ServerUser::needed()) {
        (Ok(found), Ok(_)) => Finding::found(NAME, found.bin, Some(found.version), true),
        (Err(error), _) | (_, Err(error)) => Finding::missing(NAME, true, error.to_string()),
    }
}

fn temporal(go: &Result<GoBinary, String>) -> Finding {
    const NAME: &str = "Temporal server";
    match (TemporalBinary::find(), go) {
        (Ok(Some(found)), _) => Finding::found(NAME, found.path, Some(found.version), true),
        (Ok(None), Ok(_)) => {
            let seen = TemporalBinary::too_old();
            let advice = format!(
                "no 1.32 or later was found{seen}; {TEMPORAL_VERSION} will be built with Go at the first start, about 5 minutes on two cores"
            );
            Finding::missing(NAME, false, advice)
        }
        (Ok(None), Err(seen)) => Finding::missing(NAME, true, missing(seen.clone()).to_string()),
        (Err(error), _) => Finding::missing(NAME, true, error.to_string()),
    }
}

fn setpriv() -> Finding {
    const NAME: &str = "setpriv";
    match find_on_path("setpriv") {
        Some(path) => {
            // "setpriv from util-linux 2.38.1"
            let version = run(&path, &["--version"]).and_then(|text| text.split_whitespace().last().map(str::to_owned));
            Finding::found(NAME, path, version, true)
        }
        None => Finding::missing(NAME, true, DevStackError::SetprivMissing.to_string()),
    }
}

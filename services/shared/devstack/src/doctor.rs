//! What this machine has of what a stack needs, and how to get what it lacks.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::error::DevStackError;
use crate::locate::{PostgresBinaries, ServerUser, TEMPORAL_VERSION, TemporalBinary, find_on_path, run};

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
    /// PostgreSQL, Temporal, Go and setpriv, in this order.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether a stack can start here.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.findings.iter().all(|finding| finding.is_found() || !finding.required)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            let mark = if finding.is_found() { "ok     " } else { "missing" };
            write!(formatter, "{mark}  {:<16}", finding.name)?;
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
        Ok(())
    }
}

/// Looks for PostgreSQL, Temporal, Go and setpriv, without starting or building anything.
#[must_use]
pub fn report() -> Report {
    let go = find_on_path("go");
    let temporal = temporal(go.is_some());
    let go_needed = !temporal.is_found();
    let go = match go {
        Some(path) => {
            // "go version go1.26.3 linux/amd64"
            let version = run(&path, &["version"])
                .and_then(|text| text.split_whitespace().nth(2).map(|word| word.trim_start_matches("go").to_owned()));
            Finding::found("Go", path, version, false)
        }
        None if go_needed => Finding::missing("Go", true, "install it with `sudo apt-get install golang-go`"),
        None => Finding::missing("Go", false, "not needed, a Temporal server is there"),
    };
    Report { findings: vec![postgres(), temporal, go, setpriv()] }
}

fn postgres() -> Finding {
    const NAME: &str = "PostgreSQL";
    match (PostgresBinaries::find(), ServerUser::needed()) {
        (Ok(found), Ok(_)) => Finding::found(NAME, found.bin, Some(found.version), true),
        (Err(error), _) | (_, Err(error)) => Finding::missing(NAME, true, error.to_string()),
    }
}

fn temporal(go: bool) -> Finding {
    const NAME: &str = "Temporal server";
    match TemporalBinary::find() {
        Ok(Some(found)) => Finding::found(NAME, found.path, Some(found.version), true),
        Ok(None) if go => {
            let advice =
                format!("{TEMPORAL_VERSION} will be built with Go at the first start, about 5 minutes on two cores");
            Finding::missing(NAME, false, advice)
        }
        Ok(None) => Finding::missing(NAME, true, DevStackError::TemporalMissing.to_string()),
        Err(error) => Finding::missing(NAME, true, error.to_string()),
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

//! Builds the Temporal server with Go, once per user and version.

use std::fs;
use std::io::{BufRead, BufReader, IsTerminal};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::cache;
use crate::error::{DevStackError, Doing};
use crate::locate::{GO_TOOLCHAIN, GoBinary, TEMPORAL_VERSION, TemporalBinary};

/// Builds the server into the user's cache; a second caller waits for the first and takes its result.
pub(crate) fn build() -> Result<TemporalBinary, DevStackError> {
    let go = GoBinary::find().map_err(missing)?;
    let target = cache::temporal_server()?;
    let _lock = cache::lock("temporal-server")?;
    if let Some(built) = TemporalBinary::at(&target) {
        return Ok(built);
    }
    let folder = target.parent().unwrap_or(&target);
    let workshop = cache::workshop(folder);
    fs::create_dir_all(&workshop).doing(|| format!("making {}", workshop.display()))?;
    let outcome = install(&go.path, &workshop);
    if outcome.is_ok() {
        fs::remove_dir_all(folder).ok();
        fs::rename(&workshop, folder).doing(|| format!("making {}", folder.display()))?;
    } else {
        fs::remove_dir_all(&workshop).ok();
    }
    outcome?;
    TemporalBinary::at(&target).ok_or_else(|| failed("it does not start".to_owned()))
}

/// There is no server, and no Go to build one; `go` says what was found of it instead.
pub(crate) fn missing(go: String) -> DevStackError {
    DevStackError::TemporalMissing { seen: TemporalBinary::too_old(), go, command: GoBinary::installed_by() }
}

fn failed(detail: String) -> DevStackError {
    let command = format!("GOTOOLCHAIN={GO_TOOLCHAIN} go install {}", package());
    DevStackError::TemporalBuild { command, detail }
}

fn package() -> String {
    format!("go.temporal.io/server/cmd/server@v{TEMPORAL_VERSION}")
}

fn install(go: &Path, into: &Path) -> Result<(), DevStackError> {
    let mut child = Command::new(go)
        .args(["install", "-v", &package()])
        .env("GOTOOLCHAIN", GO_TOOLCHAIN)
        .env("GOBIN", into)
        .env_remove("GOFLAGS")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .doing(|| "starting go".to_owned())?;
    let mut progress = Progress::begin();
    let mut last = Vec::new();
    if let Some(lines) = child.stderr.take() {
        // With -v Go names each package as it compiles it, which is all the progress it knows.
        for line in BufReader::new(lines).lines().map_while(Result::ok) {
            progress.line(&line);
            last.push(line);
            if last.len() > 5 {
                last.remove(0);
            }
        }
    }
    let status = child.wait().doing(|| "waiting for go".to_owned())?;
    progress.end(status.success());
    if status.success() { Ok(()) } else { Err(failed(last.join(" | "))) }
}

/// A spinner on a terminal, a line every half minute elsewhere.
struct Progress {
    bar: Option<ProgressBar>,
    began: Instant,
    said: Instant,
    packages: u32,
}

impl Progress {
    fn begin() -> Self {
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{spinner} {elapsed} building the Temporal server (once): {msg}");
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(120));
            if let Ok(style) = style { bar.with_style(style) } else { bar }
        });
        let progress = Self { bar, began: now, said: now, packages: 0 };
        progress.say("building the Temporal server, once, about 5 minutes on two cores");
        progress
    }

    fn line(&mut self, line: &str) {
        self.packages += u32::from(!line.starts_with("go: "));
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{} packages, {line}", self.packages));
        } else if self.said.elapsed() > Duration::from_secs(30) {
            self.said = Instant::now();
            self.say(&format!("still building, {} s, {} packages", self.began.elapsed().as_secs(), self.packages));
        }
    }

    fn end(&self, success: bool) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let outcome = if success { "is built" } else { "could not be built" };
        self.say(&format!("the Temporal server {outcome}, {} s", self.began.elapsed().as_secs()));
    }

    /// One line to standard error, unless the spinner speaks.
    fn say(&self, words: &str) {
        if self.bar.is_none() {
            eprintln!("lotse: {words}");
        }
    }
}

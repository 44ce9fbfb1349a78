//! Finds the programs a stack needs, and says their versions.

use std::ffi::{OsStr, OsString};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::DevStackError;

/// The oldest PostgreSQL that Lotse runs on.
pub(crate) const MIN_POSTGRES_MAJOR: u32 = 15;
/// The oldest Temporal server that can skip time, as (major, minor).
pub(crate) const MIN_TEMPORAL: (u32, u32) = (1, 32);
/// The Temporal server that is built when none is found.
pub(crate) const TEMPORAL_VERSION: &str = "1.32.2";
/// The oldest Go that can build it, as (major, minor): earlier ones cannot fetch the toolchain it needs.
pub(crate) const MIN_GO: (u32, u32) = (1, 21);
/// The toolchain the server is built with; Go fetches it by itself.
pub(crate) const GO_TOOLCHAIN: &str = "go1.26.10";

/// Reads a variable of the environment; a development stack has no configuration file of its own.
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The first executable file called `name` on PATH.
pub(crate) fn find_on_path(name: &str) -> Option<PathBuf> {
    find_in(&environment("PATH")?, name)
}

fn find_in(folders: &OsStr, name: &str) -> Option<PathBuf> {
    std::env::split_paths(folders).map(|folder| folder.join(name)).find(|path| is_executable(path))
}

/// Whether it is a file that somebody may run. A file without that right is passed over, as a shell passes it over.
pub(crate) fn is_executable(path: &Path) -> bool {
    path.metadata().is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

/// The user under which PostgreSQL runs when the caller is root.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ServerUser {
    /// Numeric user id.
    pub(crate) uid: u32,
    /// Numeric group id.
    pub(crate) gid: u32,
}

impl ServerUser {
    /// `None` when the caller is not root and may run PostgreSQL itself.
    pub(crate) fn needed() -> Result<Option<Self>, DevStackError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let of = |name: &str| {
            accounts.lines().find_map(|line| {
                let fields: Vec<&str> = line.split(':').collect();
                match fields.as_slice() {
                    [user, _, uid, gid, ..] if *user == name => {
                        Some(Self { uid: uid.parse().ok()?, gid: gid.parse().ok()? })
                    }
                    _ => None,
                }
            })
        };
        of("postgres").or_else(|| of("nobody")).map(Some).ok_or(DevStackError::NoServerUser)
    }
}

/// PostgreSQL's server programs.
#[derive(Debug, Clone)]
pub(crate) struct PostgresBinaries {
    /// The folder with `initdb` and `postgres`.
    pub(crate) bin: PathBuf,
    /// The full version, such as `15.14`.
    pub(crate) version: String,
}

impl PostgresBinaries {
    /// Looks at `LOTSE_POSTGRES_BIN`, PATH and the folders of Debian's packages, newest first.
    pub(crate) fn find() -> Result<Self, DevStackError> {
        let mut seen = Vec::new();
        for bin in postgres_folders() {
            let Some(version) = postgres_version(&bin) else { continue };
            let major = version.split('.').next().and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
            if major >= MIN_POSTGRES_MAJOR {
                return Ok(Self { bin, version });
            }
            seen.push(format!("{version} in {}", bin.display()));
        }
        Err(DevStackError::PostgresMissing { seen: only(&seen) })
    }
}

/// What was found and is too old, in brackets; empty when nothing was.
fn only(seen: &[String]) -> String {
    if seen.is_empty() { String::new() } else { format!(" (only {})", seen.join(", ")) }
}

fn postgres_folders() -> Vec<PathBuf> {
    if let Some(folder) = environment("LOTSE_POSTGRES_BIN") {
        return vec![PathBuf::from(folder)];
    }
    let mut folders = Vec::new();
    // PATH often holds a link alone; the other programs stand beside its target.
    if let Some(target) = find_on_path("postgres").and_then(|path| path.canonicalize().ok()) {
        folders.extend(target.parent().map(Path::to_owned));
    }
    let mut packaged: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    packaged.sort();
    folders.extend(packaged.into_iter().rev().map(|(_, folder)| folder));
    folders
}

fn postgres_version(bin: &Path) -> Option<String> {
    if !is_executable(&bin.join("initdb")) {
        return None;
    }
    // "postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"
    let output = run(&bin.join("postgres"), &["--version"])?;
    output.split_whitespace().nth(2).map(|version| version.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned())
}

/// Which program provides the Temporal server: they are started differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TemporalFlavour {
    /// The server itself, configured by its environment.
    Server,
    /// The `temporal` command line, whose `server start-dev` contains one.
    CommandLine,
}

/// A Temporal server fit for time travel.
#[derive(Debug, Clone)]
pub(crate) struct TemporalBinary {
    /// The program.
    pub(crate) path: PathBuf,
    /// How it is started.
    pub(crate) flavour: TemporalFlavour,
    /// The version of the server in it, such as `1.32.2`.
    pub(crate) version: String,
}

impl TemporalBinary {
    /// Looks at `LOTSE_TEMPORAL_SERVER`, PATH and the user's cache; `Ok(None)` means that one has to be built.
    pub(crate) fn find() -> Result<Option<Self>, DevStackError> {
        if let Some(path) = environment("LOTSE_TEMPORAL_SERVER").map(PathBuf::from) {
            let words = || run(&path, &["--version"]).and_then(|text| text.lines().next().map(str::to_owned));
            let found = || words().unwrap_or_else(|| "not a program that says its version".to_owned());
            return Self::at(&path)
                .map(Some)
                .ok_or_else(|| DevStackError::TemporalUnfit { found: found(), path: path.clone() });
        }
        Ok(candidates().find_map(|path| Self::at(&path)))
    }

    /// The servers that were found and are too old, in brackets; empty when there are none.
    pub(crate) fn too_old() -> String {
        let versions = candidates().filter_map(|path| Some((version_at(&path)?.1, path)));
        let seen: Vec<String> = versions.map(|(version, path)| format!("{version} in {}", path.display())).collect();
        only(&seen)
    }

    /// The server at `path`, if it is one and new enough.
    pub(crate) fn at(path: &Path) -> Option<Self> {
        let (flavour, version) = version_at(path)?;
        (minor(&version)? >= MIN_TEMPORAL).then(|| Self { path: path.to_owned(), flavour, version })
    }
}

/// Where a server may be when no variable names one.
fn candidates() -> impl Iterator<Item = PathBuf> {
    let on_path = ["temporal-server", "temporal"].into_iter().filter_map(find_on_path);
    on_path.chain(crate::cache::temporal_server().ok())
}

fn version_at(path: &Path) -> Option<(TemporalFlavour, String)> {
    temporal_version(&run(path, &["--version"])?)
}

/// The first two numbers of a version.
fn minor(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    Some((parts.next()?, parts.next()?))
}

/// A Go that can build the Temporal server.
#[derive(Debug, Clone)]
pub(crate) struct GoBinary {
    /// The program.
    pub(crate) path: PathBuf,
    /// Its version, such as `1.26.3`.
    pub(crate) version: String,
}

impl GoBinary {
    /// Looks at `LOTSE_GO`, PATH and the folder of Go's own archive; when there is none new enough, what was found instead, in
    /// brackets or empty.
    pub(crate) fn find() -> Result<Self, String> {
        let candidates = match environment("LOTSE_GO").map(PathBuf::from) {
            Some(named) => vec![named],
            None => find_on_path("go").into_iter().chain([PathBuf::from("/usr/local/go/bin/go")]).collect(),
        };
        let mut seen = Vec::new();
        for path in candidates {
            // "go version go1.26.3 linux/amd64"
            let Some(words) = run(&path, &["version"]) else { continue };
            let version = words.split_whitespace().nth(2).unwrap_or_default().trim_start_matches("go").to_owned();
            if minor(&version).is_some_and(|found| found >= MIN_GO) {
                return Ok(Self { path, version });
            }
            seen.push(format!("{version} in {}", path.display()));
        }
        Err(only(&seen))
    }

    /// The command that installs one.
    pub(crate) fn installed_by() -> String {
        let machine = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        format!("curl -L https://go.dev/dl/{GO_TOOLCHAIN}.linux-{machine}.tar.gz | sudo tar -xz -C /usr/local")
    }
}

/// Reads `temporal version 1.32.2` (server) or `temporal version 1.9.1 (Server 1.32.2, UI 2.54.1)` (command line).
fn temporal_version(output: &str) -> Option<(TemporalFlavour, String)> {
    let (flavour, rest) = match output.split_once("(Server ") {
        Some((_, rest)) => (TemporalFlavour::CommandLine, rest),
        None => (TemporalFlavour::Server, output.split_once("temporal version ")?.1),
    };
    let version: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    Some((flavour, version))
}

/// The output of a short command, if it succeeded.
pub(crate) fn run(program: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_nobody_may_run_is_passed_over() {
        let base = std::env::temp_dir().join(format!("lotse-locate-{}", std::process::id()));
        let (first, second) = (base.join("first"), base.join("second"));
        for (folder, mode) in [(&first, 0o644), (&second, 0o755)] {
            std::fs::create_dir_all(folder).unwrap();
            std::fs::write(folder.join("go"), "#!/bin/sh\n").unwrap();
            std::fs::set_permissions(folder.join("go"), std::fs::Permissions::from_mode(mode)).unwrap();
        }
        // A folder of that name is searchable, which is the same right, and is no program either.
        std::fs::create_dir_all(first.join("postgres")).unwrap();
        let folders = std::env::join_paths([&first, &second]).unwrap();
        let found = (find_in(&folders, "go"), find_in(&folders, "postgres"));
        std::fs::remove_dir_all(&base).unwrap();
        assert_eq!(found, (Some(second.join("go")), None));
    }

    #[test]
    fn both_flavours_say_the_servers_version() {
        assert_eq!(temporal_version("temporal version 1.32.2\n"), Some((TemporalFlavour::Server, "1.32.2".to_owned())));
        assert_eq!(
            temporal_version("temporal version 1.9.1 (Server 1.32.1, UI 2.54.1)"),
            Some((TemporalFlavour::CommandLine, "1.32.1".to_owned()))
        );
        assert_eq!(temporal_version("something else"), None);
    }
}

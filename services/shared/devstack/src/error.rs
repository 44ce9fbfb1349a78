//! What can be missing or go wrong while a stack starts, said so that the reader knows what to type next.

use std::path::PathBuf;

use thiserror::Error;

/// Why a development stack could not be started or used; the messages carry the command that helps.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DevStackError {
    /// No PostgreSQL server of version 15 or later was found.
    #[error(
        "PostgreSQL 15 or later was not found{seen}; install it with `sudo apt-get install postgresql`, or set LOTSE_POSTGRES_BIN to the folder of initdb and postgres"
    )]
    PostgresMissing {
        /// What was found instead, opening with a bracket; empty when nothing was.
        seen: String,
    },
    /// Neither a Temporal server nor a Go to build one was found.
    #[error(
        "no Temporal server 1.32 or later was found{seen}, and no Go 1.21 or later to build one{go}; install Go with `{command}`, or set LOTSE_TEMPORAL_SERVER to a server binary"
    )]
    TemporalMissing {
        /// Servers that are too old, opening with a bracket; empty when there are none.
        seen: String,
        /// The same of Go.
        go: String,
        /// What installs Go.
        command: String,
    },
    /// The program named by `LOTSE_TEMPORAL_SERVER` is not a Temporal server of version 1.32 or later.
    #[error("LOTSE_TEMPORAL_SERVER names {path}, which is {found}; a Temporal server 1.32 or later is needed")]
    TemporalUnfit {
        /// The program.
        path: PathBuf,
        /// What its version output says.
        found: String,
    },
    /// The Temporal server could not be built.
    #[error("the Temporal server could not be built with `{command}`: {detail}")]
    TemporalBuild {
        /// The command that failed.
        command: String,
        /// Its last lines.
        detail: String,
    },
    /// setpriv, which lets the servers die with this process, or setsid, which gives each a session, is not there; one package has both.
    #[error("setpriv or setsid was not found; install them with `sudo apt-get install util-linux`")]
    SetprivMissing,
    /// The caller is root, PostgreSQL refuses to run as root, and no other user exists.
    #[error(
        "PostgreSQL does not run as root and there is neither a user `postgres` nor `nobody`; add one with `sudo useradd --system postgres`"
    )]
    NoServerUser,
    /// No folder for the cache can be named.
    #[error("neither XDG_CACHE_HOME nor HOME is set; set HOME to a folder that can keep the cache")]
    NoCacheFolder,
    /// A server ended while it was starting.
    #[error("{server} ended while starting: {log}")]
    Ended {
        /// `PostgreSQL` or `Temporal`.
        server: &'static str,
        /// The last lines of its log.
        log: String,
    },
    /// A server did not become usable in time.
    #[error("{server} was not usable after {seconds} s: {detail}")]
    NotReady {
        /// `PostgreSQL` or `Temporal`.
        server: &'static str,
        /// How long was waited.
        seconds: u64,
        /// The last refusal.
        detail: String,
    },
    /// No free port was found on the loopback interface.
    #[error("no free port was found on 127.0.0.1 between {first} and {last}")]
    NoFreePort {
        /// The first port tried.
        first: u16,
        /// The last port tried.
        last: u16,
    },
    /// A server is needed that this stack was started without.
    #[error("this stack runs without {0}; start it with the option that asks for it")]
    NotPartOfStack(&'static str),
    /// A database name that would need quoting.
    #[error("`{0}` is not a database name: 1 to 48 of a-z, 0-9 and _, opening with a letter")]
    InvalidDatabaseName(String),
    /// A statement of the stack itself was refused.
    #[error("the database refused {what}")]
    Database {
        /// What was tried.
        what: String,
        /// Why not.
        source: sqlx::Error,
    },
    /// Temporal could not be reached by a client.
    #[error("the Temporal server at {address} refused a client: {detail}")]
    TemporalClient {
        /// The server's address.
        address: String,
        /// Why not.
        detail: String,
    },
    /// A file or process could not be handled.
    #[error("{what} failed")]
    Io {
        /// What was tried.
        what: String,
        /// Why not.
        source: std::io::Error,
    },
}

/// Gives an I/O result the words of what was tried.
pub(crate) trait Doing<T> {
    /// Names what was tried; the words read on before "failed".
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, DevStackError>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T, DevStackError> {
        self.map_err(|source| DevStackError::Io { what: what(), source })
    }
}

//! A private PostgreSQL cluster on a loopback port.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::{Connection as _, PgConnection};

use crate::cache;
use crate::error::{DevStackError, Doing};
use crate::locate::{PostgresBinaries, ServerUser, find_on_path};
use crate::ports;
use crate::process::{DeathSignal, Server};

const NAME: &str = "PostgreSQL";
/// A crashed cluster with much to replay needs longer than a fresh one.
const START_PATIENCE: Duration = Duration::from_mins(1);
/// How long an immediate shutdown may take before it is a kill.
const QUIT_PATIENCE: Duration = Duration::from_secs(5);

/// One cluster: its files, its port and, while it runs, its process.
#[derive(Debug)]
pub(crate) struct Postgres {
    binaries: PostgresBinaries,
    user: Option<ServerUser>,
    data: PathBuf,
    log: PathBuf,
    port: u16,
    fsync: bool,
    server: Option<Server>,
}

impl Postgres {
    /// Lays a fresh cluster below `folder` and starts it on a free port.
    pub(crate) async fn create(folder: &Path, fsync: bool) -> Result<Self, DevStackError> {
        let folder = folder.to_owned();
        let mut cluster = tokio::task::spawn_blocking(move || Self::lay(&folder, fsync))
            .await
            .map_err(std::io::Error::other)
            .doing(|| "laying the cluster".to_owned())??;
        // Somebody may have taken the port in between: twice more with another one.
        for _ in 0..2 {
            match cluster.start().await {
                Err(DevStackError::Ended { .. }) => [cluster.port] = ports::free()?,
                other => return other.map(|()| cluster),
            }
        }
        cluster.start().await.map(|()| cluster)
    }

    fn lay(folder: &Path, fsync: bool) -> Result<Self, DevStackError> {
        let binaries = PostgresBinaries::find()?;
        let user = ServerUser::needed()?;
        let template = template(&binaries, user.as_ref())?;
        let data = folder.join("postgres");
        cache::copy_tree(&template, &data, user.as_ref()).doing(|| "copying the initialised cluster".to_owned())?;
        let [port] = ports::free()?;
        Ok(Self { binaries, user, data, log: folder.join("postgres.log"), port, fsync, server: None })
    }

    /// The address of a database of this cluster, for the superuser.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn id(&self) -> Option<u32> {
        self.server.as_ref().map(Server::id)
    }

    /// Starts the server on its port and waits until it takes connections; nothing to do when it runs.
    pub(crate) async fn start(&mut self) -> Result<(), DevStackError> {
        if self.server.is_some() {
            return Ok(());
        }
        // After a kill the old backends may hold the shared memory for a moment, and postgres ends at once: try again until then.
        let until = Instant::now() + START_PATIENCE;
        loop {
            let mut server = self.spawn()?;
            match self.wait_until_ready(&mut server, until).await {
                Ok(()) => {
                    self.server = Some(server);
                    return Ok(());
                }
                // The last lines would not do: as they end, the old backends fill the same log.
                Err(DevStackError::Ended { .. })
                    if server.said().contains("still in use") && Instant::now() < until =>
                {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn spawn(&self) -> Result<Server, DevStackError> {
        let program = self.binaries.bin.join("postgres");
        Server::start(NAME, &program, self.user.as_ref(), DeathSignal::Quit, &self.log, |command| {
            command.arg("-D").arg(&self.data).arg("-p").arg(self.port.to_string()).current_dir(&self.data);
            let durable = if self.fsync { "on" } else { "off" };
            for setting in [
                "listen_addresses=127.0.0.1".to_owned(),
                // No socket file: a port is enough, and no folder has to be shared with the other user.
                "unix_socket_directories=".to_owned(),
                format!("fsync={durable}"),
                format!("full_page_writes={durable}"),
                "max_connections=400".to_owned(),
                "shared_buffers=128MB".to_owned(),
                "max_wal_size=2GB".to_owned(),
                "checkpoint_timeout=15min".to_owned(),
                // Shared memory below the data folder goes with it, even after a kill.
                "dynamic_shared_memory_type=mmap".to_owned(),
                "timezone=UTC".to_owned(),
                "log_timezone=UTC".to_owned(),
                // What statements fail at quotes their values; roles log it by code and constraint. The server tells of its own life.
                "log_min_messages=log".to_owned(),
                "log_min_error_statement=panic".to_owned(),
                "log_error_verbosity=terse".to_owned(),
            ] {
                command.arg("-c").arg(setting);
            }
        })
    }

    async fn wait_until_ready(&self, server: &mut Server, until: Instant) -> Result<(), DevStackError> {
        loop {
            server.check_alive()?;
            let refused = match PgConnection::connect(&self.url("postgres")).await {
                Ok(connection) => {
                    connection.close().await.ok();
                    return Ok(());
                }
                Err(error) => error,
            };
            if Instant::now() > until {
                let seconds = START_PATIENCE.as_secs();
                return Err(DevStackError::NotReady { server: NAME, seconds, detail: refused.to_string() });
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
    }

    /// Ends the server as `kill -9` would: nothing is flushed, the next start recovers.
    pub(crate) fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Ends the server for good; its data is about to be removed, so nothing is flushed.
    pub(crate) fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.quit(QUIT_PATIENCE);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The initialised, empty cluster that every stack copies: `initdb` takes seconds, the copy a tenth of one.
fn template(binaries: &PostgresBinaries, user: Option<&ServerUser>) -> Result<PathBuf, DevStackError> {
    let folder = cache::folder()?.join(format!("postgres-{}", binaries.version));
    if folder.join("PG_VERSION").is_file() {
        return Ok(folder);
    }
    let _lock = cache::lock("postgres")?;
    if folder.join("PG_VERSION").is_file() {
        return Ok(folder);
    }
    // The other user cannot write below root's home: initialise in the temporary folder, then copy and rename.
    let workshop = cache::StackFolder::make()?;
    let fresh = workshop.path().join("initdb");
    fs::DirBuilder::new().mode(0o700).create(&fresh).doing(|| "making the cluster's folder".to_owned())?;
    cache::give(&fresh, user).doing(|| "giving away the cluster's folder".to_owned())?;
    initdb(binaries, user, &fresh)?;
    let incomplete = cache::workshop(&folder);
    cache::copy_tree(&fresh, &incomplete, None).doing(|| "keeping the initialised cluster".to_owned())?;
    fs::rename(&incomplete, &folder).doing(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

fn initdb(binaries: &PostgresBinaries, user: Option<&ServerUser>, data: &Path) -> Result<(), DevStackError> {
    let mut command = match user {
        Some(user) => {
            let mut command = Command::new(find_on_path("setpriv").ok_or(DevStackError::SetprivMissing)?);
            command.arg("--reuid").arg(user.uid.to_string()).arg("--regid").arg(user.gid.to_string());
            command.arg("--clear-groups").arg("--").arg(binaries.bin.join("initdb"));
            command
        }
        None => Command::new(binaries.bin.join("initdb")),
    };
    let output = command
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"])
        .arg(data)
        .current_dir("/")
        .stdin(Stdio::null())
        .output()
        .doing(|| "starting initdb".to_owned())?;
    if output.status.success() {
        return Ok(());
    }
    Err(DevStackError::Ended {
        server: "initdb",
        log: String::from_utf8_lossy(&output.stderr).trim().replace('\n', " | "),
    })
}

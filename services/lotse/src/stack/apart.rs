//! Every role as a process of its own, run by the real executable: for tests that end one of them as `kill -9` would.
//!
//! A role listens on the same ports whenever it is started again, as a role does behind the name of its service.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::Context as _;
use jiff::Timestamp;
use lotse_devstack::{
    DevStack, ports,
    process::Server,
    smtp::SmtpSink,
    token::{Claims, Issuer},
};
use lotse_platform::server::{Running, Surface};
use tokio::{net::TcpStream, process::Command, sync::Mutex, time::Instant};
use tokio_util::sync::CancellationToken;

use super::{
    Address, SERVICES,
    desk::{Desk, Seat},
    keys, prepare, serve_front,
};

/// The role that runs the workflows.
pub const WORKER: &str = "worker";

/// How long a role may take until it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long travel waits for work that begins again after a crash: longer than the longest time-out of an activity.
const RECOVERY: Duration = Duration::from_mins(2);

/// A stack whose roles are processes. They end with this value, and with this process however that ends.
#[derive(Debug)]
pub struct Apart {
    // Fields drop in this order: roles before the servers they use.
    children: Mutex<BTreeMap<&'static str, Server>>,
    desk: Desk,
    executable: PathBuf,
    mail: SmtpSink,
    front: Running,
    shutdown: CancellationToken,
    servers: DevStack,
}

impl Apart {
    /// Prepares the stack on started servers; the business clock stands at `begin`. `executable` is `lotse`. No role runs yet.
    ///
    /// # Errors
    /// When a schema cannot be migrated or there is no free port.
    pub async fn prepare(servers: DevStack, begin: Timestamp, executable: &Path) -> anyhow::Result<Self> {
        let mail = SmtpSink::start().await?;
        let mut desk = prepare(&servers, begin, mail.address()).await?;
        desk.token_files = true;
        for role in SERVICES.into_iter().chain([WORKER]) {
            std::fs::write(desk.token_file(role), desk.issuer.token(&Claims::service(role))?)?;
        }
        for service in SERVICES {
            let [public, process, admin] = ports::free()?.map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
            desk.seats.insert(service, Seat { public, process, admin });
            desk.peers.insert(service, process);
        }
        let shutdown = CancellationToken::new();
        let travel = super::travel(&servers, &desk).await?.bear_retries().patience(RECOVERY);
        let front = serve_front(&desk, travel, Surface::default(), shutdown.clone()).await?;
        let executable = executable.to_owned();
        Ok(Self { children: Mutex::default(), desk, executable, mail, front, shutdown, servers })
    }

    /// Lets siblings and the worker reach the process API of a service at another address, which leads there. To be said
    /// before roles are started.
    pub fn reach_through(&mut self, service: &'static str, address: SocketAddr) {
        self.desk.peers.insert(service, address);
    }

    /// The level of the log lines of roles that are started from now on.
    pub fn log(&mut self, level: impl Into<String>) {
        self.desk.log = Some(level.into());
    }

    /// Lets roles that are started from now on live by the wall clock, as in production. No time travel then.
    pub const fn live_by_the_wall(&mut self) {
        self.desk.clock = "wall";
    }

    /// The process id of a role, while it runs.
    pub async fn id(&self, role: &str) -> Option<u32> {
        self.children.lock().await.get(role).map(Server::id)
    }

    /// The servers below.
    #[must_use]
    pub const fn servers(&self) -> &DevStack {
        &self.servers
    }

    /// Where each service listens, whether it runs or not.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        let seat = |service| self.desk.seats.get(service).copied().unwrap_or_default();
        let address = |service| {
            let Seat { public, process, admin } = seat(service);
            Address { service, public, process, admin }
        };
        SERVICES.into_iter().map(address).collect()
    }

    /// The address of the clock.
    #[must_use]
    pub const fn front(&self) -> SocketAddr {
        self.front.public_address()
    }

    /// Signs tokens that this stack believes.
    #[must_use]
    pub fn issuer(&self) -> Arc<Issuer> {
        Arc::clone(&self.desk.issuer)
    }

    /// What the mail server of the stack has received.
    #[must_use]
    pub const fn mail(&self) -> &SmtpSink {
        &self.mail
    }

    /// What a role has written to its standard output and error.
    #[must_use]
    pub fn log_of(&self, role: &str) -> PathBuf {
        keys(&self.servers).join(format!("{role}.log"))
    }

    /// Starts all roles and waits until the services listen.
    ///
    /// # Errors
    /// When a role does not start.
    pub async fn start_all(&self) -> anyhow::Result<()> {
        for role in SERVICES.into_iter().chain([WORKER]) {
            self.start(role).await?;
        }
        for service in SERVICES {
            self.wait_for(service).await?;
        }
        Ok(())
    }

    /// Starts a role that does not run, on its old ports, without waiting for it.
    ///
    /// # Errors
    /// When the executable cannot be started.
    pub async fn start(&self, role: &'static str) -> anyhow::Result<()> {
        let mut children = self.children.lock().await;
        if children.contains_key(role) {
            return Ok(());
        }
        let child = Server::start_program(role, &self.executable, &self.log_of(role), |command| {
            if role == WORKER {
                command.arg("work");
            } else {
                command.args(["serve", role]);
            }
            command.env_clear().envs(self.desk.environment(role));
        })?;
        children.insert(role, child);
        Ok(())
    }

    /// Ends a role as `kill -9` would, and returns when it is gone.
    pub async fn kill(&self, role: &str) {
        if let Some(child) = self.children.lock().await.remove(role) {
            child.kill();
        }
    }

    /// Waits until a service listens.
    ///
    /// # Errors
    /// With the end of its log when it has ended, or when it takes too long.
    pub async fn wait_for(&self, service: &str) -> anyhow::Result<()> {
        let seat = self.desk.seats.get(service).with_context(|| format!("there is no service {service}"))?;
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(seat.public).await.is_err() {
            if let Some(child) = self.children.lock().await.get_mut(service) {
                child.check_alive()?;
            }
            anyhow::ensure!(Instant::now() < until, "{service} does not listen");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Fails with the end of its log when a role has ended by itself.
    ///
    /// # Errors
    /// The first role that has.
    pub async fn check_alive(&self) -> anyhow::Result<()> {
        for child in self.children.lock().await.values_mut() {
            child.check_alive()?;
        }
        Ok(())
    }

    /// Runs `lotse reconcile` for a service, in its surroundings; its answer as JSON.
    ///
    /// # Errors
    /// When the command fails.
    pub async fn reconcile(&self, service: &str) -> anyhow::Result<serde_json::Value> {
        let mut command = Command::new(&self.executable);
        command.args(["reconcile", service, "--json"]).env_clear().envs(self.desk.environment(service));
        let output = command.kill_on_drop(true).output().await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "lotse reconcile {service}: {errors}");
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

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
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    process::Command,
    sync::Mutex,
    time::Instant,
};
use tokio_util::sync::CancellationToken;

use super::{
    Address, SERVICES,
    desk::{Desk, Seat},
    keys, prepare, serve_front,
};

/// The role that runs the workflows.
pub const WORKER: &str = "worker";

/// How long a role may take until it is ready, or has stopped.
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
        for role in SERVICES.into_iter().chain([WORKER]) {
            let [public, process, admin] = ports::free()?.map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
            desk.seats.insert(role, Seat { public, process, admin });
            if role != WORKER {
                desk.peers.insert(role, process);
            }
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

    /// Where roles that are started from now on send their traces, over OTLP.
    pub const fn trace_to(&mut self, collector: SocketAddr) {
        self.desk.traces = Some(collector);
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

    /// Where a role tells about itself: metrics and probes.
    #[must_use]
    pub fn admin(&self, role: &str) -> SocketAddr {
        self.desk.seats.get(role).copied().unwrap_or_default().admin
    }

    /// Starts all roles and waits until each is ready.
    ///
    /// # Errors
    /// When a role does not start.
    pub async fn start_all(&self) -> anyhow::Result<()> {
        let roles = SERVICES.into_iter().chain([WORKER]);
        for role in roles.clone() {
            self.start(role).await?;
        }
        for role in roles {
            self.wait_for(role).await?;
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

    /// Asks a role to stop in order, as its operator would, and waits until it has.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn stop(&self, role: &'static str) -> anyhow::Result<()> {
        let Some(child) = self.children.lock().await.remove(role) else { return Ok(()) };
        let stopped = tokio::task::spawn_blocking(move || child.stop(PATIENCE)).await?;
        anyhow::ensure!(stopped, "{role} did not stop");
        Ok(())
    }

    /// Waits until a role says that it is ready: a service serves, the worker takes work.
    ///
    /// # Errors
    /// With the end of its log when it has ended, or with what it lacks when that takes too long.
    pub async fn wait_for(&self, role: &str) -> anyhow::Result<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            let said = match self.told(role, "readyz").await {
                Ok((true, _)) => return Ok(()),
                Ok((false, missing)) => missing,
                Err(error) => error.to_string(),
            };
            if let Some(child) = self.children.lock().await.get_mut(role) {
                child.check_alive()?;
            }
            anyhow::ensure!(Instant::now() < until, "{role} is not ready: {said}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// What a role counts, in Prometheus's text format.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn metrics(&self, role: &str) -> anyhow::Result<String> {
        let (well, text) = self.told(role, "metrics").await?;
        anyhow::ensure!(well, "{role} has no metrics: {text}");
        Ok(text)
    }

    /// What a role answers on its admin listener, and whether it says that all is well.
    ///
    /// # Errors
    /// When it does not listen.
    pub async fn told(&self, role: &str, page: &str) -> anyhow::Result<(bool, String)> {
        let mut stream = TcpStream::connect(self.admin(role)).await?;
        stream.write_all(format!("GET /{page} HTTP/1.0\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no answer of HTTP")?;
        Ok((head.split(' ').nth(1) == Some("200"), body.to_owned()))
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
        Ok(serde_json::from_str(&self.run(service, &["reconcile", service, "--json"]).await?)?)
    }

    /// A command of `lotse` in the surroundings of a role, which ends with the value that runs it.
    #[must_use]
    pub fn command(&self, role: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.executable);
        command.args(arguments).env_clear().envs(self.desk.environment(role)).kill_on_drop(true);
        command
    }

    /// Runs a command of `lotse` in the surroundings of a role; what it prints.
    ///
    /// # Errors
    /// With its complaint when it fails.
    pub async fn run(&self, role: &str, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.command(role, arguments).output().await?;
        let errors = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "lotse {}: {errors}", arguments.join(" "));
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl Drop for Apart {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

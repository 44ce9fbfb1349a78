//! A private Temporal server on loopback ports, keeping its state in `SQLite`, able to skip time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use prost_wkt_types::Duration as ProtoDuration;
use temporalio_client::{Connection, ConnectionOptions, RetryOptions, Url};
use temporalio_common::protos::temporal::api::common::v1::WorkflowExecution;
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeTaskQueueRequest, DescribeWorkflowExecutionRequest, RegisterNamespaceRequest,
};
use tonic::{Code, IntoRequest, Status};

use crate::error::{DevStackError, Doing};
use crate::locate::{TemporalBinary, TemporalFlavour};
use crate::process::{DeathSignal, Server};
use crate::temporal_tls::TemporalTls;
use crate::{ports, temporal_build};

const NAME: &str = "Temporal";
const START_PATIENCE: Duration = Duration::from_mins(1);
/// How long the server keeps closed workflows, in seconds: 30 days.
const RETENTION_SECONDS: i64 = 30 * 24 * 3600;

/// What the dynamic configuration says, each with the reason.
const DYNAMIC_CONFIG: [(&str, &str); 4] = [
    // Without these two nothing may skip time; the second is the name from 1.33 on.
    ("frontend.WorkflowTimeSkippingEnabled", "true"),
    ("system.workflowTimeSkippingEnabled", "true"),
    // Else every fast-forward takes a second.
    ("history.timerProcessorMaxTimeShift", "\"1ms\""),
    // Else one continue-as-new per second and workflow.
    ("history.workflowIdReuseMinimalInterval", "\"0s\""),
];

/// The ports of one server.
#[derive(Debug, Clone, Copy)]
struct Ports([u16; 11]);

impl Ports {
    const VARIABLES: [&'static str; 10] = [
        "FRONTEND_GRPC_PORT",
        "FRONTEND_MEMBERSHIP_PORT",
        "FRONTEND_HTTP_PORT",
        "HISTORY_GRPC_PORT",
        "HISTORY_MEMBERSHIP_PORT",
        "MATCHING_GRPC_PORT",
        "MATCHING_MEMBERSHIP_PORT",
        "WORKER_GRPC_PORT",
        "WORKER_MEMBERSHIP_PORT",
        "PPROF_PORT",
    ];

    const fn grpc(self) -> u16 {
        self.0[0]
    }

    const fn http(self) -> u16 {
        self.0[2]
    }

    const fn metrics(self) -> u16 {
        self.0[10]
    }
}

/// One server: its files, its ports and, while it runs, its process.
#[derive(Debug)]
pub(crate) struct Temporal {
    binary: TemporalBinary,
    folder: PathBuf,
    log: PathBuf,
    ports: Ports,
    namespace: String,
    tls: Option<Arc<TemporalTls>>,
    server: Option<Server>,
}

impl Temporal {
    /// Finds or builds a server, and starts it below `folder` on free ports with the namespace registered.
    pub(crate) async fn create(
        folder: &Path,
        namespace: &str,
        tls: Option<Arc<TemporalTls>>,
    ) -> Result<Self, DevStackError> {
        // The command line cannot be told certificates.
        let tls_is_absent = tls.is_none();
        let fits = move |found: &TemporalBinary| tls_is_absent || found.flavour == TemporalFlavour::Server;
        let find = move || TemporalBinary::find()?.filter(fits).map_or_else(temporal_build::build, Ok);
        let binary = tokio::task::spawn_blocking(find)
            .await
            .map_err(std::io::Error::other)
            .doing(|| "looking for Temporal".to_owned())??;
        let mut temporal = Self {
            binary,
            folder: folder.join("temporal"),
            log: folder.join("temporal.log"),
            ports: Ports(ports::free()?),
            namespace: namespace.to_owned(),
            tls,
            server: None,
        };
        temporal.make_folder()?;
        // Somebody may have taken a port in between: twice more with others.
        for _ in 0..2 {
            match temporal.start().await {
                Err(DevStackError::Ended { .. }) => temporal.ports = Ports(ports::free()?),
                other => return other.map(|()| temporal),
            }
        }
        temporal.start().await.map(|()| temporal)
    }

    fn make_folder(&self) -> Result<(), DevStackError> {
        fs::create_dir_all(&self.folder).doing(|| "making Temporal's folder".to_owned())?;
        let lines = DYNAMIC_CONFIG.map(|(key, value)| format!("{key}:\n  - value: {value}\n"));
        fs::write(self.folder.join("dynamic.yaml"), lines.concat())
            .doing(|| "writing Temporal's configuration".to_owned())
    }

    /// The address for clients.
    pub(crate) fn address(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.ports.grpc())
    }

    pub(crate) fn id(&self) -> Option<u32> {
        self.server.as_ref().map(Server::id)
    }

    /// Starts the server on its ports and data, and waits until workflows can run in the namespace.
    pub(crate) async fn start(&mut self) -> Result<(), DevStackError> {
        if self.server.is_some() {
            return Ok(());
        }
        let mut server =
            Server::start(NAME, &self.binary.path, None, DeathSignal::Kill, &self.log, |command| {
                match self.binary.flavour {
                    TemporalFlavour::Server => self.configure_server(command),
                    TemporalFlavour::CommandLine => self.configure_command_line(command),
                }
            })?;
        self.wait_until_usable(&mut server).await?;
        self.server = Some(server);
        Ok(())
    }

    fn configure_server(&self, command: &mut Command) {
        command.args(["--allow-no-auth", "start"]);
        command
            .env("DB", "sqlite")
            // What was written outlives the process, though not the machine: a private server forgets all with its folder anyway, and
            // its waits for the disk would be those of PostgreSQL beside it.
            .env("SQLITE_SYNCHRONOUS", "0")
            // A fifth of its time went into collecting garbage of a heap of a few dozen MiB.
            .env("GOGC", "400")
            .env("BIND_ON_IP", "127.0.0.1")
            .env("LOG_LEVEL", "warn");
        command.env("DBNAME", self.folder.join("temporal.db"));
        command.env("VISIBILITY_DBNAME", self.folder.join("visibility.db"));
        command.env("DYNAMIC_CONFIG_FILE_PATH", self.folder.join("dynamic.yaml"));
        for (variable, port) in Ports::VARIABLES.iter().zip(self.ports.0) {
            command.env(variable, port.to_string());
        }
        command.env("PROMETHEUS_ENDPOINT", format!("127.0.0.1:{}", self.ports.metrics()));
        if let Some(tls) = &self.tls {
            tls.configure(command);
        }
        command.current_dir(&self.folder);
    }

    fn configure_command_line(&self, command: &mut Command) {
        command.args(["server", "start-dev", "--headless", "--ip", "127.0.0.1", "--log-level", "warn"]);
        command.arg("--port").arg(self.ports.grpc().to_string());
        command.arg("--http-port").arg(self.ports.http().to_string());
        command.arg("--metrics-port").arg(self.ports.metrics().to_string());
        command.arg("--db-filename").arg(self.folder.join("temporal.db"));
        for (key, value) in DYNAMIC_CONFIG {
            command.arg("--dynamic-config-value").arg(format!("{key}={value}"));
        }
        command.current_dir(&self.folder);
    }

    async fn wait_until_usable(&self, server: &mut Server) -> Result<(), DevStackError> {
        let until = Instant::now() + START_PATIENCE;
        loop {
            server.check_alive()?;
            let detail = match self.connect().await {
                Ok(connection) => match self.try_namespace(&connection).await {
                    Ok(()) => return Ok(()),
                    Err(status) => format!("{}: {}", status.code(), status.message()),
                },
                Err(error) => error.to_string(),
            };
            if Instant::now() > until {
                return Err(DevStackError::NotReady { server: NAME, seconds: START_PATIENCE.as_secs(), detail });
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Registers the namespace and asks history and matching for something in it: each learns of a namespace by itself.
    async fn try_namespace(&self, connection: &Connection) -> Result<(), Status> {
        let mut service = connection.workflow_service();
        let namespace = &self.namespace;
        let register = RegisterNamespaceRequest {
            namespace: namespace.clone(),
            workflow_execution_retention_period: Some(ProtoDuration { seconds: RETENTION_SECONDS, nanos: 0 }),
            ..Default::default()
        };
        match service.register_namespace(register.into_request()).await {
            Err(status) if status.code() != Code::AlreadyExists => return Err(status),
            _ => {}
        }
        let describe = DescribeWorkflowExecutionRequest {
            namespace: namespace.clone(),
            execution: Some(WorkflowExecution { workflow_id: "probe".to_owned(), run_id: String::new() }),
        };
        match service.describe_workflow_execution(describe.into_request()).await {
            Err(status) if status.code() != Code::NotFound || status.message().contains("amespace") => {
                return Err(status);
            }
            _ => {}
        }
        let queue = TaskQueue { name: "probe".to_owned(), ..Default::default() };
        let describe =
            DescribeTaskQueueRequest { namespace: namespace.clone(), task_queue: Some(queue), ..Default::default() };
        service.describe_task_queue(describe.into_request()).await.map(|_| ())
    }

    /// A new client connection, without retries: whoever waits here decides for how long.
    pub(crate) async fn connect(&self) -> Result<Connection, DevStackError> {
        connect(&self.address(), self.tls.as_deref(), RetryOptions::builder().max_retries(1).build()).await
    }

    /// Ends the server as `kill -9` would.
    pub(crate) fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Deletes all that the server knew and starts it with an empty namespace, on the same ports.
    pub(crate) async fn wipe(&mut self) -> Result<(), DevStackError> {
        self.kill();
        fs::remove_dir_all(&self.folder).doing(|| "removing Temporal's database".to_owned())?;
        self.make_folder()?;
        self.start().await
    }
}

/// A client connection to the server at `address`.
pub(crate) async fn connect(
    address: &str,
    tls: Option<&TemporalTls>,
    retry: RetryOptions,
) -> Result<Connection, DevStackError> {
    let refused = |detail: String| DevStackError::TemporalClient { address: address.to_owned(), detail };
    let target: Url = address.parse().map_err(|_| refused("not an address".to_owned()))?;
    let options = ConnectionOptions::new(target)
        .identity("lotse-devstack")
        .retry_options(retry)
        .maybe_tls_options(tls.map(TemporalTls::options).transpose()?)
        .build();
    Connection::connect(options).await.map_err(|error| refused(error.to_string()))
}

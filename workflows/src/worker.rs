//! The workers: one thread per task queue, started beside the servers of a process and stopped with them.

use std::{sync::Arc, time::Duration};

use lotse_platform::{
    admin,
    config::Admin,
    failure::told,
    temporal::{Temporal, TemporalError},
};
use temporalio_client::Client;
use temporalio_common::worker::WorkerDeploymentOptions;
use temporalio_sdk::{
    Runtime, Worker, WorkerOptions,
    error::{RuntimeError, WorkerCreateError, WorkerRunError, WorkflowRegistrationError},
};
use thiserror::Error;
use tokio::{runtime::Handle, sync::oneshot, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{activities::SIGN_EVERY, registry, services::Services, vitals::Vitals};

/// Pause between two attempts to reach Temporal while it is away.
const RECONNECT_PAUSE: Duration = Duration::from_secs(1);

/// How long a task may wait for the worker that knows the procedure already; then any worker takes it. A worker that died is so missed.
const STICKY_WAIT: Duration = Duration::from_secs(5);

/// How long running activities may go on after a stop was asked for; longer than any one try of the table.
const ACTIVITY_GRACE: Duration = Duration::from_secs(10);

/// A worker cannot run. What passes by itself, as Temporal being away, is waited for and is no error.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// The connection is configured wrongly.
    #[error("Temporal is not configured")]
    Temporal(#[from] TemporalError),
    /// The SDK's runtime cannot be made.
    #[error("the runtime of the workers cannot be made")]
    Runtime(#[from] RuntimeError),
    /// Two procedures share a name.
    #[error("the workflows of queue {queue} cannot be registered")]
    Registration {
        /// The task queue.
        queue: &'static str,
        /// Why not.
        source: WorkflowRegistrationError,
    },
    /// The worker cannot be made.
    #[error("the worker of queue {queue} cannot be made")]
    Create {
        /// The task queue.
        queue: &'static str,
        /// Why not.
        source: WorkerCreateError,
    },
    /// The worker ended on its own.
    #[error("the worker of queue {queue} ended")]
    Run {
        /// The task queue.
        queue: &'static str,
        /// Why.
        source: WorkerRunError,
    },
    /// No thread can be started.
    #[error("no thread for the worker of queue {queue}")]
    Thread {
        /// The task queue.
        queue: &'static str,
        /// Why not.
        source: std::io::Error,
    },
    /// The admin listener cannot be bound, or broke.
    #[error("the admin listener failed")]
    Admin(#[source] std::io::Error),
    /// A worker's thread panicked.
    #[error("a worker's thread panicked")]
    Panicked,
}

/// Runs the workers and, beside them, the admin listener with metrics and probes, until `shutdown`.
///
/// # Errors
/// As [`run_worker`], and when the listener cannot be bound or breaks.
pub async fn serve_worker(
    admin: &Admin,
    temporal: Temporal,
    services: Services,
    shutdown: CancellationToken,
) -> Result<(), WorkerError> {
    let ending = CancellationToken::new();
    let vitals = &services.vitals;
    let serving = admin::serve(admin.address, vitals.metrics(), vitals.readiness(), ending.clone());
    let (address, serving) = serving.await.map_err(WorkerError::Admin)?;
    tracing::info!(%address, "the worker tells about itself on {address}");
    let mut serving = tokio::spawn(serving);
    let stop = shutdown.child_token();
    let mut working = std::pin::pin!(run_worker(temporal, services, stop.clone()));
    tokio::select! {
        outcome = &mut working => {
            ending.cancel();
            outcome?;
        }
        ended = &mut serving => {
            // A worker that nobody can look at is stopped in order and started anew.
            stop.cancel();
            working.await?;
            return ended.unwrap_or_else(|_| Err(std::io::ErrorKind::BrokenPipe.into())).map_err(WorkerError::Admin);
        }
    }
    serving.await.unwrap_or(Ok(())).map_err(WorkerError::Admin)
}

/// Runs the workers of all task queues until `shutdown`; call it inside a tokio runtime, beside the servers.
///
/// While Temporal is away it waits. After `shutdown` no new work is taken, and running activities may end.
///
/// # Errors
/// The first worker that cannot run; the others are stopped then.
pub async fn run_worker(
    temporal: Temporal,
    services: Services,
    shutdown: CancellationToken,
) -> Result<(), WorkerError> {
    let Some(client) = client(&temporal, &shutdown).await? else { return Ok(()) };
    let runtime = Arc::new(Runtime::from_current_tokio(temporalio_sdk::runtime::RuntimeOptions::default())?);
    let stop = shutdown.child_token();
    let mut threads = JoinSet::new();
    for (queue, register) in registry::QUEUES {
        let mut options = options(queue);
        register(&mut options, &services).map_err(|source| WorkerError::Registration { queue, source })?;
        let thread = Thread {
            queue,
            runtime: Arc::clone(&runtime),
            client: client.clone(),
            stop: stop.clone(),
            vitals: services.vitals.clone(),
        };
        threads.spawn(thread.run(options));
    }
    let mut outcome = Ok(());
    while let Some(ended) = threads.join_next().await {
        let ended = ended.unwrap_or(Err(WorkerError::Panicked));
        if outcome.is_ok() {
            outcome = ended;
        }
        // One queue without a worker would let its procedures stand still unseen: the role ends and is started anew.
        stop.cancel();
    }
    outcome
}

/// The connection, as soon as Temporal answers; nothing when the role stops before.
async fn client(temporal: &Temporal, shutdown: &CancellationToken) -> Result<Option<Client>, WorkerError> {
    loop {
        let error = match temporal.client().await {
            Ok(client) => return Ok(Some(client)),
            Err(error @ (TemporalError::Unreachable(_) | TemporalError::TooSlow | TemporalError::Refused { .. })) => {
                error
            }
            Err(error) => return Err(error.into()),
        };
        // A refusal is waited out as well: certificates of the two sides are seldom renewed at the same moment.
        if matches!(error, TemporalError::Refused { .. }) {
            tracing::error!(error = told(&error), "the workers wait: {error}");
        } else {
            tracing::warn!(error = told(&error), "Temporal is away, the workers wait");
        }
        tokio::select! {
            () = shutdown.cancelled() => return Ok(None),
            () = tokio::time::sleep(RECONNECT_PAUSE) => {}
        }
    }
}

fn options(queue: &'static str) -> WorkerOptions {
    WorkerOptions::new(queue)
        // Without worker versioning every task goes to the newest code, which the replay tests keep compatible.
        .deployment_options(WorkerDeploymentOptions::from_build_id(env!("CARGO_PKG_VERSION").to_owned()))
        .graceful_shutdown_period(ACTIVITY_GRACE)
        // Signs of life are sent as they are given, not saved up until just before they are missed.
        .max_heartbeat_throttle_interval(SIGN_EVERY)
        .sticky_queue_schedule_to_start_timeout(STICKY_WAIT)
        .build()
}

/// A worker's thread: `Worker::run` cannot move between threads, and workflow code must not stand in the way of servers.
struct Thread {
    queue: &'static str,
    runtime: Arc<Runtime>,
    client: Client,
    stop: CancellationToken,
    vitals: Vitals,
}

impl Thread {
    async fn run(self, options: WorkerOptions) -> Result<(), WorkerError> {
        let (queue, handle) = (self.queue, Handle::current());
        let (done, ended) = oneshot::channel();
        std::thread::Builder::new()
            .name(queue.to_owned())
            // The receiver lives as long as the caller's future; if that is gone, nobody asks for the outcome.
            .spawn(move || drop(done.send(handle.block_on(self.work(options)))))
            .map_err(|source| WorkerError::Thread { queue, source })?;
        ended.await.unwrap_or(Err(WorkerError::Panicked))
    }

    async fn work(self, options: WorkerOptions) -> Result<(), WorkerError> {
        let queue = self.queue;
        loop {
            let mut worker = Worker::new(&self.runtime, self.client.clone(), options.clone())
                .map_err(|source| WorkerError::Create { queue, source })?;
            let halt = worker.shutdown_handle();
            let stop = self.stop.clone();
            let stopper = async {
                stop.cancelled().await;
                halt();
                std::future::pending::<std::convert::Infallible>().await
            };
            tracing::info!(queue, "the worker of {queue} takes work");
            let working = self.vitals.works();
            let ran = tokio::select! {
                ran = worker.run() => ran,
                // It only asks the worker to end, and never ends itself.
                never = stopper => match never {},
            };
            drop(working);
            match ran {
                Ok(()) => return Ok(()),
                Err(WorkerRunError::Validation(error)) if !self.stop.is_cancelled() => {
                    tracing::warn!(queue, %error, "the namespace is not to be seen yet, the worker of {queue} waits");
                    tokio::select! {
                        () = self.stop.cancelled() => return Ok(()),
                        () = tokio::time::sleep(RECONNECT_PAUSE) => {}
                    }
                }
                Err(source) => return Err(WorkerError::Run { queue, source }),
            }
        }
    }
}

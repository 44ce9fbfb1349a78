//! Stops a role in order: not serving, notice, GOAWAY, drain, background tasks, admin listener.

use std::{future::Future, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{Health, ServeError};
use crate::{admin::Readiness, config::Limits};

/// Longest wait for background tasks after their token was cancelled.
const BACKGROUND_GRACE: Duration = Duration::from_secs(5);

/// Which part of a role a task is; they stop in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Task {
    Server,
    Background,
    Admin,
}

/// Holds a role's tasks and the three tokens that end them one group after the other.
#[derive(Debug)]
pub(super) struct Conductor {
    role: &'static str,
    limits: Limits,
    health: Health,
    readiness: Readiness,
    closing: CancellationToken,
    background: CancellationToken,
    ending: CancellationToken,
    servers: JoinSet<(&'static str, Result<(), ServeError>)>,
    tasks: JoinSet<(&'static str, Result<(), ServeError>)>,
    admin: JoinSet<(&'static str, Result<(), ServeError>)>,
}

impl Conductor {
    pub(super) fn new(role: &'static str, limits: Limits, health: Health, readiness: Readiness) -> Self {
        Self {
            role,
            limits,
            health,
            readiness,
            closing: CancellationToken::new(),
            background: CancellationToken::new(),
            ending: CancellationToken::new(),
            servers: JoinSet::new(),
            tasks: JoinSet::new(),
            admin: JoinSet::new(),
        }
    }

    /// Cancelled when the gRPC servers are to say goodbye.
    pub(super) fn closing(&self) -> CancellationToken {
        self.closing.clone()
    }

    /// Cancelled when the servers are drained.
    pub(super) fn background(&self) -> CancellationToken {
        self.background.clone()
    }

    /// Cancelled last.
    pub(super) fn ending(&self) -> CancellationToken {
        self.ending.clone()
    }

    /// Starts a task of the role.
    pub(super) fn add<F>(&mut self, group: Task, name: &'static str, work: F)
    where
        F: Future<Output = Result<(), ServeError>> + Send + 'static,
    {
        let set = match group {
            Task::Server => &mut self.servers,
            Task::Background => &mut self.tasks,
            Task::Admin => &mut self.admin,
        };
        set.spawn(async move { (name, work.await) });
    }

    /// Waits for `shutdown` or for a task that ends too early, then stops everything in order.
    pub(super) async fn conduct(mut self, shutdown: CancellationToken) -> Result<(), ServeError> {
        let verdict = tokio::select! {
            () = shutdown.cancelled() => Ok(()),
            Some(ended) = self.servers.join_next() => Err(too_early(ended)),
            Some(ended) = self.tasks.join_next() => Err(too_early(ended)),
            Some(ended) = self.admin.join_next() => Err(too_early(ended)),
        };
        if let Err(error) = &verdict {
            tracing::error!(role = self.role, %error, "{} stops: {error}", self.role);
        }
        self.readiness.set(false);
        self.health.close(self.limits.stop_notice).await;
        self.closing.cancel();
        if drain(&mut self.servers, self.limits.drain).await == Drained::Cut {
            tracing::warn!(role = self.role, "{} cut RPCs that did not end in time", self.role);
        }
        self.background.cancel();
        if drain(&mut self.tasks, BACKGROUND_GRACE).await == Drained::Cut {
            tracing::warn!(role = self.role, "{} cut background tasks that did not end in time", self.role);
        }
        self.ending.cancel();
        drain(&mut self.admin, BACKGROUND_GRACE).await;
        tracing::info!(role = self.role, "{} has stopped", self.role);
        verdict
    }
}

type Ended = Result<(&'static str, Result<(), ServeError>), tokio::task::JoinError>;

fn too_early(ended: Ended) -> ServeError {
    match ended {
        Ok((_, Err(error))) => error,
        Ok((task, Ok(()))) => ServeError::Ended { task },
        Err(_panic) => ServeError::Ended { task: "that panicked" },
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Drained {
    Whole,
    Cut,
}

/// Waits for all tasks of a group, and ends those that take longer than `limit`.
async fn drain<T: 'static>(tasks: &mut JoinSet<T>, limit: Duration) -> Drained {
    let all = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, all).await.is_ok() {
        return Drained::Whole;
    }
    tasks.shutdown().await;
    Drained::Cut
}

/// A token that SIGTERM and SIGINT cancel. Call it inside the runtime.
///
/// # Errors
/// When the signals cannot be listened for.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let shutdown = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        token.cancel();
    });
    Ok(shutdown)
}

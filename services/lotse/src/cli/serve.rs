//! `lotse serve`, `work` and `migrate`: the roles of production.

use anyhow::Context as _;
use lotse_platform::{
    channel::ServiceToken,
    config::{self, Peers, PostgresUrl, Serve, Work},
    section, sections,
    server::{self, Role, Settings},
    telemetry,
    temporal::Temporal,
};
use lotse_workflows::{services::Services, worker::serve_worker};
use serde_json::json;

use super::{Service, answer};
use crate::roles;

section! {
    /// How `lotse migrate` reaches the database.
    pub struct Owner {
        /// URL of the owner of the schemas, who may create schemas and roles.
        url: PostgresUrl = "LOTSE_MIGRATE_URL" required,
    }
}

sections! {
    /// What `lotse serve cases` reads.
    pub struct Cases {
        /// What every service reads.
        serve: Serve,
    }
    requires "LOTSE_PEER_PROVIDERS", "LOTSE_PEER_DOCUMENTS"
}

sections! {
    /// What `lotse serve providers` reads.
    pub struct Providers {
        /// What every service reads.
        serve: Serve,
    }
    requires "LOTSE_PEER_CASES"
}

sections! {
    /// What `lotse serve documents` reads.
    pub struct Documents {
        /// What the service reads wherever it runs.
        service: lotse_documents::config::Config,
    }
    requires "LOTSE_PEER_CASES"
}

sections! {
    /// What `lotse serve notifications` reads.
    pub struct Notifications {
        /// What the service reads wherever it runs.
        service: lotse_notifications::config::Config,
    }
    requires "LOTSE_PEER_CASES"
}

fn token(peers: &Peers) -> Option<ServiceToken> {
    peers.token_file.as_ref().map(ServiceToken::file)
}

/// The common part of a service's configuration, for commands that run in the surroundings of that service.
pub(super) fn common(service: Service) -> anyhow::Result<Serve> {
    Ok(match service {
        Service::Cases => config::load::<Cases>()?.serve,
        Service::Providers => config::load::<Providers>()?.serve,
        Service::Documents => config::load::<lotse_documents::config::Config>()?.serve,
        Service::Notifications => config::load::<lotse_notifications::config::Config>()?.serve,
    })
}

/// Serves one service until a signal asks it to stop.
pub(super) async fn serve(service: Service) -> anyhow::Result<()> {
    match service {
        Service::Cases => {
            let Cases { serve } = config::load()?;
            run(&serve, "cases", |serve| roles::cases(serve, token(&serve.peers))).await
        }
        Service::Providers => {
            let Providers { serve } = config::load()?;
            run(&serve, "providers", |serve| roles::providers(serve, token(&serve.peers))).await
        }
        Service::Documents => {
            let Documents { service } = config::load()?;
            run(&service.serve, "documents", |serve| roles::documents(&service, token(&serve.peers))).await
        }
        Service::Notifications => {
            let Notifications { service } = config::load()?;
            run(&service.serve, "notifications", |serve| roles::notifications(&service, token(&serve.peers))).await
        }
    }
}

async fn run(
    serve: &Serve,
    name: &'static str,
    build: impl FnOnce(&Serve) -> anyhow::Result<Role>,
) -> anyhow::Result<()> {
    let _telemetry = telemetry::init(&serve.telemetry, name)?;
    let running = server::serve(build(serve)?, Settings::from(serve), server::on_signal()?).await?;
    Ok(running.join().await?)
}

/// Runs the workers until a signal asks them to stop.
pub(super) async fn work() -> anyhow::Result<()> {
    let config: Work = config::load()?;
    let _telemetry = telemetry::init(&config.telemetry, "worker")?;
    let temporal = Temporal::new(&config.temporal, "worker")?;
    let services = Services::new(&config.peers, token(&config.peers).as_ref())?;
    Ok(serve_worker(&config.admin, temporal, services, server::on_signal()?).await?)
}

/// Brings every schema up to date.
pub(super) async fn migrate(json: bool) -> anyhow::Result<()> {
    let owner: Owner = config::load()?;
    let policies = roles::migrate(owner.url.expose()).await.context("the schemas were not brought up to date")?;
    if json {
        let federal = json!({ "added": policies.added, "unknown": policies.unknown });
        return answer::json(&json!({ "schemas": roles::SCHEMAS, "federal_policies": federal }));
    }
    answer::say(format_args!("{}: up to date", roles::SCHEMAS.join(", ")))?;
    answer::say(format_args!("federal policies: {} new", policies.added.len()))?;
    if !policies.unknown.is_empty() {
        let kept = policies.unknown.join(", ");
        answer::say(format_args!("federal policies of a later release, which stay: {kept}"))?;
    }
    Ok(())
}

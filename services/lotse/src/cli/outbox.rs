//! `lotse outbox list|retry`: events that were given up, for a person to look at and send again.

use clap::Subcommand;
use lotse_platform::{database, dead_letters};
use serde_json::json;
use sqlx::PgPool;

use super::{Service, answer, serve};

/// What to do with dead letters.
#[derive(Debug, Subcommand)]
pub enum Outbox {
    /// List the oldest ones.
    List {
        /// The service whose outbox it is.
        service: Service,
        /// At most so many.
        #[arg(long, default_value_t = 100)]
        limit: i64,
        /// Print JSON, a line for each.
        #[arg(long)]
        json: bool,
    },
    /// Send one again.
    Retry {
        /// The service whose outbox it is.
        service: Service,
        /// The workflow it is meant for.
        workflow_id: String,
        /// Its number.
        seq: i64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

/// The relay's role: the only one that may look across jobcenters, at this table alone.
fn relay(service: Service) -> anyhow::Result<PgPool> {
    Ok(database::relaying(&serve::common(service)?.database, service.schema())?)
}

pub(super) async fn run(command: Outbox) -> anyhow::Result<()> {
    match command {
        Outbox::List { service, limit, json } => {
            let pool = relay(service)?;
            let letters = dead_letters::list(&pool, limit).await?;
            if letters.is_empty() && !json {
                answer::say(format_args!("no event of {} was given up", service.schema()))?;
            }
            for letter in letters {
                let why = letter.last_error.unwrap_or_default();
                if json {
                    answer::json(&json!({ "workflow_id": letter.workflow_id, "seq": letter.seq, "kind": letter.kind,
                        "payload": letter.payload, "attempts": letter.attempts, "last_error": why, "failed_at": letter.failed_at }))?;
                } else {
                    answer::say(format_args!(
                        "{} {} {} after {} attempts at {}: {why}",
                        letter.workflow_id, letter.seq, letter.kind, letter.attempts, letter.failed_at
                    ))?;
                }
            }
        }
        Outbox::Retry { service, workflow_id, seq, json } => {
            let pool = relay(service)?;
            let found = dead_letters::retry(&pool, &workflow_id, seq).await?;
            anyhow::ensure!(found, "{workflow_id} {seq} is no dead letter of {}", service.schema());
            if json {
                answer::json(&json!({ "workflow_id": workflow_id, "seq": seq, "waiting": true }))?;
            } else {
                answer::say(format_args!("{workflow_id} {seq} will be sent again"))?;
            }
        }
    }
    Ok(())
}

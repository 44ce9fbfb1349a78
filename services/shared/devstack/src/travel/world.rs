//! What travel moves besides workflows: the business clock, and the outboxes that must be empty first.

use jiff::Timestamp;
use lotse_platform::lag::Lag;
use sqlx::{AssertSqlSafe, PgPool};

use super::TravelError;
use super::probe::wall_now;

/// The clock, the outboxes and the workflows of a stack.
pub trait World: Send + Sync {
    /// The business clock.
    fn business_time(&self) -> impl Future<Output = Result<Timestamp, TravelError>> + Send;

    /// Sets the business clock; travel never sets it back.
    fn set_business_time(&self, instant: Timestamp) -> impl Future<Output = Result<(), TravelError>> + Send;

    /// By how much the business clock lags behind the time in which workflows live; none unless a world says so.
    fn lag(&self) -> impl Future<Output = Result<Lag, TravelError>> + Send {
        std::future::ready(Ok(Lag::default()))
    }

    /// Whether nothing waits to be delivered to Temporal.
    fn outbox_is_empty(&self) -> impl Future<Output = Result<bool, TravelError>> + Send;

    /// The ids of all workflows that were started and not forgotten.
    fn workflow_ids(&self) -> impl Future<Output = Result<Vec<String>, TravelError>> + Send;

    /// Forgets a closed workflow. Starting it again, as `lotse reconcile` does, notes it again.
    fn forget_workflow(&self, id: &str) -> impl Future<Output = Result<(), TravelError>> + Send;
}

/// The world of a development stack: one PostgreSQL database with the schema `dev` and the schemas of the services.
///
/// Queries are checked when they run: the tables of the services belong to others.
#[derive(Debug, Clone)]
pub struct PgWorld {
    pool: PgPool,
}

/// The schemas that may have an outbox.
const SERVICES: [&str; 4] = ["cases", "providers", "documents", "notifications"];

impl PgWorld {
    /// Uses the schema `dev` that [`PgWorld::install`] made; `pool` connects as its owner or a superuser.
    #[must_use]
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Makes the schema `dev`, readable for every role, with the business clock at `start`. A clock that is there stays. One that
    /// starts in the past lags from then on, as [`Lag::of_stack`] says.
    ///
    /// # Errors
    /// [`TravelError::World`] when the database refuses.
    pub async fn install(pool: PgPool, start: Timestamp) -> Result<Self, TravelError> {
        sqlx::raw_sql(
            r"
            CREATE SCHEMA IF NOT EXISTS dev;
            CREATE TABLE IF NOT EXISTS dev.clock (
                id            integer PRIMARY KEY CHECK (id = 1),
                business_time timestamptz NOT NULL,
                lag_days      integer NOT NULL CHECK (lag_days >= 0)
            );
            CREATE TABLE IF NOT EXISTS dev.started_workflows (
                workflow_id text PRIMARY KEY
            );
            GRANT USAGE ON SCHEMA dev TO PUBLIC;
            GRANT SELECT ON dev.clock TO PUBLIC;
            GRANT SELECT, INSERT ON dev.started_workflows TO PUBLIC;
            ",
        )
        .execute(&pool)
        .await
        .map_err(unanswered)?;
        sqlx::query(
            r"
            INSERT INTO dev.clock (id, business_time, lag_days)
            VALUES (1, to_timestamp($1::float8 / 1000), $2)
            ON CONFLICT (id) DO NOTHING
            ",
        )
        .bind(millis(start))
        .bind(Lag::of_stack(start, wall_now()).days())
        .execute(&pool)
        .await
        .map_err(unanswered)?;
        Ok(Self::new(pool))
    }
}

impl World for PgWorld {
    async fn business_time(&self) -> Result<Timestamp, TravelError> {
        let millis: i64 = sqlx::query_scalar(
            r"
            SELECT (extract(epoch FROM business_time) * 1000)::bigint
            FROM dev.clock
            ",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(unanswered)?;
        Ok(Timestamp::from_millisecond(millis)?)
    }

    async fn set_business_time(&self, instant: Timestamp) -> Result<(), TravelError> {
        sqlx::query(
            r"
            UPDATE dev.clock
            SET business_time = greatest(business_time, to_timestamp($1::float8 / 1000))
            ",
        )
        .bind(millis(instant))
        .execute(&self.pool)
        .await
        .map_err(unanswered)?;
        Ok(())
    }

    async fn lag(&self) -> Result<Lag, TravelError> {
        let days: i32 = sqlx::query_scalar(
            r"
            SELECT lag_days
            FROM dev.clock
            ",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(unanswered)?;
        Ok(Lag::of_days(days))
    }

    async fn outbox_is_empty(&self) -> Result<bool, TravelError> {
        let there: Vec<String> = sqlx::query_scalar(
            r"
            SELECT service
            FROM unnest($1::text[]) AS service
            WHERE to_regclass(service || '.outbox_events') IS NOT NULL
            ",
        )
        .bind(&SERVICES[..])
        .fetch_all(&self.pool)
        .await
        .map_err(unanswered)?;
        let has_rows: Vec<String> =
            there.iter().map(|service| format!("EXISTS (SELECT FROM {service}.outbox_events)")).collect();
        if has_rows.is_empty() {
            return Ok(true);
        }
        // The names are those of this file.
        let question = AssertSqlSafe(format!("SELECT NOT ({})", has_rows.join(" OR ")));
        sqlx::query_scalar(question).fetch_one(&self.pool).await.map_err(unanswered)
    }

    async fn workflow_ids(&self) -> Result<Vec<String>, TravelError> {
        sqlx::query_scalar(
            r"
            SELECT workflow_id
            FROM dev.started_workflows
            ORDER BY workflow_id
            ",
        )
        .fetch_all(&self.pool)
        .await
        .map_err(unanswered)
    }

    async fn forget_workflow(&self, id: &str) -> Result<(), TravelError> {
        sqlx::query(
            r"
            DELETE FROM dev.started_workflows
            WHERE workflow_id = $1
            ",
        )
        .bind(id)
        .execute(&self.pool)
        .await
        .map_err(unanswered)?;
        Ok(())
    }
}

/// Whole milliseconds: exact in a double, and finer than any date of law.
fn millis(instant: Timestamp) -> i64 {
    instant.as_millisecond()
}

fn unanswered(error: sqlx::Error) -> TravelError {
    TravelError::World(Box::new(error))
}

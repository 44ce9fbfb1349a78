//! The one transaction of a command: tenant, proof, idempotency key, audit row, outbox. Nothing of it happens anywhere else.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::names::JobcenterId;
use prost::Message;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, Postgres};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    authorization::{Act, Authorized, Decision, Person, Policies, Resource},
    clock::{BusinessClock, WallClock, berlin_date},
    database::Database,
    failure::Failure,
    outbox::{Event, Rows},
    principal::Caller,
};

/// What every operation of a service works with; cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The service's schema, as the role that owns nothing.
    pub database: Database,
    /// The time of law.
    pub clock: BusinessClock,
    /// Keys and wall time.
    pub wall: WallClock,
    /// Who may do what.
    pub policies: Arc<Policies>,
}

impl Desk {
    /// Begins the transaction of one call in the tenant `jobcenter`. The caller's own jobcenter decides the tenant where it has one,
    /// so that a foreign name finds nothing and its refusal is audited at home.
    ///
    /// # Errors
    /// When the clock or the database fails.
    pub async fn begin(&self, caller: &Caller, jobcenter: &str) -> Result<Unit, Failure> {
        let now = self.clock.now().await?;
        self.begin_at(caller, jobcenter, now).await
    }

    /// As [`Desk::begin`], with the business time a workflow brings along.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_at(&self, caller: &Caller, jobcenter: &str, now: Timestamp) -> Result<Unit, Failure> {
        let home = caller.principal.jobcenter.clone().unwrap_or_else(|| jobcenter.to_owned());
        let transaction = self.database.pool().begin_with(begin_in(&home, "")?).await?;
        Ok(Unit {
            transaction,
            home,
            asked: jobcenter.to_owned(),
            caller: caller.clone(),
            now,
            wall: self.wall,
            policies: Arc::clone(&self.policies),
            bell: self.database.bell(),
            rings: false,
            events: Vec::new(),
        })
    }
}

/// Begins a transaction and sets its tenant, in one message. Such a message has no parameters, so only a slug gets into its text, or
/// nothing: what belongs to the whole cell is asked for without a tenant, to whom no row is visible.
fn begin_in(home: &str, characteristics: &str) -> Result<AssertSqlSafe<String>, Failure> {
    if !home.is_empty() {
        home.parse::<JobcenterId>().map_err(|_| Failure::Defect("a tenant that is no slug".to_owned()))?;
    }
    Ok(AssertSqlSafe(format!("BEGIN {characteristics}; SET LOCAL lotse.jobcenter = '{home}'")))
}

/// A transaction under way. Dropping it rolls everything back.
#[derive(Debug)]
pub struct Unit {
    transaction: sqlx::Transaction<'static, Postgres>,
    home: String,
    asked: String,
    caller: Caller,
    now: Timestamp,
    wall: WallClock,
    policies: Arc<Policies>,
    bell: Arc<Notify>,
    rings: bool,
    events: Vec<Event>,
}

/// Whether a request is new or a repetition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Never seen: go on.
    New,
    /// Seen with the same content: answer with this resource as it is now.
    Seen {
        /// The resource the first request made or changed.
        resource: String,
    },
}

impl Unit {
    /// The connection of the transaction, for the store.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }

    /// The tenant of the transaction.
    #[must_use]
    pub fn jobcenter(&self) -> &str {
        &self.home
    }

    /// Whether the asked name lies in the tenant of the transaction; if not, nothing of it may be found.
    #[must_use]
    pub fn is_home(&self) -> bool {
        self.home == self.asked
    }

    /// The business date of the call in Europe/Berlin.
    #[must_use]
    pub fn today(&self) -> Date {
        berlin_date(self.now)
    }

    /// The business time of the call.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// A new key.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        self.wall.new_id()
    }

    /// Who calls.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Asks Cedar. The proof is the only way to the store; a refusal commits exactly its audit row.
    ///
    /// # Errors
    /// [`Failure::NotFound`] when the caller may not see the resource, [`Failure::NotPermitted`] when the act is not theirs.
    pub async fn authorize<A: Act>(
        self,
        person: &Person,
        resource: &Resource,
    ) -> Result<(Self, Authorized<A>), Failure> {
        if !self.is_home() {
            return Err(self.refuse(resource.name.clone(), Failure::NotFound { name: resource.name.clone() }).await);
        }
        match self.policies.decide::<A>(&self.caller.principal, person, resource)? {
            Decision::Allowed(proof) => Ok((self, proof)),
            Decision::Refused => Err(self.refuse(resource.name.clone(), Failure::NotPermitted).await),
            Decision::Hidden => {
                let name = resource.name.clone();
                Err(self.refuse(name.clone(), Failure::NotFound { name }).await)
            }
        }
    }

    /// Refuses before anything was written: commits the audit row alone and gives back the failure to answer with. Later it is
    /// [`Unit::take_back`].
    pub async fn refuse(mut self, name: String, failure: Failure) -> Failure {
        match self.write_audit(&name, "refused", "").await {
            Err(error) => error,
            Ok(()) => match self.transaction.commit().await {
                Err(error) => Failure::Database(error),
                Ok(()) => failure,
            },
        }
    }

    /// Notes a refusal that shows only once the act had begun, such as of a second pair of eyes: of the act nothing stays, not even its
    /// claim, and the audit row is committed alone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_back(self, desk: &Desk, name: &str) -> Result<(), Failure> {
        self.transaction.rollback().await?;
        let mut unit = desk.begin_at(&self.caller, &self.asked, self.now).await?;
        unit.write_audit(name, "refused", "").await?;
        Ok(unit.transaction.commit().await?)
    }

    /// The same call in a transaction that sees everything as it stands at its first question, whatever others commit meanwhile, and can
    /// write nothing: for what reads more than one statement gives at once. What was written before is rolled back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn frozen(self, desk: &Desk) -> Result<Self, Failure> {
        self.transaction.rollback().await?;
        let begin = begin_in(&self.home, "ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
        let transaction = desk.database.pool().begin_with(begin).await?;
        Ok(Self { transaction, rings: false, events: Vec::new(), ..self })
    }

    /// Ends a reading of which nothing is noted, before its answer is told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(self) -> Result<(), Failure> {
        Ok(self.transaction.rollback().await?)
    }

    /// Claims the request (AIP-155): the fingerprint is the SHA-256 of the whole message.
    ///
    /// # Errors
    /// [`Failure::RequestIdReused`] when the id came before with other content.
    pub async fn claim<M: Message>(&mut self, request_id: Uuid, request: &M, resource: &str) -> Result<Claim, Failure> {
        let fingerprint = Sha256::digest(request.encode_to_vec()).to_vec();
        let principal = self.caller.principal.subject.clone();
        let (method, home) = (self.caller.method.clone(), self.home.clone());
        let made = sqlx::query!(
            r"
            INSERT INTO idempotency_keys (jobcenter_id, principal, method, request_id, fingerprint, resource)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING
            ",
            home,
            principal,
            method,
            request_id,
            fingerprint,
            resource
        )
        .execute(&mut *self.transaction)
        .await?
        .rows_affected();
        if made == 1 {
            return Ok(Claim::New);
        }
        let seen = sqlx::query!(
            r"
            SELECT fingerprint, resource
            FROM idempotency_keys
            WHERE jobcenter_id = $1 AND principal = $2 AND method = $3 AND request_id = $4
            ",
            home,
            principal,
            method,
            request_id
        )
        .fetch_one(&mut *self.transaction)
        .await?;
        if seen.fingerprint == fingerprint {
            Ok(Claim::Seen { resource: seen.resource })
        } else {
            Err(Failure::RequestIdReused)
        }
    }

    /// Rings the relay, and whoever else waits for this service's commits, once the transaction is committed.
    pub const fn ring_after_commit(&mut self) {
        self.rings = true;
    }

    /// Leaves an event for the outbox; it is written with the audit row.
    pub(crate) fn leave(&mut self, event: Event) {
        self.events.push(event);
        self.rings = true;
    }

    /// Writes the events and the audit row of a write and commits: the last thing a command does.
    ///
    /// # Errors
    /// When the database fails; then nothing has happened.
    pub async fn commit(mut self, resource: &str, legal_ground: &str) -> Result<(), Failure> {
        if self.events.is_empty() {
            self.write_audit(resource, "done", legal_ground).await?;
        } else {
            self.write_events_and_audit(resource, legal_ground).await?;
        }
        self.transaction.commit().await?;
        if self.rings {
            self.bell.notify_one();
        }
        Ok(())
    }

    /// Commits a read of content that is audited (classes from advice upwards).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn commit_read(mut self, resource: &str, legal_ground: &str) -> Result<(), Failure> {
        self.write_audit(resource, "read", legal_ground).await?;
        Ok(self.transaction.commit().await?)
    }

    /// The outbox and the audit row in one statement: commands wait for each other's round trips.
    async fn write_events_and_audit(&mut self, resource: &str, legal_ground: &str) -> Result<(), Failure> {
        let rows = Rows::of(&self.events);
        sqlx::query!(
            r"
            WITH told AS (
                INSERT INTO outbox_events (jobcenter_id, signal_name, trace_context,
                                           workflow_id, seq, kind, workflow_type, task_queue, payload, input)
                SELECT $2, $10, $11, e.workflow_id, e.seq, e.kind, e.workflow_type, e.task_queue, e.payload, e.input
                FROM unnest($12::text[], $13::bigint[], $14::text[], $15::text[], $16::text[], $17::jsonb[], $18::jsonb[])
                     AS e (workflow_id, seq, kind, workflow_type, task_queue, payload, input)
            )
            INSERT INTO audit_log (audit_id, jobcenter_id, actor, actor_kind, method, resource, outcome, legal_ground, trace_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7::text, $8, $9)
            ",
            self.wall.new_id(),
            self.home,
            self.caller.principal.subject,
            self.caller.principal.kind.as_str(),
            self.caller.method,
            resource,
            "done",
            legal_ground,
            self.caller.trace_id,
            rows.signal_name,
            rows.trace_context,
            &rows.workflow_ids,
            &rows.seqs,
            &rows.kinds as _,
            &rows.workflow_types as _,
            &rows.task_queues as _,
            &rows.payloads,
            &rows.inputs as _
        )
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }

    async fn write_audit(&mut self, resource: &str, outcome: &str, legal_ground: &str) -> Result<(), Failure> {
        sqlx::query!(
            r"
            INSERT INTO audit_log (audit_id, jobcenter_id, actor, actor_kind, method, resource, outcome, legal_ground, trace_id)
            VALUES ($1, $2, $3, $4, $5, $6, $7::text, $8, $9)
            ",
            self.wall.new_id(),
            self.home,
            self.caller.principal.subject,
            self.caller.principal.kind.as_str(),
            self.caller.method,
            resource,
            outcome,
            legal_ground,
            self.caller.trace_id
        )
        .execute(&mut *self.transaction)
        .await?;
        Ok(())
    }
}

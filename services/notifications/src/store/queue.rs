//! Table `deliveries`, as the courier sees it: due rows are taken under a lease, and reported on by whoever holds it.

use std::time::Duration;

use lotse_platform::failure::Failure;
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    domain::{
        cause::Subject,
        delivery::{Mishap, Next},
    },
    mail::Email,
};

/// A delivery under a lease, with what it carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Which one.
    pub delivery_id: Uuid,
    /// The version the claim made; a report of another holder finds another one.
    pub version: i64,
    /// Number of this attempt, from 1.
    pub attempt: u32,
    /// The resources the notice speaks of.
    pub subjects: Vec<Subject>,
    /// The e-mail; its body is still the notice's text alone.
    pub email: Email,
}

/// Takes up to `most` due deliveries under a lease. Rows that somebody else is taking are passed over; a row whose lease ran out is
/// taken again, for its holder may have died before or after the mail server took the message.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn claim(pool: &PgPool, most: i64, lease: Duration) -> Result<Vec<Claimed>, Failure> {
    let rows = sqlx::query!(
        r#"
        WITH due AS (
            SELECT delivery_id
            FROM deliveries
            WHERE state = 'PENDING' AND next_attempt_at <= now() AND (claimed_until IS NULL OR claimed_until < now())
            ORDER BY next_attempt_at
            LIMIT $1
            FOR UPDATE SKIP LOCKED
        )
        UPDATE deliveries AS d
        SET claimed_until = now() + make_interval(secs => $2), attempts = attempts + 1, version = d.version + 1
        FROM due, notices AS n
        WHERE d.delivery_id = due.delivery_id AND n.notice_id = d.notice_id
        RETURNING d.delivery_id, d.version, d.attempts, d.address, d.queued_at, n.notice_id, n.subjects, n.title, n.body
        "#,
        most,
        lease.as_secs_f64()
    )
    .fetch_all(pool)
    .await?;
    let subjects = |stored: Vec<String>| {
        let read: Result<Vec<Subject>, _> = stored.iter().map(|subject| subject.parse()).collect();
        read.map_err(|_| Failure::Defect("a stored notice has no proper subject".to_owned()))
    };
    rows.into_iter()
        .map(|row| {
            Ok(Claimed {
                delivery_id: row.delivery_id,
                version: row.version,
                attempt: u32::try_from(row.attempts).unwrap_or(u32::MAX),
                subjects: subjects(row.subjects)?,
                email: Email {
                    notice_id: row.notice_id,
                    address: row.address,
                    subject: row.title,
                    body: row.body,
                    written_at: row.queued_at.to_jiff(),
                },
            })
        })
        .collect()
}

/// Writes down how a claimed delivery goes on. False when the lease had passed to somebody else, whose report counts.
///
/// # Errors
/// When the database fails.
pub async fn report(pool: &PgPool, claimed: &Claimed, next: Next) -> Result<bool, Failure> {
    let (state, pause, Mishap { trouble, reply_code }) = match next {
        Next::Sent => return sent(pool, claimed).await,
        Next::Again { after, mishap } => ("PENDING", Some(after.as_secs_f64()), mishap),
        Next::Failed { mishap } => ("FAILED", None, mishap),
    };
    let written = sqlx::query!(
        r"
        UPDATE deliveries
        SET state = $3, version = version + 1, claimed_until = NULL, last_error = $4, last_reply_code = $5,
            next_attempt_at = now() + make_interval(secs => $6)
        WHERE delivery_id = $1 AND version = $2 AND state = 'PENDING'
        ",
        claimed.delivery_id,
        claimed.version,
        state,
        trouble.code(),
        reply_code.map(i32::from),
        pause
    )
    .execute(pool)
    .await?;
    Ok(written.rows_affected() == 1)
}

async fn sent(pool: &PgPool, claimed: &Claimed) -> Result<bool, Failure> {
    let written = sqlx::query!(
        r"
        UPDATE deliveries
        SET state = 'SENT', version = version + 1, claimed_until = NULL, last_error = NULL, last_reply_code = NULL,
            next_attempt_at = NULL, sent_at = now()
        WHERE delivery_id = $1 AND version = $2 AND state = 'PENDING'
        ",
        claimed.delivery_id,
        claimed.version
    )
    .execute(pool)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// How many deliveries wait, and how many were given up.
///
/// # Errors
/// When the database fails.
pub async fn standing(pool: &PgPool) -> Result<(i64, i64), Failure> {
    let row = sqlx::query!(
        r#"
        SELECT (SELECT count(*) FROM deliveries WHERE state = 'PENDING') AS "pending!",
               (SELECT count(*) FROM deliveries WHERE state = 'FAILED') AS "failed!"
        "#
    )
    .fetch_one(pool)
    .await?;
    Ok((row.pending, row.failed))
}

//! Table `deliveries`, as people see it: written with its notice, listed by team, retried.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{DeliveryName, JobcenterName, NoticeName, StaffName};
use lotse_platform::{authorization::Authorized, failure::Failure, paging::Page, unit::Unit};
use uuid::Uuid;

use crate::{
    access::acts,
    domain::{
        delivery::{Delivery, DeliveryState, Mishap},
        notice::Recipient,
    },
};

struct Row {
    delivery_id: Uuid,
    notice_id: Uuid,
    staff_member_id: Uuid,
    team: String,
    version: i64,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    last_reply_code: Option<i32>,
    next_attempt_at: Option<jiff_sqlx::Timestamp>,
    sent_at: Option<jiff_sqlx::Timestamp>,
    created_at: jiff_sqlx::Timestamp,
}

impl Row {
    fn read(self, jobcenter: &JobcenterName) -> Result<Delivery, Failure> {
        let notice = NoticeName::new(StaffName::new(jobcenter.clone(), self.staff_member_id), self.notice_id);
        let state = self.state().ok_or_else(|| Failure::Defect("a stored delivery has no proper state".to_owned()))?;
        Ok(Delivery {
            name: DeliveryName::new(notice, self.delivery_id),
            version: self.version,
            team: self.team,
            attempts: u32::try_from(self.attempts).unwrap_or_default(),
            state,
            created_at: self.created_at.to_jiff(),
        })
    }

    fn state(&self) -> Option<DeliveryState> {
        let last = match &self.last_error {
            Some(code) => {
                let reply_code = self.last_reply_code.and_then(|code| u16::try_from(code).ok());
                Some(Mishap { trouble: code.parse().ok()?, reply_code })
            }
            None => None,
        };
        Some(match self.state.as_str() {
            "PENDING" => DeliveryState::Pending { next_attempt_at: self.next_attempt_at?.to_jiff(), last },
            "SENT" => DeliveryState::Sent { sent_at: self.sent_at?.to_jiff() },
            "FAILED" => DeliveryState::Failed { last: last? },
            _ => return None,
        })
    }
}

/// Writes the delivery of a new notice, due at once.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    unit: &mut Unit,
    _: &Authorized<acts::CreateNotice>,
    name: &DeliveryName,
    recipient: &Recipient,
) -> Result<(), Failure> {
    let now = unit.now();
    sqlx::query!(
        r"
        INSERT INTO deliveries (delivery_id, jobcenter_id, notice_id, staff_member_id, team, address, version, state, attempts,
                                next_attempt_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, 1, 'PENDING', 0, now(), $7)
        ",
        name.id(),
        name.jobcenter().as_str(),
        name.notice().id(),
        name.notice().staff().id(),
        recipient.team,
        recipient.address,
        now.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// The team a delivery belongs to; `None` when there is no such delivery.
///
/// # Errors
/// When the database fails.
pub async fn access_facts(unit: &mut Unit, name: &DeliveryName) -> Result<Option<String>, Failure> {
    Ok(find(unit, name).await?.map(|delivery| delivery.team))
}

/// Reads a delivery.
///
/// # Errors
/// [`Failure::NotFound`] when there is none of that name.
pub async fn load(
    unit: &mut Unit,
    _: &Authorized<acts::RetryDelivery>,
    name: &DeliveryName,
) -> Result<Delivery, Failure> {
    find(unit, name).await?.ok_or_else(|| Failure::NotFound { name: name.to_string() })
}

async fn find(unit: &mut Unit, name: &DeliveryName) -> Result<Option<Delivery>, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT delivery_id, notice_id, staff_member_id, team, version, state, attempts, last_error, last_reply_code,
               next_attempt_at, sent_at, created_at
        FROM deliveries
        WHERE delivery_id = $1 AND jobcenter_id = $2 AND notice_id = $3 AND staff_member_id = $4
        ",
        name.id(),
        name.jobcenter().as_str(),
        name.notice().id(),
        name.notice().staff().id()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map(|row| row.read(name.notice().staff().jobcenter_name())).transpose()
}

/// Writes a retried delivery over the version that was read, to the recipient's present address when there is one.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one.
pub async fn update_retried(
    unit: &mut Unit,
    _: &Authorized<acts::RetryDelivery>,
    delivery: Delivery,
    next_attempt_at: Timestamp,
    address: Option<&str>,
) -> Result<Delivery, Failure> {
    let written = sqlx::query!(
        r"
        UPDATE deliveries
        SET version = version + 1, state = 'PENDING', attempts = 0, next_attempt_at = $4, claimed_until = NULL,
            address = COALESCE($5, address)
        WHERE delivery_id = $1 AND jobcenter_id = $2 AND version = $3
        ",
        delivery.name.id(),
        delivery.name.jobcenter().as_str(),
        delivery.version,
        next_attempt_at.to_sqlx() as _,
        address
    )
    .execute(unit.connection())
    .await?;
    if written.rows_affected() == 0 {
        return Err(Failure::StaleEtag);
    }
    Ok(Delivery { version: delivery.version + 1, ..delivery })
}

/// Lists deliveries, newest first, one more than the page shows. `team` is the only team shown; every one when `None`.
/// `states` are the only states shown; all when empty.
///
/// # Errors
/// When the database fails.
pub async fn list(
    unit: &mut Unit,
    _: &Authorized<acts::ListDeliveries>,
    jobcenter: &JobcenterName,
    team: Option<&str>,
    states: &[String],
    page: &Page<Uuid>,
) -> Result<Vec<Delivery>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT delivery_id, notice_id, staff_member_id, team, version, state, attempts, last_error, last_reply_code,
               next_attempt_at, sent_at, created_at
        FROM deliveries
        WHERE jobcenter_id = $1
          AND ($2::text IS NULL OR team = $2)
          AND (cardinality($3::text[]) = 0 OR state = ANY($3))
          AND ($4::uuid IS NULL OR delivery_id < $4)
        ORDER BY delivery_id DESC
        LIMIT $5
        ",
        jobcenter.jobcenter().as_str(),
        team,
        states,
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(|row| row.read(jobcenter)).collect()
}

//! Letters whose workflows wait for a date that is computed by rules.

use lotse_kernel::names::{CaseName, JobcenterName, LetterName};
use lotse_platform::authorization::{Act, Authorized};
use lotse_platform::failure::Failure;
use lotse_platform::unit::Unit;
use uuid::Uuid;

use crate::domain::letter::Offer;
use crate::domain::posting::Unposted;

/// Letters of one page: so many are woken within some hundredths of a second.
pub const PAGE: usize = 1_000;

/// The letters after one that lie in the post room, in the order of their ids, at most [`PAGE`].
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn page<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    jobcenter: &JobcenterName,
    after: Option<Uuid>,
) -> Result<Vec<Unposted>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT case_id, letter_id, offered_on AS "offered_on!", reminders
        FROM letters
        WHERE jobcenter_id = $1 AND state = 'READY_TO_POST' AND letter_id > $2
        ORDER BY letter_id
        LIMIT $3
        "#,
        jobcenter.jobcenter().as_str(),
        after.unwrap_or(Uuid::nil()),
        i64::try_from(PAGE).unwrap_or(i64::MAX)
    )
    .fetch_all(unit.connection())
    .await?;
    let named = |case, id| LetterName::new(CaseName::new(jobcenter.clone(), case), id);
    let offer = |offered_on: jiff_sqlx::Date, reminders| Offer { offered_on: offered_on.to_jiff(), reminders };
    let unposted = |letter, offer| Unposted { letter, offer };
    Ok(rows
        .into_iter()
        .map(|row| unposted(named(row.case_id, row.letter_id), offer(row.offered_on, row.reminders)))
        .collect())
}

/// How many lie in the post room.
///
/// # Errors
/// When the database fails.
pub async fn count<A: Act>(unit: &mut Unit, _proof: Authorized<A>, jobcenter: &JobcenterName) -> Result<i32, Failure> {
    let count = sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!"
        FROM letters
        WHERE jobcenter_id = $1 AND state = 'READY_TO_POST'
        "#,
        jobcenter.jobcenter().as_str()
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(i32::try_from(count).unwrap_or(i32::MAX))
}

/// Numbers one more event of each, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn number_events<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    jobcenter: &JobcenterName,
    letters: &[LetterName],
) -> Result<Vec<(LetterName, i64)>, Failure> {
    let ids: Vec<Uuid> = letters.iter().map(LetterName::id).collect();
    let rows = sqlx::query!(
        r"
        WITH held AS (
            SELECT letter_id
            FROM letters
            WHERE jobcenter_id = $1 AND letter_id = ANY($2)
            ORDER BY letter_id
            FOR UPDATE
        )
        UPDATE letters u
        SET event_seq = u.event_seq + 1
        FROM held
        WHERE u.jobcenter_id = $1 AND u.letter_id = held.letter_id
        RETURNING u.case_id, u.letter_id, u.event_seq
        ",
        jobcenter.jobcenter().as_str(),
        &ids
    )
    .fetch_all(unit.connection())
    .await?;
    let named = |case, id| LetterName::new(CaseName::new(jobcenter.clone(), case), id);
    Ok(rows.into_iter().map(|row| (named(row.case_id, row.letter_id), row.event_seq)).collect())
}

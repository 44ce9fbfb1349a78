//! Table `referrals`: inserted once, changed by version, listed by case.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, ReferralName};
use lotse_platform::{
    authorization::{Act, Authorized},
    failure::Failure,
    paging::Page,
    unit::Unit,
};
use uuid::Uuid;

pub use super::row::Stored;
use super::row::{Columns, Row};
use crate::domain::{plan_step::PlanStep, referral::Referral, vocabulary::UnmetNeed};

/// Writes a new draft.
///
/// # Errors
/// When the database fails.
pub async fn insert<A: Act>(unit: &mut Unit, _proof: Authorized<A>, stored: &Stored) -> Result<(), Failure> {
    let referral = &stored.referral;
    sqlx::query!(
        r"
        INSERT INTO referrals (jobcenter_id, case_id, referral_id, version, event_seq, provider_id, offer_id, episode_id,
                               report_interval_months, state, reports, escalations, created_at, goal_key, step_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, $11, $12, $13)
        ",
        referral.name.jobcenter().as_str(),
        referral.name.case().id(),
        referral.name.id(),
        referral.version,
        referral.event_seq,
        referral.offer.provider().id(),
        referral.offer.id(),
        referral.episode.id(),
        referral.report_interval.map(|months| months.0),
        referral.state.code(),
        stored.created_at.to_sqlx() as _,
        referral.plan_step.as_ref().map(|step| &step.goal_key),
        referral.plan_step.as_ref().map(|step| &step.step_key)
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Reads a referral.
///
/// # Errors
/// [`Failure::NotFound`] when the case has none of that name; when the database fails or holds what cannot be.
pub async fn load<A: Act>(unit: &mut Unit, _proof: Authorized<A>, name: &ReferralName) -> Result<Stored, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT jobcenter_id, case_id, referral_id, version, event_seq, provider_id, offer_id, episode_id,
               report_interval_months, goal_key, step_key, unmet_need, silence_rule_version, state, sent_on, answered_on,
               started_on, closed_on,
               reports, last_report_due_on, last_report_on, last_report_rule_version, escalations, last_escalated_on, outcome,
               created_at
        FROM referrals
        WHERE jobcenter_id = $1 AND referral_id = $2 AND case_id = $3
        ",
        name.jobcenter().as_str(),
        name.id(),
        name.case().id()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.ok_or_else(|| Failure::NotFound { name: name.to_string() })?.try_into()
}

/// Reads a referral and locks it until the transaction ends.
///
/// # Errors
/// As [`load`].
pub async fn lock<A: Act>(unit: &mut Unit, proof: Authorized<A>, name: &ReferralName) -> Result<Stored, Failure> {
    sqlx::query!(
        r"
        SELECT referral_id
        FROM referrals
        WHERE jobcenter_id = $1 AND referral_id = $2 AND case_id = $3
        FOR UPDATE
        ",
        name.jobcenter().as_str(),
        name.id(),
        name.case().id()
    )
    .fetch_optional(unit.connection())
    .await?;
    load(unit, proof, name).await
}

/// Writes a changed referral over the version that was read; gives it back with its new version.
///
/// # Errors
/// [`Failure::StaleEtag`] when it was changed meanwhile; when the database fails.
pub async fn update<A: Act>(unit: &mut Unit, _proof: Authorized<A>, referral: Referral) -> Result<Referral, Failure> {
    let columns = Columns::of(&referral.state);
    let written = sqlx::query!(
        r"
        UPDATE referrals
        SET version = version + 1, event_seq = $4, unmet_need = $5, state = $6, sent_on = $7, answered_on = $8,
            started_on = $9, closed_on = $10, reports = $11, escalations = $12, outcome = $13,
            last_report_due_on = $14, last_report_on = $15, last_escalated_on = $16, silence_rule_version = $17,
            last_report_rule_version = $18
        WHERE jobcenter_id = $1 AND referral_id = $2 AND version = $3
        ",
        referral.name.jobcenter().as_str(),
        referral.name.id(),
        referral.version,
        referral.event_seq,
        referral.unmet_need.map(UnmetNeed::code),
        referral.state.code(),
        columns.sent_on as _,
        columns.answered_on as _,
        columns.started_on as _,
        columns.closed_on as _,
        columns.reports,
        columns.escalations,
        columns.outcome,
        columns.last_report_due_on as _,
        columns.last_report_on as _,
        columns.last_escalated_on as _,
        referral.silent_under.as_deref(),
        referral.last_report_under.as_deref()
    )
    .execute(unit.connection())
    .await?;
    if written.rows_affected() == 0 {
        return Err(Failure::StaleEtag);
    }
    Ok(Referral { version: referral.version + 1, ..referral })
}

/// Lists the referrals of a case, or those of a step of a plan, newest first, one more than the page shows.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn list<A: Act>(
    unit: &mut Unit,
    _proof: Authorized<A>,
    case: &CaseName,
    of: Option<&PlanStep>,
    page: &Page<Uuid>,
) -> Result<Vec<Stored>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT jobcenter_id, case_id, referral_id, version, event_seq, provider_id, offer_id, episode_id,
               report_interval_months, goal_key, step_key, unmet_need, silence_rule_version, state, sent_on, answered_on,
               started_on, closed_on,
               reports, last_report_due_on, last_report_on, last_report_rule_version, escalations, last_escalated_on, outcome,
               created_at
        FROM referrals
        WHERE jobcenter_id = $1 AND case_id = $2 AND ($3::uuid IS NULL OR referral_id < $3)
          AND ($5::text IS NULL OR (goal_key = $5 AND step_key = $6))
        ORDER BY referral_id DESC
        LIMIT $4
        ",
        case.jobcenter().as_str(),
        case.id(),
        page.after,
        page.fetch(),
        of.map(|step| &step.goal_key) as _,
        of.map(|step| &step.step_key) as _
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(Stored::try_from).collect()
}

//! The waiting list: episodes in phase WAITLISTED, in the order in which places are given (row 3b).

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName, StaffName};
use lotse_platform::{
    failure::Failure,
    paging::{Day, Page},
    unit::Unit,
};
use uuid::Uuid;

use super::cases::Viewer;
use crate::domain::episode::Places;

/// Whose waiting list; filters combine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this team.
    pub team: Option<String>,
    /// Of this case manager.
    pub case_manager: Option<Uuid>,
}

/// An episode that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub episode: EpisodeName,
    /// For a place with whom.
    pub case_manager: StaffName,
    /// Team of the case.
    pub team: String,
    /// Since which day.
    pub since: Date,
    /// The places of that case manager, as this episode sees them.
    pub places: Places,
}

/// Who waits, as far as the viewer may see it, in the order of the list. The place of each is counted among all who wait for the same case
/// manager, also those the viewer does not see.
///
/// # Errors
/// When the database fails.
pub async fn list(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    viewer: &Viewer,
    filter: &Filter,
    page: &Page<(Day, Uuid)>,
) -> Result<Vec<Waiting>, Failure> {
    let (after_day, after_id) = page.after.unzip();
    let rows = sqlx::query!(
        r#"
        SELECT w.case_id, w.episode_id, w.waiting_since_on AS "waiting_since_on!", w.case_manager_id AS "case_manager_id!",
               w.ahead AS "ahead!", c.team, s.full_time_percent,
               (
                   SELECT count(*)
                   FROM episodes o
                   WHERE o.jobcenter_id = $1 AND o.case_manager_id = w.case_manager_id
                     AND o.phase IN ('ENTRY_CONSULTATION', 'ASSESSMENT', 'PLANNING', 'DELIVERY')
               ) AS "caseload!"
        FROM (
            SELECT case_id, episode_id, waiting_since_on, case_manager_id,
                   row_number() OVER (PARTITION BY case_manager_id ORDER BY waiting_since_on, episode_id) - 1 AS ahead
            FROM episodes
            WHERE jobcenter_id = $1 AND phase = 'WAITLISTED'
        ) AS w
        JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = w.case_id
        JOIN staff_members s ON s.jobcenter_id = $1 AND s.staff_member_id = w.case_manager_id
        WHERE (c.team = $4 OR c.case_id IN (SELECT of FROM cases_of($1, $2, $3) AS of))
          AND ($5::text IS NULL OR c.team = $5)
          AND ($6::uuid IS NULL OR w.case_manager_id = $6)
          AND ($7::date IS NULL OR (w.waiting_since_on, w.episode_id) > ($7, $8))
        ORDER BY w.waiting_since_on, w.episode_id
        LIMIT $9
        "#,
        jobcenter.jobcenter().as_str(),
        viewer.placement_officer,
        viewer.case_manager,
        viewer.team,
        filter.team,
        filter.case_manager,
        after_day.map(|day| day.0.to_sqlx()) as _,
        after_id,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    let count = |people: i64| i32::try_from(people).unwrap_or(i32::MAX);
    let waiting = rows.into_iter().map(|row| Waiting {
        episode: EpisodeName::new(CaseName::new(jobcenter.clone(), row.case_id), row.episode_id),
        case_manager: StaffName::new(jobcenter.clone(), row.case_manager_id),
        team: row.team,
        since: row.waiting_since_on.to_jiff(),
        places: Places {
            caseload: count(row.caseload),
            ahead: count(row.ahead),
            full_time_percent: row.full_time_percent,
        },
    });
    Ok(waiting.collect())
}

//! Counts for steering over the timeline, the episodes, the watches and the staff.

mod employment;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{
    authorization::{Act, Authorized},
    failure::Failure,
    unit::Unit,
};
use uuid::Uuid;

use crate::{
    access::acts,
    domain::{figures::FigureKind, vocabulary::ProfileType},
};

pub use employment::employment;

/// Which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// Which days, and whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// The days.
    pub days: Days,
    /// Cases of this team alone.
    pub team: Option<String>,
}

/// Of whom something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'s> {
    /// Cases of this team alone, or of the whole jobcenter.
    Team(Option<&'s str>),
    /// What one member of staff did, by name and id.
    Staff(&'s str, Uuid),
}

impl<'s> Whose<'s> {
    const fn team(self) -> Option<&'s str> {
        match self {
            Self::Team(team) => team,
            Self::Staff(..) => None,
        }
    }

    const fn actor(self) -> Option<&'s str> {
        match self {
            Self::Team(_) => None,
            Self::Staff(name, _) => Some(name),
        }
    }

    const fn case_manager(self) -> Option<Uuid> {
        match self {
            Self::Team(_) => None,
            Self::Staff(_, id) => Some(id),
        }
    }
}

/// How long episodes lasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Durations {
    /// How many ended.
    pub episodes: i64,
    /// Half of them lasted so many days or fewer.
    pub median_days: i32,
    /// Days on average, rounded.
    pub average_days: i32,
}

/// Who is in case management, and who is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// In case management, with a complex profile.
    pub complex_in_care: i64,
    /// In case management, whatever the profile.
    pub in_care: i64,
    /// Outside, with a complex profile.
    pub outside: i64,
}

/// The caseload of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamCaseload {
    /// The team.
    pub team: String,
    /// People in case management.
    pub people: i64,
    /// Posts in hundredths.
    pub full_time_percent: i64,
    /// How many people share them.
    pub case_managers: i64,
}

/// What happened in the range, by kind and code; an end that was undone is none (row 24).
///
/// # Errors
/// When the database fails.
pub async fn happened<A: Act>(
    unit: &mut Unit,
    _proof: &Authorized<A>,
    jobcenter: &JobcenterName,
    (days, whose): (Days, Whose<'_>),
) -> Result<Vec<(FigureKind, String, i64)>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT counted.kind AS "kind!", counted.detail AS "detail!", count(*) AS "count!"
        FROM (
            SELECT CASE e.code
                       WHEN 'EPISODE_PROPOSED' THEN 'PROPOSED'
                       WHEN 'EPISODE_ADMITTED' THEN 'ADMITTED'
                       WHEN 'EPISODE_WAITLISTED' THEN 'WAITLISTED'
                       WHEN 'EPISODE_REFUSED' THEN 'REFUSED'
                       WHEN 'EPISODE_REFERRED_BACK' THEN 'REFERRED_BACK'
                       WHEN 'REVIEW_DECIDED' THEN 'REVIEWS'
                       WHEN 'REVIEW_MISSED' THEN 'REVIEWS'
                       WHEN 'EXTENSION_APPROVED' THEN 'EXTENSIONS'
                       WHEN 'CASE_MANAGER_CHANGED' THEN 'CASE_MANAGER_CHANGES'
                       WHEN 'EPISODE_ENDED' THEN 'ENDED'
                       WHEN 'EPISODE_ENDED_TECHNICALLY' THEN 'ENDED_TECHNICALLY'
                       WHEN 'ELIGIBILITY_RECHECKED' THEN 'RECHECKS'
                   END AS kind,
                   CASE
                       WHEN e.code = 'REVIEW_MISSED' THEN 'MISSED'
                       WHEN e.code IN ('REVIEW_DECIDED', 'ELIGIBILITY_RECHECKED') THEN
                           CASE WHEN (e.parameters ->> 'days_late')::integer > 0 THEN 'LATE' ELSE 'IN_TIME' END
                       ELSE coalesce(e.parameters ->> 'reason', e.parameters ->> 'basis', e.parameters ->> 'signal_source',
                                     e.parameters ->> 'kind', '')
                   END AS detail
            FROM case_events e
            JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = e.case_id
            WHERE e.jobcenter_id = $1 AND e.happened_on BETWEEN $2 AND $3 AND ($4::text IS NULL OR c.team = $4)
              AND ($5::text IS NULL OR e.actor = $5)
              AND NOT is_undone(e)
        ) AS counted
        WHERE counted.kind IS NOT NULL
        GROUP BY counted.kind, counted.detail
        ORDER BY counted.kind, counted.detail
        "#,
        jobcenter.jobcenter().as_str(),
        days.from.to_sqlx() as _,
        days.to.to_sqlx() as _,
        whose.team(),
        whose.actor()
    )
    .fetch_all(unit.connection())
    .await?;
    let figure = |kind: &str| kind.parse().map_err(|_| Failure::Defect(format!("no figure is called {kind}")));
    rows.into_iter().map(|row| Ok((figure(&row.kind)?, row.detail, row.count))).collect()
}

/// The profiles of the range that followed another one of their person while they were in case management: that one, this one, and how often.
///
/// # Errors
/// When the database fails.
pub async fn movements<A: Act>(
    unit: &mut Unit,
    _proof: &Authorized<A>,
    jobcenter: &JobcenterName,
    (days, whose): (Days, Whose<'_>),
) -> Result<Vec<(ProfileType, ProfileType, i64)>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT moved.before AS "before!", moved.after AS "after!", count(*) AS "count!"
        FROM (
            SELECT former.profile_type AS before, p.profile_type AS after
            FROM profiles p
            JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = p.case_id
            JOIN LATERAL (
                SELECT f.profile_type
                FROM profiles f
                WHERE f.jobcenter_id = $1 AND f.case_id = p.case_id
                  AND (f.established_on, f.profile_id) < (p.established_on, p.profile_id)
                ORDER BY f.established_on DESC, f.profile_id DESC
                LIMIT 1
            ) AS former ON true
            WHERE p.jobcenter_id = $1 AND p.established_on BETWEEN $2 AND $3 AND ($4::text IS NULL OR c.team = $4)
              AND EXISTS (
                  SELECT
                  FROM episodes e
                  WHERE e.jobcenter_id = $1 AND e.case_id = p.case_id AND e.assigned_on <= p.established_on
                    AND ($5::uuid IS NULL OR e.case_manager_id = $5)
                    AND NOT EXISTS (
                        SELECT
                        FROM case_events x
                        WHERE x.jobcenter_id = $1 AND x.case_id = p.case_id AND right(x.subject, 36) = e.episode_id::text
                          AND x.code IN ('EPISODE_ENDED', 'EPISODE_ENDED_TECHNICALLY', 'EPISODE_REFERRED_BACK')
                          AND x.happened_on < p.established_on
                          AND NOT is_undone(x)
                    )
              )
        ) AS moved
        GROUP BY moved.before, moved.after
        "#,
        jobcenter.jobcenter().as_str(),
        days.from.to_sqlx() as _,
        days.to.to_sqlx() as _,
        whose.team(),
        whose.case_manager()
    )
    .fetch_all(unit.connection())
    .await?;
    let profile = |code: &str| code.parse().map_err(|_| Failure::Defect(format!("no profile is called {code}")));
    rows.into_iter().map(|row| Ok((profile(&row.before)?, profile(&row.after)?, row.count))).collect()
}

/// What a member of staff has to do today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Workload {
    /// People in case management with them.
    pub people: i64,
    /// Duties that may be done.
    pub open: i64,
    /// Those of them that are overdue.
    pub overdue: i64,
}

/// What a member of staff has to do today.
///
/// # Errors
/// When the database fails.
pub async fn workload(
    unit: &mut Unit,
    _proof: &Authorized<acts::GetStaffFigures>,
    staff: &StaffName,
) -> Result<Workload, Failure> {
    let today = unit.today();
    let row = sqlx::query!(
        r#"
        SELECT (
                   SELECT count(*)
                   FROM episodes
                   WHERE jobcenter_id = $1 AND case_manager_id = $2
                     AND phase IN ('ENTRY_CONSULTATION', 'ASSESSMENT', 'PLANNING', 'DELIVERY')
               ) AS "people!",
               count(*) FILTER (WHERE d.opens_on <= $3) AS "open!", count(*) FILTER (WHERE d.overdue_after_on < $3) AS "overdue!"
        FROM duties d
        WHERE d.jobcenter_id = $1 AND d.owner_id = $2 AND d.state IN ('SCHEDULED', 'OPEN')
        "#,
        staff.jobcenter().as_str(),
        staff.id(),
        today.to_sqlx() as _
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(Workload { people: row.people, open: row.open, overdue: row.overdue })
}

/// How long the episodes lasted that ended in the range.
///
/// # Errors
/// When the database fails.
pub async fn durations(
    unit: &mut Unit,
    _proof: &Authorized<acts::GetSteeringFigures>,
    jobcenter: &JobcenterName,
    range: &Range,
) -> Result<Durations, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT count(*) AS "episodes!", coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY ended.days), 0)::integer AS "median!",
               coalesce(round(avg(ended.days)), 0)::integer AS "average!"
        FROM (
            SELECT e.happened_on - p.assigned_on AS days
            FROM case_events e
            JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = e.case_id
            JOIN episodes p ON p.jobcenter_id = $1 AND p.episode_id = right(e.subject, 36)::uuid
            WHERE e.jobcenter_id = $1 AND e.happened_on BETWEEN $2 AND $3 AND ($4::text IS NULL OR c.team = $4)
              AND e.code IN ('EPISODE_ENDED', 'EPISODE_ENDED_TECHNICALLY')
              AND NOT is_undone(e)
              AND p.assigned_on IS NOT NULL
        ) AS ended
        "#,
        jobcenter.jobcenter().as_str(),
        range.days.from.to_sqlx() as _,
        range.days.to.to_sqlx() as _,
        range.team
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(Durations { episodes: row.episodes, median_days: row.median, average_days: row.average })
}

/// Who is reached today (R38). Outside is whoever has to be checked, sooner or later: the same watch may wait for the update of a plan alone (T5)
/// or for the day on which the person is 25 (R125), which tells nothing of the profile.
///
/// # Errors
/// When the database fails.
pub async fn reach(
    unit: &mut Unit,
    _proof: &Authorized<acts::GetSteeringFigures>,
    jobcenter: &JobcenterName,
    team: Option<&str>,
) -> Result<Reach, Failure> {
    let complex: Vec<String> =
        ProfileType::ALL.iter().filter(|kind| kind.is_complex()).map(|kind| kind.code().to_owned()).collect();
    let row = sqlx::query!(
        r#"
        SELECT count(*) FILTER (WHERE latest.profile_type = ANY ($3)) AS "complex_in_care!", count(*) AS "in_care!",
               (
                   SELECT count(*)
                   FROM duties d
                   WHERE d.jobcenter_id = $1 AND d.kind = 'ELIGIBILITY_RECHECK' AND d.state IN ('SCHEDULED', 'OPEN')
                     AND ($2::text IS NULL OR d.team = $2)
               ) AS "outside!"
        FROM episodes e
        JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = e.case_id
        LEFT JOIN LATERAL (
            SELECT p.profile_type
            FROM profiles p
            WHERE p.jobcenter_id = $1 AND p.case_id = e.case_id
            ORDER BY p.established_on DESC, p.profile_id DESC
            LIMIT 1
        ) AS latest ON true
        WHERE e.jobcenter_id = $1 AND e.phase IN ('ENTRY_CONSULTATION', 'ASSESSMENT', 'PLANNING', 'DELIVERY')
          AND ($2::text IS NULL OR c.team = $2)
        "#,
        jobcenter.jobcenter().as_str(),
        team,
        &complex
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(Reach { complex_in_care: row.complex_in_care, in_care: row.in_care, outside: row.outside })
}

/// The caseloads of today by team of the case manager (R168).
///
/// # Errors
/// When the database fails.
pub async fn caseloads(
    unit: &mut Unit,
    _proof: &Authorized<acts::GetSteeringFigures>,
    jobcenter: &JobcenterName,
    team: Option<&str>,
) -> Result<Vec<TeamCaseload>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT s.team, coalesce(sum(care.people), 0)::bigint AS "people!", sum(s.full_time_percent) AS "full_time_percent!",
               count(*) AS "case_managers!"
        FROM staff_members s
        LEFT JOIN (
            SELECT case_manager_id, count(*) AS people
            FROM episodes
            WHERE jobcenter_id = $1 AND phase IN ('ENTRY_CONSULTATION', 'ASSESSMENT', 'PLANNING', 'DELIVERY')
            GROUP BY case_manager_id
        ) AS care ON care.case_manager_id = s.staff_member_id
        WHERE s.jobcenter_id = $1 AND s.team <> '' AND 'CASE_MANAGER' = ANY (s.functions) AND ($2::text IS NULL OR s.team = $2)
        GROUP BY s.team
        ORDER BY s.team
        "#,
        jobcenter.jobcenter().as_str(),
        team
    )
    .fetch_all(unit.connection())
    .await?;
    let caseloads = rows.into_iter().map(|row| TeamCaseload {
        team: row.team,
        people: row.people,
        full_time_percent: row.full_time_percent,
        case_managers: row.case_managers,
    });
    Ok(caseloads.collect())
}

/// How many case managers a team has.
///
/// # Errors
/// When the database fails.
pub async fn case_managers(
    unit: &mut Unit,
    _proof: &Authorized<acts::GetSteeringFigures>,
    jobcenter: &JobcenterName,
    team: &str,
) -> Result<i64, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT count(*) AS "case_managers!"
        FROM staff_members
        WHERE jobcenter_id = $1 AND team = $2 AND 'CASE_MANAGER' = ANY (functions)
        "#,
        jobcenter.jobcenter().as_str(),
        team
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(row.case_managers)
}

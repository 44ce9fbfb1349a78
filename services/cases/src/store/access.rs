//! What access policies look at, in one question: commands wait for each other's round trips.

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName, StaffName};
use lotse_platform::{
    authorization::{Person, Resource},
    failure::Failure,
    unit::Unit,
};
use uuid::Uuid;

/// The caller's staff record; callers without one are nobody's officer.
///
/// # Errors
/// When the database fails.
pub async fn person(unit: &mut Unit) -> Result<Person, Failure> {
    let (home, subject) = (unit.jobcenter().to_owned(), unit.caller().principal.subject.clone());
    let row = sqlx::query!(
        r"
        SELECT staff_member_id, team
        FROM staff_members
        WHERE jobcenter_id = $1 AND subject = $2
        ",
        home,
        subject
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(row.map_or_else(Person::default, |row| at_home(&home, row.staff_member_id, row.team)))
}

/// The caller's staff record and the facts of a case. With an episode the case manager is the one named for it, if one is. Where the caller
/// manages an older episode of the case that is not over, they are told as `older_manager`: aftercare goes on beside the episode that was
/// proposed next (row 25). Where a running commission names the caller, they are told as `commissioned` (row 7b). A case that is not there
/// has no facts that permit anything, so that it looks like one that may not be seen.
///
/// # Errors
/// When the database fails.
pub async fn to_case(
    unit: &mut Unit,
    name: &CaseName,
    episode: Option<Uuid>,
    asked: &str,
) -> Result<(Person, Resource), Failure> {
    let (home, subject) = (unit.jobcenter().to_owned(), unit.caller().principal.subject.clone());
    let row = sqlx::query!(
        r#"
        SELECT s.staff_member_id AS "staff_member_id?", s.team AS "staff_team?", c.team AS "team?",
               c.placement_officer_id AS "placement_officer_id?", coalesce(e.case_manager_id, c.case_manager_id) AS case_manager_id,
               (
                   SELECT o.case_manager_id
                   FROM episodes o
                   WHERE o.jobcenter_id = c.jobcenter_id
                     AND o.case_id = c.case_id
                     AND o.case_manager_id = s.staff_member_id
                     AND o.phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
                   LIMIT 1
               ) AS older_manager_id,
               (
                   SELECT o.commissioned_id
                   FROM episodes o
                   WHERE o.jobcenter_id = c.jobcenter_id AND o.case_id = c.case_id AND o.commissioned_id = s.staff_member_id
                   LIMIT 1
               ) AS commissioned_id
        FROM (SELECT) AS one
        LEFT JOIN staff_members s ON s.jobcenter_id = $1 AND s.subject = $2
        LEFT JOIN cases c ON c.jobcenter_id = $3 AND c.case_id = $4
        LEFT JOIN episodes e ON e.jobcenter_id = c.jobcenter_id AND e.case_id = c.case_id AND e.episode_id = $5
        "#,
        home,
        subject,
        name.jobcenter().as_str(),
        name.id(),
        episode
    )
    .fetch_one(unit.connection())
    .await?;
    let person = row.staff_member_id.zip(row.staff_team).map(|(id, team)| at_home(&home, id, team)).unwrap_or_default();
    let staff = |id: Option<Uuid>| id.map(|id| StaffName::new(name.jobcenter_name().clone(), id).to_string());
    let facts = vec![
        ("jobcenter", row.team.as_ref().map(|_| name.jobcenter().to_string()).unwrap_or_default()),
        ("team", row.team.unwrap_or_default()),
        ("placement_officer", staff(row.placement_officer_id).unwrap_or_default()),
        ("case_manager", staff(row.case_manager_id).unwrap_or_default()),
        ("older_manager", staff(row.older_manager_id).unwrap_or_default()),
        ("commissioned", staff(row.commissioned_id).unwrap_or_default()),
    ];
    Ok((person, Resource { kind: "Case", name: asked.to_owned(), facts }))
}

fn at_home(home: &str, id: Uuid, team: String) -> Person {
    let home = home.parse().map(JobcenterName::new);
    home.map_or_else(|_| Person::default(), |home| Person { staff_member: StaffName::new(home, id).to_string(), team })
}

/// The episodes of a case that are not over beside its running one, each with its case manager, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn older_episodes(
    unit: &mut Unit,
    case: &CaseName,
    running: Option<&EpisodeName>,
) -> Result<Vec<(EpisodeName, StaffName)>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT episode_id, case_manager_id AS "case_manager_id!"
        FROM episodes
        WHERE jobcenter_id = $1 AND case_id = $2
          AND phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
          AND case_manager_id IS NOT NULL
          AND episode_id IS DISTINCT FROM $3
        ORDER BY episode_id
        "#,
        case.jobcenter().as_str(),
        case.id(),
        running.map(EpisodeName::id)
    )
    .fetch_all(unit.connection())
    .await?;
    let staff = |id| StaffName::new(case.jobcenter_name().clone(), id);
    let named = rows.into_iter();
    Ok(named.map(|row| (EpisodeName::new(case.clone(), row.episode_id), staff(row.case_manager_id))).collect())
}

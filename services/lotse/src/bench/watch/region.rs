//! Synthetic jobcenters with people on the watch, made in SQL and in the shape of what one real person has led to.

use std::time::Instant;

use jiff::civil::Date;
use sqlx::{PgPool, Row as _};

use super::super::{
    office::Office,
    worklist::{STAFF, TOWN, shares},
};
use crate::stack::apart::Apart;

/// The jobcenter whose check the others are made after.
const PATTERN: &str = "musterhausen";
/// People of a team: six placement officers with 600 each.
const PEOPLE_OF_A_TEAM: i32 = 3_600;
/// Placement officers of a team.
const PLACEMENT_OFFICERS: i32 = 6;

/// What was made.
pub(super) struct Region {
    /// Ids of the jobcenters, the largest first.
    pub(super) names: Vec<String>,
    pub(super) people: i64,
    /// People for whom something has come today.
    pub(super) due: i64,
}

impl Region {
    /// Makes so many jobcenters with so many people in all.
    pub(super) async fn fill(
        stack: &Apart,
        pool: &PgPool,
        (jobcenters, people): (i32, i32),
        today: Date,
    ) -> anyhow::Result<Self> {
        let office = Office::open(stack, PATTERN).await?;
        office.registered("P000000001").await?;
        let mut connection = pool.acquire().await?;
        sqlx::raw_sql("SET synchronous_commit = off").execute(&mut *connection).await?;
        let mut names = Vec::new();
        for (index, count) in shares(jobcenters, people).into_iter().enumerate() {
            let id = format!("stadt-{}", index + 1);
            let teams = 1 + count / PEOPLE_OF_A_TEAM;
            sqlx::query(TOWN).bind(&id).bind(PATTERN).execute(&mut *connection).await?;
            sqlx::query(STAFF).bind(&id).bind(teams).bind(1).bind(PLACEMENT_OFFICERS).execute(&mut *connection).await?;
            let people = sqlx::query(PEOPLE).bind(&id).bind(count).bind(teams).bind(PLACEMENT_OFFICERS).bind(PATTERN);
            people.bind(today.to_string()).execute(&mut *connection).await?;
            names.push(id);
        }
        connection.close().await?;
        // As autovacuum leaves it.
        sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await?;
        let made: i64 = sqlx::query_scalar("SELECT count(*) FROM cases.watches").fetch_one(pool).await?;
        // Beside what was asked for there is the pattern.
        let asked = i64::from(people) + 1;
        anyhow::ensure!(made == asked, "{made} watches were made instead of {asked}");
        Ok(Self { names, people: made - 1, due: due(pool, today).await? })
    }
}

/// People for whom something has come.
pub(super) async fn due(pool: &PgPool, today: Date) -> anyhow::Result<i64> {
    let due =
        sqlx::query_scalar("SELECT count(*) FROM cases.watches WHERE next_step_on <= $1::date").bind(today.to_string());
    Ok(due.fetch_one(pool).await?)
}

/// Checks that a sweep has opened and escalated, as the timeline tells.
pub(super) async fn steps(pool: &PgPool) -> anyhow::Result<(i64, i64)> {
    let steps = sqlx::query(
        "SELECT count(*) FILTER (WHERE code = 'DUTY_OPENED') AS opened, \
                count(*) FILTER (WHERE code = 'DUTY_ESCALATED') AS escalated \
         FROM cases.case_events",
    );
    let steps = steps.fetch_one(pool).await?;
    Ok((steps.try_get("opened")?, steps.try_get("escalated")?))
}

/// Writes the rows of all people for whom something has come, and takes it back; how long the writing took, in seconds.
pub(super) async fn update(pool: &PgPool, today: Date) -> anyhow::Result<f64> {
    let mut transaction = pool.begin().await?;
    let began = Instant::now();
    sqlx::query(UPDATE).bind(today.to_string()).execute(&mut *transaction).await?;
    let seconds = began.elapsed().as_secs_f64();
    transaction.rollback().await?;
    sqlx::raw_sql("VACUUM ANALYZE cases.watches, cases.duties").execute(pool).await?;
    Ok(seconds)
}

const UPDATE: &str = r"
    WITH moved AS (
        UPDATE cases.watches
        SET next_step_on = next_step_on + 43
        WHERE next_step_on <= $1::date
        RETURNING case_id, jobcenter_id
    )
    UPDATE cases.duties d
    SET state = 'OPEN', facts = d.facts || jsonb_build_object('status', 'Open')
    FROM moved
    WHERE d.jobcenter_id = moved.jobcenter_id AND d.case_id = moved.case_id
";

/// People whose checks open in each of the days to come, have opened in the weeks before, or are late: of fifty one, who has escalated
/// every week since, so that a seventh of those escalates on each day of the week.
const PEOPLE: &str = r"
    WITH people AS MATERIALIZED (
        SELECT p.*, md5($1 || 'placement-' || p.t || '-' || (1 + p.n / $3 % $4))::uuid AS officer_id,
               CASE WHEN is_late THEN $6::date - 1 - 7 * p.rounds + p.n / 50 % 7 ELSE $6::date + p.n % 182 END AS due_on
        FROM (
            SELECT n, 1 + n % $3 AS t, 'team-' || 1 + n % $3 AS team, gen_random_uuid() AS case_id, gen_random_uuid() AS duty_id,
                   n % 50 = 0 AS is_late, 1 + n / 350 % 8 AS rounds
            FROM generate_series(1, $2) AS n
        ) AS p
    ), dated AS MATERIALIZED (
        SELECT p.*, p.due_on - 42 AS opens_on, p.due_on - 42 < $6::date AS is_open,
               CASE
                   WHEN p.is_late THEN p.due_on + 1 + 7 * p.rounds
                   WHEN p.due_on - 42 < $6::date THEN p.due_on + 1
                   ELSE p.due_on - 42
               END AS next_step_on
        FROM people p
    ), case_rows AS (
        INSERT INTO cases.cases (case_id, jobcenter_id, given_name, family_name, born_on, customer_number, address_lines,
                                 benefit_unit_number, team, placement_officer_id, created_at)
        SELECT case_id, $1, 'Erika', 'Muster', '1970-01-01'::date + n % 15000, $1 || '-' || n, ARRAY['Lindenweg ' || n % 90],
               'BG-' || n / 2, team, officer_id, $6::date
        FROM dated
    ), watched AS (
        INSERT INTO cases.watches (case_id, jobcenter_id, version, facts, next_step_on)
        SELECT d.case_id, $1, w.version, w.facts, d.next_step_on
        FROM dated d
        JOIN cases.watches w ON w.jobcenter_id = $5
    )
    INSERT INTO cases.duties (duty_id, jobcenter_id, case_id, kind, slot, revision, state, opens_on, target_on, due_on, overdue_after_on,
                              owner_id, team, facts)
    SELECT d.duty_id, $1, d.case_id, p.kind, 1, 1, (CASE WHEN d.is_open THEN 'OPEN' ELSE 'SCHEDULED' END)::cases.duty_state, d.opens_on,
           d.due_on, d.due_on, d.due_on, d.officer_id, d.team,
           p.facts || jsonb_build_object(
               'name', format('jobcenters/%s/cases/%s/duties/%s', $1, d.case_id, d.duty_id),
               'owner', format('jobcenters/%s/staff/%s', $1, d.officer_id),
               'status', CASE WHEN d.is_open THEN 'Open' ELSE 'Scheduled' END,
               'notices', jsonb_build_object(
                   'openings', d.is_open::integer,
                   'reminded', false,
                   'last_escalation', CASE WHEN d.is_late THEN jsonb_build_object('round', d.rounds, 'on', d.next_step_on - 7) END),
               'deadline', (p.facts->'deadline') || jsonb_build_object(
                   'opens_on', d.opens_on,
                   'explanation', (p.facts#>'{deadline,explanation}') || jsonb_build_object(
                       'due_on', d.due_on, 'target_on', d.due_on, 'overdue_after', d.due_on)))
    FROM dated d
    JOIN cases.duties p ON p.jobcenter_id = $5
";

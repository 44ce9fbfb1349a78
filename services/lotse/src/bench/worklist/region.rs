//! Synthetic jobcenters: teams with staff, their cases in case management and outside, and the duties of both, made in SQL and in the shape
//! of what two people of a real jobcenter have led to.

use lotse_cases::domain::search::folded;
use sqlx::{PgPool, Row as _};

use super::super::office::Office;
use crate::stack::apart::Apart;

/// The jobcenter whose episode and check the others are made after.
const PATTERN: &str = "musterhausen";
/// Episodes of a team: twelve case managers with about 75 each.
const EPISODES_OF_A_TEAM: i32 = 900;
/// Case managers of a team.
const CASE_MANAGERS: i32 = 12;
/// Placement officers of a team.
const PLACEMENT_OFFICERS: i32 = 6;

/// Frequent names first: a name is drawn by the product of two chances.
const FAMILY_NAMES: [&str; 64] = [
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Meyer",
    "Wagner",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Schäfer",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Braun",
    "Krüger",
    "Hofmann",
    "Hartmann",
    "Lange",
    "Schmitt",
    "Werner",
    "Schmitz",
    "Krause",
    "Meier",
    "Lehmann",
    "Schmid",
    "Schulze",
    "Maier",
    "Köhler",
    "Herrmann",
    "König",
    "Walter",
    "Mayer",
    "Huber",
    "Kaiser",
    "Fuchs",
    "Peters",
    "Lang",
    "Scholz",
    "Möller",
    "Weiß",
    "Jung",
    "Hahn",
    "Schubert",
    "Yılmaz",
    "Kaya",
    "Demir",
    "Çelik",
    "Şahin",
    "Nowak",
    "Kowalski",
    "Wiśniewski",
    "Ahmad",
    "Hassan",
    "Nguyễn",
    "Petrović",
    "Ivanova",
    "Öztürk",
];
const GIVEN_NAMES: [&str; 32] = [
    "Erika",
    "Max",
    "Anna",
    "Peter",
    "Maria",
    "Thomas",
    "Sabine",
    "Andreas",
    "Monika",
    "Michael",
    "Petra",
    "Stefan",
    "Claudia",
    "Mehmet",
    "Fatma",
    "Ayşe",
    "Mustafa",
    "Olga",
    "Jürgen",
    "Natalia",
    "Ahmed",
    "Amina",
    "Jan",
    "Katarzyna",
    "Jörg",
    "Lena",
    "Björn",
    "Zeynep",
    "Kevin",
    "Jessica",
    "René",
    "Søren",
];
const NEEDS: [&str; 16] = [
    "Schulden bei mehreren Gläubigern",
    "Wohnung gekündigt",
    "Kinderbetreuung ungeklärt",
    "kein Führerschein",
    "Deutschkenntnisse reichen für die Ausbildung nicht",
    "Ausbildung abgebrochen",
    "seit sechs Jahren ohne Arbeit",
    "alleinerziehend mit zwei Kindern",
    "pflegt die Mutter",
    "Zeugnisse nicht anerkannt",
    "keine Tagesstruktur",
    "Haft bis zum Frühjahr",
    "Strom abgestellt",
    "kein Computer im Haushalt",
    "lange Wege ohne Bus",
    "traut sich wenig zu",
];

type Query = fn(&Officer) -> String;

/// What is looked for.
pub(super) const QUERIES: [(&str, Query); 6] = [
    ("a frequent name", |_| "Müller".to_owned()),
    ("given and family name, umlauts as two letters", |_| "Juergen Schroeder".to_owned()),
    ("a rare name with a slip of the pen", |_| "Kovalski".to_owned()),
    ("the beginning of a name", |_| "Zimm".to_owned()),
    ("words in another form", |_| "Führerscheine Glaeubiger".to_owned()),
    ("a customer number", |officer| officer.number.clone()),
];

/// What was made.
pub(super) struct Region {
    pub(super) episodes: i64,
    pub(super) duties: i64,
    pub(super) cases: i64,
}

/// Somebody of the staff who asks.
pub(super) struct Officer {
    pub(super) subject: String,
    pub(super) jobcenter: String,
    pub(super) role: &'static str,
    /// The customer number of a case of their team.
    number: String,
}

impl Officer {
    /// Some people with a role, from jobcenters of every size, whose team has cases.
    pub(super) async fn some(pool: &PgPool, role: &'static str, most: i64) -> anyhow::Result<Vec<Self>> {
        let function = role.to_uppercase().replace('-', "_");
        let people = sqlx::query(
            "SELECT s.subject, s.jobcenter_id, \
                    (SELECT c.customer_number FROM cases.cases c \
                     WHERE c.jobcenter_id = s.jobcenter_id AND c.team = s.team LIMIT 1) AS number \
             FROM cases.staff_members s \
             WHERE s.functions = ARRAY[$1] AND s.jobcenter_id LIKE 'stadt-%' \
               AND EXISTS (SELECT FROM cases.cases c WHERE c.jobcenter_id = s.jobcenter_id AND c.team = s.team) \
             ORDER BY md5(s.staff_member_id::text) LIMIT $2",
        );
        let rows = people.bind(function).bind(most).fetch_all(pool).await?;
        let officer = |row: sqlx::postgres::PgRow| -> Result<Self, sqlx::Error> {
            Ok(Self {
                subject: row.try_get("subject")?,
                jobcenter: row.try_get("jobcenter_id")?,
                role,
                number: row.try_get("number")?,
            })
        };
        Ok(rows.into_iter().map(officer).collect::<Result<_, _>>()?)
    }
}

impl Region {
    /// Makes so many jobcenters with so many open episodes and people outside in all.
    pub(super) async fn fill(
        stack: &Apart,
        pool: &PgPool,
        (jobcenters, episodes, outside): (i32, i32, i32),
    ) -> anyhow::Result<Self> {
        // The pattern: an admitted episode, and somebody who is on the watch.
        let office = Office::open(stack, PATTERN).await?;
        office.admitted().await?;
        office.registered("P000000002").await?;
        let mut connection = pool.acquire().await?;
        sqlx::raw_sql("SET synchronous_commit = off").execute(&mut *connection).await?;
        for (index, (in_care, watched)) in
            shares(jobcenters, episodes).into_iter().zip(shares(jobcenters, outside)).enumerate()
        {
            let teams = 1 + in_care / EPISODES_OF_A_TEAM;
            let id = format!("stadt-{}", index + 1);
            sqlx::query(TOWN).bind(&id).bind(PATTERN).execute(&mut *connection).await?;
            let staff = sqlx::query(STAFF).bind(&id).bind(teams).bind(CASE_MANAGERS).bind(PLACEMENT_OFFICERS);
            staff.execute(&mut *connection).await?;
            for (is_watched, count) in [(false, in_care), (true, watched)] {
                let people = sqlx::query(PEOPLE)
                    .bind(&id)
                    .bind(count)
                    .bind(teams)
                    .bind(CASE_MANAGERS)
                    .bind(PLACEMENT_OFFICERS)
                    .bind(is_watched)
                    .bind(&FAMILY_NAMES[..])
                    .bind(FAMILY_NAMES.map(folded).as_slice())
                    .bind(&GIVEN_NAMES[..])
                    .bind(GIVEN_NAMES.map(folded).as_slice())
                    .bind(&NEEDS[..])
                    .bind(PATTERN);
                people.execute(&mut *connection).await?;
            }
        }
        connection.close().await?;
        // As autovacuum leaves it.
        sqlx::raw_sql("VACUUM ANALYZE").execute(pool).await?;
        let made = sqlx::query(
            "SELECT (SELECT count(*) FROM cases.episodes) AS episodes, (SELECT count(*) FROM cases.duties) AS duties, \
             (SELECT count(*) FROM cases.cases) AS cases",
        );
        let made = made.fetch_one(pool).await?;
        let made = Self {
            episodes: made.try_get("episodes")?,
            duties: made.try_get("duties")?,
            cases: made.try_get("cases")?,
        };
        // Beside what was asked for there is the pattern.
        let asked = i64::from(episodes) + 1;
        anyhow::ensure!(made.episodes == asked, "{} episodes were made instead of {asked}", made.episodes);
        Ok(made)
    }
}

/// A whole in so many parts, each a little smaller than the one before, as jobcenters are.
pub(in super::super) fn shares(parts: i32, whole: i32) -> Vec<i32> {
    let weight = |part: i32| f64::from(part).powf(-0.7);
    let all: f64 = (1..=parts).map(weight).sum();
    let (mut shares, mut given) = (Vec::new(), 0);
    for part in (1..=parts).rev() {
        #[expect(clippy::cast_possible_truncation, reason = "less than the whole, which is an i32")]
        let share = if part == 1 { whole - given } else { (f64::from(whole) * weight(part) / all) as i32 };
        given += share;
        shares.push(share);
    }
    shares.reverse();
    shares
}

pub(in super::super) const TOWN: &str = r"
    INSERT INTO cases.jobcenters (jobcenter_id, display_name, land, municipality_key, address_lines, created_at)
    SELECT $1, 'Jobcenter ' || $1, land, municipality_key, address_lines, created_at
    FROM cases.jobcenters
    WHERE jobcenter_id = $2
";

/// Teams of a lead, case managers and placement officers, whose ids follow from their places.
pub(in super::super) const STAFF: &str = r"
    INSERT INTO cases.staff_members (staff_member_id, jobcenter_id, subject, display_name, email, phone, team, functions, created_at)
    SELECT md5($1 || p.subject)::uuid, $1, p.subject, p.subject, p.subject || '@' || $1 || '.example', '', 'team-' || t, ARRAY[p.function], now()
    FROM generate_series(1, $2) AS t
    CROSS JOIN LATERAL (
        SELECT 'lead-' || t AS subject, 'TEAM_LEAD' AS function
        UNION ALL
        SELECT 'manager-' || t || '-' || n, 'CASE_MANAGER' FROM generate_series(1, $3) AS n
        UNION ALL
        SELECT 'placement-' || t || '-' || n, 'PLACEMENT_OFFICER' FROM generate_series(1, $4) AS n
    ) AS p
";

/// People with everything that belongs to them. Of twelve reviews one is late; the day of an assignment lies within the last two years.
const PEOPLE: &str = r"
    WITH people AS MATERIALIZED (
        SELECT p.n, p.team, p.case_id, p.episode_id, p.began_on,
               md5($1 || 'manager-' || p.t || '-' || (1 + p.n / $3 % $4))::uuid AS manager_id,
               md5($1 || 'placement-' || p.t || '-' || (1 + p.n / $3 % $5))::uuid AS officer_id,
               $1 || CASE WHEN $6 THEN '-w' ELSE '-' END || p.n AS number,
               p.given, p.family, nullif(p.second, p.family) AS second,
               ARRAY[$11[1 + p.n % 16], $11[1 + p.n / 3 % 16], $11[1 + p.n / 7 % 16]] AS needs
        FROM (
            SELECT n, 1 + n % $3 AS t, 'team-' || 1 + n % $3 AS team, gen_random_uuid() AS case_id,
                   CASE WHEN NOT $6 THEN gen_random_uuid() END AS episode_id, current_date - n % 701 AS began_on,
                   1 + floor(32 * random() * random())::integer AS given,
                   1 + floor(64 * random() * random())::integer AS family,
                   CASE WHEN n % 10 = 0 THEN 1 + floor(64 * random())::integer END AS second
            FROM generate_series(1, $2) AS n
        ) AS p
    ), case_rows AS (
        INSERT INTO cases.cases (case_id, jobcenter_id, given_name, family_name, born_on, customer_number, address_lines,
                                 benefit_unit_number, team, placement_officer_id, case_manager_id, current_episode_id, created_at)
        SELECT case_id, $1, $9[given], concat_ws('-', $7[family], $7[second]), '1970-01-01'::date + n % 15000, number,
               ARRAY['Lindenweg ' || n % 90], 'BG-' || n / 2, team, officer_id, CASE WHEN NOT $6 THEN manager_id END, episode_id,
               began_on
        FROM people
    ), found AS (
        INSERT INTO cases.case_search (case_id, jobcenter_id, team, names, needs)
        SELECT case_id, $1, team, concat_ws(' ', $10[given], $8[family], $8[second]), array_to_string(needs, E'\n')
        FROM people
    ), profiled AS (
        INSERT INTO cases.profiles (profile_id, jobcenter_id, case_id, profile_type, established_on, needs)
        SELECT gen_random_uuid(), $1, p.case_id, pattern.profile_type, p.began_on,
               (SELECT jsonb_agg(pattern.needs->0 || jsonb_build_object('obstacle', 'OTHER', 'text', need)) FROM unnest(p.needs) AS need)
        FROM people p
        CROSS JOIN (SELECT profile_type, needs FROM cases.profiles WHERE jobcenter_id = $12 LIMIT 1) AS pattern
    ), episode_rows AS (
        INSERT INTO cases.episodes (episode_id, jobcenter_id, case_id, version, phase, facts, case_manager_id, assigned_on, generation,
                                    outbox_seq, created_at)
        SELECT p.episode_id, $1, p.case_id, e.version, e.phase, e.facts, p.manager_id, p.began_on, e.generation, e.outbox_seq, p.began_on
        FROM people p
        JOIN cases.episodes e ON e.jobcenter_id = $12 AND NOT $6
    ), watched AS (
        INSERT INTO cases.watches (case_id, jobcenter_id, version, facts, next_step_on)
        SELECT p.case_id, $1, w.version, w.facts, current_date + p.n % 180
        FROM people p
        JOIN cases.watches w ON w.jobcenter_id = $12 AND w.next_step_on IS NOT NULL AND $6
    ), dated AS MATERIALIZED (
        SELECT p.case_id, p.episode_id, p.team, gen_random_uuid() AS duty_id, d.kind, d.slot, d.opens_on, d.due_on, d.overdue_after_on, d.owner_id,
               CASE WHEN d.done THEN 'DONE' WHEN d.opens_on <= current_date THEN 'OPEN' ELSE 'SCHEDULED' END AS state
        FROM people p
        CROSS JOIN LATERAL (
            SELECT (current_date - p.began_on) / 182 + 1 AS slot,
                   CASE WHEN p.n % 12 = 0 THEN current_date - p.n % 60 - 2 ELSE p.began_on + 182 * ((current_date - p.began_on) / 182 + 1) END AS due_on
        ) AS review
        CROSS JOIN LATERAL (VALUES
            ('PROPOSAL_DECISION', 1, p.began_on - 28, p.began_on, p.began_on, p.officer_id, true, false),
            ('FIRST_TALK', 1, p.began_on, p.began_on + 28, p.began_on + 28, p.manager_id, true, false),
            ('CONTINUATION_REVIEW', review.slot, review.due_on - 30, review.due_on, review.due_on + 1, p.manager_id, false, false),
            ('REGULAR_MAXIMUM', 1, p.began_on + 640, p.began_on + 730, p.began_on + 730, p.manager_id, false, false),
            ('ELIGIBILITY_RECHECK', 1, current_date + p.n % 180 - 54, current_date + p.n % 180 - 12, current_date + p.n % 180 - 12,
             p.officer_id, false, true)
        ) AS d (kind, slot, opens_on, due_on, overdue_after_on, owner_id, done, outside)
        WHERE d.outside = $6
    ), patterns AS MATERIALIZED (
        SELECT kind, facts, (SELECT facts->'status' FROM cases.duties WHERE jobcenter_id = $12 AND state = 'DONE' LIMIT 1) AS done
        FROM cases.duties
        WHERE jobcenter_id = $12 AND (episode_id IS NULL) = $6 AND (NOT $6 OR state <> 'DONE')
    )
    INSERT INTO cases.duties (duty_id, jobcenter_id, case_id, episode_id, kind, slot, revision, state, opens_on, target_on, due_on,
                              overdue_after_on, owner_id, team, facts)
    SELECT d.duty_id, $1, d.case_id, d.episode_id, d.kind, d.slot, 1, d.state, d.opens_on, d.due_on, d.due_on, d.overdue_after_on, d.owner_id,
           d.team,
           p.facts || jsonb_build_object(
               'name', format('jobcenters/%s/cases/%s%s/duties/%s', $1, d.case_id, '/episodes/' || d.episode_id, d.duty_id),
               'owner', format('jobcenters/%s/staff/%s', $1, d.owner_id),
               'status', CASE d.state WHEN 'DONE' THEN p.done WHEN 'OPEN' THEN to_jsonb('Open'::text) ELSE to_jsonb('Scheduled'::text) END,
               'deadline', (p.facts->'deadline') || jsonb_build_object(
                   'slot', d.slot,
                   'opens_on', d.opens_on,
                   'explanation', (p.facts#>'{deadline,explanation}') || jsonb_build_object(
                       'due_on', d.due_on, 'target_on', d.due_on, 'overdue_after', d.overdue_after_on)))
    FROM dated d
    JOIN patterns p ON p.kind = d.kind
";

//! Table `case_search`: finds cases by number, name or words, among those that somebody may see.

use jiff::civil::Date;
use lotse_kernel::names::{CaseName, JobcenterName};
use lotse_platform::{failure::Failure, paging::Page, unit::Unit};
use uuid::Uuid;

use super::cases::Viewer;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// As it was typed: a number is compared as a whole.
    pub typed: String,
    /// Folded, for names.
    pub folded: String,
    /// With umlauts, for words.
    pub with_umlauts: String,
}

/// What a query fits, best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// Words of the needs.
    Words,
    /// The name.
    Name,
    /// The number of the benefit unit.
    BenefitUnitNumber,
    /// The customer number.
    CustomerNumber,
}

/// How well a case fits, as the database counts it: a number of a thousand tells of what kind the match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(i32);

impl Score {
    /// Of what kind the match is.
    #[must_use]
    pub const fn kind(self) -> Match {
        match self.0 {
            ..1000 => Match::Words,
            1000..3000 => Match::Name,
            3000..4000 => Match::BenefitUnitNumber,
            4000.. => Match::CustomerNumber,
        }
    }

    /// For the token of a page.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }
}

/// A case that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name.
    pub name: CaseName,
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Date of birth.
    pub born_on: Date,
    /// Kundennummer.
    pub customer_number: String,
    /// Number of the benefit unit.
    pub benefit_unit_number: String,
    /// Team code.
    pub team: String,
    /// How well it fits.
    pub score: Score,
    /// Where the words stand in its needs; empty for another match.
    pub snippet: String,
}

/// Cases that the viewer may see and the query fits, best first. In the team it is asked through the indexes of search; the viewer's own cases
/// of other teams are few and are looked at one by one.
///
/// # Errors
/// When the database fails.
pub async fn cases(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    viewer: &Viewer,
    query: &Query,
    page: &Page<(i32, Uuid)>,
) -> Result<Vec<Found>, Failure> {
    let (after_score, after_id) = page.after.unzip();
    let rows = sqlx::query!(
        r#"
        WITH asked AS MATERIALIZED (
            SELECT plainto_tsquery('pg_catalog.german', $5) || plainto_tsquery('pg_catalog.german', $6) AS meant
        ), own AS MATERIALIZED (
            SELECT of AS case_id
            FROM cases_of($1, $2, $3) AS of
        ), numbered AS (
            SELECT c.case_id, c.team, 4000 AS score
            FROM cases c
            WHERE c.jobcenter_id = $1 AND c.customer_number = $5
            UNION ALL
            SELECT c.case_id, c.team, 3000
            FROM cases c
            WHERE c.jobcenter_id = $1 AND c.benefit_unit_number = $5
        ), fitting AS (
            SELECT t.found_id AS case_id, t.score
            FROM asked a
            CROSS JOIN LATERAL search_team($4, $7, a.meant) AS t
            UNION ALL
            SELECT s.case_id, search_score(s.names, s.words, $7, a.meant)
            FROM asked a
            CROSS JOIN own o
            JOIN case_search s ON s.jobcenter_id = $1 AND s.case_id = o.case_id
            WHERE s.team IS DISTINCT FROM $4
            UNION ALL
            SELECT n.case_id, n.score
            FROM numbered n
            WHERE n.team = $4 OR n.case_id IN (SELECT o.case_id FROM own o)
        ), ranked AS (
            SELECT f.case_id, max(f.score) AS score
            FROM fitting f
            WHERE f.score IS NOT NULL
            GROUP BY f.case_id
            HAVING $8::integer IS NULL OR (max(f.score), f.case_id) < ($8, $9)
            ORDER BY max(f.score) DESC, f.case_id DESC
            LIMIT $10
        )
        SELECT c.case_id, c.given_name, c.family_name, c.born_on, c.customer_number, c.benefit_unit_number, c.team, r.score AS "score!",
               CASE
                 WHEN r.score < 1000
                 THEN ts_headline('pg_catalog.german', s.needs, a.meant, 'StartSel="", StopSel="", MaxWords=20, MinWords=8')
                 ELSE ''
               END AS "snippet!"
        FROM asked a
        CROSS JOIN ranked r
        JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = r.case_id
        JOIN case_search s ON s.jobcenter_id = $1 AND s.case_id = r.case_id
        ORDER BY r.score DESC, r.case_id DESC
        "#,
        jobcenter.jobcenter().as_str(),
        viewer.placement_officer,
        viewer.case_manager,
        viewer.team,
        query.typed,
        query.with_umlauts,
        query.folded,
        after_score,
        after_id,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    let found = rows.into_iter().map(|row| Found {
        name: CaseName::new(jobcenter.clone(), row.case_id),
        given_name: row.given_name,
        family_name: row.family_name,
        born_on: row.born_on.to_jiff(),
        customer_number: row.customer_number,
        benefit_unit_number: row.benefit_unit_number,
        team: row.team,
        score: Score(row.score),
        snippet: row.snippet,
    });
    Ok(found.collect())
}

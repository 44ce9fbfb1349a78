//! The checks of people outside case management that a placement officer has to make (R23): table `duties` with the watch, the person and the
//! latest profile of each.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, JobcenterName};
use lotse_platform::{
    failure::Failure,
    paging::{Day, Page},
    unit::Unit,
};
use uuid::Uuid;

use super::profiles;
use crate::domain::{duties::Duty, records::Profile, watch::Facts};

/// A check that may be made, with what has to be known for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Whose.
    pub case: CaseName,
    /// Given names of the person.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The check.
    pub duty: Duty,
    /// The watch over the person.
    pub watch: Facts,
    /// Its version for the etag.
    pub version: i64,
    /// The latest profile.
    pub profile: Profile,
}

impl Due {
    /// Where it stands in the list.
    #[must_use]
    pub fn place(&self) -> (Day, Uuid) {
        (Day(self.duty.deadline().target_on()), self.duty.name().id())
    }
}

/// The checks that this officer may make today, by the day to aim for; not those of whom a proposal is undecided, as in
/// [`undecided`](crate::watching::undecided).
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn due(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    officer: Uuid,
    page: &Page<(Day, Uuid)>,
) -> Result<Vec<Due>, Failure> {
    let today = unit.today();
    let (after_day, after_id) = page.after.unzip();
    let rows = sqlx::query!(
        r#"
        SELECT d.case_id, d.facts AS duty, c.given_name, c.family_name, w.version, w.facts AS watch, p.profile_type, p.established_on, p.needs
        FROM duties d
        JOIN cases c ON c.jobcenter_id = $1 AND c.case_id = d.case_id
        JOIN watches w ON w.jobcenter_id = $1 AND w.case_id = d.case_id
        JOIN LATERAL (
            SELECT profile_type, established_on, needs
            FROM profiles
            WHERE jobcenter_id = $1 AND case_id = d.case_id
            ORDER BY established_on DESC, profile_id DESC
            LIMIT 1
        ) p ON true
        WHERE d.jobcenter_id = $1 AND d.owner_id = $2 AND c.placement_officer_id = $2
          AND d.kind = 'ELIGIBILITY_RECHECK'
          AND d.state IN ('SCHEDULED', 'OPEN')
          AND d.opens_on <= $3
          AND ($4::date IS NULL OR (d.target_on, d.duty_id) > ($4, $5))
          AND NOT EXISTS (
              SELECT
              FROM episodes e
              WHERE e.jobcenter_id = $1 AND e.episode_id = c.current_episode_id AND e.phase IN ('PROPOSED', 'IN_DISCUSSION')
          )
        ORDER BY d.target_on, d.duty_id
        LIMIT $6
        "#,
        jobcenter.jobcenter().as_str(),
        officer,
        today.to_sqlx() as _,
        after_day.map(|day| day.0.to_sqlx()) as _,
        after_id,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    let due = rows.into_iter().map(|row| {
        Ok(Due {
            case: CaseName::new(jobcenter.clone(), row.case_id),
            given_name: row.given_name,
            family_name: row.family_name,
            duty: serde_json::from_value(row.duty).map_err(|error| Failure::stored("duty", &error))?,
            watch: serde_json::from_value(row.watch).map_err(|error| Failure::stored("watch", &error))?,
            version: row.version,
            profile: profiles::read(&row.profile_type, row.established_on, row.needs)?,
        })
    });
    due.collect()
}

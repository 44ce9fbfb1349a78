//! Table `duties` as lists and single reads see it.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{DutyName, EpisodeName, JobcenterName};
use lotse_platform::{failure::Failure, paging::Page, unit::Unit};
use serde_json::Value;
use uuid::Uuid;

use super::cases::Viewer;
use crate::domain::duties::Duty;

/// Which duties a list shows; filters combine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this staff member.
    pub owner: Option<Uuid>,
    /// Of this team.
    pub team: Option<String>,
    /// Of this case.
    pub case: Option<Uuid>,
    /// Of this episode.
    pub episode: Option<Uuid>,
    /// Due on or after.
    pub due_from: Option<Date>,
    /// Due on or before.
    pub due_until: Option<Date>,
    /// Codes of states as derived for today.
    pub states: Vec<String>,
    /// Codes of kinds; all when empty.
    pub kinds: Vec<String>,
}

impl Filter {
    /// Whether a settled duty can match. If none can, the list says so in the words of the partial indexes, which then serve it.
    fn asks_for_settled(&self) -> bool {
        self.states.iter().any(|state| matches!(state.as_str(), "DONE" | "MISSED" | "VOID"))
    }
}

/// A duty and the team of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The duty.
    pub duty: Duty,
    /// Team code.
    pub team: String,
}

fn listed(facts: Value, team: String) -> Result<Listed, Failure> {
    let duty = serde_json::from_value(facts).map_err(|error| Failure::stored("duty", &error))?;
    Ok(Listed { duty, team })
}

/// Duties the viewer may see, by due date, then name. The state is derived for `today` as the domain derives it:
/// a scheduled duty whose opening day has come is open, an open one past its last day in time is overdue.
///
/// # Errors
/// When the database fails.
pub async fn list(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    viewer: &Viewer,
    filter: &Filter,
    page: &Page<(Date, Uuid)>,
) -> Result<Vec<Listed>, Failure> {
    let (after_due, after_id) = page.after.unzip();
    let today = unit.today();
    let rows = sqlx::query!(
        r"
        SELECT d.facts, d.team
        FROM duties d
        JOIN cases c ON c.case_id = d.case_id AND c.jobcenter_id = d.jobcenter_id
        WHERE d.jobcenter_id = $1
          AND (c.placement_officer_id = $2 OR c.case_manager_id = $17 OR d.team = $3
               OR d.case_id IN (
                   SELECT e.case_id
                   FROM episodes e
                   WHERE e.jobcenter_id = $1 AND e.case_manager_id = $17 AND e.phase NOT IN ('REFUSED', 'REFERRED_BACK', 'CLOSED')
               )
               OR d.case_id IN (SELECT e.case_id FROM episodes e WHERE e.jobcenter_id = $1 AND e.commissioned_id = $17))
          AND ($4::uuid IS NULL OR d.owner_id = $4)
          AND ($5::text IS NULL OR d.team = $5)
          AND ($6::uuid IS NULL OR d.case_id = $6)
          AND ($7::uuid IS NULL OR d.episode_id = $7)
          AND ($8::date IS NULL OR d.due_on >= $8)
          AND ($9::date IS NULL OR d.due_on <= $9)
          AND (cardinality($10::text[]) = 0 OR d.kind = ANY ($10))
          AND CASE
                WHEN d.state = 'SCHEDULED' AND $11 < d.opens_on THEN 'SCHEDULED'
                WHEN d.state IN ('SCHEDULED', 'OPEN') AND $11 > d.overdue_after_on THEN 'OVERDUE'
                WHEN d.state IN ('SCHEDULED', 'OPEN') THEN 'OPEN'
                ELSE d.state
              END = ANY ($12::text[])
          AND ($16 OR d.state IN ('SCHEDULED', 'OPEN'))
          AND ($13::date IS NULL OR (d.due_on, d.duty_id) > ($13, $14))
        ORDER BY d.due_on, d.duty_id
        LIMIT $15
        ",
        jobcenter.jobcenter().as_str(),
        viewer.placement_officer,
        viewer.team,
        filter.owner,
        filter.team,
        filter.case,
        filter.episode,
        filter.due_from.map(ToSqlx::to_sqlx) as _,
        filter.due_until.map(ToSqlx::to_sqlx) as _,
        &filter.kinds,
        today.to_sqlx() as _,
        &filter.states,
        after_due.map(ToSqlx::to_sqlx) as _,
        after_id,
        page.fetch(),
        filter.asks_for_settled(),
        viewer.case_manager
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(|row| listed(row.facts, row.team)).collect()
}

/// Reads one duty.
///
/// # Errors
/// [`Failure::NotFound`] when it is not there.
pub async fn load(unit: &mut Unit, name: &DutyName) -> Result<Listed, Failure> {
    let row = sqlx::query!(
        r"
        SELECT facts, team
        FROM duties
        WHERE duty_id = $1 AND episode_id IS NOT DISTINCT FROM $2 AND case_id = $3 AND jobcenter_id = $4
        ",
        name.id(),
        name.episode().map(EpisodeName::id),
        name.case().id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.map_or_else(|| Err(Failure::NotFound { name: name.to_string() }), |row| listed(row.facts, row.team))
}

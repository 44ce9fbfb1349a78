//! Table `duties` as the worklist: each list is a few roads along an index to what the viewer may see, put together in one order. No road
//! leads over a jobcenter.

use jiff::civil::{Date, date};
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    failure::Failure,
    paging::{Day, Page},
    unit::Unit,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    cases::Viewer,
    duties::{Listed, listed},
};
use crate::domain::duties::Duty;

/// Before every day of a duty, and after.
const DAYS: (Date, Date) = (date(1, 1, 1), date(9999, 12, 31));

/// Which duties a list shows; filters combine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this staff member.
    pub owner: Option<Uuid>,
    /// Beside those of the owner, what lies with the lead of the viewer's team.
    pub with_lead: bool,
    /// Of this team.
    pub team: Option<String>,
    /// Of this case.
    pub case: Option<Uuid>,
    /// Of this episode; its case is named as well.
    pub episode: Option<Uuid>,
    /// Due on or after.
    pub due_from: Option<Date>,
    /// Due on or before.
    pub due_until: Option<Date>,
    /// Codes of states as derived for the day of the list.
    pub states: Vec<String>,
    /// Codes of kinds; all when empty.
    pub kinds: Vec<String>,
    /// Only of people outside case management, or only of episodes.
    pub outside: Option<bool>,
}

/// A stretch of a list. One ends before the next begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Part {
    /// What is overdue.
    Overdue,
    /// What is open or scheduled, and not overdue.
    Pending,
    /// The whole list, where what is settled is asked for too.
    Whole,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The day of the first page: the whole list is as of that day.
    pub day: Day,
    /// The stretch.
    pub part: Part,
    /// The day to aim for of the last duty shown.
    pub target_on: Day,
    /// Its id.
    pub id: Uuid,
}

impl Filter {
    /// Whether a settled duty can match.
    fn asks_for_settled(&self) -> bool {
        self.asks_for(&["DONE", "MISSED", "VOID"])
    }

    fn asks_for(&self, any_of: &[&str]) -> bool {
        self.states.iter().any(|state| any_of.contains(&state.as_str()))
    }

    /// The stretches of the list, in order.
    fn parts(&self) -> impl Iterator<Item = Part> {
        let settled = self.asks_for_settled();
        let overdue = (!settled && self.asks_for(&["OVERDUE"])).then_some(Part::Overdue);
        let pending = (!settled && self.asks_for(&["OPEN", "SCHEDULED"])).then_some(Part::Pending);
        [overdue, pending, settled.then_some(Part::Whole)].into_iter().flatten()
    }

    /// Where a duty stands in the list of a day.
    #[must_use]
    pub fn place(&self, duty: &Duty, day: Date) -> Place {
        let part = match (self.asks_for_settled(), duty.deadline().overdue_after() < day) {
            (true, _) => Part::Whole,
            (false, true) => Part::Overdue,
            (false, false) => Part::Pending,
        };
        Place { day: Day(day), part, target_on: Day(duty.deadline().target_on()), id: duty.name().id() }
    }

    /// The roads to everything that the viewer may see of it. No two meet.
    fn roads(&self, viewer: &Viewer) -> Vec<Road> {
        if self.case.is_some() {
            return vec![Road::Case];
        }
        if self.owner.is_some() {
            let with_lead = self.with_lead.then_some(Road::Unowned);
            return [Some(Road::Owner), with_lead].into_iter().flatten().collect();
        }
        let in_team = self.team.is_none() || self.team == viewer.team;
        let by_team = (viewer.team.is_some() && in_team).then_some(Road::Team);
        let beyond = self.team.is_none() || self.team != viewer.team;
        let is_officer = viewer.placement_officer.is_some() || viewer.case_manager.is_some();
        let by_case = (is_officer && beyond).then_some(Road::Officer);
        [by_team, by_case].into_iter().flatten().collect()
    }
}

/// A way along one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Road {
    /// The duties of a case.
    Case,
    /// Those of their owner.
    Owner,
    /// Those that lie with the lead of a team.
    Unowned,
    /// Those of the viewer's team.
    Team,
    /// Those of the cases whose officer the viewer is, outside that team.
    Officer,
}

/// What is asked of each road.
struct Asked<'a> {
    jobcenter: &'a str,
    viewer: &'a Viewer,
    filter: &'a Filter,
    day: Date,
    part: Part,
    after: (Date, Uuid),
    limit: i64,
}

impl Asked<'_> {
    /// The last days in time that belong to the stretch.
    fn in_time(&self) -> (Date, Date) {
        let (first, last) = DAYS;
        match self.part {
            Part::Overdue => (first, self.day.yesterday().unwrap_or(first)),
            Part::Pending => (self.day, last),
            Part::Whole => DAYS,
        }
    }
}

/// Walks one road over the duties in the given stored states. The states stand in the statement in the words of the partial indexes, and every
/// bound is a plain comparison, so that a plan made for all values is as good as one made for these.
macro_rules! walk {
    ($unit:expr, $asked:expr, $states:literal, $road:literal) => {{
        let Asked { jobcenter, viewer, filter, day, after, limit, .. } = $asked;
        let (in_time_from, in_time_until) = $asked.in_time();
        sqlx::query_as!(
            Row,
            r"
            SELECT d.facts, d.team
            FROM duties d
            WHERE d.jobcenter_id = $1
              AND d.due_on BETWEEN $2 AND $3
              AND (d.target_on, d.duty_id) > ($4, $5)
              AND d.overdue_after_on BETWEEN $6 AND $7
              AND (cardinality($8::text[]) = 0 OR d.kind = ANY ($8))
              AND ($9::boolean IS NULL OR (d.episode_id IS NULL) = $9)
              AND CASE
                    WHEN d.state = 'SCHEDULED' AND $10 < d.opens_on THEN 'SCHEDULED'
                    WHEN d.state IN ('SCHEDULED', 'OPEN') AND $10 > d.overdue_after_on THEN 'OVERDUE'
                    WHEN d.state IN ('SCHEDULED', 'OPEN') THEN 'OPEN'
                    ELSE d.state
                  END = ANY ($11::text[])
              AND ($12::uuid IS NULL OR d.owner_id = $12 OR ($13 AND d.owner_id IS NULL AND d.team = $14))
              AND ($15::text IS NULL OR d.team = $15)
              AND ($16::uuid IS NULL OR d.case_id = $16)
              AND ($17::uuid IS NULL OR d.episode_id = $17)
              AND (d.team = $14 OR d.case_id IN (SELECT of FROM cases_of($1, $18, $19) AS of))
              AND d.state IN "
                + $states
                + r"
              AND "
                + $road
                + r"
            ORDER BY d.target_on, d.duty_id
            LIMIT $20
            ",
            jobcenter,
            filter.due_from.unwrap_or(DAYS.0).to_sqlx() as _,
            filter.due_until.unwrap_or(DAYS.1).to_sqlx() as _,
            after.0.to_sqlx() as _,
            after.1,
            in_time_from.to_sqlx() as _,
            in_time_until.to_sqlx() as _,
            &filter.kinds,
            filter.outside,
            day.to_sqlx() as _,
            &filter.states,
            filter.owner,
            filter.with_lead,
            viewer.team,
            filter.team,
            filter.case,
            filter.episode,
            viewer.placement_officer,
            viewer.case_manager,
            limit
        )
        .fetch_all($unit.connection())
        .await?
    }};
}

/// Walks a road: each has a statement of its own, because each has an index of its own.
macro_rules! along {
    ($unit:expr, $asked:expr, $road:expr, $states:literal) => {
        match $road {
            Road::Case => walk!($unit, $asked, $states, "d.case_id = $16"),
            Road::Owner => walk!($unit, $asked, $states, "d.owner_id = $12"),
            Road::Unowned => walk!($unit, $asked, $states, "d.owner_id IS NULL"),
            Road::Team => walk!($unit, $asked, $states, "d.team = $14"),
            Road::Officer => walk!(
                $unit,
                $asked,
                $states,
                "d.case_id = ANY (ARRAY(SELECT of FROM cases_of($1, $18, $19) AS of)) AND d.team IS DISTINCT FROM $14"
            ),
        }
    };
}

struct Row {
    facts: serde_json::Value,
    team: String,
}

/// Duties the viewer may see. The state is derived for the day of the list as the domain derives it: a scheduled duty whose opening day has come is
/// open, an open one past its last day in time is overdue.
///
/// # Errors
/// When the database fails.
pub async fn list(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    viewer: &Viewer,
    filter: &Filter,
    page: &Page<Place>,
) -> Result<Vec<Listed>, Failure> {
    let day = page.after.map_or_else(|| unit.today(), |place| place.day.0);
    let mut found = Vec::new();
    for part in filter.parts().filter(|part| page.after.is_none_or(|place| *part >= place.part)) {
        let after = page.after.filter(|place| place.part == part).map(|place| (place.target_on.0, place.id));
        let limit = page.fetch() - i64::try_from(found.len()).unwrap_or(i64::MAX);
        if limit <= 0 {
            break;
        }
        let after = after.unwrap_or((DAYS.0, Uuid::nil()));
        let jobcenter = jobcenter.jobcenter().as_str();
        found.extend(stretch(unit, &Asked { jobcenter, viewer, filter, day, part, after, limit }).await?);
    }
    Ok(found)
}

/// One stretch of the list: what all roads lead to, in order, as far as it is asked for.
async fn stretch(unit: &mut Unit, asked: &Asked<'_>) -> Result<Vec<Listed>, Failure> {
    let mut found = Vec::new();
    for road in asked.filter.roads(asked.viewer) {
        let mut rows = along!(unit, asked, road, "('SCHEDULED', 'OPEN')");
        if asked.part == Part::Whole {
            rows.extend(along!(unit, asked, road, "('DONE', 'MISSED', 'VOID')"));
        }
        for row in rows {
            found.push(listed(row.facts, row.team)?);
        }
    }
    found.sort_unstable_by_key(|row| asked.filter.place(&row.duty, asked.day));
    found.truncate(usize::try_from(asked.limit).unwrap_or(usize::MAX));
    Ok(found)
}

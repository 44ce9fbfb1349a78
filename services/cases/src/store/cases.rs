//! Tables `cases` and `profiles`, and with them what a case is found by.

mod locked;

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName, StaffName};
use lotse_platform::{authorization::Authorized, failure::Failure, paging::Page, unit::Unit};
use serde_json::Value;
use uuid::Uuid;

use super::{
    consequences::{Consequences, Told, write_with},
    profiles, watches,
};
use crate::{
    access::acts,
    domain::{
        events::{Event, Happened},
        records::{Profile, TeamDecision},
        search,
    },
};

pub use locked::{Locked, lock};

/// A case as stored, with its latest profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name.
    pub name: CaseName,
    /// Version for the etag.
    pub version: i64,
    /// The person.
    pub person: Person,
    /// Number of the benefit unit.
    pub benefit_unit_number: String,
    /// Team code.
    pub team: String,
    /// The placement officer.
    pub placement_officer: StaffName,
    /// The case manager of the running episode.
    pub case_manager: Option<StaffName>,
    /// The running episode.
    pub current_episode: Option<EpisodeName>,
    /// How often another officer became the one who leads.
    pub contact_changes: i32,
    /// What was decided on the team, oldest first (R125).
    pub team_decisions: Vec<TeamDecision>,
    /// The latest profile.
    pub profile: Profile,
    /// When it was registered.
    pub created_at: Timestamp,
}

/// The person of a case: social data (§ 35 SGB I).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Given names.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Date of birth.
    pub born_on: Date,
    /// Kundennummer.
    pub customer_number: String,
    /// Postal address.
    pub address_lines: Vec<String>,
}

struct Row {
    case_id: Uuid,
    version: i64,
    given_name: String,
    family_name: String,
    born_on: jiff_sqlx::Date,
    customer_number: String,
    address_lines: Vec<String>,
    benefit_unit_number: String,
    team: String,
    placement_officer_id: Uuid,
    case_manager_id: Option<Uuid>,
    current_episode_id: Option<Uuid>,
    contact_changes: i32,
    team_decisions: Value,
    created_at: jiff_sqlx::Timestamp,
    profile_type: String,
    established_on: jiff_sqlx::Date,
    needs: Value,
}

impl Row {
    fn named(self, jobcenter: &JobcenterName) -> Result<Case, Failure> {
        let name = CaseName::new(jobcenter.clone(), self.case_id);
        let staff = |id| StaffName::new(jobcenter.clone(), id);
        Ok(Case {
            version: self.version,
            person: Person {
                given_name: self.given_name,
                family_name: self.family_name,
                born_on: self.born_on.to_jiff(),
                customer_number: self.customer_number,
                address_lines: self.address_lines,
            },
            benefit_unit_number: self.benefit_unit_number,
            team: self.team,
            placement_officer: staff(self.placement_officer_id),
            case_manager: self.case_manager_id.map(staff),
            current_episode: self.current_episode_id.map(|id| EpisodeName::new(name.clone(), id)),
            contact_changes: self.contact_changes,
            team_decisions: serde_json::from_value(self.team_decisions)
                .map_err(|error| Failure::stored("team decisions", &error))?,
            profile: profiles::read(&self.profile_type, self.established_on, self.needs)?,
            created_at: self.created_at.to_jiff(),
            name,
        })
    }
}

/// Adds a case with its first profile, the watch over its person where the profile is complex, and the first entry of its timeline,
/// in one statement.
///
/// # Errors
/// When the database fails or the customer number is registered (constraint `cases_customer_number`).
pub async fn insert(
    unit: &mut Unit,
    _: &Authorized<acts::RegisterCase>,
    case: &Case,
    watch: Option<&watches::Stored>,
    actor: &str,
) -> Result<(), Failure> {
    let profile_id = unit.new_id();
    let happened = [Happened::to_case(&case.name, Event::CaseRegistered {})];
    let duties = watch.into_iter().flat_map(|stored| stored.watch.duties().iter());
    let consequences = Consequences::of(unit, duties, &case.team, Told { happened: &happened, actor })?;
    let watched: Vec<Value> = watch.map(|stored| watches::facts(&stored.watch)).transpose()?.into_iter().collect();
    write_with!(
        unit,
        &case.name,
        &consequences,
        r"
            , registered AS (
                INSERT INTO cases (jobcenter_id, case_id, team, version, given_name, family_name, born_on, customer_number,
                                   address_lines, benefit_unit_number, placement_officer_id, created_at)
                VALUES ($1, $2, $4, $22, $23, $24, $25, $26, $27, $28, $29, $30)
            ), profiled AS (
                INSERT INTO profiles (profile_id, jobcenter_id, case_id, profile_type, established_on, needs)
                VALUES ($31, $1, $2, $32, $33, $34)
            ), found AS (
                INSERT INTO case_search (case_id, jobcenter_id, team, names, needs)
                VALUES ($2, $1, $4, $37, $38)
            )
            INSERT INTO watches (jobcenter_id, case_id, version, facts, next_step_on)
            SELECT $1, $2, 1, w.facts, $36
            FROM unnest($35::jsonb[]) AS w (facts)
        ",
        case.version,
        case.person.given_name,
        case.person.family_name,
        case.person.born_on.to_sqlx() as _,
        case.person.customer_number,
        &case.person.address_lines,
        case.benefit_unit_number,
        case.placement_officer.id(),
        case.created_at.to_sqlx() as _,
        profile_id,
        case.profile.profile_type.code(),
        case.profile.established_on.to_sqlx() as _,
        needs(&case.profile)?,
        &watched,
        watch.and_then(|stored| stored.next_step_on).map(ToSqlx::to_sqlx) as _,
        search::folded(&format!("{} {}", case.person.given_name, case.person.family_name)),
        search::searched(&case.profile.needs)
    );
    Ok(())
}

fn needs(profile: &Profile) -> Result<Value, Failure> {
    serde_json::to_value(&profile.needs).map_err(|error| Failure::Defect(error.to_string()))
}

/// Adds a dated profile. Where it is the latest, the case is found by its needs from now on.
///
/// # Errors
/// When the database fails.
pub async fn insert_profile(unit: &mut Unit, case: &CaseName, profile: &Profile) -> Result<(), Failure> {
    let id = unit.new_id();
    sqlx::query!(
        r"
        WITH found AS (
            UPDATE case_search s
            SET needs = $7
            WHERE s.jobcenter_id = $2 AND s.case_id = $3
              AND NOT EXISTS (
                  SELECT FROM profiles p
                  WHERE p.jobcenter_id = $2 AND p.case_id = $3 AND p.established_on > $5
              )
        )
        INSERT INTO profiles (profile_id, jobcenter_id, case_id, profile_type, established_on, needs)
        VALUES ($1, $2, $3, $4, $5, $6)
        ",
        id,
        case.jobcenter().as_str(),
        case.id(),
        profile.profile_type.code(),
        profile.established_on.to_sqlx() as _,
        needs(profile)?,
        search::searched(&profile.needs)
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Takes the next version of a case, when it has the given one.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one.
pub async fn touch(
    unit: &mut Unit,
    _: &Authorized<acts::RecordProfile>,
    name: &CaseName,
    version: i64,
) -> Result<(), Failure> {
    let changed = sqlx::query!(
        r"
        UPDATE cases
        SET version = version + 1
        WHERE case_id = $1 AND version = $2
        ",
        name.id(),
        version
    )
    .execute(unit.connection())
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Failure::StaleEtag) }
}

/// Names the running episode and its case manager, both unset when it is over, and counts where another officer leads (R125).
/// Leaves the case alone when another episode than `read` runs by now: it was proposed beside the aftercare of this one while this
/// act was under way.
///
/// # Errors
/// When the database fails.
pub async fn set_episode(
    unit: &mut Unit,
    name: &CaseName,
    (read, episode): (Option<Uuid>, Option<Uuid>),
    case_manager: Option<Uuid>,
    contact_changes: i32,
) -> Result<(), Failure> {
    sqlx::query!(
        r"
        UPDATE cases
        SET version = version + 1, current_episode_id = $2, case_manager_id = $3, contact_changes = contact_changes + $5
        WHERE case_id = $1 AND current_episode_id IS NOT DISTINCT FROM $4
        ",
        name.id(),
        episode,
        case_manager,
        read,
        contact_changes
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Reads a case with its latest profile.
///
/// # Errors
/// [`Failure::NotFound`] when it is not there.
pub async fn load(unit: &mut Unit, name: &CaseName) -> Result<Case, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT c.case_id, c.version, c.given_name, c.family_name, c.born_on, c.customer_number, c.address_lines,
               c.benefit_unit_number, c.team, c.placement_officer_id, c.case_manager_id, c.current_episode_id,
               c.contact_changes, c.team_decisions, c.created_at,
               p.profile_type, p.established_on, p.needs
        FROM cases c
        JOIN LATERAL (
            SELECT profile_type, established_on, needs
            FROM profiles
            WHERE jobcenter_id = c.jobcenter_id AND case_id = c.case_id
            ORDER BY established_on DESC, profile_id DESC
            LIMIT 1
        ) p ON true
        WHERE c.case_id = $1 AND c.jobcenter_id = $2
        ",
        name.id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    row.ok_or_else(|| Failure::NotFound { name: name.to_string() })?.named(name.jobcenter_name())
}

/// Who asks for a list, for the rule of `policy/cases.cedar` in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// The caller's staff id, for a placement officer with a staff record: the cases placed by them.
    pub placement_officer: Option<Uuid>,
    /// The caller's staff id, for a case manager with a staff record: the cases they manage, also by an older episode that is not over.
    pub case_manager: Option<Uuid>,
    /// The team whose cases the caller sees by role; `None` for officers without such a role.
    pub team: Option<String>,
}

/// Cases the viewer may see, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    viewer: &Viewer,
    team: Option<&str>,
    page: &Page<Uuid>,
) -> Result<Vec<Case>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT c.case_id, c.version, c.given_name, c.family_name, c.born_on, c.customer_number, c.address_lines,
               c.benefit_unit_number, c.team, c.placement_officer_id, c.case_manager_id, c.current_episode_id,
               c.contact_changes, c.team_decisions, c.created_at,
               p.profile_type, p.established_on, p.needs
        FROM cases c
        JOIN LATERAL (
            SELECT profile_type, established_on, needs
            FROM profiles
            WHERE jobcenter_id = c.jobcenter_id AND case_id = c.case_id
            ORDER BY established_on DESC, profile_id DESC
            LIMIT 1
        ) p ON true
        WHERE c.jobcenter_id = $1
          AND (c.team = $3 OR c.case_id IN (SELECT of FROM cases_of($1, $2, $7) AS of))
          AND ($4::text IS NULL OR c.team = $4)
          AND ($5::uuid IS NULL OR c.case_id < $5)
        ORDER BY c.case_id DESC
        LIMIT $6
        ",
        jobcenter.jobcenter().as_str(),
        viewer.placement_officer,
        viewer.team,
        team,
        page.after,
        page.fetch(),
        viewer.case_manager
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter().map(|row| row.named(jobcenter)).collect()
}

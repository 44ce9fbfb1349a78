//! Table `staff_members`: the staff table gives each principal its team and says who may be named officer.

use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{authorization::Authorized, failure::Failure, paging::Page, unit::Unit};
use uuid::Uuid;

use super::policies::Seat;
use crate::access::acts;

/// A staff member as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffMember {
    /// Its name.
    pub name: StaffName,
    /// Version for the etag.
    pub version: i64,
    /// The `sub` claim of the identity provider.
    pub subject: String,
    /// Name as it stands in letters.
    pub display_name: String,
    /// Address for notices.
    pub email: String,
    /// Telephone number.
    pub phone: String,
    /// Team code; empty outside the teams.
    pub team: String,
    /// Codes of what the person may be named for.
    pub functions: Vec<String>,
    /// Weekly hours in percent of a full post, from 1 to 100 (R168).
    pub full_time_percent: i32,
}

struct Row {
    staff_member_id: Uuid,
    version: i64,
    subject: String,
    display_name: String,
    email: String,
    phone: String,
    team: String,
    functions: Vec<String>,
    full_time_percent: i32,
}

impl Row {
    fn named(self, jobcenter: &JobcenterName) -> StaffMember {
        let Self { staff_member_id, version, subject, display_name, email, phone, team, functions, full_time_percent } =
            self;
        let name = StaffName::new(jobcenter.clone(), staff_member_id);
        StaffMember { name, version, subject, display_name, email, phone, team, functions, full_time_percent }
    }
}

/// Adds a staff member.
///
/// # Errors
/// When the database fails or the subject is registered (constraint `staff_members_subject`).
pub async fn insert(
    unit: &mut Unit,
    _: &Authorized<acts::RegisterStaffMember>,
    member: &StaffMember,
) -> Result<(), Failure> {
    let now = unit.now();
    sqlx::query!(
        r"
        INSERT INTO staff_members (staff_member_id, jobcenter_id, version, subject, display_name, email, phone, team, functions,
                                   full_time_percent, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ",
        member.name.id(),
        member.name.jobcenter().as_str(),
        member.version,
        member.subject,
        member.display_name,
        member.email,
        member.phone,
        member.team,
        &member.functions,
        member.full_time_percent,
        now.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Changes a staff member of that version.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version is another one.
pub async fn update(
    unit: &mut Unit,
    _: &Authorized<acts::UpdateStaffMember>,
    member: &StaffMember,
    version: i64,
) -> Result<(), Failure> {
    let changed = sqlx::query!(
        r"
        UPDATE staff_members
        SET version = version + 1, display_name = $3, email = $4, phone = $5, team = $6, functions = $7, full_time_percent = $8
        WHERE staff_member_id = $1 AND version = $2
        ",
        member.name.id(),
        version,
        member.display_name,
        member.email,
        member.phone,
        member.team,
        &member.functions,
        member.full_time_percent
    )
    .execute(unit.connection())
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Failure::StaleEtag) }
}

/// Reads one staff member.
///
/// # Errors
/// When the database fails.
pub async fn load(unit: &mut Unit, name: &StaffName) -> Result<Option<StaffMember>, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT staff_member_id, version, subject, display_name, email, phone, team, functions, full_time_percent
        FROM staff_members
        WHERE staff_member_id = $1
        ",
        name.id()
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(row.map(|row| row.named(name.jobcenter_name())))
}

/// Reads the staff member behind a subject of the tenant.
///
/// # Errors
/// When the database fails.
pub async fn load_by_subject(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    subject: &str,
) -> Result<Option<StaffMember>, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT staff_member_id, version, subject, display_name, email, phone, team, functions, full_time_percent
        FROM staff_members
        WHERE jobcenter_id = $1 AND subject = $2
        ",
        jobcenter.jobcenter().as_str(),
        subject
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(row.map(|row| row.named(jobcenter)))
}

/// Locks the row of a case manager until the end of the transaction, so that one place is taken at a time: whoever comes second counts what the
/// first has taken.
///
/// # Errors
/// When the database fails.
pub async fn lock_places(unit: &mut Unit, name: &StaffName) -> Result<(), Failure> {
    sqlx::query!(
        r"
        SELECT staff_member_id
        FROM staff_members
        WHERE staff_member_id = $1 AND jobcenter_id = $2
        FOR NO KEY UPDATE
        ",
        name.id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(())
}

/// Whether somebody of the staff belongs to a team.
///
/// # Errors
/// When the database fails.
pub async fn is_team(unit: &mut Unit, jobcenter: &JobcenterName, team: &str) -> Result<bool, Failure> {
    let row = sqlx::query!(
        r"
        SELECT staff_member_id
        FROM staff_members
        WHERE jobcenter_id = $1 AND team = $2
        LIMIT 1
        ",
        jobcenter.jobcenter().as_str(),
        team
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(row.is_some())
}

/// Whether a staff member of the tenant has a function.
///
/// # Errors
/// When the database fails.
pub async fn has_function(unit: &mut Unit, name: &StaffName, function: &str) -> Result<bool, Failure> {
    let row = sqlx::query!(
        r"
        SELECT staff_member_id
        FROM staff_members
        WHERE staff_member_id = $1 AND jobcenter_id = $2 AND $3 = ANY (functions)
        ",
        name.id(),
        name.jobcenter().as_str(),
        function
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(row.is_some())
}

/// Where the jobcenter is, when a staff member of it has a function: read along because commands wait for each other's round trips.
///
/// # Errors
/// When the database fails.
pub async fn seat_with(unit: &mut Unit, name: &StaffName, function: &str) -> Result<Option<Seat>, Failure> {
    let seat = sqlx::query_as!(
        Seat,
        r#"
        SELECT j.land, j.municipality_key,
               EXISTS (
                   SELECT FROM policies p
                   WHERE p.state = 'APPROVED' AND (p.jobcenter_id = j.jobcenter_id OR p.land = j.land)
               ) AS "has_local!"
        FROM staff_members s
        JOIN jobcenters j ON j.jobcenter_id = s.jobcenter_id
        WHERE s.staff_member_id = $1 AND s.jobcenter_id = $2 AND $3 = ANY (s.functions)
        "#,
        name.id(),
        name.jobcenter().as_str(),
        function
    )
    .fetch_optional(unit.connection())
    .await?;
    Ok(seat)
}

/// Staff by display name, of one team or of all.
///
/// # Errors
/// When the database fails.
pub async fn list(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    team: Option<&str>,
    page: &Page<(String, Uuid)>,
) -> Result<Vec<StaffMember>, Failure> {
    let (after_name, after_id) = page.after.clone().unzip();
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT staff_member_id, version, subject, display_name, email, phone, team, functions, full_time_percent
        FROM staff_members
        WHERE jobcenter_id = $1
          AND ($2::text IS NULL OR team = $2)
          AND ($3::text IS NULL OR (display_name, staff_member_id) > ($3, $4))
        ORDER BY display_name, staff_member_id
        LIMIT $5
        ",
        jobcenter.jobcenter().as_str(),
        team,
        after_name,
        after_id,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    Ok(rows.into_iter().map(|row| row.named(jobcenter)).collect())
}

/// Everybody with a function in a team, at most 100, by name.
///
/// # Errors
/// When the database fails.
pub async fn with_function(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    function: &str,
    team: &str,
) -> Result<Vec<StaffMember>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT staff_member_id, version, subject, display_name, email, phone, team, functions, full_time_percent
        FROM staff_members
        WHERE jobcenter_id = $1 AND team = $2 AND $3 = ANY (functions)
        ORDER BY display_name, staff_member_id
        LIMIT 100
        ",
        jobcenter.jobcenter().as_str(),
        team,
        function
    )
    .fetch_all(unit.connection())
    .await?;
    Ok(rows.into_iter().map(|row| row.named(jobcenter)).collect())
}

//! Table `policies`: the versions of a jobcenter, and those a release ships, which every tenant reads and none writes.

mod ground;

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::{
    dates::berlin_date,
    names::{JobcenterName, PolicyName, StaffName},
    policy::{Fact, Jurisdiction, OpenDuties, PolicyKey, PolicyVersion, Transition},
};
use lotse_platform::{authorization::Authorized, failure::Failure, paging::Page, unit::Unit};
use lotse_proto::cases as contract;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::acts,
    convert_policy,
    domain::policies::{Policy, PolicyState, Standing},
};

pub use ground::{Seat, book, ground, ground_at};

/// A version as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What it says and where it stands.
    pub policy: Policy,
    /// Version of the record, for the etag.
    pub version: i64,
    /// When it was drafted or loaded.
    pub created_at: jiff::Timestamp,
}

/// By what a list goes on: key, how narrow the scope is, first day, number.
pub type Place = (String, i32, Date, i32);

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) policy_id: Uuid,
    pub(crate) jobcenter_id: Option<String>,
    pub(crate) land: Option<String>,
    pub(crate) key: String,
    pub(crate) number: i32,
    pub(crate) version: i64,
    pub(crate) state: String,
    pub(crate) valid_from_on: jiff_sqlx::Date,
    pub(crate) valid_to_on: Option<jiff_sqlx::Date>,
    pub(crate) legal_basis: String,
    pub(crate) unverified: bool,
    pub(crate) note: String,
    pub(crate) parameters: Value,
    pub(crate) fact: String,
    pub(crate) open_duties: String,
    pub(crate) repeals: bool,
    pub(crate) retroactive_reason: String,
    pub(crate) drafter_id: Option<Uuid>,
    pub(crate) approver_id: Option<Uuid>,
    pub(crate) approved_at: Option<jiff_sqlx::Timestamp>,
    pub(crate) created_at: jiff_sqlx::Timestamp,
}

fn defect(what: impl std::fmt::Display) -> Failure {
    Failure::Defect(format!("a stored policy version: {what}"))
}

impl Row {
    /// Whether this release knows the words of the version. A later one may add keys, facts and transitions, and what it loaded or let a
    /// jobcenter approve is there before the last replica of this one is replaced, and after this one has come back.
    fn is_known(&self) -> bool {
        self.key.parse::<PolicyKey>().is_ok()
            && self.fact.parse::<Fact>().is_ok()
            && self.open_duties.parse::<OpenDuties>().is_ok()
    }

    /// What the version says.
    pub(crate) fn says(&self) -> Result<PolicyVersion, Failure> {
        let jurisdiction = match (&self.jobcenter_id, &self.land) {
            (Some(jobcenter), _) => Jurisdiction::Jobcenter(jobcenter.clone()),
            (None, Some(land)) => Jurisdiction::Land(land.clone()),
            (None, None) => Jurisdiction::Federal,
        };
        Ok(PolicyVersion {
            key: self.key.parse::<PolicyKey>().map_err(defect)?,
            version: self.number,
            jurisdiction,
            valid_from: self.valid_from_on.to_jiff(),
            valid_to: self.valid_to_on.map(jiff_sqlx::Date::to_jiff),
            legal_basis: self.legal_basis.clone(),
            unverified: self.unverified,
            note: self.note.clone(),
            repeals: self.repeals,
            parameters: serde_json::from_value(self.parameters.clone()).map_err(defect)?,
            transition: Transition {
                fact: self.fact.parse::<Fact>().map_err(defect)?,
                open_duties: self.open_duties.parse::<OpenDuties>().map_err(defect)?,
            },
            approved_on: self.approved_at.map(|at| berlin_date(at.to_jiff())),
        })
    }

    fn stored(self, jobcenter: &JobcenterName) -> Result<Stored, Failure> {
        let staff = |id: Uuid| StaffName::new(jobcenter.clone(), id);
        let standing = match (self.state.parse::<PolicyState>().map_err(defect)?, self.approver_id, self.approved_at) {
            (PolicyState::Draft, ..) => Standing::Draft,
            (PolicyState::Validated, ..) => Standing::Validated,
            (PolicyState::Withdrawn, ..) => Standing::Withdrawn,
            (PolicyState::Approved, Some(approver), Some(at)) => {
                Standing::Approved { approver: staff(approver), approved_at: at.to_jiff() }
            }
            (PolicyState::Approved, ..) => Standing::Shipped,
        };
        let policy = Policy {
            name: PolicyName::new(jobcenter.clone(), self.policy_id),
            version: self.says()?,
            standing,
            drafter: self.drafter_id.map(staff),
            retroactive_reason: self.retroactive_reason,
        };
        Ok(Stored { policy, version: self.version, created_at: self.created_at.to_jiff() })
    }
}

/// Holds everybody else off a rule of the jobcenter until the transaction ends: numbers are given and collisions looked for one at a time.
///
/// # Errors
/// When the database fails.
pub async fn lock(unit: &mut Unit, jobcenter: &JobcenterName, key: PolicyKey) -> Result<(), Failure> {
    let what = format!("{jobcenter}/policies/{key}");
    sqlx::query!(r#"SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS "locked""#, what)
        .fetch_one(unit.connection())
        .await?;
    Ok(())
}

/// The number of the next version of a rule; [`lock`] keeps it for the caller.
///
/// # Errors
/// When the database fails.
pub async fn next_number(unit: &mut Unit, jobcenter: &JobcenterName, key: PolicyKey) -> Result<i32, Failure> {
    let row = sqlx::query!(
        r#"
        SELECT coalesce(max(number), 0) + 1 AS "next!"
        FROM policies
        WHERE jobcenter_id = $1 AND key = $2
        "#,
        jobcenter.jobcenter().as_str(),
        key.code()
    )
    .fetch_one(unit.connection())
    .await?;
    Ok(row.next)
}

/// Adds a draft.
///
/// # Errors
/// When the database fails.
pub async fn insert(unit: &mut Unit, _: &Authorized<acts::DraftPolicy>, stored: &Stored) -> Result<(), Failure> {
    let (policy, version) = (&stored.policy, &stored.policy.version);
    sqlx::query!(
        r"
        INSERT INTO policies (policy_id, jobcenter_id, key, number, version, state, valid_from_on, valid_to_on, legal_basis, note,
                              parameters, fact, open_duties, repeals, retroactive_reason, drafter_id, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
        ",
        policy.name.id(),
        policy.name.jobcenter().as_str(),
        version.key.code(),
        version.version,
        stored.version,
        policy.standing.state().code(),
        version.valid_from.to_sqlx() as _,
        version.valid_to.map(ToSqlx::to_sqlx) as _,
        version.legal_basis,
        version.note,
        serde_json::to_value(&version.parameters).map_err(defect)?,
        version.transition.fact.code(),
        version.transition.open_duties.code(),
        version.repeals,
        policy.retroactive_reason,
        policy.drafter.as_ref().map(StaffName::id),
        stored.created_at.to_sqlx() as _
    )
    .execute(unit.connection())
    .await?;
    Ok(())
}

/// Writes where a version of that etag stands now.
///
/// # Errors
/// [`Failure::StaleEtag`] when the version of the record is another one.
pub async fn save_standing(unit: &mut Unit, policy: &Policy, version: i64) -> Result<(), Failure> {
    let (approver, at) = match &policy.standing {
        Standing::Approved { approver, approved_at } => (Some(approver.id()), Some(*approved_at)),
        Standing::Draft | Standing::Validated | Standing::Shipped | Standing::Withdrawn => (None, None),
    };
    let changed = sqlx::query!(
        r"
        UPDATE policies
        SET version = version + 1, state = $3, approver_id = $4, approved_at = $5
        WHERE policy_id = $1 AND version = $2
        ",
        policy.name.id(),
        version,
        policy.standing.state().code(),
        approver,
        at.map(ToSqlx::to_sqlx) as _
    )
    .execute(unit.connection())
    .await?;
    if changed.rows_affected() == 1 { Ok(()) } else { Err(Failure::StaleEtag) }
}

/// Reads one version that holds in the jobcenter, or one of its own.
///
/// # Errors
/// [`Failure::NotFound`] when there is none of that name, [`Failure::Unavailable`] when it takes a later release to read it.
pub async fn load(unit: &mut Unit, name: &PolicyName) -> Result<Stored, Failure> {
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT policy_id, jobcenter_id, land, key, number, version, state, valid_from_on, valid_to_on, legal_basis, unverified, note,
               parameters, fact, open_duties, repeals, retroactive_reason, drafter_id, approver_id, approved_at, created_at
        FROM policies
        WHERE policy_id = $1
          AND (land IS NULL OR land = (SELECT j.land FROM jobcenters j WHERE j.jobcenter_id = $2))
        ",
        name.id(),
        name.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?;
    let row = row.ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
    if !row.is_known() {
        return Err(Failure::Unavailable { dependency: "a later release" });
    }
    row.stored(name.jobcenter_name())
}

/// Reads one version as clients see it.
///
/// # Errors
/// As [`load`] and [`ground`].
pub async fn show(unit: &mut Unit, name: &PolicyName) -> Result<contract::Policy, Failure> {
    let stored = load(unit, name).await?;
    let book = book(unit, name.jobcenter_name()).await?;
    Ok(convert_policy::policy(&stored, &book))
}

/// The versions that hold in the jobcenter and its own of every state, by key, the narrowest scope first, first day and number. One that
/// only a later release can read has its place and nothing more, so that pages end where they should.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn list(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    key: Option<PolicyKey>,
    state: Option<PolicyState>,
    page: &Page<Place>,
) -> Result<Vec<(Place, Option<Stored>)>, Failure> {
    let (after_key, after_scope, after_day, after_number) = match page.after.clone() {
        Some((key, scope, day, number)) => (Some(key), Some(scope), Some(day), Some(number)),
        None => (None, None, None, None),
    };
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT policy_id, jobcenter_id, land, key, number, version, state, valid_from_on, valid_to_on, legal_basis, unverified, note,
               parameters, fact, open_duties, repeals, retroactive_reason, drafter_id, approver_id, approved_at, created_at
        FROM policies
        WHERE (jobcenter_id = $1 OR jobcenter_id IS NULL)
          AND (land IS NULL OR land = (SELECT j.land FROM jobcenters j WHERE j.jobcenter_id = $1))
          AND ($2::text IS NULL OR key = $2)
          AND ($3::text IS NULL OR state = $3)
          AND ($4::text IS NULL OR (key, CASE WHEN jobcenter_id IS NOT NULL THEN 0 WHEN land IS NOT NULL THEN 1 ELSE 2 END,
                                    valid_from_on, number) > ($4, $5, $6, $7))
        ORDER BY key, CASE WHEN jobcenter_id IS NOT NULL THEN 0 WHEN land IS NOT NULL THEN 1 ELSE 2 END, valid_from_on, number
        LIMIT $8
        ",
        jobcenter.jobcenter().as_str(),
        key.map(PolicyKey::code),
        state.map(PolicyState::code),
        after_key,
        after_scope,
        after_day.map(ToSqlx::to_sqlx) as _,
        after_number,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let place = place(&row);
            let stored = if row.is_known() { Some(row.stored(jobcenter)?) } else { None };
            Ok((place, stored))
        })
        .collect()
}

/// Where a row stands in a list.
fn place(row: &Row) -> Place {
    let scope = if row.jobcenter_id.is_some() { 0 } else { 2 - i32::from(row.land.is_some()) };
    (row.key.clone(), scope, row.valid_from_on.to_jiff(), row.number)
}

/// Reads the row of a version of the book.
///
/// # Errors
/// [`Failure::Defect`] for a version of the release that was not loaded: nothing is computed before it is.
pub async fn find(unit: &mut Unit, jobcenter: &JobcenterName, version: &PolicyVersion) -> Result<Stored, Failure> {
    let (own, land) = match &version.jurisdiction {
        Jurisdiction::Federal => (None, None),
        Jurisdiction::Land(land) => (None, Some(land.as_str())),
        Jurisdiction::Jobcenter(id) => (Some(id.as_str()), None),
    };
    let row = sqlx::query_as!(
        Row,
        r"
        SELECT policy_id, jobcenter_id, land, key, number, version, state, valid_from_on, valid_to_on, legal_basis, unverified, note,
               parameters, fact, open_duties, repeals, retroactive_reason, drafter_id, approver_id, approved_at, created_at
        FROM policies
        WHERE key = $1
          AND number = $2
          AND jobcenter_id IS NOT DISTINCT FROM $3
          AND land IS NOT DISTINCT FROM $4
        ",
        version.key.code(),
        version.version,
        own,
        land
    )
    .fetch_optional(unit.connection())
    .await?;
    row.ok_or_else(|| defect("one of the release was not loaded"))?.stored(jobcenter)
}

/// The versions that a release ships for the jobcenter which take open duties over from today on, with what they decide about and their first days.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn coming(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<Vec<(PolicyName, PolicyKey, Date)>, Failure> {
    let today = unit.today();
    // What a later release decides about is started by that release.
    let known: Vec<String> = PolicyKey::ALL.iter().map(|key| key.code().to_owned()).collect();
    let rows = sqlx::query!(
        r"
        SELECT policy_id, key, valid_from_on
        FROM policies
        WHERE jobcenter_id IS NULL
          AND (land IS NULL OR land = (SELECT j.land FROM jobcenters j WHERE j.jobcenter_id = $1))
          AND state = 'APPROVED'
          AND open_duties = 'REPLAN'
          AND key = ANY($3)
          AND valid_from_on >= $2
        ORDER BY policy_id
        ",
        jobcenter.jobcenter().as_str(),
        today.to_sqlx() as _,
        &known
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let key = row.key.parse().map_err(|_| defect("one of the release has no proper key"))?;
            Ok((PolicyName::new(jobcenter.clone(), row.policy_id), key, row.valid_from_on.to_jiff()))
        })
        .collect()
}

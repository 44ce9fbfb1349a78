//! What the dates of a jobcenter stand on: where its seat is, and the book of versions it lives under.

use std::sync::Arc;

use lotse_kernel::{
    legal::place as legal,
    names::JobcenterName,
    policy::{Book, PolicyVersion},
};
use lotse_platform::{failure::Failure, unit::Unit};

use super::Row;
use crate::store::jobcenters;

/// Every approved version of the jobcenter and of its Land. Read within the transaction, so that a decision never stands on a version
/// that was approved after it began, or not yet. What only a later release can read governs nothing that this one computes.
async fn local_versions(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<Vec<PolicyVersion>, Failure> {
    let rows = sqlx::query_as!(
        Row,
        r"
        SELECT policy_id, jobcenter_id, land, key, number, version, state, valid_from_on, valid_to_on, legal_basis, unverified, note,
               parameters, fact, open_duties, repeals, retroactive_reason, drafter_id, approver_id, approved_at, created_at
        FROM policies
        WHERE state = 'APPROVED'
          AND (jobcenter_id = $1
               OR (jobcenter_id IS NULL AND land = (SELECT j.land FROM jobcenters j WHERE j.jobcenter_id = $1)))
        ",
        jobcenter.jobcenter().as_str()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.iter().filter(|row| row.is_known()).map(Row::says).collect()
}

/// Where a jobcenter is, and whether a version of its own or of its Land holds there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Code of the Land.
    pub land: String,
    /// Official key of the municipality.
    pub municipality_key: Option<String>,
    /// Whether the federal book is not enough.
    pub has_local: bool,
}

/// Where the jobcenter is and the book it lives under.
///
/// # Errors
/// [`Failure::NotFound`] when the jobcenter is not registered: without its place nobody knows whose holidays count, and a date that may
/// be wrong is worse than none.
pub async fn ground(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<(legal::Place, Arc<Book>), Failure> {
    let seat = sqlx::query_as!(
        Seat,
        r#"
        SELECT j.land, j.municipality_key,
               EXISTS (
                   SELECT FROM policies p
                   WHERE p.state = 'APPROVED' AND (p.jobcenter_id = j.jobcenter_id OR p.land = j.land)
               ) AS "has_local!"
        FROM jobcenters j
        WHERE j.jobcenter_id = $1
        "#,
        jobcenter.jobcenter().as_str()
    )
    .fetch_optional(unit.connection())
    .await?
    .ok_or_else(|| Failure::NotFound { name: jobcenter.to_string() })?;
    ground_at(unit, jobcenter, &seat).await
}

/// As [`ground`], for whoever has read the seat within the same transaction. Federal versions are those of the release, so that a
/// jobcenter without versions of its own or of its Land costs a command no further question.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn ground_at(
    unit: &mut Unit,
    jobcenter: &JobcenterName,
    seat: &Seat,
) -> Result<(legal::Place, Arc<Book>), Failure> {
    let place = jobcenters::place(&seat.land, seat.municipality_key.as_deref())?;
    let local = if seat.has_local { local_versions(unit, jobcenter).await? } else { Vec::new() };
    Ok((place, Book::of_jobcenter(local)?))
}

/// The book the jobcenter lives under.
///
/// # Errors
/// As [`ground`].
pub async fn book(unit: &mut Unit, jobcenter: &JobcenterName) -> Result<Arc<Book>, Failure> {
    Ok(ground(unit, jobcenter).await?.1)
}

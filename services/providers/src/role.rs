//! Puts the service together: what `lotse serve providers` runs and what a test runs.

use std::sync::Arc;

use lotse_platform::{
    authorization::PolicyError,
    case_access::CaseAccess,
    clock::{BusinessClock, WallClock},
    database::Database,
    server::Surface,
    unit::Desk,
};

use crate::{
    access::{self, Office},
    grpc,
};

/// The office of this service over its database, its clock and its neighbour.
///
/// # Errors
/// When the access policies are not sound.
pub fn office(database: Database, clock: BusinessClock, cases: Arc<dyn CaseAccess>) -> Result<Office, PolicyError> {
    let policies = Arc::new(access::policies()?);
    Ok(Office { desk: Desk { database, clock, wall: WallClock, policies }, cases })
}

/// The public API and the process API over one office.
#[must_use]
pub fn surfaces(office: &Office) -> (Surface, Surface) {
    (grpc::public(office), grpc::process(office))
}

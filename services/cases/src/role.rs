//! Puts the service together: what `lotse serve cases` runs and what a test runs.

use lotse_platform::{
    authorization::PolicyError,
    clock::{BusinessClock, WallClock},
    database::Database,
    server::Surface,
    unit::Desk,
};

use crate::{access, grpc};

/// The desk of this service over its database and clock.
///
/// # Errors
/// When the access policies are not sound.
pub fn desk(database: Database, clock: BusinessClock) -> Result<Desk, PolicyError> {
    Ok(Desk { database, clock, wall: WallClock, policies: access::policies()? })
}

/// The public API and the process API over one desk.
#[must_use]
pub fn surfaces(desk: &Desk) -> (Surface, Surface) {
    (grpc::public(desk), grpc::process(desk))
}

//! Puts the service together: what `lotse serve cases` runs and what a test runs.

use std::{ops::Deref, sync::Arc};

use lotse_platform::{
    authorization::PolicyError,
    clock::{BusinessClock, WallClock},
    database::Database,
    server::Surface,
    unit::Desk,
};

use crate::{access, grpc, neighbours::Siblings};

/// What every operation of this service works with; cheap to clone. It is a desk to all of them but those that ask siblings.
#[derive(Debug, Clone)]
pub struct Office {
    /// Database, clocks, keys and policies.
    pub desk: Desk,
    /// Who keeps records whose dates go by the versions of a jobcenter.
    pub siblings: Arc<dyn Siblings>,
}

impl Deref for Office {
    type Target = Desk;

    fn deref(&self) -> &Desk {
        &self.desk
    }
}

/// The office of this service over its database, its clock and its siblings.
///
/// # Errors
/// When the access policies are not sound.
pub fn office(database: Database, clock: BusinessClock, siblings: Arc<dyn Siblings>) -> Result<Office, PolicyError> {
    let desk = Desk { database, clock, wall: WallClock, policies: access::policies()? };
    Ok(Office { desk, siblings })
}

/// The public API and the process API over one office.
#[must_use]
pub fn surfaces(office: &Office) -> (Surface, Surface) {
    (grpc::public(office), grpc::process(office))
}

//! The documents service: letters to the person of a case, from the request to the day on which they count as received.
//!
//! Somebody requests a letter, or a procedure wants one ([`operations`]); the request commits with the event that starts the
//! `LetterDelivery` workflow (`events`). The workflow asks this service to render the letter: facts come from cases
//! ([`neighbours`]), wording from a published template, pages from `lotse-letters`. The file is sealed under a key of its own
//! ([`vault`]) and kept in an object store ([`files`]); a row keeps dates, codes, size and digest ([`store`]). The officer is
//! told, posts the letter and confirms the day; from it follows the day of notice ([`domain`]). Who may do what stands in
//! `policy/`, the contract in `proto/lotse/documents/v1`.

mod access;
pub mod config;
mod convert;
pub mod domain;
mod events;
pub mod files;
mod grpc;
pub mod neighbours;
pub mod operations;
pub mod schema;
pub mod store;
pub mod vault;

use std::sync::Arc;

use lotse_platform::authorization::{Policies, PolicyError};
use lotse_platform::server::Surface;
use lotse_platform::unit::Desk;

use files::Files;
use neighbours::cases::Cases;

/// What every operation of this service works with; cheap to clone.
#[derive(Clone)]
pub struct Documents {
    desk: Desk,
    files: Files,
    cases: Arc<dyn Cases>,
}

impl Documents {
    /// The service over its schema, its files and its neighbour.
    #[must_use]
    pub fn new(desk: Desk, files: Files, cases: Arc<dyn Cases>) -> Self {
        Self { desk, files, cases }
    }

    /// The services of the public API.
    #[must_use]
    pub fn public(&self) -> Surface {
        grpc::public(self)
    }

    /// The services of the process API.
    #[must_use]
    pub fn process(&self) -> Surface {
        grpc::process(self)
    }
}

/// The access policies of this service, validated.
///
/// # Errors
/// When they are not sound; a test holds that they are.
pub fn policies() -> Result<Policies, PolicyError> {
    Policies::load(include_str!("../policy/documents.cedarschema"), include_str!("../policy/documents.cedar"))
}

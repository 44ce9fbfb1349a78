//! The legal clock at the border: questions of the contract become questions of the kernel, its answers messages.
//!
//! The clock itself is the kernel's and pure. Here a jobcenter lends it what is its own: the policies it lives under and the place
//! whose holidays count. Nothing is stored; the database is asked for the place alone, and only where the caller tells none.

pub mod answer;
pub mod parse;
pub mod reader;
pub mod timer;

use std::sync::LazyLock;

use lotse_kernel::{
    legal::{Calendar, read},
    names::JobcenterName,
    policy::Book,
};
use lotse_platform::{failure::Failure, unit::Unit};

use crate::{convert, store::jobcenters};
use reader::AskedPlace;

/// The federal versions; a test of the kernel reads them all.
static FEDERAL: LazyLock<Result<Book, String>> =
    LazyLock::new(|| Book::federal().map_err(|error| format!("a shipped policy cannot be read: {error}")));

/// The versions a jobcenter lives under.
///
/// # Errors
/// [`Failure::Defect`] when a shipped file cannot be read.
pub fn book() -> Result<&'static Book, Failure> {
    FEDERAL.as_ref().map_err(|fault| Failure::Defect(fault.clone()))
}

/// Whose holidays count: those of the place that was asked for, else of the jobcenter's own.
///
/// # Errors
/// When the database fails, or the jobcenter is not registered.
pub async fn calendar(unit: &mut Unit, parent: &JobcenterName, asked: AskedPlace) -> Result<Calendar, Failure> {
    match asked {
        AskedPlace::WholeCountry => Ok(Calendar::Nation),
        AskedPlace::At(place) => Ok(Calendar::Of(place)),
        AskedPlace::Own => {
            let found = jobcenters::load(unit, parent).await?;
            let jobcenter = found.ok_or_else(|| Failure::NotFound { name: parent.to_string() })?;
            let home = convert::jobcenter(jobcenter);
            let place = read::place("place", &home.land, "", "").map_err(|faults| {
                let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
                Failure::Defect(format!("a stored jobcenter has no place: {}", told.join(", ")))
            })?;
            Ok(place.map_or(Calendar::Nation, Calendar::Of))
        }
    }
}

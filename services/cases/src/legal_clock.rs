//! The legal clock at the border: questions of the contract become questions of the kernel, its answers messages.
//!
//! The clock itself is the kernel's and pure. Here a jobcenter lends it what is its own: the policies it lives under and the place
//! whose holidays count. Nothing is stored, and the database is asked for no more than a question needs.

pub mod answer;
pub mod parse;
pub mod reader;
pub mod timer;

use lotse_kernel::{legal::Calendar, names::JobcenterName};
use lotse_platform::{failure::Failure, unit::Unit};

use crate::store::jobcenters;
use reader::AskedPlace;

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
            Ok(Calendar::Of(jobcenter.place))
        }
    }
}

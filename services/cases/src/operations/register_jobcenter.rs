//! `JobcenterService.RegisterJobcenter`: a new tenant.

use lotse_kernel::{
    legal::{
        holidays,
        place::{Land, MunicipalityKey, Place},
    },
    names::{JobcenterId, JobcenterName},
};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Desk},
};
use lotse_proto::cases as contract;
use thiserror::Error;
use tonic::Code;

use crate::{
    access::{self, acts},
    convert, policy_making,
    store::{jobcenters, policies},
    watching,
};

/// The word by which federal policy versions are cited, where those of a jobcenter have its id.
const RESERVED: &str = "federal";

/// Why a jobcenter is not registered.
#[derive(Debug, Error)]
pub enum Error {
    /// The id is taken.
    #[error("the jobcenter id {id} is taken")]
    JobcenterExists {
        /// The id.
        id: JobcenterId,
    },
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::JobcenterExists { id } => {
                Fault::new(Code::AlreadyExists, bare(contract::ErrorReason::JobcenterExists.as_str_name()))
                    .with("jobcenter", id.to_string())
            }
            Self::Shared(failure) => failure.fault(),
        }
    }
}

/// Registers the jobcenter, or answers with it when the request was seen before.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RegisterJobcenterRequest,
) -> Result<contract::Jobcenter, Error> {
    let id: JobcenterId = parse_name("jobcenter_id", &request.jobcenter_id)?;
    let name = JobcenterName::new(id.clone());
    let unit = desk.begin(caller, id.as_str()).await?;
    let (mut unit, proof, _) = access::enter::<acts::RegisterJobcenter>(unit, &name, &name.to_string()).await?;

    let mut fields = Fields::new();
    if id.as_str() == RESERVED {
        let text = "`federal` is reserved: versions of federal law are cited by that word as those of a jobcenter are by its id";
        fields.violation("jobcenter_id", text);
    }
    let wanted = fields.required("jobcenter", request.jobcenter.as_ref()).cloned().unwrap_or_default();
    let jobcenter = jobcenters::Jobcenter {
        name: name.clone(),
        version: 1,
        display_name: fields.line("jobcenter.display_name", &wanted.display_name, 1..=200),
        place: place(&mut fields, &wanted),
        address_lines: fields.lines("jobcenter.address_lines", &wanted.address_lines, 1..=5, 1..=100),
        youth_teams: Vec::new(),
        created_at: unit.now(),
    };
    let request_id = fields.request_id(&request.request_id);
    let jobcenter = fields.finish(jobcenter)?;

    if let Claim::Seen { .. } = unit.claim(request_id, &request, &name.to_string()).await? {
        let stored =
            jobcenters::load(&mut unit, &name).await?.ok_or_else(|| Failure::NotFound { name: name.to_string() })?;
        return Ok(convert::jobcenter(stored));
    }
    // Where holidays differ is law that changes: it is asked after the claim, so that a repeated request answers as before.
    let mut fields = Fields::new();
    let (seat, open) = (&jobcenter.place, holidays::open_days(unit.today().year(), &jobcenter.place));
    if seat.municipality().is_none() && open.is_ok_and(|open| !open.is_empty()) {
        // Where a day is a holiday in some municipalities only, no date could be computed without knowing which.
        let needed = format!("is required: holidays differ between the municipalities of {}", seat.land().german());
        fields.violation("jobcenter.municipality", needed);
    }
    fields.finish(())?;
    if !jobcenters::insert(&mut unit, &proof, &jobcenter).await? {
        return Err(Error::JobcenterExists { id });
    }
    // A version of the release that takes open duties over has no approval here that could start its activation.
    for (policy, key, first_on) in policies::coming(&mut unit, &name).await? {
        policy_making::start_activation(&mut unit, desk, policy, key, first_on)?;
    }
    watching::start(&mut unit, desk, &name)?;
    unit.commit(&name.to_string(), "§ 6d SGB II").await?;
    Ok(convert::jobcenter(jobcenter))
}

/// Reads where the seat is; after a violation the place is a placeholder.
fn place(fields: &mut Fields, wanted: &contract::Jobcenter) -> Place {
    let Ok(land) = wanted.land.parse::<Land>() else {
        fields.violation("jobcenter.land", "must be the two-letter code of a Land, for example NW");
        return Place::of(Land::BE);
    };
    let place = Place::of(land);
    if wanted.municipality.is_empty() {
        return place;
    }
    let key = wanted.municipality.parse::<MunicipalityKey>();
    key.and_then(|key| place.with_municipality(key)).unwrap_or_else(|error| {
        fields.violation("jobcenter.municipality", error.to_string());
        place
    })
}

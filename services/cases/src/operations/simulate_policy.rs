//! `PolicyService.SimulatePolicy`: what a version would do to open duties, over the caseload of one moment, changing nothing (R8).

mod run;

use std::{sync::Arc, time::Duration};

use futures::{SinkExt as _, StreamExt as _, channel::mpsc, stream::BoxStream};
use lotse_kernel::{names::PolicyName, policy::PolicyVersion};
use lotse_platform::{
    failure::{Failure, Fault, OperationError, bare, status},
    fields::parse_name,
    principal::Caller,
};
use lotse_proto::cases as contract;
use thiserror::Error;
use tonic::{Code, Status};
use tracing::Instrument as _;

use self::run::Run;
use crate::{
    access::{self, acts},
    acting::Ground,
    policy_making,
    role::Office,
    store::{policies, replanning},
};

/// The parts of the answer on their way.
pub type Parts = BoxStream<'static, Result<contract::SimulatePolicyResponse, Status>>;

/// Parts that wait for a slow reader.
const WAITING: usize = 2;

/// The longest a simulation holds its moment: what it reads cannot be cleaned up meanwhile, whoever reads slowly.
const LONGEST: Duration = Duration::from_mins(5);

/// Why a version is not simulated.
#[derive(Debug, Error)]
pub enum Error {
    /// What acts on versions meet.
    #[error(transparent)]
    Policy(#[from] policy_making::Error),
    /// Somebody of the jobcenter simulates already.
    #[error("a simulation of the jobcenter is under way")]
    Running,
    /// It took longer than a moment may be held.
    #[error("the simulation was not read in time")]
    TooLong,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Policy(failure.into())
    }
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        match self {
            Self::Policy(error) => error.fault(),
            Self::Running => {
                Fault::new(Code::ResourceExhausted, bare(contract::ErrorReason::SimulationRunning.as_str_name()))
            }
            Self::TooLong => {
                let reason = lotse_proto::common::ErrorReason::DeadlinePassed.as_str_name();
                Fault::new(Code::DeadlineExceeded, bare(reason))
            }
        }
    }
}

/// Begins the simulation.
///
/// # Errors
/// See [`enum@Error`]; later faults end the stream with a status.
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::SimulatePolicyRequest,
) -> Result<Parts, Error> {
    let desk = &office.desk;
    let name: PolicyName = parse_name("name", &request.name)?;
    let unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (unit, proof, _) = access::enter::<acts::SimulatePolicy>(unit, name.jobcenter_name(), &request.name).await?;

    let mut unit = unit.frozen(desk).await?;
    if !replanning::alone(&mut unit, &proof, name.jobcenter_name()).await? {
        return Err(Error::Running);
    }
    let policy = policies::load(&mut unit, &name).await?.policy;
    let as_of = policy.simulated_on(unit.today()).map_err(policy_making::Error::from)?;
    // Were it approved, it would be so on the day for which it is tried at latest.
    let version = PolicyVersion { approved_on: policy.version.approved_on.or(Some(as_of)), ..policy.version };
    let ground = Ground::read(&mut unit, name.jobcenter_name()).await?.with(version.clone());
    let siblings = Arc::clone(&office.siblings);
    let run = Run::new(unit, siblings, name.jobcenter_name().clone(), Arc::new(version), Arc::new(ground), as_of);

    let (mut parts, answer) = mpsc::channel(WAITING);
    let to_its_end = async move {
        let fault = match tokio::time::timeout(LONGEST, run.finish(&mut parts)).await {
            Ok(Ok(())) => return,
            Ok(Err(failure)) => Error::from(failure),
            Err(_elapsed) => Error::TooLong,
        };
        // Whoever does not read any more does not hear of it.
        let _ = tokio::time::timeout(LONGEST, parts.send(Err(status(&fault)))).await;
    };
    tokio::spawn(to_its_end.in_current_span());
    Ok(answer.boxed())
}

//! `EpisodeService.RecordEmploymentStatus`: whether the person was employed in a month after an integration into work (T13, R113).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordEmploymentStatus,
    acting::{self, EpisodeAct, Error, Scene},
    convert_aftercare,
    domain::{
        episode::{Decided, EmploymentRecord, Episode},
        refused::Refused,
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::RecordEmploymentStatusRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordEmploymentStatus>(desk, caller, request).await
}

impl EpisodeAct for RecordEmploymentStatus {
    type Request = contract::RecordEmploymentStatusRequest;
    type Command = EmploymentRecord;
    const GROUND: &'static str = "R113, § 48a SGB II";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        convert_aftercare::answer(fields, request)
    }

    fn decide(episode: Episode, record: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_employment_status(record, scene.actor.clone(), scene.today)
    }
}

//! `EpisodeService.ScheduleDiscussion`: the joint case discussion (row 2, R17).

use jiff::civil::Date;
use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ScheduleDiscussion,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
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
    request: contract::ScheduleDiscussionRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ScheduleDiscussion>(desk, caller, request).await
}

impl EpisodeAct for ScheduleDiscussion {
    type Request = contract::ScheduleDiscussionRequest;
    type Command = (Date, StaffName, StaffName);
    const GROUND: &'static str = "R17";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(
        fields: &mut Fields,
        request: &Self::Request,
        _: &Scene,
        jobcenter: &JobcenterName,
    ) -> Option<Self::Command> {
        let held_on = fields.date("discussion_date", request.discussion_date.as_ref());
        let case_manager = convert::parse_staff_name(fields, "case_manager", &request.case_manager, jobcenter);
        let placement_officer =
            convert::parse_staff_name(fields, "placement_officer", &request.placement_officer, jobcenter);
        Some((held_on, case_manager?, placement_officer?))
    }

    fn officers((_, case_manager, placement_officer): &Self::Command) -> Vec<(StaffName, &'static str)> {
        vec![(case_manager.clone(), "CASE_MANAGER"), (placement_officer.clone(), "PLACEMENT_OFFICER")]
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (held_on, case_manager, placement_officer) = command;
        episode.schedule_discussion(held_on, case_manager, placement_officer, &scene.placement_officer, scene.today)
    }
}

//! `EpisodeService.CompleteAssessment`: the assessment (row 10, R48 to R60).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::CompleteAssessment,
    acting::{self, EpisodeAct, Error, Scene},
    convert_assessment,
    domain::{
        episode::{Decided, Episode},
        records::Assessment,
        refused::{FieldFault, Refused},
    },
};

/// Performs the act.
///
/// # Errors
/// See [`enum@Error`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::CompleteAssessmentRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<CompleteAssessment>(desk, caller, request).await
}

impl EpisodeAct for CompleteAssessment {
    type Request = contract::CompleteAssessmentRequest;
    type Command = Assessment;
    const GROUND: &'static str = "R48 bis R60";
    const HOLDS_CASE: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        convert_assessment::parse_assessment(fields, request.assessment.as_ref(), scene.today)
    }

    fn decide(episode: Episode, assessment: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let follows = assessment.profile.established_on >= scene.profile.established_on;
        let decided = episode.complete_assessment(assessment, scene.today);
        if follows {
            return decided;
        }
        let mut faults = match decided {
            Ok(_) => Vec::new(),
            Err(Refused::Fields(faults)) => faults,
            Err(refused) => return Err(refused),
        };
        // The latest profile of the case is that with the latest day: an older one would stand in the episode and never count.
        let field = "assessment.profile.established_date".to_owned();
        faults.push(FieldFault { field, rule: "must not lie before the latest profile" });
        Err(Refused::Fields(faults))
    }
}

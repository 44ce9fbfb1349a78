//! `EpisodeService.CompleteAssessment`: the initial assessment (row 10, R48 to R60).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::CompleteAssessment,
    acting::{self, EpisodeAct, Error, Scene},
    convert_profile,
    domain::{
        episode::{Decided, Episode},
        records::{Assessment, Finding},
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
    type Command = (bool, Assessment);
    const GROUND: &'static str = "R48 bis R60";
    const HOLDS_CASE: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, scene: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let assessment = fields.required("assessment", request.assessment.as_ref())?;
        let profile =
            convert_profile::parse_profile(fields, "assessment.profile", assessment.profile.as_ref(), scene.today);
        if assessment.findings.len() > 30 {
            fields.violation("assessment.findings", "must have at most 30 entries");
        }
        if assessment.strengths.len() > 20 {
            fields.violation("assessment.strengths", "must have at most 20 entries");
        }
        let mut findings = Vec::new();
        for (i, finding) in assessment.findings.iter().enumerate() {
            findings.push(Finding {
                key: fields.slug(&format!("assessment.findings[{i}].key"), &finding.key, 40),
                text: fields.text(&format!("assessment.findings[{i}].text"), &finding.text, 1..=2000),
            });
        }
        let mut strengths = Vec::new();
        for (i, strength) in assessment.strengths.iter().enumerate() {
            strengths.push(fields.text(&format!("assessment.strengths[{i}]"), strength, 1..=500));
        }
        Some((
            assessment.person_took_part,
            Assessment { profile: profile?, findings, strengths, completed_on: scene.today },
        ))
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (person_took_part, assessment) = command;
        let follows = assessment.profile.established_on >= scene.profile.established_on;
        let decided = episode.complete_assessment(person_took_part, assessment, scene.today)?;
        if follows {
            return Ok(decided);
        }
        // The latest profile of the case is that with the latest day: an older one would stand in the episode and never count.
        let field = "assessment.profile.established_date".to_owned();
        Err(Refused::Fields(vec![FieldFault { field, rule: "must not lie before the latest profile" }]))
    }
}

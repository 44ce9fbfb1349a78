//! `EpisodeService.ActivatePlan`: the integration plan (row 11, R61 to R66, R111, R188).

use jiff::civil::Date;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::ActivatePlan,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        records::Goal,
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
    request: contract::ActivatePlanRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<ActivatePlan>(desk, caller, request).await
}

impl EpisodeAct for ActivatePlan {
    type Request = contract::ActivatePlanRequest;
    type Command = (Vec<Goal>, Date);
    const GROUND: &'static str = "R61 bis R66, R111, R188";
    const ASKS_RULES: bool = true;

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let plan = fields.required("plan", request.plan.as_ref())?;
        let issued_on = fields.date("plan.issue_date", plan.issue_date.as_ref());
        if plan.goals.len() > 30 {
            fields.violation("plan.goals", "must have at most 30 entries");
        }
        let mut goals = Vec::new();
        for (i, goal) in plan.goals.iter().enumerate() {
            let path = format!("plan.goals[{i}]");
            let name = contract::GoalLevel::as_str_name;
            let level = convert::parse_code(fields, &format!("{path}.level"), goal.level, "GOAL_LEVEL_", name);
            let text = fields.text(&format!("{path}.text"), &goal.text, 1..=1000);
            let due_on = fields.date(&format!("{path}.due_date"), goal.due_date.as_ref());
            let finding_key = fields.slug(&format!("{path}.finding_key"), &goal.finding_key, 40);
            if let Some(level) = level {
                goals.push(Goal { text, level, due_on, finding_key });
            }
        }
        Some((goals, issued_on))
    }

    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        let (goals, issued_on) = command;
        episode.activate_plan(goals, issued_on, &scene.rules())
    }
}

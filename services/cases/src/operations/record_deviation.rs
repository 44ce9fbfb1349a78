//! `EpisodeService.RecordDeviation`: a deviation from the plan, judged in the order of R68 (row 13).

use lotse_kernel::names::JobcenterName;
use lotse_platform::{fields::Fields, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::acts::RecordDeviation,
    acting::{self, EpisodeAct, Error, Scene},
    convert,
    domain::{
        episode::{Decided, Episode},
        records::Judgement,
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
    request: contract::RecordDeviationRequest,
) -> Result<contract::Episode, Error> {
    acting::perform::<RecordDeviation>(desk, caller, request).await
}

impl EpisodeAct for RecordDeviation {
    type Request = contract::RecordDeviationRequest;
    type Command = Judgement;
    const GROUND: &'static str = "R68, R69, R111";

    fn target(request: &Self::Request) -> (&str, &str, &str) {
        (&request.name, &request.etag, &request.request_id)
    }

    fn parse(fields: &mut Fields, request: &Self::Request, _: &Scene, _: &JobcenterName) -> Option<Self::Command> {
        let told = fields.required("deviation", request.deviation.as_ref())?;
        let occurred_on = fields.date("deviation.occurred_date", told.occurred_date.as_ref());
        let text = fields.text("deviation.text", &told.text, 1..=2000);
        let goal_key = (!told.goal_key.is_empty()).then(|| fields.slug("deviation.goal_key", &told.goal_key, 40));
        // In the order in which they are to be asked (R68).
        let code = contract::Currency::as_str_name;
        let plan = convert::parse_code(fields, "deviation.plan_currency", told.plan_currency, "CURRENCY_", code);
        let field = "deviation.agreement_currency";
        let agreement = convert::parse_code(fields, field, told.agreement_currency, "CURRENCY_", code);
        let code = contract::DeviationReason::as_str_name;
        let reason = convert::parse_code(fields, "deviation.reason", told.reason, "DEVIATION_REASON_", code);
        let reason_text = fields.text("deviation.reason_text", &told.reason_text, 1..=2000);
        let (field, code) = ("deviation.consequence", contract::DeviationConsequence::as_str_name);
        let consequence = convert::parse_code(fields, field, told.consequence, "DEVIATION_CONSEQUENCE_", code);
        let regard = fields.text("deviation.regard", &told.regard, 0..=2000);
        Some(Judgement {
            occurred_on,
            text,
            goal_key,
            plan: plan?,
            agreement: agreement?,
            reason: reason?,
            reason_text,
            consequence: consequence?,
            regard,
        })
    }

    fn decide(episode: Episode, judgement: Self::Command, scene: &Scene) -> Result<Decided, Refused> {
        episode.record_deviation(judgement, scene.actor.clone(), scene.today)
    }
}

//! The calls of an activation's workflow to cases, which owns the version and everything that moves with it.

use std::sync::Arc;

use lotse_kernel::{duty::Timetable, names::PolicyName};
use lotse_platform::channel::Peer;
use lotse_proto::cases::{
    ActivationState, GetActivationRequest, PolicyActivation, ReplanDutiesRequest,
    policy_process_service_client::PolicyProcessServiceClient,
};
use temporalio_macros::activities;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::procedure::Step;
use crate::{
    activities::{Asked, Call},
    memory::StepTaken,
    services::Services,
    vitals::Vitals,
};

/// Cases tells of an activation once, when the version is approved, so that every answer includes that one event.
const ONLY_EVENT: i64 = 1;

/// The client the activities use.
#[derive(Debug)]
pub struct ActivationActivities {
    policies: PolicyProcessServiceClient<Peer>,
    vitals: Vitals,
}

impl ActivationActivities {
    /// Over the channels of a worker.
    #[must_use]
    pub fn new(services: &Services) -> Self {
        let policies = PolicyProcessServiceClient::new(services.cases.clone());
        Self { policies, vitals: services.vitals.clone() }
    }
}

#[activities]
impl ActivationActivities {
    /// How far the activation has come.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.get_activation")]
    pub async fn get_activation(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<PolicyName>,
    ) -> Result<Timetable, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let message = GetActivationRequest { name: asked.what.to_string(), business_time: call.business_time() };
        let mut policies = self.policies.clone();
        let answer = call.send(message, async move |request| policies.get_activation(request).await).await?;
        call.read(timetable(&answer))
    }

    /// Takes the next page.
    ///
    /// # Errors
    /// What cases refuses, or an answer that breaks the contract.
    #[activity(name = "cases.replan_duties")]
    pub async fn replan_duties(
        self: Arc<Self>,
        context: ActivityContext,
        asked: Asked<(PolicyName, Step)>,
    ) -> Result<StepTaken, ActivityError> {
        let call = Call::new(&context, &self.vitals, &asked);
        let (policy, step) = asked.what;
        let message = ReplanDutiesRequest {
            name: policy.to_string(),
            page: step.page,
            business_time: call.business_time(),
            request_id: call.request_id(&step.name()),
        };
        let mut policies = self.policies.clone();
        let answer = call.send(message, async move |request| policies.replan_duties(request).await).await?;
        let timetable = call.read(timetable(&answer))?;
        Ok(StepTaken { audiences: Vec::new(), letter_wanted: false, timetable })
    }
}

/// The progress of an activation, in the form in which every procedure hears what is next.
fn timetable(answer: &PolicyActivation) -> Result<Timetable, &'static str> {
    let finished = match answer.state() {
        ActivationState::Unspecified => return Err("state"),
        ActivationState::Pending | ActivationState::Running => false,
        ActivationState::Keeps | ActivationState::Done => true,
    };
    let phase = answer.state().as_str_name().trim_start_matches("ACTIVATION_STATE_").to_owned();
    Ok(Timetable {
        as_of_seq: ONLY_EVENT,
        finished,
        due: Vec::new(),
        round: answer.page,
        phase,
        ending: 0,
        ..Timetable::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(state: ActivationState) -> Result<Timetable, &'static str> {
        timetable(&PolicyActivation { name: String::new(), state: state.into(), page: 4 })
    }

    #[test]
    fn every_state_but_none_at_all_is_known() {
        assert_eq!(at(ActivationState::Unspecified), Err("state"));
        let running = at(ActivationState::Running).unwrap();
        assert_eq!((running.finished, running.round, running.phase.as_str()), (false, 4, "RUNNING"));
        assert!(!at(ActivationState::Pending).unwrap().finished);
        assert!(at(ActivationState::Keeps).unwrap().finished && at(ActivationState::Done).unwrap().finished);
    }
}

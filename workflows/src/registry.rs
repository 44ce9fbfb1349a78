//! Which procedure runs on which task queue, with which activities: the one place to add one.

use lotse_kernel::workflow::{EPISODE_TASK_QUEUE, PROCEDURE_TASK_QUEUE};
use temporalio_sdk::{WorkerOptions, error::WorkflowRegistrationError};

use crate::{
    activities::ErrandActivities,
    episode::{Episode, EpisodeActivities},
    letter_delivery::{LetterActivities, LetterDelivery},
    policy_activation::{ActivationActivities, PolicyActivation},
    referral::{Referral, ReferralActivities},
    services::Services,
    watch::{Watch, WatchActivities},
};

/// Registers the workflows and activities of a queue.
pub type Register = fn(&mut WorkerOptions, &Services) -> Result<(), WorkflowRegistrationError>;

/// Every task queue with what runs on it; each has a worker of its own, so that the many short procedures do not delay the long.
pub const QUEUES: &[(&str, Register)] = &[(EPISODE_TASK_QUEUE, episodes), (PROCEDURE_TASK_QUEUE, procedures)];

fn episodes(options: &mut WorkerOptions, services: &Services) -> Result<(), WorkflowRegistrationError> {
    options.register_workflow::<Episode>()?.register_activities(EpisodeActivities::new(services));
    options.register_workflow::<Watch>()?.register_activities(WatchActivities::new(services));
    options.register_activities(ErrandActivities::new(services));
    Ok(())
}

fn procedures(options: &mut WorkerOptions, services: &Services) -> Result<(), WorkflowRegistrationError> {
    options.register_workflow::<LetterDelivery>()?.register_activities(LetterActivities::new(services));
    options.register_workflow::<Referral>()?.register_activities(ReferralActivities::new(services));
    options.register_workflow::<PolicyActivation>()?.register_activities(ActivationActivities::new(services));
    options.register_activities(ErrandActivities::new(services));
    Ok(())
}

//! Names, ids and inputs of workflows: the one place from which services, relay and worker take them.

#[cfg(test)]
mod tests;
mod wakes;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::{
    dates::add_months,
    names::{EpisodeName, JobcenterId, JobcenterName, LetterName, NameError, PolicyName, ReferralName},
    policy::PolicyKey,
};

pub use wakes::{Sender, WAKE_SIGNAL, Wake, WakeLedger};

/// Task queue of the procedures that live for years and follow the newest code (`AutoUpgrade`).
pub const EPISODE_TASK_QUEUE: &str = "lotse-episodes";

/// Task queue of the short procedures, which may be pinned to the code they started on.
pub const PROCEDURE_TASK_QUEUE: &str = "lotse-procedures";

/// Days that the watch of a jobcenter rests at most: those of the longest third of a year. Whoever gives it something to do within so many days wakes
/// it; what comes later it finds by itself, so that registering a person costs no signal (R23): the first step of a check comes 139 days after a
/// profile at the earliest, as the law has it.
pub const WATCH_REST_DAYS: i32 = 123;

/// The day on which the watch of a jobcenter looks again whatever it waits for: the first of January, May or September. It depends on nothing but
/// the day, so that a watch that was lost and built again rests until the same day.
#[must_use]
pub fn watch_looks_again(today: Date) -> Date {
    let into_third = (today.month() - 1).rem_euclid(4);
    add_months(today.first_of_month(), i32::from(4 - into_third)).date
}

/// Name of the query that tells the instant a workflow waits for, as RFC 3339 text or null.
pub const NEXT_WAKE_QUERY: &str = "next_wake";

crate::codes! {
    /// The procedures, by the workflow type Temporal knows them under. Never rename one: histories carry the name.
    pub enum WorkflowType {
        /// The life of an episode.
        Episode = "Episode",
        /// A referral to a provider.
        Referral = "Referral",
        /// A letter on its way.
        LetterDelivery = "LetterDelivery",
        /// The first day of a policy version that re-plans open duties.
        PolicyActivation = "PolicyActivation",
        /// The watch over everybody of a jobcenter with a complex profile outside case management (R23).
        Watch = "Watch",
    }
}

impl WorkflowType {
    /// The task queue whose workers run it.
    #[must_use]
    pub const fn task_queue(self) -> &'static str {
        match self {
            Self::Episode | Self::Watch => EPISODE_TASK_QUEUE,
            Self::Referral | Self::LetterDelivery | Self::PolicyActivation => PROCEDURE_TASK_QUEUE,
        }
    }
}

/// Id of a workflow: who it is about, without any word about the person.
///
/// Forms: `<jobcenter>/episode/<uuid>/<generation>`, `<jobcenter>/referral/<uuid>`, `<jobcenter>/letter/<uuid>`,
/// `<jobcenter>/policy/<uuid>`, `<jobcenter>/watch`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum WorkflowId {
    /// The life of an episode.
    Episode {
        /// The tenant.
        jobcenter: JobcenterId,
        /// The episode.
        episode: Uuid,
        /// Counted from 1; reopening a closed episode starts the next one.
        generation: i32,
    },
    /// A referral.
    Referral {
        /// The tenant.
        jobcenter: JobcenterId,
        /// The referral.
        referral: Uuid,
    },
    /// A letter.
    Letter {
        /// The tenant.
        jobcenter: JobcenterId,
        /// The letter.
        letter: Uuid,
    },
    /// The activation of a policy version.
    Policy {
        /// The tenant.
        jobcenter: JobcenterId,
        /// The version.
        policy: Uuid,
    },
    /// The watch of a jobcenter.
    Watch {
        /// The tenant.
        jobcenter: JobcenterId,
    },
}

/// Why a text is not the id of a workflow of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WorkflowIdError {
    /// None of the forms.
    #[error("not an id of a workflow of Lotse")]
    Shape,
    /// The jobcenter is not a slug.
    #[error("the workflow id names no jobcenter")]
    Jobcenter(#[from] NameError),
}

impl WorkflowId {
    /// The workflow of an episode; `generation` counts from 1.
    #[must_use]
    pub fn episode(name: &EpisodeName, generation: i32) -> Self {
        Self::Episode { jobcenter: name.jobcenter().clone(), episode: name.id(), generation }
    }

    /// The workflow of a referral.
    #[must_use]
    pub fn referral(name: &ReferralName) -> Self {
        Self::Referral { jobcenter: name.jobcenter().clone(), referral: name.id() }
    }

    /// The workflow of a letter.
    #[must_use]
    pub fn letter(name: &LetterName) -> Self {
        Self::Letter { jobcenter: name.jobcenter().clone(), letter: name.id() }
    }

    /// The activation of a policy version.
    #[must_use]
    pub fn policy(name: &PolicyName) -> Self {
        Self::Policy { jobcenter: name.jobcenter().clone(), policy: name.id() }
    }

    /// The watch of a jobcenter.
    #[must_use]
    pub fn watch(name: &JobcenterName) -> Self {
        Self::Watch { jobcenter: name.jobcenter().clone() }
    }

    /// The tenant.
    #[must_use]
    pub const fn jobcenter(&self) -> &JobcenterId {
        match self {
            Self::Episode { jobcenter, .. }
            | Self::Referral { jobcenter, .. }
            | Self::Letter { jobcenter, .. }
            | Self::Policy { jobcenter, .. }
            | Self::Watch { jobcenter } => jobcenter,
        }
    }

    /// Which procedure it is.
    #[must_use]
    pub const fn workflow_type(&self) -> WorkflowType {
        match self {
            Self::Episode { .. } => WorkflowType::Episode,
            Self::Referral { .. } => WorkflowType::Referral,
            Self::Letter { .. } => WorkflowType::LetterDelivery,
            Self::Policy { .. } => WorkflowType::PolicyActivation,
            Self::Watch { .. } => WorkflowType::Watch,
        }
    }
}

impl std::fmt::Display for WorkflowId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Episode { jobcenter, episode, generation } => {
                write!(formatter, "{jobcenter}/episode/{episode}/{generation}")
            }
            Self::Referral { jobcenter, referral } => write!(formatter, "{jobcenter}/referral/{referral}"),
            Self::Letter { jobcenter, letter } => write!(formatter, "{jobcenter}/letter/{letter}"),
            Self::Policy { jobcenter, policy } => write!(formatter, "{jobcenter}/policy/{policy}"),
            Self::Watch { jobcenter } => write!(formatter, "{jobcenter}/watch"),
        }
    }
}

impl std::str::FromStr for WorkflowId {
    type Err = WorkflowIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let segments: Vec<&str> = text.split('/').collect();
        let uuid = |text: &str| Uuid::try_parse(text).map_err(|_| WorkflowIdError::Shape);
        let id = match segments.as_slice() {
            [jobcenter, "episode", episode, generation] => Self::Episode {
                jobcenter: jobcenter.parse()?,
                episode: uuid(episode)?,
                generation: generation.parse().map_err(|_| WorkflowIdError::Shape)?,
            },
            [jobcenter, "referral", referral] => {
                Self::Referral { jobcenter: jobcenter.parse()?, referral: uuid(referral)? }
            }
            [jobcenter, "letter", letter] => Self::Letter { jobcenter: jobcenter.parse()?, letter: uuid(letter)? },
            [jobcenter, "policy", policy] => Self::Policy { jobcenter: jobcenter.parse()?, policy: uuid(policy)? },
            [jobcenter, "watch"] => Self::Watch { jobcenter: jobcenter.parse()? },
            _ => return Err(WorkflowIdError::Shape),
        };
        // One workflow has one id: what is not written back unchanged is another spelling and refused.
        if id.to_string() == text { Ok(id) } else { Err(WorkflowIdError::Shape) }
    }
}

impl TryFrom<String> for WorkflowId {
    type Error = WorkflowIdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<WorkflowId> for String {
    fn from(id: WorkflowId) -> Self {
        id.to_string()
    }
}

/// What a procedure starts with; it says which workflow is meant.
pub trait WorkflowInput: Serialize {
    /// The id of the workflow this input belongs to.
    fn workflow_id(&self) -> WorkflowId;
}

/// Input of the Episode workflow, at its start and at each continue-as-new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EpisodeInput {
    /// The episode.
    pub episode: EpisodeName,
    /// Counted from 1; the last part of the workflow id.
    pub generation: i32,
    /// Number of decided or missed reviews when this run began; it continues as new when the timetable shows another.
    #[serde(default)]
    pub round: i32,
    /// Whether dates fire spread over the early morning; false on a development stack.
    #[serde(default = "spread")]
    pub spread: bool,
}

/// Input of the Referral workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReferralInput {
    /// The referral.
    pub referral: ReferralName,
    /// Whether dates fire spread over the early morning; false on a development stack.
    #[serde(default = "spread")]
    pub spread: bool,
}

/// Input of the `LetterDelivery` workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterInput {
    /// The letter.
    pub letter: LetterName,
    /// Whether dates fire spread over the early morning; false on a development stack.
    #[serde(default = "spread")]
    pub spread: bool,
}

/// Input of the `PolicyActivation` workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationInput {
    /// The version, by its name in the jobcenter whose duties move.
    pub policy: PolicyName,
    /// What it decides about.
    pub key: PolicyKey,
    /// Its first day, which never changes.
    pub first_on: Date,
    /// Whether it begins spread over the early morning of the first day; false on a development stack.
    #[serde(default = "spread")]
    pub spread: bool,
}

/// Input of the Watch workflow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchInput {
    /// The jobcenter.
    pub jobcenter: JobcenterName,
    /// Whether dates fire spread over the early morning; false on a development stack.
    #[serde(default = "spread")]
    pub spread: bool,
}

/// Production spreads.
const fn spread() -> bool {
    true
}

impl EpisodeInput {
    /// The input with which a generation starts.
    #[must_use]
    pub fn new(episode: EpisodeName, generation: i32, spread: bool) -> Self {
        Self { episode, generation, round: 0, spread }
    }
}

impl WorkflowInput for EpisodeInput {
    fn workflow_id(&self) -> WorkflowId {
        WorkflowId::episode(&self.episode, self.generation)
    }
}

impl ReferralInput {
    /// The input with which the procedure starts.
    #[must_use]
    pub fn new(referral: ReferralName, spread: bool) -> Self {
        Self { referral, spread }
    }
}

impl WorkflowInput for ReferralInput {
    fn workflow_id(&self) -> WorkflowId {
        WorkflowId::referral(&self.referral)
    }
}

impl LetterInput {
    /// The input with which the procedure starts.
    #[must_use]
    pub fn new(letter: LetterName, spread: bool) -> Self {
        Self { letter, spread }
    }
}

impl WorkflowInput for LetterInput {
    fn workflow_id(&self) -> WorkflowId {
        WorkflowId::letter(&self.letter)
    }
}

impl ActivationInput {
    /// The input with which the procedure starts.
    #[must_use]
    pub const fn new(policy: PolicyName, key: PolicyKey, first_on: Date, spread: bool) -> Self {
        Self { policy, key, first_on, spread }
    }
}

impl WorkflowInput for ActivationInput {
    fn workflow_id(&self) -> WorkflowId {
        WorkflowId::policy(&self.policy)
    }
}

impl WatchInput {
    /// The input with which the procedure starts.
    #[must_use]
    pub const fn new(jobcenter: JobcenterName, spread: bool) -> Self {
        Self { jobcenter, spread }
    }
}

impl WorkflowInput for WatchInput {
    fn workflow_id(&self) -> WorkflowId {
        WorkflowId::watch(&self.jobcenter)
    }
}

/// The idempotency key of a step: the same for every attempt, another for every round.
///
/// `step` names its round (`review/3/open`, `review/3/escalate/2`), so that it never repeats across continue-as-new.
#[must_use]
pub fn request_id(workflow_id: &str, step: &str) -> Uuid {
    let workflow = Uuid::new_v5(&Uuid::NAMESPACE_URL, workflow_id.as_bytes());
    Uuid::new_v5(&workflow, step.as_bytes())
}

//! Time travel: the business clock and every workflow move together, from one wake-up to the next.
//!
//! [`Travel::advance_to`] repeats until the target is reached: wait until nothing moves; take the least wake-up of all open
//! workflows, or the target; set the business clock there; fast-forward every workflow there, first those that sleep on and then
//! those that wake. Each workflow keeps a clock of its own in the Temporal server, and only a workflow at rest may be moved: else the
//! years would run through beneath work that is under way. And whoever is told something by one that wakes looks at its dates as of
//! its own time, which must be that of the stop by then.

mod probe;
mod quiet;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use temporalio_client::Connection;
use thiserror::Error;
use tokio::sync::Mutex;

use probe::{Probe, Rest, Wake};
use quiet::Quiet;
pub use world::{PgWorld, World};

/// How many workflows are asked or moved at the same time.
const WIDTH: usize = 32;
/// How far past a wake-up a workflow is moved. A timer begins when its workflow task ends, so on a busy machine it fires later than
/// the workflow reckoned: each further round at one instant moves so much further. And the work it wakes must end before the
/// fast-forward does: when the end of one passes while a task is under way, the server runs on to the next timer, weeks later.
const BEYOND: SignedDuration = SignedDuration::from_secs(30);
/// The same where workers are killed on purpose: a recorded activity is begun again after its time-out of 25 seconds only.
const BEYOND_RECOVERY: SignedDuration = SignedDuration::from_secs(120);
/// After this many rounds at one instant the workflows do not move on by themselves.
const ROUNDS_AT_ONE_INSTANT: i32 = 20;

/// Why a journey through time ended before its target.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TravelError {
    /// The target lies before the business clock.
    #[error("the business clock stands at {clock} and does not go back to {target}")]
    Backwards {
        /// Where the clock stands.
        clock: Timestamp,
        /// Where it was to go.
        target: Timestamp,
    },
    /// An activity failed and is being tried again: time would run on beneath it.
    #[error("activity {activity} of workflow {workflow_id} is on attempt {attempt}{}", failure.as_ref().map(|text| format!(": {text}")).unwrap_or_default())]
    ActivityRetried {
        /// The workflow.
        workflow_id: String,
        /// The activity's type.
        activity: String,
        /// The attempt, from 1.
        attempt: i32,
        /// What the last attempt said.
        failure: Option<String>,
    },
    /// The code of a workflow fails again and again.
    #[error("workflow {workflow_id} fails in its own code, attempt {attempt}")]
    WorkflowTaskFailing {
        /// The workflow.
        workflow_id: String,
        /// The attempt, from 1.
        attempt: i32,
    },
    /// Work did not come to rest.
    #[error("after {seconds} s there is still work under way: {}", busy.join("; "))]
    NotQuiet {
        /// How long was waited.
        seconds: u64,
        /// What is still moving, at most ten.
        busy: Vec<String>,
    },
    /// A workflow does not say when it wakes.
    #[error("workflow {workflow_id} does not answer `next_wake`: {detail}")]
    NextWake {
        /// The workflow.
        workflow_id: String,
        /// The server's or the worker's words.
        detail: String,
    },
    /// The wake-up is past, yet the workflow does not act on it.
    #[error("these workflows do not move past {instant}: {}", workflow_ids.join(", "))]
    Stuck {
        /// The wake-up.
        instant: Timestamp,
        /// The workflows that wait for it.
        workflow_ids: Vec<String>,
    },
    /// The server gave up moving a workflow.
    #[error("workflow {workflow_id} could not be moved to {target}: {reason}")]
    FastForward {
        /// The workflow.
        workflow_id: String,
        /// Where it was to go.
        target: Timestamp,
        /// The server's reason.
        reason: String,
    },
    /// A call to Temporal failed.
    #[error("Temporal did not answer `{call}` for {workflow_id}: {status}")]
    Temporal {
        /// The call.
        call: &'static str,
        /// The workflow.
        workflow_id: String,
        /// The server's answer.
        status: Box<tonic::Status>,
    },
    /// An instant outside the years that can be counted.
    #[error("an instant outside of the calendar")]
    OutOfRange(#[from] jiff::Error),
    /// The clock, the outboxes or the list of workflows could not be reached.
    #[error("the stack's database did not answer")]
    World(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What one journey did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    /// Where the business clock stands now.
    pub arrived: Timestamp,
    /// The instants at which it stopped on the way, the target included.
    pub stops: Vec<Timestamp>,
}

/// Moves a stack through time; one journey at a time.
#[derive(Debug)]
pub struct Travel<W> {
    probe: Probe,
    world: W,
    patience: Duration,
    bear_retries: bool,
    journeys: AtomicU64,
    one_at_a_time: Mutex<Answers>,
}

/// What each workflow answered when it was asked when it wakes, and where it stood: who has not moved since is not asked again, for an
/// answer is given by a worker.
type Answers = BTreeMap<String, (Rest, Wake)>;

impl<W: World> Travel<W> {
    /// Travels with the workflows of `namespace` on the server behind `connection`.
    #[must_use]
    pub fn new(connection: Connection, namespace: impl Into<String>, world: W) -> Self {
        Self {
            probe: Probe::new(connection, namespace.into()),
            world,
            patience: Duration::from_mins(1),
            bear_retries: false,
            journeys: AtomicU64::new(0),
            one_at_a_time: Mutex::default(),
        }
    }

    /// How long work under way may last before travel gives up; 60 seconds unless told.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Waits for an activity that is tried again instead of failing at once: for tests that kill workers on purpose.
    /// No time passes beneath it, for time stands while travel waits.
    #[must_use]
    pub const fn bear_retries(mut self) -> Self {
        self.bear_retries = true;
        self
    }

    /// The clock, outboxes and workflows that are moved.
    pub const fn world(&self) -> &W {
        &self.world
    }

    /// Moves everything to `target`, stopping wherever a workflow wakes. What falls due at `target` itself is done on return.
    ///
    /// # Errors
    /// [`TravelError`]; the clock then stands at the last stop, and the call may be repeated.
    pub async fn advance_to(&self, target: Timestamp) -> Result<Trip, TravelError> {
        let mut answers = self.one_at_a_time.lock().await;
        let mut clock = self.world.business_time().await?;
        let lag = self.world.lag().await?;
        if target < clock {
            return Err(TravelError::Backwards { clock, target });
        }
        let mut stops: Vec<Timestamp> = Vec::new();
        let mut rounds = 0;
        loop {
            let quiet = self.settle().await?;
            let Some(wakes) = self.wakes(&quiet, &mut answers).await? else { continue };
            let least = wakes.values().copied().min();
            let due_now = least.is_some_and(|wake| wake <= clock);
            // The target is reached when the clock has been set to it, everybody was moved there and nobody wakes before it.
            if clock == target && stops.last() == Some(&target) && !due_now {
                return Ok(Trip { arrived: clock, stops });
            }
            let step = least.unwrap_or(target).min(target).max(clock);
            rounds = if stops.last() == Some(&step) { rounds + 1 } else { 0 };
            if rounds > ROUNDS_AT_ONE_INSTANT {
                let workflow_ids = wakes.into_iter().filter(|(_, wake)| *wake <= step).map(|(id, _)| id).collect();
                return Err(TravelError::Stuck { instant: step, workflow_ids });
            }
            self.world.set_business_time(step).await?;
            clock = step;
            if stops.last() != Some(&step) {
                stops.push(step);
            }
            let beyond = if self.bear_retries { BEYOND_RECOVERY } else { BEYOND };
            let until = lag.of_workflows(step.checked_add(beyond * (rounds + 1))?);
            let wakes_here = |id: &&String| wakes.get(*id).is_some_and(|wake| *wake <= step);
            let (woken, asleep): (Vec<&String>, Vec<&String>) = quiet.open.keys().partition(wakes_here);
            self.move_all(&asleep, until).await?;
            self.move_all(&woken, until).await?;
        }
    }

    /// Waits until nothing moves: no outbox row, no task, no activity. The returned workflows are the open ones.
    ///
    /// # Errors
    /// As [`Travel::advance_to`].
    pub async fn wait_until_quiet(&self) -> Result<usize, TravelError> {
        let _turn = self.one_at_a_time.lock().await;
        Ok(self.settle().await?.open.len())
    }

    async fn settle(&self) -> Result<Quiet, TravelError> {
        quiet::settle(&self.probe, &self.world, self.patience, self.bear_retries).await
    }

    /// When each open workflow wakes next; `None` when one of them began to move meanwhile.
    async fn wakes(
        &self,
        quiet: &Quiet,
        answers: &mut Answers,
    ) -> Result<Option<BTreeMap<String, Timestamp>>, TravelError> {
        answers.retain(|id, (rest, _)| quiet.open.get(id) == Some(rest));
        let unasked = quiet.open.iter().filter(|(id, _)| !answers.contains_key(*id));
        let unasked: Vec<(String, Rest)> = unasked.map(|(id, rest)| (id.clone(), rest.clone())).collect();
        let told: Vec<(String, (Rest, Wake))> =
            stream::iter(unasked)
                .map(|(id, rest)| async move {
                    Ok::<_, TravelError>((id.clone(), (rest, self.probe.next_wake(&id).await?)))
                })
                .buffer_unordered(WIDTH)
                .try_collect()
                .await?;
        if told.iter().any(|(_, (_, wake))| matches!(wake, Wake::Moving)) {
            return Ok(None);
        }
        answers.extend(told);
        let instants = answers.iter().filter_map(|(id, (_, wake))| match wake {
            Wake::At(instant) => Some((id.clone(), *instant)),
            Wake::Never | Wake::Closed | Wake::Moving => None,
        });
        Ok(Some(instants.collect()))
    }

    /// Moves workflows to `target` of their own time, side by side.
    async fn move_all(&self, ids: &[&String], target: Timestamp) -> Result<(), TravelError> {
        let journey = self.journeys.fetch_add(1, Ordering::Relaxed);
        let until = Instant::now() + self.patience;
        let ids: Vec<String> = ids.iter().copied().cloned().collect();
        stream::iter(ids)
            .map(|id| async move { self.probe.fast_forward(&id, target, journey, until).await })
            .buffer_unordered(WIDTH)
            .try_collect::<()>()
            .await
    }
}

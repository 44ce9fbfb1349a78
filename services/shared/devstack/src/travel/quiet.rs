//! Waits until a stack is at rest.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};

use super::probe::{Probe, Rest, Sight};
use super::{TravelError, WIDTH, World};

/// The pause between two looks at a stack that still moves.
const PAUSE: Duration = Duration::from_millis(10);
/// How many busy workflows an error names.
const NAMED: usize = 10;

/// A stack at rest: the open workflows, and where each stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Quiet {
    /// By workflow id.
    pub(super) open: BTreeMap<String, Rest>,
}

/// Looks until two passes in a row see the same workflows at rest where they were.
pub(super) async fn settle<W: World>(
    probe: &Probe,
    world: &W,
    patience: Duration,
    bear_retries: bool,
) -> Result<Quiet, TravelError> {
    let until = Instant::now() + patience;
    let mut before: Option<Quiet> = None;
    loop {
        match look(probe, world, bear_retries).await? {
            Ok(now) if before.as_ref() == Some(&now) => return Ok(now),
            Ok(now) => before = Some(now),
            Err(busy) => {
                if Instant::now() > until {
                    return Err(TravelError::NotQuiet { seconds: patience.as_secs(), busy });
                }
                before = None;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// One pass: the workflows at rest, or what still moves.
///
/// The order matters: a workflow's id is noted before it is started, and its outbox row goes after it was started. So an id
/// that was listed, while the outbox was empty later, and that Temporal does not know after that, has no workflow at all.
async fn look<W: World>(
    probe: &Probe,
    world: &W,
    bear_retries: bool,
) -> Result<Result<Quiet, Vec<String>>, TravelError> {
    let ids = world.workflow_ids().await?;
    if !world.outbox_is_empty().await? {
        return Ok(Err(vec!["an outbox has rows to deliver".to_owned()]));
    }
    let sights: Vec<(String, Sight)> = stream::iter(ids)
        .map(|id| async move { Ok::<_, TravelError>((id.clone(), probe.look(&id, bear_retries).await?)) })
        .buffer_unordered(WIDTH)
        .try_collect()
        .await?;
    let mut quiet = Quiet::default();
    let mut busy = Vec::new();
    for (id, sight) in sights {
        match sight {
            Sight::AtRest(rest) => {
                quiet.open.insert(id, rest);
            }
            Sight::Busy(what) => busy.push(format!("{id} {what}")),
            Sight::Gone => world.forget_workflow(&id).await?,
        }
    }
    busy.truncate(NAMED);
    Ok(if busy.is_empty() { Ok(quiet) } else { Err(busy) })
}

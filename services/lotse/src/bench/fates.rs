//! Random lives: thousands of people over three years each, led by the domain of cases alone, and every step of them judged by laws.
//!
//! Where the journeys tell what should happen, a life tries what may happen: every act by whoever comes along, in every phase, with
//! arguments that fit and that do not; days, weeks and months in which nobody does anything; workflows that are away for weeks; policy
//! versions that take open duties over in the middle. Whatever it does, no duty is lost and none is doubled, what is overdue is seen and
//! escalates, every end has its reason, and no phase is left but along a row of the table.

mod chance;
mod deeds;
mod laws;
mod life;
mod people;
mod place;
mod rows;
mod tally;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, time::Instant};

use lotse_kernel::duty::DutyStep;
use serde::Serialize;

use life::{Broken, World};
use tally::Tally;

/// What the lives came to. None of them broke a law: one that does ends the run and is told with its seed, its day and the act.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fates {
    /// People, three years each.
    pub lives: u32,
    /// All of them, on every core that is there, in seconds.
    pub seconds: f64,
    /// Their episodes: who was refused or is over may be proposed again.
    pub episodes: u64,
    /// Acts that were taken.
    pub taken: u64,
    /// Acts that were refused.
    pub refused: u64,
    /// Steps that time took, by kind.
    pub steps: BTreeMap<DutyStep, u64>,
    /// Duties that policy versions moved.
    pub replanned: u64,
    /// How the last episode of a life stood after three years: the reason of its end, or the phase in which it goes on.
    pub ends: BTreeMap<&'static str, u64>,
}

/// Leads the lives of the first seeds, on a thread for each core: no life knows of another.
///
/// # Errors
/// The first life of a thread that breaks a law, with seed, day and act.
pub(super) fn measure(lives: u32) -> anyhow::Result<Fates> {
    let (world, began) = (World::new()?, Instant::now());
    let threads = std::thread::available_parallelism()?.get();
    let world = &world;
    let led = |first: usize| -> Result<Tally, Broken> {
        let mut tally = Tally::default();
        for seed in (0..u64::from(lives)).skip(first).step_by(threads) {
            life::lead(seed, world, &mut tally)?;
        }
        Ok(tally)
    };
    let tallies = std::thread::scope(|scope| {
        let led = &led;
        let threads: Vec<_> = (0..threads).map(|first| scope.spawn(move || led(first))).collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect::<Vec<_>>()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all.join(tally.map_err(|_| anyhow::anyhow!("a thread that led lives panicked"))??);
    }
    Ok(Fates {
        lives,
        seconds: began.elapsed().as_secs_f64(),
        episodes: all.episodes,
        taken: all.taken.values().sum(),
        refused: all.refused,
        steps: all.steps,
        replanned: all.replanned,
        ends: all.ends,
    })
}

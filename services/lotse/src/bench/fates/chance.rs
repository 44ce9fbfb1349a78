//! What a life leaves to chance: everything follows from its seed, so that a life can be led again.

use fastrand::Rng;

/// One in so many arguments is one that does not fit.
const ERRS: u32 = 10;

/// The chances of one life.
#[derive(Debug)]
pub(super) struct Chance(Rng);

impl Chance {
    /// The chances that follow from a seed.
    pub(super) fn of(seed: u64) -> Self {
        Self(Rng::with_seed(seed))
    }

    /// True once in so many times.
    pub(super) fn one_in(&mut self, times: u32) -> bool {
        self.0.u32(0..times.max(1)) == 0
    }

    /// Whether somebody gets something wrong.
    pub(super) fn errs(&mut self) -> bool {
        self.one_in(ERRS)
    }

    /// A number between two, both included.
    pub(super) fn between(&mut self, least: i32, most: i32) -> i32 {
        self.0.i32(least..=most.max(least))
    }

    /// A place among so many.
    pub(super) fn below(&mut self, count: usize) -> usize {
        self.0.usize(0..count.max(1))
    }

    /// One of several.
    ///
    /// # Panics
    /// Of none.
    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

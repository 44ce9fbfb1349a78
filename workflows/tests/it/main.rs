//! The procedures on a real Temporal server, against peers that keep a timetable in memory and fail on demand.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod activations;
mod books;
mod faults;
mod histories;
mod law;
mod letters;
mod peer;
mod referrals;
mod scene;
mod signals;
mod watches;
mod workers;
mod years;

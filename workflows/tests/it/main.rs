//! The procedures on a real Temporal server, against peers that keep a timetable in memory and fail on demand.

mod book;
mod faults;
mod histories;
mod letters;
mod peer;
mod scene;
mod signals;
mod years;

//! Journeys: stories as data. A YAML file with people and dated calls of the public API is checked, played and told.
//!
//! [`parse`] reads a file and finds all its faults before anything runs; [`Player`] plays it against an address; [`Told`] turns
//! what happened into a timeline for people. Everything about an RPC comes from the descriptors of the contract: a new RPC
//! needs no new code here.

mod contract;
mod fault;
mod file;
mod lines;
mod matching;
mod narrator;
mod parse;
mod play;
mod report;
mod setup;
mod shape;
mod timeline;
mod values;
mod wire;
mod words;

pub use fault::{Fault, Faults};
pub use file::{Call, Jobcenter, Journey, Outcome, Person, Step};
pub use parse::parse;
pub use play::{Play, Player, Target, furnish};
pub use report::{Report, StepReport, Verdict};
pub use timeline::{DueDate, Printer, Told, Witness};

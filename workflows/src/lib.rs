//! The procedures of Lotse: what waits, sometimes for years, and calls the services when a date comes.
//!
//! PostgreSQL holds the data, Temporal holds the time. A workflow knows names, dates and codes and nothing about a person. It
//! asks the owning service for a timetable, takes every step that time takes, and sleeps until the next date or a wake signal.
//! One folder per procedure: `workflow.rs` names its calls, `procedure.rs` holds what is its own, the README draws its states.
//! What every procedure does in the same way lives beside the folders: `life` (the story of all of them), `memory` (what they
//! remember and decide), `pulse` (how they are woken), `step` (a step on a duty), `errand` (what follows from one),
//! `activities` (how a call is made, repeated and given up), `registry` (which procedure runs on which queue), `worker` (the
//! threads), `vitals` (what they tell about themselves).

pub mod activities;
pub mod episode;
pub mod errand;
pub mod letter_delivery;
mod life;
pub mod memory;
pub mod policy_activation;
pub mod pulse;
pub mod referral;
pub mod registry;
pub mod services;
pub mod step;
pub mod vitals;
pub mod watch;
pub mod worker;

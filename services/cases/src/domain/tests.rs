//! The life of an episode: told once, tabled by phase and act, and tossed at random.

mod acts;
mod admission;
mod begun;
mod commissions;
mod crises;
mod deviations;
mod governed;
mod intake;
mod last_review;
mod laws;
mod life;
mod officers;
mod plan;
mod reassessment;
mod replan;
mod replan_watch;
mod revisions;
mod support;
mod support_variants;
mod table;
mod time;
mod waiting;
mod watch;
mod watch_plan;
mod words;

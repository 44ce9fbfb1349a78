//! All SQL of the service, one file per table family.

pub mod access;
pub mod activations;
pub mod cases;
pub mod consequences;
pub mod duties;
pub mod episodes;
pub mod events;
pub mod figures;
pub mod jobcenters;
pub mod open;
pub mod policies;
pub mod policy_changes;
pub mod profiles;
pub mod rechecks;
pub mod replanning;
pub mod search;
pub mod staff;
pub mod sweeps;
pub mod teams;
pub mod waiting;
pub mod watch_notices;
pub mod watches;
pub mod worklist;

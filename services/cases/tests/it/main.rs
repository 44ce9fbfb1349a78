//! The service of cases over a real PostgreSQL and real sockets.

mod activations;
mod again;
mod authorization;
mod cases;
mod commissions;
mod contract;
mod crises;
mod duties;
mod episodes;
mod house;
mod jobcenters;
mod legal_clock;
mod officers;
mod policies;
mod process;
mod release;
mod requests;
mod search;
mod steering;
mod story;
mod support_variants;
mod waiting;
mod walls;
mod watches;
mod worklist;

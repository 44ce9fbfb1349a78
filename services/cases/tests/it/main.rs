//! The service of cases over a real PostgreSQL and real sockets.

mod authorization;
mod cases;
mod contract;
mod duties;
mod episodes;
mod house;
mod legal_clock;
mod process;
mod requests;
mod story;
mod walls;

//! The service of providers over a real PostgreSQL and real sockets.

mod authorization;
mod contract;
mod house;
mod preview;
mod process;
mod referrals;
mod register;

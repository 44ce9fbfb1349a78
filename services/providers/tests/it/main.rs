//! The service of providers over a real PostgreSQL and real sockets.

mod house;
mod process;
mod referrals;
mod register;
mod verbs;

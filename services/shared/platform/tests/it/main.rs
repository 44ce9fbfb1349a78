//! The shell as its users meet it: real sockets, real tokens, real certificates.

mod auth;
mod config;
mod database;
mod gate;
mod life;
mod peers;
mod relay;
mod replanning;
mod support;
mod telemetry;

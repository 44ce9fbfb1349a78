//! The notifications service over real sockets: a real PostgreSQL, a real mail server's protocol, real tokens.

mod authorization;
mod contract;
mod create_notice;
mod deliveries;
mod inbox;
mod mail;
mod support;
mod tls;

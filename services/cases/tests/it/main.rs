//! The service of cases over a real PostgreSQL and real sockets.

mod cases;
mod house;

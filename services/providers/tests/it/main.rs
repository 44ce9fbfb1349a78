//! The service of providers over a real PostgreSQL and real sockets.

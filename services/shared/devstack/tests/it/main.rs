//! The stack on real servers: starting, dying, losing its memory, and travelling through time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails here, and says where")]

mod contract;
mod death;
mod servers;
mod sleeper;
mod travel;

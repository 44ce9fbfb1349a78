//! The stack on real servers: starting, dying, losing its memory, and travelling through time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails here, and says where")]

mod death;
mod servers;
mod sleeper;
mod travel;

use std::time::{Duration, Instant};

/// Waits until `condition` holds, at most half a minute.
async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(30);
    while !condition().await {
        assert!(Instant::now() < until, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

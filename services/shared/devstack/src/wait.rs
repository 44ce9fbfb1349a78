//! Waiting in tests: for a condition and never for a time.

use std::time::{Duration, Instant};

/// How long a test waits for anything.
const LIMIT: Duration = Duration::from_secs(30);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a test waits for what comes back by itself after pauses that grew: as long as travel does.
const RECOVERY: Duration = Duration::from_mins(2);

/// Waits until `condition` holds, looking every 20 ms.
///
/// # Panics
/// After 30 seconds, saying `what` was waited for.
pub async fn wait_until(what: &str, condition: impl AsyncFnMut() -> bool) {
    wait(what, LIMIT, condition).await;
}

/// The same for what comes back by itself after pauses that grew while something was away.
///
/// # Panics
/// After two minutes, saying `what` was waited for.
pub async fn wait_until_recovered(what: &str, condition: impl AsyncFnMut() -> bool) {
    wait(what, RECOVERY, condition).await;
}

async fn wait(what: &str, limit: Duration, mut condition: impl AsyncFnMut() -> bool) {
    let until = Instant::now() + limit;
    while !condition().await {
        assert!(Instant::now() < until, "waited in vain: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

//! Waiting in tests: for a condition and never for a time.

use std::time::{Duration, Instant};

/// How long a test waits for anything.
const LIMIT: Duration = Duration::from_secs(30);

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Waits until `condition` holds, looking every 20 ms.
///
/// # Panics
/// After 30 seconds, saying `what` was waited for.
pub async fn wait_until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let until = Instant::now() + LIMIT;
    while !condition().await {
        assert!(Instant::now() < until, "waited in vain: {what}");
        tokio::time::sleep(PAUSE).await;
    }
}

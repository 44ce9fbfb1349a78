//! Stages a journey: a fresh stack whose clock stands at its first day, and a player that knows where everything listens.

use std::time::Duration;

use anyhow::Context as _;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use lotse_devstack::{DevStack, Options};

use crate::{
    journey::{Journey, Player, Report, Target, Witness, parse},
    stack::Stack,
};

/// The story of the demo, part of the executable so that it runs anywhere.
const DEMO: &str = include_str!("../../../tests/journeys/two_years_one_extension.yaml");

/// The story of the demo, whose jobcenter and people `lotse dev` has too.
///
/// # Errors
/// When it is not sound, which a test of all journeys prevents.
pub fn demo() -> anyhow::Result<Journey> {
    parse("demo", DEMO).map_err(|faults| anyhow::anyhow!("{faults}"))
}

/// The midnight of the first day, where the business clock of a new stack stands.
///
/// # Errors
/// When the journey has no step.
pub fn begin(journey: &Journey) -> anyhow::Result<Timestamp> {
    let day: Date = journey.begins_on().context("the journey has no step")?;
    Ok(day.at(0, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin")?)?.timestamp())
}

/// Plays one journey on a fresh stack, tells it to the witness and hands the stack back for a look around.
///
/// # Errors
/// When the stack cannot be started.
pub async fn play(journey: &Journey, witness: &mut dyn Witness) -> anyhow::Result<(Report, Stack)> {
    let servers = DevStack::start(Options { fsync: false, ..Options::default() }).await?;
    let stack = Stack::start(servers, begin(journey)?).await?;
    let report = Player::new(target(&stack), witness).play(journey).await;
    Ok((report, stack))
}

/// Where a stack listens, by area of the contract.
#[must_use]
pub fn target(stack: &Stack) -> Target {
    let at =
        |target: Target, area: &str, address: &dyn std::fmt::Display| target.area_at(area, format!("http://{address}"));
    let target = at(Target::new(stack.issuer()), "dev", &stack.front());
    stack.addresses().iter().fold(target, |target, address| at(target, address.service, &address.public))
}

/// Stops a stack that is thrown away: what is still running has nobody who waits for it.
pub async fn stop(stack: Stack) {
    match tokio::time::timeout(Duration::from_secs(10), stack.stop()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error = %error, "the stack did not stop cleanly"),
        Err(_) => tracing::warn!("the stack did not stop within ten seconds"),
    }
}

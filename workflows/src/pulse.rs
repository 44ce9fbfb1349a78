//! How a procedure wakes and rests: the same for all of them, so that each story holds only what is its own.

use std::{
    collections::HashMap,
    time::{Duration, SystemTime},
};

use jiff::SignedDuration;
use lotse_kernel::workflow::{Wake, WakeLedger};
use lotse_platform::telemetry::TRACEPARENT;
use serde::{Deserialize, Serialize};
use temporalio_common::{data_converters::RawValue, error::IncomingError, protos::temporal::api::common::v1::Payload};
use temporalio_sdk::{
    ActivityExecutionError, TimerOptions, TimerResult, WorkflowContext, WorkflowTermination, workflows::select,
};

pub use jiff::Timestamp;

/// First pause after a setback.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// Longest pause after a setback, and so the longest delay after a service has come back.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// Longest text taken for a trace context; the real ones have 55 characters.
const TRACE_MAX: usize = 64;

/// What every procedure remembers besides its own facts; part of its input, so that continue-as-new loses nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// A wake came that this build cannot read; it wakes all the same.
    #[serde(default)]
    unread: bool,
    /// Visits in a row that could not do all they wanted.
    #[serde(default)]
    setbacks: u32,
    /// The W3C trace context of the last wake, under which the next calls are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    trace: Option<String>,
}

/// Something could not be done now. It is tried again after a pause; a workflow never fails because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setback;

/// Whether a service has definitely refused a call. Otherwise its effect is unknown: the answer may have been lost on the way.
#[must_use]
pub fn is_refused(error: &ActivityExecutionError) -> bool {
    matches!(error.reason(), Some(IncomingError::Application(failure)) if failure.is_non_retryable())
}

impl Pulse {
    /// Notes a wake signal. It never fails: a signal that cannot be read would fail the workflow task for ever.
    pub fn hear(&mut self, wakes: &mut WakeLedger, payload: RawValue, headers: &HashMap<String, Payload>) {
        let wake =
            payload.payloads.into_iter().next().and_then(|payload| serde_json::from_slice::<Wake>(&payload.data).ok());
        match wake {
            Some(wake) => wakes.hear(&wake),
            None => self.unread = true,
        }
        let trace = headers.get(TRACEPARENT).and_then(|payload| serde_json::from_slice::<String>(&payload.data).ok());
        if let Some(trace) = trace.filter(|trace| trace.len() <= TRACE_MAX) {
            self.trace = Some(trace);
        }
    }

    /// The trace context for the next calls.
    #[must_use]
    pub fn trace(&self) -> Option<String> {
        self.trace.clone()
    }

    /// Whether something was heard that no answer has covered.
    #[must_use]
    pub fn has_news(&self, wakes: &WakeLedger) -> bool {
        self.unread || wakes.has_news()
    }

    /// A question is put: what could not be read is covered by its answer.
    pub const fn asks(&mut self) {
        self.unread = false;
    }

    /// Everything wanted was done.
    pub const fn succeeded(&mut self) {
        self.setbacks = 0;
    }

    /// Something was not done; the answer is the instant of the next try.
    pub fn set_back(&mut self, now: Timestamp) -> Timestamp {
        let factor = 3_i32.saturating_pow(self.setbacks.min(16));
        self.setbacks = self.setbacks.saturating_add(1);
        now.saturating_add(FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE)).unwrap_or(now)
    }
}

/// The workflow's time: the only clock of a procedure.
///
/// Temporal gives one to every workflow task; the epoch stands in where it did not, and makes nothing fall due.
#[must_use]
pub fn now<W>(context: &WorkflowContext<W>) -> Timestamp {
    context.workflow_time().and_then(|time: SystemTime| Timestamp::try_from(time).ok()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Rests until `until`, or until `is_woken` holds; without an instant only a signal wakes.
///
/// # Errors
/// When the workflow is cancelled, which ends it.
pub async fn rest<W>(
    context: &WorkflowContext<W>,
    until: Option<Timestamp>,
    is_woken: impl Fn(&W) -> bool,
) -> Result<(), WorkflowTermination> {
    if context.state(&is_woken) {
        return Ok(());
    }
    let Some(until) = until else {
        return context.wait_condition(is_woken).await.map_err(|_| WorkflowTermination::cancelled());
    };
    let Ok(pause) = Duration::try_from(until.duration_since(now(context))) else { return Ok(()) };
    // The losing timer of a round is cancelled with the round: a dropped future would leave it to fire into the void.
    let round = context.cancellation_token().child_token();
    let timer = TimerOptions::builder(pause).cancellation_token(round.clone()).summary(until.to_string()).build();
    let rested = select! {
        _ = context.cancelled() => Err(WorkflowTermination::cancelled()),
        woken = context.wait_condition(is_woken) => woken.map_err(|_| WorkflowTermination::cancelled()),
        fired = context.timer(timer) => match fired {
            TimerResult::Fired => Ok(()),
            TimerResult::Cancelled => Err(WorkflowTermination::cancelled()),
        },
    };
    round.cancel();
    rested
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(text: &str) -> Payload {
        Payload { data: text.as_bytes().to_vec(), ..Default::default() }
    }

    fn heard(text: &str) -> (Pulse, WakeLedger) {
        let (mut pulse, mut wakes) = (Pulse::default(), WakeLedger::default());
        pulse.hear(&mut wakes, RawValue::new(vec![payload(text)]), &HashMap::new());
        (pulse, wakes)
    }

    #[test]
    fn whatever_comes_wakes() {
        for text in
            [r#"{"sender":"cases","kind":"X","seq":1}"#, r#"{"sender":"stars","kind":"X","seq":1}"#, "", "[", "null"]
        {
            let (mut pulse, mut wakes) = heard(text);
            assert!(pulse.has_news(&wakes), "{text}");
            let asked = wakes.clone();
            pulse.asks();
            wakes.answered(&asked);
            assert!(!pulse.has_news(&wakes), "{text}");
        }
        let (mut pulse, mut wakes) = (Pulse::default(), WakeLedger::default());
        pulse.hear(&mut wakes, RawValue::new(vec![]), &HashMap::new());
        assert!(pulse.has_news(&wakes));
    }

    #[test]
    fn the_trace_is_that_of_the_last_wake() {
        let (mut pulse, mut wakes) = (Pulse::default(), WakeLedger::default());
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let headers = HashMap::from([(TRACEPARENT.to_owned(), payload(&format!("\"{trace}\"")))]);
        pulse.hear(&mut wakes, RawValue::new(vec![]), &headers);
        assert_eq!(pulse.trace().as_deref(), Some(trace));
    }

    #[test]
    fn pauses_grow_to_an_hour_and_start_again_after_success() {
        let mut pulse = Pulse::default();
        let start = Timestamp::UNIX_EPOCH;
        let pauses: Vec<i64> = (0..20).map(|_| pulse.set_back(start).as_second()).collect();
        assert_eq!(pauses[..4], [5, 15, 45, 135]);
        assert!(pauses[7..].iter().all(|pause| *pause == 3600));
        pulse.succeeded();
        assert_eq!(pulse.set_back(start).as_second(), 5);
    }
}

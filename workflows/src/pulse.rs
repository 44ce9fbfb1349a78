//! How a procedure is woken and how long it pauses: plain values, the same for all of them.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use lotse_kernel::workflow::{Sender, Wake, WakeLedger};
use lotse_platform::telemetry::TRACEPARENT;
use serde::{Deserialize, Serialize};
use temporalio_common::{data_converters::RawValue, protos::temporal::api::common::v1::Payload};

/// First pause after a setback.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);

/// Longest pause after a setback, and so the longest delay after a service has come back.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// Longest text taken for a trace context; the real ones have 55 characters.
const TRACE_MAX: usize = 64;

/// What was heard, and how often in a row it went wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pulse {
    /// What senders have signalled and what is known of it.
    #[serde(default)]
    wakes: WakeLedger,
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

impl Pulse {
    /// Notes a wake signal. It never fails: a signal that cannot be read would fail the workflow task for ever.
    pub fn hear(&mut self, payload: RawValue, headers: &HashMap<String, Payload>) {
        let wake =
            payload.payloads.into_iter().next().and_then(|payload| serde_json::from_slice::<Wake>(&payload.data).ok());
        match wake {
            Some(wake) => self.wakes.hear(&wake),
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

    /// What was heard until now.
    #[must_use]
    pub const fn heard(&self) -> &WakeLedger {
        &self.wakes
    }

    /// Whether something was heard that no answer has covered.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.unread || self.wakes.has_news()
    }

    /// A question is put; its answer covers what was heard until now, which is returned, and what could not be read.
    pub fn asks(&mut self) -> WakeLedger {
        self.unread = false;
        self.wakes.clone()
    }

    /// The answer came to a question that was put when `asked` was all that had been heard; it includes the events of `sender`
    /// up to `as_of_seq`.
    pub fn answered(&mut self, asked: &WakeLedger, sender: Sender, as_of_seq: i64) {
        self.wakes.answered(asked);
        self.wakes.settle(sender, as_of_seq);
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

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(text: &str) -> Payload {
        Payload { data: text.as_bytes().to_vec(), ..Default::default() }
    }

    fn heard(payloads: Vec<Payload>) -> Pulse {
        let mut pulse = Pulse::default();
        pulse.hear(RawValue::new(payloads), &HashMap::new());
        pulse
    }

    #[test]
    fn whatever_comes_wakes() {
        for text in
            [r#"{"sender":"cases","kind":"X","seq":1}"#, r#"{"sender":"stars","kind":"X","seq":1}"#, "", "[", "null"]
        {
            let mut pulse = heard(vec![payload(text)]);
            assert!(pulse.has_news(), "{text}");
            let asked = pulse.asks();
            pulse.answered(&asked, Sender::Cases, 0);
            assert!(!pulse.has_news(), "{text}");
        }
        assert!(heard(vec![]).has_news());
    }

    #[test]
    fn the_trace_is_that_of_the_last_wake() {
        let mut pulse = Pulse::default();
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let headers = HashMap::from([(TRACEPARENT.to_owned(), payload(&format!("\"{trace}\"")))]);
        pulse.hear(RawValue::new(vec![]), &headers);
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

//! Wake signals: they wake, they do not inform.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Name of the one signal every workflow listens to. Never rename it: an unknown signal is dropped silently.
pub const WAKE_SIGNAL: &str = "wake";

crate::codes! {
    /// Who sends wake signals: a service with an outbox of its own.
    pub enum Sender {
        /// The cases service.
        Cases = "cases",
        /// The providers service.
        Providers = "providers",
        /// The documents service.
        Documents = "documents",
        /// The notifications service.
        Notifications = "notifications",
        /// `lotse reconcile`, which starts open procedures again.
        Reconcile = "reconcile",
    }
}

/// Payload of a wake signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wake {
    /// Who sends.
    pub sender: Sender,
    /// What happened, as a code for the reader of a history; nothing depends on it.
    pub kind: String,
    /// The sender's event sequence for this aggregate, gap-free from 1.
    pub seq: i64,
}

/// What was heard from senders and what is known: part of a workflow's input, so that continue-as-new loses nothing.
///
/// A wake whose `seq` is not beyond what is known is old news; any higher one wakes; gaps are harmless.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeLedger {
    /// The highest `seq` heard, per sender.
    #[serde(default)]
    heard: BTreeMap<Sender, i64>,
    /// The last `as_of_seq` of a timetable, per sender.
    #[serde(default)]
    as_of_seq: BTreeMap<Sender, i64>,
}

impl WakeLedger {
    /// Notes a wake signal; called by the signal handler and by nothing else.
    pub fn hear(&mut self, wake: &Wake) {
        let heard = self.heard.entry(wake.sender).or_insert(wake.seq);
        *heard = (*heard).max(wake.seq);
    }

    /// Notes the sequence that a sender's timetable includes.
    pub fn settle(&mut self, sender: Sender, as_of_seq: i64) {
        let known = self.as_of_seq.entry(sender).or_insert(as_of_seq);
        *known = (*known).max(as_of_seq);
    }

    /// Notes that a question was answered which was put when `asked` was all that had been heard.
    ///
    /// A sender commits before it signals, so an answer includes everything heard before the question, whoever sent it.
    pub fn answered(&mut self, asked: &Self) {
        for (sender, heard) in &asked.heard {
            self.settle(*sender, *heard);
        }
    }

    /// Whether a sender has news that no answer has included yet; [`WakeLedger::answered`] ends it for every sender.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.heard.iter().any(|(sender, heard)| self.as_of_seq.get(sender).is_none_or(|known| heard > known))
    }
}

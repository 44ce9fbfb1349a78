//! A letter in memory: made, offered for posting, reminded of, posted.

use jiff::civil::Date;
use lotse_kernel::{
    dates::{add_days, add_working_days},
    duty::{DutyKind, DutyState, DutyStep, NextStep, Timetable, TimetableEntry},
    workflow::{LetterInput, Sender, WorkflowId, WorkflowType},
};
use lotse_platform::convert;
use lotse_proto::documents::LetterStepResponse;
use serde_json::Value;

use super::Book;
use crate::peer::{OFFICER, Peer, Shelf};

/// A letter as documents would keep it.
#[derive(Debug, Clone)]
pub struct LetterBook {
    pub phase: &'static str,
    pub renders: u32,
    /// The day of each reminder.
    pub reminders: Vec<Date>,
    /// It cannot be made.
    pub fails: bool,
    name: String,
    offered_on: Option<Date>,
    seq: i64,
}

impl Book for LetterBook {
    const TYPE: WorkflowType = WorkflowType::LetterDelivery;
    const SENDER: Sender = Sender::Documents;
    const COLLECTION: &'static str = "letters";

    fn new(name: &str, _today: Date) -> Self {
        let name = name.to_owned();
        Self { phase: "REQUESTED", renders: 0, reminders: vec![], fails: false, name, offered_on: None, seq: 1 }
    }

    fn start(name: &str, _today: Date) -> (WorkflowId, Value) {
        let letter = name.parse().unwrap();
        (WorkflowId::letter(&letter), serde_json::to_value(LetterInput::new(letter, false)).unwrap())
    }

    fn shelf(peer: &Peer) -> &Shelf<Self> {
        &peer.letters
    }
}

impl LetterBook {
    /// Somebody confirmed the posting.
    pub fn post(&mut self) {
        assert_eq!(self.phase, "READY_TO_POST");
        self.phase = "POSTED";
        self.seq += 1;
    }

    pub fn render(&mut self) -> LetterStepResponse {
        let taken = self.phase == "REQUESTED";
        if taken {
            self.renders += 1;
            self.phase = if self.fails { "FAILED" } else { "RENDERED" };
        }
        self.step(taken, self.phase == "FAILED")
    }

    pub fn offer(&mut self, today: Date) -> LetterStepResponse {
        if self.phase == "RENDERED" {
            self.phase = "READY_TO_POST";
            self.offered_on = Some(today);
        }
        let taken = self.phase == "READY_TO_POST";
        self.step(taken, taken)
    }

    pub fn remind(&mut self, round: i32, today: Date) -> LetterStepResponse {
        let due = self.reminder().filter(|next| next.round == round && next.on <= today);
        if due.is_some() && self.phase == "READY_TO_POST" {
            self.reminders.push(today);
        }
        let taken = i32::try_from(self.reminders.len()).unwrap() >= round;
        self.step(taken, taken)
    }

    fn step(&self, taken: bool, told: bool) -> LetterStepResponse {
        let recipients = if told { vec![OFFICER.to_owned()] } else { vec![] };
        LetterStepResponse { taken, recipients, timetable: Some(convert::timetable(&self.timetable())) }
    }

    fn reminder(&self) -> Option<NextStep> {
        let round = i32::try_from(self.reminders.len()).unwrap() + 1;
        let on = add_days(add_working_days(self.offered_on?, 3 * round), 1);
        Some(NextStep { on, step: DutyStep::Remind, round })
    }

    pub fn timetable(&self) -> Timetable {
        let entry = self.offered_on.filter(|_| self.phase == "READY_TO_POST").map(|offered_on| {
            let due_on = add_working_days(offered_on, 3);
            TimetableEntry {
                duty: self.name.clone(),
                kind: DutyKind::LetterPosting,
                state: DutyState::Open,
                opens_on: offered_on,
                target_on: due_on,
                due_on,
                overdue_after: due_on,
                next_step: self.reminder(),
            }
        });
        Timetable {
            as_of_seq: self.seq,
            finished: matches!(self.phase, "POSTED" | "FAILED"),
            due: entry.into_iter().collect(),
            round: 0,
            phase: self.phase.to_owned(),
            ending: 0,
            ..Timetable::default()
        }
    }
}

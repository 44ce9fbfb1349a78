//! A referral in memory: sent, answered or not, reported on or not, ended.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::Deadline,
    duty::{DutyState, DutyStep, NextStep, Timetable, TimetableEntry},
    workflow::{ReferralInput, Sender, WorkflowId, WorkflowType},
};
use lotse_platform::convert::duty_step;
use lotse_proto::providers::TakeDutyStepRequest;
use serde_json::Value;

use super::Book;
use crate::law::{escalates_on, provider_answer, provider_report};
use crate::peer::{Peer, Shelf};

/// A referral as providers would keep it.
#[derive(Debug)]
pub struct ReferralBook {
    pub phase: &'static str,
    /// Steps that time took.
    pub steps: u32,
    name: String,
    sent_on: Date,
    started_on: Date,
    reports: i32,
    escalations: i32,
    seq: i64,
}

impl Book for ReferralBook {
    const TYPE: WorkflowType = WorkflowType::Referral;
    const SENDER: Sender = Sender::Providers;
    const COLLECTION: &'static str = "referrals";

    /// Sent today.
    fn new(name: &str, today: Date) -> Self {
        let (sent_on, started_on, name) = (today, today, name.to_owned());
        Self { phase: "SENT", steps: 0, name, sent_on, started_on, reports: 0, escalations: 0, seq: 1 }
    }

    fn start(name: &str, _today: Date) -> (WorkflowId, Value) {
        let referral = name.parse().unwrap();
        (WorkflowId::referral(&referral), serde_json::to_value(ReferralInput::new(referral, false)).unwrap())
    }

    fn shelf(peer: &Peer) -> &Shelf<Self> {
        &peer.referrals
    }
}

impl ReferralBook {
    /// The provider takes the person.
    pub fn accept(&mut self) {
        self.to("ACCEPTED");
    }

    /// The service begins.
    pub fn start(&mut self, on: Date) {
        self.started_on = on;
        self.to("RUNNING");
    }

    /// The report that was asked for comes.
    pub fn report(&mut self) {
        assert_eq!(self.phase, "REPORT_DUE");
        self.reports += 1;
        self.to("RUNNING");
    }

    /// Somebody ends the referral.
    pub fn end(&mut self) {
        self.to("COMPLETED");
    }

    fn to(&mut self, phase: &'static str) {
        self.phase = phase;
        self.escalations = 0;
        self.seq += 1;
    }

    fn deadline(&self) -> Option<Deadline> {
        match self.phase {
            "SENT" | "NO_ANSWER" => Some(provider_answer(self.sent_on)),
            "RUNNING" | "REPORT_DUE" => Some(provider_report(self.started_on, self.reports + 1)),
            _ => None,
        }
    }

    fn next(&self, deadline: &Deadline) -> NextStep {
        if self.phase == "RUNNING" {
            return NextStep { on: deadline.opens_on, step: DutyStep::Open, round: 1 };
        }
        let round = self.escalations + 1;
        NextStep { on: escalates_on(deadline.overdue_after(), round), step: DutyStep::Escalate, round }
    }

    pub fn timetable(&self) -> Timetable {
        let entry = |deadline: Deadline| TimetableEntry {
            duty: self.name.clone(),
            kind: deadline.kind,
            state: DutyState::Open,
            opens_on: deadline.opens_on,
            target_on: deadline.target_on(),
            due_on: deadline.due_on(),
            overdue_after: deadline.overdue_after(),
            next_step: Some(self.next(&deadline)),
        };
        Timetable {
            as_of_seq: self.seq,
            finished: self.phase == "COMPLETED",
            due: self.deadline().map(entry).into_iter().collect(),
            round: self.reports,
            phase: self.phase.to_owned(),
            ending: 0,
            ..Timetable::default()
        }
    }

    /// Takes a step; says whether people are to be told, now or because it was taken before.
    pub fn take(&mut self, asked: &TakeDutyStepRequest, today: Date) -> bool {
        let Some(deadline) = self.deadline().filter(|_| asked.reports == self.reports) else { return false };
        let next = self.next(&deadline);
        let step = asked.step();
        if step == duty_step(next.step) && asked.round == next.round {
            if next.on > today {
                return false;
            }
            self.steps += 1;
            match self.phase {
                "RUNNING" => self.phase = "REPORT_DUE",
                "SENT" => (self.phase, self.escalations) = ("NO_ANSWER", 1),
                _ => self.escalations += 1,
            }
            return true;
        }
        if step == duty_step(DutyStep::Escalate) { asked.round <= self.escalations } else { self.phase == "REPORT_DUE" }
    }
}

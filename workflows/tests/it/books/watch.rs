//! The watch of a jobcenter in memory: people who are to be checked, whose checks open and escalate.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::Deadline,
    duty::{DutyState, DutyStep, NextStep, Timetable, TimetableEntry},
    names::JobcenterName,
    workflow::{Sender, WatchInput, WorkflowId, WorkflowInput as _, WorkflowType},
};
use lotse_platform::convert::duty_step;
use lotse_proto::cases::TakeWatchStepRequest;
use serde_json::Value;
use uuid::Uuid;

use super::Book;
use crate::law::{eligibility_recheck, escalates_on};
use crate::peer::{Peer, Shelf};

/// The watch as cases would keep it.
#[derive(Debug)]
pub struct WatchBook {
    name: String,
    seq: i64,
    checks: Vec<Check>,
}

/// The check of one person.
#[derive(Debug)]
struct Check {
    person: String,
    /// The person and the number of the check.
    label: String,
    duty: String,
    deadline: Deadline,
    is_open: bool,
    escalations: i32,
    is_over: bool,
}

impl Check {
    fn next(&self) -> NextStep {
        if !self.is_open {
            return NextStep { on: self.deadline.opens_on, step: DutyStep::Open, round: 1 };
        }
        let round = self.escalations + 1;
        NextStep { on: escalates_on(self.deadline.overdue_after(), round), step: DutyStep::Escalate, round }
    }

    fn entry(&self) -> TimetableEntry {
        TimetableEntry {
            duty: self.duty.clone(),
            kind: self.deadline.kind,
            state: if self.is_open { DutyState::Open } else { DutyState::Scheduled },
            opens_on: self.deadline.opens_on,
            target_on: self.deadline.target_on(),
            due_on: self.deadline.due_on(),
            overdue_after: self.deadline.overdue_after(),
            next_step: Some(self.next()),
        }
    }
}

impl Book for WatchBook {
    const TYPE: WorkflowType = WorkflowType::Watch;
    const SENDER: Sender = Sender::Cases;
    const COLLECTION: &'static str = "watches";

    fn name(story: &str) -> String {
        format!("jobcenters/{story}")
    }

    /// Over nobody yet.
    fn new(name: &str, _today: Date) -> Self {
        Self { name: name.to_owned(), seq: 1, checks: vec![] }
    }

    fn start(name: &str, _today: Date) -> (WorkflowId, Value) {
        let jobcenter: JobcenterName = name.parse().unwrap();
        let input = WatchInput::new(jobcenter, false);
        (input.workflow_id(), serde_json::to_value(input).unwrap())
    }

    fn shelf(peer: &Peer) -> &Shelf<Self> {
        &peer.watches
    }

    /// The jobcenter of a duty.
    fn record(resource: &str) -> &str {
        resource.split("/cases/").next().unwrap_or_default()
    }

    fn label(&self, cause: &str) -> String {
        let check = self.checks.iter().find(|check| check.duty == cause).unwrap();
        format!("{} ", check.label)
    }
}

impl WatchBook {
    /// Puts a person on the watch whose last check was on a day; gives the days of the next one.
    pub fn watch(&mut self, person: &str, last_check_on: Date) -> Deadline {
        let number = self.checks.iter().filter(|check| check.person == person).count() + 1;
        let id = |what: &str| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{}/{person}/{what}", self.name).as_bytes());
        let (case, duty) = (id("case"), id(&number.to_string()));
        let deadline = eligibility_recheck(last_check_on);
        self.checks.push(Check {
            person: person.to_owned(),
            label: format!("{person}-{number}"),
            duty: format!("{}/cases/{case}/duties/{duty}", self.name),
            deadline: deadline.clone(),
            is_open: false,
            escalations: 0,
            is_over: false,
        });
        deadline
    }

    /// The number of the next event: somebody's check comes soon.
    pub fn number(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }

    /// Somebody checks a person, whose months begin anew.
    pub fn check(&mut self, person: &str, today: Date) -> Deadline {
        self.leave(person);
        self.watch(person, today)
    }

    /// Nobody has to check a person any more.
    pub fn leave(&mut self, person: &str) {
        let check = self.checks.iter_mut().find(|check| check.person == person && !check.is_over).unwrap();
        check.is_over = true;
    }

    /// The check that comes first.
    pub fn timetable(&self) -> Timetable {
        let open = self.checks.iter().filter(|check| !check.is_over);
        let first = open.min_by_key(|check| (check.next().on, check.duty.clone()));
        Timetable {
            as_of_seq: self.seq,
            finished: false,
            due: first.map(Check::entry).into_iter().collect(),
            round: 0,
            phase: "WATCHING".to_owned(),
            ending: 0,
            proposal: None,
        }
    }

    /// Takes a step; says whether it was taken, now or before.
    pub fn take(&mut self, asked: &TakeWatchStepRequest, today: Date) -> bool {
        let check = self.checks.iter_mut().find(|check| check.duty == asked.name).unwrap();
        let next = check.next();
        if check.is_over || (asked.step() == duty_step(next.step) && asked.round == next.round && next.on > today) {
            return false;
        }
        if asked.step() == duty_step(next.step) && asked.round == next.round {
            match next.step {
                DutyStep::Open => check.is_open = true,
                _ => check.escalations += 1,
            }
        }
        true
    }
}

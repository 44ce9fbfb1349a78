//! The watch of a jobcenter in memory: people who are to be checked, whose checks open and escalate, and what is to be told of it.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    deadlines::Deadline,
    duty::{DutyStep, NextStep, Timetable},
    names::JobcenterName,
    workflow::{Sender, WatchInput, WorkflowId, WorkflowInput as _, WorkflowType},
};
use lotse_platform::fields::{civil, contract_date};
use lotse_proto::{
    cases::{WatchNotice, WatchNoticeKind},
    common::DutyKind,
};
use serde_json::Value;
use uuid::Uuid;

use super::Book;
use crate::law::{eligibility_recheck, escalates_on};
use crate::peer::{Peer, Shelf};

/// People of one page.
const PEOPLE: usize = 20;
/// Notices of one page.
pub const NOTICES: usize = 5;

/// The watch as cases would keep it.
#[derive(Debug)]
pub struct WatchBook {
    name: String,
    seq: i64,
    checks: Vec<Check>,
    page: i32,
    closed_on: Option<Date>,
    notices: Vec<WatchNotice>,
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
        Self { name: name.to_owned(), seq: 1, checks: vec![], page: 1, closed_on: None, notices: vec![] }
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
        resource.match_indices('/').nth(1).map_or(resource, |(end, _)| &resource[..end])
    }

    fn label(&self, cause: &str) -> String {
        let check = self.checks.iter().find(|check| check.duty == cause);
        check.map(|check| format!("{} ", check.label)).unwrap_or_default()
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

    fn has_come(&self, today: Date) -> bool {
        self.checks.iter().any(|check| !check.is_over && check.next().on <= today)
    }

    fn first_notice_on(&self) -> Option<Date> {
        self.notices.iter().map(tells_on).min()
    }

    /// What there is to do on a day.
    pub fn timetable(&self, today: Date) -> Timetable {
        let first_notice_on = self.first_notice_on();
        let phase = match first_notice_on.filter(|on| *on <= today) {
            _ if self.has_come(today) => "SWEEPING",
            None => "WATCHING",
            Some(on) if Some(on) <= self.closed_on => "TELLING",
            Some(_) => "SWEEPING",
        };
        let open = self.checks.iter().filter(|check| !check.is_over);
        Timetable {
            as_of_seq: self.seq,
            finished: false,
            due: vec![],
            round: self.page,
            phase: phase.to_owned(),
            ending: 0,
            next_on: open.map(|check| check.next().on).chain(first_notice_on).min(),
            proposal: None,
            exit_audience: Vec::new(),
            extension: None,
        }
    }

    /// Takes a page of steps.
    pub fn sweep(&mut self, page: i32, today: Date) {
        if page != self.page || self.timetable(today).phase != "SWEEPING" {
            return;
        }
        let mut due: Vec<usize> = (0..self.checks.len()).collect();
        due.retain(|index| !self.checks[*index].is_over && self.checks[*index].next().on <= today);
        if due.len() < PEOPLE {
            self.closed_on = self.closed_on.max(Some(today));
        }
        due.truncate(PEOPLE);
        for index in due {
            while self.checks[index].next().on <= today {
                self.take(index, today);
            }
        }
        self.page += 1;
    }

    fn take(&mut self, index: usize, today: Date) {
        let check = &mut self.checks[index];
        let next = check.next();
        let list_on = add_days(today, 7 - i32::from(today.weekday().to_monday_zero_offset()));
        let (kind, on) = match next.step {
            DutyStep::Open => (WatchNoticeKind::Opened, today),
            _ if next.round == 1 => (WatchNoticeKind::Overdue, today),
            _ => (WatchNoticeKind::StillOverdue, list_on),
        };
        match next.step {
            DutyStep::Open => check.is_open = true,
            _ => check.escalations += 1,
        }
        let alone = kind == WatchNoticeKind::Overdue;
        let told = WatchNotice {
            notice_id: format!("{}/{}/{on}/{}", self.name, kind.as_str_name(), if alone { &check.label } else { "" }),
            kind: kind.into(),
            tell_date: Some(contract_date(on)),
            staff_member: if kind == WatchNoticeKind::StillOverdue { String::new() } else { officer(&self.name) },
            team: if kind == WatchNoticeKind::Opened { String::new() } else { "ue25".to_owned() },
            duty: if alone { check.duty.clone() } else { String::new() },
            duty_kind: DutyKind::EligibilityRecheck.into(),
            duty_count: 1,
            due_date: Some(contract_date(check.deadline.due_on())),
        };
        match self.notices.iter_mut().find(|notice| notice.notice_id == told.notice_id) {
            Some(notice) => notice.duty_count += 1,
            None => self.notices.push(told),
        }
    }

    /// A page of what is to be told.
    pub fn untold(&self, page: i32) -> Vec<WatchNotice> {
        let mut untold: Vec<WatchNotice> =
            self.notices.iter().filter(|notice| Some(tells_on(notice)) <= self.closed_on).cloned().collect();
        untold.sort_by(|a, b| (tells_on(a), &a.notice_id).cmp(&(tells_on(b), &b.notice_id)));
        untold.truncate(if page == self.page { NOTICES } else { 0 });
        untold
    }

    /// A page was told.
    pub fn settle(&mut self, page: i32, today: Date) {
        if page == self.page && self.timetable(today).phase == "TELLING" {
            let told = self.untold(page);
            self.notices.retain(|notice| !told.contains(notice));
            self.page += 1;
        }
    }
}

fn tells_on(notice: &WatchNotice) -> Date {
    civil(notice.tell_date.as_ref().unwrap()).unwrap()
}

fn officer(jobcenter: &str) -> String {
    format!("{jobcenter}/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000a")
}

//! An episode's duties in memory, as a peer of the workflow keeps them: opened, reminded, escalated and missed by time only.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lotse_kernel::{
    dates::{add_days, add_months, add_weeks, next_working_day},
    duty::{DutyKind, DutyState, DutyStep, NextStep, Timetable, TimetableEntry},
    workflow::{EpisodeInput, Sender, WorkflowId, WorkflowInput as _, WorkflowType},
};
use lotse_proto::cases;
use serde_json::Value;

use super::Book;
use crate::peer::{Peer, Shelf};

/// One duty.
#[derive(Debug, Clone)]
pub struct Duty {
    pub name: String,
    /// How the journal calls it.
    pub label: String,
    pub kind: DutyKind,
    pub opens_on: Date,
    pub reminds_on: Option<Date>,
    pub due_on: Date,
    pub overdue_after: Date,
    /// The day on which the next slot takes its place (T2).
    pub missed_on: Option<Date>,
    pub is_open: bool,
    pub is_over: bool,
    pub escalations: i32,
}

impl Duty {
    fn next_step(&self) -> Option<NextStep> {
        if self.is_over {
            return None;
        }
        let next = |on, step, round| NextStep { on, step, round };
        if !self.is_open {
            return Some(next(self.opens_on, DutyStep::Open, 1));
        }
        let remind = self.reminds_on.map(|on| next(on, DutyStep::Remind, 1));
        let miss = self.missed_on.map(|on| next(on, DutyStep::Miss, 1));
        let overdue = add_days(self.overdue_after, 1);
        let escalate = next(add_weeks(overdue, self.escalations), DutyStep::Escalate, self.escalations + 1);
        [remind, miss, Some(escalate)].into_iter().flatten().min_by_key(|next| next.on)
    }

    fn take(&mut self, step: DutyStep) {
        match step {
            DutyStep::Open => self.is_open = true,
            DutyStep::Remind => self.reminds_on = None,
            DutyStep::Escalate => self.escalations += 1,
            DutyStep::Miss => self.is_over = true,
        }
    }

    fn entry(&self, today: Date) -> TimetableEntry {
        TimetableEntry {
            duty: self.name.clone(),
            kind: self.kind,
            state: match (self.is_open, today > self.overdue_after) {
                (false, _) => DutyState::Scheduled,
                (true, false) => DutyState::Open,
                (true, true) => DutyState::Overdue,
            },
            opens_on: self.opens_on,
            target_on: self.due_on,
            due_on: self.due_on,
            overdue_after: self.overdue_after,
            next_step: self.next_step(),
        }
    }
}

/// An episode as cases would keep it.
#[derive(Debug)]
pub struct EpisodeBook {
    pub phase: String,
    pub round: i32,
    pub seq: i64,
    pub is_finished: bool,
    pub duties: Vec<Duty>,
    /// Steps taken, with the business date: `2027-02-10 review-1 OPEN/1`.
    pub journal: Vec<String>,
    answers: BTreeMap<String, Told>,
}

/// What a step answers besides the timetable; the same when it is repeated.
#[derive(Debug, Clone)]
pub struct Told {
    pub audiences: Vec<cases::NoticeAudience>,
    pub letter_wanted: bool,
}

impl Book for EpisodeBook {
    const TYPE: WorkflowType = WorkflowType::Episode;
    const SENDER: Sender = Sender::Cases;
    const COLLECTION: &'static str = "episodes";

    /// In delivery, assigned on `t0`, with its reviews and its limit.
    fn new(name: &str, t0: Date) -> Self {
        let mut duties: Vec<Duty> = (1..=4).map(|slot| review(name, t0, slot)).collect();
        duties.push(limit(name, t0));
        Self {
            phase: "DELIVERY".to_owned(),
            round: 0,
            seq: 1,
            is_finished: false,
            duties,
            journal: vec![],
            answers: BTreeMap::new(),
        }
    }

    fn start(name: &str, _today: Date) -> (WorkflowId, Value) {
        let input = EpisodeInput::new(name.parse().unwrap(), 1, false);
        (input.workflow_id(), serde_json::to_value(input).unwrap())
    }

    fn shelf(peer: &Peer) -> &Shelf<Self> {
        &peer.episodes
    }

    fn label(&self, cause: &str) -> String {
        let duty = self.duties.iter().find(|duty| duty.name == cause);
        duty.map_or_else(|| "episode ".to_owned(), |duty| format!("{} ", duty.label))
    }
}

impl EpisodeBook {
    pub fn timetable(&self, today: Date) -> Timetable {
        let mut open: Vec<&Duty> = self.duties.iter().filter(|duty| !duty.is_over).collect();
        open.sort_by(|a, b| (a.opens_on, &a.name).cmp(&(b.opens_on, &b.name)));
        Timetable {
            as_of_seq: self.seq,
            finished: self.is_finished,
            due: open.into_iter().map(|duty| duty.entry(today)).collect(),
            round: self.round,
            phase: self.phase.clone(),
            ending: 1,
            ..Timetable::default()
        }
    }

    /// Takes a step if it is due, and answers the same to the same request.
    pub fn take(&mut self, request: &cases::TakeDutyStepRequest, today: Date) -> (bool, Told) {
        if let Some(told) = self.answers.get(&request.request_id) {
            return (false, told.clone());
        }
        let step = request.step().as_str_name().trim_start_matches("DUTY_STEP_").parse::<DutyStep>().unwrap();
        let nothing = Told { audiences: vec![], letter_wanted: false };
        let Some(duty) = self.duties.iter_mut().find(|duty| duty.name == request.name) else { return (false, nothing) };
        let due = duty.next_step().filter(|next| next.on <= today && next.step == step && next.round == request.round);
        if due.is_none() {
            return (false, nothing);
        }
        duty.take(step);
        self.journal.push(format!("{today} {} {step}/{}", duty.label, request.round));
        let kind = duty.kind;
        if step == DutyStep::Miss {
            self.round += 1;
            self.seq += 1;
        }
        let told = Told {
            audiences: audiences(step),
            letter_wanted: kind == DutyKind::ContinuationReview && step == DutyStep::Open,
        };
        self.answers.insert(request.request_id.clone(), told.clone());
        (true, told)
    }

    /// A person decides the review of a slot: the next round begins. The answer is the event's sequence.
    pub fn decide_review(&mut self, slot: usize) -> i64 {
        self.duties[slot - 1].is_over = true;
        self.round += 1;
        self.event()
    }

    /// A person ends the episode: no duty is left, the hand-over is waited for.
    pub fn end(&mut self) -> i64 {
        self.duties.clear();
        "CLOSING".clone_into(&mut self.phase);
        self.event()
    }

    /// The hand-over is accepted and there is no aftercare.
    pub fn close(&mut self) -> i64 {
        "CLOSED".clone_into(&mut self.phase);
        self.is_finished = true;
        self.event()
    }

    /// Something happened that changes no date.
    pub fn event(&mut self) -> i64 {
        self.seq += 1;
        self.seq
    }
}

fn audiences(step: DutyStep) -> Vec<cases::NoticeAudience> {
    let anna =
        cases::NoticeAudience { staff_member: "jobcenters/musterstadt/staff/anna".to_owned(), ..Default::default() };
    let lead = cases::NoticeAudience {
        function: cases::StaffFunction::TeamLead.into(),
        team: "ue25".to_owned(),
        ..Default::default()
    };
    if step == DutyStep::Escalate { vec![anna, lead] } else { vec![anna] }
}

fn review(episode: &str, t0: Date, slot: i32) -> Duty {
    let due_on = add_months(t0, 6 * slot).date;
    Duty {
        kind: DutyKind::ContinuationReview,
        opens_on: add_days(due_on, -30),
        missed_on: Some(add_months(t0, 6 * (slot + 1)).date),
        ..duty(episode, format!("review-{slot}"), due_on)
    }
}

fn limit(episode: &str, t0: Date) -> Duty {
    Duty {
        kind: DutyKind::RegularMaximum,
        opens_on: add_months(t0, 21).date,
        reminds_on: Some(add_months(t0, 23).date),
        ..duty(episode, "limit".to_owned(), add_months(t0, 24).date)
    }
}

fn duty(episode: &str, label: String, due_on: Date) -> Duty {
    let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, format!("{episode}-{label}").as_bytes());
    Duty {
        name: format!("{episode}/duties/{id}"),
        label,
        kind: DutyKind::ContinuationReview,
        opens_on: due_on,
        reminds_on: None,
        due_on,
        overdue_after: next_working_day(due_on),
        missed_on: None,
        is_open: false,
        is_over: false,
        escalations: 0,
    }
}

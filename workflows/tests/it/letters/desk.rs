//! The process APIs of documents and notifications for one letter in memory; it loses answers on demand.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use jiff::{Timestamp, civil::Date};
use lotse_kernel::dates::{add_days, add_working_days, berlin_date};
use lotse_platform::fields::contract_date as day;
use lotse_proto::{
    common,
    documents::{
        EnsureLetterRequest, GetLetterTimetableRequest, Letter, LetterStepResponse, OfferForPostingRequest,
        RemindPostingRequest, RenderLetterRequest,
        letter_process_service_server::{LetterProcessService, LetterProcessServiceServer},
    },
    notifications::{
        CreateNoticeRequest, CreateNoticeResponse,
        notice_process_service_server::{NoticeProcessService, NoticeProcessServiceServer},
    },
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

const OFFICER: &str = "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000a";

/// A letter as documents would keep it.
#[derive(Debug, Clone)]
pub struct LetterDesk {
    pub phase: &'static str,
    pub renders: u32,
    /// The day of each reminder.
    pub reminders: Vec<Date>,
    fails: bool,
    offered_on: Option<Date>,
    seq: i64,
    notices: BTreeMap<String, u32>,
    /// How many answers of an RPC will be lost.
    losses: BTreeMap<&'static str, u32>,
}

impl LetterDesk {
    pub const fn new() -> Self {
        Self {
            phase: "REQUESTED",
            renders: 0,
            reminders: vec![],
            fails: false,
            offered_on: None,
            seq: 1,
            notices: BTreeMap::new(),
            losses: BTreeMap::new(),
        }
    }

    /// A letter that cannot be made.
    pub fn failing() -> Self {
        Self { fails: true, ..Self::new() }
    }

    /// Loses the next answers of an RPC after its work was done.
    pub fn losing(mut self, rpc: &'static str, times: u32) -> Self {
        self.losses.insert(rpc, times);
        self
    }

    /// How many losses have not happened.
    pub fn left(&self) -> u32 {
        self.losses.values().sum()
    }

    /// Code and template of every notice; each cause once.
    pub fn notices(&self) -> Vec<String> {
        self.notices.keys().cloned().collect()
    }

    /// Somebody confirmed the posting.
    pub fn post(&mut self) {
        assert_eq!(self.phase, "READY_TO_POST");
        self.phase = "POSTED";
        self.seq += 1;
    }

    fn reminder_on(&self) -> Option<(i32, Date)> {
        let round = i32::try_from(self.reminders.len()).unwrap() + 1;
        Some((round, add_days(add_working_days(self.offered_on?, 3 * round), 1)))
    }

    fn timetable(&self, letter: &str) -> common::Timetable {
        let entry = self.reminder_on().filter(|_| self.phase == "READY_TO_POST").map(|(round, on)| {
            let due = Some(day(add_working_days(self.offered_on.unwrap(), 3)));
            common::TimetableEntry {
                duty: letter.to_owned(),
                kind: common::DutyKind::LetterPosting.into(),
                state: common::DutyState::Open.into(),
                opens_date: self.offered_on.map(day),
                target_date: due,
                due_date: due,
                overdue_after_date: due,
                next_step: common::DutyStep::Remind.into(),
                next_step_date: Some(day(on)),
                next_step_round: round,
            }
        });
        common::Timetable {
            as_of_seq: self.seq,
            finished: matches!(self.phase, "POSTED" | "FAILED"),
            due: entry.into_iter().collect(),
            round: 0,
            phase: self.phase.to_owned(),
        }
    }

    fn step(&self, letter: &str, taken: bool, told: bool) -> LetterStepResponse {
        let recipients = if told { vec![OFFICER.to_owned()] } else { vec![] };
        LetterStepResponse { taken, recipients, timetable: Some(self.timetable(letter)) }
    }
}

/// All letters of a test process, by name.
#[derive(Debug, Clone, Default)]
pub struct Desks {
    inside: Arc<Mutex<BTreeMap<String, LetterDesk>>>,
}

impl Desks {
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::builder()
            .add_service(LetterProcessServiceServer::new(self.clone()))
            .add_service(NoticeProcessServiceServer::new(self.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        address
    }

    pub fn keep(&self, letter: &str, desk: LetterDesk) {
        self.inside.lock().unwrap().insert(letter.to_owned(), desk);
    }

    pub fn look<R>(&self, letter: &str, look: impl FnOnce(&mut LetterDesk) -> R) -> R {
        look(self.inside.lock().unwrap().get_mut(letter).unwrap())
    }

    fn answer<A>(
        &self,
        rpc: &'static str,
        letter: &str,
        work: impl FnOnce(&mut LetterDesk) -> A,
    ) -> Result<Response<A>, Status> {
        let mut inside = self.inside.lock().unwrap();
        let desk = inside.get_mut(letter).ok_or_else(|| Status::not_found(""))?;
        let answer = work(desk);
        match desk.losses.get_mut(rpc) {
            Some(left) if *left > 0 => {
                *left -= 1;
                Err(Status::unavailable("lost"))
            }
            _ => Ok(Response::new(answer)),
        }
    }
}

fn today(time: Option<prost_types::Timestamp>) -> Date {
    let time = time.unwrap();
    berlin_date(Timestamp::new(time.seconds, time.nanos).unwrap())
}

#[tonic::async_trait]
impl LetterProcessService for Desks {
    async fn ensure_letter(&self, _: Request<EnsureLetterRequest>) -> Result<Response<Letter>, Status> {
        Err(Status::unimplemented("a letter does not ask for letters"))
    }

    async fn render_letter(
        &self,
        request: Request<RenderLetterRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        let name = request.into_inner().name;
        self.answer("render_letter", &name, |desk| {
            let taken = desk.phase == "REQUESTED";
            if taken {
                desk.renders += 1;
                desk.phase = if desk.fails { "FAILED" } else { "RENDERED" };
            }
            desk.step(&name, taken, desk.phase == "FAILED")
        })
    }

    async fn offer_for_posting(
        &self,
        request: Request<OfferForPostingRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        let request = request.into_inner();
        self.answer("offer_for_posting", &request.name, |desk| {
            if desk.phase == "RENDERED" {
                desk.phase = "READY_TO_POST";
                desk.offered_on = Some(today(request.business_time));
            }
            let taken = desk.phase == "READY_TO_POST";
            desk.step(&request.name, taken, taken)
        })
    }

    async fn remind_posting(
        &self,
        request: Request<RemindPostingRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        let request = request.into_inner();
        let today = today(request.business_time);
        self.answer("remind_posting", &request.name, |desk| {
            let due = desk.reminder_on().filter(|(round, on)| *round == request.round && *on <= today);
            if due.is_some() && desk.phase == "READY_TO_POST" {
                desk.reminders.push(today);
            }
            let taken = i32::try_from(desk.reminders.len()).unwrap() >= request.round;
            desk.step(&request.name, taken, taken)
        })
    }

    async fn get_letter_timetable(
        &self,
        request: Request<GetLetterTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let name = request.into_inner().name;
        self.answer("get_letter_timetable", &name, |desk| desk.timetable(&name))
    }
}

#[tonic::async_trait]
impl NoticeProcessService for Desks {
    async fn create_notice(
        &self,
        request: Request<CreateNoticeRequest>,
    ) -> Result<Response<CreateNoticeResponse>, Status> {
        let request = request.into_inner();
        let cause = request.cause.unwrap();
        assert_eq!(request.audiences.len(), 1);
        self.answer("create_notice", &cause.resource, |desk| {
            *desk.notices.entry(format!("{} {}", cause.code, request.template)).or_default() += 1;
            CreateNoticeResponse::default()
        })
    }
}

//! The process APIs of providers and notifications for one referral in memory; it loses answers on demand.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use jiff::{Timestamp, civil::Date};
use lotse_kernel::{
    dates::berlin_date,
    deadlines::{Deadline, escalates_on, provider_answer, provider_report},
};
use lotse_platform::fields::contract_date as day;
use lotse_proto::{
    cases::NoticeAudience,
    common,
    notifications::{
        CreateNoticeRequest, CreateNoticeResponse,
        notice_process_service_server::{NoticeProcessService, NoticeProcessServiceServer},
    },
    providers::{
        GetTimetableRequest, TakeDutyStepRequest, TakeDutyStepResponse,
        referral_process_service_server::{ReferralProcessService, ReferralProcessServiceServer},
    },
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

const OFFICER: &str = "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000a";

/// A referral as providers would keep it.
#[derive(Debug, Clone)]
pub struct ReferralDesk {
    pub phase: &'static str,
    /// Steps that time took.
    pub steps: u32,
    sent_on: Date,
    started_on: Date,
    reports: i32,
    escalations: i32,
    seq: i64,
    notices: BTreeMap<String, u32>,
    /// How many answers of an RPC will be lost.
    losses: BTreeMap<&'static str, u32>,
}

impl ReferralDesk {
    /// A referral that was sent today.
    pub const fn sent(today: Date) -> Self {
        Self {
            phase: "SENT",
            steps: 0,
            sent_on: today,
            started_on: today,
            reports: 0,
            escalations: 0,
            seq: 1,
            notices: BTreeMap::new(),
            losses: BTreeMap::new(),
        }
    }

    /// Loses the next answers of an RPC after its work was done.
    pub fn lose(&mut self, rpc: &'static str, times: u32) {
        self.losses.insert(rpc, times);
    }

    /// How many losses have not happened.
    pub fn left(&self) -> u32 {
        self.losses.values().sum()
    }

    /// Code and template of every notice; each cause once.
    pub fn notices(&self) -> Vec<String> {
        self.notices.keys().cloned().collect()
    }

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
            "RUNNING" | "REPORT_DUE" => Some(provider_report(self.started_on, self.reports + 1, None)),
            _ => None,
        }
    }

    fn next(&self, deadline: &Deadline) -> (common::DutyStep, Date, i32) {
        if self.phase == "RUNNING" {
            return (common::DutyStep::Open, deadline.opens_on, 1);
        }
        let round = self.escalations + 1;
        (common::DutyStep::Escalate, escalates_on(deadline.overdue_after(), round), round)
    }

    fn timetable(&self, referral: &str) -> common::Timetable {
        let entry = |deadline: Deadline| {
            let (step, on, round) = self.next(&deadline);
            let kind = common::DutyKind::from_str_name(&format!("DUTY_KIND_{}", deadline.kind)).unwrap();
            common::TimetableEntry {
                duty: referral.to_owned(),
                kind: kind.into(),
                state: common::DutyState::Open.into(),
                opens_date: Some(day(deadline.opens_on)),
                target_date: Some(day(deadline.target_on())),
                due_date: Some(day(deadline.due_on())),
                overdue_after_date: Some(day(deadline.overdue_after())),
                next_step: step.into(),
                next_step_date: Some(day(on)),
                next_step_round: round,
            }
        };
        common::Timetable {
            as_of_seq: self.seq,
            finished: self.phase == "COMPLETED",
            due: self.deadline().map(entry).into_iter().collect(),
            round: self.reports,
            phase: self.phase.to_owned(),
        }
    }

    /// Takes a step; says whether people are to be told, now or because it was taken before.
    fn take(&mut self, asked: &TakeDutyStepRequest, today: Date) -> bool {
        let Some(deadline) = self.deadline().filter(|_| asked.reports == self.reports) else { return false };
        let (step, on, round) = self.next(&deadline);
        if asked.step() == step && asked.round == round {
            if on > today {
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
        match asked.step() {
            common::DutyStep::Escalate => asked.round <= self.escalations,
            _ => self.phase == "REPORT_DUE",
        }
    }
}

/// All referrals of a test process, by name.
#[derive(Debug, Clone, Default)]
pub struct Desks {
    inside: Arc<Mutex<BTreeMap<String, ReferralDesk>>>,
}

impl Desks {
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::builder()
            .add_service(ReferralProcessServiceServer::new(self.clone()))
            .add_service(NoticeProcessServiceServer::new(self.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        address
    }

    pub fn keep(&self, referral: &str, desk: ReferralDesk) {
        self.inside.lock().unwrap().insert(referral.to_owned(), desk);
    }

    pub fn look<R>(&self, referral: &str, look: impl FnOnce(&mut ReferralDesk) -> R) -> R {
        look(self.inside.lock().unwrap().get_mut(referral).unwrap())
    }

    fn answer<A>(
        &self,
        rpc: &'static str,
        referral: &str,
        work: impl FnOnce(&mut ReferralDesk) -> A,
    ) -> Result<Response<A>, Status> {
        let mut inside = self.inside.lock().unwrap();
        let desk = inside.get_mut(referral).ok_or_else(|| Status::not_found(""))?;
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
impl ReferralProcessService for Desks {
    async fn get_timetable(
        &self,
        request: Request<GetTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let name = request.into_inner().name;
        self.answer("get_timetable", &name, |desk| desk.timetable(&name))
    }

    async fn take_duty_step(
        &self,
        request: Request<TakeDutyStepRequest>,
    ) -> Result<Response<TakeDutyStepResponse>, Status> {
        let request = request.into_inner();
        let today = today(request.business_time);
        self.answer("take_duty_step", &request.name, |desk| {
            let steps = desk.steps;
            let told = desk.take(&request, today);
            let officer = NoticeAudience { staff_member: OFFICER.to_owned(), ..Default::default() };
            TakeDutyStepResponse {
                taken: desk.steps > steps,
                audiences: if told { vec![officer] } else { vec![] },
                timetable: Some(desk.timetable(&request.name)),
            }
        })
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

//! The process APIs of all services on one listener, over books in memory; they count what is asked and fail on demand.

mod shelf;

use std::net::SocketAddr;

use jiff::{Timestamp, civil::Date};
use lotse_kernel::dates::berlin_date;
use lotse_platform::convert::timetable;
use lotse_proto::{
    cases::{
        self, NoticeAudience, episode_process_service_server as episodes, policy_process_service_server as policies,
        watch_process_service_server as watches,
    },
    common,
    documents::{
        EnsureLetterRequest, GetLetterTimetableRequest, Letter, LetterStepResponse, OfferForPostingRequest,
        PreviewLettersRequest, PreviewLettersResponse, RemindPostingRequest, RenderLetterRequest, RouseLettersRequest,
        RouseLettersResponse, letter_process_service_server as letters,
    },
    notifications::{CreateNoticeRequest, CreateNoticeResponse, notice_process_service_server as notices},
    providers::{self, referral_process_service_server as referrals},
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

pub use shelf::{Asked, CANARY, Shelf, When};

use crate::books::{ActivationBook, Book as _, EpisodeBook, LetterBook, ReferralBook, WatchBook};

/// Who is told of letters and referrals.
pub const OFFICER: &str = "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000a";

/// The peers of a test process.
#[derive(Debug, Clone, Default)]
pub struct Peer {
    pub activations: Shelf<ActivationBook>,
    pub episodes: Shelf<EpisodeBook>,
    pub letters: Shelf<LetterBook>,
    pub referrals: Shelf<ReferralBook>,
    pub watches: Shelf<WatchBook>,
}

impl Peer {
    /// Serves on a free port of the loopback until the process ends.
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::builder()
            .add_service(episodes::EpisodeProcessServiceServer::new(self.clone()))
            .add_service(policies::PolicyProcessServiceServer::new(self.clone()))
            .add_service(watches::WatchProcessServiceServer::new(self.clone()))
            .add_service(letters::LetterProcessServiceServer::new(self.clone()))
            .add_service(referrals::ReferralProcessServiceServer::new(self.clone()))
            .add_service(notices::NoticeProcessServiceServer::new(self.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        address
    }
}

fn today(time: Option<prost_types::Timestamp>) -> Date {
    let time = time.unwrap();
    berlin_date(Timestamp::new(time.seconds, time.nanos).unwrap())
}

/// The version whose activation asks, which names itself by its workflow alone.
fn activation<M>(request: &Request<M>) -> String {
    let workflow = request.metadata().get("lotse-workflow-id").unwrap().to_str().unwrap();
    let (jobcenter, policy) = workflow.split_once("/policy/").unwrap();
    format!("jobcenters/{jobcenter}/policies/{policy}")
}

#[tonic::async_trait]
impl episodes::EpisodeProcessService for Peer {
    async fn get_timetable(
        &self,
        request: Request<cases::GetTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.episodes.answer("get_timetable", &message.name, &request, |book, _| timetable(&book.timetable(today)))
    }

    async fn take_duty_step(
        &self,
        request: Request<cases::TakeDutyStepRequest>,
    ) -> Result<Response<cases::TakeDutyStepResponse>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.episodes.answer("take_duty_step", &message.name, &request, |book, _| {
            let (taken, told) = book.take(message, today);
            cases::TakeDutyStepResponse {
                taken,
                audiences: told.audiences,
                letter_wanted: told.letter_wanted,
                timetable: Some(timetable(&book.timetable(today))),
            }
        })
    }
}

#[tonic::async_trait]
impl policies::PolicyProcessService for Peer {
    async fn get_activation(
        &self,
        request: Request<cases::GetActivationRequest>,
    ) -> Result<Response<cases::PolicyActivation>, Status> {
        let name = &request.get_ref().name;
        self.activations.answer("get_activation", name, &request, |book, _| book.progress())
    }

    async fn replan_duties(
        &self,
        request: Request<cases::ReplanDutiesRequest>,
    ) -> Result<Response<cases::PolicyActivation>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.activations.answer("replan_duties", &message.name, &request, |book, _| book.take(message.page, today))
    }
}

#[tonic::async_trait]
impl watches::WatchProcessService for Peer {
    async fn get_watch_timetable(
        &self,
        request: Request<cases::GetWatchTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.watches.answer("get_watch_timetable", &message.name, &request, |book, _| timetable(&book.timetable(today)))
    }

    async fn sweep_watches(
        &self,
        request: Request<cases::SweepWatchesRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.watches.answer("sweep_watches", &message.name, &request, |book, _| {
            book.sweep(message.page, today);
            timetable(&book.timetable(today))
        })
    }

    async fn list_watch_notices(
        &self,
        request: Request<cases::ListWatchNoticesRequest>,
    ) -> Result<Response<cases::ListWatchNoticesResponse>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.watches.answer("list_watch_notices", &message.name, &request, |book, _| cases::ListWatchNoticesResponse {
            notices: book.untold(message.page),
            timetable: Some(timetable(&book.timetable(today))),
        })
    }

    async fn settle_watch_notices(
        &self,
        request: Request<cases::SettleWatchNoticesRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.watches.answer("settle_watch_notices", &message.name, &request, |book, _| {
            book.settle(message.page, today);
            timetable(&book.timetable(today))
        })
    }
}

#[tonic::async_trait]
impl referrals::ReferralProcessService for Peer {
    async fn get_timetable(
        &self,
        request: Request<providers::GetTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let name = &request.get_ref().name;
        self.referrals.answer("get_timetable", name, &request, |book, _| timetable(&book.timetable()))
    }

    async fn take_duty_step(
        &self,
        request: Request<providers::TakeDutyStepRequest>,
    ) -> Result<Response<providers::TakeDutyStepResponse>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.referrals.answer("take_duty_step", &message.name, &request, |book, _| {
            let steps = book.steps;
            let told = book.take(message, today);
            let officer = NoticeAudience { staff_member: OFFICER.to_owned(), ..Default::default() };
            providers::TakeDutyStepResponse {
                taken: book.steps > steps,
                audiences: if told { vec![officer] } else { vec![] },
                timetable: Some(timetable(&book.timetable())),
            }
        })
    }

    async fn rouse_referrals(
        &self,
        request: Request<providers::RouseReferralsRequest>,
    ) -> Result<Response<providers::RouseReferralsResponse>, Status> {
        let message = request.get_ref();
        self.activations.answer("rouse_referrals", &activation(&request), &request, |book, _| {
            providers::RouseReferralsResponse { last: book.rouse(&message.parent, &message.after, &message.request_id) }
        })
    }

    async fn preview_referrals(
        &self,
        _: Request<providers::PreviewReferralsRequest>,
    ) -> Result<Response<providers::PreviewReferralsResponse>, Status> {
        Err(Status::failed_precondition("a worker asks for no preview"))
    }
}

#[tonic::async_trait]
impl letters::LetterProcessService for Peer {
    async fn ensure_letter(&self, request: Request<EnsureLetterRequest>) -> Result<Response<Letter>, Status> {
        let message = request.get_ref();
        self.episodes.answer("ensure_letter", &message.cause, &request, |book, asked| {
            let about = book.label(&message.cause);
            asked.letter(&format!("{} {}", message.kind().as_str_name(), about.trim()), &message.request_id);
            Letter::default()
        })
    }

    async fn render_letter(
        &self,
        request: Request<RenderLetterRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        self.letters.answer("render_letter", &request.get_ref().name, &request, |book, _| book.render())
    }

    async fn offer_for_posting(
        &self,
        request: Request<OfferForPostingRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.letters.answer("offer_for_posting", &message.name, &request, |book, _| book.offer(today))
    }

    async fn remind_posting(
        &self,
        request: Request<RemindPostingRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.letters.answer("remind_posting", &message.name, &request, |book, _| book.remind(message.round, today))
    }

    async fn get_letter_timetable(
        &self,
        request: Request<GetLetterTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let name = &request.get_ref().name;
        self.letters.answer("get_letter_timetable", name, &request, |book, _| timetable(&book.timetable()))
    }

    async fn rouse_letters(&self, _: Request<RouseLettersRequest>) -> Result<Response<RouseLettersResponse>, Status> {
        Err(Status::failed_precondition("no story is about the posting of letters"))
    }

    async fn preview_letters(
        &self,
        _: Request<PreviewLettersRequest>,
    ) -> Result<Response<PreviewLettersResponse>, Status> {
        Err(Status::failed_precondition("a worker asks for no preview"))
    }
}

#[tonic::async_trait]
impl notices::NoticeProcessService for Peer {
    async fn create_notice(
        &self,
        request: Request<CreateNoticeRequest>,
    ) -> Result<Response<CreateNoticeResponse>, Status> {
        let cause = request.get_ref().cause.clone().unwrap();
        match cause.resource.split('/').nth(4) {
            Some("letters") => self.letters.tell(&cause, &request),
            Some("referrals") => self.referrals.tell(&cause, &request),
            Some("episodes") => self.episodes.tell(&cause, &request),
            // What belongs to no episode: checks, worklists, the jobcenter.
            _ => self.watches.tell(&cause, &request),
        }
    }
}

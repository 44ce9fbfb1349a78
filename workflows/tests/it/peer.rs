//! The process APIs of the three services an episode calls, on one listener, over books in memory; they fail on demand.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use jiff::Timestamp;
use lotse_kernel::dates::berlin_date;
use lotse_proto::{
    cases::{
        GetTimetableRequest, TakeDutyStepRequest, TakeDutyStepResponse,
        episode_process_service_server::{EpisodeProcessService, EpisodeProcessServiceServer},
    },
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
use tonic::{Code, Request, Response, Status, transport::Server};

use crate::book::Book;

/// A name that must never be found in a history; the peer puts it into every refusal.
pub const CANARY: &str = "Erika Mustermann";

/// When a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before anything was done.
    Before,
    /// After it was done: the answer is lost.
    After,
}

/// What goes wrong with an RPC about an episode.
#[derive(Debug, Clone)]
struct Fault {
    episode: String,
    rpc: &'static str,
    when: When,
    code: Code,
    left: u32,
}

#[derive(Debug, Default)]
struct Inside {
    books: BTreeMap<String, Book>,
    faults: Vec<Fault>,
}

/// The peers of a test process.
#[derive(Debug, Clone, Default)]
pub struct Peer {
    inside: Arc<Mutex<Inside>>,
}

impl Peer {
    /// Serves on a free port of the loopback until the process ends.
    pub async fn serve(&self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Server::builder()
            .add_service(EpisodeProcessServiceServer::new(self.clone()))
            .add_service(LetterProcessServiceServer::new(self.clone()))
            .add_service(NoticeProcessServiceServer::new(self.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        address
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    pub fn keep(&self, book: Book) {
        self.lock().books.insert(book.name.clone(), book);
    }

    /// Looks into or changes the book of an episode.
    pub fn book<R>(&self, episode: &str, look: impl FnOnce(&mut Book) -> R) -> R {
        look(self.lock().books.get_mut(episode).unwrap())
    }

    /// Lets the next `times` calls of an RPC about an episode fail.
    pub fn fail(&self, episode: &str, rpc: &'static str, when: When, code: Code, times: u32) {
        self.lock().faults.push(Fault { episode: episode.to_owned(), rpc, when, code, left: times });
    }

    /// Ends all faults of an episode.
    pub fn mend(&self, episode: &str) {
        self.lock().faults.retain(|fault| fault.episode != episode);
    }

    /// How many announced failures of an episode have not happened.
    pub fn faults_left(&self, episode: &str) -> u32 {
        self.lock().faults.iter().filter(|fault| fault.episode == episode).map(|fault| fault.left).sum()
    }

    /// Does the work of an RPC on the book of the episode that `resource` belongs to.
    fn answer<M, A>(
        &self,
        rpc: &'static str,
        resource: &str,
        request: &Request<M>,
        work: impl FnOnce(&mut Book) -> A,
    ) -> Result<Response<A>, Status> {
        let episode = resource.split("/duties/").next().unwrap_or_default();
        let mut inside = self.lock();
        inside.refuse(episode, rpc, When::Before)?;
        let book = inside.books.get_mut(episode).ok_or_else(|| Status::not_found(CANARY))?;
        *book.calls.entry(rpc).or_default() += 1;
        if let Some(caller) = request.metadata().get("lotse-workflow-id") {
            book.callers.insert(caller.to_str().unwrap().to_owned());
        }
        let answer = work(book);
        inside.refuse(episode, rpc, When::After)?;
        Ok(Response::new(answer))
    }
}

impl Inside {
    fn refuse(&mut self, episode: &str, rpc: &str, when: When) -> Result<(), Status> {
        let hit =
            |fault: &&mut Fault| fault.episode == episode && fault.rpc == rpc && fault.when == when && fault.left > 0;
        match self.faults.iter_mut().find(hit) {
            Some(fault) => {
                fault.left -= 1;
                Err(Status::new(fault.code, CANARY))
            }
            None => Ok(()),
        }
    }
}

fn today(time: Option<prost_types::Timestamp>) -> jiff::civil::Date {
    let time = time.unwrap();
    berlin_date(Timestamp::new(time.seconds, time.nanos).unwrap())
}

#[tonic::async_trait]
impl EpisodeProcessService for Peer {
    async fn get_timetable(
        &self,
        request: Request<GetTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.answer("get_timetable", &message.name, &request, |book| book.timetable(today))
    }

    async fn take_duty_step(
        &self,
        request: Request<TakeDutyStepRequest>,
    ) -> Result<Response<TakeDutyStepResponse>, Status> {
        let message = request.get_ref();
        let today = today(message.business_time);
        self.answer("take_duty_step", &message.name, &request, |book| {
            let (taken, told) = book.take(message, today);
            TakeDutyStepResponse {
                taken,
                audiences: told.audiences,
                letter_wanted: told.letter_wanted,
                timetable: Some(book.timetable(today)),
            }
        })
    }
}

#[tonic::async_trait]
impl NoticeProcessService for Peer {
    async fn create_notice(
        &self,
        request: Request<CreateNoticeRequest>,
    ) -> Result<Response<CreateNoticeResponse>, Status> {
        let message = request.get_ref();
        let cause = message.cause.clone().unwrap();
        self.answer("create_notice", &cause.resource, &request, |book| {
            let label = book.duties.iter().find(|duty| duty.name == cause.resource).map(|duty| duty.label.clone());
            let notice = format!("{} {} {}", label.unwrap_or_default(), cause.code, message.template);
            book.notices.entry(notice).or_default().insert(message.request_id.clone());
            CreateNoticeResponse::default()
        })
    }
}

#[tonic::async_trait]
impl LetterProcessService for Peer {
    async fn ensure_letter(&self, request: Request<EnsureLetterRequest>) -> Result<Response<Letter>, Status> {
        let message = request.get_ref();
        self.answer("ensure_letter", &message.cause, &request, |book| {
            let about = book.duties.iter().find(|duty| duty.name == message.cause).map(|duty| duty.label.clone());
            let letter = format!("{} {}", message.kind().as_str_name(), about.unwrap_or_else(|| "episode".to_owned()));
            book.letters.entry(letter).or_default().insert(message.request_id.clone());
            Letter::default()
        })
    }

    async fn render_letter(&self, _: Request<RenderLetterRequest>) -> Result<Response<LetterStepResponse>, Status> {
        Err(Status::unimplemented("an episode does not render"))
    }

    async fn offer_for_posting(
        &self,
        _: Request<OfferForPostingRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        Err(Status::unimplemented("an episode does not offer"))
    }

    async fn remind_posting(&self, _: Request<RemindPostingRequest>) -> Result<Response<LetterStepResponse>, Status> {
        Err(Status::unimplemented("an episode does not remind"))
    }

    async fn get_letter_timetable(
        &self,
        _: Request<GetLetterTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        Err(Status::unimplemented("an episode asks for its own timetable"))
    }
}

//! The process APIs an episode calls, answered from memory by the domain itself.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::{Timestamp, civil::Date};
use lotse_cases::domain::episode::{Audience, Episode, Step};
use lotse_kernel::{
    dates::berlin_date,
    duty::DutyStep,
    names::{DutyName, EpisodeName},
};
use lotse_platform::convert::timetable;
use lotse_proto::{
    cases::{
        GetTimetableRequest, NoticeAudience, StaffFunction, TakeDutyStepRequest, TakeDutyStepResponse,
        episode_process_service_server::{EpisodeProcessService, EpisodeProcessServiceServer},
    },
    common,
    documents::{
        EnsureLetterRequest, GetLetterTimetableRequest, Letter, LetterStepResponse, OfferForPostingRequest,
        PreviewLettersRequest, PreviewLettersResponse, RemindPostingRequest, RenderLetterRequest, RouseLettersRequest,
        RouseLettersResponse,
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

use super::story::{Deed, TEAM, rules};

/// An episode in memory and the last event sent to its workflow.
#[derive(Debug, Clone)]
struct Kept {
    episode: Episode,
    seq: i64,
}

/// All bare episodes.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    kept: Arc<Mutex<BTreeMap<EpisodeName, Kept>>>,
}

impl Desk {
    /// Serves on a free port of the loopback until the process ends.
    pub(super) async fn serve(&self) -> anyhow::Result<SocketAddr> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let server = Server::builder()
            .tcp_nodelay(true)
            .add_service(EpisodeProcessServiceServer::new(self.clone()))
            .add_service(LetterProcessServiceServer::new(self.clone()))
            .add_service(NoticeProcessServiceServer::new(self.clone()))
            .serve_with_incoming(TcpListenerStream::new(listener));
        tokio::spawn(server);
        Ok(address)
    }

    /// Takes in a proposed episode, whose first event starts its workflow.
    pub(super) fn keep(&self, episode: Episode) {
        self.kept().insert(episode.name().clone(), Kept { episode, seq: 1 });
    }

    /// Somebody acts; the number of the event that wakes the workflow, when the act changed what it waits for.
    pub(super) fn act(&self, name: &EpisodeName, deed: &Deed) -> anyhow::Result<Option<i64>> {
        let mut all = self.kept();
        let kept = all.get_mut(name).ok_or_else(|| anyhow::anyhow!("no such episode"))?;
        let before = kept.episode.clone();
        kept.episode = (deed.act)(before.clone(), deed.on).map_err(|refused| anyhow::anyhow!("{refused}"))?.episode;
        if !kept.episode.wakes_since(&before) {
            return Ok(None);
        }
        kept.seq += 1;
        Ok(Some(kept.seq))
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<EpisodeName, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn today(time: Option<prost_types::Timestamp>) -> Result<Date, Status> {
    let time = time.ok_or_else(|| Status::invalid_argument("business_time"))?;
    let instant = Timestamp::new(time.seconds, time.nanos).map_err(|_| Status::invalid_argument("business_time"))?;
    Ok(berlin_date(instant))
}

fn waiting(kept: &Kept, today: Date) -> Result<common::Timetable, Status> {
    let rules = rules(today).map_err(|broken| Status::internal(broken.to_string()))?;
    let waiting = kept.episode.timetable(kept.seq, &rules);
    Ok(timetable(&waiting.map_err(|missing| Status::internal(missing.to_string()))?))
}

fn told(audience: &Audience) -> NoticeAudience {
    match audience {
        Audience::Staff(staff_member) => {
            NoticeAudience { staff_member: staff_member.to_string(), ..NoticeAudience::default() }
        }
        Audience::TeamLead => NoticeAudience {
            function: StaffFunction::TeamLead.into(),
            team: TEAM.to_owned(),
            ..NoticeAudience::default()
        },
    }
}

fn step_of(step: common::DutyStep) -> Result<DutyStep, Status> {
    let code = step.as_str_name().trim_start_matches("DUTY_STEP_");
    code.parse().map_err(|_| Status::invalid_argument("step"))
}

#[tonic::async_trait]
impl EpisodeProcessService for Desk {
    async fn get_timetable(
        &self,
        request: Request<GetTimetableRequest>,
    ) -> Result<Response<common::Timetable>, Status> {
        let message = request.into_inner();
        let today = today(message.business_time)?;
        let name: EpisodeName = message.name.parse().map_err(|_| Status::invalid_argument("name"))?;
        let all = self.kept();
        let kept = all.get(&name).ok_or_else(|| Status::not_found("no such episode"))?;
        Ok(Response::new(waiting(kept, today)?))
    }

    async fn take_duty_step(
        &self,
        request: Request<TakeDutyStepRequest>,
    ) -> Result<Response<TakeDutyStepResponse>, Status> {
        let message = request.into_inner();
        let today = today(message.business_time)?;
        let duty: DutyName = message.name.parse().map_err(|_| Status::invalid_argument("name"))?;
        let step = Step { step: step_of(message.step())?, round: message.round, duty };
        let mut all = self.kept();
        let kept = step
            .duty
            .episode()
            .and_then(|episode| all.get_mut(episode))
            .ok_or_else(|| Status::not_found("no such episode"))?;
        let rules = rules(today).map_err(|broken| Status::internal(broken.to_string()))?;
        let taken = kept.episode.clone().take_step(&step, &rules);
        let taken = taken.map_err(|missing| Status::internal(missing.to_string()))?;
        kept.episode = taken.episode;
        Ok(Response::new(TakeDutyStepResponse {
            taken: taken.taken,
            audiences: taken.audiences.iter().map(told).collect(),
            letter_wanted: taken.letter_wanted,
            timetable: Some(waiting(kept, today)?),
        }))
    }
}

#[tonic::async_trait]
impl NoticeProcessService for Desk {
    async fn create_notice(&self, _: Request<CreateNoticeRequest>) -> Result<Response<CreateNoticeResponse>, Status> {
        Ok(Response::new(CreateNoticeResponse::default()))
    }
}

#[tonic::async_trait]
impl LetterProcessService for Desk {
    async fn ensure_letter(&self, _: Request<EnsureLetterRequest>) -> Result<Response<Letter>, Status> {
        Ok(Response::new(Letter::default()))
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

    async fn rouse_letters(&self, _: Request<RouseLettersRequest>) -> Result<Response<RouseLettersResponse>, Status> {
        Err(Status::unimplemented("no rule changes"))
    }

    async fn preview_letters(
        &self,
        _: Request<PreviewLettersRequest>,
    ) -> Result<Response<PreviewLettersResponse>, Status> {
        Err(Status::unimplemented("a bare life changes no policy"))
    }
}

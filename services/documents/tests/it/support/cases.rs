//! The neighbour: a small server of the process API of cases with one case in it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use lotse_proto::cases::case_access_service_server::{CaseAccessService, CaseAccessServiceServer};
use lotse_proto::cases::{
    CaseFacts, GetFactsRequest, GetLetterFactsRequest, JobcenterRules, LetterFacts, OlderEpisode,
};
use tokio_util::sync::CancellationToken;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Request, Response, Status};

pub const CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001";
pub const EPISODE: &str =
    "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/episodes/018f3e5c-1a2b-7c3d-8e4f-000000000002";
pub const DUTY: &str = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/episodes/018f3e5c-1a2b-7c3d-8e4f-000000000002/duties/018f3e5c-1a2b-7c3d-8e4f-000000000003";
/// A case of another team, whose case manager is `other`.
pub const OTHER_CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-0000000000f1";
/// A case that never had an episode.
pub const IDLE_CASE: &str = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-0000000000f2";
pub const ANNA: &str = "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000a";
pub const OTHER: &str = "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000e";
const BERND: &str = "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000b";

/// A name that must show up in no error, no table and no object.
pub const FAMILY_NAME: &str = "Kanarienvogel";

/// What the neighbour answers; tests change it.
#[derive(Debug, Clone)]
pub struct Answers {
    pub away: bool,
    pub current_episode: String,
    pub older_episodes: Vec<OlderEpisode>,
    pub letter: Option<LetterFacts>,
    /// What stands in Musterstadt beside federal law.
    pub rules: Option<JobcenterRules>,
}

#[derive(Debug, Clone)]
pub struct FakeCases {
    pub answers: Arc<Mutex<Answers>>,
}

impl Default for FakeCases {
    fn default() -> Self {
        let day = |day| Some(lotse_proto::Date { year: 2026, month: 9, day });
        let letter = LetterFacts {
            jobcenter_name: "Jobcenter Musterstadt".into(),
            jobcenter_address_lines: vec!["Am Markt 1".into(), "12345 Musterstadt".into()],
            land: "NW".into(),
            person_name: format!("Zoë {FAMILY_NAME}"),
            person_address_lines: vec!["Lange Straße 17".into(), "12345 Musterstadt".into()],
            customer_number: "123D456789".into(),
            officer_name: "Anna Beispiel".into(),
            officer_phone: "0211 123".into(),
            officer_email: "anna@jobcenter.example".into(),
            officer: ANNA.into(),
            target_date: day(9),
            due_date: day(9),
            contact_name: "Bernd Probe".into(),
            ..LetterFacts::default()
        };
        let answers = Answers {
            away: false,
            current_episode: EPISODE.into(),
            older_episodes: Vec::new(),
            letter: Some(letter),
            rules: None,
        };
        Self { answers: Arc::new(Mutex::new(answers)) }
    }
}

impl FakeCases {
    pub fn change(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }

    pub fn serve(&self, stop: CancellationToken) -> SocketAddr {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = incoming.local_addr().unwrap();
        let server = Server::builder().add_service(CaseAccessServiceServer::new(self.clone()));
        tokio::spawn(server.serve_with_incoming_shutdown(incoming, stop.cancelled_owned()));
        address
    }

    fn answers(&self) -> Result<Answers, Status> {
        let answers = self.answers.lock().unwrap().clone();
        if answers.away { Err(Status::unavailable("away")) } else { Ok(answers) }
    }
}

#[tonic::async_trait]
impl CaseAccessService for FakeCases {
    async fn get_facts(&self, request: Request<GetFactsRequest>) -> Result<Response<CaseFacts>, Status> {
        let answers = self.answers()?;
        let request = request.into_inner();
        if ![CASE, OTHER_CASE, IDLE_CASE].contains(&request.case.as_str()) {
            return Err(Status::not_found("no such case"));
        }
        let (case_team, case_manager) = if request.case == OTHER_CASE { ("u25", OTHER) } else { ("ue25", ANNA) };
        let current_episode = if request.case == CASE { answers.current_episode } else { String::new() };
        let (staff, team) = match request.subject.as_str() {
            "anna" => (ANNA, "ue25"),
            "bernd" => (BERND, "vermittlung"),
            "clara" => ("jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000c", "ue25"),
            "post" => ("jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-00000000000d", ""),
            "other" => (OTHER, "u25"),
            _ => ("", ""),
        };
        Ok(Response::new(CaseFacts {
            case: request.case,
            team: case_team.into(),
            placement_officer: BERND.into(),
            case_manager: case_manager.into(),
            current_episode,
            episode_active: true,
            caller_staff_member: staff.into(),
            caller_team: team.into(),
            rules: answers.rules,
            older_episodes: answers.older_episodes,
            open_steps: Vec::new(),
        }))
    }

    async fn get_letter_facts(&self, _: Request<GetLetterFactsRequest>) -> Result<Response<LetterFacts>, Status> {
        let letter = self.answers()?.letter;
        letter.map(Response::new).ok_or_else(|| Status::not_found("nothing to tell"))
    }
}

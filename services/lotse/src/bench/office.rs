//! A jobcenter of its own with three people, who act through the public API, and an episode of theirs.

use anyhow::Context as _;
use lotse_platform::{
    clock::{BusinessClock, WallClock},
    fields::contract_date,
};
use lotse_proto::cases::{
    self as contract, PlacementObstacle as Obstacle, case_service_client::CaseServiceClient,
    decide_admission_request::Decision, episode_service_client::EpisodeServiceClient,
    jobcenter_service_client::JobcenterServiceClient, staff_service_client::StaffServiceClient,
};
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};

use crate::stack::{apart::Apart, person_token};

/// The placement officer who registers and votes, the case manager, and the team lead who drafts.
const PEOPLE: [(&str, &str, contract::StaffFunction); 3] = [
    ("brandt", "placement-officer", contract::StaffFunction::PlacementOfficer),
    ("ahrens", "case-manager", contract::StaffFunction::CaseManager),
    ("decker", "team-lead", contract::StaffFunction::TeamLead),
];

/// A jobcenter and its three people.
pub(super) struct Office {
    pub(super) channel: Channel,
    jobcenter: &'static str,
    /// Tokens and resource names in the order of [`PEOPLE`].
    people: Vec<(AsciiMetadataValue, String)>,
}

pub(super) fn bearer(token: &str) -> anyhow::Result<AsciiMetadataValue> {
    Ok(format!("Bearer {token}").parse()?)
}

pub(super) fn fresh() -> String {
    WallClock.new_id().to_string()
}

fn words() -> String {
    "Wie besprochen.".to_owned()
}

impl Office {
    /// Registers the jobcenter and its people.
    pub(super) async fn open(stack: &Apart, jobcenter_id: &'static str) -> anyhow::Result<Self> {
        let channel = connect(stack).await?;
        let issuer = stack.issuer();
        let admin = bearer(&person_token(&issuer, "operator", None, &["administrator".to_owned()])?)?;
        let jobcenter = contract::RegisterJobcenterRequest {
            jobcenter_id: jobcenter_id.to_owned(),
            jobcenter: Some(contract::Jobcenter {
                display_name: "Jobcenter Planhausen".to_owned(),
                land: "NW".to_owned(),
                municipality: "05515000".to_owned(),
                address_lines: vec!["Am Kalender 1".to_owned()],
                ..contract::Jobcenter::default()
            }),
            request_id: fresh(),
        };
        JobcenterServiceClient::new(channel.clone()).register_jobcenter(with(jobcenter, admin.clone())).await?;
        let mut people = Vec::new();
        for (subject, role, function) in PEOPLE {
            let hired = contract::RegisterStaffMemberRequest {
                parent: format!("jobcenters/{jobcenter_id}"),
                staff_member: Some(contract::StaffMember {
                    subject: subject.to_owned(),
                    display_name: subject.to_owned(),
                    email: format!("{subject}@planhausen.example"),
                    team: "ue25".to_owned(),
                    functions: vec![function.into()],
                    ..contract::StaffMember::default()
                }),
                request_id: fresh(),
            };
            let hired =
                StaffServiceClient::new(channel.clone()).register_staff_member(with(hired, admin.clone())).await?;
            let token = person_token(&issuer, subject, Some(jobcenter_id), &[role.to_owned()])?;
            people.push((bearer(&token)?, hired.into_inner().name));
        }
        Ok(Self { channel, jobcenter: jobcenter_id, people })
    }

    /// A message of one of the people.
    pub(super) fn by<T>(&self, person: usize, message: T) -> Request<T> {
        with(message, self.people[person].0.clone())
    }

    /// The jobcenter's name.
    pub(super) fn parent(&self) -> String {
        format!("jobcenters/{}", self.jobcenter)
    }

    /// A case with a complex profile, registered today.
    pub(super) async fn registered(&self, customer_number: &str) -> anyhow::Result<String> {
        let today = Some(contract_date(BusinessClock::wall().today().await?));
        let need = |obstacle: Obstacle| contract::NeedForAction {
            key_group: contract::KeyGroup::Circumstances.into(),
            obstacle: obstacle.into(),
            severity: 2,
            ..contract::NeedForAction::default()
        };
        let case = contract::Case {
            person: Some(contract::Person {
                given_name: "Erika".to_owned(),
                family_name: "Muster".to_owned(),
                birth_date: Some(lotse_proto::Date { year: 1990, month: 5, day: 17 }),
                customer_number: customer_number.to_owned(),
                address_lines: vec!["Lindenweg 4".to_owned(), "12345 Planhausen".to_owned()],
            }),
            benefit_unit_number: "B000000001".to_owned(),
            team: "ue25".to_owned(),
            placement_officer: self.people[0].1.clone(),
            profile: Some(contract::Profile {
                r#type: contract::ProfileType::Stabilisierungsprofil.into(),
                established_date: today,
                needs: vec![need(Obstacle::Housing), need(Obstacle::Debts), need(Obstacle::Childcare)],
            }),
            ..contract::Case::default()
        };
        let register = contract::RegisterCaseRequest { parent: self.parent(), case: Some(case), request_id: fresh() };
        let case = CaseServiceClient::new(self.channel.clone()).register_case(self.by(0, register)).await?;
        Ok(case.into_inner().name)
    }

    /// An episode that was admitted today: with its first talk, its first review and its limit.
    pub(super) async fn admitted(&self) -> anyhow::Result<String> {
        let today = Some(contract_date(BusinessClock::wall().today().await?));
        let case = self.registered("P000000001").await?;
        let mut episodes = EpisodeServiceClient::new(self.channel.clone());
        let propose = contract::ProposeEpisodeRequest {
            parent: case,
            signal_source: contract::SignalSource::PlacementTalk.into(),
            criteria: Some(contract::CriteriaSheet {
                lacking_abilities: words(),
                reasons_in_person: words(),
                expected_progress: words(),
            }),
            request_id: fresh(),
        };
        let proposed = episodes.propose_episode(self.by(0, propose)).await?.into_inner();
        let schedule = contract::ScheduleDiscussionRequest {
            name: proposed.name.clone(),
            etag: proposed.etag,
            request_id: fresh(),
            discussion_date: today,
            case_manager: self.people[1].1.clone(),
            placement_officer: self.people[0].1.clone(),
        };
        let mut etag = episodes.schedule_discussion(self.by(0, schedule)).await?.into_inner().etag;
        for person in [0, 1] {
            let vote = contract::CastVoteRequest {
                name: proposed.name.clone(),
                etag,
                request_id: fresh(),
                vote: Some(contract::Vote { admit: true, reason: words(), ..contract::Vote::default() }),
            };
            etag = episodes.cast_vote(self.by(person, vote)).await?.into_inner().etag;
        }
        let admit = contract::AdmitDecision {
            basis: contract::AdmissionBasis::ComplexProfile.into(),
            support_variant: contract::SupportVariant::Full.into(),
            ..contract::AdmitDecision::default()
        };
        let decide = contract::DecideAdmissionRequest {
            name: proposed.name.clone(),
            etag,
            request_id: fresh(),
            decision: Some(Decision::Admit(admit)),
        };
        episodes.decide_admission(self.by(1, decide)).await?;
        Ok(proposed.name)
    }
}

/// A connection to the public API of cases.
pub(super) async fn connect(stack: &Apart) -> anyhow::Result<Channel> {
    let cases = stack.addresses().into_iter().find(|address| address.service == "cases").context("no cases")?;
    Ok(Channel::from_shared(format!("http://{}", cases.public))?.tcp_nodelay(true).connect().await?)
}

/// A message with somebody's token.
pub(super) fn with<T>(message: T, token: AsciiMetadataValue) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", token);
    request
}

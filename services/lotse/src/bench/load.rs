//! The load: many clients with tokens of their own, as fast as they can or at a set rate.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use lotse_platform::clock::{BusinessClock, WallClock};
use lotse_proto::{
    Date,
    cases::{
        self as contract, PlacementObstacle as Obstacle, case_service_client::CaseServiceClient,
        episode_service_client::EpisodeServiceClient, jobcenter_service_client::JobcenterServiceClient,
        staff_service_client::StaffServiceClient,
    },
};
use serde::Serialize;
use tokio::task::JoinSet;
use tonic::{Request, metadata::AsciiMetadataValue, transport::Channel};

use crate::stack::{apart::Apart, person_token};

/// The tenant of the load.
const JOBCENTER: &str = "lasthausen";
/// Clients that share a connection.
const CLIENTS_PER_CONNECTION: usize = 8;

/// What one part of the load came to. Latencies are of successful commands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Commands that were carried out.
    pub done: u64,
    /// Commands per second.
    pub per_second: f64,
    /// Median latency in milliseconds.
    pub p50_ms: f64,
    /// 99th percentile of the latency in milliseconds.
    pub p99_ms: f64,
    /// Largest latency in milliseconds.
    pub max_ms: f64,
}

/// Registered cases, for what comes after: those of each client, who alone may propose them.
pub(super) struct Registered {
    pub(super) figures: Figures,
    cases: Vec<Vec<String>>,
}

/// Clients with everything they need.
pub(super) struct Crowd {
    clients: Vec<Client>,
}

/// One client of the crowd: an officer with a token of their own.
#[derive(Clone)]
struct Client {
    channel: Channel,
    token: AsciiMetadataValue,
    officer: String,
    today: Date,
    numbers: Arc<AtomicU64>,
}

impl Crowd {
    /// Registers a jobcenter with an officer for each client, and connects.
    pub(super) async fn gather(stack: &Apart, clients: usize) -> anyhow::Result<Self> {
        let cases = stack.addresses().into_iter().find(|address| address.service == "cases");
        let address =
            cases.map(|cases| format!("http://{}", cases.public)).ok_or_else(|| anyhow::anyhow!("no cases"))?;
        let issuer = stack.issuer();
        let mut channels = Vec::new();
        for _ in 0..clients.div_ceil(CLIENTS_PER_CONNECTION) {
            channels.push(Channel::from_shared(address.clone())?.tcp_nodelay(true).connect().await?);
        }
        let bearer = |token: String| format!("Bearer {token}").parse::<AsciiMetadataValue>();
        let admin = bearer(person_token(&issuer, "operator", None, &["administrator".to_owned()])?)?;
        let channel = channels.first().cloned().ok_or_else(|| anyhow::anyhow!("no client"))?;
        let jobcenter = contract::RegisterJobcenterRequest {
            jobcenter_id: JOBCENTER.to_owned(),
            jobcenter: Some(contract::Jobcenter {
                display_name: "Jobcenter Lasthausen".to_owned(),
                land: "NW".to_owned(),
                municipality: "05515000".to_owned(),
                address_lines: vec!["Am Prüfstand 1".to_owned()],
                ..contract::Jobcenter::default()
            }),
            request_id: WallClock.new_id().to_string(),
        };
        JobcenterServiceClient::new(channel.clone()).register_jobcenter(signed(jobcenter, &admin)).await?;
        let today = BusinessClock::wall().today().await?;
        let numbers = Arc::new(AtomicU64::new(1));
        let (mut crowd, roles) = (Vec::new(), ["placement-officer".to_owned()]);
        for index in 0..clients {
            let subject = format!("officer-{index}");
            let officer = StaffServiceClient::new(channel.clone())
                .register_staff_member(signed(officer(&subject), &admin))
                .await?;
            crowd.push(Client {
                channel: channels[index % channels.len()].clone(),
                token: bearer(person_token(&issuer, &subject, Some(JOBCENTER), &roles)?)?,
                officer: officer.into_inner().name,
                today: Date {
                    year: i32::from(today.year()),
                    month: i32::from(today.month()),
                    day: i32::from(today.day()),
                },
                numbers: Arc::clone(&numbers),
            });
        }
        Ok(Self { clients: crowd })
    }

    /// The client of a turn.
    fn client(&self, turn: usize) -> Client {
        self.clients[turn % self.clients.len()].clone()
    }

    /// Every client registers one case after the other.
    pub(super) async fn register_cases(&self, lasting: Duration) -> anyhow::Result<Registered> {
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for (index, client) in self.clients.iter().cloned().enumerate() {
            tasks.spawn(async move {
                let (mut taken, mut names) = (Taken::new()?, Vec::new());
                while began.elapsed() < lasting {
                    let from = Instant::now();
                    names.push(client.register_case().await?);
                    taken.note(from);
                }
                anyhow::Ok((index, taken, names))
            });
        }
        let (mut all, mut cases) = (Taken::new()?, vec![Vec::new(); self.clients.len()]);
        while let Some(ended) = tasks.join_next().await {
            let (index, taken, names) = ended??;
            all.join(&taken)?;
            cases[index] = names;
        }
        Ok(Registered { figures: all.figures(began.elapsed()), cases })
    }

    /// Every client proposes an episode for one of its cases after the other, until the time or the cases are over.
    pub(super) async fn propose_episodes(
        &self,
        registered: &mut Registered,
        lasting: Duration,
    ) -> anyhow::Result<Figures> {
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        for (index, client) in self.clients.iter().cloned().enumerate() {
            let mut own = std::mem::take(&mut registered.cases[index]);
            tasks.spawn(async move {
                let mut taken = Taken::new()?;
                while began.elapsed() < lasting
                    && let Some(case) = own.pop()
                {
                    let from = Instant::now();
                    client.propose_episode(case).await?;
                    taken.note(from);
                }
                anyhow::Ok((index, taken, own))
            });
        }
        let mut all = Taken::new()?;
        while let Some(ended) = tasks.join_next().await {
            let (index, taken, rest) = ended??;
            all.join(&taken)?;
            registered.cases[index] = rest;
        }
        Ok(all.figures(began.elapsed()))
    }

    /// Episodes are proposed at a set rate, until the time or the cases are over. A command's latency counts from the moment at
    /// which it was to be sent, so that a queue before the server is not overlooked.
    pub(super) async fn propose_at(
        &self,
        registered: &mut Registered,
        per_second: f64,
        lasting: Duration,
    ) -> anyhow::Result<Figures> {
        let pause = Duration::from_secs_f64(1.0 / per_second.max(0.1));
        let mut tasks = JoinSet::new();
        let began = Instant::now();
        let (mut next, mut turn) = (began, 0);
        while began.elapsed() < lasting {
            tokio::time::sleep_until(next.into()).await;
            let (client, from) = (self.client(turn), next);
            let own = &mut registered.cases[turn % self.clients.len()];
            let Some(case) = own.pop() else { break };
            tasks.spawn(async move {
                client.propose_episode(case).await?;
                anyhow::Ok(from.elapsed())
            });
            turn += 1;
            next += pause;
        }
        let mut all = Taken::new()?;
        while let Some(ended) = tasks.join_next().await {
            all.note_lasting(ended??);
        }
        Ok(all.figures(began.elapsed()))
    }
}

impl Client {
    async fn register_case(&self) -> anyhow::Result<String> {
        let number = self.numbers.fetch_add(1, Ordering::Relaxed);
        let need = |obstacle: Obstacle| contract::NeedForAction {
            key_group: contract::KeyGroup::Circumstances.into(),
            obstacle: obstacle.into(),
            severity: 2,
            ..contract::NeedForAction::default()
        };
        let request = contract::RegisterCaseRequest {
            parent: format!("jobcenters/{JOBCENTER}"),
            case: Some(contract::Case {
                person: Some(contract::Person {
                    given_name: "Erika".to_owned(),
                    family_name: "Muster".to_owned(),
                    birth_date: Some(Date { year: 1990, month: 5, day: 17 }),
                    customer_number: format!("L{number:09}"),
                    address_lines: vec!["Lindenweg 4".to_owned(), "12345 Lasthausen".to_owned()],
                }),
                benefit_unit_number: format!("B{number:09}"),
                team: "ue25".to_owned(),
                placement_officer: self.officer.clone(),
                profile: Some(contract::Profile {
                    r#type: contract::ProfileType::Stabilisierungsprofil.into(),
                    established_date: Some(self.today),
                    needs: vec![need(Obstacle::Housing), need(Obstacle::Debts), need(Obstacle::Childcare)],
                }),
                ..contract::Case::default()
            }),
            request_id: WallClock.new_id().to_string(),
        };
        let mut client = CaseServiceClient::new(self.channel.clone());
        Ok(client.register_case(signed(request, &self.token)).await?.into_inner().name)
    }

    async fn propose_episode(&self, case: String) -> anyhow::Result<()> {
        let request = contract::ProposeEpisodeRequest {
            parent: case,
            signal_source: contract::SignalSource::PlacementTalk.into(),
            criteria: Some(contract::CriteriaSheet {
                lacking_abilities: "Ordnet Unterlagen nicht ohne Hilfe.".to_owned(),
                reasons_in_person: "Schulden und Wohnung greifen ineinander.".to_owned(),
                expected_progress: "Teilzeitarbeit ist erreichbar.".to_owned(),
            }),
            request_id: WallClock.new_id().to_string(),
        };
        EpisodeServiceClient::new(self.channel.clone()).propose_episode(signed(request, &self.token)).await?;
        Ok(())
    }
}

fn officer(subject: &str) -> contract::RegisterStaffMemberRequest {
    contract::RegisterStaffMemberRequest {
        parent: format!("jobcenters/{JOBCENTER}"),
        staff_member: Some(contract::StaffMember {
            subject: subject.to_owned(),
            display_name: format!("Bernd Brandt {subject}"),
            email: format!("{subject}@lasthausen.example"),
            team: "ue25".to_owned(),
            functions: vec![contract::StaffFunction::PlacementOfficer.into()],
            ..contract::StaffMember::default()
        }),
        request_id: WallClock.new_id().to_string(),
    }
}

pub(super) fn signed<T>(message: T, token: &AsciiMetadataValue) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", token.clone());
    request
}

/// The longest latency that is told apart, in microseconds: ten minutes, the largest deadline of a listener.
const LONGEST_MICROS: u64 = 600_000_000;

/// Latencies in microseconds, with three digits.
pub(super) struct Taken(Histogram<u64>);

impl Taken {
    pub(super) fn new() -> anyhow::Result<Self> {
        Ok(Self(Histogram::new_with_bounds(1, LONGEST_MICROS, 3)?))
    }

    pub(super) fn note(&mut self, from: Instant) {
        self.note_lasting(from.elapsed());
    }

    fn note_lasting(&mut self, lasting: Duration) {
        self.0.saturating_record(u64::try_from(lasting.as_micros()).unwrap_or(u64::MAX));
    }

    pub(super) fn join(&mut self, other: &Self) -> anyhow::Result<()> {
        Ok(self.0.add(&other.0)?)
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for readers, far below 2^52")]
    pub(super) fn figures(&self, lasting: Duration) -> Figures {
        let ms = |micros: u64| micros as f64 / 1000.0;
        Figures {
            done: self.0.len(),
            per_second: self.0.len() as f64 / lasting.as_secs_f64(),
            p50_ms: ms(self.0.value_at_quantile(0.5)),
            p99_ms: ms(self.0.value_at_quantile(0.99)),
            max_ms: ms(self.0.max()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_of_what_was_noted() {
        let mut taken = Taken::new().unwrap();
        for ms in 1..=100 {
            taken.note_lasting(Duration::from_millis(ms));
        }
        let figures = taken.figures(Duration::from_secs(2));
        assert_eq!((figures.done, figures.per_second), (100, 50.0));
        assert!((figures.p50_ms - 50.0).abs() < 0.1 && (figures.p99_ms - 99.0).abs() < 0.2, "{figures:?}");
    }
}

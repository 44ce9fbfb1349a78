//! Lives with everything: the story of two years, told many times side by side through all services, on one clock.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use futures::future::try_join_all;
use jiff::{Timestamp, tz::TimeZone};
use lotse_devstack::{
    clock_service::ClockServer,
    travel::{PgWorld, Travel},
};
use lotse_platform::database;
use lotse_proto::dev::{
    AdvanceClockRequest, Clock, GetClockRequest,
    clock_service_server::{ClockService, ClockServiceServer},
};
use tokio::{net::TcpListener, sync::Barrier};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

use crate::{
    journey::{Journey, Player, Target, parse},
    stack::{DATABASE, apart::Apart},
};

/// The story: reviews, the limit with an extension, a provider, letters, the end and aftercare.
const STORY: &str = include_str!("../../../../tests/journeys/two_years_one_extension.yaml");
/// The customer number of the story.
const CUSTOMER: &str = "123A456789";
/// The provider of the story.
const PROVIDER: &str = "Schuldnerberatung Musterstadt";
/// Longest wait for the work of one day of all lives.
const PATIENCE: Duration = Duration::from_mins(10);

/// The lives, checked and ready to be told.
#[derive(Debug)]
pub(super) struct Lives {
    journeys: Vec<Journey>,
}

impl Lives {
    /// Reads the story `count` times, all of them set in one jobcenter.
    pub(super) fn read(count: usize) -> anyhow::Result<Self> {
        let original = read(STORY)?;
        let journeys = (1..=count).map(|number| read(&one_of_many(&original, number)));
        Ok(Self { journeys: journeys.collect::<anyhow::Result<_>>()? })
    }

    /// The midnight at which the story begins.
    pub(super) fn begins(&self) -> anyhow::Result<Timestamp> {
        let day = self.journeys.first().and_then(Journey::begins_on).context("a story without a day")?;
        Ok(day.at(0, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin")?)?.timestamp())
    }

    /// Plays all lives at the same time through the services of a stack; how long that took.
    pub(super) async fn play(&self, stack: &Apart) -> anyhow::Result<Duration> {
        let servers = stack.servers();
        let world = PgWorld::new(database::connect(&servers.database_url(DATABASE), "dev")?);
        let travel = Travel::new(servers.temporal_connection().await?, servers.namespace(), world).patience(PATIENCE);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let mut target = Target::new(stack.issuer()).area_at("dev", format!("http://{}", listener.local_addr()?));
        for address in stack.addresses() {
            target = target.area_at(address.service, format!("http://{}", address.public));
        }
        let barrier = Barrier::new(self.journeys.len());
        let clock = CommonClock { clock: ClockServer::new(travel), barrier, outcome: Mutex::default() };
        let server = Server::builder()
            .add_service(ClockServiceServer::new(clock))
            .serve_with_incoming(TcpListenerStream::new(listener));
        let server = tokio::spawn(server);
        let began = Instant::now();
        let played = try_join_all(self.journeys.iter().map(|journey| live(journey, target.clone()))).await;
        server.abort();
        played.map(|_| began.elapsed())
    }
}

fn read(text: &str) -> anyhow::Result<Journey> {
    parse("bench", text).map_err(|faults| anyhow::anyhow!("{faults}"))
}

/// The story about another person, with people, teams and a provider of its own, so that nobody finds the work of another life on their list, and with a
/// title of its own, by which its requests are told from those of another.
fn one_of_many(original: &Journey, number: usize) -> String {
    let teams = original.people.values().map(|person| &person.team).filter(|team| !team.is_empty());
    let own: BTreeSet<&String> = original.people.keys().chain(teams).collect();
    let text = own.into_iter().fold(STORY.to_owned(), |text, word| text.replace(word, &format!("{word}{number}")));
    let text = text.replacen(&original.title, &format!("{} {number}", original.title), 1);
    text.replace(CUSTOMER, &format!("123A{number:06}")).replace(PROVIDER, &format!("{PROVIDER} {number}"))
}

async fn live(journey: &Journey, target: Target) -> anyhow::Result<()> {
    let report = Player::new(target, &mut ()).play(journey).await;
    let problems = report.steps.iter().flat_map(|step| &step.problems).chain(&report.problem);
    let problems: Vec<&str> = problems.map(String::as_str).collect();
    anyhow::ensure!(report.passed, "a life did not come out as told: {}", problems.join("; "));
    Ok(())
}

/// One clock for all lives: it moves when the last of them wants to go on. All tell the same story, so all want the same.
struct CommonClock {
    clock: ClockServer<PgWorld>,
    barrier: Barrier,
    outcome: Mutex<Option<Result<Clock, Status>>>,
}

impl CommonClock {
    fn outcome(&self) -> MutexGuard<'_, Option<Result<Clock, Status>>> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[tonic::async_trait]
impl ClockService for CommonClock {
    async fn get_clock(&self, request: Request<GetClockRequest>) -> Result<Response<Clock>, Status> {
        self.clock.get_clock(request).await
    }

    async fn advance_clock(&self, request: Request<AdvanceClockRequest>) -> Result<Response<Clock>, Status> {
        if self.barrier.wait().await.is_leader() {
            let outcome = self.clock.advance_clock(request).await.map(Response::into_inner);
            *self.outcome() = Some(outcome);
        }
        self.barrier.wait().await;
        let outcome = self.outcome().clone();
        outcome.unwrap_or_else(|| Err(Status::internal("nobody moved the clock"))).map(Response::new)
    }
}

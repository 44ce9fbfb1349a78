//! Two years in seconds: order, dates, births on the way, and what stops a journey.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use lotse_devstack::clock_service::ClockServer;
use lotse_devstack::travel::{PgWorld, Travel, TravelError, World};
use lotse_devstack::{DevStack, Options, shared};
use lotse_proto::dev::clock_service_server::ClockService;
use lotse_proto::dev::{AdvanceClockRequest, GetClockRequest};
use sqlx::PgPool;
use temporalio_client::Connection;
use tonic::{Code, Request};

use crate::sleeper::{Crew, Journal, Plan, start};

/// A stack of its own, its world, and a worker at work in it.
struct Scene {
    stack: DevStack,
    connection: Connection,
    pool: PgPool,
    world: PgWorld,
    journal: Journal,
    crew: Crew,
    began: Timestamp,
}

impl Scene {
    async fn set() -> Self {
        let stack = DevStack::start(Options { fsync: false, ..Options::default() }).await.unwrap();
        let connection = stack.temporal_connection().await.unwrap();
        let pool = PgPool::connect(&stack.create_database("world").await.unwrap()).await.unwrap();
        let began = wall_now();
        let world = PgWorld::install(pool.clone(), began).await.unwrap();
        let journal = Journal { world: world.clone(), entries: Arc::default() };
        let crew = Crew::start(stack.temporal_connection().await.unwrap(), journal.clone()).await;
        Self { stack, connection, pool, world, journal, crew, began }
    }

    fn travel(&self) -> Travel<PgWorld> {
        Travel::new(self.connection.clone(), self.stack.namespace(), self.world.clone())
    }

    /// Starts a sleeper as the relay does: noted first, born on the business date.
    async fn start(&self, name: &str, wakes: Vec<Timestamp>, falters: bool) {
        sqlx::query("INSERT INTO dev.started_workflows VALUES ($1)").bind(name).execute(&self.pool).await.unwrap();
        let ahead = self.world.business_time().await.unwrap().duration_since(wall_now());
        let ahead = (ahead > SignedDuration::from_secs(1)).then(|| ahead.unsigned_abs());
        start(&self.connection, name, &Plan { name: name.to_owned(), wakes, falters }, ahead).await;
    }

    /// Midnight in Berlin, so many months after the beginning, and so many days.
    fn midnight(&self, months: i32, days: i32) -> Timestamp {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let day = zone.to_datetime(self.began).date().checked_add(months.months().days(days)).unwrap();
        day.to_zoned(zone).unwrap().timestamp()
    }
}

#[expect(clippy::disallowed_methods, reason = "the test stands where the relay does, which compares both clocks")]
fn wall_now() -> Timestamp {
    Timestamp::now()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_years_pass_in_order_and_on_their_dates() {
    let scene = Scene::set().await;
    let travel = scene.travel();
    for number in 0..5 {
        let wakes = [6, 12, 18, 24].map(|months| scene.midnight(months, number));
        scene.start(&format!("sleeper-{number}"), wakes.to_vec(), false).await;
    }

    let year = scene.midnight(13, 0);
    let trip = travel.advance_to(year).await.unwrap();
    assert_eq!(trip.arrived, year);
    assert_eq!(trip.stops.len(), 11, "ten wake-ups and the target: {:?}", trip.stops);
    assert!(trip.stops.is_sorted());

    // Born a year ahead of the wall clock, with a wake-up between those of the others.
    scene.start("late-comer", vec![scene.midnight(13, 1), scene.midnight(18, 2), scene.midnight(23, 0)], false).await;
    travel.advance_to(scene.midnight(25, 0)).await.unwrap();

    let entries = scene.journal.entries.lock().unwrap().clone();
    assert_eq!(entries.len(), 5 * 4 + 3);
    assert!(entries.is_sorted_by_key(|(entry, _)| entry.planned), "{entries:#?}");
    for (entry, business) in &entries {
        assert_eq!(*business, entry.planned, "the business clock stands on the date a workflow wakes for");
        let late = entry.workflow_time.duration_since(entry.planned);
        assert!(!late.is_negative() && late <= SignedDuration::from_secs(2), "{entry:?} woke {late} late");
    }
    assert!(scene.world.workflow_ids().await.unwrap().is_empty(), "closed workflows are forgotten");
    scene.crew.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activity_on_its_second_attempt_stops_the_journey() {
    let scene = Scene::set().await;
    let due = scene.midnight(6, 0);
    scene.start("falterer", vec![due], true).await;

    let stopped = scene.travel().advance_to(scene.midnight(24, 0)).await.unwrap_err();
    let TravelError::ActivityRetried { workflow_id, activity, attempt, .. } = stopped else { panic!("{stopped}") };
    assert_eq!((workflow_id.as_str(), activity.as_str()), ("falterer", "journal.falter"));
    assert!(attempt >= 2);
    assert_eq!(scene.world.business_time().await.unwrap(), due, "no time passes beneath a failing activity");
    scene.crew.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn travel_waits_for_the_outboxes() {
    let scene = Scene::set().await;
    sqlx::raw_sql("CREATE SCHEMA cases; CREATE TABLE cases.outbox_events (seq integer); INSERT INTO cases.outbox_events VALUES (1)")
        .execute(&scene.pool)
        .await
        .unwrap();
    let hasty = scene.travel().patience(Duration::from_millis(100));
    let stopped = hasty.advance_to(scene.midnight(1, 0)).await.unwrap_err();
    assert!(matches!(stopped, TravelError::NotQuiet { .. }), "{stopped}");

    sqlx::raw_sql("DELETE FROM cases.outbox_events").execute(&scene.pool).await.unwrap();
    hasty.advance_to(scene.midnight(1, 0)).await.unwrap();
    scene.crew.stop().await;
}

#[tokio::test]
async fn the_clock_service_moves_forward_only() {
    let stack = shared().await.unwrap();
    let pool = PgPool::connect(&stack.create_database("clock_service").await.unwrap()).await.unwrap();
    let start: Timestamp = "2027-03-02T08:00:00Z".parse().unwrap();
    let world = PgWorld::install(pool, start).await.unwrap();
    let server = ClockServer::new(Travel::new(stack.temporal_connection().await.unwrap(), stack.namespace(), world));
    let at = |instant: &str| {
        let instant: Timestamp = instant.parse().unwrap();
        AdvanceClockRequest { target_time: Some(prost_types::Timestamp { seconds: instant.as_second(), nanos: 0 }) }
    };

    let clock = server.get_clock(Request::new(GetClockRequest {})).await.unwrap().into_inner();
    assert_eq!(clock.current_time.unwrap().seconds, start.as_second());
    let moved = server.advance_clock(Request::new(at("2027-09-02T07:00:00Z"))).await.unwrap().into_inner();
    assert_eq!(moved.current_time, at("2027-09-02T07:00:00Z").target_time);
    let back = server.advance_clock(Request::new(at("2027-03-02T08:00:00Z"))).await.unwrap_err();
    assert_eq!(back.code(), Code::FailedPrecondition);
    let nowhere = server.advance_clock(Request::new(AdvanceClockRequest::default())).await.unwrap_err();
    assert_eq!(nowhere.code(), Code::InvalidArgument);
}

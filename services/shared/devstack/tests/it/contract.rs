//! What the clock service owes its contract. It has no tables of people, no jobcenters and no audit: the rest does not apply to it.

use jiff::{SignedDuration, Timestamp, civil::date};
use lotse_devstack::{
    contract::{self, Exempt, Ground, Ledger, Misfit, Right, refusal, wire},
    service::{Client, Service},
    shared,
};
use lotse_proto::dev::{AdvanceClockRequest, Clock, GetClockRequest};
use prost::Message as _;
use tonic::Code;

const PACKAGE: &str = "lotse.dev.v1";

/// The clock of a stack in which nothing happens.
struct Tower(Service);

impl Tower {
    async fn open() -> Self {
        let stack = shared().await.expect("servers");
        Self(Service::clock(stack, date(2026, 3, 2)).await.expect("the clock service"))
    }

    fn anybody(&self) -> Client {
        self.0.person("anna", Some(contract::HOME), &[]).expect("a token")
    }

    async fn call(&self, rpc: &str, message: Vec<u8>) -> Result<Timestamp, tonic::Status> {
        let answer = wire::call(self.anybody(), &wire::rpc(PACKAGE, rpc), message).await?;
        let told = Clock::decode(answer.as_slice()).expect("a clock").current_time.expect("a time");
        Ok(Timestamp::new(told.seconds, told.nanos).expect("an instant"))
    }

    async fn stands(&self) -> Timestamp {
        self.call("ClockService.GetClock", Vec::new()).await.expect("the clock")
    }
}

fn target(instant: Timestamp) -> AdvanceClockRequest {
    let target_time = prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() };
    AdvanceClockRequest { target_time: Some(target_time) }
}

impl Ground for Tower {
    const PACKAGE: &'static str = PACKAGE;
    const PROCESS: &'static [&'static str] = &[];
    const EXEMPT: &'static [Exempt] = &[];

    fn service(&self) -> &Service {
        &self.0
    }

    async fn right(&self, rpc: &str) -> Right {
        match rpc {
            "ClockService.GetClock" => Right::new(self.anybody(), &GetClockRequest {}),
            "ClockService.AdvanceClock" => {
                Right::new(self.anybody(), &target(self.stands().await + SignedDuration::from_hours(1)))
            }
            _ => unreachable!("{rpc} is new"),
        }
    }

    async fn misfit(&self, _rpc: &str) -> Option<Misfit> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_field_by_field() {
    contract::inputs::what_is_wrong_is_said_field_by_field(&Tower::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_bytes_are_an_incident() {
    contract::inputs::no_bytes_are_an_incident(&Tower::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_by_the_wrong_door() {
    contract::access::nobody_comes_in_by_the_wrong_door(&Tower::open().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_never_goes_back_and_says_where_it_stands() {
    use tonic_types::StatusExt as _;

    let tower = Tower::open().await;
    let stands = tower.stands().await;
    let later = stands + SignedDuration::from_hours(48);
    for _ in 0..2 {
        let advanced = tower.call("ClockService.AdvanceClock", target(later).encode_to_vec()).await;
        assert_eq!(advanced.expect("it moves, and at its target stays"), later);
    }
    let before = Ledger::take(tower.0.owner()).await;
    let back = tower.call("ClockService.AdvanceClock", target(stands).encode_to_vec()).await.expect_err("the way back");
    assert_eq!(refusal(&back), (Code::FailedPrecondition, "CLOCK_PAST_TARGET".to_owned()));
    assert_eq!(back.get_details_error_info().expect("a reason").metadata["clock"], later.to_string());
    assert_eq!(Ledger::take(tower.0.owner()).await, before, "a refusal moves nothing");
}

//! A version takes the checks of people outside case management over (R8, R23): each moves once, and their one workflow is woken for all.

use jiff::civil::date;
use lotse_kernel::dates::add_days;
use lotse_proto::{
    cases::{self as contract, ActivationState, Policy, PolicyKey, ReplanEffect, policy_parameter::Value},
    common::{DutyKind, DutyState},
};

use super::{activate, effects, replanning, report, take};
use crate::{
    house::{House, TODAY},
    policies::ground::{escalating_every, limit, parameter},
    story::{Stage, Story, civil},
    sweeps::{day, timetable},
};

/// Six months after the day of the profile with which the stories of the house begin, and four.
const DUE: jiff::civil::Date = date(2026, 8, 27);
const SOONER: jiff::civil::Date = date(2026, 6, 27);

const WAKES: &str = "SELECT count(*) FROM outbox_events WHERE workflow_id = 'musterstadt/watch' AND kind = 'signal'";

/// A check every four months.
fn sooner(valid_from: jiff::civil::Date) -> Policy {
    let parameters = vec![parameter("months", Value::Number(4)), parameter("opening_days", Value::Number(42))];
    replanning(Policy { key: PolicyKey::EligibilityRecheck.into(), parameters, ..limit(18, valid_from) })
}

async fn checks(house: &House, states: &[DutyState]) -> Vec<contract::Duty> {
    let request = contract::ListDutiesRequest {
        parent: "jobcenters/musterstadt".into(),
        kinds: vec![DutyKind::EligibilityRecheck.into()],
        states: states.iter().map(|state| i32::from(*state)).collect(),
        page_size: 200,
        ..Default::default()
    };
    house.duties("bernd").list_duties(request).await.expect("a list").into_inner().duties
}

/// What a simulation comes to, in its last part.
async fn simulated(house: &House, policy: &Policy) -> contract::SimulatePolicyResponse {
    let request = contract::SimulatePolicyRequest { name: policy.name.clone() };
    let mut answer = house.policies("hanna").simulate_policy(request).await.expect("a simulation").into_inner();
    let mut last = None;
    while let Some(part) = answer.message().await.expect("a part") {
        last = Some(part);
    }
    last.expect("a last part")
}

#[tokio::test]
async fn checks_move_once_page_by_page_and_wake_their_workflow_once() {
    let house = House::open().await;
    for number in 0..29 {
        Story::begin(&house, &format!("K{number}")).await;
    }
    Story::at(&house, "K29", Stage::Proposed).await;
    let admitted = Story::at(&house, "K30", Stage::Admitted).await;
    let begins = add_days(TODAY, 30);
    let policy = house.in_force(sooner(begins)).await;
    let before = house.everything().await;
    let told = simulated(&house, &policy).await;
    let counts = told.summary.expect("a summary").counts.expect("counts");
    assert_eq!((told.read_count, told.total_count, counts.people_on_watch, counts.episodes), (30, 30, 30, 0));
    assert_eq!(before, house.everything().await, "a simulation that leaves something behind");

    house.move_to(begins).await;
    let woken = house.count(WAKES).await;
    assert_eq!(activate(&house, &policy).await, 4, "two pages that move and two that find nothing");
    assert_eq!(house.count(WAKES).await, woken + 1);
    let open = checks(&house, &[DutyState::Scheduled, DutyState::Open]).await;
    assert!(open.len() == 30 && open.iter().all(|duty| civil(duty.due_date) == SOONER), "{open:?}");
    assert_eq!(house.count("SELECT count(*) FROM watches WHERE next_step_on = date '2026-05-16'").await, 30);
    let void = checks(&house, &[DutyState::Void]).await;
    assert!(void.iter().all(|duty| civil(duty.due_date) == DUE), "{void:?}");
    assert_eq!(admitted.watch().await.due_date, None, "nobody checks who is in case management");

    let told = report(&house, &policy).await;
    assert_eq!((told.state(), effects(&told)), (ActivationState::Done, vec![(ReplanEffect::Moved, 30)]));
    let counts = told.counts.expect("counts");
    assert_eq!((counts.people_on_watch, counts.episodes), (30, 0));
    let change = told.changes[0].change.clone().expect("a change");
    assert!(
        void.iter().any(|duty| duty.name == change.duty) && open.iter().any(|duty| duty.name == change.replacement)
    );
    assert_eq!(change.explanation.expect("its reason").rule_version, policy.citation);
    let after = house.everything().await;
    for page in 1..=6 {
        take(&house, &policy, page, begins).await.expect("an answer");
    }
    assert_eq!(after, house.everything().await);
}

#[tokio::test]
async fn an_overdue_check_escalates_by_the_interval_that_begins() {
    let house = House::open().await;
    Story::begin(&house, "K1").await;
    // The day after the second escalation; the third comes on the 11th by the law, on the 6th by the version.
    let begins = add_days(DUE, 9);
    let parameters = escalating_every(3);
    let policy = Policy { key: PolicyKey::Escalation.into(), parameters, ..limit(18, begins) };
    let policy = house.in_force(replanning(policy)).await;
    for _ in 0..3 {
        house.move_to(civil(timetable(&house, house.today()).await.next_date)).await;
        day(&house, house.today()).await;
    }
    house.move_to(begins).await;
    let woken = house.count(WAKES).await;
    assert_eq!(activate(&house, &policy).await, 6, "episodes, checks and referrals, twice");
    assert_eq!(house.count(WAKES).await, woken + 1);
    let told = report(&house, &policy).await;
    assert_eq!(effects(&told), [(ReplanEffect::EscalatesAnew, 1)]);
    let change = told.changes[0].change.clone().expect("a change");
    let days = (civil(change.escalates_before_date), civil(change.escalates_after_date));
    assert_eq!(days.0, add_days(DUE, 15));
    assert!(days.1 < days.0, "{days:?}");
    let noted = "SELECT next_step_on::text FROM watches";
    let noted: String = sqlx::query_scalar(noted).fetch_one(house.service.owner()).await.expect("a day");
    assert_eq!(noted, days.1.to_string(), "the workflow of the jobcenter asks for the least of these days");
    let next = timetable(&house, begins).await;
    assert_eq!(civil(next.next_date), days.1, "the report tells what time does");
}

//! A version takes open duties over on its first day: each moves once, the report tells of it, and whoever repeats it changes nothing (R8).

mod rechecks;

use jiff::civil::{Date, date};
use lotse_cases::store::open;
use lotse_kernel::{dates::add_days, policy::Keeper, workflow::ActivationInput};
use lotse_platform::channel::acting_for;
use lotse_proto::{
    cases::{
        self as contract, ActivationReport, ActivationState, OpenDuties, Policy, PolicyActivation, PolicyKey,
        ReplanEffect, policy_parameter::Value, policy_process_service_client::PolicyProcessServiceClient,
    },
    common::{DutyKind, DutyState},
};
use tonic::{Code, Request, Status};
use uuid::Uuid;

use crate::{
    house::{House, TODAY, reason, request_id},
    next_door::{moves, stays},
    policies::ground::{at_once, escalating_every, limit, parameter},
    requests as write,
    story::{Stage, Story, civil, instant},
};

fn replanning(policy: Policy) -> Policy {
    Policy { open_duties: OpenDuties::Replan.into(), ..policy }
}

/// Six weeks instead of four for the decision on a proposal.
fn slower_proposals(valid_from: Date) -> Policy {
    let parameters = vec![parameter("weeks", Value::Number(6))];
    replanning(Policy { key: PolicyKey::ProposalDecision.into(), parameters, ..limit(18, valid_from) })
}

fn signed<T>(policy: &Policy, message: T) -> Request<T> {
    let (_, id) = policy.name.rsplit_once('/').expect("a name");
    acting_for(Request::new(message), &format!("musterstadt/policy/{id}")).expect("a workflow id")
}

/// Takes a page on a day, as the procedure does.
async fn take(house: &House, policy: &Policy, page: i32, on: Date) -> Result<PolicyActivation, Status> {
    let request = contract::ReplanDutiesRequest {
        name: policy.name.clone(),
        page,
        business_time: Some(instant(on)),
        request_id: request_id(&format!("{}/replan/{page}", policy.name)),
    };
    let mut process = PolicyProcessServiceClient::new(house.sibling());
    Ok(process.replan_duties(signed(policy, request)).await?.into_inner())
}

async fn progress(house: &House, policy: &Policy) -> PolicyActivation {
    let (name, business_time) = (policy.name.clone(), Some(instant(house.today())));
    let request = contract::GetActivationRequest { name, business_time };
    let mut process = PolicyProcessServiceClient::new(house.sibling());
    process.get_activation(signed(policy, request)).await.expect("its progress").into_inner()
}

/// The whole activation, each page asked for twice; the answer is how many there were.
async fn activate(house: &House, policy: &Policy) -> i32 {
    let mut activation = progress(house, policy).await;
    while activation.state() != ActivationState::Done {
        let page = activation.page;
        activation = take(house, policy, page, house.today()).await.expect("a page");
        assert_eq!(take(house, policy, page, house.today()).await.expect("the page again"), activation);
    }
    activation.page - 1
}

async fn report(house: &House, policy: &Policy) -> ActivationReport {
    let request =
        contract::GetActivationReportRequest { name: policy.name.clone(), page_size: 200, ..Default::default() };
    house.policies("hanna").get_activation_report(request).await.expect("a report").into_inner()
}

fn effects(report: &ActivationReport) -> Vec<(ReplanEffect, i32)> {
    let counts = report.counts.as_ref().expect("counts");
    counts.effects.iter().map(|count| (count.effect(), count.count)).collect()
}

async fn limits(story: &Story<'_>) -> Vec<(DutyState, Date)> {
    let request = contract::ListDutiesRequest {
        parent: "jobcenters/musterstadt".into(),
        subject: story.place.episode.clone(),
        kinds: vec![DutyKind::RegularMaximum.into()],
        states: (DutyState::Scheduled as i32..=DutyState::Void as i32).collect(),
        ..Default::default()
    };
    let found = story.house.duties("anna").list_duties(request).await.expect("a list").into_inner().duties;
    let mut limits: Vec<_> = found.iter().map(|duty| (duty.state(), civil(duty.due_date))).collect();
    limits.sort();
    limits
}

#[tokio::test]
async fn each_open_case_gets_its_new_limit_once() {
    let house = House::open().await;
    let first = Story::at(&house, "K1", Stage::Delivery).await;
    let mut closed = Story::at(&house, "K2", Stage::Delivery).await;
    closed.act("bernd", "EndEpisodeTechnically", write::end_technically).await.expect("an end");
    let begins = add_days(TODAY, 30);
    let policy = house.in_force(replanning(limit(18, begins))).await;
    let started =
        "SELECT count(*) FROM outbox_events WHERE workflow_type = 'PolicyActivation' AND kind = 'start' AND seq = 1";
    assert_eq!(house.count(started).await, 1);
    let keeps = house.in_force(limit(20, add_days(begins, 30))).await;
    assert_eq!(house.count(started).await, 1, "what keeps open duties starts nothing");
    assert_eq!(report(&house, &keeps).await.state(), ActivationState::Keeps);

    // Nothing moves before the first day, whoever asks.
    let before = house.everything().await;
    let early = take(&house, &policy, 1, add_days(begins, -1)).await.expect("an answer");
    assert_eq!((early.state(), early.page), (ActivationState::Pending, 1));
    assert_eq!(before, house.everything().await);
    assert_eq!(report(&house, &policy).await.state(), ActivationState::Pending);

    let timetable = first.timetable().await;
    house.move_to(begins).await;
    assert_eq!(activate(&house, &policy).await, 2, "a pass that moves and a pass that finds nothing");
    let (old, new) = (date(2028, 3, 2), date(2027, 9, 2));
    assert_eq!(limits(&first).await, [(DutyState::Scheduled, new), (DutyState::Void, old)]);
    assert!(limits(&closed).await.iter().all(|(state, _)| *state != DutyState::Scheduled));
    assert_eq!(first.timetable().await.as_of_seq, timetable.as_of_seq + 1, "its workflow is woken once");

    let told = report(&house, &policy).await;
    assert_eq!((told.state(), effects(&told)), (ActivationState::Done, vec![(ReplanEffect::Moved, 1)]));
    assert!(told.begin_time.is_some() && told.done_time.is_some() && told.next_page_token.is_empty());
    let change = told.changes[0].change.clone().expect("a change");
    let due = |dates: Option<contract::DutyDates>| civil(dates.expect("dates").due_date);
    assert_eq!((due(change.before.clone()), due(change.after.clone())), (old, new));
    assert_eq!(change.before.expect("dates").rule_version, "federal/REGULAR_MAXIMUM/1");
    let explained = change.explanation.expect("its reason");
    assert_eq!(explained.rule_version, policy.citation);
    assert!(explained.steps.iter().all(|step| !step.text_de.is_empty()));
    let events = "SELECT count(*) FROM case_events WHERE code = 'DUTY_REPLANNED'";
    assert_eq!(house.count(events).await, 1);

    // A second activation is no activation.
    let after = house.everything().await;
    for page in 1..=4 {
        let again = take(&house, &policy, page, begins).await.expect("an answer");
        assert_eq!((again.state(), again.page), (ActivationState::Done, 3));
    }
    assert_eq!(after, house.everything().await);
    // Whoever is admitted now is under the version from the first.
    let late = Story::at(&house, "K3", Stage::Delivery).await;
    assert_eq!(limits(&late).await.len(), 1);
}

#[tokio::test]
async fn many_pages_move_each_duty_once_also_when_two_take_one_page() {
    let house = House::open().await;
    for number in 0..30 {
        Story::at(&house, &format!("K{number}"), Stage::Proposed).await;
    }
    let policy = house.in_force(at_once(slower_proposals(TODAY))).await;
    let (one, two) = tokio::join!(take(&house, &policy, 1, TODAY), take(&house, &policy, 1, TODAY));
    let (one, two) = (one.expect("a page"), two.expect("a page"));
    assert_eq!((one.state(), one.page), (ActivationState::Running, 2));
    assert_eq!(one, two);
    let moved = "SELECT count(*) FROM policy_changes WHERE effect = 'MOVED'";
    assert_eq!(house.count(moved).await, 25);
    // A page that is not the next one is nobody's.
    let ahead = take(&house, &policy, 7, TODAY).await.expect("an answer");
    assert_eq!((ahead, house.count(moved).await), (one, 25));
    assert_eq!(activate(&house, &policy).await, 4);
    assert_eq!(house.count(moved).await, 30);
    let twice = r"
        SELECT count(*)
        FROM (
            SELECT episode_id
            FROM duties
            WHERE kind = 'PROPOSAL_DECISION'
            GROUP BY episode_id
            HAVING count(*) FILTER (WHERE state = 'VOID') <> 1 OR count(*) FILTER (WHERE state IN ('SCHEDULED', 'OPEN')) <> 1
        ) AS others
    ";
    assert_eq!(house.count(twice).await, 0);
    assert_eq!(report(&house, &policy).await.changes.len(), 30);
    let page = contract::GetActivationReportRequest { name: policy.name, page_size: 20, ..Default::default() };
    let page = house.policies("doris").get_activation_report(page).await.expect("a page").into_inner();
    assert_eq!((page.changes.len(), page.counts.expect("counts").episodes), (20, 30));
    assert!(!page.next_page_token.is_empty());
}

#[tokio::test]
async fn what_is_overdue_stays_and_is_told_of_once() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Proposed).await;
    let due = |entries: Vec<lotse_proto::common::TimetableEntry>| {
        entries.into_iter().map(|entry| (entry.duty, civil(entry.due_date))).collect::<Vec<_>>()
    };
    let before = due(story.timetable().await.due);
    let begins = add_days(TODAY, 60);
    let policy = house.in_force(slower_proposals(begins)).await;
    house.move_to(begins).await;
    story.place.today = begins;
    assert_eq!(activate(&house, &policy).await, 2);
    assert_eq!(due(story.timetable().await.due), before);
    let told = report(&house, &policy).await;
    assert_eq!(effects(&told), [(ReplanEffect::KeptOverdue, 1)]);
    assert_eq!(told.changes[0].change.as_ref().map(|change| change.duty.clone()), Some(before[0].0.clone()));
    story.place.etag = story.read().await.etag;
    story.act("bernd", "ScheduleDiscussion", write::schedule_discussion).await.expect("people go on");
}

#[tokio::test]
async fn what_is_overdue_is_woken_once_to_escalate_on_another_day() {
    let house = House::open().await;
    let mut late = Story::at(&house, "K1", Stage::Proposed).await;
    let mut in_time = Story::at(&house, "K2", Stage::Delivery).await;
    // Six weeks after the proposal the decision on it is two weeks overdue, and all else is in time.
    let begins = add_days(TODAY, 42);
    let parameters = escalating_every(3);
    let policy = Policy { key: PolicyKey::Escalation.into(), parameters, ..limit(18, begins) };
    let policy = house.in_force(replanning(policy)).await;
    house.move_to(begins).await;
    (late.place.today, in_time.place.today) = (begins, begins);
    let seen = async |story: &Story<'_>| (story.timetable().await.as_of_seq, story.read().await.etag);
    let (late_before, in_time_before) = (seen(&late).await, seen(&in_time).await);
    let wakes = "
        SELECT count(*)
        FROM outbox_events
        WHERE payload->>'kind' = 'POLICY_ACTIVATED' AND workflow_id LIKE '%/episode/%'
    ";
    assert_eq!(
        activate(&house, &policy).await,
        6,
        "through episodes, checks and referrals, and again to find nothing new"
    );
    assert_eq!(house.count(wakes).await, 1);
    assert_eq!(seen(&late).await, (late_before.0 + 1, late_before.1), "one event, and the record is the same");
    assert_eq!(seen(&in_time).await, in_time_before);

    let told = report(&house, &policy).await;
    assert_eq!(effects(&told), [(ReplanEffect::EscalatesAnew, 1)]);
    let change = told.changes[0].change.clone().expect("a change");
    assert_eq!((change.before.is_some(), change.after, change.replacement.as_str()), (true, None, ""));
    let days = (civil(change.escalates_before_date), civil(change.escalates_after_date));
    assert_eq!(days, (date(2026, 4, 7), date(2026, 4, 12)));
    let entry = late.timetable().await.due.remove(0);
    assert_eq!((entry.duty, civil(entry.next_step_date)), (change.duty, days.1), "the report tells what time does");

    let after = house.everything().await;
    for page in 1..=4 {
        take(&house, &policy, page, begins).await.expect("an answer");
    }
    assert_eq!(after, house.everything().await);
}

#[tokio::test]
async fn only_an_approved_version_is_activated() {
    let house = House::open().await;
    let draft = house.draft(replanning(limit(18, TODAY.tomorrow().unwrap()))).await.expect("a draft");
    let status = take(&house, &draft, 1, TODAY).await.expect_err("a draft");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "POLICY_WRONG_STATE"));
    let request = contract::GetActivationReportRequest { name: draft.name.clone(), ..Default::default() };
    let status = house.policies("doris").get_activation_report(request.clone()).await.expect_err("a draft");
    assert_eq!(reason(&status), "POLICY_WRONG_STATE");
    let status = house.policies("anna").get_activation_report(request).await.expect_err("a case manager");
    assert_eq!(status.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn reconcile_starts_what_is_not_done() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::Delivery).await;
    let begins = add_days(TODAY, 30);
    house.in_force(limit(20, add_days(TODAY, 10))).await;
    let policy = house.in_force(replanning(limit(18, begins))).await;
    let options = (*house.service.owner().connect_options()).clone();
    let relay = sqlx::PgPool::connect_with(options.username("lotse_cases_relay")).await.expect("the relay's role");
    let open = async || open::activations(&relay, None, false).await.expect("activations");
    let input = ActivationInput::new(
        policy.name.parse().expect("a name"),
        lotse_kernel::policy::PolicyKey::RegularMaximum,
        begins,
        false,
    );
    assert_eq!(open().await, std::slice::from_ref(&input));
    assert_eq!(open::activations(&relay, Some(&input), false).await.expect("the next page"), []);
    // What a release ships is activated where it begins after the jobcenter came.
    let shipped = r"
        INSERT INTO policies (policy_id, key, number, state, valid_from_on, legal_basis, note, parameters, fact, open_duties, created_at)
        SELECT gen_random_uuid(), 'FIRST_TALK', n, 'APPROVED', day, 'x', '', '{}', 'ASSIGNMENT', 'REPLAN', now()
        FROM (VALUES (8, date '2020-01-01'), (9, date '2031-01-01')) AS v (n, day)
    ";
    sqlx::query(shipped).execute(house.service.owner()).await.expect("shipped versions");
    let days: Vec<_> =
        open().await.into_iter().map(|input| (input.policy.jobcenter().to_string(), input.first_on)).collect();
    let [mine, neighbour] = ["musterstadt", "nachbarstadt"].map(str::to_owned);
    let mut expected = vec![(mine.clone(), begins), (mine, date(2031, 1, 1)), (neighbour, date(2031, 1, 1))];
    expected.sort();
    let mut found = days;
    found.sort();
    assert_eq!(found, expected);
    house.move_to(begins).await;
    activate(&house, &policy).await;
    assert!(!open().await.contains(&input), "what is done is not started again");
}

#[tokio::test]
async fn what_siblings_compute_stands_in_the_report_once() {
    let house = House::open().await;
    let record =
        |number| format!("jobcenters/musterstadt/cases/{}/referrals/{}", Uuid::from_u128(7), Uuid::from_u128(number));
    let changes = vec![moves(&record(1)), stays(&record(2)), moves(&record(3))];
    house.siblings.keeps(Keeper::Providers, changes.clone());
    let parameters =
        vec![parameter("answer_working_days", Value::Number(5)), parameter("waiting_days", Value::Number(28))];
    let key = PolicyKey::Referral.into();
    let policy = house.in_force(at_once(replanning(Policy { key, parameters, ..limit(18, TODAY) }))).await;
    // While the sibling is away nothing is noted and nothing is over.
    house.siblings.is_away(true);
    let before = house.everything().await;
    let status = take(&house, &policy, 1, TODAY).await.expect_err("nobody knows");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "DEPENDENCY_UNAVAILABLE"));
    assert_eq!(before, house.everything().await);
    house.siblings.is_away(false);

    assert_eq!(activate(&house, &policy).await, 4, "two pages that tell something, and two that tell nothing new");
    let told = report(&house, &policy).await;
    assert_eq!(
        told.changes.iter().map(|told| told.change.clone()).collect::<Vec<_>>(),
        changes.iter().map(|change| Some(change.told.clone())).collect::<Vec<_>>()
    );
    let counts = told.counts.clone().expect("counts");
    assert_eq!((counts.referrals, counts.letters, counts.people_on_watch, counts.becomes_overdue), (2, 0, 0, 2));
    assert_eq!(effects(&told), [(ReplanEffect::KeptOverdue, 1), (ReplanEffect::Moved, 2)]);
}

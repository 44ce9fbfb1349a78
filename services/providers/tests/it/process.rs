//! What the Referral workflow asks and does.

use jiff::{
    civil::{Date, date},
    tz::TimeZone,
};
use lotse_kernel::workflow::WorkflowInput as _;
use lotse_platform::outbox::Start;
use lotse_proto::{
    cases::{NoticeAudience, StaffFunction},
    common::{DutyKind, DutyState, DutyStep},
    providers::{self as contract, ReferralState, UnmetNeed},
};
use lotse_providers::store::open;
use tonic::Code;

use crate::house::{
    ANNA, CASE, CLARA, House, LOCAL_CASE, accept, create, day, fresh, refusal, request_id, send, violations,
};

pub fn at(day: Date) -> prost_types::Timestamp {
    let instant = day.at(5, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").expect("the zone")).expect("an instant");
    prost_types::Timestamp { seconds: instant.timestamp().as_second(), nanos: 0 }
}

fn timetable(referral: &contract::Referral, on: Date) -> contract::GetTimetableRequest {
    contract::GetTimetableRequest { name: referral.name.clone(), business_time: Some(at(on)) }
}

fn step(
    referral: &contract::Referral,
    kind: DutyKind,
    step: DutyStep,
    round: i32,
    on: Date,
) -> contract::TakeDutyStepRequest {
    contract::TakeDutyStepRequest {
        name: referral.name.clone(),
        kind: kind.into(),
        reports: 0,
        step: step.into(),
        round,
        business_time: Some(at(on)),
        request_id: request_id(&format!("{kind:?}/{step:?}/{round}")),
    }
}

fn anna() -> NoticeAudience {
    NoticeAudience { staff_member: ANNA.into(), ..Default::default() }
}

async fn read(house: &House, referral: &contract::Referral) -> contract::Referral {
    let request = contract::GetReferralRequest { name: referral.name.clone() };
    house.anna().get_referral(request).await.expect("it").into_inner()
}

#[tokio::test]
async fn silence_becomes_no_answer_once_and_a_late_answer_is_taken() {
    let house = House::open().await;
    let sent = house.sent().await;
    let table = house.worker().get_timetable(timetable(&sent, date(2026, 3, 2))).await.expect("it").into_inner();
    assert_eq!((table.as_of_seq, table.finished, table.phase.as_str()), (1, false, "SENT"));
    let entry = table.due[0].clone();
    assert_eq!((entry.duty.as_str(), entry.kind()), (sent.name.as_str(), DutyKind::ProviderAnswer));
    assert_eq!((entry.next_step(), entry.next_step_date), (DutyStep::Escalate, Some(day(2026, 3, 17))));

    let escalate = |round, on| step(&sent, DutyKind::ProviderAnswer, DutyStep::Escalate, round, on);
    let early = house.worker().take_duty_step(escalate(1, date(2026, 3, 16))).await.expect("it").into_inner();
    assert!(!early.taken && early.audiences.is_empty());
    assert_eq!(read(&house, &sent).await, sent);

    let taken = house.worker().take_duty_step(escalate(1, date(2026, 3, 17))).await.expect("it").into_inner();
    assert_eq!((taken.taken, taken.audiences), (true, vec![anna()]));
    let silent = read(&house, &sent).await;
    assert_eq!((silent.state(), silent.unmet_need()), (ReferralState::NoAnswer, UnmetNeed::NoAnswer));
    assert_eq!((sent.silence_rule_version.as_str(), silent.silence_rule_version.as_str()), ("", "federal/REFERRAL/1"));
    // Asked for again, even on another day, it names the same people and changes nothing.
    let again = house.worker().take_duty_step(escalate(1, date(2026, 3, 18))).await.expect("it").into_inner();
    assert_eq!((again.taken, again.audiences), (false, vec![anna()]));
    assert_eq!(read(&house, &sent).await, silent);

    let second = house.worker().take_duty_step(escalate(2, date(2026, 3, 24))).await.expect("it").into_inner();
    let (function, team) = (StaffFunction::TeamLead.into(), "ue25".to_owned());
    assert_eq!(second.audiences, [anna(), NoticeAudience { function, team, ..Default::default() }]);
    assert_eq!(house.events().await, ["start REFERRAL_SENT"], "a step that time takes wakes nobody");

    let late =
        house.anna().record_answer(accept(&read(&house, &sent).await)).await.expect("a late answer").into_inner();
    assert_eq!((late.state(), late.unmet_need()), (ReferralState::Accepted, UnmetNeed::NoAnswer));
    assert_eq!(late.silence_rule_version, "federal/REFERRAL/1");
    let table = house.worker().get_timetable(timetable(&sent, date(2026, 3, 24))).await.expect("it").into_inner();
    assert_eq!((table.as_of_seq, table.due.len(), table.finished), (2, 0, false));
}

#[tokio::test]
async fn silence_in_an_older_episode_is_told_to_its_case_manager() {
    let house = House::open().await;
    let sent = house.sent().await;
    house.proposed_again(&sent, CLARA);
    let escalate = step(&sent, DutyKind::ProviderAnswer, DutyStep::Escalate, 1, date(2026, 3, 17));
    let taken = house.worker().take_duty_step(escalate).await.expect("it").into_inner();
    let clara = NoticeAudience { staff_member: CLARA.into(), ..Default::default() };
    assert_eq!((taken.taken, taken.audiences), (true, vec![clara]));
}

#[tokio::test]
async fn a_jobcenter_says_how_long_a_provider_has_and_how_often_silence_is_told() {
    let house = House::open().await;
    // A jobcenter that says nothing has what everybody has.
    let elsewhere = house.sent().await;
    let federal = elsewhere.deadline.expect("a deadline");
    assert_eq!((federal.rule_version.as_str(), federal.due_date), ("federal/REFERRAL/1", Some(day(2026, 3, 16))));

    let draft = contract::CreateReferralRequest { request_id: fresh(), ..create(LOCAL_CASE, &elsewhere.offer) };
    let draft = house.anna().create_referral(draft).await.expect("a draft").into_inner();
    let sending = contract::SendReferralRequest { request_id: fresh(), ..send(&draft) };
    let sent = house.anna().send_referral(sending).await.expect("sent").into_inner();
    let why = sent.deadline.clone().expect("a deadline");
    assert_eq!((why.rule_version.as_str(), why.due_date), ("musterstadt/REFERRAL/1", Some(day(2026, 3, 9))));
    let table = house.worker().get_timetable(timetable(&sent, date(2026, 3, 2))).await.expect("it").into_inner();
    assert_eq!(table.due[0].next_step_date, Some(day(2026, 3, 10)));
    let escalate = step(&sent, DutyKind::ProviderAnswer, DutyStep::Escalate, 1, date(2026, 3, 10));
    let taken = house.worker().take_duty_step(escalate).await.expect("it").into_inner();
    assert!(taken.taken);
    assert_eq!(taken.timetable.expect("a timetable").due[0].next_step_date, Some(day(2026, 3, 13)));
    assert_eq!(read(&house, &sent).await.silence_rule_version, "musterstadt/REFERRAL/1");
}

#[tokio::test]
async fn a_report_is_asked_for_and_its_absence_escalates() {
    let house = House::open().await;
    let running = house.running().await;
    let open = step(&running, DutyKind::ProviderReport, DutyStep::Open, 1, date(2026, 5, 19));
    let taken = house.worker().take_duty_step(open).await.expect("it").into_inner();
    assert_eq!((taken.taken, taken.audiences), (true, vec![anna()]));
    assert_eq!(read(&house, &running).await.state(), ReferralState::ReportDue);
    let table = taken.timetable.expect("a timetable");
    assert_eq!((table.due[0].state(), table.due[0].next_step_date), (DutyState::Open, Some(day(2026, 6, 3))));
    let escalate = step(&running, DutyKind::ProviderReport, DutyStep::Escalate, 1, date(2026, 6, 3));
    assert!(house.worker().take_duty_step(escalate).await.expect("it").into_inner().taken);
    // A step of another duty, or seen before a report came, is old news.
    let old = step(&running, DutyKind::ProviderAnswer, DutyStep::Escalate, 1, date(2026, 6, 3));
    assert!(!house.worker().take_duty_step(old).await.expect("it").into_inner().taken);
}

fn rouse(after: &str) -> contract::RouseReferralsRequest {
    contract::RouseReferralsRequest {
        parent: "jobcenters/musterstadt".into(),
        after: after.to_owned(),
        business_time: Some(at(date(2026, 3, 2))),
        request_id: fresh(),
    }
}

#[tokio::test]
async fn who_waits_for_a_date_is_roused_once_and_nothing_else_changes() {
    let house = House::open().await;
    let sent = house.sent().await;
    let draft = contract::CreateReferralRequest { request_id: fresh(), ..create(CASE, &sent.offer) };
    house.anna().create_referral(draft).await.expect("a draft, which waits for nothing");
    let request = rouse("");
    for _ in 0..2 {
        let page = house.worker().rouse_referrals(request.clone()).await.expect("it").into_inner();
        assert_eq!(page.last, "", "no other page");
    }
    assert_eq!(house.events().await, ["start REFERRAL_SENT", "signal POLICY_ACTIVATED"]);
    let table = house.worker().get_timetable(timetable(&sent, date(2026, 3, 2))).await.expect("it").into_inner();
    assert_eq!(table.as_of_seq, 2, "its answer includes the event");
    assert_eq!(read(&house, &sent).await, sent, "nobody's etag is stale");
    // Behind the last one there is nobody.
    house.worker().rouse_referrals(rouse(&sent.name)).await.expect("an empty page");
    assert_eq!(house.events().await.len(), 2);
    let foreign = sent.name.replace("musterstadt", "nachbarstadt");
    assert_eq!(violations(house.worker().rouse_referrals(rouse(&foreign)).await), ["after"], "a neighbour's");
    let answered = contract::RecordAnswerRequest { request_id: fresh(), ..accept(&sent) };
    house.anna().record_answer(answered).await.expect("an answer");
    let before = house.events().await.len();
    house.worker().rouse_referrals(rouse("")).await.expect("it");
    assert_eq!(house.events().await.len(), before, "accepted, it waits for no date");
}

#[tokio::test]
async fn many_are_roused_page_after_page_and_a_repeated_page_ends_where_it_ended() {
    let house = House::open().await;
    let sent = house.sent().await;
    let copies = "
        INSERT INTO referrals
        SELECT (jsonb_populate_record(r, jsonb_build_object('referral_id', gen_random_uuid()))).*
        FROM referrals r, generate_series(1, 1000)
    ";
    sqlx::query(copies).execute(house.service.owner()).await.expect("a thousand more");
    let request = rouse("");
    let first = house.worker().rouse_referrals(request.clone()).await.expect("it").into_inner().last;
    assert!(first.starts_with("jobcenters/musterstadt/cases/"), "others follow: {first}");
    let gone = "DELETE FROM referrals WHERE referral_id < $1::uuid";
    let last = first.rsplit('/').next().expect("an id");
    sqlx::query(gone).bind(last).execute(house.service.owner()).await.expect("fewer of them wait");
    let again = house.worker().rouse_referrals(request).await.expect("it").into_inner().last;
    assert_eq!(again, first, "although another would be the last of a page by now");
    let rest = house.worker().rouse_referrals(rouse(&first)).await.expect("it").into_inner().last;
    assert_eq!(rest, "", "one was left");
    let roused = "SELECT count(DISTINCT workflow_id) FROM outbox_events WHERE payload->>'kind' = 'POLICY_ACTIVATED'";
    assert_eq!((house.count(roused).await, sent.name.is_empty()), (1_001, false));
}

#[tokio::test]
async fn open_referrals_can_be_started_again() {
    let house = House::open().await;
    let sent = house.sent().await;
    let other = contract::CreateReferralRequest { request_id: request_id("other"), ..create(CASE, &sent.offer) };
    house.anna().create_referral(other).await.expect("a draft, which has no procedure");
    let relay = house.relay().await;
    let open = open::referrals(&relay, None, true).await.expect("the open ones");
    assert_eq!(open.iter().map(|input| input.referral.to_string()).collect::<Vec<_>>(), [sent.name]);
    assert!(open::referrals(&relay, open.last(), true).await.expect("none").is_empty());
    let start = Start::of(&open[0]).expect("a start");
    assert_eq!(open[0].workflow_id().to_string(), format!("musterstadt/referral/{}", open[0].referral.id()));
    assert_eq!((start.workflow_type, start.task_queue), ("Referral", "lotse-procedures"));
    let nosy = sqlx::query("SELECT outcome FROM referrals").fetch_all(&relay).await;
    assert!(nosy.is_err(), "ids and nothing else");
}

#[tokio::test]
async fn the_process_api_refuses_what_is_wrong() {
    let house = House::open().await;
    let sent = house.sent().await;
    let empty = contract::TakeDutyStepRequest {
        name: sent.name.clone(),
        business_time: Some(at(date(2026, 3, 17))),
        ..Default::default()
    };
    assert_eq!(violations(house.worker().take_duty_step(empty).await), ["kind", "step", "round", "request_id"]);
    let timeless = contract::GetTimetableRequest { name: sent.name.clone(), business_time: None };
    assert_eq!(violations(house.worker().get_timetable(timeless).await), ["business_time"]);
    let name = format!("{CASE}/referrals/018f3e5c-0000-7000-8000-000000000099");
    let nobody = contract::GetTimetableRequest { name, business_time: Some(at(date(2026, 3, 17))) };
    assert_eq!(refusal(house.worker().get_timetable(nobody).await), (Code::NotFound, "RESOURCE_NOT_FOUND".into()));
}

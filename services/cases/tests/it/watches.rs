//! The watch over people outside case management (R23): set and ended by profiles and episodes, checked by the placement officer, opened and
//! escalated by time.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::{Date, date};
use lotse_cases::store::open;
use lotse_devstack::{contract::Right, service::Client};
use lotse_kernel::{
    dates::add_days,
    workflow::{WATCH_REST_DAYS, WatchInput},
};
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{
        self as contract, ProfileType, RecheckResult, RecordRecheckRequest, TakeWatchStepRequest, UnwatchedReason,
        Watch, WatchState, watch_process_service_client::WatchProcessServiceClient,
    },
    common::{DutyKind, DutyState, DutyStep, Timetable},
};
use tonic::{Code, Status};

use crate::{
    house::{House, TODAY, profile, reason, request_id, violations},
    requests as write,
    story::{Stage, Story, civil, instant},
};

const JOBCENTER: &str = "jobcenters/musterstadt";

/// Six months after the day of the profile with which the stories of the house begin.
const DUE: Date = date(2026, 8, 27);

/// Wakes of the watch's workflow, beside the start that goes with the registration of the jobcenter.
const WAKES: &str = "SELECT count(*) FROM outbox_events WHERE workflow_id = 'musterstadt/watch' AND kind = 'signal'";

fn process(house: &House) -> WatchProcessServiceClient<Client> {
    WatchProcessServiceClient::new(house.sibling())
}

pub async fn timetable(house: &House, on: Date) -> Timetable {
    let asked = contract::GetWatchTimetableRequest { name: JOBCENTER.into(), business_time: Some(instant(on)) };
    process(house).get_watch_timetable(asked).await.expect("a timetable").into_inner()
}

fn recheck(watch: &Watch, words: &str) -> RecordRecheckRequest {
    RecordRecheckRequest {
        name: watch.name.clone(),
        result: RecheckResult::Unchanged.into(),
        reason: "Ohne Wohnung bringt Fallmanagement derzeit nicht voran.".into(),
        check_date: None,
        etag: watch.etag.clone(),
        request_id: request_id(words),
    }
}

async fn record(house: &House, request: RecordRecheckRequest) -> Result<Watch, Status> {
    Ok(house.watches("bernd").record_recheck(request).await?.into_inner())
}

async fn profiled(story: &Story<'_>, profile_type: ProfileType, etag: &str) {
    let established_date = Some(contract_date(story.house.today()));
    let request = contract::RecordProfileRequest {
        name: story.place.case.clone(),
        profile: Some(contract::Profile { r#type: profile_type.into(), established_date, ..profile() }),
        etag: etag.into(),
        request_id: request_id(&format!("{} {etag}", story.place.number)),
    };
    story.house.bernd().record_profile(request).await.expect("a profile");
}

impl House {
    /// What the workflow of the watch asks, for the contract.
    pub async fn of_the_watch(&self, rpc: &str) -> Option<Right> {
        match rpc {
            "WatchProcessService.GetWatchTimetable" => {
                let business_time = Some(instant(self.today()));
                let asked = contract::GetWatchTimetableRequest { name: JOBCENTER.into(), business_time };
                Some(Right::new(self.sibling(), &asked))
            }
            "WatchProcessService.TakeWatchStep" => {
                let (request, _) = self.checks().await;
                let other = TakeWatchStepRequest { round: request.round + 1, ..request.clone() };
                Some(Right::new(self.sibling(), &request).or(&other))
            }
            _ => None,
        }
    }

    /// The opening of somebody's check on its day, and the same a day too early.
    pub async fn checks(&self) -> (TakeWatchStepRequest, TakeWatchStepRequest) {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let story = Story::begin(self, &format!("check-{}", NEXT.fetch_add(1, Ordering::Relaxed))).await;
        let duty = contract::GetDutyRequest { name: story.watch().await.duty };
        let duty = self.duties("bernd").get_duty(duty).await.expect("the check").into_inner();
        let at = |day| TakeWatchStepRequest {
            name: duty.name.clone(),
            step: DutyStep::Open.into(),
            round: 1,
            business_time: Some(instant(day)),
            request_id: request_id(&duty.name),
        };
        let opens_on = civil(duty.opens_date);
        (at(opens_on), at(opens_on.yesterday().expect("a day before")))
    }
}

#[tokio::test]
async fn a_complex_profile_sets_the_watch_and_another_ends_it() {
    let house = House::open().await;
    let story = Story::begin(&house, "K1").await;
    let watch = story.watch().await;
    assert_eq!((watch.state(), watch.unwatched_reason()), (WatchState::Watched, UnwatchedReason::Unspecified));
    assert_eq!((civil(watch.last_check_date), civil(watch.due_date)), (date(2026, 2, 27), DUE));
    let duty = contract::GetDutyRequest { name: watch.duty.clone() };
    let duty = house.duties("bernd").get_duty(duty).await.expect("the check").into_inner();
    assert_eq!(
        (duty.kind(), duty.state(), &duty.owner),
        (DutyKind::EligibilityRecheck, DutyState::Scheduled, &house.bernd.name)
    );
    assert_eq!((duty.rule.as_str(), duty.team.as_str(), civil(duty.opens_date)), ("R23", "ue25", add_days(DUE, -42)));

    profiled(&story, ProfileType::Foerderprofil, "v1").await;
    let watch = story.watch().await;
    assert_eq!(watch.unwatched_reason(), UnwatchedReason::ProfileNotComplex);
    assert_eq!((watch.state(), watch.duty.as_str(), watch.due_date), (WatchState::Unwatched, "", None));
    let duty = contract::GetDutyRequest { name: duty.name };
    let duty = house.duties("bernd").get_duty(duty).await.expect("it stays").into_inner();
    assert_eq!((duty.state(), duty.void_reason.as_str()), (DutyState::Void, "WATCH_ENDED"));

    house.move_to(date(2026, 3, 9)).await;
    profiled(&story, ProfileType::Entwicklungsprofil, "v2").await;
    assert_eq!(civil(story.watch().await.due_date), date(2026, 9, 9), "the months count from the new profile");

    let mut simple = house.case("K2");
    simple.case.get_or_insert_default().profile.get_or_insert_default().r#type = ProfileType::Marktprofil.into();
    let case = house.bernd().register_case(simple).await.expect("a case").into_inner();
    let asked = contract::GetWatchRequest { name: case.name };
    let watch = house.watches("anna").get_watch(asked).await.expect("the watch").into_inner();
    assert_eq!(watch.unwatched_reason(), UnwatchedReason::ProfileNotComplex);
    assert_eq!(house.count("SELECT count(*) FROM watches").await, 1, "whom nobody ever had to check has no row");
    assert_eq!(house.count(WAKES).await, 0, "what lies far off wakes nobody");
}

#[tokio::test]
async fn a_check_is_kept_and_the_months_begin_anew() {
    let house = House::open().await;
    let story = Story::begin(&house, "K1").await;
    house.move_to(add_days(DUE, 4)).await;
    let watch = story.watch().await;
    assert_eq!(watch.state(), WatchState::CheckDue);
    // The talk was held in time; only the note comes late.
    let request = RecordRecheckRequest { check_date: Some(contract_date(DUE)), ..recheck(&watch, "first") };
    let first = record(&house, request.clone()).await.expect("a check");
    assert_eq!((civil(first.due_date), first.state()), (date(2027, 2, 27), WatchState::Watched));
    let [kept] = first.rechecks.as_slice() else { panic!("one check: {first:?}") };
    assert_eq!((kept.result(), civil(kept.check_date), kept.days_late), (RecheckResult::Unchanged, DUE, 0));
    assert_eq!((&kept.staff_member, &first), (&house.bernd.name, &record(&house, request).await.expect("again")));
    let stale = record(&house, recheck(&watch, "stale")).await.expect_err("another etag");
    assert_eq!((stale.code(), reason(&stale).as_str()), (Code::Aborted, "STALE_ETAG"));
    let early = RecordRecheckRequest { check_date: Some(contract_date(add_days(DUE, -1))), ..recheck(&first, "early") };
    assert_eq!(violations(&record(&house, early).await.expect_err("before the last check")), ["check_date"]);
    let silent = RecordRecheckRequest { reason: String::new(), ..recheck(&first, "silent") };
    assert_eq!(violations(&record(&house, silent).await.expect_err("without a word")), ["reason"]);

    let events = contract::ListCaseEventsRequest { parent: story.place.case.clone(), ..Default::default() };
    let events = house.bernd().list_case_events(events).await.expect("the timeline").into_inner().events;
    let told = events.last().expect("an entry");
    assert_eq!(
        (told.code.as_str(), told.legal_ground.as_str(), &told.subject),
        ("ELIGIBILITY_RECHECKED", "R23", &watch.duty)
    );
}

#[tokio::test]
async fn a_proposal_leaves_the_check_open_until_it_is_decided() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Proposed).await;
    house.move_to(add_days(DUE, 1)).await;
    let watch = story.watch().await;
    assert_eq!((watch.state(), &watch.proposal), (WatchState::CheckDue, &story.place.episode));
    let refused = record(&house, recheck(&watch, "while proposed")).await.expect_err("others decide");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "EPISODE_RUNNING"));

    story.place.today = house.today();
    story.act("bernd", "ScheduleDiscussion", write::schedule_discussion).await.expect("a discussion");
    for voter in ["anna", "bernd"] {
        story.act(voter, "CastVote", write::vote_against).await.expect("a vote");
    }
    story.act("anna", "DecideAdmission", write::refuse).await.expect("a refusal");
    let after = story.watch().await;
    assert_eq!((after.state(), after.proposal.as_str()), (WatchState::Watched, ""));
    assert_eq!((civil(after.last_check_date), civil(after.due_date)), (house.today(), date(2027, 2, 28)));
    let duty = contract::GetDutyRequest { name: watch.duty };
    let duty = house.duties("anna").get_duty(duty).await.expect("it stays").into_inner();
    assert_eq!((duty.state(), duty.days_late), (DutyState::Done, 1));
}

#[tokio::test]
async fn nobody_is_checked_in_case_management_and_everybody_after_it() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let watch = story.watch().await;
    assert_eq!((watch.state(), watch.unwatched_reason()), (WatchState::Unwatched, UnwatchedReason::InCaseManagement));
    assert_eq!(timetable(&house, date(2030, 1, 1)).await.due, []);
    story.act("anna", "EndEpisode", write::end_episode).await.expect("an end");
    let watch = story.watch().await;
    assert_eq!((watch.state(), civil(watch.due_date)), (WatchState::Watched, date(2026, 9, 2)));
    // Death ends it, also where an episode tells of it.
    story.act("bernd", "EndEpisodeTechnically", write::end_technically).await.expect("an end");
    assert_eq!(story.watch().await.unwatched_reason(), UnwatchedReason::Deceased);

    let mut back = Story::at(&house, "K2", Stage::Talked).await;
    back.act("anna", "ReferBack", write::refer_back).await.expect("a return");
    let watch = back.watch().await;
    assert_eq!((civil(watch.last_check_date), watch.state()), (TODAY, WatchState::Watched));
    let end = contract::EndWatchRequest {
        name: watch.name.clone(),
        kind: contract::TechnicalEnd::BenefitEnded.into(),
        etag: watch.etag.clone(),
        request_id: request_id("benefits ended"),
    };
    let wrong = contract::EndWatchRequest { kind: contract::TechnicalEnd::OpenedInError.into(), ..end.clone() };
    assert_eq!(violations(&house.watches("bernd").end_watch(wrong).await.expect_err("a watch is no error")), ["kind"]);
    let ended = house.watches("bernd").end_watch(end).await.expect("an end").into_inner();
    assert_eq!(ended.unwatched_reason(), UnwatchedReason::BenefitEnded);
}

#[tokio::test]
async fn an_older_episode_says_nothing_of_who_is_in_case_management_again() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Aftercare).await;
    let old = story.place.clone();
    for (by, rpc, request) in [
        ("bernd", "ProposeEpisode", write::propose_episode as fn(&write::Place) -> Vec<u8>),
        ("bernd", "ScheduleDiscussion", write::schedule_discussion),
        ("anna", "CastVote", write::cast_vote),
        ("bernd", "CastVote", write::cast_vote),
        ("anna", "DecideAdmission", write::admit),
    ] {
        story.act(by, rpc, request).await.expect(rpc);
    }
    let new = std::mem::replace(&mut story.place, old);
    story.act("bernd", "EndEpisodeTechnically", write::end_technically).await.expect("an end of the older one");
    assert_eq!(story.watch().await.unwatched_reason(), UnwatchedReason::InCaseManagement);
    story.place = new;
    story.act("anna", "EndEpisode", write::end_episode).await.expect("an end");
    assert_eq!(story.watch().await.state(), WatchState::Watched);
}

/// Takes the step that comes first, twice, on its day; gives the day, the step and how many are told.
pub async fn step(house: &House, due: &Timetable) -> (Date, DutyStep, usize) {
    let entry = &due.due[0];
    let on = civil(entry.next_step_date);
    let request = TakeWatchStepRequest {
        name: entry.duty.clone(),
        step: entry.next_step,
        round: entry.next_step_round,
        business_time: Some(instant(on)),
        request_id: request_id(&format!("{} {} {}", entry.duty, entry.next_step, entry.next_step_round)),
    };
    let early = TakeWatchStepRequest { business_time: Some(instant(add_days(on, -1))), ..request.clone() };
    assert!(!process(house).take_watch_step(early).await.expect("an answer").into_inner().taken, "not before its day");
    let taken = process(house).take_watch_step(request.clone()).await.expect("a step").into_inner();
    let again = process(house).take_watch_step(request).await.expect("the step again").into_inner();
    assert!(taken.taken && taken.audiences == again.audiences && !taken.letter_wanted);
    assert_eq!(taken.timetable, again.timetable);
    (on, entry.next_step(), taken.audiences.len())
}

#[tokio::test]
async fn time_takes_the_checks_of_all_people_in_the_order_of_their_days() {
    let house = House::open().await;
    let first = Story::begin(&house, "K1").await;
    house.move_to(date(2026, 3, 30)).await;
    let second = Story::begin(&house, "K2").await;
    profiled(&second, ProfileType::Foerderprofil, "v1").await;
    profiled(&second, ProfileType::Unterstuetzungsprofil, "v2").await;
    let opens_on = add_days(DUE, -42);
    let mut due = timetable(&house, house.today()).await;
    // The second person brings a profile of the winter along, whose check is near.
    assert_eq!((due.finished, due.phase.as_str(), due.as_of_seq), (false, "WATCHING", 2));
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(step(&house, &due).await);
        due = timetable(&house, taken[taken.len() - 1].0).await;
    }
    let expected = [
        (opens_on, DutyStep::Open, 1),
        (date(2026, 8, 19), DutyStep::Open, 1),
        (add_days(DUE, 1), DutyStep::Escalate, 2),
        (add_days(DUE, 8), DutyStep::Escalate, 2),
    ];
    assert_eq!(taken, expected);
    house.move_to(add_days(DUE, 8)).await;
    let overdue = contract::ListDutiesRequest {
        parent: JOBCENTER.into(),
        states: vec![DutyState::Overdue.into()],
        ..Default::default()
    };
    let overdue = house.duties("bernd").list_duties(overdue).await.expect("a list").into_inner().duties;
    assert_eq!((overdue.len(), overdue[0].escalations), (1, 2));
    record(&house, recheck(&first.watch().await, "late")).await.expect("a check");
    let next = timetable(&house, house.today()).await;
    assert_eq!((civil(next.due[0].due_date), next.due[0].next_step()), (date(2026, 9, 30), DutyStep::Escalate));
}

#[tokio::test]
async fn what_is_near_wakes_the_workflow_and_what_is_far_does_not() {
    let house = House::open().await;
    let start =
        "SELECT count(*) FROM outbox_events WHERE workflow_id = 'musterstadt/watch' AND kind = 'start' AND seq = 1";
    assert_eq!((house.count(start).await, house.count(WAKES).await), (1, 0));
    house.move_to(add_days(DUE, -42 - WATCH_REST_DAYS - 1)).await;
    Story::begin(&house, "K1").await;
    assert_eq!(house.count(WAKES).await, 0);
    house.move_to(add_days(DUE, -42 - WATCH_REST_DAYS)).await;
    Story::begin(&house, "K2").await;
    assert_eq!(house.count(WAKES).await, 1);
    assert_eq!(timetable(&house, house.today()).await.as_of_seq, 2);
    // All of Temporal may be lost: every jobcenter's watch is started again.
    let relay = (*house.service.owner().connect_options()).clone().username("lotse_cases_relay");
    let relay = sqlx::PgPool::connect_with(relay).await.expect("the relay's role");
    let all = open::watches(&relay, None, false).await.expect("the watches");
    let of = |id: &str| WatchInput::new(format!("jobcenters/{id}").parse().expect("a name"), false);
    assert_eq!(all, [of("musterstadt"), of("nachbarstadt")]);
    assert_eq!(open::watches(&relay, Some(&all[0]), false).await.expect("the next page"), [of("nachbarstadt")]);
}

#[tokio::test]
async fn a_check_whose_escalation_comes_later_by_now_holds_nobody_up() {
    let house = House::open().await;
    Story::begin(&house, "K1").await;
    Story::begin(&house, "K2").await;
    let noted =
        "UPDATE watches SET next_step_on = '2026-03-01' WHERE case_id = (SELECT min(case_id::text)::uuid FROM watches)";
    sqlx::query(noted).execute(house.service.owner()).await.expect("a day that was noted under other rules");
    let due = timetable(&house, TODAY).await;
    assert_eq!(civil(due.due[0].next_step_date), add_days(DUE, -42));
    assert_eq!(house.count("SELECT count(*) FROM watches WHERE next_step_on = '2026-07-16'").await, 2, "noted anew");
}

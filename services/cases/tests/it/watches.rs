//! The watch over people outside case management (R23): set and ended by profiles and episodes, checked by the placement officer.

use jiff::civil::{Date, date};
use lotse_cases::store::open;
use lotse_kernel::{
    dates::add_days,
    workflow::{WATCH_REST_DAYS, WatchInput},
};
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{self as contract, ProfileType, RecheckResult, RecordRecheckRequest, UnwatchedReason, Watch, WatchState},
    common::{DutyKind, DutyState},
};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::{
    house::{House, TODAY, profile, reason, request_id, violations},
    requests as write,
    story::{Stage, Story, civil},
    sweeps::timetable,
};

pub const JOBCENTER: &str = "jobcenters/musterstadt";

/// Six months after the day of the profile with which the stories of the house begin.
pub const DUE: Date = date(2026, 8, 27);

/// Wakes of the watch's workflow, beside the start that goes with the registration of the jobcenter.
const WAKES: &str = "SELECT count(*) FROM outbox_events WHERE workflow_id = 'musterstadt/watch' AND kind = 'signal'";

pub fn recheck(watch: &Watch, words: &str) -> RecordRecheckRequest {
    RecordRecheckRequest {
        name: watch.name.clone(),
        result: RecheckResult::Unchanged.into(),
        reason: "Ohne Wohnung bringt Fallmanagement derzeit nicht voran.".into(),
        check_date: None,
        etag: watch.etag.clone(),
        request_id: request_id(words),
        talk: String::new(),
    }
}

pub async fn record(house: &House, request: RecordRecheckRequest) -> Result<Watch, Status> {
    Ok(house.watches("bernd").record_recheck(request).await?.into_inner())
}

pub async fn profiled(story: &Story<'_>, profile_type: ProfileType, etag: &str) {
    let established_date = Some(contract_date(story.house.today()));
    let request = contract::RecordProfileRequest {
        name: story.place.case.clone(),
        profile: Some(contract::Profile { r#type: profile_type.into(), established_date, ..profile() }),
        etag: etag.into(),
        request_id: request_id(&format!("{} {etag}", story.place.number)),
    };
    story.house.bernd().record_profile(request).await.expect("a profile");
}

/// Records another profile of today, whatever came before.
pub async fn another_profile(story: &Story<'_>, profile_type: ProfileType) {
    let request = contract::GetCaseRequest { name: story.place.case.clone() };
    let case = story.house.bernd().get_case(request).await.expect("the case").into_inner();
    profiled(story, profile_type, &case.etag).await;
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
async fn the_checks_of_several_people_are_recorded_all_or_none() {
    let house = House::open().await;
    let (first, second) = (Story::begin(&house, "K1").await, Story::begin(&house, "K2").await);
    let running = Story::at(&house, "K3", Stage::Proposed).await;
    house.move_to(add_days(DUE, -3)).await;
    let item = |watch: &Watch, reason: &str| contract::RecheckItem {
        case: watch.name.clone(),
        reason: reason.into(),
        etag: watch.etag.clone(),
        ..Default::default()
    };
    let request = |rechecks: Vec<contract::RecheckItem>, words: &str| contract::RecordRechecksRequest {
        parent: JOBCENTER.into(),
        rechecks,
        request_id: request_id(words),
    };
    let call = async |request: contract::RecordRechecksRequest, who: &str| {
        house.watches(who).record_rechecks(request).await.map(tonic::Response::into_inner)
    };
    let (one, two) = (first.watch().await, second.watch().await);
    let before = house.everything().await;

    // Every fault is told with its place.
    let wrong = vec![
        contract::RecheckItem { result: 99, etag: "x".into(), ..item(&one, "") },
        item(&one, "Derselbe Mensch noch einmal."),
        contract::RecheckItem { case: "jobcenters/nachbarstadt/cases/x".into(), ..item(&two, "Fremd.") },
    ];
    let faults =
        ["rechecks[0].result", "rechecks[0].reason", "rechecks[0].etag", "rechecks[1].case", "rechecks[2].case"];
    assert_eq!(violations(&call(request(wrong, "wrong"), "bernd").await.expect_err("faults")), faults);
    assert_eq!(violations(&call(request(vec![], "none"), "bernd").await.expect_err("nobody")), ["rechecks"]);
    let future = contract::RecheckItem { check_date: Some(contract_date(DUE)), ..item(&two, "Erst am Donnerstag.") };
    let early =
        call(request(vec![item(&one, "Unverändert."), future], "early"), "bernd").await.expect_err("no talk yet");
    assert_eq!(violations(&early), ["rechecks[1].check_date"]);

    // What does not fit one of them holds up all.
    let proposed = item(&running.watch().await, "Vorgeschlagen.");
    let stale = contract::RecheckItem { etag: "v9".into(), ..item(&two, "Unverändert.") };
    for (other, code, why) in
        [(proposed, Code::FailedPrecondition, "EPISODE_RUNNING"), (stale, Code::Aborted, "STALE_ETAG")]
    {
        let refused = call(request(vec![item(&one, "Unverändert."), other.clone()], why), "bernd").await;
        let refused = refused.expect_err(why);
        assert_eq!((refused.code(), reason(&refused).as_str()), (code, why));
        let details = refused.get_error_details();
        let metadata = &details.error_info().expect("details").metadata;
        assert_eq!((metadata["index"].as_str(), &metadata["case"]), ("1", &other.case), "{why}");
    }
    assert_eq!(house.everything().await, before, "none of it");

    // What is not said is as it mostly is: unchanged, today.
    let talk = contract::RecheckItem {
        check_date: Some(contract_date(add_days(DUE, -9))),
        result: RecheckResult::NotYet.into(),
        ..item(&two, "Die Therapie endet erst im Herbst.")
    };
    let all = request(vec![talk, item(&one, "Ohne Wohnung bringt Fallmanagement nicht voran.")], "both");
    let told = call(all.clone(), "bernd").await.expect("two checks");
    let of = |watch: &Watch| {
        let check = watch.rechecks.last().expect("a check");
        (watch.name.clone(), check.result(), civil(check.check_date))
    };
    assert_eq!(
        told.watches.iter().map(of).collect::<Vec<_>>(),
        [
            (two.name.clone(), RecheckResult::NotYet, add_days(DUE, -9)),
            (one.name.clone(), RecheckResult::Unchanged, add_days(DUE, -3))
        ]
    );
    assert_eq!(call(all, "bernd").await.expect("again"), told);
    assert_eq!(house.count("SELECT count(*) FROM case_events WHERE code = 'ELIGIBILITY_RECHECKED'").await, 2);
}

#[tokio::test]
async fn whoever_checks_several_people_is_the_officer_of_each() {
    let house = House::open().await;
    let story = Story::begin(&house, "K1").await;
    let watch = story.watch().await;
    let foreign =
        contract::RecheckItem { case: watch.name, reason: "x".into(), etag: watch.etag, ..Default::default() };
    let request = contract::RecordRechecksRequest {
        parent: JOBCENTER.into(),
        rechecks: vec![foreign],
        request_id: request_id("foreign"),
    };
    let refused = house.refusals().await;
    let client = house.service.person("emil", Some("musterstadt"), &["placement-officer"]).expect("a token");
    let status = contract::watch_service_client::WatchServiceClient::new(client).record_rechecks(request).await;
    let status = status.expect_err("a case of others");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "RESOURCE_NOT_FOUND"));
    assert_eq!(house.refusals().await, refused + 1, "with the name of the case");
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
    assert_eq!(timetable(&house, date(2030, 1, 1)).await.next_date, None);
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

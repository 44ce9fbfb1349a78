//! Row 5b: another case manager takes over. Whoever takes over sees and may do all of it, the siblings are told, and nothing is doubled.

use lotse_proto::{
    cases::{self as contract, CaseManagerChangeReason},
    common::DutyState,
};
use tonic::Code;

use crate::{
    house::{House, reason, violations},
    requests as write,
    story::{Stage, Story, civil},
};

/// How many unsettled duties somebody has to do.
async fn own(house: &House, who: &str, staff_member: &str) -> usize {
    let request = contract::ListDutiesRequest {
        parent: "jobcenters/musterstadt".into(),
        owner: staff_member.to_owned(),
        states: vec![DutyState::Scheduled.into(), DutyState::Open.into(), DutyState::Overdue.into()],
        ..Default::default()
    };
    house.duties(who).list_duties(request).await.expect("a list").into_inner().duties.len()
}

#[tokio::test]
async fn whoever_takes_over_has_all_of_it() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let (anna, clara) = (story.place.anna.clone(), story.place.clara.clone());
    let theirs = own(&house, "anna", &anna).await;
    assert!(theirs > 0 && own(&house, "clara", &clara).await == 0);
    let seen = story.timetable().await.as_of_seq;

    // The one so far may be gone: the lead of the team records it.
    let episode = story.act("doris", "ChangeCaseManager", write::change_case_manager).await.expect("a change");
    assert_eq!((&episode.case_manager, &episode.lead_officer), (&clara, &clara));
    let [change] = episode.case_manager_changes.as_slice() else { panic!("{episode:?}") };
    assert_eq!((&change.former_case_manager, &change.case_manager), (&anna, &clara));
    assert_eq!((change.reason(), civil(change.informed_date)), (CaseManagerChangeReason::Leaves, house.today()));
    assert_eq!((own(&house, "anna", &anna).await, own(&house, "clara", &clara).await), (0, theirs));
    assert_eq!(story.timetable().await.as_of_seq, seen, "no date moves, so that nobody is woken");

    let mut access = contract::case_access_service_client::CaseAccessServiceClient::new(house.sibling());
    let asked = contract::GetFactsRequest { case: story.place.case.clone(), ..Default::default() };
    assert_eq!(access.get_facts(asked).await.expect("facts").into_inner().case_manager, clara);
    let status = story.act("anna", "EndEpisode", write::end_episode).await.expect_err("she has handed over");
    assert_eq!(status.code(), Code::PermissionDenied);
    story.act("clara", "EndEpisode", write::end_episode).await.expect("she goes on");
    story.act("bernd", "AcceptHandover", write::accept_handover).await.expect("a hand-over");
    // In aftercare as well, and back to a colleague.
    story.place.clara = anna.clone();
    let episode = story.act("clara", "ChangeCaseManager", write::change_case_manager).await.expect("another change");
    assert_eq!((episode.case_manager, episode.case_manager_changes.len()), (anna, 2));
}

/// A caseload of so many people in entry consultation.
async fn caseload(house: &House, people: usize) -> Vec<contract::CaseloadItem> {
    let mut items = Vec::new();
    for number in 0..people {
        let story = Story::at(house, &format!("K{number}"), Stage::Admitted).await;
        let request: contract::HandOverCaseloadRequest =
            prost::Message::decode(write::hand_over_caseload(&story.place).as_slice()).expect("a request");
        items.extend(request.items);
    }
    items
}

#[tokio::test]
async fn seventy_five_cases_go_over_in_one_act_that_can_be_resumed() {
    let house = House::open().await;
    let items = caseload(&house, 75).await;
    let (anna, clara) = (house.anna.name.clone(), house.clara.name.clone());
    let theirs = own(&house, "anna", &anna).await;
    let mut request = contract::HandOverCaseloadRequest {
        parent: "jobcenters/musterstadt".into(),
        request_id: crate::house::request_id("caseload"),
        former_case_manager: anna.clone(),
        reason: CaseManagerChangeReason::Leaves.into(),
        items,
    };
    // One of them went to somebody else before, and one was ended meanwhile.
    let mut early = Story::at(&house, "K-early", Stage::Admitted).await;
    early.place.clara = house.without_a_place().await;
    early.act("doris", "ChangeCaseManager", write::change_case_manager).await.expect("to Frida");
    let mut over = Story::at(&house, "K-over", Stage::Admitted).await;
    over.act("bernd", "EndEpisodeTechnically", write::end_technically).await.expect("an end");
    for story in [&early, &over] {
        let item = contract::CaseloadItem { episode: story.place.episode.clone(), ..request.items[0].clone() };
        request.items.insert(1, item);
    }
    let hand_over = async |request: &contract::HandOverCaseloadRequest| {
        house.episodes("doris").hand_over_caseload(request.clone()).await.expect("an answer").into_inner().outcomes
    };
    let outcomes = hand_over(&request).await;
    let refused: Vec<_> = outcomes.iter().filter(|outcome| !outcome.handed_over).collect();
    assert_eq!((outcomes.len(), refused.len()), (77, 2));
    assert_eq!([&refused[0].refusal_reason, &refused[1].refusal_reason], ["WRONG_PHASE", "CASE_MANAGER_DIFFERS"]);
    assert_eq!((own(&house, "anna", &anna).await, own(&house, "clara", &clara).await), (0, theirs));
    // Whoever heard no answer asks again: what is done is told as done, and nothing is done twice.
    let events = "SELECT count(*) FROM case_events WHERE code = 'CASE_MANAGER_CHANGED'";
    let before = house.count(events).await;
    assert_eq!((hand_over(&request).await, house.count(events).await, before), (outcomes, before, 76));
}

#[tokio::test]
async fn a_caseload_is_handed_over_by_the_lead_of_its_team() {
    let house = House::open().await;
    let mut request = contract::HandOverCaseloadRequest {
        parent: "jobcenters/musterstadt".into(),
        request_id: crate::house::request_id("caseload"),
        former_case_manager: house.anna.name.clone(),
        reason: CaseManagerChangeReason::Specialised.into(),
        items: caseload(&house, 1).await,
    };
    request.items.push(request.items[0].clone());
    request.items[1].case_manager = house.anna.name.clone();
    let status = house.episodes("doris").hand_over_caseload(request.clone()).await.expect_err("wrong thrice");
    assert_eq!(violations(&status), ["reason", "items[1].episode", "items[1].case_manager"]);
    let status = house.episodes("anna").hand_over_caseload(request).await.expect_err("no lead");
    assert_eq!(status.code(), Code::PermissionDenied);
}

#[tokio::test]
async fn only_a_case_manager_takes_over() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let before = house.everything().await;
    story.place.clara = story.place.bernd.clone();
    let status =
        story.act("anna", "ChangeCaseManager", write::change_case_manager).await.expect_err("a placement officer");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "FUNCTION_MISSING"));
    story.place.clara = story.place.anna.clone();
    let status = story.act("anna", "ChangeCaseManager", write::change_case_manager).await.expect_err("the same one");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert_eq!(before, house.everything().await);
}

//! Row 5b: another case manager takes over. Whoever takes over sees and may do all of it, the siblings are told, and nothing is doubled.

use lotse_proto::{
    cases::{self as contract, CaseManagerChangeReason},
    common::DutyState,
};
use tonic::Code;

use crate::{
    house::{House, reason},
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

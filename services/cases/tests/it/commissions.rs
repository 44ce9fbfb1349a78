//! Rows 7b and 8 through the service: who may be commissioned, what they may read meanwhile, and that no workflow hears of it.

use lotse_proto::cases::{self as contract, CommissionOutcome, commission::Commissioned};
use prost::Message;
use tonic::Code;

use crate::{
    house::{House, reason, violations},
    requests::{self as write, Place},
    story::{Stage, Story, civil},
};

/// A commission of a third party, with one thing that is otherwise.
fn otherwise(place: &Place, change: fn(&mut contract::Commission)) -> Vec<u8> {
    let message = write::commission_third_party(place);
    let mut request = contract::CommissionSpecialisedRequest::decode(message.as_slice()).expect("a request");
    change(request.commission.as_mut().expect("a commission"));
    request.encode_to_vec()
}

/// What somebody sees of the story: the case, the episode, the timeline, and how many cases and duties in lists.
async fn sees(story: &Story<'_>, who: &str) -> (bool, bool, bool, usize, bool) {
    let (house, place) = (story.house, &story.place);
    let parent = "jobcenters/musterstadt".to_owned();
    let mut cases = contract::case_service_client::CaseServiceClient::new(house.who(who));
    let events = contract::ListCaseEventsRequest { parent: place.case.clone(), ..Default::default() };
    let listed = contract::ListCasesRequest { parent: parent.clone(), ..Default::default() };
    let duties = contract::ListDutiesRequest { parent, ..Default::default() };
    let episode = contract::GetEpisodeRequest { name: place.episode.clone() };
    (
        cases.get_case(contract::GetCaseRequest { name: place.case.clone() }).await.is_ok(),
        house.episodes(who).get_episode(episode).await.is_ok(),
        cases.list_case_events(events).await.is_ok(),
        cases.list_cases(listed).await.expect("a list").into_inner().cases.len(),
        !house.duties(who).list_duties(duties).await.expect("a list").into_inner().duties.is_empty(),
    )
}

#[tokio::test]
async fn a_colleague_of_another_team_reads_the_case_while_commissioned() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::ReviewOpen).await;
    assert_eq!(sees(&story, "clara").await, (false, false, false, 0, false));
    let seen = story.timetable().await;

    let episode = story.act("anna", "CommissionSpecialised", write::commission_clara).await.expect("a commission");
    let (anna, clara) = (story.place.anna.clone(), story.place.clara.clone());
    assert_eq!((&episode.case_manager, &episode.lead_officer), (&anna, &anna));
    let [commission] = episode.commissions.as_slice() else { panic!("{episode:?}") };
    assert_eq!(commission.commissioned, Some(Commissioned::StaffMember(clara)));
    assert_eq!((&commission.commissioner, commission.outcome()), (&anna, CommissionOutcome::Unspecified));
    assert_eq!(civil(commission.begin_date), house.today());
    assert_eq!(sees(&story, "clara").await, (true, true, true, 1, true));
    assert_eq!(story.timetable().await, seen, "no date moves, so that nobody is woken");
    // She reads; the work stays with Anna, the report too.
    for (rpc, request) in [
        ("DecideReview", write::continue_in_review as fn(&Place) -> Vec<u8>),
        ("ReturnCommission", write::return_commission),
    ] {
        let status = story.act("clara", rpc, request).await.expect_err("not hers");
        assert_eq!(status.code(), Code::PermissionDenied, "{rpc}");
    }
    story.act("anna", "DecideReview", write::continue_in_review).await.expect("the review is Anna's");

    let episode = story.act("anna", "ReturnCommission", write::return_commission).await.expect("a return");
    let commission = &episode.commissions[0];
    assert_eq!((commission.outcome(), &commission.recorder), (CommissionOutcome::Returned, &anna));
    assert_eq!((civil(commission.end_date), commission.report.as_str()), (house.today(), "ein Grund"));
    assert_eq!(sees(&story, "clara").await, (false, false, false, 0, false));
}

#[tokio::test]
async fn the_end_of_the_episode_ends_the_commission_and_what_may_be_read() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    story.act("anna", "CommissionSpecialised", write::commission_clara).await.expect("a commission");
    let episode = story.act("anna", "EndEpisode", write::end_episode).await.expect("an end");
    let commission = &episode.commissions[0];
    assert_eq!((commission.outcome(), commission.report.as_str()), (CommissionOutcome::EpisodeEnded, ""));
    assert_eq!(civil(commission.end_date), house.today());
    assert_eq!(sees(&story, "clara").await, (false, false, false, 0, false));
    let status = story.act("anna", "ReturnCommission", write::return_commission).await.expect_err("it is over");
    assert_eq!(reason(&status), "WRONG_PHASE");
}

#[tokio::test]
async fn who_is_commissioned_has_to_be_able_to() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let before = house.everything().await;
    story.place.clara = house.bernd.name.clone();
    let status =
        story.act("anna", "CommissionSpecialised", write::commission_clara).await.expect_err("no case manager");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "FUNCTION_MISSING"));
    story.place.clara = story.place.anna.clone();
    let status = story.act("anna", "CommissionSpecialised", write::commission_clara).await.expect_err("herself");
    assert_eq!(violations(&status), ["commission.staff_member"]);
    assert_eq!(before, house.everything().await);
}

#[tokio::test]
async fn what_is_missing_is_told_by_field() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    for (request, fields) in [
        (
            (|place| otherwise(place, |it| it.release = None)) as fn(&Place) -> Vec<u8>,
            ["commission.release"].as_slice(),
        ),
        (
            |place| otherwise(place, |it| it.release.as_mut().expect("a release").to_jobcenter = false),
            &["commission.release.to_jobcenter"],
        ),
        (|place| otherwise(place, |it| it.legal_basis = " ".into()), &["commission.legal_basis"]),
        (
            |place| {
                otherwise(place, |it| {
                    (it.commissioned, it.target_group, it.purpose) = (None, 0, String::new());
                })
            },
            &["commission.commissioned", "commission.target_group", "commission.purpose"],
        ),
    ] {
        let status = story.act("anna", "CommissionSpecialised", request).await.expect_err("something is missing");
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(violations(&status), fields);
    }
}

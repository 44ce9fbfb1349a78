//! Placement proposals through the service: what comes back, what is told by field, and that the timeline names nobody (R189).

use lotse_platform::fields::contract_date;
use lotse_proto::cases::{
    ListCaseEventsRequest, PlacementOutcome, PlacementProposal, PlacementResult, RecordPlacementProposalRequest,
    RecordPlacementResultRequest, case_service_client::CaseServiceClient,
};
use prost::Message;
use tonic::Code;

use crate::{
    house::{House, violations},
    requests::{self as write, Place},
    story::{Stage, Story},
};

type Builder = fn(&Place) -> Vec<u8>;

fn proposing(place: &Place, change: fn(&mut PlacementProposal)) -> Vec<u8> {
    let message = write::record_placement_proposal(place);
    let mut request = RecordPlacementProposalRequest::decode(message.as_slice()).expect("a request");
    change(request.proposal.as_mut().expect("a proposal"));
    request.encode_to_vec()
}

fn resulting(place: &Place, change: fn(&mut RecordPlacementResultRequest)) -> Vec<u8> {
    let message = write::record_placement_result(place);
    let mut request = RecordPlacementResultRequest::decode(message.as_slice()).expect("a request");
    change(&mut request);
    request.encode_to_vec()
}

#[tokio::test]
async fn a_proposal_and_its_results_come_back_with_the_episode() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Aftercare).await;
    let (today, anna) = (contract_date(story.place.today), story.place.anna.clone());
    story.act("anna", "RecordPlacementProposal", write::record_placement_proposal).await.expect("a proposal");
    story.act("anna", "RecordPlacementResult", write::record_placement_result).await.expect("applied");
    let hired: Builder = |place| {
        resulting(place, |request| {
            let result = request.result.as_mut().expect("a result");
            result.outcome = PlacementOutcome::Hired.into();
            result.job_start_date = result.result_date;
        })
    };
    let episode = story.act("anna", "RecordPlacementResult", hired).await.expect("hired");
    let result = |outcome: PlacementOutcome, job_start_date| PlacementResult {
        outcome: outcome.into(),
        result_date: Some(today),
        job_start_date,
        reason: String::new(),
        recorder: anna.clone(),
    };
    let told = PlacementProposal {
        number: 1,
        employer: "Gärtnerei Grün".into(),
        job_title: "Helferin im Gartenbau".into(),
        proposal_date: Some(today),
        answer_by_date: Some(today),
        results: vec![result(PlacementOutcome::Applied, None), result(PlacementOutcome::Hired, Some(today))],
        recorder: anna.clone(),
    };
    assert_eq!(episode.placement_proposals, [told]);
    assert_eq!(story.read().await.placement_proposals, episode.placement_proposals, "and are read again");

    let mut cases = CaseServiceClient::new(house.who("anna"));
    let asked = ListCaseEventsRequest { parent: story.place.case.clone(), ..Default::default() };
    let events = cases.list_case_events(asked).await.expect("a timeline").into_inner().events;
    let placed: Vec<_> = events.iter().filter(|event| event.code.starts_with("PLACEMENT_")).collect();
    assert_eq!(placed.len(), 3);
    assert!(!format!("{placed:?}").contains("Gärtnerei"), "{placed:?}");
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field_and_changes_nothing() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    story.act("anna", "RecordPlacementProposal", write::record_placement_proposal).await.expect("a proposal");
    let before = house.everything().await;
    let wrong: [(&str, Builder, &[&str]); 6] = [
        (
            "RecordPlacementProposal",
            |place| proposing(place, |proposal| *proposal = PlacementProposal::default()),
            &["proposal.employer", "proposal.job_title", "proposal.proposal_date"],
        ),
        (
            "RecordPlacementProposal",
            |place| proposing(place, |proposal| proposal.employer = "Zwei\nZeilen".into()),
            &["proposal.employer"],
        ),
        (
            "RecordPlacementProposal",
            |place| proposing(place, |proposal| proposal.job_title = "x".repeat(201)),
            &["proposal.job_title"],
        ),
        (
            "RecordPlacementResult",
            |place| resulting(place, |request| request.result = Some(PlacementResult::default())),
            &["result.outcome", "result.result_date"],
        ),
        ("RecordPlacementResult", |place| resulting(place, |request| request.number = 2), &["number"]),
        (
            "RecordPlacementResult",
            |place| {
                resulting(place, |request| {
                    request.result.as_mut().expect("a result").outcome = PlacementOutcome::DeclinedByPerson.into();
                })
            },
            &["result.reason"],
        ),
    ];
    for (rpc, request, fields) in wrong {
        let status = story.act("anna", rpc, request).await.expect_err(rpc);
        assert_eq!(
            (status.code(), violations(&status)),
            (Code::InvalidArgument, fields.iter().map(|field| (*field).to_owned()).collect())
        );
    }
    assert_eq!(before, house.everything().await);
}

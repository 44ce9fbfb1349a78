//! Row 25: a case is proposed again after an end, also while the aftercare of the older episode goes on beside the new one (R122, R123).

use lotse_proto::{
    cases::{self as contract, EpisodePhase},
    common::{DutyKind, DutyState},
};
use tonic::{Code, Status};

use crate::{
    house::{House, reason},
    requests as write,
    story::{Stage, Story},
};

/// A case whose episode a case manager of another team leads, as far as aftercare: no team shows it to her.
async fn in_aftercare_of_clara(house: &House) -> Story<'_> {
    let mut story = Story::begin(house, "K1").await;
    story.place.anna = house.clara.name.clone();
    for (by, rpc, request) in [
        ("bernd", "ProposeEpisode", write::propose_episode as fn(&write::Place) -> Vec<u8>),
        ("bernd", "ScheduleDiscussion", write::schedule_discussion),
        ("clara", "CastVote", write::cast_vote),
        ("bernd", "CastVote", write::cast_vote),
        ("clara", "DecideAdmission", write::admit),
        ("clara", "EndEpisode", write::end_episode),
        ("bernd", "AcceptHandover", write::accept_handover),
    ] {
        story.act(by, rpc, request).await.expect(rpc);
    }
    story
}

/// The unsettled duties somebody sees.
async fn worklist(house: &House, by: &str) -> Vec<contract::Duty> {
    let request = contract::ListDutiesRequest {
        parent: "jobcenters/musterstadt".into(),
        states: vec![DutyState::Scheduled.into(), DutyState::Open.into(), DutyState::Overdue.into()],
        ..Default::default()
    };
    let mut duties = house.duties(by).list_duties(request).await.expect("a list").into_inner().duties;
    // The check of the person outside case management is the placement officer's, whoever reads of it.
    duties.retain(|duty| duty.kind() != DutyKind::EligibilityRecheck);
    duties
}

fn kinds(duties: &[contract::Duty]) -> Vec<DutyKind> {
    duties.iter().map(contract::Duty::kind).collect()
}

/// What clara is answered about a duty, its explanation, the case, its timeline, and the episode: all or nothing.
async fn reads(story: &Story<'_>, duty: &str, episode: &str) -> [Option<Code>; 6] {
    let (house, case) = (story.house, story.place.case.clone());
    let mut cases = contract::case_service_client::CaseServiceClient::new(house.who("clara"));
    let (mut duties, mut episodes) = (house.duties("clara"), house.episodes("clara"));
    let refused = |status: Status| status.code();
    let (name, parent) = (duty.to_owned(), case.clone());
    [
        duties.get_duty(contract::GetDutyRequest { name: name.clone() }).await.map_err(refused).err(),
        duties.explain_duty(contract::ExplainDutyRequest { name }).await.map_err(refused).err(),
        cases.get_case(contract::GetCaseRequest { name: case }).await.map_err(refused).err(),
        cases
            .list_case_events(contract::ListCaseEventsRequest { parent: parent.clone(), ..Default::default() })
            .await
            .map_err(refused)
            .err(),
        episodes.get_episode(contract::GetEpisodeRequest { name: episode.to_owned() }).await.map_err(refused).err(),
        episodes
            .list_episodes(contract::ListEpisodesRequest { parent, ..Default::default() })
            .await
            .map_err(refused)
            .err(),
    ]
}

/// What siblings are told of the case.
async fn facts(house: &House, story: &Story<'_>) -> contract::CaseFacts {
    let mut access = contract::case_access_service_client::CaseAccessServiceClient::new(house.sibling());
    let asked = contract::GetFactsRequest { case: story.place.case.clone(), ..Default::default() };
    access.get_facts(asked).await.expect("facts").into_inner()
}

async fn cases_of(house: &House, by: &str) -> usize {
    let request = contract::ListCasesRequest { parent: "jobcenters/musterstadt".into(), ..Default::default() };
    let mut cases = contract::case_service_client::CaseServiceClient::new(house.who(by));
    cases.list_cases(request).await.expect("a list").into_inner().cases.len()
}

#[tokio::test]
async fn aftercare_stays_in_the_worklist_of_its_case_manager() {
    let house = House::open().await;
    let mut story = in_aftercare_of_clara(&house).await;
    let [duty] = worklist(&house, "clara").await.try_into().expect("the end of aftercare");
    assert_eq!((duty.kind(), duty.owner.as_str()), (DutyKind::AftercareEnd, house.clara.name.as_str()));
    let old = story.place.clone();

    story.act("bernd", "ProposeEpisode", write::propose_episode).await.expect("proposed again");
    assert_eq!(kinds(&worklist(&house, "clara").await), [DutyKind::ProposalDecision, DutyKind::AftercareEnd]);
    assert_eq!(reads(&story, &duty.name, &old.episode).await, [None; 6]);
    assert_eq!(cases_of(&house, "clara").await, 1);
    // Another case manager is named for the new episode; the older one keeps its own.
    story.place.anna.clone_from(&house.anna.name);
    story.act("bernd", "ScheduleDiscussion", write::schedule_discussion).await.expect("a discussion");
    assert!(kinds(&worklist(&house, "clara").await).contains(&DutyKind::AftercareEnd));
    assert_eq!(reads(&story, &duty.name, &old.episode).await, [None; 6]);
    // Siblings are told whose the older episode is, whoever asks, and let her see what they keep of the case.
    let told = facts(&house, &story).await;
    assert_eq!((&told.case_manager, &told.current_episode), (&house.anna.name, &story.place.episode));
    let hers = contract::OlderEpisode { episode: old.episode.clone(), case_manager: house.clara.name.clone() };
    assert_eq!(told.older_episodes, [hers]);
    // To read is not to act: what is done in the new episode is done by those named for it.
    let refused = house.refusals().await;
    let status = story.act("clara", "CastVote", write::cast_vote).await.expect_err("she is not named");
    assert_eq!(house.refusals().await, refused + 1, "who tried is on record");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));

    story.place = old.clone();
    let closed = story.act("clara", "CompleteAftercare", write::complete_aftercare).await.expect("a closing check");
    assert_eq!(closed.phase(), EpisodePhase::Closed);
    // With the end of her episode the case is none of hers any more.
    assert_eq!(facts(&house, &story).await.older_episodes, []);
    assert_eq!(worklist(&house, "clara").await, []);
    assert_eq!(reads(&story, &duty.name, &old.episode).await, [Some(Code::NotFound); 6]);
    assert_eq!(cases_of(&house, "clara").await, 0);
}

#[tokio::test]
async fn every_end_lets_a_case_be_proposed_again() {
    let house = House::open().await;
    let mut ended = Vec::new();
    for (number, stage) in [("K1", Stage::Aftercare), ("K2", Stage::Closed)] {
        ended.push(Story::at(&house, number, stage).await);
    }
    let mut referred = Story::at(&house, "K3", Stage::Talked).await;
    referred.act("anna", "ReferBack", write::refer_back).await.expect("referred back");
    let mut refused = Story::at(&house, "K4", Stage::InDiscussion).await;
    for (by, rpc, request) in [
        ("anna", "CastVote", write::vote_against as fn(&write::Place) -> Vec<u8>),
        ("bernd", "CastVote", write::vote_against),
        ("bernd", "DecideAdmission", write::refuse),
    ] {
        refused.act(by, rpc, request).await.expect(rpc);
    }
    ended.extend([referred, refused]);
    let phases = [EpisodePhase::Aftercare, EpisodePhase::Closed, EpisodePhase::ReferredBack, EpisodePhase::Refused];
    for (mut story, phase) in ended.into_iter().zip(phases) {
        let old = story.read().await;
        assert_eq!(old.phase(), phase);
        let new = story.act("bernd", "ProposeEpisode", write::propose_episode).await.expect("proposed again");
        assert_eq!((new.phase(), &new.previous_episode), (EpisodePhase::Proposed, &old.name), "after {phase:?}");
        let name = story.place.case.clone();
        let case = house.bernd().get_case(contract::GetCaseRequest { name }).await.expect("the case").into_inner();
        assert_eq!((case.current_episode.as_str(), case.case_manager.as_str()), (new.name.as_str(), ""), "{phase:?}");
        let request = contract::GetEpisodeRequest { name: old.name.clone() };
        let unchanged = house.episodes("bernd").get_episode(request).await.expect("the old one").into_inner();
        assert_eq!(unchanged, old, "the older episode stays as it was");
        // One proposal at a time.
        let status = story.act("bernd", "ProposeEpisode", write::propose_episode).await.expect_err("it runs");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "EPISODE_RUNNING"));
    }
}

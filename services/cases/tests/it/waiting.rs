//! The waiting list: a jobcenter that keeps one, its order, and who may take people from it.

use lotse_proto::cases::{
    self as contract, EpisodePhase, ListWaitingEpisodesRequest, PolicyKey, WaitingEpisode, policy_parameter::Value,
    staff_service_client::StaffServiceClient,
};
use tonic::{Code, Status};

use crate::{
    house::{House, TODAY, reason, request_id, violations},
    policies::ground::{PARENT, at_once, limit, parameter},
    requests as write,
    story::{Stage, Story, civil},
};

impl House {
    /// The jobcenter keeps a waiting list from its first day on; doing it again changes nothing.
    async fn keeps_a_list(&self) {
        let version = self.resolve(PolicyKey::AdmissionCriteria, TODAY).await.expect("a version");
        if version.citation.starts_with("musterstadt/") {
            return;
        }
        let flag = |name, value| parameter(name, Value::Flag(value));
        let parameters = vec![
            parameter("access_rule", Value::Code("NEEDS".into())),
            parameter("least", Value::Number(3)),
            flag("complex_profile", true),
            flag("prophylaxis", true),
            flag("waiting_list", true),
        ];
        let policy = contract::Policy { key: PolicyKey::AdmissionCriteria.into(), parameters, ..limit(24, TODAY) };
        self.in_force(at_once(policy)).await;
    }

    async fn works(&self, subject: &str, full_time_percent: i32) -> String {
        let mut staff = StaffServiceClient::new(self.operator());
        let request = contract::ListStaffMembersRequest { parent: PARENT.into(), ..Default::default() };
        let hired = staff.list_staff_members(request).await.expect("the staff").into_inner().staff_members;
        let member = hired.into_iter().find(|member| member.subject == subject).expect(subject);
        let name = member.name.clone();
        if member.full_time_percent != full_time_percent {
            let words = format!("{subject} {} {full_time_percent}", member.etag);
            let request = contract::UpdateStaffMemberRequest {
                name: name.clone(),
                etag: member.etag.clone(),
                staff_member: Some(contract::StaffMember { full_time_percent, ..member }),
                request_id: request_id(&words),
            };
            staff.update_staff_member(request).await.expect("another share");
        }
        name
    }

    /// Frida, who has no place for anybody: a hundredth of a post at a ratio of 75.
    pub async fn without_a_place(&self) -> String {
        self.keeps_a_list().await;
        self.works("frida", 1).await
    }
}

async fn list(house: &House, by: &str, request: ListWaitingEpisodesRequest) -> Result<Vec<WaitingEpisode>, Status> {
    let parent = PARENT.to_owned();
    let request = ListWaitingEpisodesRequest { parent, ..request };
    Ok(house.episodes(by).list_waiting_episodes(request).await?.into_inner().episodes)
}

async fn names(house: &House, by: &str) -> Vec<String> {
    list(house, by, ListWaitingEpisodesRequest::default())
        .await
        .expect("a list")
        .into_iter()
        .map(|it| it.name)
        .collect()
}

#[tokio::test]
async fn places_are_given_in_the_order_of_the_list() {
    let house = House::open().await;
    let mut first = Story::at(&house, "K1", Stage::Waitlisted).await;
    let mut second = Story::at(&house, "K2", Stage::Waitlisted).await;
    let waiting = list(&house, "doris", ListWaitingEpisodesRequest::default()).await.expect("a list");
    let seen: Vec<_> = waiting.iter().map(|it| (it.name.clone(), it.position, it.caseload, it.capacity)).collect();
    assert_eq!(seen, [(first.place.episode.clone(), 1, 0, 0), (second.place.episode.clone(), 2, 0, 0)]);
    assert!(waiting.iter().all(|it| civil(it.waiting_since_date) == TODAY && it.team == "ue25"));
    assert_eq!(names(&house, "bernd").await.len(), 2, "their placement officer");
    assert_eq!((names(&house, "clara").await, names(&house, "hanna").await), (Vec::new(), Vec::new()));
    let of =
        |case_manager: &str| ListWaitingEpisodesRequest { case_manager: case_manager.to_owned(), ..Default::default() };
    assert_eq!(list(&house, "doris", of(&house.anna.name)).await.expect("a list"), []);
    assert_eq!(list(&house, "doris", of(&first.place.anna)).await.expect("a list").len(), 2);
    let wrong = ListWaitingEpisodesRequest { team: "Ü 25".into(), ..of("somebody") };
    let status = list(&house, "doris", wrong).await.expect_err("neither is right");
    assert_eq!(violations(&status), ["team", "case_manager"]);

    let status = first.act("frida", "AdmitFromWaitingList", write::admit_in_order).await.expect_err("no place");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "CASELOAD_FULL"));
    // Two places by and by: 75 people per post, of which Frida works two and then three hundredths.
    house.works("frida", 2).await;
    let status = second.act("frida", "AdmitFromWaitingList", write::admit_in_order).await.expect_err("not yet");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "NOT_NEXT_IN_LINE"));
    let admitted = first.act("frida", "AdmitFromWaitingList", write::admit_in_order).await.expect("a place");
    assert_eq!(admitted.phase(), EpisodePhase::EntryConsultation);
    assert_eq!(admitted.admission.map(|admission| civil(admission.assignment_date)), Some(TODAY));
    assert_eq!(first.timetable().await.due.len(), 3, "the first talk, a review and the limit");

    let status = second.act("frida", "AdmitFromWaitingList", write::admit_in_order).await.expect_err("taken");
    assert_eq!(reason(&status), "CASELOAD_FULL");
    let admitted = second.act("doris", "AdmitFromWaitingList", write::admit_from_waiting_list).await.expect("a reason");
    assert_eq!(admitted.waiting_place.map(|place| place.exception_reason), Some("ein Grund".to_owned()));
    assert_eq!(names(&house, "doris").await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_free_belongs_to_who_waits() {
    let house = House::open().await;
    let waits = Story::at(&house, "K1", Stage::Waitlisted).await;
    let frida = house.works("frida", 100).await;
    // There is a place for 75, and yet whoever comes next comes after the one who waits.
    let mut next = Story::at(&house, "K2", Stage::Proposed).await;
    next.place.anna = frida;
    for (by, rpc, request) in [
        ("bernd", "ScheduleDiscussion", write::schedule_discussion as fn(&write::Place) -> Vec<u8>),
        ("frida", "CastVote", write::cast_vote),
        ("bernd", "CastVote", write::cast_vote),
    ] {
        next.act(by, rpc, request).await.expect(rpc);
    }
    let listed = next.act("bernd", "DecideAdmission", write::admit).await.expect("a decision");
    assert_eq!((listed.phase(), listed.admission), (EpisodePhase::Waitlisted, None));
    let place = listed.waiting_place.expect("a place in the list");
    assert_eq!((place.capacity, place.capacity_policy.as_str()), (75, "federal/CASELOAD_RATIO/1"));
    assert_eq!(names(&house, "doris").await, [waits.place.episode, next.place.episode.clone()]);
    let timetable = next.timetable().await;
    assert!(!timetable.finished && timetable.due.is_empty(), "{timetable:?}");
}

#[tokio::test]
async fn whoever_votes_sees_the_caseload_that_the_decision_goes_by() {
    let house = House::open().await;
    let filled = |episode: &contract::Episode| {
        episode.caseload.as_ref().map(|filled| (filled.people, filled.capacity, episode.people_ahead))
    };
    let mut first = Story::at(&house, "K1", Stage::Proposed).await;
    assert_eq!(filled(&first.read().await), None, "nobody is named yet");
    // Frida works two hundredths of a post, which is one place, and the jobcenter keeps no list yet.
    let frida = house.works("frida", 2).await;
    let acts = [
        ("bernd", "ScheduleDiscussion", write::schedule_discussion as fn(&write::Place) -> Vec<u8>),
        ("frida", "CastVote", write::cast_vote),
        ("bernd", "CastVote", write::cast_vote),
    ];
    let voted = async |story: &mut Story<'_>| {
        story.place.anna.clone_from(&frida);
        for (by, rpc, request) in acts {
            story.act(by, rpc, request).await.expect(rpc);
        }
    };
    voted(&mut first).await;
    let shown = first.read().await;
    assert_eq!(filled(&shown), Some((0, 1, 0)));
    let admitted = first.act("frida", "DecideAdmission", write::admit).await.expect("an admission");
    let kept = admitted.admission.and_then(|admission| admission.caseload).expect("kept without a list, too");
    assert_eq!((Some(&kept), kept.capacity_policy.as_str()), (shown.caseload.as_ref(), "federal/CASELOAD_RATIO/1"));
    assert_eq!(filled(&first.read().await), None, "it is decided");

    house.keeps_a_list().await;
    for (number, ahead) in [("K2", 0), ("K3", 1)] {
        let mut next = Story::at(&house, number, Stage::Proposed).await;
        voted(&mut next).await;
        assert_eq!(filled(&next.read().await), Some((1, 1, ahead)), "before the decision");
        let waits = next.act("frida", "DecideAdmission", write::admit).await.expect("a decision");
        assert_eq!(waits.phase(), EpisodePhase::Waitlisted);
        assert_eq!(filled(&next.read().await), Some((1, 1, ahead)), "and while the person waits");
        let listed = list(&house, "doris", ListWaitingEpisodesRequest::default()).await.expect("a list");
        let listed = listed.into_iter().find(|it| it.name == next.place.episode).expect("who waits");
        assert_eq!((listed.caseload, listed.capacity, listed.position - 1), (1, 1, ahead));
    }
}

#[tokio::test]
async fn the_list_is_left_without_a_place_too() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Waitlisted).await;
    let refused = house.refusals().await;
    let status = story.act("frida", "RemoveFromWaitingList", write::remove_against_the_votes).await.expect_err("alone");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    assert_eq!(house.refusals().await, refused + 1, "who tried is on record");
    let removed = story.act("doris", "RemoveFromWaitingList", write::remove_against_the_votes).await.expect("removed");
    assert_eq!(removed.phase(), EpisodePhase::Refused);
    assert!(removed.waiting_place.is_some() && removed.refusal.is_some());
    assert!(story.timetable().await.finished);
    // By their own wish: one of the two records it.
    let mut story = Story::at(&house, "K2", Stage::Waitlisted).await;
    let removed = story.act("bernd", "RemoveFromWaitingList", write::remove_from_waiting_list).await.expect("removed");
    assert_eq!(removed.refusal.map(|refusal| refusal.reason()), Some(contract::RefusalReason::Withdrawn));
    assert_eq!(names(&house, "doris").await, Vec::<String>::new());
    let next = story.act("bernd", "ProposeEpisode", write::propose_episode).await.expect("proposed again");
    assert_eq!(next.phase(), EpisodePhase::Proposed);
}

//! The process API: what workflows and sibling services read, the steps of time, and that no person comes in.

use jiff::civil::date;
use lotse_proto::{
    cases::{
        self as contract, case_access_service_client::CaseAccessServiceClient,
        episode_process_service_client::EpisodeProcessServiceClient, policy_parameter::Value,
        staff_directory_service_client::StaffDirectoryServiceClient,
    },
    common::{DutyKind, DutyStep},
};
use tonic::Code;

use crate::{
    house::{House, TODAY, reason, violations},
    policies::ground::{limit, parameter},
    requests as write,
    story::{Stage, Story, civil, instant},
};

#[tokio::test]
async fn a_timetable_shows_what_time_has_to_do() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Planning).await;
    let timetable = story.timetable().await;
    assert!(!timetable.finished && timetable.as_of_seq > 0);
    assert_eq!((timetable.round, timetable.phase.as_str()), (0, "PLANNING"));
    let due: Vec<_> = timetable
        .due
        .iter()
        .map(|entry| (entry.kind(), civil(entry.due_date), entry.next_step(), civil(entry.next_step_date)))
        .collect();
    assert_eq!(
        due,
        [
            (DutyKind::ContinuationReview, date(2026, 9, 2), DutyStep::Open, date(2026, 8, 3)),
            (DutyKind::RegularMaximum, date(2028, 3, 2), DutyStep::Open, date(2027, 12, 2)),
        ]
    );
    // The number grows with every act that changes the dates, and with no other.
    story.let_time_pass(date(2026, 8, 3)).await;
    assert_eq!(story.timetable().await.as_of_seq, timetable.as_of_seq);
    story.act("anna", "DecideReview", write::continue_in_review).await.expect("a review");
    assert_eq!(story.timetable().await.as_of_seq, timetable.as_of_seq + 1);
}

#[tokio::test]
async fn a_step_that_is_not_due_leaves_nothing() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Planning).await;
    let entry = story.timetable().await.due.remove(0);
    let request = story.step(&entry);
    let before = house.everything().await;
    for _ in 0..2 {
        let answer = story.process().take_duty_step(story.signed(request.clone())).await.expect("an answer");
        let answer = answer.into_inner();
        assert!(!answer.taken && answer.audiences.is_empty() && !answer.letter_wanted);
        assert_eq!(before, house.everything().await);
    }
    // The same step is taken when its day has come, and a repetition at a later time of its workflow changes nothing.
    story.wait_for(date(2026, 8, 3)).await;
    let request = story.step(&entry);
    let first = story.process().take_duty_step(story.signed(request)).await.expect("the step").into_inner();
    assert!(first.taken && first.letter_wanted);
    let after = house.everything().await;
    story.wait_for(date(2026, 8, 4)).await;
    let later = story.step(&entry);
    let again = story.process().take_duty_step(story.signed(later)).await.expect("the repetition").into_inner();
    assert_eq!((again.audiences, again.letter_wanted), (first.audiences, true));
    assert_eq!(after, house.everything().await);
}

#[tokio::test]
async fn a_step_says_what_is_wrong_with_it() {
    let house = House::open().await;
    let story = Story::at(&house, "K1", Stage::Delivery).await;
    let entry = story.timetable().await.due.remove(0);
    let right = story.step(&entry);
    let before = house.everything().await;
    let wrong = [
        (contract::TakeDutyStepRequest::default(), vec!["name"]),
        (contract::TakeDutyStepRequest { business_time: None, ..right.clone() }, vec!["business_time"]),
        (
            contract::TakeDutyStepRequest {
                name: right.name.clone(),
                business_time: Some(instant(TODAY)),
                ..contract::TakeDutyStepRequest::default()
            },
            vec!["step", "round", "request_id"],
        ),
    ];
    for (request, fields) in wrong {
        let status = story.process().take_duty_step(story.signed(request)).await.expect_err("a wrong request");
        assert_eq!(
            (status.code(), violations(&status)),
            (Code::InvalidArgument, fields.into_iter().map(str::to_owned).collect())
        );
    }
    let (folder, _) = right.name.rsplit_once('/').expect("a folder");
    let nowhere = contract::TakeDutyStepRequest { name: format!("{folder}/{}", right.request_id), ..right };
    let answer = story.process().take_duty_step(story.signed(nowhere)).await.expect("an answer").into_inner();
    assert!(!answer.taken, "a duty that is not there has no steps");
    assert_eq!(before, house.everything().await);
}

#[tokio::test]
async fn siblings_read_what_decides_access() {
    let house = House::open().await;
    let story = Story::at(&house, "K1", Stage::Delivery).await;
    let mut access = CaseAccessServiceClient::new(house.sibling());
    let asked = contract::GetFactsRequest { case: story.place.case.clone(), subject: "doris".into() };
    let facts = access.get_facts(asked).await.expect("facts").into_inner();
    assert_eq!((facts.team.as_str(), facts.caller_team.as_str()), ("ue25", "ue25"));
    assert_eq!((&facts.placement_officer, &facts.case_manager), (&house.bernd.name, &house.anna.name));
    assert_eq!(facts.current_episode, story.place.episode);
    assert!(facts.episode_active && facts.caller_staff_member.contains("/staff/"));
    let asked = contract::GetFactsRequest { case: story.place.case.clone(), subject: "nobody".into() };
    let facts = access.get_facts(asked).await.expect("facts").into_inner();
    assert_eq!((facts.caller_staff_member.as_str(), facts.caller_team.as_str()), ("", ""));
    let (folder, _) = story.place.case.rsplit_once('/').expect("a folder");
    let nowhere = format!("{folder}/{}", story.place.request_id);
    let asked = contract::GetFactsRequest { case: nowhere, ..Default::default() };
    let status = access.get_facts(asked).await.expect_err("no such case");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "RESOURCE_NOT_FOUND"));
    for case in ["", "jobcenters/musterstadt"] {
        let asked = contract::GetFactsRequest { case: case.into(), ..Default::default() };
        let status = access.get_facts(asked).await.expect_err("no name of a case");
        assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, vec!["case".to_owned()]));
    }
}

#[tokio::test]
async fn siblings_are_told_by_which_rules_they_compute() {
    let house = House::open().await;
    let story = Story::at(&house, "K1", Stage::Delivery).await;
    let mut access = CaseAccessServiceClient::new(house.sibling());
    let asked = contract::GetFactsRequest { case: story.place.case.clone(), ..Default::default() };
    let told = access.get_facts(asked.clone()).await.expect("facts").into_inner().rules.expect("rules");
    assert_eq!(
        (told.place.expect("a seat").land.as_str(), told.policies.len()),
        ("NW", 0),
        "federal law goes without saying"
    );

    let number = |name, number| parameter(name, Value::Number(number));
    let posting = contract::Policy {
        key: contract::PolicyKey::LetterPosting.into(),
        parameters: vec![number("working_days", 2), number("reminders", 6)],
        ..limit(24, date(2026, 9, 1))
    };
    house.in_force(posting).await;
    // The dates of episodes are those of cases alone.
    house.in_force(limit(18, date(2026, 9, 1))).await;
    let told = access.get_facts(asked).await.expect("facts").into_inner().rules.expect("rules").policies;
    assert_eq!(
        told.iter().map(|policy| policy.citation.as_str()).collect::<Vec<_>>(),
        ["musterstadt/LETTER_POSTING/1"]
    );
    assert_eq!(told[0].parameters[1].value, Some(Value::Number(2)));
    let approved = told[0].approve_date.expect("the day from which it was known");
    assert_eq!(civil(Some(approved)), TODAY);
}

#[tokio::test]
async fn a_letter_gets_its_facts_and_the_read_is_audited() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let due = story.timetable().await.due;
    let review = due.into_iter().find(|entry| entry.kind() == DutyKind::ContinuationReview).expect("a review").duty;
    let mut access = CaseAccessServiceClient::new(house.sibling());
    let asked = contract::GetLetterFactsRequest { case: story.place.case.clone(), cause: review };
    let facts = access.get_letter_facts(asked).await.expect("facts").into_inner();
    assert_eq!((facts.person_name.as_str(), facts.customer_number.as_str()), ("Erika Mustermann", "K1"));
    assert_eq!((facts.officer, civil(facts.due_date)), (house.anna.name.clone(), date(2026, 9, 2)));
    assert_eq!((facts.officer_name.as_str(), facts.contact_name.as_str()), ("Frau anna", "Frau bernd"));
    let reads = "SELECT count(*) FROM audit_log WHERE outcome = 'read' AND method LIKE '%GetLetterFacts'";
    assert_eq!(house.count(reads).await, 1);
    story.act("anna", "EndEpisode", write::end_episode).await.expect("the end");
    let cause = story.place.episode.clone();
    let asked = contract::GetLetterFactsRequest { case: story.place.case.clone(), cause };
    let facts = access.get_letter_facts(asked).await.expect("facts").into_inner();
    assert_eq!((facts.end_reason.as_str(), civil(facts.end_date)), ("ACCESS_CONDITIONS_CEASED", TODAY));
    let other = Story::at(&house, "K2", Stage::Proposed).await.place.episode;
    let asked = contract::GetLetterFactsRequest { case: story.place.case.clone(), cause: other };
    let status = access.get_letter_facts(asked).await.expect_err("an episode of another case");
    assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, vec!["cause".to_owned()]));
}

#[tokio::test]
async fn an_audience_is_resolved() {
    let house = House::open().await;
    let mut directory = StaffDirectoryServiceClient::new(house.sibling());
    let parent = || "jobcenters/musterstadt".to_owned();
    let mut ask = async |audience: Option<contract::NoticeAudience>| {
        let answer = directory.list_recipients(contract::ListRecipientsRequest { parent: parent(), audience }).await;
        answer.map(|answer| {
            answer.into_inner().staff_members.into_iter().map(|member| member.subject).collect::<Vec<_>>()
        })
    };
    let lead = contract::NoticeAudience {
        function: contract::StaffFunction::TeamLead.into(),
        team: "ue25".into(),
        ..Default::default()
    };
    assert_eq!(ask(Some(lead)).await.expect("the lead"), ["doris"]);
    let anna = contract::NoticeAudience { staff_member: house.anna.name.clone(), ..Default::default() };
    assert_eq!(ask(Some(anna)).await.expect("Anna"), ["anna"]);
    let status = ask(None).await.expect_err("nobody is meant");
    assert_eq!(status.code(), Code::InvalidArgument);
    assert!(violations(&status).contains(&"audience".to_owned()));
    let asked = contract::FindBySubjectRequest { parent: parent(), subject: "bernd".into() };
    assert_eq!(directory.find_by_subject(asked).await.expect("Bernd").into_inner().name, house.bernd.name);
    let asked = contract::FindBySubjectRequest { parent: parent(), subject: "nobody".into() };
    assert_eq!(directory.find_by_subject(asked).await.expect_err("nobody").code(), Code::NotFound);
}

#[tokio::test]
async fn no_person_comes_in() {
    let house = House::open().await;
    let story = Story::at(&house, "K1", Stage::Delivery).await;
    let token = house.service.intruder("doris", "musterstadt", &["team-lead", "administrator"]).expect("a token");
    let asked =
        contract::GetTimetableRequest { name: story.place.episode.clone(), business_time: Some(instant(TODAY)) };
    let status = EpisodeProcessServiceClient::new(token.clone()).get_timetable(asked).await.expect_err("a person");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unauthenticated, "TOKEN_INVALID"));
    let asked = contract::GetFactsRequest { case: story.place.case.clone(), ..Default::default() };
    let status = CaseAccessServiceClient::new(token).get_facts(asked).await.expect_err("a person");
    assert_eq!(status.code(), Code::Unauthenticated);
}

//! Row 24 through the service: who undoes a closing, what is open again, and which workflow waits for it.

use lotse_cases::{
    domain::{
        events::Event,
        vocabulary::{EndReason, EpisodePhase as Phase},
    },
    store::open,
};
use lotse_kernel::{
    dates::add_days,
    names::{CaseName, EpisodeName},
    workflow::EpisodeInput,
};
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{
        self as contract, EpisodePhase, FigureKind, GetSteeringFiguresRequest, ReopeningAnswer, UnwatchedReason,
        steering_service_client::SteeringServiceClient,
    },
    common::{DutyKind, DutyState},
};
use prost::Message;
use tonic::Code;
use uuid::Uuid;

use crate::{
    house::{House, TODAY, reason, violations},
    requests::{self as write, Place},
    story::{Stage, Story, civil, instant},
    sweeps::{sweep, tell},
    watches::JOBCENTER,
};

/// What the outbox tells Temporal of an episode: workflow, number, kind and what happened.
async fn sent(story: &Story<'_>) -> Vec<(String, i64, String, String)> {
    let rows = sqlx::query_as(
        r"
        SELECT split_part(workflow_id, '/', 4), seq, kind::text, payload ->> 'kind'
        FROM outbox_events
        WHERE workflow_type = 'Episode' OR workflow_id LIKE '%/episode/%'
        ORDER BY seq
        ",
    );
    rows.fetch_all(story.house.service.owner()).await.expect("the outbox")
}

/// A duty as a workflow waits for it, without what today makes of it.
fn entries(timetable: lotse_proto::common::Timetable) -> Vec<(String, i32, lotse_proto::Date)> {
    timetable.due.into_iter().map(|it| (it.duty, it.kind, it.due_date.expect("a day"))).collect()
}

#[tokio::test]
async fn a_death_reported_in_error_is_undone_by_two_and_the_next_generation_waits() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::ReviewOpen).await;
    let before = story.timetable().await;
    story.act("bernd", "EndEpisodeTechnically", write::end_technically).await.expect("an end");
    assert_eq!(story.watch().await.unwatched_reason(), UnwatchedReason::Deceased);
    let past = story.timetable().await;
    let told = sent(&story).await.len();

    story.act("anna", "ProposeReopening", write::propose_reopening).await.expect("a reopening");
    let everything = house.everything().await;
    let refused = story.act("anna", "AnswerReopening", write::approve_reopening).await.expect_err("her own");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::PermissionDenied, "FOUR_EYES"));
    let refused = story.act("clara", "AnswerReopening", write::approve_reopening).await.expect_err("another team");
    assert_eq!(refused.code(), Code::NotFound);
    assert_ne!(everything, house.everything().await, "refusals are audited");
    assert_eq!(sent(&story).await.len(), told, "nobody is woken before it is approved");

    let later = add_days(story.place.today, 40);
    story.wait_for(later).await;
    let episode = story.act("doris", "AnswerReopening", write::approve_reopening).await.expect("an approval");
    assert_eq!(episode.phase(), EpisodePhase::Delivery);
    assert_eq!((episode.technical_end.is_none(), &episode.case_manager), (true, &story.place.anna));
    let [reopening] = episode.reopenings.as_slice() else { panic!("{episode:?}") };
    assert_eq!((reopening.answer(), &reopening.proposer), (ReopeningAnswer::Approved, &story.place.anna));
    assert!(!reopening.answerer.is_empty() && reopening.answerer != reopening.proposer);
    assert_eq!(civil(reopening.answer_date), later);
    assert!(reopening.technical_end.is_some() && reopening.former_retention_date.is_some());
    assert_eq!(story.watch().await.unwatched_reason(), UnwatchedReason::InCaseManagement);
    let mut cases = house.bernd();
    let case = cases.get_case(contract::GetCaseRequest { name: story.place.case.clone() }).await.expect("the case");
    assert_eq!(case.into_inner().current_episode, story.place.episode);

    // The event goes on with the numbers of the episode, as the start of another workflow.
    let last = sent(&story).await.pop().expect("an event");
    let seq = i64::try_from(told).expect("a number") + 1;
    assert_eq!(last, ("2".to_owned(), seq, "start".to_owned(), "EPISODE_REOPENED".to_owned()));
    // Rebuilding Temporal starts the generation that waits, and no other.
    let open = open::episodes(house.service.owner(), None, false).await.expect("open episodes");
    assert_eq!(open, [EpisodeInput::new(story.place.episode.parse().expect("a name"), 2, false)]);

    let asked = || contract::GetTimetableRequest {
        name: story.place.episode.clone(),
        business_time: Some(instant(story.place.today)),
    };
    let now = story.process().get_timetable(story.signed_by(asked(), 2)).await.expect("a timetable").into_inner();
    assert_eq!(entries(now.clone()), entries(before), "the same duties with the dates they had");
    assert_eq!((now.finished, past.finished), (false, true));
    // The workflow before, which may have slept through all that, hears that it is over, and takes no step.
    let old = story.process().get_timetable(story.signed_by(asked(), 1)).await.expect("a timetable").into_inner();
    assert_eq!((old.finished, old.due.len(), old.phase.as_str()), (true, 0, "REOPENED"));
    let review = now.due.iter().find(|entry| entry.kind() == DutyKind::ContinuationReview).expect("the review");
    let step = story.step(review);
    let unchanged = house.everything().await;
    let answer = story.process().take_duty_step(story.signed_by(step.clone(), 1)).await.expect("idle").into_inner();
    assert_eq!((answer.taken, answer.timetable.map(|it| it.finished)), (false, Some(true)));
    assert_eq!(unchanged, house.everything().await);
    let answer = story.process().take_duty_step(story.signed_by(step, 2)).await.expect("a step").into_inner();
    assert!(answer.taken, "what is overdue escalates again");
}

#[tokio::test]
async fn the_end_of_care_is_undone_and_the_closing_record_stays() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Closed).await;
    let closed = story.read().await;
    story.act("anna", "ProposeReopening", write::propose_reopening_of_care).await.expect("a reopening");
    let declined = story.act("doris", "AnswerReopening", write::decline_reopening).await.expect("no");
    assert_eq!((declined.phase(), declined.reopenings[0].answer()), (EpisodePhase::Closed, ReopeningAnswer::Declined));
    story.act("doris", "ProposeReopening", write::propose_reopening_of_care).await.expect("the lead proposes");
    let refused = story.act("anna", "AnswerReopening", write::approve_reopening).await.expect_err("not her role");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    story.act("doris", "AnswerReopening", |place| answer(place, ReopeningAnswer::Withdrawn)).await.expect("withdrawn");
    story.act("anna", "ProposeReopening", write::propose_reopening_of_care).await.expect("once more");
    let open = story.act("doris", "AnswerReopening", write::approve_reopening).await.expect("an approval");
    assert_eq!((open.phase(), open.closing_record.is_none()), (EpisodePhase::Delivery, true));
    let kept = &open.reopenings[2];
    assert_eq!((&kept.closing_record, &kept.handover), (&closed.closing_record, &closed.handover));
    // It ends again, with aftercare beside the one that was.
    for (by, rpc, request) in [
        ("anna", "EndEpisode", write::end_episode as fn(&Place) -> Vec<u8>),
        ("bernd", "AcceptHandover", write::accept_handover),
        ("anna", "CompleteAftercare", write::complete_aftercare),
    ] {
        story.act(by, rpc, request).await.expect(rpc);
    }
    assert_eq!(story.read().await.phase(), EpisodePhase::Closed);
}

#[tokio::test]
async fn who_was_proposed_again_and_what_came_too_late_is_told() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::ReopeningProposed).await;
    let old = story.place.clone();
    story.act("bernd", "ProposeEpisode", write::propose_episode).await.expect("another proposal");
    let newer = story.place.episode.clone();
    story.place = old;
    let refused = story.act("doris", "AnswerReopening", write::approve_reopening).await.expect_err("a newer one");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "NEWER_EPISODE"));
    assert!(format!("{refused:?}").contains(newer.rsplit('/').next().expect("an id")), "which one: {refused:?}");

    let mut late = Story::at(&house, "K2", Stage::ReopeningProposed).await;
    late.wait_for(add_days(late.place.today, 100)).await;
    let refused = late.act("doris", "AnswerReopening", write::approve_reopening).await.expect_err("too late");
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::FailedPrecondition, "CORRECTION_WINDOW_OVER"));
    late.act("doris", "AnswerReopening", write::decline_reopening).await.expect("the closing stands");
    let refused = late.act("anna", "ProposeReopening", write::propose_reopening).await.expect_err("too late as well");
    assert_eq!(reason(&refused), "CORRECTION_WINDOW_OVER");
}

fn answer(place: &Place, answer: ReopeningAnswer) -> Vec<u8> {
    let message = write::approve_reopening(place);
    let mut request = contract::AnswerReopeningRequest::decode(message.as_slice()).expect("a request");
    request.set_answer(answer);
    request.encode_to_vec()
}

#[tokio::test]
async fn what_is_missing_is_told_by_field() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Closed).await;
    let status = story
        .act("anna", "ProposeReopening", |place| {
            let message = write::propose_reopening(place);
            let mut request = contract::ProposeReopeningRequest::decode(message.as_slice()).expect("a request");
            (request.error, request.extent, request.reason) = (0, 9, " ".into());
            request.encode_to_vec()
        })
        .await
        .expect_err("nothing is said");
    assert_eq!(violations(&status), ["error", "extent", "reason"]);
    story.act("anna", "ProposeReopening", write::propose_reopening).await.expect("a reopening");
    let unsaid = |place: &Place| answer(place, ReopeningAnswer::Unspecified);
    let status = story.act("doris", "AnswerReopening", unsaid).await.expect_err("no answer");
    assert_eq!(violations(&status), ["answer"]);
}

/// Ten ends over a review that nobody decided, five of which were undone: figures count what holds.
#[tokio::test]
async fn figures_do_not_count_an_end_that_was_undone() {
    let house = House::open().await;
    let story = Story::begin(&house, "F1").await;
    let case: CaseName = story.place.case.parse().expect("a name");
    let end = Event::EpisodeEnded { reason: EndReason::NoImprovement };
    for number in 0..10_u128 {
        let back = if number < 5 { Phase::Delivery } else { Phase::Closing };
        let episode = EpisodeName::new(case.clone(), Uuid::from_u128(number)).to_string();
        let missed = |at_end| Event::ReviewMissed { slot: 1, days_late: 0, at_end };
        let duty = format!("{episode}/duties/{}", Uuid::from_u128(number));
        for (at, event, subject) in [
            (1, &missed(false), &duty),
            (2, &missed(true), &duty),
            (3, &end, &episode),
            (4, &Event::EpisodeReopened { phase: back }, &episode),
        ] {
            let tell = "
                INSERT INTO case_events (event_id, jobcenter_id, case_id, happened_on, actor, code, parameters, subject)
                VALUES ($1, 'musterstadt', $2, $3::date, '', $4, $5, $6)
            ";
            let told = sqlx::query(tell).bind(Uuid::from_u128(number * 4 + at)).bind(case.id()).bind(TODAY.to_string());
            let told = told.bind(event.code()).bind(event.parameters().expect("parameters"));
            told.bind(subject).execute(house.service.owner()).await.expect("an entry");
        }
    }
    let day = Some(contract_date(TODAY));
    let request = GetSteeringFiguresRequest {
        parent: "jobcenters/musterstadt".into(),
        from_date: day,
        to_date: day,
        team: String::new(),
    };
    let mut steering = SteeringServiceClient::new(house.who("hanna"));
    let told = steering.get_steering_figures(request).await.expect("figures").into_inner();
    let ended = told.groups.iter().find(|group| group.kind() == FigureKind::Ended).expect("the group");
    assert_eq!(ended.total.as_ref().map(|total| (total.count, total.suppressed)), Some((5, false)));
    // Time missed ten, which no reopening undoes, and the ends that hold five.
    let reviews = told.groups.iter().find(|group| group.kind() == FigureKind::Reviews).expect("the group");
    assert_eq!(reviews.total.as_ref().map(|total| (total.count, total.suppressed)), Some((15, false)));
}

/// The answers to reopenings that the lead of the team has to give, with their states and why they are void.
async fn answers(house: &House) -> Vec<(DutyState, String)> {
    let states = [DutyState::Scheduled, DutyState::Open, DutyState::Overdue, DutyState::Done, DutyState::Void];
    let request = contract::ListDutiesRequest {
        parent: JOBCENTER.into(),
        kinds: vec![DutyKind::ReopeningAnswer.into()],
        states: states.map(i32::from).to_vec(),
        ..Default::default()
    };
    let duties = house.duties("doris").list_duties(request).await.expect("a list").into_inner().duties;
    duties.into_iter().map(|duty| (duty.state(), duty.void_reason)).collect()
}

#[tokio::test]
async fn no_proposal_is_forgotten_while_the_closing_can_be_undone() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::ReopeningProposed).await;
    assert_eq!(answers(&house).await, [(DutyState::Open, String::new())]);
    let today = house.today();
    sweep(&house, today).await;
    let told = tell(&house, add_days(today, 1)).await;
    let of_the_lead = told.iter().filter(|notice| notice.duty_kind() == DutyKind::ReopeningAnswer);
    let teams: Vec<_> = of_the_lead.map(|notice| (notice.team.as_str(), notice.staff_member.as_str())).collect();
    assert_eq!(teams, [("ue25", "")]);
    story.act("doris", "AnswerReopening", write::decline_reopening).await.expect("an answer");
    assert_eq!(answers(&house).await, [(DutyState::Done, String::new())]);

    // The next one stays without an answer until the window closes.
    let proposed = story.act("anna", "ProposeReopening", write::propose_reopening).await.expect("another proposal");
    let last = civil(proposed.reopenings.last().expect("a reopening").last_date);
    story.wait_for(last).await;
    sweep(&house, last).await;
    assert!(answers(&house).await.contains(&(DutyState::Open, String::new())));
    story.wait_for(add_days(last, 1)).await;
    sweep(&house, add_days(last, 1)).await;
    let mut now = answers(&house).await;
    now.sort_by_key(|(state, _)| i32::from(*state));
    assert_eq!(now, [(DutyState::Done, String::new()), (DutyState::Void, "WINDOW_CLOSED".to_owned())]);
}

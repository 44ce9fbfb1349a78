//! `RequestLetter`: happy, invalid, forbidden, without an episode, and the same request twice.

use lotse_proto::documents::*;
use tonic::Code;

use crate::support::*;

#[tokio::test]
async fn a_letter_is_requested_and_its_delivery_begins() {
    let world = World::start().await;
    let letter = world.requested().await;
    assert_eq!(letter.state(), LetterState::Requested);
    assert_eq!((letter.cause.as_str(), letter.etag.as_str()), (DUTY, "v1"));
    assert!(letter.name.starts_with(&format!("{CASE}/letters/")));
    let (workflow, kind, input): (String, String, String) =
        sqlx::query_as("SELECT workflow_id, workflow_type, input::text FROM documents.outbox_events")
            .fetch_one(&mut world.owner().await)
            .await
            .unwrap();
    assert_eq!(workflow, format!("musterstadt/letter/{}", letter.name.rsplit('/').next().unwrap()));
    assert_eq!(kind, "LetterDelivery");
    assert!(input.contains(&letter.name) && input.contains(r#""spread": false"#), "{input}");
    assert_eq!(world.count("SELECT count(*) FROM documents.audit_log WHERE outcome = 'done'").await, 1);
}

#[tokio::test]
async fn what_was_written_for_it_lies_sealed() {
    let world = World::start().await;
    let message = format!("Grüße an {FAMILY_NAME}");
    let request = RequestLetterRequest { message, ..invitation() };
    world.anna().request_letter(request).await.unwrap();
    let row: String = sqlx::query_scalar("SELECT letters::text FROM documents.letters")
        .fetch_one(&mut world.owner().await)
        .await
        .unwrap();
    assert!(!row.contains(FAMILY_NAME));
    let found: bool = sqlx::query_scalar("SELECT position($1::bytea IN draft_ciphertext) > 0 FROM documents.letters")
        .bind(FAMILY_NAME.as_bytes())
        .fetch_one(&mut world.owner().await)
        .await
        .unwrap();
    assert!(!found);
}

#[tokio::test]
async fn all_faults_of_a_request_are_told_at_once() {
    let world = World::start().await;
    let other_case = DUTY.replace("000000000001", "000000000009");
    let request = RequestLetterRequest {
        parent: CASE.to_owned(),
        kind: 0,
        cause: other_case,
        appointment: Some(Appointment {
            date: day(jiff::civil::date(2026, 8, 9)),
            local_time: "25:00".to_owned(),
            place: " ".to_owned(),
        }),
        message: "\u{e000}".to_owned(),
        request_id: "7".to_owned(),
    };
    violated(
        world.anna().request_letter(request).await,
        &["kind", "cause", "message", "appointment.date", "appointment.place", "appointment.local_time", "request_id"],
    );
    violated(world.anna().request_letter(RequestLetterRequest::default()).await, &["parent"]);
    let closing = RequestLetterRequest { kind: LetterKind::Closing.into(), ..invitation() };
    violated(world.anna().request_letter(closing).await, &["appointment"]);
    let long = RequestLetterRequest { message: "x".repeat(10_001), ..invitation() };
    violated(world.anna().request_letter(long).await, &["message"]);
    assert_eq!(world.count("SELECT count(*) FROM documents.letters").await, 0);
}

#[tokio::test]
async fn a_letter_needs_something_to_be_about() {
    let world = World::start().await;
    let about_nothing = RequestLetterRequest { cause: String::new(), ..invitation() };
    let letter = world.anna().request_letter(about_nothing.clone()).await.unwrap().into_inner();
    assert_eq!(letter.cause, EPISODE);
    let undated = RequestLetterRequest { appointment: None, request_id: fresh(), ..about_nothing.clone() };
    violated(world.anna().request_letter(undated).await, &["appointment"]);
    let by_arrangement = RequestLetterRequest { appointment: None, ..invitation() };
    world.anna().request_letter(by_arrangement).await.unwrap();
    world.cases.change(|answers| answers.current_episode.clear());
    // Another subject: the facts about Anna are remembered for five seconds.
    let request = RequestLetterRequest { request_id: fresh(), ..about_nothing };
    let bernd = world.person("bernd", &["placement-officer"]).request_letter(request).await;
    refused(bernd, Code::FailedPrecondition, "EPISODE_MISSING");
}

#[tokio::test]
async fn the_same_request_twice_makes_one_letter() {
    let world = World::start().await;
    let request = invitation();
    let first = world.anna().request_letter(request.clone()).await.unwrap().into_inner();
    let second = world.anna().request_letter(request.clone()).await.unwrap().into_inner();
    assert_eq!(first, second);
    let changed = RequestLetterRequest { message: "anders".to_owned(), ..request };
    refused(world.anna().request_letter(changed).await, Code::AlreadyExists, "REQUEST_ID_REUSED");
    assert_eq!(world.count("SELECT count(*) FROM documents.letters").await, 1);
    assert_eq!(world.count("SELECT count(*) FROM documents.outbox_events").await, 1);
}

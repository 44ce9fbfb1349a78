//! What fails on the way changes nothing and can be done again.

use lotse_documents::store::open;
use lotse_kernel::workflow::WorkflowInput as _;
use lotse_platform::outbox::Start;
use lotse_proto::documents::*;
use tonic::Code;

use crate::support::*;

#[tokio::test]
async fn rendering_waits_for_cases_and_for_the_object_store() {
    let world = World::start().await;
    let letter = world.requested().await;
    let request = render(&letter.name);
    world.cases.change(|answers| answers.away = true);
    refused(world.worker().render_letter(request.clone()).await, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    world.cases.change(|answers| answers.away = false);

    let objects = world.folder.join("objects");
    std::fs::remove_dir_all(&objects).unwrap();
    std::fs::write(&objects, "not a folder").unwrap();
    refused(world.worker().render_letter(request.clone()).await, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    assert_eq!(world.get(&letter.name).await, letter);

    std::fs::remove_file(&objects).unwrap();
    std::fs::create_dir(&objects).unwrap();
    assert!(world.worker().render_letter(request).await.unwrap().into_inner().taken);
}

#[tokio::test]
async fn nothing_of_the_person_lies_in_a_row_or_an_event() {
    let world = World::start().await;
    let letter = world.ready().await;
    world.anna().get_letter(GetLetterRequest { name: letter.name }).await.unwrap();
    for table in ["letters", "outbox_events", "audit_log", "idempotency_keys"] {
        let query = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM documents.{table} t");
        let text: String =
            sqlx::query_scalar(sqlx::AssertSqlSafe(query)).fetch_one(&mut world.owner().await).await.unwrap();
        assert!(!text.is_empty() && !text.contains(FAMILY_NAME), "{table}");
    }
}

#[tokio::test]
async fn open_deliveries_can_be_started_again() {
    let world = World::start().await;
    let (open, posted) = (world.requested().await, world.ready().await);
    let confirm = ConfirmPostingRequest {
        name: posted.name,
        etag: posted.etag,
        posted_date: day(jiff::civil::date(2026, 8, 10)),
        request_id: fresh(),
    };
    world.anna().confirm_posting(confirm).await.unwrap();
    let relay = world.login("lotse_documents_relay").await;
    let letters = open::letters(&relay, None, true).await.unwrap();
    assert_eq!(letters.iter().map(|input| input.letter.to_string()).collect::<Vec<_>>(), [open.name]);
    assert!(open::letters(&relay, letters.last(), true).await.unwrap().is_empty());
    let start = Start::of(&letters[0]).unwrap();
    assert_eq!(letters[0].workflow_id().to_string(), format!("musterstadt/letter/{}", letters[0].letter.id()));
    assert_eq!((start.workflow_type, start.input["spread"].as_bool()), ("LetterDelivery", Some(true)));
    let secret: Result<String, _> = sqlx::query_scalar("SELECT cause FROM letters").fetch_one(&relay).await;
    assert!(secret.is_err(), "the relay sees ids only");
}

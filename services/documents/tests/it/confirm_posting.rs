//! `ConfirmPosting`: happy, invalid, wrong state, stale etag, and the same request twice.

use jiff::civil::date;
use lotse_proto::documents::*;
use tonic::Code;
use tonic_types::StatusExt;

use crate::support::*;

fn confirm(letter: &Letter) -> ConfirmPostingRequest {
    ConfirmPostingRequest {
        name: letter.name.clone(),
        etag: letter.etag.clone(),
        posted_date: day(date(2026, 8, 10)),
        request_id: fresh(),
    }
}

#[tokio::test]
async fn the_day_of_notice_follows_from_the_posting_and_explains_itself() {
    let world = World::start().await;
    let letter = world.ready().await;
    let posted = world.anna().confirm_posting(confirm(&letter)).await.unwrap().into_inner();
    assert_eq!(posted.state(), LetterState::Posted);
    assert_eq!(posted.deemed_notice_date, day(date(2026, 8, 14)));
    let explanation = posted.deemed_notice_explanation.clone().unwrap();
    assert_eq!(explanation.legal_basis, "§ 37 Abs. 2 Satz 1 SGB X");
    assert_eq!(explanation.steps.len(), 2);
    assert_eq!(
        (explanation.rule_version.as_str(), explanation.fact_date),
        ("federal/NOTICE_FICTION/2", day(date(2026, 8, 10)))
    );
    assert_eq!(world.get(&letter.name).await, posted);
    assert_eq!(world.count("SELECT count(*) FROM documents.outbox_events WHERE kind = 'signal' AND seq = 2").await, 1);
    let ask = GetLetterTimetableRequest { name: letter.name, business_time: at(TODAY) };
    let timetable = world.worker().get_letter_timetable(ask).await.unwrap().into_inner();
    assert_eq!((timetable.finished, timetable.as_of_seq, timetable.phase.as_str()), (true, 2, "POSTED"));
}

/// Stored as an older release did that knew only the rule before: the version of this release has no say in it.
#[tokio::test]
async fn a_day_of_notice_stays_with_the_version_it_was_computed_by() {
    let world = World::start().await;
    let letter = world.ready().await;
    world.anna().confirm_posting(confirm(&letter)).await.unwrap();
    let former = "
        UPDATE documents.letters
        SET deemed_notice_on = DATE '2026-08-13', notice_rule_version = 'federal/NOTICE_FICTION/1'
    ";
    sqlx::query(former).execute(&mut world.owner().await).await.unwrap();
    let told = world.get(&letter.name).await;
    assert_eq!(told.deemed_notice_date, day(date(2026, 8, 13)));
    let explanation = told.deemed_notice_explanation.clone().unwrap();
    assert_eq!((explanation.due_date, explanation.fact_date), (told.deemed_notice_date, told.posted_date));
    assert_eq!(explanation.rule_version, "federal/NOTICE_FICTION/1");
    assert!(explanation.steps[1].text_de.contains("3. Tag"), "{explanation:?}");
    let list = ListLettersRequest { parent: CASE.to_owned(), ..ListLettersRequest::default() };
    assert_eq!(world.anna().list_letters(list).await.unwrap().into_inner().letters, [told]);
    // A day without its version is none that anybody could explain.
    let versionless = "UPDATE documents.letters SET notice_rule_version = NULL";
    let refused = sqlx::query(versionless).execute(&mut world.owner().await).await.unwrap_err();
    assert!(refused.to_string().contains("letters_posting_once_posted"), "{refused}");
}

#[tokio::test]
async fn a_posting_lies_between_the_letter_and_today() {
    let world = World::start().await;
    let letter = world.ready().await;
    let unwritten = ConfirmPostingRequest { posted_date: day(date(2004, 12, 31)), ..confirm(&world.requested().await) };
    violated(world.anna().confirm_posting(unwritten).await, &["posted_date"]);
    for posted_date in [None, day(date(2026, 8, 11)), day(date(2026, 8, 9))] {
        let request = ConfirmPostingRequest { posted_date, ..confirm(&letter) };
        violated(world.anna().confirm_posting(request).await, &["posted_date"]);
    }
    let empty = ConfirmPostingRequest { name: letter.name.clone(), ..ConfirmPostingRequest::default() };
    violated(world.anna().confirm_posting(empty).await, &["posted_date", "etag", "request_id"]);
    assert_eq!(world.get(&letter.name).await, letter);
}

#[tokio::test]
async fn only_a_letter_that_waits_for_it_is_posted() {
    let world = World::start().await;
    let letter = world.requested().await;
    let status = refused(world.anna().confirm_posting(confirm(&letter)).await, Code::FailedPrecondition, "WRONG_STATE");
    let metadata = status.get_details_error_info().unwrap().metadata;
    assert_eq!((metadata["state"].as_str(), metadata["allowed"].as_str()), ("REQUESTED", "READY_TO_POST"));
    let unknown = ConfirmPostingRequest { name: unknown_letter(), ..confirm(&letter) };
    refused(world.anna().confirm_posting(unknown).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let lead = world.person("clara", &["team-lead"]).confirm_posting(confirm(&letter)).await;
    refused(lead, Code::PermissionDenied, "NOT_PERMITTED");
}

#[tokio::test]
async fn a_stale_etag_changes_nothing_and_a_repetition_answers_again() {
    let world = World::start().await;
    let letter = world.ready().await;
    let stale = ConfirmPostingRequest { etag: "v1".to_owned(), ..confirm(&letter) };
    refused(world.anna().confirm_posting(stale).await, Code::Aborted, "STALE_ETAG");
    let request = confirm(&letter);
    let first = world.anna().confirm_posting(request.clone()).await.unwrap().into_inner();
    let second = world.anna().confirm_posting(request.clone()).await.unwrap().into_inner();
    assert_eq!(first, second);
    let reused = ConfirmPostingRequest { etag: first.etag, ..request };
    refused(world.anna().confirm_posting(reused).await, Code::AlreadyExists, "REQUEST_ID_REUSED");
}

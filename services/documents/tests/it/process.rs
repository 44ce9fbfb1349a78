//! The process API: each step once and again, too early and too late.

use jiff::civil::date;
use lotse_proto::cases::{DutyDates, ReplanEffect};
use lotse_proto::common::{DutyState, DutyStep};
use lotse_proto::documents::*;
use tonic::Code;

use crate::support::*;

fn ensure() -> EnsureLetterRequest {
    EnsureLetterRequest {
        parent: CASE.to_owned(),
        kind: LetterKind::ReviewInvitation.into(),
        cause: DUTY.to_owned(),
        business_time: at(TODAY),
        request_id: fresh(),
        issue: 0,
    }
}

fn remind(name: &str, round: i32, on: &str) -> RemindPostingRequest {
    RemindPostingRequest {
        name: name.to_owned(),
        round,
        business_time: at(&format!("{on}T09:00:00Z")),
        request_id: fresh(),
    }
}

#[tokio::test]
async fn a_procedure_gets_one_letter_per_cause_kind_and_issue() {
    let world = World::start().await;
    let request = ensure();
    let first = world.worker().ensure_letter(request.clone()).await.unwrap().into_inner();
    assert_eq!(world.worker().ensure_letter(request.clone()).await.unwrap().into_inner(), first);
    assert_eq!(world.worker().ensure_letter(ensure()).await.unwrap().into_inner(), first);
    let reused = EnsureLetterRequest { kind: LetterKind::Closing.into(), ..request };
    refused(world.worker().ensure_letter(reused).await, Code::AlreadyExists, "REQUEST_ID_REUSED");
    let other = EnsureLetterRequest { kind: LetterKind::Closing.into(), cause: EPISODE.to_owned(), ..ensure() };
    assert_ne!(world.worker().ensure_letter(other).await.unwrap().into_inner().name, first.name);
    // The first issue is the one that was asked for without a number; the next one is another letter, and as often as it is asked for one.
    let issue = |issue| EnsureLetterRequest { issue, ..ensure() };
    assert_eq!(world.worker().ensure_letter(issue(1)).await.unwrap().into_inner(), first);
    let second = world.worker().ensure_letter(issue(2)).await.unwrap().into_inner();
    assert_ne!(second.name, first.name);
    assert_eq!(world.worker().ensure_letter(issue(2)).await.unwrap().into_inner(), second);
    violated(world.worker().ensure_letter(issue(-1)).await, &["issue"]);
    // A person may ask for another one beside it.
    world.requested().await;
    assert_eq!(world.count("SELECT count(*) FROM documents.letters").await, 4);
    assert_eq!(world.count("SELECT count(*) FROM documents.outbox_events").await, 4);
}

#[tokio::test]
async fn requests_of_workers_are_read_with_the_same_care() {
    let world = World::start().await;
    violated(world.worker().ensure_letter(EnsureLetterRequest::default()).await, &["parent"]);
    let timeless = EnsureLetterRequest { business_time: None, ..ensure() };
    violated(world.worker().ensure_letter(timeless).await, &["business_time"]);
    let empty = EnsureLetterRequest { kind: 99, cause: String::new(), request_id: String::new(), ..ensure() };
    violated(world.worker().ensure_letter(empty).await, &["kind", "cause", "request_id"]);
    let unknown = unknown_letter();
    refused(world.worker().render_letter(render(&unknown)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    refused(world.worker().offer_for_posting(offer(&unknown)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    refused(
        world.worker().remind_posting(remind(&unknown, 1, "2026-08-14")).await,
        Code::NotFound,
        "RESOURCE_NOT_FOUND",
    );
    violated(world.worker().remind_posting(remind(&unknown, 0, "2026-08-14")).await, &["round"]);
    let badly = RenderLetterRequest { request_id: "x".to_owned(), ..render(&unknown) };
    violated(world.worker().render_letter(badly).await, &["request_id"]);
}

#[tokio::test]
async fn a_letter_is_rendered_once() {
    let world = World::start().await;
    let letter = world.requested().await;
    let request = render(&letter.name);
    let step = world.worker().render_letter(request.clone()).await.unwrap().into_inner();
    assert!(step.taken);
    assert_eq!(step.timetable.unwrap().phase, "RENDERED");
    let rendered = world.get(&letter.name).await;
    assert_eq!((rendered.state(), rendered.officer.as_str()), (LetterState::Rendered, ANNA));
    assert_eq!((rendered.template.as_str(), rendered.sha256.len()), ("templates/review-invitation/versions/1", 32));
    for again in [request, render(&letter.name)] {
        assert!(!world.worker().render_letter(again).await.unwrap().into_inner().taken);
    }
    assert_eq!(world.get(&letter.name).await, rendered);
    assert_eq!(world.count("SELECT count(*) FROM documents.letters WHERE draft_ciphertext IS NOT NULL").await, 0);
}

#[tokio::test]
async fn two_workers_render_one_file() {
    let world = World::start().await;
    let letter = world.requested().await;
    let run = async || world.worker().render_letter(render(&letter.name)).await.unwrap().into_inner().taken;
    let (first, second, third) = tokio::join!(run(), run(), run());
    assert_eq!([first, second, third].into_iter().filter(|taken| *taken).count(), 1);
    let folder = world.folder.join("objects/musterstadt").join(letter.name.rsplit('/').next().unwrap());
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 1, "the losers removed their objects");
}

#[tokio::test]
async fn a_letter_that_cannot_be_made_fails_for_people_to_see() {
    let world = World::start().await;
    let closing = RequestLetterRequest { kind: LetterKind::Closing.into(), appointment: None, ..invitation() };
    let running = world.anna().request_letter(closing).await.unwrap().into_inner();
    let step = world.worker().render_letter(render(&running.name)).await.unwrap().into_inner();
    assert_eq!((step.taken, step.recipients.as_slice()), (true, &[ANNA.to_owned()][..]));
    assert!(step.timetable.unwrap().finished);
    let failed = world.get(&running.name).await;
    assert_eq!((failed.state(), failed.failure()), (LetterState::Failed, LetterFailure::FactsMissing));

    let nameless = world.requested().await;
    world.cases.change(|answers| answers.letter.as_mut().unwrap().person_name = "\u{e000}".to_owned());
    world.worker().render_letter(render(&nameless.name)).await.unwrap();
    assert_eq!(world.get(&nameless.name).await.failure(), LetterFailure::FieldsNotPrintable);

    let unknown = world.requested().await;
    world.cases.change(|answers| answers.letter = None);
    let step = world.worker().render_letter(render(&unknown.name)).await.unwrap().into_inner();
    assert!(step.recipients.is_empty());
    assert_eq!(world.get(&unknown.name).await.failure(), LetterFailure::FactsMissing);
}

#[tokio::test]
async fn a_closing_letter_tells_the_end() {
    let world = World::start().await;
    world.cases.change(|answers| {
        let letter = answers.letter.as_mut().unwrap();
        letter.end_date = day(date(2026, 8, 7));
        letter.end_reason = "LASTING_INTEGRATION".to_owned();
    });
    let closing = RequestLetterRequest { kind: LetterKind::Closing.into(), appointment: None, ..invitation() };
    let letter = world.anna().request_letter(closing).await.unwrap().into_inner();
    world.worker().render_letter(render(&letter.name)).await.unwrap();
    assert_eq!(world.get(&letter.name).await.template, "templates/closing/versions/1");
}

#[tokio::test]
async fn an_offer_names_the_officer_every_time() {
    let world = World::start().await;
    let letter = world.requested().await;
    let early = world.worker().offer_for_posting(offer(&letter.name)).await.unwrap().into_inner();
    assert_eq!((early.taken, early.recipients.len()), (false, 0));
    world.worker().render_letter(render(&letter.name)).await.unwrap();
    let request = offer(&letter.name);
    let first = world.worker().offer_for_posting(request.clone()).await.unwrap().into_inner();
    assert_eq!((first.taken, first.recipients.as_slice()), (true, &[ANNA.to_owned()][..]));
    assert_eq!(world.worker().offer_for_posting(request.clone()).await.unwrap().into_inner(), first);
    let later = OfferForPostingRequest { business_time: at("2026-08-10T10:00:00Z"), ..request };
    assert_eq!(world.worker().offer_for_posting(later).await.unwrap().into_inner(), first);
    let due = &first.timetable.unwrap().due[0];
    assert_eq!((due.state(), due.next_step(), due.next_step_round), (DutyState::Open, DutyStep::Remind, 1));
    assert_eq!((due.due_date, due.next_step_date), (day(date(2026, 8, 13)), day(date(2026, 8, 14))));
    assert_eq!(world.get(&letter.name).await.etag, "v3");
}

#[tokio::test]
async fn reminders_come_in_their_order_and_on_their_days() {
    let world = World::start().await;
    let letter = world.ready().await;
    let taken = async |round, on: &str| {
        let step = world.worker().remind_posting(remind(&letter.name, round, on)).await.unwrap().into_inner();
        assert_eq!(step.taken, !step.recipients.is_empty());
        step.taken
    };
    assert!(!taken(1, "2026-08-13").await, "too early");
    assert!(!taken(2, "2026-08-20").await, "out of order");
    assert!(taken(1, "2026-08-14").await);
    assert!(taken(1, "2026-08-14").await, "the same answer again");
    assert_eq!(world.get(&letter.name).await.reminders, 1);
    assert!(!taken(2, "2026-08-18").await);
    assert!(taken(2, "2026-08-19").await);
    let ask = GetLetterTimetableRequest { name: letter.name.clone(), business_time: at("2026-08-19T09:00:00Z") };
    let timetable = world.worker().get_letter_timetable(ask).await.unwrap().into_inner();
    assert_eq!(timetable.due[0].state(), DutyState::Overdue);
    assert_eq!(timetable.due[0].next_step_round, 3);
}

#[tokio::test]
async fn a_letter_in_the_post_room_is_roused_once_and_nothing_else_changes() {
    let world = World::start().await;
    world.requested().await;
    let ready = world.ready().await;
    let events = async || world.count("SELECT count(*) FROM documents.outbox_events").await;
    assert_eq!(events().await, 2);
    let request = rouse("");
    for _ in 0..2 {
        assert_eq!(world.worker().rouse_letters(request.clone()).await.unwrap().into_inner().last, "");
    }
    assert_eq!(events().await, 3, "the one that is not made yet waits for no date");
    let asked = GetLetterTimetableRequest { name: ready.name.clone(), business_time: at(TODAY) };
    assert_eq!(world.worker().get_letter_timetable(asked).await.unwrap().into_inner().as_of_seq, 2);
    assert_eq!(world.get(&ready.name).await, ready, "nobody's etag is stale");
    world.worker().rouse_letters(rouse(&ready.name)).await.unwrap();
    assert_eq!(events().await, 3, "behind the last one there is nobody");
    violated(world.worker().rouse_letters(rouse(&ready.name.replace("musterstadt", "nachbarstadt"))).await, &["after"]);
}

#[tokio::test]
async fn who_is_roused_looks_by_the_rules_of_now() {
    let world = World::start().await;
    let ready = world.ready().await;
    let reminder = async || {
        let asked = GetLetterTimetableRequest { name: ready.name.clone(), business_time: at(TODAY) };
        world.worker().get_letter_timetable(asked).await.unwrap().into_inner().due[0].next_step_date
    };
    let federal = reminder().await;
    // What was asked a moment ago is remembered for people, who read and act again, and not for who sleeps by the answer.
    world.cases.change(|answers| answers.rules = Some(posting(1)));
    let local = reminder().await;
    assert!(local.is_some() && local != federal, "{local:?} instead of {federal:?}");
}

#[tokio::test]
async fn a_preview_tells_which_letters_are_posted_on_another_day_and_changes_nothing() {
    let world = World::start().await;
    world.requested().await;
    let ready = world.ready().await;
    let before = world.count("SELECT count(*) FROM documents.outbox_events").await;
    // Given out on Monday, 10 August, to be posted until the 13th.
    let page = world.worker().preview_letters(preview(1, date(2026, 8, 11))).await.unwrap().into_inner();
    assert_eq!((page.read_count, page.total_count, page.last.as_str()), (1, 1, ""));
    let [change] = page.changes.as_slice() else { panic!("{page:?}") };
    assert_eq!((change.duty.as_str(), change.effect()), (ready.name.as_str(), ReplanEffect::Moved));
    let due = |dates: &Option<DutyDates>| dates.as_ref().unwrap().due_date;
    assert_eq!((due(&change.before), due(&change.after)), (day(date(2026, 8, 13)), day(date(2026, 8, 11))));
    assert_eq!(change.explanation.as_ref().unwrap().rule_version, "musterstadt/LETTER_POSTING/1");
    // What is overdue stays what it is.
    let page = world.worker().preview_letters(preview(1, date(2026, 8, 14))).await.unwrap().into_inner();
    assert_eq!(page.changes[0].effect(), ReplanEffect::KeptOverdue);
    let same = world.worker().preview_letters(preview(3, date(2026, 8, 11))).await.unwrap().into_inner();
    assert_eq!((same.read_count, same.changes.as_slice()), (1, &[][..]));
    assert_eq!(world.count("SELECT count(*) FROM documents.outbox_events").await, before);
    assert_eq!(world.get(&ready.name).await, ready);

    let wrong =
        PreviewLettersRequest { after: "x".into(), rules: None, as_of_date: None, ..preview(1, date(2026, 8, 11)) };
    violated(world.worker().preview_letters(wrong).await, &["after", "as_of_date", "rules"]);
    let unknown =
        PreviewLettersRequest { citation: "musterstadt/LETTER_POSTING/9".into(), ..preview(1, date(2026, 8, 11)) };
    violated(world.worker().preview_letters(unknown).await, &["citation"]);
}

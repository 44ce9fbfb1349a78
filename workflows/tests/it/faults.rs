//! Each activity twice, a failure at each step, and services that are away for long.

use futures::future::join_all;
use jiff::SignedDuration;
use lotse_kernel::dates::{add_days, add_weeks};
use temporalio_common::protos::temporal::api::enums::v1::WorkflowExecutionStatus;
use tonic::Code;

use crate::{
    peer::{Asked, When},
    scene::{EpisodeScene, play},
};

const RPCS: [&str; 4] = ["get_timetable", "take_duty_step", "create_notice", "ensure_letter"];

/// Lives until the first escalation and checks that all of it happened, once and on its day.
async fn lives_as_always(scene: &EpisodeScene, what: &str) {
    let (opens, overdue) = scene.book(|book| (book.duties[0].opens_on, add_days(book.duties[0].overdue_after, 1)));
    scene.travel_to(overdue).await;
    let journal = [format!("{opens} review-1 OPEN/1"), format!("{overdue} review-1 ESCALATE/1")];
    assert_eq!(scene.book(|book| book.journal.clone()), journal, "{what}");
    let notices = ["review-1 ESCALATE/1 review-overdue", "review-1 OPEN/1 review-opened"];
    assert_eq!(scene.notices(), notices, "{what}");
    assert_eq!(scene.letters(), ["LETTER_KIND_REVIEW_INVITATION review-1"], "{what}");
    assert_eq!(scene.asked(|asked| asked.faults_left()), 0, "{what}: every fault has happened");
    assert_eq!(scene.status().await, WorkflowExecutionStatus::Running, "{what}");
}

#[test]
fn each_activity_twice_does_nothing_twice() {
    play(async {
        let scene = EpisodeScene::set("twice").await;
        for rpc in RPCS {
            scene.fail(rpc, When::After, Code::Unavailable, 1);
        }
        lives_as_always(&scene, "twice").await;
    });
}

/// Seven failures outlast the tries of one visit; a refusal that is not repeated costs a visit each.
#[test]
fn a_failure_at_each_step_only_delays() {
    play(async {
        let cases = RPCS.iter().flat_map(|rpc| {
            [
                (When::Before, Code::Unavailable, 7),
                (When::Before, Code::NotFound, 2),
                (When::Before, Code::PermissionDenied, 1),
                (When::After, Code::Unavailable, 7),
                (When::After, Code::Internal, 4),
            ]
            .map(|(when, code, times)| (*rpc, when, code, times))
        });
        join_all(cases.map(|(rpc, when, code, times)| async move {
            let what = format!("failure-{rpc}-{when:?}-{code:?}");
            let scene = EpisodeScene::set(&what).await;
            scene.fail(rpc, when, code, times);
            lives_as_always(&scene, &what).await;
        }))
        .await;
    });
}

#[test]
fn an_absent_neighbour_does_not_hold_the_story_and_is_asked_again_in_the_next_run() {
    play(async {
        let scene = EpisodeScene::set("neighbour-away").await;
        for rpc in ["create_notice", "ensure_letter"] {
            scene.fail(rpc, When::Before, Code::Unavailable, u32::MAX);
        }
        let opens = scene.book(|book| book.duties[0].opens_on);
        scene.travel_to(opens).await;
        assert_eq!(scene.book(|book| book.journal.len()), 1, "the review opens although nobody can be told");
        let seq = scene.book(|book| book.decide_review(1));
        scene.wake(seq).await;
        scene.settle().await;
        assert_eq!(scene.histories().await.len(), 2, "the next run begins although errands wait");
        assert!(scene.letters().is_empty());

        scene.asked(Asked::mend);
        scene.travel_on(SignedDuration::from_hours(2)).await;
        assert_eq!(scene.letters(), ["LETTER_KIND_REVIEW_INVITATION review-1"]);
        assert_eq!(scene.notices(), ["review-1 OPEN/1 review-opened"]);
    });
}

#[test]
fn cases_may_be_away_for_days() {
    play(async {
        let scene = EpisodeScene::set("cases-away").await;
        let opens = scene.book(|book| book.duties[0].opens_on);
        scene.travel_to(add_days(opens, -1)).await;
        scene.fail("get_timetable", When::Before, Code::PermissionDenied, u32::MAX);
        scene.travel_to(add_days(opens, 2)).await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);
        assert!(scene.book(|book| book.journal.is_empty()));

        scene.asked(Asked::mend);
        scene.travel_to(add_weeks(opens, 1)).await;
        let opened = add_days(opens, 2);
        assert_eq!(scene.book(|book| book.journal.clone()), [format!("{opened} review-1 OPEN/1")]);
    });
}

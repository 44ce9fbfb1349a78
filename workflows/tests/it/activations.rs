//! `PolicyActivation` on a real Temporal server: the wait for the first day, page after page, answers lost on the way.

use std::collections::BTreeSet;

use lotse_kernel::dates::add_days;
use temporalio_common::protos::temporal::api::enums::v1::WorkflowExecutionStatus;
use tonic::Code;

use crate::{
    books::{PASS, first_day},
    histories::replays,
    peer::When,
    scene::{ActivationScene, play},
};

#[test]
fn a_version_waits_for_its_first_day_and_takes_every_page_once() {
    play(async {
        let scene = ActivationScene::set("activated").await;
        let first_on = first_day(scene.today);
        scene.travel_to(add_days(first_on, -1)).await;
        assert_eq!(scene.book(|book| book.pages.len()), 0);
        // Whatever is heard before, nothing moves before its day.
        scene.wake(7).await;
        scene.settle().await;
        assert_eq!(scene.book(|book| book.pages.len()), 0);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);

        scene.travel_to(first_on).await;
        assert_eq!(scene.book(|book| book.pages.clone()), [first_on; 2 * PASS]);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        assert_eq!(scene.asked(|asked| asked.calls["replan_duties"]), 6);
        // Referrals compute their dates when they are asked: those that sleep look again, page after page, under ids of their own.
        let roused = scene.book(|book| book.roused.clone());
        let pages: Vec<&str> = roused.iter().map(|(after, _)| after.rsplit('/').next().unwrap()).collect();
        assert_eq!(pages, ["", "1000", "2000"]);
        assert_eq!(roused.iter().map(|(_, id)| id).collect::<BTreeSet<_>>().len(), 3);
        replays(&scene).await;
    });
}

#[test]
fn lost_answers_take_no_page_twice() {
    play(async {
        let scene = ActivationScene::set("lost-answers").await;
        scene.settle().await;
        // Seven losses outlast the tries of one visit.
        for rpc in ["get_activation", "replan_duties", "rouse_referrals"] {
            scene.fail(rpc, When::After, Code::Unavailable, 7);
        }
        let first_on = first_day(scene.today);
        scene.travel_to(first_on).await;
        assert_eq!(scene.book(|book| book.pages.clone()), [first_on; 2 * PASS]);
        assert_eq!(scene.asked(|asked| asked.faults_left()), 0);
        let last = scene.book(|book| book.roused.last().cloned()).unwrap();
        assert!(last.0.ends_with("/2000"), "all were reached at last: {last:?}");
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        replays(&scene).await;
    });
}

#[test]
fn a_refusal_is_waited_out() {
    play(async {
        let scene = ActivationScene::set("refused").await;
        scene.settle().await;
        scene.fail("replan_duties", When::Before, Code::PermissionDenied, 2);
        let first_on = first_day(scene.today);
        scene.travel_to(first_on).await;
        assert_eq!(scene.book(|book| book.pages.len()), 2 * PASS);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        replays(&scene).await;
    });
}

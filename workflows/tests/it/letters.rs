//! `LetterDelivery` on a real Temporal server: a letter from the request to the posting, with answers lost on the way.

use jiff::civil::Date;
use lotse_kernel::dates::{add_days, add_working_days};
use temporalio_common::protos::temporal::api::enums::v1::WorkflowExecutionStatus;
use tonic::Code;

use crate::{
    books::LetterBook,
    histories::replays,
    peer::When,
    scene::{LetterScene, play},
};

const RPCS: [&str; 4] = ["get_letter_timetable", "offer_for_posting", "remind_posting", "create_notice"];

/// The day of a reminder of a letter that was offered today.
fn reminder(scene: &LetterScene, round: i32) -> Date {
    add_days(add_working_days(scene.today, 3 * round), 1)
}

#[test]
fn a_letter_is_rendered_offered_reminded_of_and_posted() {
    play(async {
        let scene = LetterScene::set("delivered").await;
        scene.settle().await;
        assert_eq!(scene.book(|book| book.phase), "READY_TO_POST");
        assert_eq!(scene.notices(), ["OFFER/1 letter-ready-to-post"]);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);

        scene.travel_to(add_days(reminder(&scene, 1), -1)).await;
        assert_eq!(scene.book(|book| book.reminders.len()), 0);
        scene.travel_to(reminder(&scene, 2)).await;
        assert_eq!(scene.book(|book| book.reminders.clone()), [reminder(&scene, 1), reminder(&scene, 2)]);

        scene.book(LetterBook::post);
        scene.wake(2).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        let told =
            ["OFFER/1 letter-ready-to-post", "REMIND/1 letter-posting-overdue", "REMIND/2 letter-posting-overdue"];
        assert_eq!(scene.notices(), told);
        replays(&scene).await;
    });
}

#[test]
fn lost_answers_leave_nobody_untold_and_do_nothing_twice() {
    play(async {
        // Seven losses outlast the tries of one visit; a rendered letter is not rendered again by the next.
        let scene = LetterScene::prepare("lost-answers").await;
        scene.fail("render_letter", When::After, Code::Unavailable, 2);
        for rpc in RPCS {
            scene.fail(rpc, When::After, Code::Unavailable, 7);
        }
        scene.begin().await;
        scene.travel_to(reminder(&scene, 1)).await;
        assert_eq!(scene.book(|book| (book.renders, book.reminders.len())), (1, 1));
        assert_eq!(scene.asked(|asked| asked.faults_left()), 0);
        let told = ["OFFER/1 letter-ready-to-post", "REMIND/1 letter-posting-overdue"];
        assert_eq!(scene.notices(), told);
        scene.book(LetterBook::post);
        scene.wake(2).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        replays(&scene).await;
    });
}

#[test]
fn a_letter_that_cannot_be_made_is_told_of_and_ends() {
    play(async {
        let scene = LetterScene::prepare("failed").await;
        scene.book(|book| book.fails = true);
        scene.begin().await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        assert_eq!(scene.notices(), ["FAILED/1 letter-failed"]);
        replays(&scene).await;
    });
}

#[test]
fn a_signal_that_says_nothing_changes_nothing() {
    play(async {
        let scene = LetterScene::set("noise").await;
        scene.settle().await;
        for seq in [1, 1, 7, 3] {
            scene.wake(seq).await;
        }
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);
        assert_eq!((scene.book(|book| book.renders), scene.notices().len()), (1, 1));
    });
}

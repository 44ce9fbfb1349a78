//! `LetterDelivery` on a real Temporal server: a letter from the request to the posting, with answers lost on the way.

mod desk;
mod scene;

use jiff::civil::Date;
use lotse_kernel::dates::{add_days, add_working_days};
use prost::Message;
use temporalio_common::protos::temporal::api::{enums::v1::WorkflowExecutionStatus, history::v1::History};

use crate::scene::play;
use desk::LetterDesk;
use scene::{LetterScene, folder, replay};

const RPCS: [&str; 4] = ["get_letter_timetable", "offer_for_posting", "remind_posting", "create_notice"];

/// The day of a reminder of a letter that was offered today.
fn reminder(scene: &LetterScene, round: i32) -> Date {
    add_days(add_working_days(scene.today, 3 * round), 1)
}

#[test]
fn a_letter_is_rendered_offered_reminded_of_and_posted() {
    play(async {
        let scene = LetterScene::set("delivered", LetterDesk::new()).await;
        scene.settle().await;
        assert_eq!(scene.desk(|desk| desk.phase), "READY_TO_POST");
        assert_eq!(scene.desk(|desk| desk.notices()), ["OFFER/1 letter-ready-to-post"]);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);

        scene.travel_to(add_days(reminder(&scene, 1), -1)).await;
        assert_eq!(scene.desk(|desk| desk.reminders.len()), 0);
        scene.travel_to(reminder(&scene, 2)).await;
        assert_eq!(scene.desk(|desk| desk.reminders.clone()), [reminder(&scene, 1), reminder(&scene, 2)]);

        scene.desk(LetterDesk::post);
        scene.wake(2).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        let told =
            ["OFFER/1 letter-ready-to-post", "REMIND/1 letter-posting-overdue", "REMIND/2 letter-posting-overdue"];
        assert_eq!(scene.desk(|desk| desk.notices()), told);
        scene.replays().await;
    });
}

#[test]
fn lost_answers_leave_nobody_untold_and_do_nothing_twice() {
    play(async {
        // Seven losses outlast the tries of one visit; a rendered letter is not rendered again by the next.
        let desk = LetterDesk::new().losing("render_letter", 2);
        let desk = RPCS.into_iter().fold(desk, |desk, rpc| desk.losing(rpc, 7));
        let scene = LetterScene::set("lost-answers", desk).await;
        scene.travel_to(reminder(&scene, 1)).await;
        assert_eq!(scene.desk(|desk| (desk.renders, desk.reminders.len(), desk.left())), (1, 1, 0));
        let told = ["OFFER/1 letter-ready-to-post", "REMIND/1 letter-posting-overdue"];
        assert_eq!(scene.desk(|desk| desk.notices()), told);
        scene.desk(LetterDesk::post);
        scene.wake(2).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        scene.replays().await;
    });
}

#[test]
fn a_letter_that_cannot_be_made_is_told_of_and_ends() {
    play(async {
        let scene = LetterScene::set("failed", LetterDesk::failing()).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        assert_eq!(scene.desk(|desk| desk.notices()), ["FAILED/1 letter-failed"]);
        scene.replays().await;
    });
}

#[test]
fn a_signal_that_says_nothing_changes_nothing() {
    play(async {
        let scene = LetterScene::set("noise", LetterDesk::new()).await;
        scene.settle().await;
        for seq in [1, 1, 7, 3] {
            scene.wake(seq).await;
        }
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);
        assert_eq!(scene.desk(|desk| (desk.renders, desk.notices().len())), (1, 1));
    });
}

#[test]
fn recorded_letters_run_through_todays_code() {
    play(async {
        let mut stories = Vec::new();
        for story in ["delivered", "failed", "lost-answers"] {
            let bytes = std::fs::read(folder().join(format!("{story}.pb"))).unwrap();
            stories.push(History::decode(bytes.as_slice()).unwrap());
        }
        assert_eq!(replay(stories).await, [None, None, None]);
    });
}

//! Signals that are lost, repeated, late, unreadable, or come by the hundred.

use futures::future::join_all;
use lotse_kernel::dates::{add_days, add_months, add_weeks};
use serde_json::json;
use temporalio_common::protos::temporal::api::{common::v1::Payloads, enums::v1::WorkflowExecutionStatus};

use crate::{
    books::EpisodeBook,
    scene::{EpisodeScene, bytes, payloads, play},
};

fn asked(scene: &EpisodeScene) -> u32 {
    scene.asked(|asked| asked.calls.get("get_timetable").copied().unwrap_or_default())
}

#[test]
fn a_lost_signal_is_made_good_by_the_next_date() {
    play(async {
        let scene = EpisodeScene::set("lost-signal").await;
        let overdue = scene.book(|book| add_days(book.duties[0].overdue_after, 1));
        scene.travel_to(add_days(overdue, -1)).await;
        scene.book(|book| book.decide_review(1));
        scene.travel_to(add_weeks(overdue, 2)).await;
        let escalated = scene.book(|book| book.journal.iter().any(|step| step.contains("ESCALATE")));
        assert!(!escalated, "the workflow asks before it acts");
        assert_eq!(scene.histories().await.len(), 2);
    });
}

#[test]
fn old_news_wakes_nobody_and_gaps_are_harmless() {
    play(async {
        let scene = EpisodeScene::set("old-news").await;
        scene.settle().await;
        let before = asked(&scene);
        for _ in 0..5 {
            scene.wake(1).await;
            scene.settle().await;
        }
        assert_eq!(asked(&scene), before, "what a timetable has included is old news");

        scene.book(|book| book.seq = 9);
        scene.wake(7).await;
        scene.settle().await;
        assert_eq!(asked(&scene), before + 1);
        scene.wake(9).await;
        scene.wake(8).await;
        scene.settle().await;
        assert_eq!(asked(&scene), before + 1, "the answer to 7 included 9");
    });
}

#[test]
fn whatever_comes_as_a_signal_wakes_and_breaks_nothing() {
    play(async {
        let scene = EpisodeScene::set("unreadable").await;
        scene.settle().await;
        let strange = [
            payloads(&json!({ "sender": "stars", "kind": "X", "seq": 1 })),
            payloads(&json!([1, 2, 3])),
            bytes(vec![0xff, 0x00, 0x7b]),
            bytes(vec![]),
            Payloads::default(),
        ];
        for payload in strange {
            let before = asked(&scene);
            scene.signal("wake", &payload).await;
            scene.settle().await;
            assert_eq!(asked(&scene), before + 1, "{payload:?}");
        }
        scene.signal("no_such_signal", &payloads(&json!("?"))).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);
    });
}

#[test]
fn a_storm_of_signals_across_runs_loses_nothing() {
    play(async {
        let scene = EpisodeScene::set("storm").await;
        for slot in 1..=3 {
            scene.travel_to(add_months(scene.today, 6 * slot).date).await;
            let seqs: Vec<i64> = (0..60).map(|_| scene.book(EpisodeBook::event)).collect();
            let decided = scene.book(|book| book.decide_review(usize::try_from(slot).unwrap()));
            join_all(seqs.into_iter().chain([decided]).map(|seq| scene.wake(seq))).await;
        }
        // The last news is heard by a run that is just about to end.
        let seq = scene.book(EpisodeBook::end);
        scene.wake(seq).await;
        scene.settle().await;
        assert!(scene.letters().contains(&"LETTER_KIND_CLOSING episode".to_owned()));
        let seq = scene.book(EpisodeBook::close);
        scene.wake(seq).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        assert_eq!(scene.histories().await.len(), 4, "three decided reviews, four runs");
    });
}

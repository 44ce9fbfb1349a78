//! The story without faults: what opens, is told, escalates and is missed, on which days, and how it ends.

use lotse_kernel::dates::{add_days, add_months, add_weeks};
use temporalio_common::protos::temporal::api::enums::v1::WorkflowExecutionStatus;

use crate::{
    books::EpisodeBook,
    scene::{EpisodeScene, play},
};

#[test]
fn a_review_opens_and_escalates_on_its_days_until_it_is_decided() {
    play(async {
        let scene = EpisodeScene::set("escalates").await;
        let (opens, overdue) = scene.book(|book| (book.duties[0].opens_on, add_days(book.duties[0].overdue_after, 1)));
        scene.travel_to(add_days(opens, -1)).await;
        assert!(scene.book(|book| book.journal.is_empty()));

        scene.travel_to(opens).await;
        assert_eq!(scene.book(|book| book.journal.clone()), [format!("{opens} review-1 OPEN/1")]);
        assert_eq!(scene.letters(), ["LETTER_KIND_REVIEW_INVITATION review-1"]);

        scene.travel_to(add_weeks(overdue, 1)).await;
        let second = add_weeks(overdue, 1);
        assert_eq!(
            scene.book(|book| book.journal[1..].to_vec()),
            [format!("{overdue} review-1 ESCALATE/1"), format!("{second} review-1 ESCALATE/2")]
        );
        assert_eq!(
            scene.notices(),
            [
                "review-1 ESCALATE/1 review-overdue",
                "review-1 ESCALATE/2 review-overdue",
                "review-1 OPEN/1 review-opened",
            ]
        );

        let seq = scene.book(|book| book.decide_review(1));
        scene.wake(seq).await;
        scene.travel_to(add_weeks(overdue, 4)).await;
        assert_eq!(scene.book(|book| book.journal.len()), 3, "what is decided escalates no more");
        assert_eq!(scene.histories().await.len(), 2, "a decided review begins a new run");
        assert!(scene.asked(|asked| asked.callers.iter().eq([&scene.workflow_id])), "only the workflow calls");
    });
}

#[test]
fn two_years_pass_by_the_calendar() {
    play(async {
        let scene = EpisodeScene::set("two-years").await;
        for slot in 1..=3 {
            scene.travel_to(add_months(scene.today, 6 * slot).date).await;
            let seq = scene.book(|book| book.decide_review(usize::try_from(slot).unwrap()));
            scene.wake(seq).await;
        }
        scene.travel_to(add_months(scene.today, 24).date).await;
        let expected: Vec<String> = scene.book(|book| {
            let [one, two, three, four, limit] = &book.duties[..] else { panic!("five duties") };
            let reminds_on = add_months(scene.today, 23).date;
            let mut steps = vec![(limit.opens_on, &limit.label, "OPEN/1"), (reminds_on, &limit.label, "REMIND/1")];
            steps.extend([one, two, three, four].map(|review| (review.opens_on, &review.label, "OPEN/1")));
            steps.sort_by_key(|(on, _, _)| *on);
            steps.into_iter().map(|(on, label, step)| format!("{on} {label} {step}")).collect()
        });
        assert_eq!(scene.book(|book| book.journal.clone()), expected);

        let seq = scene.book(EpisodeBook::end);
        scene.wake(seq).await;
        scene.settle().await;
        assert!(scene.letters().contains(&"LETTER_KIND_CLOSING episode".to_owned()));
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);
        let seq = scene.book(EpisodeBook::close);
        scene.wake(seq).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        assert_eq!(scene.letters().len(), 5, "four invitations and one letter at the end");
    });
}

#[test]
fn a_review_that_nobody_decides_is_missed_when_the_next_falls_due() {
    play(async {
        let scene = EpisodeScene::set("missed").await;
        scene.travel_to(add_months(scene.today, 12).date).await;
        let missed = format!("{} review-1 MISS/1", add_months(scene.today, 12).date);
        assert!(scene.book(|book| book.journal.contains(&missed)), "{:?}", scene.book(|book| book.journal.clone()));
        assert_eq!(scene.histories().await.len(), 2, "a missed review begins a new run");
    });
}

#[test]
fn an_end_that_passed_unseen_still_gets_its_letter() {
    play(async {
        let scene = EpisodeScene::set("unseen-end").await;
        scene.settle().await;
        scene.book(EpisodeBook::end);
        let seq = scene.book(EpisodeBook::close);
        scene.wake(seq).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        assert_eq!(scene.letters(), ["LETTER_KIND_CLOSING episode"]);
    });
}

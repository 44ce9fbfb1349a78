//! `Watch` on a real Temporal server: the checks of several people, an overdue one, a morning with many and answers lost on the way.

use jiff::civil::Date;
use lotse_kernel::{dates::add_days, workflow::WATCH_REST_DAYS};
use temporalio_common::protos::temporal::api::enums::v1::WorkflowExecutionStatus;
use tonic::Code;

use crate::{
    books::WatchBook,
    histories::replays,
    peer::When,
    scene::{WatchScene, play},
};

/// The one notice of a day about openings.
fn opened(on: Date) -> String {
    format!("OPEN/{} watch-opened", on.strftime("%Y%m%d"))
}

#[test]
fn a_check_opens_escalates_while_it_is_late_and_comes_again() {
    play(async {
        let scene = WatchScene::set("checked").await;
        scene.settle().await;
        // Nobody wakes it for what lies further off than it rests.
        let first = scene.book(|book| book.watch("anton", scene.today));
        assert!(first.opens_on > add_days(scene.today, WATCH_REST_DAYS));
        scene.travel_to(add_days(first.opens_on, -1)).await;
        assert_eq!(scene.notices(), Vec::<String>::new());
        scene.travel_to(first.opens_on).await;
        assert_eq!(scene.notices(), [opened(first.opens_on)]);

        // A person of whom nobody knew, whose check is near: the service wakes the workflow.
        let near = scene.book(|book| book.watch("berta", add_days(scene.today, -60)));
        let seq = scene.book(WatchBook::number);
        scene.wake(seq).await;
        scene.travel_to(add_days(first.overdue_after(), 8)).await;
        assert!(near.overdue_after() < first.overdue_after());
        let late = scene.notices();
        let alone = |told: &[String]| told.iter().filter(|told| told.ends_with("recheck-overdue")).count();
        assert!(late.contains(&"anton-1 ESCALATE/1 recheck-overdue".to_owned()), "{late:?}");
        assert!(late.contains(&"berta-1 ESCALATE/1 recheck-overdue".to_owned()), "{late:?}");
        assert_eq!(alone(&late), 2, "each is told by itself once: {late:?}");
        let lists = late.iter().filter(|told| told.contains("watch-still-overdue")).count();
        assert!((7..=9).contains(&lists), "a list a week since the second escalation of the one: {late:?}");

        // One is checked, the other leaves: neither needs a signal. What the last week was late is still told.
        let today = add_days(first.overdue_after(), 8);
        let second = scene.book(|book| book.check("anton", today));
        scene.book(|book| book.leave("berta"));
        scene.travel_to(add_days(second.opens_on, -1)).await;
        let mut told = scene.notices();
        told.retain(|notice| !late.contains(notice));
        assert_eq!((told.len(), told[0].contains("watch-still-overdue")), (1, true), "{told:?}");
        scene.travel_to(second.overdue_after()).await;
        assert!(scene.notices().contains(&opened(second.opens_on)));
        assert_eq!(alone(&scene.notices()), 2);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);
        replays(&scene).await;
    });
}

#[test]
fn a_morning_of_many_leaves_nobody_untold_though_answers_are_lost() {
    const PEOPLE: usize = 60;
    play(async {
        let scene = WatchScene::set("morning").await;
        scene.settle().await;
        let deadlines = scene.book(|book| {
            (0..PEOPLE).map(|number| book.watch(&format!("person-{number:02}"), scene.today)).collect::<Vec<_>>()
        });
        // Seven losses outlast the tries of one visit.
        let rpcs =
            ["get_watch_timetable", "sweep_watches", "list_watch_notices", "create_notice", "settle_watch_notices"];
        for rpc in rpcs {
            scene.fail(rpc, When::After, Code::Unavailable, 7);
        }
        let opens_on = deadlines[0].opens_on;
        scene.travel_to(add_days(opens_on, 1)).await;
        // One notice for all of them, under one request id.
        assert_eq!(scene.notices(), [format!("{} of {PEOPLE}", opened(opens_on))]);
        // All of them are late at once: each is told by itself, page by page.
        scene.travel_to(add_days(deadlines[0].overdue_after(), 1)).await;
        assert_eq!((scene.notices().len(), scene.asked(|asked| asked.faults_left())), (1 + PEOPLE, 0));
        let pages = scene.asked(|asked| asked.calls["sweep_watches"]);
        assert!(pages >= 8, "three pages and an empty one on each of two days: {pages}");
        replays(&scene).await;
    });
}

#[test]
fn a_page_that_is_refused_holds_up_nothing_but_itself() {
    play(async {
        let scene = WatchScene::set("refused").await;
        scene.settle().await;
        let deadline = scene.book(|book| book.watch("anton", scene.today));
        scene.fail("sweep_watches", When::Before, Code::InvalidArgument, 1);
        scene.fail("create_notice", When::Before, Code::InvalidArgument, 1);
        scene.travel_to(add_days(deadline.opens_on, 1)).await;
        assert_eq!(scene.notices(), [opened(deadline.opens_on)]);
        replays(&scene).await;
    });
}

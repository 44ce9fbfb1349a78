//! `Watch` on a real Temporal server: the checks of several people, an overdue one, a morning with many and answers lost on the way.

use lotse_kernel::{dates::add_days, workflow::WATCH_REST_DAYS};
use temporalio_common::protos::temporal::api::enums::v1::WorkflowExecutionStatus;
use tonic::Code;

use crate::{
    books::WatchBook,
    histories::replays,
    peer::When,
    scene::{WatchScene, play},
};

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
        assert_eq!(scene.notices(), ["anton-1 OPEN/1 recheck-opened"]);

        // A person of whom nobody knew, whose check is near: the service wakes the workflow.
        let near = scene.book(|book| book.watch("berta", add_days(scene.today, -60)));
        let seq = scene.book(WatchBook::number);
        scene.wake(seq).await;
        scene.travel_to(add_days(first.overdue_after(), 8)).await;
        assert!(near.overdue_after() < first.overdue_after());
        let late = scene.notices();
        assert!(late.contains(&"anton-1 ESCALATE/2 recheck-overdue".to_owned()), "{late:?}");
        assert!(late.contains(&"berta-1 ESCALATE/5 recheck-overdue".to_owned()), "{late:?}");

        // One is checked, the other leaves: neither needs a signal.
        let today = add_days(first.overdue_after(), 8);
        let second = scene.book(|book| book.check("anton", today));
        scene.book(|book| book.leave("berta"));
        scene.travel_to(add_days(second.opens_on, -1)).await;
        assert_eq!(scene.notices(), late);
        scene.travel_to(second.overdue_after()).await;
        let mut told = scene.notices();
        told.retain(|notice| !late.contains(notice));
        assert_eq!(told, ["anton-2 OPEN/1 recheck-opened"]);
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
        for rpc in ["get_watch_timetable", "take_watch_step", "create_notice"] {
            scene.fail(rpc, When::After, Code::Unavailable, 7);
        }
        scene.travel_to(add_days(deadlines[0].opens_on, 1)).await;
        assert_eq!((scene.notices().len(), scene.asked(|asked| asked.faults_left())), (PEOPLE, 0));
        assert_eq!(replays(&scene).await, 2, "fifty steps, then the rest");
    });
}

//! Workers come and go, and so does Temporal; the procedures go on.

use lotse_devstack::{DevStack, Options};
use lotse_kernel::dates::{add_days, add_weeks};
use tokio_util::sync::CancellationToken;

use crate::scene::{Scene, Stage, play};

#[test]
fn a_worker_ends_when_told_and_the_next_one_goes_on() {
    play(async {
        let stack = DevStack::start(Options { fsync: false, ..Options::default() }).await.unwrap();
        let stage = Stage::build(&stack).await;
        let (first, second) = (CancellationToken::new(), CancellationToken::new());
        let worker = stage.hire(&first);
        let scene = Scene::set_on(&stage, "workers").await;
        let opens = scene.book(|book| book.duties[0].opens_on);
        scene.travel_to(add_days(opens, -1)).await;
        first.cancel();
        worker.await.unwrap().unwrap();

        // The next worker knows nothing of the episode but its history.
        let worker = stage.hire(&second);
        scene.travel_to(opens).await;
        assert_eq!(scene.book(|book| book.journal.len()), 1);

        stack.kill_temporal().await.unwrap();
        stack.start_temporal().await.unwrap();
        let overdue = scene.book(|book| add_days(book.duties[0].overdue_after, 1));
        scene.travel_to(add_weeks(overdue, 1)).await;
        assert_eq!(scene.book(|book| book.journal.len()), 3, "opened, escalated twice");
        second.cancel();
        worker.await.unwrap().unwrap();
    });
}

#[test]
fn a_worker_waits_for_an_absent_temporal_and_ends_when_told() {
    play(async {
        let stack = DevStack::start(Options { fsync: false, ..Options::default() }).await.unwrap();
        let stage = Stage::build(&stack).await;
        stack.kill_temporal().await.unwrap();
        let stop = CancellationToken::new();
        let never = stage.hire(&stop);
        stop.cancel();
        never.await.unwrap().unwrap();

        let worker = stage.hire(&CancellationToken::new());
        stack.start_temporal().await.unwrap();
        let scene = Scene::set_on(&stage, "absent-temporal").await;
        scene.settle().await;
        assert_eq!(scene.book(|book| book.calls["get_timetable"]), 1);
        worker.abort();
    });
}

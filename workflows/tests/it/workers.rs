//! Workers come and go, and so does Temporal; the procedures go on.

use lotse_devstack::{DevStack, Options, wait_until};
use lotse_kernel::dates::{add_days, add_weeks};
use lotse_platform::config::Admin;
use tokio_util::sync::CancellationToken;

use crate::scene::{EpisodeScene, Stage, play};

#[test]
fn a_worker_ends_when_told_and_the_next_one_goes_on() {
    play(async {
        let stack = DevStack::start(Options { fsync: false, ..Options::default() }).await.unwrap();
        let stage = Stage::build(&stack).await;
        let (first, second) = (CancellationToken::new(), CancellationToken::new());
        let worker = stage.hire(&first);
        let scene = EpisodeScene::set_on(&stage, "workers").await;
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

/// The status and the text of a path of the admin listener; nothing while it does not listen.
async fn told(admin: &Admin, path: &str) -> Option<(u16, String)> {
    let answer = reqwest::get(format!("http://{}{path}", admin.address)).await.ok()?;
    Some((answer.status().as_u16(), answer.text().await.ok()?))
}

#[test]
fn a_worker_tells_about_itself_on_the_admin_listener() {
    play(async {
        let stack = DevStack::start(Options { fsync: false, ..Options::default() }).await.unwrap();
        let stage = Stage::build(&stack).await;
        stack.kill_temporal().await.unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (admin, stop) = (Admin { address: free }, CancellationToken::new());
        let worker = stage.hire_with(admin.clone(), &stop);
        wait_until("the worker is alive", async || {
            told(&admin, "/healthz").await.is_some_and(|(status, _)| status == 200)
        })
        .await;
        let absent = told(&admin, "/readyz").await.unwrap();
        assert_eq!((absent.0, absent.1.trim()), (503, "missing: workers"), "Temporal is away");

        stack.start_temporal().await.unwrap();
        wait_until("the worker is ready", async || {
            told(&admin, "/readyz").await.is_some_and(|(status, _)| status == 200)
        })
        .await;
        let scene = EpisodeScene::set_on(&stage, "vitals").await;
        scene.settle().await;
        let (_, metrics) = told(&admin, "/metrics").await.unwrap();
        let calls = r#"lotse_activity_calls_total{activity="cases.get_timetable",code="Ok",role="worker"} 1"#;
        assert!(metrics.contains(calls), "{metrics}");
        assert!(metrics.contains(r#"lotse_worker_queues{role="worker"} 2"#), "{metrics}");

        stop.cancel();
        worker.await.unwrap().unwrap();
        assert_eq!(told(&admin, "/healthz").await, None, "it stopped listening");
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
        let scene = EpisodeScene::set_on(&stage, "absent-temporal").await;
        scene.settle().await;
        assert_eq!(scene.asked(|asked| asked.calls["get_timetable"]), 1);
        worker.abort();
    });
}

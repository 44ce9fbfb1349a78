//! Workers come and go, and so does Temporal; the procedures go on.

use lotse_devstack::{DevStack, Options, authority::Authority, wait_until};
use lotse_kernel::dates::{add_days, add_weeks};
use lotse_platform::{
    config::{self, Admin, ServerUri},
    temporal::{Temporal, TemporalError},
};
use tokio_util::sync::CancellationToken;

use crate::scene::{EpisodeScene, Stage, play, temporal};

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

#[test]
fn temporal_is_reached_under_tls_with_a_certificate_of_ours_only() {
    play(async {
        let options = Options { fsync: false, temporal_tls: true, ..Options::default() };
        let stack = DevStack::start(options).await.unwrap();
        let stage = Stage::build(&stack).await;
        let worker = stage.hire(&CancellationToken::new());
        let scene = EpisodeScene::set_on(&stage, "tls").await;
        scene.settle().await;
        assert_eq!(scene.asked(|asked| asked.calls["get_timetable"]), 1);
        worker.abort();

        let (ours, stranger) = (temporal(&stack), Authority::new().unwrap());
        let foreign = stranger.vouch_for("lotse.internal").unwrap();
        let connect =
            async |config: &config::Temporal| Temporal::new(config, "cases").unwrap().connection().await.err();
        assert!(connect(&ours).await.is_none());
        let authority = |file| config::Temporal { ca_file: file, ..ours.clone() };
        let client = |certificate_file, key_file| config::Temporal { certificate_file, key_file, ..ours.clone() };
        let unprotected = stack.temporal_address().replace("https://", "http://");
        let plain = config::Temporal { address: Some(ServerUri(unprotected.parse().unwrap())), ..client(None, None) };
        assert!(matches!(connect(&plain).await, Some(TemporalError::Unreachable(_))));
        for (wrong, variable) in [
            (authority(Some(stranger.file().to_owned())), "LOTSE_TEMPORAL_CA_FILE"),
            (authority(None), "LOTSE_TEMPORAL_CA_FILE"),
            (client(Some(foreign.certificate_file), Some(foreign.key_file)), "LOTSE_TEMPORAL_CERTIFICATE_FILE"),
            (client(None, None), "LOTSE_TEMPORAL_CERTIFICATE_FILE"),
        ] {
            let error = connect(&wrong).await.unwrap();
            assert!(matches!(error, TemporalError::Refused { .. }), "{error:?}");
            assert!(error.to_string().contains(variable), "{error}");
        }
    });
}

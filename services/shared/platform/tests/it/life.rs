//! A role from start to a graceful stop: health, reflection, probes, drain, early ends.

use futures::StreamExt;
use lotse_platform::{
    admin::Check,
    server::{Background, ServeError},
};
use tokio::sync::watch;
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use crate::support::{Issuer, Stack, call, refused, settings};

#[tokio::test]
async fn health_and_reflection_are_open_to_everybody() {
    let stack = Stack::believing(&Issuer::new()).await;
    let channel = stack.public().await;
    for service in ["", "ready"] {
        let request = HealthCheckRequest { service: service.to_owned() };
        let answer = HealthClient::new(channel.clone()).check(request).await.expect("an answer");
        assert_eq!(answer.into_inner().status(), ServingStatus::Serving);
    }
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers = ServerReflectionClient::new(channel)
        .server_reflection_info(futures::stream::iter([request]))
        .await
        .expect("an answer")
        .into_inner();
    let answer = answers.next().await.expect("one answer").expect("no error").message_response;
    let Some(MessageResponse::ListServicesResponse(list)) = answer else { panic!("not a list: {answer:?}") };
    let mut names: Vec<String> = list.service.into_iter().map(|service| service.name).collect();
    names.sort();
    assert_eq!(names, ["grpc.health.v1.Health", "lotse.test.v1.EchoService"]);
}

#[tokio::test]
async fn probes_and_metrics_answer_on_the_admin_listener() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    assert!(call(stack.public().await, "Tell", Some(&issuer.person())).await.is_ok());
    let base = format!("http://{}", stack.running.admin_address());
    for (path, expected) in [("/healthz", "alive\n"), ("/readyz", "ready\n")] {
        let answer = reqwest::get(format!("{base}{path}")).await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.text().await.expect("a text").as_str()), (200, expected));
    }
    let metrics = reqwest::get(format!("{base}/metrics")).await.expect("an answer").text().await.expect("a text");
    assert!(metrics.contains("lotse_rpcs_total{code=\"Ok\",listener=\"public\""), "{metrics}");
}

#[tokio::test]
async fn a_stop_finishes_what_has_begun() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let channel = stack.public().await;
    let request = HealthCheckRequest { service: "ready".to_owned() };
    let mut watch = HealthClient::new(channel.clone()).watch(request).await.expect("a watch").into_inner();
    assert_eq!(watch.next().await.expect("a state").expect("no error").status(), ServingStatus::Serving);
    let begun = tokio::spawn({
        let token = issuer.person();
        async move { call(channel, "Wait", Some(&token)).await }
    });
    stack.echo.begun.acquire().await.expect("a waiting call").forget();

    stack.shutdown.cancel();
    assert_eq!(watch.next().await.expect("a state").expect("no error").status(), ServingStatus::NotServing);
    assert!(watch.next().await.is_none_or(|end| end.is_err()), "a watch must not hold the connection");
    stack.echo.released.add_permits(1);
    assert_eq!(begun.await.expect("a task").expect("an answer"), "waited");
    stack.running.join().await.expect("a graceful stop");
}

#[tokio::test]
async fn what_does_not_end_is_cut() {
    let issuer = Issuer::new();
    let mut settings = settings(issuer.file());
    settings.limits.drain = std::time::Duration::from_millis(50);
    let stack = Stack::start(settings).await;
    let channel = stack.public().await;
    let token = issuer.person();
    let endless = tokio::spawn(async move { call(channel, "Wait", Some(&token)).await });
    stack.echo.begun.acquire().await.expect("a waiting call").forget();
    stack.shutdown.cancel();
    stack.running.join().await.expect("a stop in time");
    endless.abort();
}

#[tokio::test]
async fn background_tasks_end_after_the_servers() {
    let (ended, end) = tokio::sync::oneshot::channel();
    let task = Background::new("relay", async move |stop| {
        stop.cancelled().await;
        ended.send(()).expect("a listener");
    });
    let stack = Stack::start_with(settings(Issuer::new().file()), vec![task]).await.expect("a role");
    stack.shutdown.cancel();
    stack.running.join().await.expect("a graceful stop");
    end.await.expect("the task was told to end");
}

#[tokio::test]
async fn a_task_that_ends_too_early_stops_the_role() {
    let task = Background::new("relay", async |_| {});
    let stack = Stack::start_with(settings(Issuer::new().file()), vec![task]).await.expect("a role");
    let error = stack.running.join().await.expect_err("an early end");
    assert!(matches!(error, ServeError::Ended { task: "relay" }), "{error}");
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let issuer = Issuer::new();
    let first = Stack::believing(&issuer).await;
    let mut settings = settings(issuer.file());
    settings.listeners.process = first.running.process_address();
    let error = Stack::start_with(settings, Vec::new()).await.err().expect("no second listener");
    assert!(matches!(error, ServeError::Bind { listener: "process", .. }), "{error}");
}

#[tokio::test]
async fn a_role_lives_without_work_while_a_watched_check_fails() {
    let issuer = Issuer::new();
    let (world, seen) = watch::channel(Err("they differ; run the other release".to_owned()));
    let check = Check::watched("law", move || {
        let seen = seen.borrow().clone();
        async move { seen }
    });
    let stack = Stack::checked(settings(issuer.file()), Vec::new(), vec![check]).await.expect("a role");
    let channel = stack.public().await;
    let request = HealthCheckRequest { service: "ready".to_owned() };
    let mut health = HealthClient::new(channel.clone()).watch(request).await.expect("a watch").into_inner();
    let mut next = async || health.next().await.expect("a state").expect("no error").status();
    let admin = format!("http://{}", stack.running.admin_address());
    let asked = async |page: &str| {
        let answer = reqwest::get(format!("{admin}{page}")).await.expect("an answer");
        (answer.status().as_u16(), answer.text().await.expect("a text"))
    };
    let token = issuer.person();
    let tell = async || call(channel.clone(), "Tell", Some(&token)).await;

    assert_eq!(next().await, ServingStatus::NotServing);
    assert_eq!(asked("/readyz").await, (503, "missing: law: they differ; run the other release\n".to_owned()));
    assert_eq!(asked("/healthz").await.0, 200);
    refused(tell().await, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    refused(call(channel.clone(), "Tell", None).await, Code::Unauthenticated, "TOKEN_MISSING");
    for _ in 0..2 {
        world.send(Ok(())).expect("a role that looks");
        assert_eq!(next().await, ServingStatus::Serving);
        assert_eq!(asked("/readyz").await, (200, "ready\n".to_owned()));
        assert!(tell().await.is_ok());
        world.send(Err("they differ again".to_owned())).expect("a role that looks");
        assert_eq!(next().await, ServingStatus::NotServing);
        assert_eq!(asked("/readyz").await, (503, "missing: law: they differ again\n".to_owned()));
        refused(tell().await, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    }
    stack.shutdown.cancel();
    stack.running.join().await.expect("a graceful stop");
}

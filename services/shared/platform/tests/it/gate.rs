//! Deadlines, sizes, malformed messages, panics, traces: what every RPC can rely on.

use std::time::Duration;

use tonic::{Code, Request};

use crate::support::{Issuer, Stack, call, call_bytes, refused, send, settings};

fn authorized(token: &str) -> Request<String> {
    let mut request = Request::new(String::new());
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    request
}

#[tokio::test]
async fn the_callers_deadline_is_kept() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    // The first call reads the keys and connects; the one that is timed has only to wait.
    assert!(call(stack.public().await, "Tell", Some(&issuer.person())).await.is_ok());
    let mut request = authorized(&issuer.person());
    request.metadata_mut().insert("grpc-timeout", "1S".parse().expect("a timeout"));
    refused(send(stack.public().await, "Wait", request).await, Code::DeadlineExceeded, "DEADLINE_PASSED");
}

#[tokio::test]
async fn a_caller_without_deadline_gets_ours_and_a_patient_one_is_cut() {
    let issuer = Issuer::new();
    let mut settings = settings(issuer.file());
    (settings.limits.deadline_default, settings.limits.deadline_max) =
        (Duration::from_millis(50), Duration::from_millis(100));
    let stack = Stack::start(settings).await;
    let answer = call(stack.public().await, "Wait", Some(&issuer.person())).await;
    refused(answer, Code::DeadlineExceeded, "DEADLINE_PASSED");
    let mut request = authorized(&issuer.person());
    request.metadata_mut().insert("grpc-timeout", "1H".parse().expect("a timeout"));
    refused(send(stack.public().await, "Wait", request).await, Code::DeadlineExceeded, "DEADLINE_PASSED");
}

#[tokio::test]
async fn a_call_that_found_no_place_is_told_so() {
    let issuer = Issuer::new();
    let mut settings = settings(issuer.file());
    // Whoever waits for a place names no deadline, else their own clock might ring before ours.
    (settings.limits.concurrent_rpcs, settings.limits.deadline_default) = (1, Duration::from_millis(100));
    let stack = Stack::start(settings).await;
    let (channel, token) = (stack.public().await, issuer.person());
    let mut request = authorized(&token);
    request.metadata_mut().insert("grpc-timeout", "1M".parse().expect("a timeout"));
    let first = tokio::spawn(send(channel.clone(), "Wait", request));
    stack.echo.begun.acquire().await.expect("a waiting call").forget();
    refused(call(channel, "Tell", Some(&token)).await, Code::ResourceExhausted, "LIMIT_EXCEEDED");
    stack.echo.released.add_permits(1);
    assert_eq!(first.await.expect("a task").expect("an answer"), "waited");
}

#[tokio::test]
async fn a_message_may_be_as_long_as_the_limit_and_no_longer() {
    let issuer = Issuer::new();
    let mut settings = settings(issuer.file());
    settings.limits.message_bytes = 1000;
    let stack = Stack::start(settings).await;
    // A string of 997 bytes has three bytes of tag and length before it.
    let fits = call_bytes(stack.public().await, "Tell", &issuer.person(), vec![b'a'; 997]).await;
    assert!(fits.is_ok(), "{fits:?}");
    let long = call_bytes(stack.public().await, "Tell", &issuer.person(), vec![b'a'; 998]).await;
    refused(long, Code::ResourceExhausted, "LIMIT_EXCEEDED");
}

#[tokio::test]
async fn a_text_that_is_not_utf8_is_the_callers_fault() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let answer = call_bytes(stack.public().await, "Tell", &issuer.person(), vec![0xff, 0xfe]).await;
    refused(answer, Code::InvalidArgument, "MESSAGE_MALFORMED");
}

#[tokio::test]
async fn a_panic_answers_with_an_incident_and_the_connection_lives_on() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let (channel, token) = (stack.public().await, issuer.person());
    let status = call(channel.clone(), "Panic", Some(&token)).await.expect_err("an incident");
    assert_eq!(status.code(), Code::Internal);
    assert!(status.message().starts_with("internal error, incident "), "{}", status.message());
    assert!(!status.message().contains("canary"));
    assert!(call(channel, "Tell", Some(&token)).await.is_ok());
    let metrics = stack.metrics.text().expect("metrics");
    assert!(metrics.contains("lotse_panics_total{role=\"test\"} 1"), "{metrics}");
    assert!(metrics.contains("code=\"Internal\",listener=\"public\",method=\"lotse.test.v1.EchoService/Panic\""));
}

#[tokio::test]
async fn the_callers_trace_is_carried_on_and_a_missing_one_begun() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let mut request = authorized(&issuer.person());
    request.metadata_mut().insert("traceparent", parent.parse().expect("a header"));
    let answer = send(stack.public().await, "Trace", request).await.expect("an answer");
    assert_eq!(answer, format!("0af7651916cd43dd8448eb211c80319c {parent}"));
    let answer = call(stack.public().await, "Trace", Some(&issuer.person())).await.expect("an answer");
    let (id, context) = answer.split_once(' ').expect("two words");
    assert_eq!(id.len(), 32);
    assert!(context.starts_with(&format!("00-{id}-")), "{answer}");
}

#[tokio::test]
async fn an_unknown_method_is_unimplemented() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let status = call(stack.public().await, "Nothing", Some(&issuer.person())).await.expect_err("no such method");
    assert_eq!(status.code(), Code::Unimplemented);
    // Nobody has authenticated this one, and its path is not repeated either.
    refused(call(stack.public().await, "Nothing", None).await, Code::Unauthenticated, "TOKEN_MISSING");
    let metrics = stack.metrics.text().expect("metrics");
    for code in ["Unimplemented", "Unauthenticated"] {
        assert!(metrics.contains(&format!("code=\"{code}\",listener=\"public\",method=\"unknown\"")), "{metrics}");
    }
    assert!(!metrics.contains("Nothing"), "{metrics}");
}

//! Siblings and workers on the process API: service tokens, client certificates, acting for a workflow.

use std::time::Duration;

use lotse_platform::{
    channel::{ServiceToken, acting_for, peer},
    config::{ServerUri, Value},
    telemetry::TraceContext,
};
use tonic::{Code, Request};

use crate::support::{Authority, Folder, Issuer, Stack, call, peers, refused, send, settings};

#[tokio::test]
async fn a_service_token_travels_with_every_call() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let token = issuer.service();
    let peer = stack.process(Some(ServiceToken::made(move || token.clone())));
    assert_eq!(call(peer.clone(), "Tell", None).await.expect("an answer"), "service cases - []");
    let request = acting_for(Request::new(String::new()), "musterstadt/episode/1/1").expect("a request");
    let answer = send(peer, "Tell", request).await.expect("an answer");
    assert_eq!(answer, "workflow musterstadt/episode/1/1 musterstadt []");
}

#[tokio::test]
async fn nobody_acts_for_a_workflow_on_the_public_api() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let mut request = acting_for(Request::new(String::new()), "elsewhere/episode/1/1").expect("a request");
    let bearer = format!("Bearer {}", issuer.person()).parse().expect("a header");
    request.metadata_mut().insert("authorization", bearer);
    let answer = send(stack.public().await, "Tell", request).await.expect("an answer");
    assert_eq!(answer, "person anna musterstadt [case-manager]");
}

#[tokio::test]
async fn the_trace_of_the_work_at_hand_is_put_into_calls() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let token = issuer.service();
    let peer = stack.process(Some(ServiceToken::made(move || token.clone())));
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let trace: TraceContext = parent.parse().expect("the example of the standard");
    let answer = trace.scope(call(peer, "Trace", None)).await.expect("an answer");
    assert_eq!(answer, format!("0af7651916cd43dd8448eb211c80319c {parent}"));
}

#[tokio::test]
async fn a_renewed_token_file_is_read_again() {
    let issuer = Issuer::new();
    let folder = Folder::new();
    let path = folder.write("token", "not a token yet\n");
    let stack = Stack::believing(&issuer).await;
    let peer = stack.process(Some(ServiceToken::file(&path)));
    refused(call(peer.clone(), "Tell", None).await, Code::Unauthenticated, "TOKEN_INVALID");
    folder.write("token", &issuer.service());
    let renewed = async { while call(peer.clone(), "Tell", None).await.is_err() {} };
    tokio::time::timeout(Duration::from_secs(20), renewed).await.expect("the renewed token is read");
}

#[tokio::test]
async fn a_client_certificate_opens_the_process_api_only() {
    let folder = Folder::new();
    let authority = Authority::new();
    let (server, server_key) = authority.sign("localhost");
    let (client, client_key) = authority.sign("documents.lotse.internal");

    let mut settings = settings(Issuer::new().file());
    settings.tls.certificate_file = Some(folder.write("server.crt", &server.pem()));
    settings.tls.key_file = Some(folder.write("server.key", &server_key.serialize_pem()));
    settings.tls.client_ca_file = Some(folder.write("ca.crt", &authority.pem()));
    let stack = Stack::start(settings).await;

    let mut config = peers();
    config.ca_file = Some(folder.write("ca.crt", &authority.pem()));
    let at = |port: u16| ServerUri::from_text(&format!("https://localhost:{port}")).expect("an address");
    let (public, process) = (at(stack.running.public_address().port()), at(stack.running.process_address().port()));
    let nobody = peer(&process, &config, None).expect("a channel");
    refused(call(nobody, "Tell", None).await, Code::Unauthenticated, "TOKEN_MISSING");

    config.certificate_file = Some(folder.write("client.crt", &client.pem()));
    config.key_file = Some(folder.write("client.key", &client_key.serialize_pem()));
    let sibling = peer(&process, &config, None).expect("a channel");
    assert_eq!(call(sibling, "Tell", None).await.expect("an answer"), "service documents.lotse.internal - []");
    let outside = peer(&public, &config, None).expect("a channel");
    refused(call(outside, "Tell", None).await, Code::Unauthenticated, "TOKEN_MISSING");
}

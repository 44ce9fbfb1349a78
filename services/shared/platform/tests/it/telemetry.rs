//! Traces reach a collector over OTLP, with and without TLS, join the trace of the caller, and nobody waits for them.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use lotse_devstack::authority::{Authority, Vouched};
use lotse_platform::{
    config::{LogFormat, ServerUri, Telemetry, Value},
    telemetry::{TelemetryGuard, subscriber},
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::Span,
};
use tokio::{
    net::TcpListener,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};
use tonic::{
    Request, Response, Status,
    transport::{Identity, Server, ServerTlsConfig, server::TcpIncoming},
};

use crate::support::{Issuer, Stack, call, send};

struct Collector(UnboundedSender<Span>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let spans = request.into_inner().resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        for span in spans.flat_map(|scope| scope.spans) {
            self.0.send(span).expect("the test listens");
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// A collector, under TLS when somebody vouches for it: its address, what it is given, and its task.
fn collector(vouched: Option<&Vouched>) -> (String, UnboundedReceiver<Span>, JoinHandle<()>) {
    let (sender, spans) = unbounded_channel();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let address = incoming.local_addr().expect("an address");
    let (mut server, mut scheme) = (Server::builder(), "http");
    if let Some(vouched) = vouched {
        let read = |path: &Path| std::fs::read(path).expect("a file of the authority");
        let identity = Identity::from_pem(read(&vouched.certificate_file), read(&vouched.key_file));
        server = server.tls_config(ServerTlsConfig::new().identity(identity)).expect("TLS");
        scheme = "https";
    }
    let server = server.add_service(TraceServiceServer::new(Collector(sender)));
    let collecting = tokio::spawn(async move { server.serve_with_incoming(incoming).await.expect("a collector") });
    (format!("{scheme}://{address}"), spans, collecting)
}

fn telemetry(endpoint: &str, authority: Option<&Path>) -> Telemetry {
    Telemetry {
        otlp_endpoint: ServerUri::from_text(endpoint),
        otlp_ca_file: authority.map(Path::to_owned),
        log: "lotse_platform=debug".to_owned(),
        log_format: LogFormat::Json,
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Ends telemetry. The exporter sends from a thread of its own and needs this one to carry its bytes.
async fn end(guard: TelemetryGuard) {
    tokio::task::spawn_blocking(move || drop(guard)).await.expect("the end of telemetry");
}

/// One thread, so that the subscriber of this test sees this test's tasks and no others.
#[tokio::test(flavor = "current_thread")]
async fn spans_are_exported_and_join_the_callers_trace() {
    let (endpoint, mut spans, collecting) = collector(None);
    let (subscriber, guard) = subscriber(&telemetry(&endpoint, None), "test").expect("a subscriber");
    let scope = tracing::subscriber::set_default(subscriber);
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let mut request = Request::new(String::new());
    request.metadata_mut().insert("authorization", format!("Bearer {}", issuer.person()).parse().expect("a header"));
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    request.metadata_mut().insert("traceparent", parent.parse().expect("a header"));
    let answer = send(stack.public().await, "Trace", request).await.expect("an answer");
    drop(scope);
    end(guard).await;

    let span = spans.recv().await.expect("a span");
    assert_eq!(span.name, "grpc.Trace");
    assert_eq!(hex(&span.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&span.parent_span_id), "b7ad6b7169203331");
    let expected = format!("{trace} 00-{trace}-{}-01", hex(&span.span_id), trace = hex(&span.trace_id));
    assert_eq!(answer, expected, "what follows hangs below the server's own span");
    collecting.abort();
}

#[tokio::test(flavor = "current_thread")]
async fn only_a_collector_the_authority_vouches_for_is_told_anything() {
    let (authority, stranger) = (Authority::new().expect("an authority"), Authority::new().expect("an authority"));
    let vouched = authority.vouch_for("127.0.0.1").expect("a certificate");
    for (believed, told) in [(Some(authority.file()), true), (Some(stranger.file()), false), (None, false)] {
        let (endpoint, mut spans, collecting) = collector(Some(&vouched));
        let (subscriber, guard) = subscriber(&telemetry(&endpoint, believed), "test").expect("a subscriber");
        tracing::subscriber::with_default(subscriber, || drop(tracing::info_span!(target: "lotse_platform", "told")));
        end(guard).await;
        let names: Vec<String> = std::iter::from_fn(|| spans.try_recv().ok()).map(|span| span.name).collect();
        assert_eq!(names, if told { vec!["told".to_owned()] } else { Vec::new() }, "{believed:?}");
        collecting.abort();
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_dead_collector_neither_slows_nor_stops_a_service() {
    // One refuses connections, the other takes them and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let silent_address = format!("http://{}", silent.local_addr().expect("an address"));
    for endpoint in ["http://127.0.0.1:1", &silent_address] {
        let (subscriber, guard) = subscriber(&telemetry(endpoint, None), "test").expect("a subscriber");
        let scope = tracing::subscriber::set_default(subscriber);
        let issuer = Issuer::new();
        let stack = Stack::believing(&issuer).await;
        let channel = stack.public().await;
        let token = issuer.person();
        let begun = Instant::now();
        for _ in 0..50 {
            call(channel.clone(), "Tell", Some(&token)).await.expect("an answer");
        }
        // Far more than the exporter keeps back: what has no place is dropped.
        for _ in 0..10_000 {
            drop(tracing::info_span!(target: "lotse_platform", "one of many"));
        }
        call(channel.clone(), "Tell", Some(&token)).await.expect("an answer");
        assert!(begun.elapsed() < Duration::from_secs(4), "nothing waits for {endpoint}: {:?}", begun.elapsed());

        let ending = Instant::now();
        stack.shutdown.cancel();
        stack.running.join().await.expect("an orderly end");
        drop(scope);
        end(guard).await;
        assert!(ending.elapsed() < Duration::from_secs(5), "{endpoint} keeps no process: {:?}", ending.elapsed());
    }
}

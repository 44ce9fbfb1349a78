//! Traces reach a collector over OTLP and join the trace of the caller.

use lotse_platform::{
    config::{LogFormat, ServerUri, Telemetry, Value},
    telemetry::subscriber,
};
use opentelemetry_proto::tonic::{
    collector::trace::v1::{
        ExportTraceServiceRequest, ExportTraceServiceResponse,
        trace_service_server::{TraceService, TraceServiceServer},
    },
    trace::v1::Span,
};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tonic::{Request, Response, Status, transport::server::TcpIncoming};

use crate::support::{Issuer, Stack, send};

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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// One thread, so that the subscriber of this test sees this test's tasks and no others.
#[tokio::test(flavor = "current_thread")]
async fn spans_are_exported_and_join_the_callers_trace() {
    let (sender, mut spans) = unbounded_channel();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().expect("an address")).expect("a port");
    let endpoint = format!("http://{}", incoming.local_addr().expect("an address"));
    let collector = tonic::transport::Server::builder().add_service(TraceServiceServer::new(Collector(sender)));
    let collecting = tokio::spawn(collector.serve_with_incoming(incoming));

    let config = Telemetry {
        otlp_endpoint: ServerUri::from_text(&endpoint),
        log: "lotse_platform=debug".to_owned(),
        log_format: LogFormat::Json,
    };
    let (subscriber, guard) = subscriber(&config, "test").expect("a subscriber");
    let scope = tracing::subscriber::set_default(subscriber);
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let mut request = Request::new(String::new());
    request.metadata_mut().insert("authorization", format!("Bearer {}", issuer.person()).parse().expect("a header"));
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    request.metadata_mut().insert("traceparent", parent.parse().expect("a header"));
    let answer = send(stack.public().await, "Trace", request).await.expect("an answer");
    drop(scope);
    // The exporter sends from a thread of its own and needs this one to carry its bytes.
    tokio::task::spawn_blocking(move || drop(guard)).await.expect("the last spans are sent");

    let span = spans.recv().await.expect("a span");
    assert_eq!(span.name, "grpc.Trace");
    assert_eq!(hex(&span.trace_id), "0af7651916cd43dd8448eb211c80319c");
    assert_eq!(hex(&span.parent_span_id), "b7ad6b7169203331");
    let expected = format!("{trace} 00-{trace}-{}-01", hex(&span.span_id), trace = hex(&span.trace_id));
    assert_eq!(answer, expected, "what follows hangs below the server's own span");
    collecting.abort();
}

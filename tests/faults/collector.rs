//! A collector of traces: takes what roles export over OTLP and keeps it, as it travelled and span by span.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
};

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
    trace_service_server::{TraceService, TraceServiceServer},
};
use opentelemetry_proto::tonic::{common::v1::any_value::Value, resource::v1::Resource};
use prost::Message as _;
use tokio::{net::TcpListener, task::JoinHandle};
use tonic::{
    Request, Response, Status,
    transport::{Server, server::TcpIncoming},
};

/// One span, as a role told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The name of the service, such as `lotse-cases`.
    pub role: String,
    /// Its name, such as `grpc.RegisterCase`.
    pub name: String,
    /// The trace it belongs to.
    pub trace: Vec<u8>,
}

#[derive(Debug, Default)]
struct Heap {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

#[derive(Debug, Clone, Default)]
struct Kept(Arc<Mutex<Heap>>);

/// A collector on a loopback port. It ends with this value.
#[derive(Debug)]
pub struct Collector {
    address: SocketAddr,
    kept: Kept,
    serving: JoinHandle<()>,
}

impl Collector {
    /// Listens on a free port.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (address, kept) = (listener.local_addr()?, Kept::default());
        let serving = Server::builder().add_service(TraceServiceServer::new(kept.clone()));
        let serving = serving.serve_with_incoming(TcpIncoming::from(listener));
        Ok(Self { address, kept, serving: tokio::spawn(async move { drop(serving.await) }) })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything that was exported so far, as it travelled.
    pub fn kept(&self) -> Vec<u8> {
        self.kept.0.lock().unwrap_or_else(PoisonError::into_inner).bytes.clone()
    }

    /// Every span that was exported so far.
    pub fn spans(&self) -> Vec<Span> {
        self.kept.0.lock().unwrap_or_else(PoisonError::into_inner).spans.clone()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[tonic::async_trait]
impl TraceService for Kept {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let request = request.into_inner();
        let mut heap = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heap.bytes.extend(request.encode_to_vec());
        for told in request.resource_spans {
            let role = told.resource.map(|resource| role(&resource)).unwrap_or_default();
            for span in told.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                heap.spans.push(Span { role: role.clone(), name: span.name, trace: span.trace_id });
            }
        }
        drop(heap);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

/// The name a role gives itself.
fn role(resource: &Resource) -> String {
    let name = resource.attributes.iter().find(|attribute| attribute.key == "service.name");
    match name.and_then(|name| name.value.as_ref()?.value.as_ref()) {
        Some(Value::StringValue(name)) => name.clone(),
        _ => String::new(),
    }
}

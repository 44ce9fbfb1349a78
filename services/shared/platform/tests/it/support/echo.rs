//! A service of one string in and one string out: it tells its caller, waits, or panics.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use futures::FutureExt;
use http::uri::PathAndQuery;
use lotse_platform::{principal::Caller, telemetry::trace_context};
use prost_types::{FileDescriptorProto, FileDescriptorSet, MethodDescriptorProto, ServiceDescriptorProto};
use tokio::sync::Semaphore;
use tonic::{
    Request, Response, Status,
    body::Body,
    client::GrpcService,
    server::{NamedService, UnaryService},
};
use tonic_prost::ProstCodec;

/// The service `lotse.test.v1.EchoService`.
#[derive(Clone)]
pub struct Echo {
    /// How many waiting calls have begun.
    pub begun: Arc<Semaphore>,
    /// How many waiting calls may end.
    pub released: Arc<Semaphore>,
}

impl Default for Echo {
    fn default() -> Self {
        Self { begun: Arc::new(Semaphore::new(0)), released: Arc::new(Semaphore::new(0)) }
    }
}

impl NamedService for Echo {
    const NAME: &'static str = "lotse.test.v1.EchoService";
}

impl tower::Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let rpc = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let handler = Handler { echo: self.clone(), rpc };
        async move {
            let mut grpc = tonic::server::Grpc::new(ProstCodec::<String, String>::default());
            Ok(grpc.unary(handler, request).await)
        }
        .boxed()
    }
}

/// What the echo offers, as a contract would say it.
pub fn descriptors() -> &'static [u8] {
    let method = |name: &str| MethodDescriptorProto { name: Some(name.to_owned()), ..Default::default() };
    let service = ServiceDescriptorProto {
        name: Some("EchoService".to_owned()),
        method: ["Tell", "Trace", "Wait", "Panic"].map(method).into(),
        ..Default::default()
    };
    let file = FileDescriptorProto {
        name: Some("lotse/test/v1/echo.proto".to_owned()),
        package: Some("lotse.test.v1".to_owned()),
        service: vec![service],
        ..Default::default()
    };
    prost::Message::encode_to_vec(&FileDescriptorSet { file: vec![file] }).leak()
}

struct Handler {
    echo: Echo,
    rpc: String,
}

impl UnaryService<String> for Handler {
    type Response = String;
    type Future = Pin<Box<dyn Future<Output = Result<Response<String>, Status>> + Send>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let (echo, rpc) = (self.echo.clone(), self.rpc.clone());
        async move {
            let caller = Caller::of(&request)?.clone();
            match rpc.as_str() {
                "Tell" => {
                    let principal = &caller.principal;
                    let roles: Vec<&str> = principal.roles.iter().map(|role| role.as_str()).collect();
                    let (kind, jobcenter) = (principal.kind, principal.jobcenter.as_deref().unwrap_or("-"));
                    Ok(Response::new(format!("{kind} {} {jobcenter} [{}]", principal.subject, roles.join(","))))
                }
                "Trace" => Ok(Response::new(format!("{} {}", caller.trace_id, trace_context()))),
                "Wait" => {
                    echo.begun.add_permits(1);
                    echo.released.acquire().await.expect("an open semaphore").forget();
                    Ok(Response::new("waited".to_owned()))
                }
                "Panic" => give_way(),
                _ => Err(Status::unimplemented("")),
            }
        }
        .boxed()
    }
}

#[expect(clippy::panic, reason = "the test is about a handler that panics")]
fn give_way() -> ! {
    panic!("canary of a panic")
}

/// Calls one RPC of the echo; a token becomes the bearer.
pub async fn call<C>(channel: C, rpc: &str, token: Option<&str>) -> Result<String, Status>
where
    C: GrpcService<Body>,
    C::Error: Into<tonic::codegen::StdError>,
    C::ResponseBody: tonic::codegen::Body<Data = tonic::codegen::Bytes> + Send + 'static,
    <C::ResponseBody as tonic::codegen::Body>::Error: Into<tonic::codegen::StdError> + Send,
{
    let mut request = Request::new(String::new());
    if let Some(token) = token {
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    }
    send(channel, rpc, request).await
}

/// Calls one RPC of the echo with a request made by the test.
pub async fn send<C>(channel: C, rpc: &str, request: Request<String>) -> Result<String, Status>
where
    C: GrpcService<Body>,
    C::Error: Into<tonic::codegen::StdError>,
    C::ResponseBody: tonic::codegen::Body<Data = tonic::codegen::Bytes> + Send + 'static,
    <C::ResponseBody as tonic::codegen::Body>::Error: Into<tonic::codegen::StdError> + Send,
{
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.map_err(|error| Status::unknown(error.into().to_string()))?;
    grpc.unary(request, path(rpc), ProstCodec::<String, String>::default()).await.map(Response::into_inner)
}

/// Calls one RPC with arbitrary bytes where the service expects text.
pub async fn call_bytes(
    channel: tonic::transport::Channel,
    rpc: &str,
    token: &str,
    bytes: Vec<u8>,
) -> Result<String, Status> {
    let mut request = Request::new(bytes);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    let mut grpc = tonic::client::Grpc::new(channel);
    grpc.ready().await.expect("a connection");
    grpc.unary(request, path(rpc), ProstCodec::<Vec<u8>, String>::default()).await.map(Response::into_inner)
}

fn path(rpc: &str) -> PathAndQuery {
    format!("/{}/{rpc}", Echo::NAME).parse().expect("a path")
}

//! Calls by name with encoded messages, so that the contract's descriptors decide what is tested.

use std::sync::LazyLock;

use prost::bytes::{Buf, BufMut};
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, Value};
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
};

use super::Ground;
use crate::service::Client;

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(lotse_proto::DESCRIPTORS).expect("the contract's descriptors"));

/// Every message and RPC of the contract.
#[must_use]
pub(crate) fn pool() -> &'static DescriptorPool {
    &POOL
}

/// Every RPC of a package, such as `lotse.cases.v1`, in the order of its files.
///
/// # Panics
/// When the package has no service.
#[must_use]
pub fn rpcs(package: &str) -> Vec<MethodDescriptor> {
    let services = POOL.services().filter(|service| service.package_name() == package);
    let found: Vec<_> = services.flat_map(|service| service.methods().collect::<Vec<_>>()).collect();
    assert!(!found.is_empty(), "{package} has no RPC");
    found
}

/// One RPC of a package, written `EpisodeService.CastVote`.
///
/// # Panics
/// When the package has no such RPC.
#[must_use]
pub fn rpc(package: &str, name: &str) -> MethodDescriptor {
    rpcs(package).into_iter().find(|rpc| self::name(rpc) == name).expect("an RPC of the contract")
}

/// The name of an RPC as tests write it: `EpisodeService.CastVote`.
#[must_use]
pub fn name(rpc: &MethodDescriptor) -> String {
    format!("{}.{}", rpc.parent_service().name(), rpc.name())
}

/// Whether an RPC is one of the process API.
#[must_use]
pub(crate) fn is_process<G: Ground>(rpc: &MethodDescriptor) -> bool {
    G::PROCESS.contains(&rpc.parent_service().name())
}

/// Whether the RPC changes something: exactly those carry a `request_id`.
#[must_use]
pub fn writes(rpc: &MethodDescriptor) -> bool {
    has_field(rpc, "request_id")
}

/// Whether the request of an RPC has a field.
#[must_use]
pub fn has_field(rpc: &MethodDescriptor, field: &str) -> bool {
    rpc.input().get_field_by_name(field).is_some()
}

/// The request as a message whose fields are found by name.
///
/// # Panics
/// When it is none of this RPC.
#[must_use]
pub(crate) fn read(rpc: &MethodDescriptor, message: &[u8]) -> DynamicMessage {
    DynamicMessage::decode(rpc.input(), message).expect("a request of this RPC")
}

/// The request with one of its text fields replaced.
#[must_use]
pub(crate) fn with_text(rpc: &MethodDescriptor, message: &[u8], field: &str, value: &str) -> Vec<u8> {
    let mut request = read(rpc, message);
    request.set_field_by_name(field, Value::String(value.to_owned()));
    prost::Message::encode_to_vec(&request)
}

/// The field that says what a request is about, and what it says: a resource, or the parent of one to be.
#[must_use]
pub(crate) fn address(rpc: &MethodDescriptor, message: &[u8]) -> Option<(String, String)> {
    let field = ["name", "parent", "case"].into_iter().find(|field| {
        let found = rpc.input().get_field_by_name(field);
        found.is_some_and(|found| matches!(found.kind(), prost_reflect::Kind::String))
    })?;
    let value = read(rpc, message).get_field_by_name(field)?.as_str()?.to_owned();
    Some((field.to_owned(), value))
}

/// Calls an RPC; the messages of a stream are put together.
///
/// # Errors
/// What the service answers instead.
pub async fn call(client: Client, rpc: &MethodDescriptor, message: Vec<u8>) -> Result<Vec<u8>, Status> {
    let path = format!("/{}/{}", rpc.parent_service().full_name(), rpc.name());
    let path: PathAndQuery = path.parse().map_err(|_| Status::internal("no path of an RPC"))?;
    let mut grpc = Grpc::new(client);
    grpc.ready().await.map_err(|error| Status::unavailable(error.to_string()))?;
    let mut answers = grpc.server_streaming(Request::new(message), path, Raw).await?.into_inner();
    let mut whole = Vec::new();
    while let Some(answer) = answers.message().await? {
        whole.extend(answer);
    }
    Ok(whole)
}

/// Messages as they travel.
#[derive(Debug, Clone, Copy)]
struct Raw;

impl Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, target: &mut EncodeBuf<'_>) -> Result<(), Status> {
        target.put_slice(&item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, source: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut item = vec![0; source.remaining()];
        source.copy_to_slice(&mut item);
        Ok(Some(item))
    }
}

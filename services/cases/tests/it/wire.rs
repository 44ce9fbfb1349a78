//! Calls by name with encoded messages, so that the contract's descriptors decide what is tested.

use std::sync::LazyLock;

use lotse_devstack::service::Client;
use prost::bytes::{Buf, BufMut};
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, Value};
use tonic::{
    Request, Status,
    client::Grpc,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    codegen::http::uri::PathAndQuery,
};

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(lotse_proto::DESCRIPTORS).expect("the contract's descriptors"));

/// The services of the public API of cases.
pub const PUBLIC: [&str; 5] = ["JobcenterService", "StaffService", "CaseService", "EpisodeService", "DutyService"];

/// Every RPC of a service.
pub fn rpcs(service: &str) -> Vec<MethodDescriptor> {
    let service = POOL.get_service_by_name(&format!("lotse.cases.v1.{service}")).expect("a service of the contract");
    service.methods().collect()
}

/// One RPC, written `EpisodeService.CastVote`.
pub fn rpc(name: &str) -> MethodDescriptor {
    let (service, method) = name.split_once('.').expect("service and RPC");
    rpcs(service).into_iter().find(|found| found.name() == method).expect("an RPC of the contract")
}

/// Whether the RPC changes something: exactly those carry a `request_id`.
pub fn writes(rpc: &MethodDescriptor) -> bool {
    rpc.input().get_field_by_name("request_id").is_some()
}

/// Whether the request of an RPC has a field.
pub fn has_field(name: &str, field: &str) -> bool {
    rpc(name).input().get_field_by_name(field).is_some()
}

/// The request with one of its text fields replaced; a field it does not have is left out.
pub fn with_text(name: &str, message: &[u8], field: &str, value: &str) -> Vec<u8> {
    let mut request = DynamicMessage::decode(rpc(name).input(), message).expect("a request");
    if has_field(name, field) {
        request.set_field_by_name(field, Value::String(value.to_owned()));
    }
    prost::Message::encode_to_vec(&request)
}

/// A text field of the request.
pub fn text(name: &str, message: &[u8], field: &str) -> String {
    let request = DynamicMessage::decode(rpc(name).input(), message).expect("a request");
    request.get_field_by_name(field).expect("a field").as_str().expect("a text").to_owned()
}

/// The request with all but its name taken away.
pub fn only_name(name: &str, message: &[u8]) -> Vec<u8> {
    let full = DynamicMessage::decode(rpc(name).input(), message).expect("a request");
    let mut bare = DynamicMessage::new(rpc(name).input());
    for field in ["name", "parent", "jobcenter_id"] {
        if has_field(name, field) {
            bare.set_field_by_name(field, full.get_field_by_name(field).expect("a field").into_owned());
        }
    }
    prost::Message::encode_to_vec(&bare)
}

/// The same request about the same thing in another jobcenter.
pub fn foreign(name: &str, message: &[u8]) -> Vec<u8> {
    let mut request = DynamicMessage::decode(rpc(name).input(), message).expect("a request");
    for field in ["name", "parent"] {
        if has_field(name, field) {
            let there = text(name, message, field).replace("jobcenters/musterstadt", "jobcenters/nachbarstadt");
            request.set_field_by_name(field, Value::String(there));
        }
    }
    prost::Message::encode_to_vec(&request)
}

/// Calls an RPC.
pub async fn call(client: Client, name: &str, message: Vec<u8>) -> Result<Vec<u8>, Status> {
    let (service, method) = name.split_once('.').expect("service and RPC");
    let path: PathAndQuery = format!("/lotse.cases.v1.{service}/{method}").parse().expect("a path");
    let mut grpc = Grpc::new(client);
    grpc.ready().await.expect("a channel");
    Ok(grpc.unary(Request::new(message), path, Raw).await?.into_inner())
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

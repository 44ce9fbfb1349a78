//! A client that knows nothing of Lotse: it learns the contract from the server's reflection and speaks it in JSON, as `grpcurl` does.

use std::collections::{BTreeMap, BTreeSet};

use lotse_devstack::dynamic::Dynamic;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DeserializeOptions, DynamicMessage, SerializeOptions, prost_types};
use serde_json::Value;
use tonic::{
    Request, Status,
    client::Grpc,
    transport::{Channel, Endpoint},
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

/// A connection to one address, with what its server says about itself.
pub struct Client {
    channel: Channel,
    contract: DescriptorPool,
    listed: BTreeSet<String>,
    used: BTreeSet<String>,
}

impl Client {
    /// Connects and learns the contract.
    pub async fn of(address: &str, token: &str) -> Self {
        let endpoint = Endpoint::from_shared(address.to_owned()).expect("an address");
        let channel = endpoint.connect().await.expect("a connection");
        let asked = MessageRequest::ListServices(String::new());
        let MessageResponse::ListServicesResponse(list) = asked_of(&channel, token, asked).await else {
            unreachable!("a list was asked for")
        };
        let listed: BTreeSet<String> = list.service.into_iter().map(|service| service.name).collect();
        let mut files = BTreeMap::new();
        for name in &listed {
            learn(&channel, token, MessageRequest::FileContainingSymbol(name.clone()), &mut files).await;
        }
        let mut contract = DescriptorPool::new();
        contract.add_file_descriptor_protos(files.into_values()).expect("whole descriptors");
        Self { channel, contract, listed, used: BTreeSet::new() }
    }

    /// The services the server lists.
    pub const fn listed(&self) -> &BTreeSet<String> {
        &self.listed
    }

    /// The services that were called.
    pub const fn used(&self) -> &BTreeSet<String> {
        &self.used
    }

    /// Every method of every service that is listed.
    pub fn methods(&self) -> Vec<String> {
        let services = self.contract.services().filter(|service| self.listed.contains(service.full_name()));
        let methods = services.flat_map(|service| service.methods().collect::<Vec<_>>());
        methods.map(|method| format!("{}/{}", method.parent_service().full_name(), method.name())).collect()
    }

    /// Calls a method such as `lotse.cases.v1.CaseService/GetCase`. Of a stream the first message is the answer.
    pub async fn call(&mut self, token: &str, path: &str, request: Value) -> Result<Value, Status> {
        let (service, name) = path.split_once('/').expect("service and method");
        self.used.insert(service.to_owned());
        let service = self.contract.get_service_by_name(service).expect("a service that is listed");
        let method = service.methods().find(|method| method.name() == name).expect("a method of the service");
        let message = DynamicMessage::deserialize_with_options(method.input(), request, &DeserializeOptions::new());
        let mut request = Request::new(message.expect("a request of the contract"));
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        let mut client = Grpc::new(self.channel.clone());
        client.ready().await.expect("a connection");
        let path = format!("/{path}").parse().expect("a path");
        let mut answers = client.server_streaming(request, path, Dynamic(method.output())).await?.into_inner();
        let answer = answers.message().await?.ok_or_else(|| Status::internal("an answer without a message"))?;
        let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
        Ok(answer.serialize_with_options(serde_json::value::Serializer, &options).expect("JSON"))
    }
}

async fn asked_of(channel: &Channel, token: &str, asked: MessageRequest) -> MessageResponse {
    let request = ServerReflectionRequest { host: String::new(), message_request: Some(asked) };
    let mut request = Request::new(tokio_stream::once(request));
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
    let answers = ServerReflectionClient::new(channel.clone()).server_reflection_info(request).await;
    let answer = answers.expect("reflection").into_inner().message().await.expect("reflection").expect("an answer");
    answer.message_response.expect("something in it")
}

/// Learns a file and those it imports.
async fn learn(
    channel: &Channel,
    token: &str,
    first: MessageRequest,
    files: &mut BTreeMap<String, prost_types::FileDescriptorProto>,
) {
    let mut open = vec![first];
    while let Some(asked) = open.pop() {
        let MessageResponse::FileDescriptorResponse(found) = asked_of(channel, token, asked.clone()).await else {
            unreachable!("{asked:?} is unknown to the server that lists it")
        };
        for file in found.file_descriptor_proto {
            let file = prost_types::FileDescriptorProto::decode(file.as_slice()).expect("a descriptor");
            let missing = file.dependency.iter().filter(|name| !files.contains_key(*name)).cloned();
            open.extend(missing.map(MessageRequest::FileByFilename));
            files.insert(file.name().to_owned(), file);
        }
    }
}

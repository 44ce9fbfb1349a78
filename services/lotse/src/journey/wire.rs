//! Calls any method of the contract with dynamic messages, and reads refusals as the contract writes them.

use std::{sync::LazyLock, time::Duration};

use lotse_devstack::dynamic::Dynamic;
use prost::Message as _;
use prost_reflect::{DeserializeOptions, DynamicMessage, MessageDescriptor, MethodDescriptor, SerializeOptions};
use serde_json::Value;
use tonic::{Code, Request, Status, client::Grpc, transport::Channel};
use tonic_types::StatusExt as _;

use super::contract;

/// The gRPC codes by the names journeys use.
pub(super) const CODES: [(&str, Code); 16] = [
    ("CANCELLED", Code::Cancelled),
    ("UNKNOWN", Code::Unknown),
    ("INVALID_ARGUMENT", Code::InvalidArgument),
    ("DEADLINE_EXCEEDED", Code::DeadlineExceeded),
    ("NOT_FOUND", Code::NotFound),
    ("ALREADY_EXISTS", Code::AlreadyExists),
    ("PERMISSION_DENIED", Code::PermissionDenied),
    ("RESOURCE_EXHAUSTED", Code::ResourceExhausted),
    ("FAILED_PRECONDITION", Code::FailedPrecondition),
    ("ABORTED", Code::Aborted),
    ("OUT_OF_RANGE", Code::OutOfRange),
    ("UNIMPLEMENTED", Code::Unimplemented),
    ("INTERNAL", Code::Internal),
    ("UNAVAILABLE", Code::Unavailable),
    ("DATA_LOSS", Code::DataLoss),
    ("UNAUTHENTICATED", Code::Unauthenticated),
];

/// The code behind a name.
pub(super) fn code(name: &str) -> Option<Code> {
    CODES.iter().find(|(candidate, _)| *candidate == name).map(|(_, code)| *code)
}

/// The name of a code.
pub(super) fn code_name(code: Code) -> &'static str {
    CODES.iter().find(|(_, candidate)| *candidate == code).map_or("OK", |(name, _)| *name)
}

/// Every reason of the contract: the words of all enums `ErrorReason` without their prefix.
pub(super) fn reasons() -> &'static [String] {
    static REASONS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let enums = contract::pool().all_enums().filter(|found| found.name() == "ErrorReason");
        let words = enums.flat_map(|found| found.values().map(|word| word.name().to_owned()).collect::<Vec<_>>());
        let mut words: Vec<String> =
            words.filter_map(|word| word.strip_prefix("ERROR_REASON_").map(str::to_owned)).collect();
        words.sort();
        words.dedup();
        words
    });
    &REASONS
}

/// A refusal as the contract describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) reason: Option<String>,
    /// Message, metadata and field violations in one line.
    pub(super) text: String,
}

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        // A server's status has no source: one that has was made here, because the connection broke or nothing came in time.
        let broken = std::error::Error::source(&status).is_some();
        let details = status.get_error_details();
        let info = details.error_info();
        let mut text = status.message().to_owned();
        if let Some(info) = info {
            let mut metadata: Vec<String> = info.metadata.iter().map(|(key, value)| format!("{key}={value}")).collect();
            metadata.sort();
            if !metadata.is_empty() {
                text = format!("{text} ({})", metadata.join(", "));
            }
        }
        for violation in details.bad_request().into_iter().flat_map(|request| &request.field_violations) {
            text = format!("{text}; {}: {}", violation.field, violation.description);
        }
        let code = if broken { Code::Unavailable } else { status.code() };
        Self { code, reason: info.map(|info| info.reason.clone()), text }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", code_name(self.code))?;
        if let Some(reason) = &self.reason {
            write!(formatter, " {reason}")?;
        }
        write!(formatter, ": {}", self.text)
    }
}

/// Builds a message from its proto3 JSON form.
///
/// # Errors
/// What does not fit.
pub(super) fn build(message: &MessageDescriptor, value: &Value) -> Result<DynamicMessage, serde_json::Error> {
    DynamicMessage::deserialize_with_options(message.clone(), value, &DeserializeOptions::new())
}

/// The proto3 JSON form of a message, with the contract's field names and every field that has no presence.
///
/// # Errors
/// When a value has no JSON form, such as a time outside of the calendar.
pub(super) fn form(message: &DynamicMessage) -> Result<Value, serde_json::Error> {
    let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
    message.serialize_with_options(serde_json::value::Serializer, &options)
}

/// Calls a method with a token, within a deadline. Of a stream the parts are merged as the wire format merges messages: lists are
/// appended, of everything else the last word counts.
///
/// # Errors
/// The server's refusal, or that it cannot be reached.
pub(super) async fn call(
    channel: &Channel,
    method: &MethodDescriptor,
    message: DynamicMessage,
    token: &str,
    deadline: Duration,
) -> Result<DynamicMessage, Refusal> {
    let mut request = Request::new(message);
    request.set_timeout(deadline);
    let bearer = format!("Bearer {token}").parse().map_err(|_| Status::internal("the token cannot travel"))?;
    request.metadata_mut().insert("authorization", bearer);
    let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
    let path = path.parse().map_err(|_| Status::internal("the method's path cannot travel"))?;
    let mut client = Grpc::new(channel.clone()).max_decoding_message_size(16 * 1024 * 1024);
    let unreachable = |error: tonic::transport::Error| Status::unavailable(error.to_string());
    client.ready().await.map_err(unreachable)?;
    let codec = Dynamic(method.output());
    if !method.is_server_streaming() {
        return Ok(client.unary(request, path, codec).await?.into_inner());
    }
    let read = async {
        let mut parts = client.server_streaming(request, path, codec).await?.into_inner();
        let mut whole = DynamicMessage::new(method.output());
        while let Some(part) = parts.message().await? {
            merge(&mut whole, &part)?;
        }
        Ok(whole)
    };
    let late = |_| Status::deadline_exceeded("the stream did not end in time");
    tokio::time::timeout(deadline, read).await.map_err(late)?
}

/// Adds a part of a stream to what came before.
fn merge(whole: &mut DynamicMessage, part: &DynamicMessage) -> Result<(), Status> {
    whole.merge(part.encode_to_vec().as_slice()).map_err(|error| Status::internal(error.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_of_codes_and_reasons_are_those_of_the_contract() {
        for (name, code) in CODES {
            assert_eq!(code_name(code), name);
        }
        assert!(reasons().iter().any(|reason| reason == "VOTES_MISSING"));
        assert!(reasons().iter().any(|reason| reason == "STALE_ETAG"));
    }

    #[test]
    fn parts_of_a_stream_become_one_answer() {
        let message = contract::pool().get_message_by_name("lotse.cases.v1.ListDutiesResponse").unwrap();
        let part = |slot: i32, token: &str| {
            build(&message, &json!({ "duties": [{ "slot": slot }], "next_page_token": token })).unwrap()
        };
        let mut whole = DynamicMessage::new(message.clone());
        for next in [part(1, "a"), part(2, "b")] {
            merge(&mut whole, &next).unwrap();
        }
        let form = form(&whole).unwrap();
        assert_eq!(form["duties"].as_array().unwrap().iter().map(|duty| &duty["slot"]).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(form["next_page_token"], "b");
    }

    #[test]
    fn a_message_keeps_its_form() {
        let message = contract::pool().get_message_by_name("lotse.cases.v1.Review").unwrap();
        let written = json!({ "slot": 2, "decision_date": { "year": 2031, "month": 9, "day": 3 } });
        let form = form(&build(&message, &written).unwrap()).unwrap();
        assert_eq!(form["slot"], 2);
        assert_eq!(form["continued"], false, "what is not set is shown");
        assert_eq!(form["decision_date"]["month"], 9);
        assert!(build(&message, &json!({ "slot": "x" })).is_err());
    }
}

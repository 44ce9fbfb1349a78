//! Every way in which a right request can be made wrong, found from its descriptor.

use prost::Message;
use prost_reflect::{DynamicMessage, Kind, MethodDescriptor, Value};

use super::{
    ABROAD, HOME,
    values::{Place, is_required, message_type, places},
    wire,
};

/// Longer than any text of the contract, shorter than a message may be.
const LONG: usize = 100_000;
/// More than any list of a request takes.
const MANY: usize = 1_000;
/// Replaced by bytes that are no characters once the message is encoded; of the same length.
const MARK: &str = "~~these-are-no-characters~~";

/// What the answer has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// `INVALID_ARGUMENT`, complaining of this field.
    Field(String),
    /// `INVALID_ARGUMENT`, `MESSAGE_MALFORMED`.
    Malformed,
    /// `RESOURCE_EXHAUSTED`, `LIMIT_EXCEEDED`.
    TooLarge,
}

/// A request with exactly one thing wrong.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) what: String,
    pub(super) message: Vec<u8>,
    pub(super) wanted: Wanted,
}

/// All faults of a request.
pub(super) fn of(rpc: &MethodDescriptor, right: &[u8]) -> Vec<Fault> {
    let request = wire::read(rpc, right);
    let mut faults =
        vec![Fault { what: "cut short".to_owned(), message: vec![0x0a, 0x05, 0x41], wanted: Wanted::Malformed }];
    for place in places(&request) {
        spoil(&request, &place, &mut faults);
    }
    faults
}

fn spoil(request: &DynamicMessage, place: &Place, faults: &mut Vec<Fault>) {
    let field = place.field();
    let mut wrong = |what: &str, value: Option<Value>| {
        let message = place.put(request, value).encode_to_vec();
        let path = place.path();
        faults.push(Fault { what: format!("{path} {what}"), message, wanted: Wanted::Field(path) });
    };
    // A request id that is missing is as wrong as any other; a list or message that is required is missing when it is empty.
    if is_required(field) && !matches!(field.kind(), Kind::Bool) {
        wrong("is missing", None);
    }
    let one = |value: Value| if field.is_list() { Value::List(vec![value]) } else { value };
    match field.kind() {
        Kind::String => {
            wrong("has no end", Some(one(Value::String("x".repeat(LONG)))));
            wrong("holds a NUL", Some(one(Value::String("a\0b".to_owned()))));
            if place.get(request).as_str().is_some_and(is_name) {
                for name in ["nothing", "jobcenters/Ä/cases/1", "jobcenters/musterstadt/nothing/1", "//"] {
                    wrong("is no name", Some(Value::String(name.to_owned())));
                }
            }
            if matches!(field.name(), "request_id" | "etag" | "page_token") {
                wrong("is none", Some(Value::String("heute".to_owned())));
            }
        }
        Kind::Enum(_) => wrong("is unknown", Some(one(Value::EnumNumber(9_999)))),
        Kind::Int32 => wrong("is negative", Some(one(Value::I32(-1)))),
        Kind::Int64 => wrong("is negative", Some(one(Value::I64(-1)))),
        Kind::Message(_) if !field.is_list() => {
            for (what, value) in impossible(field) {
                wrong(&what, Some(value));
            }
        }
        _ => {}
    }
    if field.is_list() {
        let first = place.get(request).as_list().and_then(|items| items.first().cloned());
        let filler = first.or_else(|| matches!(field.kind(), Kind::String).then(|| Value::String("x".to_owned())));
        if let Some(filler) = filler {
            wrong("has too many", Some(Value::List(vec![filler; MANY])));
        }
    }
    if let Some(name) = name_of_another(request, place) {
        wrong("lies in another jobcenter", Some(one(Value::String(name))));
    }
    if matches!(field.kind(), Kind::String) {
        no_characters(request, place, &one, faults);
    }
}

/// Whether a text is the name of a resource.
fn is_name(text: &str) -> bool {
    text.starts_with("jobcenters/") || text.starts_with("templates/")
}

/// The name that stands at a place, as one of another jobcenter; `None` where it says what the request is about.
fn name_of_another(request: &DynamicMessage, place: &Place) -> Option<String> {
    if place.is_outermost() && matches!(place.field().name(), "name" | "parent" | "case") {
        return None;
    }
    let stands = place.get(request);
    let first = stands.as_list().and_then(|items| items.first().cloned()).unwrap_or(stands);
    let home = format!("jobcenters/{HOME}/");
    first.as_str().filter(|name| name.starts_with(&home)).map(|name| name.replacen(HOME, ABROAD, 1))
}

fn no_characters(request: &DynamicMessage, place: &Place, one: &dyn Fn(Value) -> Value, faults: &mut Vec<Fault>) {
    let mut message = place.put(request, Some(one(Value::String(MARK.to_owned())))).encode_to_vec();
    let at = message.windows(MARK.len()).position(|window| window == MARK.as_bytes());
    if let Some(at) = at {
        message[at..at + MARK.len()].fill(0xff);
        faults.push(Fault {
            what: format!("{} holds no characters", place.path()),
            message,
            wanted: Wanted::Malformed,
        });
    }
    if place.is_outermost() && !place.field().is_list() {
        let message = place.put(request, Some(Value::String("x".repeat(2 * 1024 * 1024)))).encode_to_vec();
        let what = format!("{} is larger than a message may be", place.path());
        faults.push(Fault { what, message, wanted: Wanted::TooLarge });
    }
}

/// Days and instants that are none, or lie where no procedure has any business.
fn impossible(field: &prost_reflect::FieldDescriptor) -> Vec<(String, Value)> {
    let Some(kind) = message_type(field) else { return Vec::new() };
    let made = |parts: &[(&str, Value)]| {
        let mut message = DynamicMessage::new(kind.clone());
        for (name, value) in parts {
            message.set_field_by_name(name, value.clone());
        }
        Value::Message(message)
    };
    match kind.full_name() {
        "google.type.Date" => {
            [(2026, 2, 30), (0, 0, 0), (2026, 13, 1), (-5, 1, 1), (9_999, 12, 31), (2_000_000_000, -1, 77)]
                .map(|(year, month, day)| {
                    let parts = [("year", Value::I32(year)), ("month", Value::I32(month)), ("day", Value::I32(day))];
                    (format!("is {year}-{month}-{day}"), made(&parts))
                })
                .into()
        }
        "google.protobuf.Timestamp" => {
            [(i64::MAX, 0), (i64::MIN, 0), (1_800_000_000, -1), (253_402_200_000, 0), (-60_000_000_000, 0)]
                .map(|(seconds, nanos)| {
                    let parts = [("seconds", Value::I64(seconds)), ("nanos", Value::I32(nanos))];
                    (format!("is {seconds}.{nanos}"), made(&parts))
                })
                .into()
        }
        _ => Vec::new(),
    }
}

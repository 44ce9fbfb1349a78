//! Messages taken apart and put together by their descriptors: other texts at each place, canaries in all places.

use prost_reflect::{DynamicMessage, Kind, MessageDescriptor, ReflectMessage as _, Value};

/// The names of resources a message speaks of.
pub fn names(message: &DynamicMessage) -> Vec<String> {
    let fields = ["name", "parent"].into_iter().filter_map(|field| message.get_field_by_name(field));
    let names = fields.filter_map(|value| value.as_str().map(str::to_owned));
    names.filter(|name| name.starts_with("jobcenters/")).collect()
}

/// The message with another text at one place, for each place there is, with the path of the place.
pub fn changed(message: &DynamicMessage, text: &str) -> Vec<(String, DynamicMessage)> {
    let mut found = Vec::new();
    // The id of a jobcenter is part of every name, and a canary is a proper one.
    for field in message.descriptor().fields().filter(|field| field.name() != "jobcenter_id") {
        let mut put = |path: String, value: Value| {
            let mut message = message.clone();
            message.set_field(&field, value);
            found.push((path, message));
        };
        let name = field.name().to_owned();
        match (field.kind(), message.get_field(&field).into_owned()) {
            (Kind::String, Value::List(_)) => put(name, Value::List(vec![Value::String(text.to_owned())])),
            (Kind::String, _) => put(name, Value::String(text.to_owned())),
            (Kind::Message(_), Value::Message(inner)) if message.has_field(&field) => {
                for (path, inner) in self::changed(&inner, text) {
                    put(format!("{name}.{path}"), Value::Message(inner));
                }
            }
            (Kind::Message(_), Value::List(items)) => {
                let first = items.first().and_then(Value::as_message);
                for (path, inner) in first.map(|inner| self::changed(inner, text)).unwrap_or_default() {
                    put(format!("{name}[0].{path}"), Value::List(vec![Value::Message(inner)]));
                }
            }
            _ => {}
        }
    }
    found
}

/// A message whose every text is a canary, and everything else something sensible.
pub fn filled(message: &MessageDescriptor, depth: usize) -> DynamicMessage {
    let mut whole = DynamicMessage::new(message.clone());
    for field in message.fields() {
        let value = match field.kind() {
            Kind::String => Value::String("kanarienvogel-991".to_owned()),
            Kind::Enum(_) => Value::EnumNumber(1),
            Kind::Int32 => Value::I32(1),
            Kind::Bool => Value::Bool(true),
            Kind::Message(date) if date.full_name() == "google.type.Date" => Value::Message(day(&date)),
            Kind::Message(inner) if depth < 4 && inner.package_name().starts_with("lotse.") => {
                Value::Message(filled(&inner, depth + 1))
            }
            _ => continue,
        };
        whole.set_field(&field, if field.is_list() { Value::List(vec![value]) } else { value });
    }
    whole
}

fn day(date: &MessageDescriptor) -> DynamicMessage {
    let mut day = DynamicMessage::new(date.clone());
    for (field, number) in [("year", 2031), ("month", 9), ("day", 8)] {
        day.set_field_by_name(field, Value::I32(number));
    }
    day
}

/// Changes a message within a message.
pub fn within(message: &mut DynamicMessage, path: &[&str], change: impl FnOnce(&mut DynamicMessage)) {
    match path {
        [] => change(message),
        [first, rest @ ..] => {
            if let Some(Value::Message(inner)) = message.get_field_by_name_mut(first) {
                within(inner, rest, change);
            }
        }
    }
}

//! Walks a request by its descriptor and puts other values into it.

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};

use super::wire::pool;

/// The behaviours of `google.api.field_behavior` that decide what a client has to send.
const REQUIRED: i32 = 2;
const OUTPUT_ONLY: i32 = 3;

/// A place in a request: fields from the outside in; of a list of messages its first.
#[derive(Debug, Clone)]
pub(super) struct Place {
    steps: Vec<FieldDescriptor>,
}

impl Place {
    /// The field itself.
    pub(super) fn field(&self) -> &FieldDescriptor {
        &self.steps[self.steps.len() - 1]
    }

    /// Whether it stands in the request itself.
    pub(super) fn is_outermost(&self) -> bool {
        self.steps.len() == 1
    }

    /// The path as violations write it.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for (i, step) in self.steps.iter().enumerate() {
            if i > 0 {
                path.push('.');
            }
            path.push_str(step.name());
            if step.is_list() && i + 1 < self.steps.len() {
                path.push_str("[0]");
            }
        }
        path
    }

    /// The request with another value at this place; `None` clears it.
    pub(super) fn put(&self, request: &DynamicMessage, value: Option<Value>) -> DynamicMessage {
        let mut request = request.clone();
        put(&mut request, &self.steps, value);
        request
    }

    /// What stands there.
    pub(super) fn get(&self, request: &DynamicMessage) -> Value {
        let mut message = request.clone();
        for step in &self.steps[..self.steps.len() - 1] {
            message = match message.get_field(step).into_owned() {
                Value::Message(inner) => inner,
                Value::List(items) => match items.into_iter().next() {
                    Some(Value::Message(inner)) => inner,
                    _ => return Value::Bool(false),
                },
                _ => return Value::Bool(false),
            };
        }
        message.get_field(self.field()).into_owned()
    }
}

fn put(message: &mut DynamicMessage, steps: &[FieldDescriptor], value: Option<Value>) {
    let [step, rest @ ..] = steps else { return };
    if rest.is_empty() {
        match value {
            Some(value) => message.set_field(step, value),
            None => message.clear_field(step),
        }
        return;
    }
    match message.get_field_mut(step) {
        Value::Message(inner) => put(inner, rest, value),
        Value::List(items) => {
            if let Some(Value::Message(inner)) = items.first_mut() {
                put(inner, rest, value);
            }
        }
        _ => {}
    }
}

/// Every place a client may fill, within the messages the request has.
pub(super) fn places(request: &DynamicMessage) -> Vec<Place> {
    let mut found = Vec::new();
    walk(request, &[], &mut found);
    found
}

fn walk(message: &DynamicMessage, above: &[FieldDescriptor], found: &mut Vec<Place>) {
    for field in message.descriptor().fields() {
        let other_choice = field.containing_oneof().is_some() && !message.has_field(&field);
        if behaves(&field, OUTPUT_ONLY) || other_choice {
            continue;
        }
        let steps = [above, std::slice::from_ref(&field)].concat();
        found.push(Place { steps: steps.clone() });
        let inner = match message.get_field(&field).into_owned() {
            Value::Message(inner) if message.has_field(&field) => Some(inner),
            Value::List(items) => items.into_iter().find_map(|item| item.as_message().cloned()),
            _ => None,
        };
        if let Some(inner) = inner.filter(|inner| inner.descriptor().package_name().starts_with("lotse.")) {
            walk(&inner, &steps, found);
        }
    }
}

/// Whether a client has to fill a field.
pub(super) fn is_required(field: &FieldDescriptor) -> bool {
    behaves(field, REQUIRED)
}

/// The outermost fields a client has to fill.
pub(super) fn required(message: &MessageDescriptor) -> Vec<FieldDescriptor> {
    message.fields().filter(is_required).collect()
}

fn behaves(field: &FieldDescriptor, behaviour: i32) -> bool {
    let Some(extension) = pool().get_extension_by_name("google.api.field_behavior") else { return false };
    let options = field.options();
    let value = options.get_extension(&extension).into_owned();
    let listed = value.as_list().unwrap_or_default();
    listed.iter().any(|value| value.as_enum_number() == Some(behaviour))
}

/// The message type of a field, if it is one.
pub(super) fn message_type(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Kind::Message(message) => Some(message),
        _ => None,
    }
}

/// Whether a field says what a request is about, and not what is to become of it.
pub(super) fn is_address(field: &FieldDescriptor) -> bool {
    message_type(field).is_none_or(|message| message.full_name() == "google.protobuf.Timestamp")
}

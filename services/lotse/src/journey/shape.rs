//! Checks a written value against a message of the contract, and brings it into the one form the runner compares.
//!
//! Written values are proto3 JSON with two conveniences: a `google.type.Date` may be written `2031-03-03`, and a text may
//! hold `${name}` wherever a value is wanted. The form that comes out has field names as in the contract and whole dates.

use jiff::civil::Date;
use prost_reflect::{EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor};
use serde_json::{Map, Value, json};

use super::{fault::unknown, values::has_placeholder};

/// The message whose JSON form is an object of three numbers, written as one word in journeys.
const DATE: &str = "google.type.Date";

/// Something that does not fit, with the last word of its path, by which its line is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) word: String,
    pub(super) text: String,
}

/// Brings `value` into the form of `message`; what does not fit is noted and left as it is.
pub(super) fn fit(message: &MessageDescriptor, value: &Value, misfits: &mut Vec<Misfit>) -> Value {
    Fit { misfits }.message(message, value, "")
}

struct Fit<'a> {
    misfits: &'a mut Vec<Misfit>,
}

impl Fit<'_> {
    fn message(&mut self, message: &MessageDescriptor, value: &Value, path: &str) -> Value {
        if message.full_name() == DATE {
            return self.date(value, path);
        }
        // The types with a JSON form of their own are checked when the message is built.
        if message.full_name().starts_with("google.protobuf.") || is_open(value) {
            return value.clone();
        }
        let Value::Object(written) = value else {
            self.misfit(path, &format!("must be a {} with its fields, not {}", message.name(), kind_of(value)));
            return value.clone();
        };
        let mut fitted = Map::new();
        for (key, inner) in written {
            let field = message.get_field_by_name(key).or_else(|| message.get_field_by_json_name(key));
            let inner_path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            if let Some(field) = field {
                let inner = self.field(&field, inner, &inner_path);
                fitted.insert(field.name().to_owned(), inner);
            } else {
                let names: Vec<String> = message.fields().map(|field| field.name().to_owned()).collect();
                let text = unknown(&format!("field of {}", message.name()), key, names.iter().map(String::as_str));
                self.misfits.push(Misfit { word: key.clone(), text: at(path, &text) });
            }
        }
        Value::Object(fitted)
    }

    fn field(&mut self, field: &FieldDescriptor, value: &Value, path: &str) -> Value {
        if is_open(value) || value.is_null() || field.is_map() {
            return value.clone();
        }
        if !field.is_list() {
            return self.single(&field.kind(), value, path);
        }
        let Value::Array(items) = value else {
            self.misfit(path, &format!("must be a list, not {}", kind_of(value)));
            return value.clone();
        };
        let items = items.iter().enumerate();
        items.map(|(index, item)| self.single(&field.kind(), item, &format!("{path}[{index}]"))).collect()
    }

    fn single(&mut self, kind: &Kind, value: &Value, path: &str) -> Value {
        if is_open(value) {
            return value.clone();
        }
        let wanted = match kind {
            Kind::Message(message) => return self.message(message, value, path),
            Kind::Enum(words) => return self.word(words, value, path),
            Kind::String | Kind::Bytes if value.is_string() => None,
            Kind::String if value.is_number() => Some("a text in quotes"),
            Kind::String => Some("a text"),
            Kind::Bytes => Some("a text in Base64"),
            Kind::Bool if value.is_boolean() => None,
            Kind::Bool => Some("true or false"),
            Kind::Double | Kind::Float if value.is_number() => None,
            Kind::Double | Kind::Float => Some("a number"),
            // All the others are whole numbers.
            _ if value.is_i64() || value.is_u64() => None,
            _ => Some("a whole number"),
        };
        if let Some(wanted) = wanted {
            self.misfit(path, &format!("must be {wanted}, not {}", kind_of(value)));
        }
        value.clone()
    }

    fn word(&mut self, words: &EnumDescriptor, value: &Value, path: &str) -> Value {
        match value {
            Value::String(word) if words.get_value_by_name(word).is_none() => {
                let names: Vec<String> = words.values().map(|value| value.name().to_owned()).collect();
                let text = unknown(&format!("word of {}", words.name()), word, names.iter().map(String::as_str));
                self.misfits.push(Misfit { word: word.clone(), text: at(path, &text) });
            }
            Value::String(_) => {}
            other => self.misfit(path, &format!("must be a word of {}, not {}", words.name(), kind_of(other))),
        }
        value.clone()
    }

    fn date(&mut self, value: &Value, path: &str) -> Value {
        match value {
            Value::String(text) if has_placeholder(text) => {}
            Value::String(text) => match text.parse::<Date>() {
                Ok(date) => return whole(date),
                Err(_) => self.misfit(path, &format!("`{text}` is not a day such as 2031-03-03")),
            },
            // A date that was saved from an answer, or is to be wrong on purpose.
            Value::Object(_) => {}
            other => self.misfit(path, &format!("must be a day such as 2031-03-03, not {}", kind_of(other))),
        }
        value.clone()
    }

    fn misfit(&mut self, path: &str, text: &str) {
        let word = path.rsplit('.').next().unwrap_or_default();
        let word = word.split('[').next().unwrap_or_default().to_owned();
        self.misfits.push(Misfit { word, text: at(path, text) });
    }
}

fn at(path: &str, text: &str) -> String {
    if path.is_empty() { text.to_owned() } else { format!("{path}: {text}") }
}

/// A date as proto3 JSON has it.
pub(super) fn whole(date: Date) -> Value {
    json!({ "year": date.year(), "month": date.month(), "day": date.day() })
}

/// Whether a saved value will stand here.
fn is_open(value: &Value) -> bool {
    value.as_str().is_some_and(has_placeholder)
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::contract;

    fn misfits(message: &str, value: &Value) -> Vec<String> {
        let message = contract::pool().get_message_by_name(message).unwrap();
        let mut misfits = Vec::new();
        fit(&message, value, &mut misfits);
        let mut texts: Vec<String> = misfits.into_iter().map(|misfit| misfit.text).collect();
        texts.sort();
        texts
    }

    #[test]
    fn dates_and_names_come_into_one_form() {
        let message = contract::pool().get_message_by_name("lotse.cases.v1.RecordFirstTalkRequest").unwrap();
        let mut misfits = Vec::new();
        let fitted = fit(&message, &json!({ "name": "${episode}", "firstTalkDate": "2031-03-12" }), &mut misfits);
        assert_eq!(misfits, []);
        assert_eq!(fitted, json!({ "name": "${episode}", "first_talk_date": { "year": 2031, "month": 3, "day": 12 } }));
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_path() {
        let request = json!({
            "case": { "person": { "customer_number": 12, "birth_date": "31.08.2000", "given_nam": "x" },
                      "profile": { "type": "PROFILE_TYPE_STABILISIERUNGPROFIL", "needs": {} } },
            "request_id": true,
        });
        assert_eq!(
            misfits("lotse.cases.v1.RegisterCaseRequest", &request),
            [
                "case.person.birth_date: `31.08.2000` is not a day such as 2031-03-03",
                "case.person.customer_number: must be a text in quotes, not a number",
                "case.person: unknown field of Person `given_nam`; did you mean `given_name`?",
                "case.profile.needs: must be a list, not an object",
                "case.profile.type: unknown word of ProfileType `PROFILE_TYPE_STABILISIERUNGPROFIL`; did you mean \
                 `PROFILE_TYPE_STABILISIERUNGSPROFIL`?",
                "request_id: must be a text, not true or false",
            ]
        );
    }

    #[test]
    fn saved_values_may_stand_anywhere() {
        let request = json!({ "name": "${duty}", "decision": 1 });
        assert_eq!(misfits("lotse.cases.v1.GetDutyRequest", &request).len(), 1);
        let request = json!({ "case": { "profile": "${profile}", "address": 1 } });
        assert_eq!(misfits("lotse.cases.v1.RegisterCaseRequest", &request).len(), 1);
    }
}

//! Compares an answer with the part of it that was expected.

use serde_json::{Map, Value};

/// Every difference between what was expected and what came, with its path; empty when it fits.
///
/// An object fits when all its expected fields fit, whatever else came. A list fits item by item and in length; with `any`
/// each expected item must fit an item of its own, in any order, and others may stand beside them. Null fits what is not set.
pub(super) fn differences(expected: &Value, came: &Value, any: bool) -> Vec<String> {
    let mut found = Vec::new();
    compare(expected, came, any, "", &mut found);
    found
}

fn compare(expected: &Value, came: &Value, any: bool, path: &str, found: &mut Vec<String>) {
    match (expected, came) {
        (Value::Null, came) if is_unset(came) => {}
        (Value::Object(expected), Value::Object(came)) => {
            for (key, value) in expected {
                let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(value, came.get(key).unwrap_or(&Value::Null), any, &inner, found);
            }
        }
        (Value::Array(expected), Value::Null) if expected.is_empty() => {}
        (Value::Array(expected), Value::Array(came)) if any => match_any(expected, came, path, found),
        (Value::Array(expected), Value::Array(came)) => {
            if expected.len() != came.len() {
                let came = Value::Array(came.clone());
                found.push(format!("{path}: expected {} item(s), came {}", expected.len(), show(&came)));
                return;
            }
            for (index, (expected, came)) in expected.iter().zip(came).enumerate() {
                compare(expected, came, any, &format!("{path}[{index}]"), found);
            }
        }
        (expected, came) if same(expected, came) => {}
        (expected, came) => found.push(format!("{path}: expected {}, came {}", show(expected), show(came))),
    }
}

/// Finds for each expected item one that fits and was not taken by another. Expected items are few and differ, so the first
/// that fits is taken.
fn match_any(expected: &[Value], came: &[Value], path: &str, found: &mut Vec<String>) {
    let mut free: Vec<&Value> = came.iter().collect();
    for item in expected {
        if let Some(at) = free.iter().position(|candidate| differences(item, candidate, true).is_empty()) {
            free.swap_remove(at);
        } else {
            let came = Value::Array(came.to_vec());
            found.push(format!("{path}: nothing fits {}; came {}", show(item), show(&came)));
        }
    }
}

fn same(expected: &Value, came: &Value) -> bool {
    match (expected, came) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        // A 64-bit number is a text in proto3 JSON.
        (Value::Number(a), Value::String(b)) | (Value::String(b), Value::Number(a)) => a.to_string() == *b,
        _ => expected == came,
    }
}

fn is_unset(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(set) => !set,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(_) => false,
    }
}

/// The value for a reader: dates as days, empty fields left out, and not more than a few lines of it.
pub(super) fn show(value: &Value) -> String {
    let text = shorten(value).to_string();
    match text.char_indices().nth(600) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn shorten(value: &Value) -> Value {
    match value {
        Value::Object(fields) => as_day(fields).unwrap_or_else(|| {
            let set = fields.iter().filter(|(_, value)| !is_unset(value));
            Value::Object(set.map(|(key, value)| (key.clone(), shorten(value))).collect())
        }),
        Value::Array(items) => items.iter().map(shorten).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

fn as_day(fields: &Map<String, Value>) -> Option<Value> {
    let part = |key: &str| fields.get(key).and_then(Value::as_i64);
    let (year, month, day) = (part("year")?, part("month")?, part("day")?);
    (fields.len() == 3).then(|| Value::String(format!("{year:04}-{month:02}-{day:02}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_of_an_answer_is_enough() {
        let came = json!({ "phase": "DELIVERY", "reviews": [ { "slot": 1, "continued": true } ], "etag": "7" });
        assert_eq!(differences(&json!({ "phase": "DELIVERY" }), &came, false), Vec::<String>::new());
        assert_eq!(differences(&json!({ "reviews": [ { "slot": 1 } ] }), &came, false), Vec::<String>::new());
        assert_eq!(differences(&json!({ "handover": null }), &came, false), Vec::<String>::new());
        assert_eq!(differences(&json!({ "etag": 7 }), &came, false), Vec::<String>::new());
        assert_eq!(
            differences(&json!({ "phase": "CLOSED", "reviews": [ { "slot": 2 } ] }), &came, false),
            [r#"phase: expected "CLOSED", came "DELIVERY""#, "reviews[0].slot: expected 2, came 1"]
        );
    }

    #[test]
    fn lists_are_compared_in_order_and_whole_unless_any() {
        let came = json!({ "duties": [ { "kind": "A" }, { "kind": "B" }, { "kind": "A" } ] });
        let two = json!({ "duties": [ { "kind": "B" }, { "kind": "A" } ] });
        assert_eq!(differences(&two, &came, false).len(), 1);
        assert_eq!(differences(&two, &came, true), Vec::<String>::new());
        let thrice = json!({ "duties": [ { "kind": "A" }, { "kind": "A" }, { "kind": "A" } ] });
        assert_eq!(differences(&thrice, &came, true).len(), 1, "each item is taken once");
        assert_eq!(differences(&json!({ "duties": [] }), &came, false).len(), 1);
        assert_eq!(differences(&json!({ "duties": [] }), &json!({ "duties": [] }), false), Vec::<String>::new());
    }

    #[test]
    fn differences_are_short_to_read() {
        let came = json!({ "due_date": { "year": 2031, "month": 9, "day": 3 }, "team": "", "needs": [] });
        assert_eq!(show(&came), r#"{"due_date":"2031-09-03"}"#);
    }
}

//! Saved values: `${name}` in requests and expectations, and dotted paths into answers.

use std::collections::BTreeMap;

use prost_reflect::{Kind, MessageDescriptor};
use serde_json::Value;

use super::fault::unknown;

/// Values by name.
pub(super) type Saved = BTreeMap<String, Value>;

/// Whether a text has a placeholder in it.
pub(super) fn has_placeholder(text: &str) -> bool {
    text.contains("${")
}

/// The names of all placeholders in a value.
pub(super) fn names_in(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::String(text) => names.extend(pieces(text).filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.to_owned()),
            Piece::Text(_) => None,
        })),
        Value::Array(items) => items.iter().for_each(|item| names_in(item, names)),
        Value::Object(fields) => fields.values().for_each(|field| names_in(field, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Puts saved values in. A text that is one placeholder becomes the value itself; within a longer text it becomes words.
///
/// # Errors
/// What is missing, or cannot stand within a text.
pub(super) fn insert(value: &Value, saved: &Saved) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => insert_text(text, saved)?,
        Value::Array(items) => Value::Array(items.iter().map(|item| insert(item, saved)).collect::<Result<_, _>>()?),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, field)| Ok((key.clone(), insert(field, saved)?)))
                .collect::<Result<_, String>>()?,
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    })
}

fn insert_text(text: &str, saved: &Saved) -> Result<Value, String> {
    let look_up = |name: &str| saved.get(name).ok_or_else(|| format!("nothing was saved as `{name}`"));
    let pieces: Vec<Piece<'_>> = pieces(text).collect();
    if let [Piece::Name(name)] = pieces.as_slice() {
        return look_up(name).cloned();
    }
    let mut words = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => words.push_str(text),
            Piece::Name(name) => match look_up(name)? {
                Value::String(text) => words.push_str(text),
                Value::Number(number) => words.push_str(&number.to_string()),
                _ => return Err(format!("`{name}` is no text and cannot stand within one")),
            },
        }
    }
    Ok(Value::String(words))
}

/// A part of a text.
enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let closed = rest.strip_prefix("${").and_then(|opened| opened.split_once('}'));
        if let Some((name, after)) = closed {
            rest = after;
            return Some(Piece::Name(name));
        }
        // At least one character is taken, so that an opening that is never closed ends as plain text.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[first..].find("${").map_or(rest.len(), |at| at + first);
        let (head, tail) = rest.split_at(end);
        rest = tail;
        Some(Piece::Text(head))
    })
}

/// The value at a dotted path, list items by their number from 0: `duties.0.name`.
pub(super) fn at_path<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, part| match value {
        Value::Object(fields) => fields.get(part),
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    })
}

/// Whether a path can exist in a message.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check_path(message: &MessageDescriptor, path: &str) -> Result<(), String> {
    let mut parts = path.split('.').peekable();
    let mut message = message.clone();
    while let Some(part) = parts.next() {
        let Some(field) = message.get_field_by_name(part) else {
            let names: Vec<String> = message.fields().map(|field| field.name().to_owned()).collect();
            return Err(unknown(&format!("field of {}", message.name()), part, names.iter().map(String::as_str)));
        };
        if field.is_list() && parts.peek().is_some() {
            let number = parts.next().unwrap_or_default();
            if number.parse::<usize>().is_err() {
                return Err(format!("`{number}` is not the number of an item of `{part}`, from 0"));
            }
        }
        match (field.kind(), parts.peek()) {
            (_, None) => return Ok(()),
            (Kind::Message(inner), Some(_)) => message = inner,
            (_, Some(_)) => return Err(format!("`{part}` has no fields")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::journey::contract;

    #[test]
    fn values_stand_alone_or_within_a_text() {
        let saved = Saved::from([
            ("case".to_owned(), json!("jobcenters/m/cases/1")),
            ("due".to_owned(), json!({ "year": 2031 })),
            ("slot".to_owned(), json!(3)),
        ]);
        let written = json!({ "name": "${case}/events", "due": "${due}", "list": ["${slot}", "Nr. ${slot} ${"] });
        let inserted = insert(&written, &saved).unwrap();
        let right = json!({ "name": "jobcenters/m/cases/1/events", "due": { "year": 2031 }, "list": [3, "Nr. 3 ${"] });
        assert_eq!(inserted, right);
        assert_eq!(insert(&json!("${anna}"), &saved).unwrap_err(), "nothing was saved as `anna`");
        assert!(insert(&json!("am ${due}"), &saved).unwrap_err().contains("cannot stand within"));
        let mut names = Vec::new();
        names_in(&written, &mut names);
        names.sort();
        assert_eq!(names, ["case", "due", "slot", "slot"]);
    }

    #[test]
    fn paths_lead_into_answers() {
        let answer = json!({ "duties": [ { "name": "a" }, { "name": "b" } ] });
        assert_eq!(at_path(&answer, "duties.1.name"), Some(&json!("b")));
        assert_eq!(at_path(&answer, "duties.2.name"), None);
        let message = contract::pool().get_message_by_name("lotse.cases.v1.ListDutiesResponse").unwrap();
        assert_eq!(check_path(&message, "duties.1.due_date.year"), Ok(()));
        assert!(check_path(&message, "duties.name").unwrap_err().contains("number of an item"));
        assert!(check_path(&message, "dutie.0.name").unwrap_err().contains("did you mean `duties`"));
        assert!(check_path(&message, "next_page_token.x").unwrap_err().contains("has no fields"));
    }
}

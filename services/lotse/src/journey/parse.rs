//! Reads a journey file and checks it against the contract; all faults are found before anything runs.

mod header;
mod step;

use serde_json::{Map, Value};

use super::{
    fault::{Fault, Faults, unknown},
    file::Journey,
    lines::Lines,
};

/// The keys of a journey.
const KEYS: [&str; 6] = ["journey", "about", "requirements", "jobcenter", "people", "steps"];

/// Reads `text`, which came from `file`.
///
/// # Errors
/// [`Faults`] with every fault of the file: syntax, unknown keys, methods, fields and words, names that nobody saved, dates
/// that go back.
pub fn parse(file: &str, text: &str) -> Result<Journey, Faults> {
    let refuse = |faults: Vec<Fault>| Faults { file: file.to_owned(), faults };
    let document = document(text).map_err(|fault| refuse(vec![fault]))?;
    let mut reading = Reading { lines: Lines::new(text), step: None, faults: Vec::new() };
    reading.known_keys(&document, "journey", &KEYS);
    let mut journey = header::read(&mut reading, file, &document);
    journey.steps = step::read_all(&mut reading, &journey, document.get("steps"));
    if reading.faults.is_empty() {
        return Ok(journey);
    }
    reading.faults.sort_by_key(|fault| (fault.line, fault.step));
    Err(refuse(reading.faults))
}

/// The file as one mapping. The first pass finds keys that stand twice, which the second would not see.
fn document(text: &str) -> Result<Map<String, Value>, Fault> {
    let syntax = |error: &serde_yaml_ng::Error| {
        let line = error.location().map_or(0, |location| location.line());
        Fault { line, step: None, text: error.to_string() }
    };
    let checked: serde_yaml_ng::Value = serde_yaml_ng::from_str(text).map_err(|error| syntax(&error))?;
    match serde_json::to_value(checked) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Fault { line: 1, step: None, text: "the file is no mapping of keys and values".to_owned() }),
        Err(error) => Err(Fault { line: 0, step: None, text: format!("keys have to be texts: {error}") }),
    }
}

/// A file that is being read: where its lines are, which step is read, and what was found wrong so far.
struct Reading<'a> {
    lines: Lines<'a>,
    step: Option<usize>,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    /// Notes a fault at the first line that has `word` in it.
    fn fault(&mut self, word: &str, text: impl Into<String>) {
        let line = match self.step {
            Some(step) => self.lines.within_step(step, word),
            None => self.lines.in_header(word),
        };
        self.faults.push(Fault { line, step: self.step, text: text.into() });
    }

    fn known_keys(&mut self, fields: &Map<String, Value>, what: &str, known: &[&str]) {
        for key in fields.keys().filter(|key| !known.contains(&key.as_str())) {
            self.fault(key, unknown(&format!("key of {what}"), key, known.iter().copied()));
        }
    }

    /// A mapping; a fault when it is something else or missing.
    fn mapping<'v>(&mut self, fields: &'v Map<String, Value>, key: &str) -> Option<&'v Map<String, Value>> {
        match fields.get(key) {
            Some(Value::Object(inner)) => return Some(inner),
            Some(_) => self.fault(key, format!("`{key}` must be a mapping")),
            None => self.fault(key, format!("`{key}` is missing")),
        }
        None
    }

    /// A text that must be there.
    fn text(&mut self, fields: &Map<String, Value>, key: &str) -> String {
        let text = self.optional_text(fields, key);
        if text.is_none() && !fields.contains_key(key) {
            self.fault(key, format!("`{key}` is missing"));
        }
        text.unwrap_or_default()
    }

    /// A text that may be missing.
    fn optional_text(&mut self, fields: &Map<String, Value>, key: &str) -> Option<String> {
        match fields.get(key)? {
            Value::String(text) => return Some(text.trim().to_owned()),
            _ => self.fault(key, format!("`{key}` must be a text")),
        }
        None
    }

    /// A list of texts that may be missing.
    fn texts(&mut self, fields: &Map<String, Value>, key: &str) -> Option<Vec<String>> {
        let items = match fields.get(key)? {
            Value::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        if items.is_none() {
            self.fault(key, format!("`{key}` must be a list of texts"));
        }
        items
    }

    /// A flag that may be missing.
    fn flag(&mut self, fields: &Map<String, Value>, key: &str) -> bool {
        match fields.get(key) {
            Some(Value::Bool(set)) => *set,
            Some(_) => {
                self.fault(key, format!("`{key}` must be true or false"));
                false
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests;

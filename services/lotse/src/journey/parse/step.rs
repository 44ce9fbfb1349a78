//! The steps of a journey: dates in order, calls that exist, requests and expectations that fit the contract.

use std::collections::BTreeSet;

use jiff::civil::Date;
use prost_reflect::MethodDescriptor;
use serde_json::{Map, Value};
use tonic::Code;

use super::{Reading, header::BUILT_IN};
use crate::journey::{
    contract,
    fault::unknown,
    file::{Call, Journey, Outcome, Step},
    shape, values, wire,
};

/// The keys of a step.
const KEYS: [&str; 10] = ["on", "as", "note", "call", "request", "save", "expect", "any", "fails", "eventually"];
/// The keys that make no sense without a call.
const CALL_KEYS: [&str; 6] = ["request", "save", "expect", "any", "fails", "eventually"];

/// What the steps before have settled for the next one.
struct Course<'a> {
    journey: &'a Journey,
    today: Option<Date>,
    actor: Option<String>,
    names: BTreeSet<String>,
}

/// Reads all steps. `on` and `as` may be left out where they are those of the step before.
pub(super) fn read_all(reading: &mut Reading<'_>, journey: &Journey, steps: Option<&Value>) -> Vec<Step> {
    let Some(Value::Array(items)) = steps else {
        reading.fault("steps", "`steps` must be a list of steps");
        return Vec::new();
    };
    if items.is_empty() {
        reading.fault("steps", "a journey has at least one step");
    }
    let names = journey.people.keys().cloned().chain(BUILT_IN.map(str::to_owned)).collect();
    let mut course = Course { journey, today: None, actor: None, names };
    let mut read = Vec::new();
    for (index, item) in items.iter().enumerate() {
        reading.step = Some(index + 1);
        match item {
            Value::Object(fields) => read.push(course.step(reading, index + 1, fields)),
            _ => reading.fault("-", "a step must be a mapping"),
        }
    }
    reading.step = None;
    read
}

impl Course<'_> {
    fn step(&mut self, reading: &mut Reading<'_>, number: usize, fields: &Map<String, Value>) -> Step {
        reading.known_keys(fields, "a step", &KEYS);
        let note = reading.optional_text(fields, "note").unwrap_or_default();
        let on = self.day(reading, fields);
        let call = if fields.contains_key("call") {
            self.call(reading, fields)
        } else {
            for key in CALL_KEYS.iter().filter(|key| fields.contains_key(**key)) {
                reading.fault(key, format!("`{key}` without a `call`"));
            }
            if !fields.contains_key("on") {
                reading.fault("-", "a step has a `call`, or a date `on` to which time passes");
            }
            None
        };
        Step { number, line: reading.lines.step(number), on, note, call }
    }

    fn day(&mut self, reading: &mut Reading<'_>, fields: &Map<String, Value>) -> Date {
        let written = reading.optional_text(fields, "on");
        let day = match (&written, self.today) {
            (Some(text), before) => match (text.parse::<Date>(), before) {
                (Ok(day), Some(before)) if day < before => {
                    reading.fault("on", format!("{day} lies before {before}: time does not go back"));
                    before
                }
                (Ok(day), _) => day,
                (Err(_), before) => {
                    reading.fault("on", format!("`{text}` is not a day such as 2031-03-03"));
                    before.unwrap_or_default()
                }
            },
            (None, Some(before)) => before,
            (None, None) => {
                reading.fault("-", "the first step has to say its date with `on`");
                Date::default()
            }
        };
        self.today = Some(day);
        day
    }

    fn call(&mut self, reading: &mut Reading<'_>, fields: &Map<String, Value>) -> Option<Call> {
        let actor = self.actor(reading, fields);
        let name = reading.text(fields, "call");
        let method = match contract::method(&name) {
            Ok(method) => method,
            Err(fault) => {
                reading.fault("call", fault);
                return None;
            }
        };
        let request = fields.get("request").cloned().unwrap_or_else(|| Value::Object(Map::new()));
        self.check(reading, &method.input(), &request, "request");
        let outcome = self.outcome(reading, fields, &method);
        let eventually = reading.flag(fields, "eventually");
        let save = self.save(reading, fields, &method, &outcome);
        Some(Call { actor, method, request, save, outcome, eventually })
    }

    fn actor(&mut self, reading: &mut Reading<'_>, fields: &Map<String, Value>) -> String {
        let written = reading.optional_text(fields, "as");
        if let Some(key) = &written
            && !self.journey.people.contains_key(key)
        {
            reading.fault("as", unknown("person", key, self.journey.people.keys().map(String::as_str)));
        }
        if written.is_none() && self.actor.is_none() {
            reading.fault("call", "the first call has to say who calls with `as`");
        }
        self.actor = written.or(self.actor.take());
        self.actor.clone().unwrap_or_default()
    }

    fn check(&self, reading: &mut Reading<'_>, message: &prost_reflect::MessageDescriptor, value: &Value, key: &str) {
        let mut misfits = Vec::new();
        shape::fit(message, value, &mut misfits);
        for misfit in misfits {
            let word = if misfit.word.is_empty() { key } else { &misfit.word };
            reading.fault(word, format!("{key}: {}", misfit.text));
        }
        let mut names = Vec::new();
        values::names_in(value, &mut names);
        for name in names.iter().filter(|name| !self.names.contains(*name)) {
            let text = unknown("name in `${}`", name, self.names.iter().map(String::as_str));
            reading.fault(name, format!("{key}: {text}"));
        }
    }

    fn outcome(&self, reading: &mut Reading<'_>, fields: &Map<String, Value>, method: &MethodDescriptor) -> Outcome {
        let any = reading.flag(fields, "any");
        let Some(fails) = fields.get("fails") else {
            if any && !fields.contains_key("expect") {
                reading.fault("any", "`any` says how `expect` is compared, and there is none");
            }
            let expect = fields.get("expect").cloned();
            if let Some(expect) = &expect {
                self.check(reading, &method.output(), expect, "expect");
            }
            return Outcome::Answer { expect, any };
        };
        for key in ["expect", "any", "save"].iter().filter(|key| fields.contains_key(**key)) {
            reading.fault(key, format!("`{key}` beside `fails`: a refusal has no answer"));
        }
        refusal(reading, fails)
    }

    fn save(
        &mut self,
        reading: &mut Reading<'_>,
        fields: &Map<String, Value>,
        method: &MethodDescriptor,
        outcome: &Outcome,
    ) -> Vec<(String, String)> {
        if !fields.contains_key("save") || matches!(outcome, Outcome::Refusal { .. }) {
            return Vec::new();
        }
        let Some(written) = reading.mapping(fields, "save") else { return Vec::new() };
        let mut save = Vec::new();
        for (name, path) in written {
            let Value::String(path) = path else {
                reading.fault(name, format!("save: `{name}` must be a path into the answer"));
                continue;
            };
            if let Err(fault) = values::check_path(&method.output(), path) {
                reading.fault(name, format!("save: {name}: {fault}"));
            }
            if self.journey.people.contains_key(name) || BUILT_IN.contains(&name.as_str()) {
                reading.fault(name, format!("save: `{name}` has a meaning already"));
            }
            self.names.insert(name.clone());
            save.push((name.clone(), path.clone()));
        }
        save
    }
}

fn refusal(reading: &mut Reading<'_>, fails: &Value) -> Outcome {
    let empty = Map::new();
    let fields = fails.as_object().unwrap_or_else(|| {
        reading.fault("fails", "`fails` must be a mapping with `code`");
        &empty
    });
    reading.known_keys(fields, "fails", &["code", "reason"]);
    let word = if fields.is_empty() { String::new() } else { reading.text(fields, "code") };
    let code = wire::code(&word).unwrap_or_else(|| {
        if !word.is_empty() {
            reading.fault(&word, unknown("gRPC code", &word, wire::CODES.map(|(name, _)| name)));
        }
        Code::Unknown
    });
    let reason = reading.optional_text(fields, "reason");
    if let Some(word) = &reason
        && !wire::reasons().contains(word)
    {
        reading.fault(word, unknown("reason", word, wire::reasons().iter().map(String::as_str)));
    }
    Outcome::Refusal { code, reason }
}

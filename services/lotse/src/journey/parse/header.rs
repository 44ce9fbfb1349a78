//! The head of a journey: title, jobcenter and people.

use std::collections::BTreeMap;

use lotse_platform::principal::Role;
use serde_json::{Map, Value};

use super::Reading;
use crate::journey::{
    fault::unknown,
    file::{Jobcenter, Journey, Person},
};

/// The keys of a jobcenter.
const JOBCENTER_KEYS: [&str; 5] = ["id", "land", "municipality", "display_name", "address_lines"];
/// The keys of a person.
const PERSON_KEYS: [&str; 6] = ["roles", "team", "display_name", "email", "phone", "full_time_percent"];
/// Names with a meaning of their own, which no person may have.
pub(super) const BUILT_IN: [&str; 2] = ["jobcenter", "today"];

/// Reads everything but the steps.
pub(super) fn read(reading: &mut Reading<'_>, file: &str, document: &Map<String, Value>) -> Journey {
    let title = reading.text(document, "journey");
    let about = reading.optional_text(document, "about").unwrap_or_default();
    let requirements = reading.texts(document, "requirements").unwrap_or_default();
    for requirement in &requirements {
        let number = requirement.strip_prefix('R').unwrap_or_default();
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            reading.fault(requirement, format!("`{requirement}` is no requirement such as R106"));
        }
    }
    let jobcenter = jobcenter(reading, document);
    let people = people(reading, document, &jobcenter.id);
    Journey { file: file.to_owned(), title, about, requirements, jobcenter, people, steps: Vec::new() }
}

fn jobcenter(reading: &mut Reading<'_>, document: &Map<String, Value>) -> Jobcenter {
    let empty = Map::new();
    let fields = reading.mapping(document, "jobcenter").unwrap_or(&empty);
    reading.known_keys(fields, "jobcenter", &JOBCENTER_KEYS);
    // A missing mapping is one fault, not three.
    let (id, land) =
        if fields.is_empty() { Default::default() } else { (reading.text(fields, "id"), reading.text(fields, "land")) };
    let municipality = reading.optional_text(fields, "municipality").unwrap_or_default();
    let town = capitalised(&id);
    let display_name = reading.optional_text(fields, "display_name").unwrap_or_else(|| format!("Jobcenter {town}"));
    let address_lines = reading
        .texts(fields, "address_lines")
        .unwrap_or_else(|| vec![display_name.clone(), "Bahnhofstraße 1".to_owned(), format!("12345 {town}")]);
    Jobcenter { id, land, municipality, display_name, address_lines }
}

fn people(reading: &mut Reading<'_>, document: &Map<String, Value>, jobcenter: &str) -> BTreeMap<String, Person> {
    let empty = Map::new();
    let people = reading.mapping(document, "people").unwrap_or(&empty);
    let mut read = BTreeMap::new();
    for (key, fields) in people {
        if BUILT_IN.contains(&key.as_str()) {
            reading.fault(key, format!("no person may be called `{key}`: the name has a meaning of its own"));
        }
        let Value::Object(fields) = fields else {
            reading.fault(key, format!("`{key}` must be a mapping with `roles`"));
            continue;
        };
        reading.known_keys(fields, "a person", &PERSON_KEYS);
        let person = Person {
            display_name: reading.optional_text(fields, "display_name").unwrap_or_else(|| capitalised(key)),
            roles: roles(reading, key, fields),
            team: reading.optional_text(fields, "team").unwrap_or_default(),
            email: reading.optional_text(fields, "email").unwrap_or_else(|| format!("{key}@{jobcenter}.example")),
            phone: reading.optional_text(fields, "phone").unwrap_or_default(),
            full_time_percent: full_time_percent(reading, fields),
        };
        read.insert(key.clone(), person);
    }
    read
}

fn full_time_percent(reading: &mut Reading<'_>, fields: &Map<String, Value>) -> u64 {
    let key = "full_time_percent";
    match fields.get(key).map(Value::as_u64) {
        None => 100,
        Some(Some(percent @ 1..=100)) => percent,
        Some(_) => {
            reading.fault(key, format!("`{key}` must be a number from 1 to 100"));
            100
        }
    }
}

fn roles(reading: &mut Reading<'_>, key: &str, fields: &Map<String, Value>) -> Vec<Role> {
    let Some(words) = reading.texts(fields, "roles") else {
        if !fields.contains_key("roles") {
            reading.fault(key, format!("`{key}` has no `roles`"));
        }
        return Vec::new();
    };
    let mut roles = Vec::new();
    for word in &words {
        match Role::from_word(word) {
            Some(role) => roles.push(role),
            None => reading.fault(word, unknown("role", word, Role::ALL.map(Role::as_str))),
        }
    }
    roles
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

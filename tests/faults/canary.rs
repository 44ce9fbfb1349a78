//! Canaries: words that stand where a person's data and free text would. One that is heard outside of the database has leaked.
//!
//! What is data of a person is read from the contract: every text of a request that is neither a name of a resource nor in the list
//! of codes. A new field is therefore taken for a person's data until somebody says here that it is not.

use std::{collections::BTreeMap, fs, path::Path};

use lotse::journey::{Journey, Outcome};
use prost_reflect::{FieldDescriptor, Kind, MessageDescriptor};
use serde_json::Value;

/// What every canary begins with; it fits wherever a text fits, also a slug.
pub const SONG: &str = "kanarienvogel";

/// The birth date of the person in the story, as logs would write it.
const BORN: [&str; 3] = ["1988-07-14", "14.07.1988", "year: 1988"];

/// Texts of requests that are codes, versions and keys: nobody's data.
const CODES: [&str; 12] = [
    "lotse.cases.v1.Case.team",
    "lotse.cases.v1.Jobcenter.land",
    "lotse.cases.v1.Jobcenter.municipality",
    "lotse.cases.v1.ListCasesRequest.team",
    "lotse.cases.v1.ListDutiesRequest.team",
    "lotse.cases.v1.ListStaffMembersRequest.team",
    "lotse.cases.v1.RegisterJobcenterRequest.jobcenter_id",
    "lotse.cases.v1.StaffMember.team",
    "lotse.documents.v1.Appointment.local_time",
    "lotse.notifications.v1.CreateNoticeRequest.template",
    "lotse.notifications.v1.NoticeCause.code",
    // The tokens of the story name people by these keys.
    "lotse.cases.v1.StaffMember.subject",
];

/// The fields every request shares, none of which is a text.
const SHARED: [&str; 5] = ["name", "parent", "etag", "request_id", "page_token"];

/// Whether a field holds a text that could be a person's data.
pub fn is_text(field: &FieldDescriptor) -> bool {
    matches!(field.kind(), Kind::String) && !SHARED.contains(&field.name()) && !CODES.contains(&field.full_name())
}

/// The canaries of a journey, each with the field it sits in.
#[derive(Debug, Default)]
pub struct Canaries {
    sitting: BTreeMap<String, String>,
    /// The same text is the same canary, for some texts refer to each other.
    by_text: BTreeMap<String, String>,
}

impl Canaries {
    /// Puts a canary into every text of a journey.
    pub fn plant(journey: &mut Journey) -> Self {
        let mut canaries = Self::default();
        let jobcenter = &mut journey.jobcenter;
        for line in jobcenter.address_lines.iter_mut().chain([&mut jobcenter.display_name]) {
            canaries.sit("jobcenter", line);
        }
        for person in journey.people.values_mut() {
            canaries.sit("display_name", &mut person.display_name);
            canaries.sit("email", &mut person.email);
            canaries.sit("phone", &mut person.phone);
        }
        for call in journey.steps.iter_mut().filter_map(|step| step.call.as_mut()) {
            let before = canaries.sitting.clone();
            canaries.fill(&call.method.input(), &mut call.request);
            if matches!(call.outcome, Outcome::Refusal { .. }) {
                canaries.sitting = before;
            }
        }
        canaries
    }

    /// Each canary of a request that is taken, and where it sits.
    pub fn sitting(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sitting.iter().map(|(canary, field)| (canary.as_str(), field.as_str()))
    }

    fn fill(&mut self, message: &MessageDescriptor, value: &mut Value) {
        let Value::Object(fields) = value else { return };
        for (key, value) in fields {
            let Some(field) = message.get_field_by_name(key) else { continue };
            let items = match value {
                Value::Array(items) => items.iter_mut().collect(),
                single => vec![single],
            };
            for item in items {
                match (item, field.kind()) {
                    (Value::String(text), _) if is_text(&field) => self.sit(field.full_name(), text),
                    (item, Kind::Message(inner)) => self.fill(&inner, item),
                    _ => {}
                }
            }
        }
    }

    fn sit(&mut self, field: &str, text: &mut String) {
        // A placeholder is the name of a resource.
        if text.is_empty() || text.starts_with("${") {
            return;
        }
        let number = self.by_text.len();
        let canary = self.by_text.entry(text.clone()).or_insert_with(|| format!("{SONG}-{number:03}")).clone();
        self.sitting.insert(canary.clone(), field.to_owned());
        *text = if field.ends_with("email") { format!("{canary}@lotse.test") } else { canary };
    }
}

/// Where a canary, or the birth date, is heard in these bytes: as it is, in hexadecimal digits, as a list of numbers or in base64.
pub fn heard(bytes: &[u8]) -> Option<String> {
    let at = first(bytes)?;
    let around = &bytes[at.saturating_sub(160)..bytes.len().min(at + 80)];
    Some(String::from_utf8_lossy(around).replace(char::is_control, " "))
}

fn first(bytes: &[u8]) -> Option<usize> {
    let needles = needles();
    let begins = needles.iter().fold([false; 256], |mut begins, needle| {
        begins[usize::from(needle.as_bytes()[0])] = true;
        begins
    });
    (0..bytes.len()).find(|at| {
        begins[usize::from(bytes[*at])] && needles.iter().any(|needle| bytes[*at..].starts_with(needle.as_bytes()))
    })
}

fn needles() -> Vec<String> {
    let bytes = SONG.as_bytes();
    let hexadecimal = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let numbers = bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let base64 = (0..3).map(|shift| base64_at(bytes, shift));
    BORN.map(str::to_owned).into_iter().chain([SONG.to_owned(), hexadecimal, numbers]).chain(base64).collect()
}

/// The characters of base64 that follow from these bytes alone when `shift` unknown bytes stand before them.
fn base64_at(bytes: &[u8], shift: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = std::iter::repeat_n(0, shift)
        .chain(bytes.iter().copied())
        .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1))
        .collect();
    let digit = |bits: &[u8]| char::from(ALPHABET[bits.iter().fold(0, |sum, bit| sum * 2 + usize::from(*bit))]);
    let unknown = (shift * 8).div_ceil(6);
    bits.chunks_exact(6).skip(unknown).map(digit).collect()
}

/// Every file below a folder in which a canary is heard, or whose name is one; folders of that name are left out.
pub fn heard_below(folder: &Path, except: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.contains(SONG) {
            found.push(format!("the name {}", path.display()));
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && name != except => found.extend(heard_below(&path, except)),
            // What vanishes in between, as logs of a database do, has gone.
            Ok(kind) if kind.is_file() => {
                let bytes = fs::read(&path).unwrap_or_default();
                found.extend(heard(&bytes).map(|words| format!("{}: …{words}…", path.display())));
            }
            _ => {}
        }
    }
    found
}

/// A test of its own.
pub fn a_canary_is_heard_in_every_disguise() {
    let song = "x kanarienvogel-017";
    assert!(heard(song.as_bytes()).is_some());
    assert!(heard(b"Date { year: 1988, month: 7, day: 14 }").is_some());
    assert!(heard(format!("{:?}", song.as_bytes()).as_bytes()).is_some());
    assert!(heard(b"78206b616e617269656e766f67656c2d303137").is_some());
    for base64 in ["eCBrYW5hcmllbnZvZ2VsLTAxNw==", "IGthbmFyaWVudm9nZWwtMDE3", "a2FuYXJpZW52b2dlbC0wMTc="] {
        assert!(heard(base64.as_bytes()).is_some(), "{base64}");
    }
    assert!(heard("kanari-envogel 1988-07-15".as_bytes()).is_none());
}

/// A test of its own.
pub fn every_text_of_the_story_becomes_a_canary() {
    let mut journey = crate::stand::told();
    let canaries = Canaries::plant(&mut journey);
    let sits = |field: &str| canaries.sitting().filter(|(_, at)| at.ends_with(field)).count();
    for field in ["Person.given_name", "Person.customer_number", "Vote.reason", "ContinueDecision.prognosis", "phone"] {
        assert!(sits(field) > 0, "{field}");
    }
    let call = journey.steps[0].call.as_ref().expect("a call");
    assert!(!call.request.to_string().contains("Yilmaz"), "{}", call.request);
    assert!(call.request.to_string().contains("${bernd}"), "names of resources stay");
}

//! A journey as it was checked: who takes part, and which step follows which.

use std::collections::BTreeMap;

use jiff::civil::Date;
use lotse_platform::principal::Role;
use prost_reflect::MethodDescriptor;
use serde_json::Value;
use tonic::Code;

/// A checked journey.
#[derive(Debug, Clone)]
pub struct Journey {
    /// The file it was read from.
    pub file: String,
    /// Its title.
    pub title: String,
    /// What it tells, in a sentence or two; empty when the file says nothing.
    pub about: String,
    /// The requirements it proves, such as `R106`.
    pub requirements: Vec<String>,
    /// The tenant it is set in.
    pub jobcenter: Jobcenter,
    /// Who takes part, by key.
    pub people: BTreeMap<String, Person>,
    /// The steps in order; dates never go back.
    pub steps: Vec<Step>,
}

impl Journey {
    /// The business date on which it begins.
    #[must_use]
    pub fn begins_on(&self) -> Option<Date> {
        self.steps.first().map(|step| step.on)
    }
}

/// The jobcenter that is registered before the first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jobcenter {
    /// Its slug.
    pub id: String,
    /// Its Land by the two-letter code.
    pub land: String,
    /// The municipality of its seat by the official key; may be empty where holidays do not differ within the Land.
    pub municipality: String,
    /// Its official name.
    pub display_name: String,
    /// Its postal address.
    pub address_lines: Vec<String>,
}

/// A member of staff who is registered before the first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Name for letters and the timeline.
    pub display_name: String,
    /// Roles in the token; the functions in the staff table follow from them.
    pub roles: Vec<Role>,
    /// Team code; empty outside the teams.
    pub team: String,
    /// Address for notices.
    pub email: String,
    /// Telephone number for letters; may be empty.
    pub phone: String,
    /// Weekly hours in percent of a full post.
    pub full_time_percent: u64,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its place, from 1.
    pub number: usize,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// The business date; the stack is moved there first.
    pub on: Date,
    /// What happens, for the timeline; empty when the file says nothing.
    pub note: String,
    /// The call; a step without one lets time pass.
    pub call: Option<Call>,
}

/// A call of the public API with what has to come of it.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who calls, by key.
    pub actor: String,
    /// Which RPC.
    pub method: MethodDescriptor,
    /// The request as written, placeholders still inside.
    pub request: Value,
    /// Values to keep from the answer: name, path.
    pub save: Vec<(String, String)>,
    /// What has to come of it.
    pub outcome: Outcome,
    /// Whether the outcome may take a moment, because a workflow brings it about.
    pub eventually: bool,
}

impl Call {
    /// The RPC in short, such as `EpisodeService/DecideReview`.
    #[must_use]
    pub fn short_name(&self) -> String {
        format!("{}/{}", self.method.parent_service().name(), self.method.name())
    }
}

/// What has to come of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It succeeds.
    Answer {
        /// The part of the answer that is compared; nothing when any answer will do.
        expect: Option<Value>,
        /// Whether expected items of lists may stand anywhere among others.
        any: bool,
    },
    /// It is refused.
    Refusal {
        /// The gRPC code.
        code: Code,
        /// The reason in `google.rpc.ErrorInfo`; nothing when any will do.
        reason: Option<String>,
    },
}

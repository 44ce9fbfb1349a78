//! The parameters of a policy: named numbers, codes and flags.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number, with the unit of its field.
    Number(i64),
    /// Several numbers in their order, such as the steps of a reduction.
    Numbers(Vec<i64>),
    /// One of the codes of its field.
    Code(String),
}

/// Values by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Parameters(pub BTreeMap<String, Value>);

impl Parameters {
    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The same with one value more or another one.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }
}

/// What is wrong with one field, in words for its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, for example `parameters.months`.
    pub field: String,
    /// What it must be.
    pub text: String,
}

impl Fault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

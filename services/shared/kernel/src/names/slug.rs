//! The jobcenter's id and the root of every name.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{NameError, ResourceName};

/// Id of a jobcenter, the tenant: a slug of 3 to 40 characters `[a-z][a-z0-9-]*`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobcenterId(String);

impl JobcenterId {
    /// The slug.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JobcenterId {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_slug = (3..=40).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if is_slug { Ok(Self(text.to_owned())) } else { Err(NameError::Jobcenter) }
    }
}

impl TryFrom<String> for JobcenterId {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<JobcenterId> for String {
    fn from(id: JobcenterId) -> Self {
        id.0
    }
}

impl AsRef<str> for JobcenterId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobcenterId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A jobcenter: the root of every resource name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobcenterName {
    id: JobcenterId,
}

impl JobcenterName {
    /// The name of a jobcenter.
    #[must_use]
    pub const fn new(id: JobcenterId) -> Self {
        Self { id }
    }

    /// The jobcenter's id.
    #[must_use]
    pub const fn jobcenter(&self) -> &JobcenterId {
        &self.id
    }
}

impl ResourceName for JobcenterName {
    const PATTERN: &'static str = "jobcenters/{jobcenter}";

    fn jobcenter(&self) -> &JobcenterId {
        &self.id
    }
}

impl From<JobcenterId> for JobcenterName {
    fn from(id: JobcenterId) -> Self {
        Self::new(id)
    }
}

impl FromStr for JobcenterName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("jobcenters/") {
            Some(id) if !id.contains('/') => Ok(Self::new(id.parse()?)),
            _ => Err(NameError::Shape { pattern: Self::PATTERN }),
        }
    }
}

impl TryFrom<String> for JobcenterName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<JobcenterName> for String {
    fn from(name: JobcenterName) -> Self {
        name.to_string()
    }
}

impl fmt::Display for JobcenterName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "jobcenters/{}", self.id)
    }
}

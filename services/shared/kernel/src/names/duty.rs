//! The name of a duty, which belongs to an episode or, outside case management, to the case itself.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CaseName, EpisodeName, JobcenterId, NameError, ResourceName, declare::canonical_uuid};

/// What a duty belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DutyHolder {
    /// The case: the re-check of a person outside case management (R23).
    Case(CaseName),
    /// An episode of it.
    Episode(EpisodeName),
}

impl DutyHolder {
    /// The case it is or belongs to.
    #[must_use]
    pub const fn case(&self) -> &CaseName {
        match self {
            Self::Case(case) => case,
            Self::Episode(episode) => episode.case(),
        }
    }

    /// Its own id.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Case(case) => case.id(),
            Self::Episode(episode) => episode.id(),
        }
    }
}

impl std::fmt::Display for DutyHolder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Case(case) => case.fmt(formatter),
            Self::Episode(episode) => episode.fmt(formatter),
        }
    }
}

impl From<CaseName> for DutyHolder {
    fn from(case: CaseName) -> Self {
        Self::Case(case)
    }
}

impl From<EpisodeName> for DutyHolder {
    fn from(episode: EpisodeName) -> Self {
        Self::Episode(episode)
    }
}

/// A duty of an episode, or of a case outside case management.
///
/// Form: `jobcenters/{jobcenter}/cases/{case}/episodes/{episode}/duties/{duty}` or `jobcenters/{jobcenter}/cases/{case}/duties/{duty}`; the last
/// id is a UUID.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DutyName {
    holder: DutyHolder,
    id: Uuid,
}

impl DutyName {
    /// The name of the duty `id` of what holds it.
    #[must_use]
    pub fn new(holder: impl Into<DutyHolder>, id: Uuid) -> Self {
        Self { holder: holder.into(), id }
    }

    /// The duty's own id.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// What it belongs to.
    #[must_use]
    pub const fn holder(&self) -> &DutyHolder {
        &self.holder
    }

    /// The episode it belongs to; nothing outside case management.
    #[must_use]
    pub const fn episode(&self) -> Option<&EpisodeName> {
        match &self.holder {
            DutyHolder::Case(_) => None,
            DutyHolder::Episode(episode) => Some(episode),
        }
    }

    /// The case it belongs to.
    #[must_use]
    pub const fn case(&self) -> &CaseName {
        self.holder.case()
    }

    /// The jobcenter (tenant) it belongs to.
    #[must_use]
    pub const fn jobcenter(&self) -> &JobcenterId {
        self.case().jobcenter()
    }
}

impl ResourceName for DutyName {
    const PATTERN: &'static str = "jobcenters/{jobcenter}/cases/{case}[/episodes/{episode}]/duties/{duty}";

    fn jobcenter(&self) -> &JobcenterId {
        self.case().jobcenter()
    }
}

impl std::str::FromStr for DutyName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const COLLECTION: &str = "duties";
        let shape = NameError::Shape { pattern: Self::PATTERN };
        let (rest, id) = text.rsplit_once('/').ok_or(shape)?;
        let holder = rest.rsplit_once('/').filter(|(_, collection)| *collection == COLLECTION).ok_or(shape)?.0;
        // Which of the two was meant is told by the collection of the holder, so that a fault of its id is named.
        let holder = match holder.rsplit('/').nth(1) {
            Some("episodes") => holder.parse().map(DutyHolder::Episode),
            _ => holder.parse().map(DutyHolder::Case),
        };
        let holder = holder.map_err(|fault| match fault {
            NameError::Shape { .. } => shape,
            precise => precise,
        })?;
        Ok(Self { holder, id: canonical_uuid(id, COLLECTION)? })
    }
}

impl TryFrom<String> for DutyName {
    type Error = NameError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<DutyName> for String {
    fn from(name: DutyName) -> Self {
        name.to_string()
    }
}

impl std::fmt::Display for DutyName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/duties/{}", self.holder, self.id)
    }
}

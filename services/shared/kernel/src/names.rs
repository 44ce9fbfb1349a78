//! Resource names as types that cannot be wrong: who holds a `CaseName` need not check it again.
//!
//! A name is a parent, a collection and an id. The declarations at the end of the file are the whole list, but for
//! the duty, which has one of two parents.

mod declare;
mod duty;
mod slug;
#[cfg(test)]
mod tests;

use thiserror::Error;

pub use duty::{DutyHolder, DutyName};
pub use slug::{JobcenterId, JobcenterName};

use declare::resource_names;

/// Why a text is not the resource name it should be. The text itself is not repeated: it may hold anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NameError {
    /// The segments are not those of the pattern.
    #[error("must have the form {pattern}")]
    Shape {
        /// The expected form.
        pattern: &'static str,
    },
    /// The jobcenter's id is not a slug.
    #[error("the jobcenter id must be 3 to 40 characters [a-z0-9-], the first a letter")]
    Jobcenter,
    /// The id of a segment is not a UUID in its canonical form.
    #[error("the id after `{collection}/` must be a UUID in lower case with hyphens")]
    Uuid {
        /// The collection before the id.
        collection: &'static str,
    },
}

impl NameError {
    /// Stable code of the fault.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "NAME_SHAPE",
            Self::Jobcenter => "NAME_JOBCENTER",
            Self::Uuid { .. } => "NAME_UUID",
        }
    }
}

/// What every resource name can say.
pub trait ResourceName:
    Clone + Ord + std::hash::Hash + std::fmt::Display + std::str::FromStr<Err = NameError> + Send + Sync + 'static
{
    /// The form of the name, as the contract writes it.
    const PATTERN: &'static str;

    /// The jobcenter (tenant) the resource belongs to.
    fn jobcenter(&self) -> &JobcenterId;
}

resource_names! {
    /// A person's case.
    CaseName = JobcenterName as jobcenter_name, "cases": "jobcenters/{jobcenter}/cases/{case}";

    /// One bFM period of a case.
    EpisodeName = CaseName as case, "episodes": "jobcenters/{jobcenter}/cases/{case}/episodes/{episode}";

    /// An entry of a case's timeline.
    EventName = CaseName as case, "events": "jobcenters/{jobcenter}/cases/{case}/events/{event}";

    /// A letter to the person of a case.
    LetterName = CaseName as case, "letters": "jobcenters/{jobcenter}/cases/{case}/letters/{letter}";

    /// A referral of the person of a case to an offer.
    ReferralName = CaseName as case, "referrals": "jobcenters/{jobcenter}/cases/{case}/referrals/{referral}";

    /// A member of a jobcenter's staff; the id is never a person's name.
    StaffName = JobcenterName as jobcenter_name, "staff": "jobcenters/{jobcenter}/staff/{staff}";

    /// A version of a policy.
    PolicyName = JobcenterName as jobcenter_name, "policies": "jobcenters/{jobcenter}/policies/{policy}";

    /// A notice in the inbox of a member of staff.
    NoticeName = StaffName as staff, "notices": "jobcenters/{jobcenter}/staff/{staff}/notices/{notice}";

    /// The delivery of a notice by e-mail.
    DeliveryName = NoticeName as notice, "deliveries":
        "jobcenters/{jobcenter}/staff/{staff}/notices/{notice}/deliveries/{delivery}";

    /// A provider of services.
    ProviderName = JobcenterName as jobcenter_name, "providers": "jobcenters/{jobcenter}/providers/{provider}";

    /// An offer of a provider.
    OfferName = ProviderName as provider, "offers": "jobcenters/{jobcenter}/providers/{provider}/offers/{offer}";
}

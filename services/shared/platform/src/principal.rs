//! Who is calling: the person or machine a token speaks for, its jobcenter and its roles.

use std::collections::BTreeSet;
use std::fmt;

use tonic::{Request, Status};

/// What kind of caller stands behind a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// A member of staff who signed in at the identity provider.
    Person,
    /// A sibling service or an operator's tool, known by its service token or client certificate.
    Service,
    /// A workflow activity, acting for the procedure named by the subject.
    Workflow,
}

impl PrincipalKind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 3] = [Self::Person, Self::Service, Self::Workflow];

    /// The word used in tokens, logs and audit rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Service => "service",
            Self::Workflow => "workflow",
        }
    }

    /// Reads the word of a token; `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

impl fmt::Display for PrincipalKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A function a person may hold in a jobcenter; it comes only from the token, never from a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Registers jobcenters and their staff.
    Administrator,
    /// Leads cases in employment-oriented case management (beschäftigungsorientiertes Fallmanagement).
    CaseManager,
    /// Places people into work outside case management (Integrationsfachkraft).
    PlacementOfficer,
    /// Leads a team: approves extensions, receives escalations.
    TeamLead,
    /// Decides on benefits (Leistungssachbearbeitung); sees no advice content.
    BenefitsOfficer,
    /// Reads figures, never single cases' contents.
    Controlling,
    /// Looks after the providers and their offers.
    ProviderCoordinator,
    /// Sorts incoming mail and confirms what was sent.
    PostRoom,
}

impl Role {
    /// Every role, in the order of declaration.
    pub const ALL: [Self; 8] = [
        Self::Administrator,
        Self::CaseManager,
        Self::PlacementOfficer,
        Self::TeamLead,
        Self::BenefitsOfficer,
        Self::Controlling,
        Self::ProviderCoordinator,
        Self::PostRoom,
    ];

    /// The kebab-case word used in tokens, journeys and policies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::CaseManager => "case-manager",
            Self::PlacementOfficer => "placement-officer",
            Self::TeamLead => "team-lead",
            Self::BenefitsOfficer => "benefits-officer",
            Self::Controlling => "controlling",
            Self::ProviderCoordinator => "provider-coordinator",
            Self::PostRoom => "post-room",
        }
    }

    /// Reads the word of a token; `None` for any other word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The authenticated caller of one RPC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The token's `sub`, the workflow id or the certificate's name; never a person's name.
    pub subject: String,
    /// Person or machine.
    pub kind: PrincipalKind,
    /// The slug of the only jobcenter the caller may act in; `None` for callers that serve a whole cell.
    pub jobcenter: Option<String>,
    /// The functions the token grants.
    pub roles: BTreeSet<Role>,
}

impl Principal {
    /// Says whether the token grants `role`.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// What the authentication layer knows about one RPC; it travels as an extension of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Who calls.
    pub principal: Principal,
    /// The W3C trace id of the request: 32 lower-case hexadecimal digits.
    pub trace_id: String,
    /// The full gRPC method without the leading slash, such as `lotse.cases.v1.CaseService/RegisterCase`.
    pub method: String,
}

impl Caller {
    /// Reads the caller that the authentication layer put into the request.
    ///
    /// # Errors
    /// `INTERNAL` when the layer did not run: a handler served without authentication is a fault of ours.
    pub fn of<T>(request: &Request<T>) -> Result<&Self, Status> {
        request.extensions().get::<Self>().ok_or_else(|| Status::internal("the request was not authenticated"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
        }
        for kind in PrincipalKind::ALL {
            assert_eq!(PrincipalKind::from_word(kind.as_str()), Some(kind));
        }
        assert_eq!(Role::from_word("CaseManager"), None);
    }

    #[test]
    fn a_request_without_caller_is_our_fault() {
        let status = Caller::of(&Request::new(())).expect_err("no caller was put there");
        assert_eq!(status.code(), tonic::Code::Internal);
    }
}

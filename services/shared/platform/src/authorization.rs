//! Who may do what: Cedar decides, and a permission is a value that the store asks for.

use std::{collections::HashMap, marker::PhantomData, str::FromStr};

use cedar_policy::{
    Authorizer, Context, Effect, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use thiserror::Error;

use crate::{failure::Failure, principal::Principal};

/// An act that is decided upon; its name is the Cedar action and the RPC.
pub trait Act {
    /// Name of the action.
    const NAME: &'static str;
}

/// The proof that an act was permitted. Only this module makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Authorized<A>(PhantomData<A>);

/// What the staff table knows about the caller; empty for callers without a staff record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Resource name of the staff member; empty when there is none.
    pub staff_member: String,
    /// The caller's team; empty outside the teams.
    pub team: String,
}

/// The thing acted upon: its Cedar type, its name and the facts policies look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// Cedar entity type within the namespace `Lotse`, such as `Case`.
    pub kind: &'static str,
    /// Resource name.
    pub name: String,
    /// Text facts by attribute name; every attribute of the schema's type must be given.
    pub facts: Vec<(&'static str, String)>,
}

/// What Cedar said.
#[derive(Debug)]
pub enum Decision<A> {
    /// Permitted, with the proof.
    Allowed(Authorized<A>),
    /// The caller may see the resource, but not do this.
    Refused,
    /// The caller may not even see it.
    Hidden,
}

/// The policies of a service are not sound; the service does not start with them.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// The schema or the policies cannot be read.
    #[error("the access policies cannot be read: {0}")]
    Unreadable(String),
    /// The policies do not fit the schema.
    #[error("the access policies do not fit their schema: {0}")]
    Unsound(String),
}

/// The policies of one service, validated against its schema.
///
/// The facts are validated with each decision in debug builds, where the contract tests ask every RPC as every role. In release
/// builds they are not, which would cost more than the decision: a fact that is missing there makes its policy fail, and a policy
/// that fails permits nothing.
#[derive(Debug)]
pub struct Policies {
    set: PolicySet,
    schema: Option<Schema>,
    kinds: HashMap<String, EntityTypeName>,
    actions: HashMap<String, EntityUid>,
    authorizer: Authorizer,
}

/// The action that asks whether a resource may be seen at all.
const SEE: &str = "See";

impl Policies {
    /// Reads and validates policies; default is deny.
    ///
    /// # Errors
    /// When a text cannot be read or validation finds anything.
    pub fn load(schema: &str, policies: &str) -> Result<Self, PolicyError> {
        let (schema, _) =
            Schema::from_cedarschema_str(schema).map_err(|error| PolicyError::Unreadable(error.to_string()))?;
        let policies = PolicySet::from_str(policies).map_err(|error| PolicyError::Unreadable(error.to_string()))?;
        let result = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        if !result.validation_passed() {
            let found: Vec<String> = result.validation_errors().map(ToString::to_string).collect();
            return Err(PolicyError::Unsound(found.join("; ")));
        }
        if policies.policies().any(|policy| policy.effect() == Effect::Forbid) {
            return Err(PolicyError::Unsound("a policy that forbids would permit when it fails".to_owned()));
        }
        Ok(Self {
            kinds: schema.entity_types().map(|kind| (kind.basename().to_owned(), kind.clone())).collect(),
            actions: schema.actions().map(|action| (action.id().unescaped().to_owned(), action.clone())).collect(),
            schema: cfg!(debug_assertions).then_some(schema),
            set: policies,
            authorizer: Authorizer::new(),
        })
    }

    /// Decides one act, and if it is refused, whether the resource may be seen.
    ///
    /// # Errors
    /// [`Failure::Defect`] when the facts do not fit the schema.
    pub fn decide<A: Act>(
        &self,
        principal: &Principal,
        person: &Person,
        resource: &Resource,
    ) -> Result<Decision<A>, Failure> {
        if self.permits(A::NAME, principal, person, resource)? {
            return Ok(Decision::Allowed(Authorized(PhantomData)));
        }
        Ok(if self.permits(SEE, principal, person, resource)? { Decision::Refused } else { Decision::Hidden })
    }

    /// Asks for one action by name; the golden matrix of roles and RPCs asks this way too.
    ///
    /// # Errors
    /// [`Failure::Defect`] when the facts do not fit the schema.
    pub fn permits(
        &self,
        action: &str,
        principal: &Principal,
        person: &Person,
        resource: &Resource,
    ) -> Result<bool, Failure> {
        let caller = self.uid("Principal", &principal.subject)?;
        let thing = self.uid(resource.kind, &resource.name)?;
        let action = self.actions.get(action).ok_or_else(|| defect(action))?;
        let text = |value: &str| RestrictedExpression::new_string(value.to_owned());
        let attributes = HashMap::from([
            ("kind".to_owned(), text(principal.kind.as_str())),
            ("jobcenter".to_owned(), text(principal.jobcenter.as_deref().unwrap_or_default())),
            ("roles".to_owned(), RestrictedExpression::new_set(principal.roles.iter().map(|role| text(role.as_str())))),
            ("staff".to_owned(), text(&person.staff_member)),
            ("team".to_owned(), text(&person.team)),
        ]);
        let facts = resource.facts.iter().map(|(key, value)| ((*key).to_owned(), text(value))).collect();
        let entities = [
            Entity::new(caller.clone(), attributes, std::collections::HashSet::new()).map_err(defect)?,
            Entity::new(thing.clone(), facts, std::collections::HashSet::new()).map_err(defect)?,
        ];
        let schema = self.schema.as_ref();
        let entities = Entities::from_entities(entities, schema).map_err(defect)?;
        let request = Request::new(caller, action.clone(), thing, Context::empty(), schema).map_err(defect)?;
        Ok(self.authorizer.is_authorized(&request, &self.set, &entities).decision() == cedar_policy::Decision::Allow)
    }

    fn uid(&self, kind: &str, id: &str) -> Result<EntityUid, Failure> {
        let name = self.kinds.get(kind).ok_or_else(|| defect(kind))?;
        Ok(EntityUid::from_type_name_and_id(name.clone(), EntityId::new(id)))
    }
}

/// Cedar's own words would quote the caller and the facts.
fn defect<E>(_: E) -> Failure {
    Failure::Defect("authorization: the facts do not fit the schema of the policies".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = r"
        namespace Lotse {
          entity Principal = { kind: String, jobcenter: String, roles: Set<String>, staff: String, team: String };
          entity Case = { team: String };
          action See, GetCase appliesTo { principal: Principal, resource: Case };
        }";

    #[test]
    fn policies_only_permit() {
        let told = |text: &str| Policies::load(SCHEMA, text).map(drop).map_err(|error| error.to_string());
        assert_eq!(told("permit (principal, action, resource) when { resource.team == principal.team };"), Ok(()));
        let forbids =
            told("forbid (principal, action, resource) when { resource.team != principal.team };").unwrap_err();
        assert!(forbids.contains("forbids"), "{forbids}");
        let unsound =
            told("permit (principal, action, resource) when { resource.owner == principal.team };").unwrap_err();
        assert!(unsound.contains("do not fit their schema"), "{unsound}");
    }

    #[test]
    fn facts_that_do_not_fit_permit_nothing() {
        let policies = Policies::load(SCHEMA, "permit (principal, action, resource) when { resource.team != \"\" };");
        let policies = policies.expect("policies");
        let person = Person::default();
        let case = |facts| Resource { kind: "Case", name: "cases/1".to_owned(), facts };
        let asked = |action: &str, resource: &Resource| {
            let principal = Principal {
                subject: "anna".to_owned(),
                kind: crate::principal::PrincipalKind::Person,
                jobcenter: None,
                roles: std::collections::BTreeSet::new(),
            };
            policies.permits(action, &principal, &person, resource).ok()
        };
        assert_eq!(asked("GetCase", &case(vec![("team", "1".to_owned())])), Some(true));
        assert_eq!(asked("GetCase", &case(vec![])), if cfg!(debug_assertions) { None } else { Some(false) });
        assert_eq!(asked("DropCase", &case(vec![("team", "1".to_owned())])), None);
        assert_eq!(asked("GetCase", &Resource { kind: "House", ..case(vec![]) }), None);
    }
}

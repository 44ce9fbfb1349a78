//! What the access policies look at: the caller's staff record and the facts of the resource.

use std::sync::Arc;

use lotse_kernel::names::{DeliveryName, JobcenterName, StaffName};
use lotse_platform::authorization::{Policies, PolicyError, Resource};

/// The policies of this service, validated against their schema.
///
/// # Errors
/// When they are not sound; the service does not start then.
pub fn policies() -> Result<Arc<Policies>, PolicyError> {
    let schema = include_str!("../policy/notifications.cedarschema");
    Policies::load(schema, include_str!("../policy/notifications.cedar")).map(Arc::new)
}

/// The acts of this service; the names are those of the RPCs and of the Cedar actions.
pub mod acts {
    lotse_platform::acts! { ListNotices, GetNotice, MarkNoticeRead, ListDeliveries, RetryDelivery, CreateNotice }
}

/// A jobcenter as policies see it.
#[must_use]
pub fn jobcenter(name: &JobcenterName) -> Resource {
    Resource { kind: "Jobcenter", name: name.to_string(), facts: vec![("jobcenter", name.jobcenter().to_string())] }
}

/// An inbox as policies see it; `asked` is the name the caller used, which may be that of a notice in it.
#[must_use]
pub fn inbox(owner: &StaffName, asked: &str) -> Resource {
    let facts = vec![("jobcenter", owner.jobcenter().to_string()), ("staff", owner.to_string())];
    Resource { kind: "Inbox", name: asked.to_owned(), facts }
}

/// A delivery as policies see it. One that is not there has no facts that permit anything, so that it looks like one that may
/// not be seen.
#[must_use]
pub fn delivery(name: &DeliveryName, team: Option<String>) -> Resource {
    let home = team.as_ref().map_or_else(String::new, |_| name.jobcenter().to_string());
    Resource {
        kind: "Delivery",
        name: name.to_string(),
        facts: vec![("jobcenter", home), ("team", team.unwrap_or_default())],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lotse_platform::{
        authorization::Person,
        principal::{Principal, PrincipalKind, Role},
    };

    use super::*;

    const STAFF: &str = "jobcenters/musterstadt/staff/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

    fn caller(role: Role) -> Principal {
        Principal {
            subject: "x".to_owned(),
            kind: PrincipalKind::Person,
            jobcenter: Some("musterstadt".to_owned()),
            roles: BTreeSet::from([role]),
        }
    }

    fn person(team: &str) -> Person {
        Person { staff_member: STAFF.to_owned(), team: team.to_owned() }
    }

    #[test]
    fn an_inbox_is_open_to_its_owner_alone_whatever_the_role() {
        let policies = policies().unwrap();
        let own = inbox(&STAFF.parse().unwrap(), STAFF);
        let other = inbox(&STAFF.replace("018f", "018e").parse().unwrap(), STAFF);
        for role in Role::ALL {
            for action in ["ListNotices", "GetNotice", "MarkNoticeRead", "See"] {
                assert!(policies.permits(action, &caller(role), &person("ue25"), &own).unwrap(), "{role} {action}");
                assert!(!policies.permits(action, &caller(role), &person("ue25"), &other).unwrap(), "{role} {action}");
            }
        }
    }

    #[test]
    fn deliveries_are_for_administrators_and_for_the_team_lead_of_the_team() {
        let policies = policies().unwrap();
        let name = format!(
            "{STAFF}/notices/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f/deliveries/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f"
        );
        let name: DeliveryName = name.parse().unwrap();
        for role in Role::ALL {
            for (mine, its) in [("ue25", Some("ue25")), ("ue25", Some("u25")), ("", Some("")), ("ue25", None)] {
                let resource = delivery(&name, its.map(ToOwned::to_owned));
                let allowed = policies.permits("RetryDelivery", &caller(role), &person(mine), &resource).unwrap();
                let expected = its.is_some()
                    && (role == Role::Administrator
                        || (role == Role::TeamLead && !mine.is_empty() && its == Some(mine)));
                assert_eq!(allowed, expected, "{role} of {mine:?} on {its:?}");
            }
        }
    }
}

//! Listed ⇔ allowed: what a caller finds in a list is exactly what the same caller may read, one thing after the other.

use std::collections::BTreeSet;

use lotse_platform::principal::Role;
use prost_reflect::{DynamicMessage, MethodDescriptor, Value};
use tonic::Code;

use super::{
    ABROAD, Findings, Ground, HOME, Promise,
    wire::{self, call},
};
use crate::service::{Client, Service};

/// A list, and the RPC that reads one of its things.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The list.
    pub list: &'static str,
    /// Reads one thing by name. Of an act on it only the refusal counts: its request has nothing but the name.
    pub read: &'static str,
    /// Names of the folders to list; one empty name for a list of the whole cell.
    pub parents: Vec<String>,
    /// Names of all things there are in these folders.
    pub things: Vec<String>,
    /// How many segments of a thing's name are read; 0 for all.
    pub segments: usize,
    /// What else the list is asked, encoded; empty for nothing.
    pub filter: Vec<u8>,
}

impl Listing {
    /// The things of some folders, each read by its own name.
    #[must_use]
    pub fn new(list: &'static str, read: &'static str, parents: Vec<String>, things: Vec<String>) -> Self {
        Self { list, read, parents, things, segments: 0, filter: Vec::new() }
    }
}

/// Holds it for every list of the contract that is not exempt: callers with every role and with all at once, as each of the subjects, and from abroad.
///
/// # Panics
/// With everything that was found; when a list of the contract is not among the listings; when nobody, or everybody, sees a thing.
pub async fn listed_is_allowed<G: Ground>(ground: &G, subjects: &[&str], listings: &[Listing]) {
    let mut findings = Findings::default();
    let lists = wire::rpcs(G::PACKAGE).into_iter().filter(|rpc| wire::has_field(rpc, "page_token"));
    let owes =
        |name: &String| !G::EXEMPT.iter().any(|exempt| exempt.from == Promise::Listed && exempt.rpc == name.as_str());
    let lists: BTreeSet<String> = lists.map(|rpc| wire::name(&rpc)).filter(owes).collect();
    let known: BTreeSet<String> = listings.iter().map(|listing| listing.list.to_owned()).collect();
    assert_eq!(lists, known, "each list of the contract has its listing");
    let callers = callers(ground.service(), subjects);
    for listing in listings {
        let (list, read) = (wire::rpc(G::PACKAGE, listing.list), wire::rpc(G::PACKAGE, listing.read));
        let within = |thing: &&String| listing.parents.iter().any(|parent| thing.starts_with(parent.as_str()));
        let things: Vec<&String> = listing.things.iter().filter(within).collect();
        let mut seen = BTreeSet::new();
        let mut hidden = BTreeSet::new();
        for (who, caller) in &callers {
            for parent in &listing.parents {
                let listed = match pages(caller, &list, parent, &listing.filter).await {
                    Ok(listed) => listed,
                    Err(complaint) => {
                        findings.add(listing.list, format!("{who} of {parent}: {complaint}"));
                        continue;
                    }
                };
                let mut allowed = BTreeSet::new();
                for thing in things.iter().copied().filter(|thing| thing.starts_with(parent.as_str())) {
                    match may(caller, &read, thing, listing.segments).await {
                        Ok(true) => allowed.insert(thing.clone()),
                        Ok(false) => hidden.insert(thing.clone()),
                        Err(complaint) => {
                            findings.add(listing.read, format!("{who} of {thing}: {complaint}"));
                            continue;
                        }
                    };
                }
                findings.hold(listed == allowed, listing.list, || {
                    let beyond: Vec<_> = listed.difference(&allowed).collect();
                    let lacking: Vec<_> = allowed.difference(&listed).collect();
                    format!("{who} in {parent} is shown {beyond:?} and not {lacking:?}")
                });
                seen.extend(allowed);
            }
        }
        let unseen = things.iter().filter(|thing| !seen.contains(**thing)).count();
        findings.hold(unseen == 0, listing.list, || format!("nobody sees {unseen} things"));
        // Only what belongs to the whole cell is seen by everybody who has a token.
        let cell = listing.parents.iter().all(String::is_empty);
        findings.hold(cell || hidden.len() == things.len(), listing.list, || "everybody sees a thing".to_owned());
    }
    findings.settle();
}

/// Every subject with every role, with none and with all; one from abroad, and one of the whole cell.
fn callers(service: &Service, subjects: &[&str]) -> Vec<(String, Client)> {
    let all: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    let mut sets: Vec<Vec<&str>> = all.iter().map(|role| vec![*role]).collect();
    sets.extend([Vec::new(), all.clone()]);
    let mut found = Vec::new();
    for subject in subjects {
        for roles in &sets {
            let client = service.person(subject, Some(HOME), roles).expect("a token");
            found.push((format!("{subject} as {roles:?}"), client));
        }
    }
    for (where_from, home) in [("abroad", Some(ABROAD)), ("the cell", None)] {
        for roles in &sets {
            let client = service.person(subjects[0], home, roles).expect("a token");
            found.push((format!("{} of {where_from} as {roles:?}", subjects[0]), client));
        }
    }
    found
}

/// Everything a list shows, page by page; nothing when it is refused.
async fn pages(
    caller: &Client,
    list: &MethodDescriptor,
    parent: &str,
    filter: &[u8],
) -> Result<BTreeSet<String>, String> {
    let mut found = BTreeSet::new();
    let mut token = String::new();
    loop {
        let mut request = wire::read(list, filter);
        if wire::has_field(list, "parent") {
            request.set_field_by_name("parent", Value::String(parent.to_owned()));
        }
        request.set_field_by_name("page_size", Value::I32(2));
        request.set_field_by_name("page_token", Value::String(token.clone()));
        let answer = match call(caller.clone(), list, prost::Message::encode_to_vec(&request)).await {
            Ok(answer) => {
                DynamicMessage::decode(list.output(), answer.as_slice()).map_err(|error| error.to_string())?
            }
            Err(status) if is_refusal(status.code()) => return Ok(BTreeSet::new()),
            Err(status) => return Err(format!("{status:?}")),
        };
        let things = answer.fields().find_map(|(_, value)| value.as_list().map(<[Value]>::to_vec)).unwrap_or_default();
        if things.len() > 2 {
            return Err(format!("{} on a page of two", things.len()));
        }
        for thing in things {
            let name =
                thing.as_message().and_then(|thing| thing.get_field_by_name("name").map(std::borrow::Cow::into_owned));
            let name = name.and_then(|name| name.as_str().map(str::to_owned)).ok_or("a thing without name")?;
            if !found.insert(name.clone()) {
                return Err(format!("{name} is listed twice"));
            }
        }
        let next = answer.get_field_by_name("next_page_token").map(std::borrow::Cow::into_owned);
        token = next.and_then(|next| next.as_str().map(str::to_owned)).unwrap_or_default();
        if token.is_empty() {
            return Ok(found);
        }
    }
}

async fn may(caller: &Client, read: &MethodDescriptor, thing: &str, segments: usize) -> Result<bool, String> {
    let name: Vec<&str> = thing.split('/').collect();
    let name = if segments == 0 { thing.to_owned() } else { name[..segments.min(name.len())].join("/") };
    let mut request = DynamicMessage::new(read.input());
    request.set_field_by_name("name", Value::String(name));
    match call(caller.clone(), read, prost::Message::encode_to_vec(&request)).await {
        Ok(_) => Ok(true),
        Err(status) if is_refusal(status.code()) => Ok(false),
        Err(status) if status.code() == Code::InvalidArgument && wire::writes(read) => Ok(true),
        Err(status) => Err(format!("{status:?}")),
    }
}

fn is_refusal(code: Code) -> bool {
    matches!(code, Code::NotFound | Code::PermissionDenied)
}

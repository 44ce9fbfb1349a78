//! What is wrong with a request is said field by field, with a reason of the contract, and nothing is changed by it.

use std::collections::BTreeSet;

use prost_reflect::MethodDescriptor;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::{
    Findings, Ground, Ledger,
    faults::{self, Wanted},
    refusal, values, violations,
    wire::{self, call, pool},
};

/// Holds every RPC to it: each field wrong in every way its type allows; a request that is empty, and one with its address alone.
/// Afterwards the right request still does what it is for, so that no refusal has claimed its `request_id`.
///
/// # Panics
/// With everything that was found.
pub async fn what_is_wrong_is_said_field_by_field<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in wire::rpcs(G::PACKAGE) {
        let (name, right) = (wire::name(&rpc), ground.right(&wire::name(&rpc)).await);
        let owner = ground.service().owner();
        let before = Ledger::take(owner).await;
        for fault in faults::of(&rpc, &right.message) {
            let answer = call(right.by.clone(), &rpc, fault.message).await;
            if let Some(complaint) = answered_wrongly::<G>(&answer, &fault.wanted) {
                findings.add(&name, format!("{}: {complaint}", fault.what));
            }
        }
        gaps(&rpc, &right, &mut findings, &name).await;
        let difference = Ledger::take(owner).await.difference(&before, 0, "");
        findings.hold(difference.is_empty(), &name, || format!("a wrong request {difference}"));
        if let Err(status) = call(right.by, &rpc, right.message).await {
            findings.add(&name, format!("the right request is refused after the wrong ones: {status:?}"));
        }
    }
    findings.settle();
}

/// How often the bytes of a request are changed.
const CHANGES: u64 = 24;

/// Whatever bytes come in: no answer is an incident, and none is without a reason of the contract. The changes are the same in every
/// run; what happens to be a right request is done.
///
/// # Panics
/// With everything that was found.
pub async fn no_bytes_are_an_incident<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in wire::rpcs(G::PACKAGE) {
        let name = wire::name(&rpc);
        let right = ground.right(&name).await;
        for seed in 0..CHANGES {
            let message = changed(&right.message, seed);
            let Err(status) = call(right.by.clone(), &rpc, message.clone()).await else { continue };
            let (code, reason) = refusal(&status);
            let known = reasons(G::PACKAGE).contains(&reason) && reason != "INCIDENT";
            findings.hold(known && code != Code::Internal, &name, || format!("{message:02x?}: {status:?}"));
        }
    }
    findings.settle();
}

/// The message with some bytes changed, taken out or put in, as the seed says.
fn changed(message: &[u8], seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(below.max(1)).unwrap_or(1)).unwrap_or_default()
    };
    let mut bytes = message.to_vec();
    for _ in 0..=next(3) {
        let (at, byte) = (next(bytes.len()), u8::try_from(next(256)).unwrap_or_default());
        match next(3) {
            0 if !bytes.is_empty() => bytes[at] = byte,
            1 if !bytes.is_empty() => drop(bytes.remove(at)),
            _ => bytes.insert(at, byte),
        }
    }
    bytes
}

/// The empty request, and the one that says only what it is about: all that is missing is told at once.
async fn gaps(rpc: &MethodDescriptor, right: &super::Right, findings: &mut Findings, name: &str) {
    let required = values::required(&rpc.input());
    let empty = call(right.by.clone(), rpc, Vec::new()).await;
    match &empty {
        Ok(_) => findings.hold(required.is_empty(), name, || "an empty request is answered".to_owned()),
        Err(status) => {
            let found = refusal(status);
            findings.hold(found == (Code::InvalidArgument, "FIELDS_INVALID".to_owned()), name, || {
                format!("an empty request: {found:?}")
            });
            findings.hold(!violations(status).is_empty(), name, || "an empty request names no field".to_owned());
        }
    }
    let full = wire::read(rpc, &right.message);
    let mut bare = prost_reflect::DynamicMessage::new(rpc.input());
    // The business time is needed to begin at all, so it may be told alone.
    let kept = ["name", "parent", "case", "jobcenter_id", "business_time"];
    for field in required.iter().filter(|field| kept.contains(&field.name()) && values::is_address(field)) {
        bare.set_field(field, full.get_field(field).into_owned());
    }
    let missing: Vec<_> = required.iter().filter(|field| !bare.has_field(field)).collect();
    if missing.is_empty() {
        return;
    }
    match call(right.by.clone(), rpc, prost::Message::encode_to_vec(&bare)).await {
        Ok(_) => findings.add(name, "a request with its address alone is answered"),
        Err(status) => {
            let told = violations(&status);
            for field in missing.iter().map(|field| field.name()) {
                let named = told.iter().any(|violation| is_within(violation, field));
                findings.hold(named, name, || format!("{field} is missing and not among {told:?}"));
            }
        }
    }
}

/// What is wrong with an answer, if anything.
fn answered_wrongly<G: Ground>(answer: &Result<Vec<u8>, Status>, wanted: &Wanted) -> Option<String> {
    let Err(status) = answer else { return Some("answered".to_owned()) };
    let (code, reason) = refusal(status);
    let expected = match wanted {
        Wanted::Field(path) if path == "page_token" => (Code::InvalidArgument, "PAGE_TOKEN_INVALID"),
        Wanted::Field(_) => (Code::InvalidArgument, "FIELDS_INVALID"),
        Wanted::Malformed => (Code::InvalidArgument, "MESSAGE_MALFORMED"),
        Wanted::TooLarge => (Code::ResourceExhausted, "LIMIT_EXCEEDED"),
    };
    if (code, reason.as_str()) != expected {
        return Some(format!("{code:?} {reason}: {}", status.message()));
    }
    let domain = status.get_details_error_info().map(|info| info.domain);
    if domain.as_deref() != Some("lotse") || !reasons(G::PACKAGE).contains(&reason) {
        return Some(format!("{reason} of {domain:?} is no reason of the contract"));
    }
    let told = violations(status);
    if told.iter().collect::<BTreeSet<_>>().len() != told.len() {
        return Some(format!("a field is told twice: {told:?}"));
    }
    match wanted {
        Wanted::Field(path) if reason == "FIELDS_INVALID" => {
            let named = told.iter().any(|violation| is_within(violation, path) || is_within(path, violation));
            (!named).then(|| format!("not told: {told:?}"))
        }
        _ => None,
    }
}

/// Whether a path is another one or lies within it.
fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The reasons the contract knows for an area.
fn reasons(package: &str) -> BTreeSet<String> {
    let enums = [format!("{package}.ErrorReason"), "lotse.common.v1.ErrorReason".to_owned()];
    let found = enums.iter().filter_map(|name| pool().get_enum_by_name(name));
    let values = found.flat_map(|reasons| reasons.values().map(|value| value.name().to_owned()).collect::<Vec<_>>());
    values.map(|name| name.trim_start_matches("ERROR_REASON_").to_owned()).collect()
}

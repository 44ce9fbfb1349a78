//! Who is refused: other roles, other jobcenters, wrong listeners and tokens. A refusal leaves exactly its row of audit.

use prost_reflect::MethodDescriptor;
use tonic::{Code, Status};

use super::{
    ABROAD, Findings, Ground, HOME, Ledger, Promise, Right, Told, refusal,
    wire::{self, call},
};
use crate::service::Client;

/// An id that nothing has.
const NOBODY: &str = "018f3e5c-ffff-7fff-8fff-ffffffffffff";

/// Calls as somebody who has to be refused, and compares what that leaves behind.
async fn refused<G: Ground>(
    ground: &G,
    rpc: &MethodDescriptor,
    (who, by, message): (&str, Client, Vec<u8>),
    (code, reason, audited): (Code, &str, usize),
    findings: &mut Findings,
) {
    let (name, owner) = (wire::name(rpc), ground.service().owner());
    let asked = wire::address(rpc, &message);
    let before = Ledger::take(owner).await;
    match call(by, rpc, message).await {
        Ok(_) => findings.add(&name, format!("{who}: not refused")),
        Err(status) => {
            let found = refusal(&status);
            let expected = (code, reason.to_owned());
            findings.hold(found == expected, &name, || format!("{who}: {found:?}: {}", status.message()));
        }
    }
    let after = Ledger::take(owner).await;
    let difference = after.difference(&before, audited, "refused");
    findings.hold(difference.is_empty(), &name, || format!("{who}: {difference}"));
    if let (Some((_, asked)), Some([row])) = (asked, after.audited_since(&before)) {
        findings.hold(row.resource == asked, &name, || format!("{who}: audited as {}, not {asked}", row.resource));
    }
}

/// Whoever may not is told so, or sees nothing; either way one row of audit tells who asked for what.
///
/// # Panics
/// With everything that was found.
pub async fn who_may_not_is_refused_and_audited<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in wire::rpcs(G::PACKAGE) {
        let name = wire::name(&rpc);
        let right = ground.right(&name).await;
        // The fence of the process API is its door: workers and siblings serve all jobcenters.
        let fenced = wire::is_process::<G>(&rpc) || !right.not_by.is_empty();
        findings.owes::<G>(Promise::Fence, &name, fenced, || "the ground names nobody who may not".to_owned());
        for (who, client, told) in right.not_by {
            let expected = match told {
                Told::Forbidden => (Code::PermissionDenied, "NOT_PERMITTED", 1),
                Told::Nothing => (Code::NotFound, "RESOURCE_NOT_FOUND", 1),
            };
            refused(ground, &rpc, (who, client, right.message.clone()), expected, &mut findings).await;
        }
    }
    findings.settle();
}

/// A foreign jobcenter's names find nothing. People leave a row of audit at home; workers serve all jobcenters, and what they ask
/// for is not there or does not fit together.
///
/// # Panics
/// With everything that was found.
pub async fn a_foreign_jobcenter_is_not_there<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in wire::rpcs(G::PACKAGE) {
        let name = wire::name(&rpc);
        let right = ground.right(&name).await;
        let Some(message) = abroad(&rpc, &right) else {
            findings.owes::<G>(Promise::Abroad, &name, false, || "it is about no jobcenter's thing".to_owned());
            continue;
        };
        if !wire::is_process::<G>(&rpc) {
            findings.owes::<G>(Promise::Abroad, &name, true, String::new);
            let by = right.from_home.unwrap_or(right.by);
            let expected = (Code::NotFound, "RESOURCE_NOT_FOUND", 1);
            refused(ground, &rpc, ("abroad", by, message), expected, &mut findings).await;
            continue;
        }
        let owner = ground.service().owner();
        let before = Ledger::take(owner).await;
        let told = otherwise(call(right.by, &rpc, message).await, &name, &mut findings);
        findings.owes::<G>(Promise::Abroad, &name, told.is_none(), || told.unwrap_or_default());
        let after = Ledger::take(owner).await;
        let changed = after.changed(&before);
        findings.hold(changed.is_empty(), &name, || format!("abroad: changed {changed:?}"));
    }
    findings.settle();
}

/// The same request about the same thing in another jobcenter; `None` when it is about no jobcenter's thing.
fn abroad(rpc: &MethodDescriptor, right: &Right) -> Option<Vec<u8>> {
    let home = format!("jobcenters/{HOME}");
    match wire::address(rpc, &right.message) {
        Some((field, asked)) if asked.starts_with(&home) => {
            let there = asked.replacen(&home, &format!("jobcenters/{ABROAD}"), 1);
            Some(wire::with_text(rpc, &right.message, &field, &there))
        }
        Some(_) => None,
        // What makes a jobcenter of its own is abroad for everybody who has one.
        None => right.from_home.is_some().then(|| right.message.clone()),
    }
}

/// What was answered instead of that nothing is found; nothing when that was the answer.
fn otherwise(answer: Result<Vec<u8>, Status>, name: &str, findings: &mut Findings) -> Option<String> {
    let Err(status) = answer else { return Some("answered".to_owned()) };
    let (code, reason) = refusal(&status);
    let told = (code, reason.as_str());
    if told == (Code::NotFound, "RESOURCE_NOT_FOUND") {
        return None;
    }
    // Names that do not fit together may be told before one of them is looked for.
    let misfit = told == (Code::InvalidArgument, "FIELDS_INVALID");
    findings.hold(misfit, name, || format!("{told:?}: {}", status.message()));
    Some(format!("{told:?}: {}", status.message()))
}

/// A name that nothing has is refused like one that is hidden.
///
/// # Panics
/// With everything that was found.
pub async fn what_is_not_there_is_not_found<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in wire::rpcs(G::PACKAGE) {
        let (name, owner) = (wire::name(&rpc), ground.service().owner());
        let right = ground.right(&name).await;
        let address = wire::address(&rpc, &right.message);
        // What happens in a jobcenter that is not there is told abroad.
        if address.as_ref().is_some_and(|(_, asked)| asked.strip_prefix("jobcenters/") == Some(HOME)) {
            findings.owes::<G>(Promise::NotThere, &name, true, String::new);
            continue;
        }
        let nobody = address.as_ref().and_then(|(field, asked)| {
            let (folder, id) = asked.rsplit_once('/')?;
            (id.len() == NOBODY.len()).then(|| (field, format!("{folder}/{NOBODY}")))
        });
        let Some((field, nobody)) = nobody else {
            findings.owes::<G>(Promise::NotThere, &name, false, || format!("{address:?} ends in no id"));
            continue;
        };
        let message = wire::with_text(&rpc, &right.message, field, &nobody);
        let before = Ledger::take(owner).await;
        let told = otherwise(call(right.by, &rpc, message).await, &name, &mut findings);
        findings.owes::<G>(Promise::NotThere, &name, told.is_none(), || told.unwrap_or_default());
        let after = Ledger::take(owner).await;
        let changed = after.changed(&before);
        let audited = after.audited_since(&before).map_or(usize::MAX, <[_]>::len);
        findings.hold(changed.is_empty() && audited <= 1, &name, || format!("changed {changed:?}, audited {audited}"));
    }
    findings.settle();
}

/// The process API lets no person in, the public API no machine, and neither believes a token nobody has signed.
///
/// # Panics
/// With everything that was found.
pub async fn nobody_comes_in_by_the_wrong_door<G: Ground>(ground: &G) {
    let service = ground.service();
    let mut findings = Findings::default();
    let intruder = service.intruder("anna", HOME, &["administrator", "team-lead"]).expect("a token");
    let machine = service.machine_in_public("worker").expect("a token");
    for rpc in wire::rpcs(G::PACKAGE) {
        let message = ground.right(&wire::name(&rpc)).await.message;
        let process = wire::is_process::<G>(&rpc);
        let wrong = if process { intruder.clone() } else { machine.clone() };
        let forged = service.forger(process).expect("a token");
        for (who, client) in [("of the other API", wrong), ("with a forged token", forged)] {
            let expected = (Code::Unauthenticated, "TOKEN_INVALID", 0);
            refused(ground, &rpc, (who, client, message.clone()), expected, &mut findings).await;
        }
    }
    findings.settle();
}

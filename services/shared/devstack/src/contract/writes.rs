//! What a write does once: the repetition, the used `request_id`, the stale etag and the wrong state change nothing.

use prost_reflect::MethodDescriptor;
use tonic::Code;

use super::{
    Findings, Ground, Ledger, Misfit, Promise, refusal,
    wire::{self, call},
};

fn all<G: Ground>() -> impl Iterator<Item = MethodDescriptor> {
    wire::rpcs(G::PACKAGE).into_iter().filter(wire::writes)
}

/// What carries no `request_id` is a read: it changes nothing, and at most the audit tells of it.
///
/// # Panics
/// With everything that was found.
pub async fn a_read_changes_nothing<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in wire::rpcs(G::PACKAGE).into_iter().filter(|rpc| !wire::writes(rpc)) {
        let (name, owner) = (wire::name(&rpc), ground.service().owner());
        let right = ground.right(&name).await;
        let before = Ledger::take(owner).await;
        if let Err(status) = call(right.by, &rpc, right.message).await {
            findings.add(&name, format!("{status:?}"));
        }
        let after = Ledger::take(owner).await;
        let changed = after.changed(&before);
        findings.hold(changed.is_empty(), &name, || format!("has no request_id and changed {changed:?}"));
    }
    findings.settle();
}

/// A write changes something and leaves its row of audit; repeated, it answers again and changes nothing.
///
/// # Panics
/// With everything that was found.
pub async fn a_write_happens_once<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in all::<G>() {
        let (name, owner) = (wire::name(&rpc), ground.service().owner());
        let right = ground.right(&name).await;
        let before = Ledger::take(owner).await;
        let first = match call(right.by.clone(), &rpc, right.message.clone()).await {
            Ok(answer) => answer,
            Err(status) => {
                findings.add(&name, format!("{status:?}"));
                continue;
            }
        };
        let after = Ledger::take(owner).await;
        let changed = after.changed(&before);
        findings.hold(changed.contains(&"idempotency_keys") && changed.len() > 1, &name, || {
            format!("changed only {changed:?}")
        });
        let audited = after.audited_since(&before);
        let mine = |row: &super::ledger::Entry| row.outcome == "done" && row.method.ends_with(rpc.name());
        let is_audited = audited.is_some_and(|rows| !rows.is_empty() && rows.iter().all(mine));
        findings.hold(is_audited, &name, || format!("audited as {audited:?}"));
        let is_one = audited.is_none_or(|rows| rows.len() <= 1);
        findings.owes::<G>(Promise::OneRow, &name, is_one, || format!("audited as {audited:?}"));
        match call(right.by, &rpc, right.message).await {
            Ok(again) => findings.owes::<G>(Promise::SameAnswer, &name, again == first, || {
                "its repetition is answered in another way".to_owned()
            }),
            Err(status) => findings.add(&name, format!("its repetition is refused: {status:?}")),
        }
        let difference = Ledger::take(owner).await.difference(&after, 0, "");
        findings.hold(difference.is_empty(), &name, || format!("its repetition {difference}"));
    }
    findings.settle();
}

/// The same `request_id` with other content is refused, whatever else is right.
///
/// # Panics
/// With everything that was found.
pub async fn a_request_id_stands_for_one_content<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in all::<G>() {
        let (name, owner) = (wire::name(&rpc), ground.service().owner());
        let right = ground.right(&name).await;
        let other = match right.other {
            Some(other) => other,
            None if wire::has_field(&rpc, "etag") => wire::with_text(&rpc, &right.message, "etag", "v77"),
            None => {
                findings.add(&name, "the ground gives no request of other content");
                continue;
            }
        };
        if let Err(status) = call(right.by.clone(), &rpc, right.message).await {
            findings.add(&name, format!("{status:?}"));
        }
        let after = Ledger::take(owner).await;
        match call(right.by, &rpc, other).await {
            Ok(_) => findings.add(&name, "other content under the same request_id is answered"),
            Err(status) => {
                let found = refusal(&status);
                let expected = (Code::AlreadyExists, "REQUEST_ID_REUSED".to_owned());
                findings.hold(found == expected, &name, || format!("{found:?}: {}", status.message()));
            }
        }
        let difference = Ledger::take(owner).await.difference(&after, 0, "");
        findings.hold(difference.is_empty(), &name, || format!("a used request_id {difference}"));
    }
    findings.settle();
}

/// A write with an etag that is not the last is refused.
///
/// # Panics
/// With everything that was found.
pub async fn a_stale_etag_is_refused<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in all::<G>() {
        let (name, owner) = (wire::name(&rpc), ground.service().owner());
        let carries = wire::has_field(&rpc, "etag");
        findings.owes::<G>(Promise::Etag, &name, carries, || "it has no etag".to_owned());
        if !carries {
            continue;
        }
        let right = ground.right(&name).await;
        let before = Ledger::take(owner).await;
        let stale = wire::with_text(&rpc, &right.message, "etag", "v99");
        match call(right.by, &rpc, stale).await {
            Ok(_) => findings.add(&name, "a stale etag is taken"),
            Err(status) => {
                let found = refusal(&status);
                let expected = (Code::Aborted, "STALE_ETAG".to_owned());
                findings.hold(found == expected, &name, || format!("{found:?}"));
            }
        }
        let difference = Ledger::take(owner).await.difference(&before, 0, "");
        findings.hold(difference.is_empty(), &name, || format!("a stale etag {difference}"));
    }
    findings.settle();
}

/// A write at the wrong time is refused with its reason, or answered without effect.
///
/// # Panics
/// With everything that was found.
pub async fn a_wrong_state_is_told<G: Ground>(ground: &G) {
    let mut findings = Findings::default();
    for rpc in all::<G>() {
        let (name, owner) = (wire::name(&rpc), ground.service().owner());
        let misfit = ground.misfit(&name).await;
        findings.owes::<G>(Promise::WrongTime, &name, misfit.is_some(), || "the ground knows no wrong time".to_owned());
        let Some(misfit) = misfit else { continue };
        let before = Ledger::take(owner).await;
        match misfit {
            Misfit::Idle(by, message) => {
                if let Err(status) = call(by, &rpc, message).await {
                    findings.add(&name, format!("at the wrong time: {status:?}"));
                }
            }
            Misfit::Refused(by, message, code, reason) => match call(by, &rpc, message).await {
                Ok(_) => findings.add(&name, "is done at the wrong time"),
                Err(status) => {
                    let found = refusal(&status);
                    let expected = (code, reason.to_owned());
                    findings.hold(found == expected, &name, || format!("{found:?}: {}", status.message()));
                }
            },
        }
        let difference = Ledger::take(owner).await.difference(&before, 0, "");
        findings.hold(difference.is_empty(), &name, || format!("at the wrong time {difference}"));
    }
    findings.settle();
}

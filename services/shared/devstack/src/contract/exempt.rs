//! What an RPC does not owe: each exemption names the RPC, the promise and the reason. None is silent, and none is in vain.

use std::collections::BTreeSet;

use super::{Findings, Ground, wire};

/// What the tests hold every RPC to, and what some of them cannot give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// A write carries an `etag`, and a stale one is refused.
    Etag,
    /// A write leaves one row in the audit, and not one for each of many things.
    OneRow,
    /// A write that is repeated is answered as the first time.
    SameAnswer,
    /// A write fits some states and not others.
    WrongTime,
    /// An RPC of the public API is not for everybody with a token.
    Fence,
    /// What another jobcenter has is not found.
    Abroad,
    /// What is not there is not found.
    NotThere,
    /// What a list shows is what its caller may read, one thing after the other.
    Listed,
}

/// An exemption from a promise.
#[derive(Debug, Clone, Copy)]
pub struct Exempt {
    /// The RPC, such as `EpisodeService.CastVote`.
    pub rpc: &'static str,
    /// What it does not give.
    pub from: Promise,
    /// Why not, in words.
    pub because: &'static str,
}

/// An exemption, for the lists of [`Ground::EXEMPT`].
#[must_use]
pub const fn exempt(from: Promise, rpc: &'static str, because: &'static str) -> Exempt {
    Exempt { rpc, from, because }
}

impl Findings {
    /// Holds that an RPC gives a promise or is listed as one that does not, and not both.
    pub(crate) fn owes<G: Ground>(&mut self, from: Promise, rpc: &str, given: bool, what: impl FnOnce() -> String) {
        let listed = G::EXEMPT.iter().any(|exempt| exempt.rpc == rpc && exempt.from == from);
        if given == listed {
            let complaint = if given { "gives it and is listed as exempt".to_owned() } else { what() };
            self.add(rpc, format!("{from:?}: {complaint}"));
        }
    }
}

/// Every exemption is of an RPC that there is, stands once and says why.
///
/// # Panics
/// With everything that was found.
pub fn every_exemption_has_its_reason<G: Ground>() {
    let mut findings = Findings::default();
    let rpcs: BTreeSet<String> = wire::rpcs(G::PACKAGE).iter().map(wire::name).collect();
    let mut seen = BTreeSet::new();
    for Exempt { rpc, from, because } in G::EXEMPT {
        findings.hold(rpcs.contains(*rpc), rpc, || format!("{from:?}: is no RPC of {}", G::PACKAGE));
        findings.hold(seen.insert((rpc, from)), rpc, || format!("{from:?}: is listed twice"));
        findings.hold(because.split_whitespace().count() > 2, rpc, || format!("{from:?}: nobody says why"));
    }
    findings.settle();
}

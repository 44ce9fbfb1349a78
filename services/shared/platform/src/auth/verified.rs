//! Tokens verified a moment ago, so that a busy client costs one signature check a minute and not one a call.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use sha2::{Digest, Sha256};

use crate::principal::Principal;

/// Most tokens remembered; a full memory is emptied, which costs one check per token and no more.
const CAPACITY: usize = 4096;

/// Longest time in seconds a verdict is believed without another look at the signature.
const BELIEVED_SECONDS: i64 = 60;

#[derive(Debug)]
struct Entry {
    principal: Principal,
    until: i64,
    generation: Option<Instant>,
}

/// The verdicts, by the SHA-256 of the token: the token itself is never kept.
#[derive(Debug, Default)]
pub(super) struct Verified {
    entries: Mutex<HashMap<[u8; 32], Entry>>,
}

impl Verified {
    /// The principal of a token verified with the keys of `generation` and believed at `now` (seconds since 1970).
    pub(super) fn get(&self, token: &str, now: i64, generation: Option<Instant>) -> Option<Principal> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(&digest(token))?;
        (now < entry.until && entry.generation == generation).then(|| entry.principal.clone())
    }

    /// Remembers a verdict until the token expires, a minute at most.
    pub(super) fn put(&self, token: &str, principal: Principal, expires: i64, now: i64, generation: Option<Instant>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= CAPACITY {
            entries.clear();
        }
        let until = expires.min(now + BELIEVED_SECONDS);
        entries.insert(digest(token), Entry { principal, until, generation });
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, time::Duration};

    use super::*;
    use crate::principal::PrincipalKind;

    #[test]
    fn a_verdict_ends_with_the_token_the_minute_or_the_keys() {
        let principal = Principal {
            subject: "anna".to_owned(),
            kind: PrincipalKind::Person,
            jobcenter: None,
            roles: BTreeSet::new(),
        };
        let verified = Verified::default();
        let keys = Instant::now();
        verified.put("short", principal.clone(), 1_010, 1_000, Some(keys));
        verified.put("long", principal.clone(), 9_000, 1_000, Some(keys));
        assert_eq!(verified.get("short", 1_009, Some(keys)), Some(principal));
        assert_eq!(verified.get("short", 1_010, Some(keys)), None);
        assert_eq!(verified.get("long", 1_060, Some(keys)), None);
        assert_eq!(verified.get("long", 1_001, Some(keys + Duration::from_secs(1))), None);
        assert_eq!(verified.get("other", 1_001, Some(keys)), None);
    }
}

//! The issuer's public keys: read from a file or fetched from a URL, and again when a token names an unknown one.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse},
};
use thiserror::Error;
use tokio::sync::Mutex;

use crate::{
    config::{Auth, JwksSource},
    tls::{self, Handshake, UnreadableFile},
};

/// Keys older than this are fetched again in the background, so that a withdrawn key stops working.
const MAX_AGE: Duration = Duration::from_mins(10);

/// The keys could not be had.
#[derive(Debug, Error)]
pub enum JwksError {
    /// The URL did not answer in time with a JWKS.
    #[error("the keys could not be fetched")]
    Fetch(#[source] reqwest::Error),
    /// The server of the keys and we do not believe each other.
    #[error("the server of LOTSE_AUTH_JWKS is not believed, see LOTSE_AUTH_JWKS_CA_FILE: {0}")]
    Handshake(Handshake),
    /// The file of authorities could not be read.
    #[error(transparent)]
    Authorities(#[from] UnreadableFile),
    /// The file of authorities holds no certificate.
    #[error("the file of LOTSE_AUTH_JWKS_CA_FILE holds no certificate")]
    NoAuthority,
    /// The file could not be read.
    #[error("the file of keys could not be read")]
    File(#[from] std::io::Error),
    /// The answer is not a JWKS.
    #[error("the keys are not a JWKS")]
    Format(#[from] serde_json::Error),
}

/// A key that may sign tokens, with the only algorithm it is used with.
#[derive(Debug, Clone)]
pub struct VerificationKey {
    /// ES256 or RS256.
    pub algorithm: Algorithm,
    /// The public key.
    pub key: DecodingKey,
}

type Keys = HashMap<String, VerificationKey>;

#[derive(Debug, Default)]
struct State {
    keys: Arc<Keys>,
    fetched: Option<Instant>,
}

/// The cached keys of one issuer. Cheap to clone; all clones share the cache.
#[derive(Debug, Clone)]
pub struct Jwks {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    source: JwksSource,
    client: reqwest::Client,
    refresh_interval: Duration,
    state: RwLock<State>,
    /// Holds the instant of the last attempt; its lock lets one fetch run at a time.
    attempt: Mutex<Option<Instant>>,
}

impl Jwks {
    /// Makes an empty cache; the first look-up fills it.
    ///
    /// # Errors
    /// When the file of authorities is not usable, or the HTTP client cannot be built.
    pub fn new(config: &Auth) -> Result<Self, JwksError> {
        let client = client(config)?;
        Ok(Self {
            inner: Arc::new(Inner {
                source: config.jwks.clone(),
                client,
                refresh_interval: config.jwks_refresh_interval,
                state: RwLock::default(),
                attempt: Mutex::new(None),
            }),
        })
    }

    /// Finds the key with this id, or the only key there is when a token names none.
    ///
    /// # Errors
    /// When the key is unknown and the keys could not be had: then nobody can say whether the token is good.
    pub async fn find(&self, id: Option<&str>) -> Result<Option<VerificationKey>, JwksError> {
        let (keys, fetched) = self.snapshot();
        if let Some(key) = pick(&keys, id) {
            if fetched.is_none_or(|fetched| fetched.elapsed() > MAX_AGE) {
                let this = self.clone();
                tokio::spawn(async move {
                    if let Err(error) = this.refresh().await {
                        tracing::warn!(%error, "the issuer's keys could not be renewed, the old ones stay");
                    }
                });
            }
            return Ok(Some(key));
        }
        self.refresh().await?;
        Ok(pick(&self.snapshot().0, id))
    }

    /// Fetches the keys now, unless the last attempt is too recent.
    ///
    /// # Errors
    /// When the keys cannot be had.
    pub async fn refresh(&self) -> Result<(), JwksError> {
        let mut attempt = self.inner.attempt.lock().await;
        let recent = attempt.is_some_and(|last| last.elapsed() < self.inner.refresh_interval);
        // Without any key nobody can be served, so a first fetch that failed is tried again at once.
        if recent && !self.snapshot().0.is_empty() {
            return Ok(());
        }
        *attempt = Some(Instant::now());
        let text = match &self.inner.source {
            JwksSource::Url(url) => self.fetch(url.to_string()).await?,
            JwksSource::File(path) => tokio::fs::read_to_string(path).await?,
        };
        let keys = Arc::new(usable(&serde_json::from_str(&text)?));
        tracing::info!(keys = keys.len(), "the issuer's keys were read");
        *self.inner.state.write().unwrap_or_else(PoisonError::into_inner) =
            State { keys, fetched: Some(Instant::now()) };
        Ok(())
    }

    async fn fetch(&self, url: String) -> Result<String, JwksError> {
        let answer = self.inner.client.get(url).send().await.and_then(reqwest::Response::error_for_status);
        match answer {
            Ok(answer) => answer.text().await.map_err(JwksError::Fetch),
            Err(error) => Err(tls::handshake(&error).map_or(JwksError::Fetch(error), JwksError::Handshake)),
        }
    }

    /// The instant of the last successful fetch: what was verified with older keys has to be verified again.
    #[must_use]
    pub fn generation(&self) -> Option<Instant> {
        self.snapshot().1
    }

    fn snapshot(&self) -> (Arc<Keys>, Option<Instant>) {
        let state = self.inner.state.read().unwrap_or_else(PoisonError::into_inner);
        (Arc::clone(&state.keys), state.fetched)
    }
}

/// Believes the authorities of the file, or those of the machine. No answer leads from TLS to a place without it.
fn client(config: &Auth) -> Result<reqwest::Client, JwksError> {
    let builder = reqwest::Client::builder().timeout(config.jwks_timeout).https_only(config.jwks.is_encrypted());
    let builder = match &config.jwks_ca_file {
        Some(path) => {
            let found = reqwest::Certificate::from_pem_bundle(&tls::read(path)?);
            let authorities = found.ok().filter(|found| !found.is_empty()).ok_or(JwksError::NoAuthority)?;
            builder.tls_certs_only(authorities)
        }
        None => builder,
    };
    builder.build().map_err(JwksError::Fetch)
}

fn pick(keys: &Keys, id: Option<&str>) -> Option<VerificationKey> {
    match id {
        Some(id) => keys.get(id).cloned(),
        None if keys.len() == 1 => keys.values().next().cloned(),
        None => None,
    }
}

/// Keeps the keys that may sign with ES256 or RS256 and drops all others.
fn usable(set: &JwkSet) -> Keys {
    set.keys
        .iter()
        .filter_map(|jwk| {
            let algorithm = algorithm(jwk)?;
            let key = DecodingKey::from_jwk(jwk).ok()?;
            Some((jwk.common.key_id.clone().unwrap_or_default(), VerificationKey { algorithm, key }))
        })
        .collect()
}

fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    if jwk.common.public_key_use.as_ref().is_some_and(|usage| *usage != PublicKeyUse::Signature) {
        return None;
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        _ => return None,
    };
    let named = jwk.common.key_algorithm.as_ref().map(ToString::to_string);
    named.is_none_or(|named| named == format!("{algorithm:?}")).then_some(algorithm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_signing_keys_of_the_two_algorithms_are_kept() {
        let set: JwkSet = serde_json::from_str(
            r#"{"keys": [
                {"kty": "EC", "crv": "P-256", "kid": "a", "alg": "ES256", "use": "sig",
                 "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                {"kty": "EC", "crv": "P-256", "kid": "b", "use": "enc",
                 "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                {"kty": "oct", "kid": "c", "alg": "HS256", "k": "c2VjcmV0"}
            ]}"#,
        )
        .expect("a key set");
        let keys = usable(&set);
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["a"]);
        assert!(pick(&keys, None).is_some());
        assert!(pick(&keys, Some("b")).is_none());
    }
}

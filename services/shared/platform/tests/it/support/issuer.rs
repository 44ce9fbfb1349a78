//! An identity provider in the test's own process, with a key of its own.

use std::{path::PathBuf, sync::Mutex};

use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use lotse_platform::{clock::WallClock, config::JwksSource};
use serde_json::{Value, json};

use super::Folder;

pub const NAME: &str = "https://issuer.test";

/// Signs tokens with one algorithm and publishes the key in a file.
pub struct Issuer {
    folder: Folder,
    algorithm: Algorithm,
    key: Mutex<(String, EncodingKey)>,
}

impl Issuer {
    pub fn new() -> Self {
        Self::signing_with(Algorithm::ES256)
    }

    pub fn signing_with(algorithm: Algorithm) -> Self {
        let issuer = Self { folder: Folder::new(), algorithm, key: Mutex::new(fresh("first", algorithm)) };
        issuer.publish();
        issuer
    }

    /// Takes a new key and publishes only that one.
    pub fn rotate(&self) {
        *self.key.lock().expect("the key") = fresh("second", self.algorithm);
        self.publish();
    }

    pub fn file(&self) -> JwksSource {
        JwksSource::File(self.path())
    }

    fn path(&self) -> PathBuf {
        self.folder.0.join("jwks.json")
    }

    /// The key set as JSON.
    pub fn jwks(&self) -> Value {
        let (id, key) = &*self.key.lock().expect("the key");
        let mut jwk = Jwk::from_encoding_key(key, self.algorithm).expect("a public key");
        jwk.common.key_id = Some(id.clone());
        json!({ "keys": [jwk] })
    }

    fn publish(&self) {
        std::fs::write(self.path(), self.jwks().to_string()).expect("the file of keys");
    }

    /// Signs claims with the present key.
    pub fn sign(&self, claims: &Value) -> String {
        let (id, key) = &*self.key.lock().expect("the key");
        let header = Header { kid: Some(id.clone()), ..Header::new(self.algorithm) };
        jsonwebtoken::encode(&header, claims, key).expect("a token")
    }

    /// A good token of the public audience for a case manager of Musterstadt.
    pub fn person(&self) -> String {
        self.sign(&claims(&json!({})))
    }

    /// A good token of the process audience.
    pub fn service(&self) -> String {
        self.sign(&claims(&json!({ "sub": "cases", "aud": "lotse-process", "jobcenter": null, "roles": [] })))
    }
}

/// Good claims of a person, with `changes` on top; a change to null removes the claim.
pub fn claims(changes: &Value) -> Value {
    let now = WallClock.now().as_second();
    let mut claims = json!({
        "iss": NAME, "aud": "lotse", "sub": "anna", "exp": now + 300, "nbf": now - 1,
        "jobcenter": "musterstadt", "roles": ["case-manager"],
    });
    let fields = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        match value {
            Value::Null => drop(fields.remove(name)),
            value => drop(fields.insert(name.clone(), value.clone())),
        }
    }
    claims
}

fn fresh(id: &str, algorithm: Algorithm) -> (String, EncodingKey) {
    let pair = |kind| rcgen::KeyPair::generate_for(kind).expect("a key").serialize_pem();
    let key = match algorithm {
        Algorithm::RS256 => EncodingKey::from_rsa_pem(pair(&rcgen::PKCS_RSA_SHA256).as_bytes()),
        _ => EncodingKey::from_ec_pem(pair(&rcgen::PKCS_ECDSA_P256_SHA256).as_bytes()),
    };
    (id.to_owned(), key.expect("an encoding key"))
}

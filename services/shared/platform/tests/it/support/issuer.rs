//! An identity provider in the test's own process, with a key of its own.

use std::{path::PathBuf, sync::Mutex};

use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use lotse_platform::{clock::WallClock, config::JwksSource};
use serde_json::{Value, json};

use super::Folder;

pub const NAME: &str = "https://issuer.test";

/// Signs tokens and publishes the key in a file.
pub struct Issuer {
    folder: Folder,
    key: Mutex<(String, EncodingKey)>,
}

impl Issuer {
    pub fn new() -> Self {
        let issuer = Self { folder: Folder::new(), key: Mutex::new(fresh("first")) };
        issuer.publish();
        issuer
    }

    /// Takes a new key and publishes only that one.
    pub fn rotate(&self) {
        *self.key.lock().expect("the key") = fresh("second");
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
        let mut jwk = Jwk::from_encoding_key(key, Algorithm::ES256).expect("a public key");
        jwk.common.key_id = Some(id.clone());
        json!({ "keys": [jwk] })
    }

    fn publish(&self) {
        std::fs::write(self.path(), self.jwks().to_string()).expect("the file of keys");
    }

    /// Signs claims with the present key.
    pub fn sign(&self, claims: &Value) -> String {
        let (id, key) = &*self.key.lock().expect("the key");
        let header = Header { kid: Some(id.clone()), ..Header::new(Algorithm::ES256) };
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

fn fresh(id: &str) -> (String, EncodingKey) {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).expect("a key");
    let key = EncodingKey::from_ec_pem(pair.serialize_pem().as_bytes()).expect("an encoding key");
    (id.to_owned(), key)
}

//! A token issuer for the desk: what an identity provider does in production, with a key of its own.

use std::fs;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde::Serialize;
use thiserror::Error;

/// The audience of the public API.
pub const PUBLIC_AUDIENCE: &str = "lotse";
/// The audience of the process API, for workers and sibling services.
pub const PROCESS_AUDIENCE: &str = "lotse-process";
/// The issuer named in every token.
pub const ISSUER: &str = "https://issuer.lotse.test";
/// The file of the public keys within an issuer's folder.
pub const JWKS_FILE: &str = "jwks.json";
/// The file of the private key within an issuer's folder.
const KEY_FILE: &str = "issuer.pem";

/// Why an issuer could not be made or a token not be signed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The key pair could not be generated.
    #[error("the key pair could not be generated")]
    Generate(#[from] rcgen::Error),
    /// The key is not one for ES256, or signing failed.
    #[error("the key could not be used for ES256")]
    Sign(#[from] jsonwebtoken::errors::Error),
    /// The document of public keys could not be written as JSON.
    #[error("the public keys could not be written as JSON")]
    Json(#[from] serde_json::Error),
    /// A file of the issuer could not be read or written.
    #[error("{path} could not be used")]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}

/// Which API a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The public API, for people and their programs.
    Public,
    /// The process API, for workers and sibling services.
    Process,
}

impl Audience {
    /// The word in the token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => PUBLIC_AUDIENCE,
            Self::Process => PROCESS_AUDIENCE,
        }
    }
}

/// What a token says about its bearer.
#[derive(Debug, Clone)]
pub struct Claims {
    /// Who: the staff key or the name of a service, never a person's name.
    pub subject: String,
    /// Which API.
    pub audience: Audience,
    /// The slug of the only jobcenter, or none for a caller that serves the whole cell.
    pub jobcenter: Option<String>,
    /// Roles as kebab-case words.
    pub roles: Vec<String>,
    /// How long the token is valid from now on, in whole seconds of wall time.
    pub lifetime: Duration,
}

impl Claims {
    /// A member of staff of one jobcenter, for twelve hours.
    pub fn person(subject: impl Into<String>, jobcenter: impl Into<String>, roles: &[&str]) -> Self {
        Self {
            subject: subject.into(),
            audience: Audience::Public,
            jobcenter: Some(jobcenter.into()),
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            lifetime: Duration::from_hours(12),
        }
    }

    /// A service or worker that serves the whole cell, for twelve hours.
    pub fn service(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            audience: Audience::Process,
            jobcenter: None,
            roles: Vec::new(),
            lifetime: Duration::from_hours(12),
        }
    }
}

/// The payload as it is signed.
#[derive(Serialize)]
struct Signed<'a> {
    iss: &'static str,
    aud: &'static str,
    sub: &'a str,
    iat: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    jobcenter: Option<&'a str>,
    roles: &'a [String],
}

/// An ES256 key pair that signs tokens.
pub struct Issuer {
    pem: String,
    key: EncodingKey,
    key_id: String,
    keys: JwkSet,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Issuer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Issuer {
    /// An issuer with a fresh key.
    ///
    /// # Errors
    /// [`TokenError`] when no key can be made.
    pub fn generate() -> Result<Self, TokenError> {
        Self::from_pem(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?.serialize_pem())
    }

    /// The issuer kept in `folder`, so that several processes share it; made there when there is none.
    ///
    /// # Errors
    /// [`TokenError`] when the files cannot be read or written, or hold no key.
    pub fn load_or_create(folder: &Path) -> Result<Self, TokenError> {
        let path = folder.join(KEY_FILE);
        match fs::read_to_string(&path) {
            Ok(pem) => Self::from_pem(pem),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let issuer = Self::generate()?;
                issuer.store(folder)?;
                Ok(issuer)
            }
            Err(source) => Err(TokenError::File { path, source }),
        }
    }

    /// Writes the private key, readable for its owner only, and the public keys into `folder`.
    ///
    /// # Errors
    /// [`TokenError::File`] when that is not possible.
    pub fn store(&self, folder: &Path) -> Result<(), TokenError> {
        fs::create_dir_all(folder).map_err(unusable(folder))?;
        let path = folder.join(KEY_FILE);
        let mut file = fs::File::options()
            .create(true)
            .write(true)
            .truncate(true)
            .mode(0o600)
            .open(&path)
            .map_err(unusable(&path))?;
        std::io::Write::write_all(&mut file, self.pem.as_bytes()).map_err(unusable(&path))?;
        self.write_jwks(&folder.join(JWKS_FILE))
    }

    /// Writes the JWKS document to a file, for services configured with a file of keys.
    ///
    /// # Errors
    /// [`TokenError::File`] when that is not possible.
    pub fn write_jwks(&self, path: &Path) -> Result<(), TokenError> {
        fs::write(path, self.jwks()?).map_err(unusable(path))
    }

    /// The JWKS document with the public key.
    ///
    /// # Errors
    /// [`TokenError::Json`], which no valid key causes.
    pub fn jwks(&self) -> Result<String, TokenError> {
        Ok(serde_json::to_string_pretty(&self.keys)?)
    }

    /// A signed token, valid from now on.
    ///
    /// # Errors
    /// [`TokenError::Sign`] when the key cannot sign.
    pub fn token(&self, claims: &Claims) -> Result<String, TokenError> {
        let now = jsonwebtoken::get_current_timestamp();
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.key_id.clone());
        let signed = Signed {
            iss: ISSUER,
            aud: claims.audience.as_str(),
            sub: &claims.subject,
            iat: now,
            exp: now + claims.lifetime.as_secs(),
            jobcenter: claims.jobcenter.as_deref(),
            roles: &claims.roles,
        };
        Ok(jsonwebtoken::encode(&header, &signed, &self.key)?)
    }

    fn from_pem(pem: String) -> Result<Self, TokenError> {
        let key = EncodingKey::from_ec_pem(pem.as_bytes())?;
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::ES256)?;
        let key_id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(key_id.clone());
        Ok(Self { pem, key, key_id, keys: JwkSet { keys: vec![jwk] } })
    }
}

fn unusable(path: &Path) -> impl FnOnce(std::io::Error) -> TokenError {
    let path = path.to_owned();
    |source| TokenError::File { path, source }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_token_is_verified_by_the_published_key() {
        let issuer = Issuer::generate().unwrap();
        let claims = Claims::person("staff/anna", "musterstadt", &["case-manager"]);
        let token = issuer.token(&claims).unwrap();

        let published: JwkSet = serde_json::from_str(&issuer.jwks().unwrap()).unwrap();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        let jwk = published.find(&header.kid.unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&[PUBLIC_AUDIENCE]);
        validation.set_issuer(&[ISSUER]);
        let payload =
            jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(jwk).unwrap(), &validation).unwrap().claims;

        assert_eq!(payload["sub"], "staff/anna");
        assert_eq!(payload["jobcenter"], "musterstadt");
        assert_eq!(payload["roles"], serde_json::json!(["case-manager"]));
        assert_eq!(payload["exp"].as_u64().unwrap() - payload["iat"].as_u64().unwrap(), 12 * 3600);
    }
}

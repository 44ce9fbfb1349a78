//! Authentication: a bearer token, or on the process listener a client certificate, becomes a [`Principal`].

mod jwks;
mod verified;

use std::{collections::BTreeSet, sync::Arc};

use http::{Extensions, HeaderMap, header::AUTHORIZATION};
use jsonwebtoken::{Algorithm, Validation, errors::ErrorKind};
use lotse_kernel::names::JobcenterId;
use serde::Deserialize;
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo};

pub use jwks::{Jwks, JwksError, VerificationKey};

use crate::{
    clock::WallClock,
    config::Auth,
    metrics::Metrics,
    principal::{Principal, PrincipalKind, Role},
    refusal::Refusal,
};
use verified::Verified;

/// The metadata in which a worker names the workflow it acts for, on the process listener only.
pub const WORKFLOW_ID: &str = "lotse-workflow-id";

/// Longest workflow id believed, in bytes; ours are a slug, a kind, a UUID and a generation.
const WORKFLOW_ID_MAX: usize = 255;

/// What a token says; claims that Lotse does not know are ignored.
#[derive(Debug, Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
    #[serde(default)]
    jobcenter: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

/// Which of the two APIs a listener serves; it decides audience and kinds of callers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// People and their programs.
    Public,
    /// Workers and sibling services.
    Process,
}

impl Audience {
    /// The name of the listener in metrics and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Process => "process",
        }
    }
}

/// Decides who calls, for one listener. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Authenticator {
    audience: Audience,
    validation: Validation,
    jwks: Jwks,
    metrics: Metrics,
    verified: Arc<Verified>,
}

impl Authenticator {
    /// Makes the authenticator of one listener.
    #[must_use]
    pub fn new(audience: Audience, config: &Auth, jwks: Jwks, metrics: Metrics) -> Self {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[&config.issuer]);
        validation.set_audience(&[match audience {
            Audience::Public => &config.audience,
            Audience::Process => &config.process_audience,
        }]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = config.leeway.as_secs();
        Self { audience, validation, jwks, metrics, verified: Arc::default() }
    }

    /// Says who sends a request with these headers over this connection.
    ///
    /// # Errors
    /// `TOKEN_MISSING`, `TOKEN_INVALID`, or `DEPENDENCY_UNAVAILABLE` when the issuer's keys cannot be had.
    pub async fn authenticate(&self, headers: &HeaderMap, connection: &Extensions) -> Result<Principal, Refusal> {
        let principal = match bearer(headers)? {
            Some(token) => self.of_token(token).await?,
            None => self.of_certificate(connection).ok_or(Refusal::TokenMissing)?,
        };
        match self.audience {
            Audience::Public => Ok(principal),
            Audience::Process => acting(principal, headers),
        }
    }

    async fn of_token(&self, token: &str) -> Result<Principal, Refusal> {
        let now = WallClock.now().as_second();
        let generation = self.jwks.generation();
        if let Some(principal) = self.verified.get(token, now, generation) {
            return Ok(principal);
        }
        let claims = self.verify(token).await?;
        let expires = claims.exp;
        let principal = self.principal(claims);
        self.verified.put(token, principal.clone(), expires, now, self.jwks.generation());
        Ok(principal)
    }

    async fn verify(&self, token: &str) -> Result<Claims, Refusal> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Refusal::TokenInvalid)?;
        if !matches!(header.alg, Algorithm::ES256 | Algorithm::RS256) {
            return Err(Refusal::TokenInvalid);
        }
        let key = self.jwks.find(header.kid.as_deref()).await.map_err(|error| {
            tracing::error!(%error, "the issuer's keys are not available, nobody can be authenticated");
            Refusal::KeysUnavailable
        })?;
        let Some(key) = key.filter(|key| key.algorithm == header.alg) else {
            return Err(Refusal::TokenInvalid);
        };
        let mut validation = self.validation.clone();
        validation.algorithms = vec![key.algorithm];
        let claims = jsonwebtoken::decode::<Claims>(token, &key.key, &validation).map(|data| data.claims);
        let claims = claims.map_err(|error| {
            // The kind is enough to help. Of a payload that is not of its form serde would quote the word at fault.
            let kind = match error.kind() {
                ErrorKind::Json(_) => "Json".to_owned(),
                kind => format!("{kind:?}"),
            };
            tracing::debug!(kind, "a token was refused");
            Refusal::TokenInvalid
        })?;
        if claims.jobcenter.as_deref().is_some_and(|id| !is_tenant(id)) {
            return Err(Refusal::TokenInvalid);
        }
        Ok(claims)
    }

    fn principal(&self, claims: Claims) -> Principal {
        let mut roles = BTreeSet::new();
        for word in &claims.roles {
            match Role::from_word(word) {
                Some(role) => drop(roles.insert(role)),
                None => self.metrics.unknown_role(),
            }
        }
        let kind = match self.audience {
            Audience::Public => PrincipalKind::Person,
            Audience::Process => PrincipalKind::Service,
        };
        Principal { subject: claims.sub, kind, jobcenter: claims.jobcenter, roles }
    }

    /// The caller named by a client certificate: its first DNS name. The handshake has checked the chain.
    fn of_certificate(&self, connection: &Extensions) -> Option<Principal> {
        if self.audience != Audience::Process {
            return None;
        }
        let certificates = connection.get::<TlsConnectInfo<TcpConnectInfo>>()?.peer_certs()?;
        let certificate = webpki::EndEntityCert::try_from(certificates.first()?).ok()?;
        let subject = certificate.valid_dns_names().next()?.to_owned();
        Some(Principal { subject, kind: PrincipalKind::Service, jobcenter: None, roles: BTreeSet::new() })
    }
}

/// Whether an id is one that a jobcenter can have: it becomes the tenant of transactions.
fn is_tenant(id: &str) -> bool {
    id.parse::<JobcenterId>().is_ok()
}

/// Takes the bearer token out of the headers; anything else in `authorization` is not valid.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(Refusal::TokenInvalid)?;
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Refusal::TokenInvalid);
    }
    Ok(Some(token))
}

/// Turns a service into the workflow it acts for. The workflow's jobcenter is the first part of its id.
fn acting(principal: Principal, headers: &HeaderMap) -> Result<Principal, Refusal> {
    let Some(value) = headers.get(WORKFLOW_ID) else { return Ok(principal) };
    let id = value.to_str().ok().filter(|id| id.len() <= WORKFLOW_ID_MAX).ok_or(Refusal::TokenInvalid)?;
    let (jobcenter, _) = id.split_once('/').filter(|(first, _)| is_tenant(first)).ok_or(Refusal::TokenInvalid)?;
    if principal.jobcenter.as_deref().is_some_and(|bound| bound != jobcenter) {
        return Err(Refusal::TokenInvalid);
    }
    Ok(Principal {
        subject: id.to_owned(),
        kind: PrincipalKind::Workflow,
        jobcenter: Some(jobcenter.to_owned()),
        roles: principal.roles,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::HeaderName::from_static(name), value.parse().expect("a header value"))])
    }

    #[test]
    fn only_bearer_tokens_are_read() {
        assert_eq!(bearer(&HeaderMap::new()), Ok(None));
        assert_eq!(bearer(&headers("authorization", "Bearer abc")), Ok(Some("abc")));
        assert_eq!(bearer(&headers("authorization", "Basic abc")), Err(Refusal::TokenInvalid));
        assert_eq!(bearer(&headers("authorization", "Bearer")), Err(Refusal::TokenInvalid));
    }

    #[test]
    fn a_worker_acts_for_a_workflow_of_its_own_jobcenter() {
        let service = |jobcenter: Option<&str>| Principal {
            subject: "worker".to_owned(),
            kind: PrincipalKind::Service,
            jobcenter: jobcenter.map(str::to_owned),
            roles: BTreeSet::new(),
        };
        let named = headers(WORKFLOW_ID, "musterstadt/episode/1/1");
        let principal = acting(service(None), &named).expect("a workflow");
        assert_eq!(principal.kind, PrincipalKind::Workflow);
        assert_eq!(principal.jobcenter.as_deref(), Some("musterstadt"));
        assert_eq!(acting(service(Some("elsewhere")), &named), Err(Refusal::TokenInvalid));
        assert_eq!(acting(service(None), &headers(WORKFLOW_ID, "M'/episode/1/1")), Err(Refusal::TokenInvalid));
        assert_eq!(acting(service(None), &HeaderMap::new()), Ok(service(None)));
    }
}

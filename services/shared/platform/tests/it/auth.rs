//! Which tokens are believed, and what a refused caller learns.

use std::time::Duration;

use axum::{Router, http::StatusCode, routing::get};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use lotse_platform::{
    auth::{Jwks, JwksError},
    clock::WallClock,
    config::{JwksSource, Value as _},
};
use serde_json::json;
use tonic::Code;

use crate::support::{Authority, Folder, Issuer, Stack, call, claims, refused, settings};

#[tokio::test]
async fn a_good_token_becomes_its_principal() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let token = issuer.sign(&claims(&json!({ "roles": ["team-lead", "case-manager", "made-up"] })));
    let answer = call(stack.public().await, "Tell", Some(&token)).await.expect("an answer");
    assert_eq!(answer, "person anna musterstadt [case-manager,team-lead]");
    assert!(stack.metrics.text().expect("metrics").contains("lotse_unknown_roles_total{role=\"test\"} 1"));
}

#[tokio::test]
async fn an_issuer_may_sign_with_rsa() {
    let issuer = Issuer::signing_with(Algorithm::RS256);
    assert_eq!(issuer.jwks()["keys"][0]["kty"], "RSA");
    let stack = Stack::believing(&issuer).await;
    let channel = stack.public().await;
    let answer = call(channel.clone(), "Tell", Some(&issuer.person())).await.expect("an answer");
    assert_eq!(answer, "person anna musterstadt [case-manager]");

    let other = Issuer::signing_with(Algorithm::RS256).person();
    let expired = issuer.sign(&claims(&json!({ "exp": WallClock.now().as_second() - 60 })));
    let good = issuer.person();
    let (unsigned, _) = good.rsplit_once('.').expect("a signature");
    // What everybody can read of the key must not do as a shared secret.
    let modulus = issuer.jwks()["keys"][0]["n"].as_str().expect("a modulus").to_owned();
    let shared = Header { kid: Some("first".to_owned()), ..Header::new(Algorithm::HS256) };
    let secret = EncodingKey::from_secret(modulus.as_bytes());
    let confused = jsonwebtoken::encode(&shared, &claims(&json!({})), &secret).expect("a token");
    // An elliptic signature under the id of an RSA key.
    let elliptic = Issuer::new().person();
    for token in [other, expired, format!("{unsigned}.AAAA"), confused, elliptic] {
        refused(call(channel.clone(), "Tell", Some(&token)).await, Code::Unauthenticated, "TOKEN_INVALID");
    }
}

#[tokio::test]
async fn a_caller_without_token_is_refused() {
    let stack = Stack::believing(&Issuer::new()).await;
    refused(call(stack.public().await, "Tell", None).await, Code::Unauthenticated, "TOKEN_MISSING");
}

#[tokio::test]
async fn tokens_that_do_not_count_are_refused_and_never_repeated() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let now = WallClock.now().as_second();
    let mut tokens: Vec<(&str, String)> = [
        ("another audience", json!({ "aud": "lotse-process" })),
        ("another issuer", json!({ "iss": "https://elsewhere" })),
        ("expired", json!({ "exp": now - 60 })),
        ("not yet valid", json!({ "nbf": now + 60 })),
        ("without expiry", json!({ "exp": null })),
        ("without subject", json!({ "sub": null })),
        ("without audience", json!({ "aud": null })),
        ("without issuer", json!({ "iss": null })),
        ("roles that are no list", json!({ "roles": "administrator" })),
        ("a jobcenter that none can be", json!({ "jobcenter": "muster'stadt" })),
    ]
    .map(|(what, changes)| (what, issuer.sign(&claims(&changes))))
    .into();
    let good = issuer.person();
    let (head, rest) = good.split_once('.').expect("three parts");
    let (_, signature) = rest.split_once('.').expect("three parts");
    let other = issuer.sign(&claims(&json!({ "roles": ["administrator"] })));
    let body = other.split('.').nth(1).expect("three parts");
    tokens.push(("another body under the signature", format!("{head}.{body}.{signature}")));
    tokens.push(("cut short", good[..good.len() - 4].to_owned()));
    tokens.push(("no token at all", "canary".to_owned()));
    let shared = Header { kid: Some("first".to_owned()), ..Header::new(Algorithm::HS256) };
    let signed = jsonwebtoken::encode(&shared, &claims(&json!({})), &EncodingKey::from_secret(b"canary"));
    tokens.push(("a shared secret", signed.expect("a token")));
    tokens.push(("a key of somebody else", Issuer::new().person()));

    let channel = stack.public().await;
    for (what, token) in tokens {
        let status = refused(call(channel.clone(), "Tell", Some(&token)).await, Code::Unauthenticated, "TOKEN_INVALID");
        assert_eq!(status.message(), "the bearer token is not valid here", "{what}");
    }
    assert!(call(channel, "Tell", Some(&good)).await.is_ok());
}

#[tokio::test]
async fn each_listener_has_its_own_audience() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    refused(call(stack.public().await, "Tell", Some(&issuer.service())).await, Code::Unauthenticated, "TOKEN_INVALID");
    let process = || stack.process(None);
    refused(call(process(), "Tell", Some(&issuer.person())).await, Code::Unauthenticated, "TOKEN_INVALID");
    let answer = call(process(), "Tell", Some(&issuer.service())).await.expect("an answer");
    assert_eq!(answer, "service cases - []");
}

#[tokio::test]
async fn an_unknown_key_makes_the_keys_be_read_again() {
    let issuer = Issuer::new();
    let stack = Stack::believing(&issuer).await;
    let channel = stack.public().await;
    let old = issuer.person();
    assert!(call(channel.clone(), "Tell", Some(&old)).await.is_ok());
    issuer.rotate();
    assert!(call(channel.clone(), "Tell", Some(&issuer.person())).await.is_ok());
    // The withdrawn key no longer opens, although its verdict was remembered a moment ago.
    refused(call(channel, "Tell", Some(&old)).await, Code::Unauthenticated, "TOKEN_INVALID");
}

#[tokio::test]
async fn unknown_keys_do_not_make_us_ask_without_end() {
    let issuer = Issuer::new();
    let mut settings = settings(issuer.file());
    settings.auth.jwks_refresh_interval = Duration::from_hours(1);
    let stack = Stack::start(settings).await;
    let channel = stack.public().await;
    assert!(call(channel.clone(), "Tell", Some(&issuer.person())).await.is_ok());
    issuer.rotate();
    let answer = call(channel, "Tell", Some(&issuer.person())).await;
    refused(answer, Code::Unauthenticated, "TOKEN_INVALID");
}

#[tokio::test]
async fn keys_come_from_a_url_and_their_absence_is_told_apart() {
    let issuer = Issuer::new();
    let keys = issuer.jwks().to_string();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let router = Router::new()
        .route("/keys", get(async move || keys))
        .route("/broken", get(async || StatusCode::INTERNAL_SERVER_ERROR));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });

    let stack = Stack::start(settings(url(&format!("http://{address}/keys")))).await;
    assert!(call(stack.public().await, "Tell", Some(&issuer.person())).await.is_ok());
    let stack = Stack::start(settings(url(&format!("http://{address}/broken")))).await;
    let answer = call(stack.public().await, "Tell", Some(&issuer.person())).await;
    refused(answer, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    serving.abort();
}

#[tokio::test]
async fn keys_over_tls_are_believed_by_the_authorities_of_the_file() {
    let (issuer, authority, folder) = (Issuer::new(), Authority::new(), Folder::new());
    let port = authority.serve(&issuer.jwks().to_string()).port();
    let at = |authorities: Option<&str>| {
        let mut settings = settings(url(&format!("https://localhost:{port}/keys")));
        settings.auth.jwks_ca_file = authorities.map(|pem| folder.write("ca.pem", pem));
        settings
    };
    let stack = Stack::start(at(Some(&authority.pem()))).await;
    assert!(call(stack.public().await, "Tell", Some(&issuer.person())).await.is_ok());

    for strange in [None, Some(Authority::new().pem())] {
        let settings = at(strange.as_deref());
        let error =
            Jwks::new(&settings.auth).expect("a cache").refresh().await.expect_err("nobody vouches for the server");
        assert!(matches!(error, JwksError::Handshake(_)), "{error:?}");
        assert!(error.to_string().contains("LOTSE_AUTH_JWKS_CA_FILE"), "{error}");
        let stack = Stack::start(settings).await;
        let answer = call(stack.public().await, "Tell", Some(&issuer.person())).await;
        refused(answer, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    }
    let none = Jwks::new(&at(Some("no certificate")).auth);
    assert!(matches!(none, Err(JwksError::NoAuthority)), "{none:?}");
}

fn url(text: &str) -> JwksSource {
    JwksSource::from_text(text).expect("a URL")
}

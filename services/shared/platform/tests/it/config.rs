//! A role stops with every fault of its configuration listed at once.

use std::ffi::OsString;

use lotse_platform::config::{
    Auth, Clock, ClockKind, Peers, Serve, Telemetry, Temporal, Tls, Work, keys_of, load_from,
};

fn pairs(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(key, value)| (key.into(), value.into())).collect()
}

const COMPLETE: [(&str, &str); 4] = [
    ("LOTSE_DATABASE_URL", "postgres://lotse_cases@db/lotse"),
    ("LOTSE_DATABASE_RELAY_URL", "postgres://lotse_cases_relay@db/lotse"),
    ("LOTSE_AUTH_ISSUER", "https://idp"),
    ("LOTSE_AUTH_JWKS", "https://idp/keys"),
];

#[test]
fn what_is_required_is_enough() {
    let config: Serve = load_from(pairs(&COMPLETE)).expect("a complete configuration");
    assert_eq!(config.listeners.public.port(), 7000);
    assert_eq!(config.limits.message_bytes, 1024 * 1024);
    assert_eq!(config.clock.kind, ClockKind::Wall);
    assert_eq!(config.temporal.address, None);
}

#[test]
fn all_faults_are_listed_at_once_and_no_value_is_repeated() {
    let given = [
        ("LOTSE_DATABASE_URL", "postgres://lotse:canary-secret@db/lotse"),
        ("LOTSE_DATABASE_POOL_SIZE", "canary-many"),
        ("LOTSE_LIMIT_DRAIN", "25"),
        ("LOTSE_TLS_CERTIFICATE_FILE", "/etc/lotse/tls.crt"),
        ("LOTSE_DATABSE_URL", "canary-typo"),
        ("PATH", "/bin"),
    ];
    let error = load_from::<Serve>(pairs(&given)).expect_err("many faults");
    let keys: Vec<&str> = error.faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "LOTSE_AUTH_ISSUER",
            "LOTSE_AUTH_JWKS",
            "LOTSE_DATABASE_POOL_SIZE",
            "LOTSE_DATABASE_RELAY_URL",
            "LOTSE_DATABASE_URL",
            "LOTSE_DATABSE_URL",
            "LOTSE_LIMIT_DRAIN",
            "LOTSE_TLS_KEY_FILE",
        ]
    );
    let text = error.to_string();
    assert!(text.contains("LOTSE_DATABSE_URL: is not a variable of this role"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn sections_that_go_together_are_checked_together() {
    let certificate = pairs(&[("LOTSE_TEMPORAL_KEY_FILE", "/k")]);
    let error = load_from::<Temporal>(certificate).expect_err("a key without certificate");
    assert_eq!(error.faults.len(), 1);
    let authorities = pairs(&[("LOTSE_TLS_CLIENT_CA_FILE", "/ca")]);
    assert!(load_from::<Tls>(authorities).is_err());
    let address = |uri| pairs(&[("LOTSE_TEMPORAL_ADDRESS", uri), ("LOTSE_TEMPORAL_CA_FILE", "/ca")]);
    assert!(load_from::<Temporal>(address("https://temporal:7233")).is_ok());
    assert!(load_from::<Temporal>(address("http://temporal:7233")).is_err(), "authorities without effect");
    let collector = |uri| pairs(&[("LOTSE_OTLP_ENDPOINT", uri), ("LOTSE_OTLP_CA_FILE", "/ca")]);
    assert!(load_from::<Telemetry>(collector("https://otel:4317")).is_ok());
    assert!(load_from::<Telemetry>(collector("http://otel:4317")).is_err(), "authorities without effect");
}

#[test]
fn authorities_that_nothing_asks_are_a_misunderstanding() {
    let files = [("LOTSE_PEER_CA_FILE", "/ca"), ("LOTSE_PEER_CERTIFICATE_FILE", "/c"), ("LOTSE_PEER_KEY_FILE", "/k")];
    let siblings = |cases, documents| [("LOTSE_PEER_CASES", cases), ("LOTSE_PEER_DOCUMENTS", documents)];
    let plain = [&files[..], &siblings("http://cases:7001", "http://documents:7001")].concat();
    for given in [&files[..], &plain] {
        let error = load_from::<Peers>(pairs(given)).expect_err("nothing asks them");
        let keys: Vec<&str> = error.faults.iter().map(|fault| fault.key.as_str()).collect();
        assert_eq!(keys, ["LOTSE_PEER_CA_FILE", "LOTSE_PEER_CERTIFICATE_FILE"], "{error}");
    }
    let one = [&files[..], &siblings("http://localhost:7001", "https://documents:7001")].concat();
    assert!(load_from::<Peers>(pairs(&one)).is_ok(), "one sibling is asked for its certificate");
}

#[test]
fn keys_that_anybody_on_the_way_could_change_are_a_fault() {
    let given = |jwks| {
        let authorities = ("LOTSE_AUTH_JWKS_CA_FILE", "/ca");
        pairs(&[("LOTSE_AUTH_ISSUER", "https://idp"), ("LOTSE_AUTH_JWKS", jwks), authorities])
    };
    assert!(load_from::<Auth>(given("https://idp/keys")).is_ok());
    let error = load_from::<Auth>(given("http://idp.canary/keys")).expect_err("no TLS to another machine");
    assert_eq!(
        error.to_string(),
        "the configuration has 1 fault(s):\n  LOTSE_AUTH_JWKS: expected an https:// URL (http:// on this machine only) or the \
         absolute path of a JWKS file"
    );
    for unprotected in ["http://localhost:8080/keys", "/etc/lotse/jwks.json"] {
        let error = load_from::<Auth>(given(unprotected)).expect_err("authorities without effect");
        assert_eq!(error.faults[0].key, "LOTSE_AUTH_JWKS_CA_FILE", "{error}");
    }
}

#[test]
fn what_was_probably_meant_is_named() {
    let given = [
        ("LOTSE_TEMPORAL_ADRESS", "http://temporal:7233"),
        ("LOTSE_TEMPORAL_NAMESPCE", "lotse"),
        ("LOTSE_TEMPORAL_NAMESPACE", "lotse"),
        ("LOTSE_SMTP_SERVER", "smtp://mail:25"),
    ];
    let error = load_from::<Temporal>(pairs(&given)).expect_err("unknown variables");
    let problems: Vec<String> = error.faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        [
            "LOTSE_SMTP_SERVER: is not a variable of this role; remove it",
            "LOTSE_TEMPORAL_ADRESS: is not a variable of this role; did you mean LOTSE_TEMPORAL_ADDRESS?",
            "LOTSE_TEMPORAL_NAMESPCE: is not a variable of this role; remove it",
        ]
    );
}

#[test]
fn what_a_role_needs_and_what_goes_together_is_told_beside_everything_else() {
    let given = [
        ("LOTSE_LISTEN_ADMIN", "canary"),
        ("LOTSE_PEER_CASES", "canary"),
        ("LOTSE_PEER_PROVIDERS", "http://providers:7001"),
        ("LOTSE_PEER_KEY_FILE", "/k"),
        ("LOTSE_LOG", "lotse=canary"),
    ];
    let error = load_from::<Work>(pairs(&given)).expect_err("many faults");
    let keys: Vec<&str> = error.faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "LOTSE_LISTEN_ADMIN",
            "LOTSE_LOG",
            "LOTSE_PEER_CASES",
            "LOTSE_PEER_CERTIFICATE_FILE",
            "LOTSE_PEER_DOCUMENTS",
            "LOTSE_PEER_NOTIFICATIONS",
            "LOTSE_TEMPORAL_ADDRESS",
        ]
    );
    let required = keys_of::<Work>().into_iter().filter(|key| key.required).map(|key| key.name);
    assert!(required.eq([
        "LOTSE_TEMPORAL_ADDRESS",
        "LOTSE_PEER_CASES",
        "LOTSE_PEER_PROVIDERS",
        "LOTSE_PEER_DOCUMENTS",
        "LOTSE_PEER_NOTIFICATIONS",
    ]));
}

#[test]
fn a_url_the_driver_cannot_read_is_a_fault() {
    let mut given = COMPLETE;
    given[0].1 = "postgres://lotse_cases@db:port/lotse";
    let error = load_from::<Serve>(pairs(&given)).expect_err("no port");
    assert_eq!(error.faults.len(), 1, "{error}");
    assert_eq!(error.faults[0].key, "LOTSE_DATABASE_URL");
}

#[test]
fn a_text_that_is_not_utf8_is_one_fault() {
    use std::os::unix::ffi::OsStringExt as _;
    let pairs = vec![("LOTSE_CLOCK".into(), OsString::from_vec(vec![0xff]))];
    let error = load_from::<Clock>(pairs).expect_err("not UTF-8");
    assert_eq!(error.to_string(), "the configuration has 1 fault(s):\n  LOTSE_CLOCK: is not UTF-8");
}

#[test]
fn every_key_is_described_once() {
    let keys = keys_of::<Serve>();
    let mut names: Vec<&str> = keys.iter().map(|key| key.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), keys.len());
    for key in keys {
        assert!(key.name.starts_with("LOTSE_"), "{}", key.name);
        assert!(key.about.ends_with('.') || key.about.contains(". "), "{}: {}", key.name, key.about);
        assert!(!(key.required && key.default.is_some()), "{}", key.name);
    }
}

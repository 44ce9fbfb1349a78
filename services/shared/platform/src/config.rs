//! The configuration of a role: typed sections, read once from `LOTSE_*` variables, all faults reported at once.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;

mod source;
mod value;

pub use source::{ConfigError, Fault, Key, Optional, PREFIX, Section, Source, keys_of, load, load_from, require};
pub use value::{ClockKind, JwksSource, LogFormat, PostgresUrl, ServerUri, Value};

use crate::{section, sections};

section! {
    /// How a service reaches its schema. Two login roles: one for commands, one for the outbox relay.
    pub struct Database {
        /// URL of the role that serves commands; it owns nothing and sees one jobcenter at a time.
        url: PostgresUrl = "LOTSE_DATABASE_URL" required,
        /// File with the password of that role.
        password_file: Option<PathBuf> = "LOTSE_DATABASE_PASSWORD_FILE" optional,
        /// Largest number of connections of that role.
        pool_size: u32 = "LOTSE_DATABASE_POOL_SIZE" or "16",
        /// Longest wait for a free connection.
        acquire_timeout: Duration = "LOTSE_DATABASE_ACQUIRE_TIMEOUT" or "5s",
        /// URL of the role that may read and delete outbox rows only.
        relay_url: PostgresUrl = "LOTSE_DATABASE_RELAY_URL" required,
        /// File with the password of the relay's role.
        relay_password_file: Option<PathBuf> = "LOTSE_DATABASE_RELAY_PASSWORD_FILE" optional,
    }
    check sound_urls
}

/// What begins like a URL may still be none for the driver, such as one whose port is no number.
fn sound_urls(database: &Database, source: &mut Source) {
    for (key, url) in [("LOTSE_DATABASE_URL", &database.url), ("LOTSE_DATABASE_RELAY_URL", &database.relay_url)] {
        if url.expose().parse::<PgConnectOptions>().is_err() {
            source.fault(key, &format!("expected {}", PostgresUrl::EXPECTED));
        }
    }
}

impl Database {
    /// How the role that serves commands connects, password included.
    ///
    /// # Errors
    /// When the URL cannot be read, or the file of the password.
    pub fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        connect_options(&self.url, self.password_file.as_deref())
    }

    /// How the relay's role connects, password included.
    ///
    /// # Errors
    /// As [`Database::options`].
    pub fn relay_options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        connect_options(&self.relay_url, self.relay_password_file.as_deref())
    }
}

fn connect_options(url: &PostgresUrl, password_file: Option<&Path>) -> Result<PgConnectOptions, sqlx::Error> {
    let options: PgConnectOptions = url.expose().parse()?;
    Ok(match password_file {
        Some(path) => options.password(std::fs::read_to_string(path)?.trim_end_matches(['\r', '\n'])),
        None => options,
    })
}

section! {
    /// Where a service listens. Port 0 asks the system for a free one.
    pub struct Listeners {
        /// The public API, for clients with a token of the public audience.
        public: SocketAddr = "LOTSE_LISTEN_PUBLIC" or "0.0.0.0:7000",
        /// The process API, for workers and sibling services only; never routed from outside.
        process: SocketAddr = "LOTSE_LISTEN_PROCESS" or "0.0.0.0:7001",
    }
}

section! {
    /// Where metrics and probes are served.
    pub struct Admin {
        /// Plain HTTP with /metrics, /healthz and /readyz; no data of people.
        address: SocketAddr = "LOTSE_LISTEN_ADMIN" or "0.0.0.0:7002",
    }
}

section! {
    /// What one server takes on, and how it stops.
    pub struct Limits {
        /// Largest size of one message in bytes.
        message_bytes: usize = "LOTSE_LIMIT_MESSAGE_BYTES" or "1048576",
        /// Largest number of RPCs handled at the same time on one listener; more wait within their deadline.
        concurrent_rpcs: usize = "LOTSE_LIMIT_CONCURRENT_RPCS" or "256",
        /// Deadline of an RPC whose caller set none.
        deadline_default: Duration = "LOTSE_LIMIT_DEADLINE_DEFAULT" or "10s",
        /// Longest deadline a caller may ask for; longer ones are cut to it.
        deadline_max: Duration = "LOTSE_LIMIT_DEADLINE_MAX" or "60s",
        /// Wait between "not serving" and closing the listeners, so that load balancers notice.
        stop_notice: Duration = "LOTSE_LIMIT_STOP_NOTICE" or "3s",
        /// Longest wait for running RPCs when stopping.
        drain: Duration = "LOTSE_LIMIT_DRAIN" or "25s",
    }
}

section! {
    /// TLS of the listeners. Without a certificate they speak plain HTTP/2: for desks and for meshes that add TLS.
    pub struct Tls {
        /// Certificate chain, PEM.
        certificate_file: Option<PathBuf> = "LOTSE_TLS_CERTIFICATE_FILE" optional,
        /// Private key of the certificate, PEM.
        key_file: Option<PathBuf> = "LOTSE_TLS_KEY_FILE" optional,
        /// Authorities whose client certificates open the process API, PEM.
        client_ca_file: Option<PathBuf> = "LOTSE_TLS_CLIENT_CA_FILE" optional,
    }
    together "LOTSE_TLS_CERTIFICATE_FILE" and "LOTSE_TLS_KEY_FILE"
    check effective_authorities
}

fn effective_authorities(tls: &Tls, source: &mut Source) {
    if tls.client_ca_file.is_some() && tls.certificate_file.is_none() && tls.key_file.is_none() {
        source.fault("LOTSE_TLS_CLIENT_CA_FILE", "has no effect without LOTSE_TLS_CERTIFICATE_FILE");
    }
}

section! {
    /// Which tokens are believed.
    pub struct Auth {
        /// The only issuer (`iss`) whose tokens count.
        issuer: String = "LOTSE_AUTH_ISSUER" required,
        /// The audience (`aud`) of the public API.
        audience: String = "LOTSE_AUTH_AUDIENCE" or "lotse",
        /// The audience (`aud`) of the process API.
        process_audience: String = "LOTSE_AUTH_PROCESS_AUDIENCE" or "lotse-process",
        /// The issuer's public keys.
        jwks: JwksSource = "LOTSE_AUTH_JWKS" required,
        /// Authorities that vouch for the server of the keys, PEM; those of the machine when absent.
        jwks_ca_file: Option<PathBuf> = "LOTSE_AUTH_JWKS_CA_FILE" optional,
        /// Leeway for clocks that disagree, on expiry and not-before.
        leeway: Duration = "LOTSE_AUTH_LEEWAY" or "10s",
        /// Shortest time between two fetches of the keys because of an unknown key id.
        jwks_refresh_interval: Duration = "LOTSE_AUTH_JWKS_REFRESH_INTERVAL" or "30s",
        /// Longest wait for the keys.
        jwks_timeout: Duration = "LOTSE_AUTH_JWKS_TIMEOUT" or "3s",
    }
    check complete_auth
}

fn complete_auth(auth: &Auth, source: &mut Source) {
    if auth.jwks_ca_file.is_some() && !auth.jwks.is_encrypted() {
        source.fault("LOTSE_AUTH_JWKS_CA_FILE", "has no effect without https:// in LOTSE_AUTH_JWKS");
    }
}

section! {
    /// How Temporal is reached. Without an address a service runs, and its outbox fills until a relay has one.
    pub struct Temporal {
        /// The frontend.
        address: Option<ServerUri> = "LOTSE_TEMPORAL_ADDRESS" optional,
        /// The namespace of this cell.
        namespace: String = "LOTSE_TEMPORAL_NAMESPACE" or "lotse",
        /// Authorities that vouch for the frontend, PEM; those of the machine when absent.
        ca_file: Option<PathBuf> = "LOTSE_TEMPORAL_CA_FILE" optional,
        /// Client certificate for the frontend, PEM.
        certificate_file: Option<PathBuf> = "LOTSE_TEMPORAL_CERTIFICATE_FILE" optional,
        /// Private key of the client certificate, PEM.
        key_file: Option<PathBuf> = "LOTSE_TEMPORAL_KEY_FILE" optional,
    }
    together "LOTSE_TEMPORAL_CERTIFICATE_FILE" and "LOTSE_TEMPORAL_KEY_FILE"
    check complete_temporal
}

fn complete_temporal(temporal: &Temporal, source: &mut Source) {
    if temporal.address.as_ref().is_some_and(|address| !address.is_encrypted()) {
        for (key, file) in [
            ("LOTSE_TEMPORAL_CA_FILE", &temporal.ca_file),
            ("LOTSE_TEMPORAL_CERTIFICATE_FILE", &temporal.certificate_file),
        ] {
            if file.is_some() {
                source.fault(key, "has no effect without https:// in LOTSE_TEMPORAL_ADDRESS");
            }
        }
    }
}

section! {
    /// What a role tells about itself.
    pub struct Telemetry {
        /// Where traces go (OTLP over gRPC); nowhere when absent.
        otlp_endpoint: Option<ServerUri> = "LOTSE_OTLP_ENDPOINT" optional,
        /// Authorities that vouch for the collector of traces, PEM; those of the machine when absent.
        otlp_ca_file: Option<PathBuf> = "LOTSE_OTLP_CA_FILE" optional,
        /// Level of log lines, in the syntax of tracing's filters; below `debug` nothing is written.
        log: String = "LOTSE_LOG" or "info",
        /// Form of log lines.
        log_format: LogFormat = "LOTSE_LOG_FORMAT" or "json",
    }
    check complete_telemetry
}

fn complete_telemetry(telemetry: &Telemetry, source: &mut Source) {
    if EnvFilter::try_new(&telemetry.log).is_err() {
        source.fault("LOTSE_LOG", "expected levels of log lines, such as info or warn,lotse_platform=debug");
    }
    let encrypted = telemetry.otlp_endpoint.as_ref().is_some_and(ServerUri::is_encrypted);
    if telemetry.otlp_ca_file.is_some() && !encrypted {
        source.fault("LOTSE_OTLP_CA_FILE", "has no effect without https:// in LOTSE_OTLP_ENDPOINT");
    }
}

section! {
    /// The process APIs of the sibling services, and what this role shows them.
    pub struct Peers {
        /// Process API of cases.
        cases: Option<ServerUri> = "LOTSE_PEER_CASES" optional,
        /// Process API of providers.
        providers: Option<ServerUri> = "LOTSE_PEER_PROVIDERS" optional,
        /// Process API of documents.
        documents: Option<ServerUri> = "LOTSE_PEER_DOCUMENTS" optional,
        /// Process API of notifications.
        notifications: Option<ServerUri> = "LOTSE_PEER_NOTIFICATIONS" optional,
        /// File with a service token of the process audience; read again when it changes.
        token_file: Option<PathBuf> = "LOTSE_PEER_TOKEN_FILE" optional,
        /// Authorities that vouch for the siblings, PEM; those of the machine when absent.
        ca_file: Option<PathBuf> = "LOTSE_PEER_CA_FILE" optional,
        /// Client certificate for the siblings, PEM.
        certificate_file: Option<PathBuf> = "LOTSE_PEER_CERTIFICATE_FILE" optional,
        /// Private key of the client certificate, PEM.
        key_file: Option<PathBuf> = "LOTSE_PEER_KEY_FILE" optional,
        /// Longest wait for one call to a sibling.
        deadline: Duration = "LOTSE_PEER_DEADLINE" or "5s",
    }
    together "LOTSE_PEER_CERTIFICATE_FILE" and "LOTSE_PEER_KEY_FILE"
    check effective_peers
}

/// One sibling under TLS is enough for both files to mean something.
fn effective_peers(peers: &Peers, source: &mut Source) {
    let siblings = [&peers.cases, &peers.providers, &peers.documents, &peers.notifications];
    if siblings.into_iter().flatten().any(ServerUri::is_encrypted) {
        return;
    }
    for (key, file) in
        [("LOTSE_PEER_CA_FILE", &peers.ca_file), ("LOTSE_PEER_CERTIFICATE_FILE", &peers.certificate_file)]
    {
        if file.is_some() {
            source.fault(
                key,
                "has no effect without https:// in LOTSE_PEER_CASES, LOTSE_PEER_PROVIDERS, LOTSE_PEER_DOCUMENTS or LOTSE_PEER_NOTIFICATIONS",
            );
        }
    }
}

section! {
    /// Which clock tells business time.
    pub struct Clock {
        /// The clock of law, duties and dates.
        kind: ClockKind = "LOTSE_CLOCK" or "wall",
    }
}

sections! {
    /// What every service reads to serve; a service adds its own sections beside it.
    pub struct Serve {
        /// PostgreSQL.
        database: Database,
        /// Addresses of the two gRPC listeners.
        listeners: Listeners,
        /// Address of metrics and probes.
        admin: Admin,
        /// Sizes, deadlines and the way to stop.
        limits: Limits,
        /// TLS of the listeners.
        tls: Tls,
        /// Which tokens are believed.
        auth: Auth,
        /// Temporal, for the relay.
        temporal: Temporal,
        /// Logs and traces.
        telemetry: Telemetry,
        /// Sibling services.
        peers: Peers,
        /// Business time.
        clock: Clock,
    }
}

sections! {
    /// What the workers of the workflows read.
    pub struct Work {
        /// Address of metrics and probes.
        admin: Admin,
        /// Temporal.
        temporal: Temporal,
        /// Logs and traces.
        telemetry: Telemetry,
        /// The services whose process APIs the activities call.
        peers: Peers,
    }
    requires "LOTSE_TEMPORAL_ADDRESS", "LOTSE_PEER_CASES", "LOTSE_PEER_PROVIDERS", "LOTSE_PEER_DOCUMENTS", "LOTSE_PEER_NOTIFICATIONS"
}

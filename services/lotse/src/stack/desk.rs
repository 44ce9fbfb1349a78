//! The one source of what the roles of a stack are configured with, whether they run in this process or as processes of their own.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc};

use lotse_devstack::{
    DevStack,
    token::{Claims, ISSUER, Issuer, JWKS_FILE},
};
use lotse_platform::{
    channel::ServiceToken,
    config::{Section, Serve, load_from},
    server::{Role, Settings},
};

use super::DATABASE;
use crate::roles;

/// Where a role listens. Port 0 lets the system choose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) public: SocketAddr,
    pub(super) process: SocketAddr,
    pub(super) admin: SocketAddr,
}

impl Default for Seat {
    fn default() -> Self {
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { public: any, process: any, admin: any }
    }
}

/// Who keeps records whose dates go by the rules of cases.
pub(super) const KEEPERS: [&str; 2] = ["providers", "documents"];

/// What the configuration of every role of a stack is made of.
#[derive(Debug)]
pub(super) struct Desk {
    /// The superuser's URL of the database.
    pub(super) database: String,
    temporal: String,
    namespace: String,
    folder: PathBuf,
    pub(super) issuer: Arc<Issuer>,
    mail: SocketAddr,
    /// Where roles listen; the others let the system choose.
    pub(super) seats: BTreeMap<&'static str, Seat>,
    /// Where the process API of a service is reached by its siblings and the worker.
    pub(super) peers: BTreeMap<&'static str, SocketAddr>,
    /// Whether roles read their service token from a file, as processes of their own do.
    pub(super) token_files: bool,
    /// The business clock of the roles: `dev`, or `wall` as in production.
    pub(super) clock: &'static str,
    /// Level of the log lines; the default of the roles when nothing is said.
    pub(super) log: Option<String>,
    /// Where traces go; nowhere when nothing is said.
    pub(super) traces: Option<SocketAddr>,
}

impl Desk {
    /// Nothing listens yet; `folder` holds the issuer's keys.
    pub(super) fn new(servers: &DevStack, folder: PathBuf, issuer: Arc<Issuer>, mail: SocketAddr) -> Self {
        Self {
            database: servers.database_url(DATABASE),
            temporal: format!("http://{}", servers.temporal_address().trim_start_matches("http://")),
            namespace: servers.namespace().to_owned(),
            folder,
            issuer,
            mail,
            seats: BTreeMap::new(),
            peers: BTreeMap::new(),
            token_files: false,
            clock: "dev",
            log: None,
            traces: None,
        }
    }

    /// The variables a role is started with: a service by its name, `worker` or `front`.
    pub(super) fn environment(&self, role: &str) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("LOTSE_TEMPORAL_ADDRESS", self.temporal.clone()),
            ("LOTSE_TEMPORAL_NAMESPACE", self.namespace.clone()),
        ];
        pairs.extend(self.log.iter().map(|level| ("LOTSE_LOG", level.clone())));
        pairs.extend(self.traces.iter().map(|address| ("LOTSE_OTLP_ENDPOINT", format!("http://{address}"))));
        if self.token_files {
            pairs.push(("LOTSE_PEER_TOKEN_FILE", self.token_file(role).display().to_string()));
        }
        let peers = [
            ("cases", "LOTSE_PEER_CASES"),
            ("providers", "LOTSE_PEER_PROVIDERS"),
            ("documents", "LOTSE_PEER_DOCUMENTS"),
            ("notifications", "LOTSE_PEER_NOTIFICATIONS"),
        ];
        for (service, key) in peers {
            // Everybody reads from cases, which reads from who keeps records by its rules; only the worker calls all services.
            let is_read = service == "cases" || (role == "cases" && KEEPERS.contains(&service));
            if role == "worker" || is_read {
                pairs.extend(self.peers.get(service).map(|address| (key, format!("http://{address}"))));
            }
        }
        let seat = self.seats.get(role).copied().unwrap_or_default();
        pairs.push(("LOTSE_LISTEN_ADMIN", seat.admin.to_string()));
        if role != "worker" {
            pairs.extend(self.serving(role, seat));
        }
        match role {
            "documents" => pairs.extend([
                ("LOTSE_DOCUMENTS_STORE", format!("file://{}", self.folder.join("letters").display())),
                ("LOTSE_DOCUMENTS_KEYS_FOLDER", self.folder.join("keys").display().to_string()),
                ("LOTSE_DOCUMENTS_KEYS_CREATE", "true".to_owned()),
            ]),
            "notifications" => pairs.extend([
                ("LOTSE_SMTP_SERVER", format!("smtp://{}", self.mail)),
                ("LOTSE_SMTP_SENDER", "Lotse <lotse@lotse.test>".to_owned()),
                // The sink answers at once; an e-mail whose courier died is taken up again soon after this.
                ("LOTSE_SMTP_TIMEOUT", "5s".to_owned()),
            ]),
            "front" => pairs.push(("LOTSE_LIMIT_DEADLINE_DEFAULT", "30m".to_owned())),
            _ => {}
        }
        pairs
    }

    /// What every role that serves has in common; the front reads a database section too and never uses it.
    fn serving(&self, role: &str, seat: Seat) -> Vec<(&'static str, String)> {
        let login = |suffix: &str| self.database.replace("postgres@", &format!("lotse_{role}{suffix}@"));
        vec![
            ("LOTSE_DATABASE_URL", login("")),
            ("LOTSE_DATABASE_RELAY_URL", login("_relay")),
            ("LOTSE_LISTEN_PUBLIC", seat.public.to_string()),
            ("LOTSE_LISTEN_PROCESS", seat.process.to_string()),
            ("LOTSE_LIMIT_STOP_NOTICE", "0s".to_owned()),
            ("LOTSE_LIMIT_DEADLINE_MAX", "30m".to_owned()),
            ("LOTSE_AUTH_ISSUER", ISSUER.to_owned()),
            ("LOTSE_AUTH_JWKS", self.folder.join(JWKS_FILE).display().to_string()),
            ("LOTSE_CLOCK", self.clock.to_owned()),
        ]
    }

    /// Where a role of its own finds its service token.
    pub(super) fn token_file(&self, role: &str) -> PathBuf {
        self.folder.join(format!("{role}.token"))
    }

    /// Reads a role's configuration the way the role does, from the variables it would be started with.
    pub(super) fn config<S: Section>(&self, role: &str) -> anyhow::Result<S> {
        let pairs = self.environment(role);
        Ok(load_from(pairs.into_iter().map(|(key, value)| (key.into(), value.into())))?)
    }

    /// A service, to be run in this process.
    pub(super) fn service(&self, service: &'static str) -> anyhow::Result<(Role, Settings)> {
        let token = Some(self.token(service));
        Ok(match service {
            "documents" => {
                let config: lotse_documents::config::Config = self.config(service)?;
                (roles::documents(&config, token)?, Settings::from(&config.serve))
            }
            "notifications" => {
                let config: lotse_notifications::config::Config = self.config(service)?;
                (roles::notifications(&config, token)?, Settings::from(&config.serve))
            }
            "providers" => {
                let config: Serve = self.config(service)?;
                (roles::providers(&config, token)?, Settings::from(&config))
            }
            _ => {
                let config: Serve = self.config(service)?;
                (roles::cases(&config, token)?, Settings::from(&config))
            }
        })
    }

    /// A service token that is made anew long before it expires.
    pub(super) fn token(&self, name: &str) -> ServiceToken {
        let (issuer, claims) = (Arc::clone(&self.issuer), Claims::service(name));
        // A token that cannot be signed opens nothing: the call is refused and the caller hears why.
        ServiceToken::made(move || issuer.token(&claims).unwrap_or_default())
    }
}

//! What the tests share: an issuer with its keys, a tiny service, and a role around it.

mod authority;
mod echo;
mod issuer;
pub mod stack;

use std::{path::PathBuf, time::Duration};

use lotse_platform::{
    admin::Check,
    channel::{Peer, ServiceToken, peer},
    config::{Admin, Auth, JwksSource, Limits, Listeners, Peers, ServerUri, Tls, Value},
    metrics::Metrics,
    server::{Background, Role, Running, ServeError, Settings, Surface, serve},
};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use tonic_types::StatusExt;

pub use authority::Authority;
pub use echo::{Echo, call, call_bytes, send};
pub use issuer::{Issuer, claims};

/// A folder that is removed with the value.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("lotse-platform-{}", lotse_platform::clock::WallClock.new_id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).expect("a file of the test");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Settings on free ports of the loopback that believe `jwks`.
pub fn settings(jwks: JwksSource) -> Settings {
    let free = "127.0.0.1:0".parse().expect("an address");
    Settings {
        listeners: Listeners { public: free, process: free },
        admin: Admin { address: free },
        limits: Limits {
            message_bytes: 1024 * 1024,
            concurrent_rpcs: 64,
            deadline_default: Duration::from_secs(10),
            deadline_max: Duration::from_mins(1),
            stop_notice: Duration::ZERO,
            drain: Duration::from_secs(25),
        },
        tls: Tls { certificate_file: None, key_file: None, client_ca_file: None },
        auth: Auth {
            issuer: issuer::NAME.to_owned(),
            audience: "lotse".to_owned(),
            process_audience: "lotse-process".to_owned(),
            jwks,
            jwks_ca_file: None,
            leeway: Duration::from_secs(5),
            jwks_refresh_interval: Duration::ZERO,
            jwks_timeout: Duration::from_secs(3),
        },
    }
}

/// A role that serves the echo on both listeners.
pub struct Stack {
    pub running: Running,
    pub echo: Echo,
    pub metrics: Metrics,
    pub shutdown: CancellationToken,
}

impl Stack {
    pub async fn start(settings: Settings) -> Self {
        Self::start_with(settings, Vec::new()).await.expect("a role that serves")
    }

    pub async fn start_with(settings: Settings, background: Vec<Background>) -> Result<Self, ServeError> {
        Self::checked(settings, background, Vec::new()).await
    }

    pub async fn checked(
        settings: Settings,
        background: Vec<Background>,
        checks: Vec<Check>,
    ) -> Result<Self, ServeError> {
        let (echo, metrics, shutdown) =
            (Echo::default(), Metrics::new("test").expect("metrics"), CancellationToken::new());
        let role = Role {
            name: "test",
            public: Surface::default().with(echo.clone()),
            process: Surface::default().with(echo.clone()),
            descriptors: vec![echo::descriptors()],
            background,
            checks,
            metrics: metrics.clone(),
        };
        let running = serve(role, settings, shutdown.clone()).await?;
        Ok(Self { running, echo, metrics, shutdown })
    }

    /// Starts a role that believes the issuer's file of keys.
    pub async fn believing(issuer: &Issuer) -> Self {
        Self::start(settings(issuer.file())).await
    }

    pub async fn public(&self) -> Channel {
        open(&format!("http://{}", self.running.public_address())).await
    }

    pub fn process(&self, token: Option<ServiceToken>) -> Peer {
        let address = ServerUri::from_text(&format!("http://{}", self.running.process_address())).expect("an address");
        peer(&address, &peers(), token).expect("a channel")
    }
}

pub async fn open(address: &str) -> Channel {
    Channel::from_shared(address.to_owned()).expect("an address").connect().await.expect("a connection")
}

pub fn peers() -> Peers {
    Peers {
        cases: None,
        providers: None,
        documents: None,
        notifications: None,
        token_file: None,
        ca_file: None,
        certificate_file: None,
        key_file: None,
        deadline: Duration::from_secs(5),
    }
}

/// Checks code and reason of a refusal.
#[track_caller]
pub fn refused(answer: Result<String, Status>, code: Code, reason: &str) -> Status {
    let status = answer.expect_err("a refusal");
    assert_eq!(status.code(), code, "{status:?}");
    let info = status.get_details_error_info().expect("an error info");
    assert_eq!((info.domain.as_str(), info.reason.as_str()), ("lotse", reason));
    status
}

//! An S3 service under TLS with one bucket, one access key and an authority of its own; the objects lie in a folder.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use async_trait::async_trait;
use axum::Router;
use axum::error_handling::HandleError;
use axum::http::StatusCode;
use axum::serve::Listener;
use lotse_devstack::authority::Authority;
use lotse_documents::config::Store;
use lotse_platform::clock::WallClock;
use lotse_platform::config::load_from;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s::{S3Result, s3_error};
use s3s_fs::FileSystem;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

const ID: &str = "lotse";
/// The secret of the access key.
pub const SECRET: &str = "canary-of-the-access-key";
const BUCKET: &str = "letters";

/// The running service.
pub struct Bucket {
    address: SocketAddr,
    authority: Authority,
    folder: PathBuf,
    serving: JoinHandle<()>,
}

impl Bucket {
    pub async fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("lotse-bucket-{}", WallClock.new_id()));
        std::fs::create_dir_all(folder.join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(&folder).unwrap());
        service.set_auth(SimpleAuth::from_single(ID, SECRET));
        service.set_access(OneBucket);
        let authority = Authority::new().unwrap();
        let acceptor = TlsAcceptor::from(authority.vouch_for("127.0.0.1").unwrap().server().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback_service(HandleError::new(service.build(), failed));
        let serving = tokio::spawn(async move { axum::serve(Secure { listener, acceptor }, router).await.unwrap() });
        Self { address, authority, folder, serving }
    }

    /// What an operator would configure, with these variables changed; a value that is empty is left out.
    pub fn store(&self, changed: &[(&str, &str)]) -> Store {
        let file = |name: &str, text: &str| {
            let path = self.folder.join(name);
            std::fs::write(&path, format!("{text}\n")).unwrap();
            path.display().to_string()
        };
        let mut pairs = vec![
            ("STORE", format!("s3://{BUCKET}/cell-1")),
            ("S3_ENDPOINT", format!("https://{}", self.address)),
            ("S3_CA_FILE", self.authority.file().display().to_string()),
            ("S3_ACCESS_KEY_ID_FILE", file("id", ID)),
            ("S3_SECRET_ACCESS_KEY_FILE", file("secret", SECRET)),
            ("KEYS_FOLDER", self.folder.join("keys").display().to_string()),
            ("KEYS_CREATE", "true".to_owned()),
        ];
        for (key, value) in changed {
            pairs.retain(|(known, _)| known != key);
            let value = if key.ends_with("_KEY_FILE") { file("other", value) } else { (*value).to_owned() };
            pairs.push((key, value));
        }
        pairs.retain(|(_, value)| !value.is_empty());
        load_from(pairs.into_iter().map(|(key, value)| (format!("LOTSE_DOCUMENTS_{key}").into(), value.into())))
            .unwrap()
    }

    /// The folder below which the objects of the cell lie.
    pub fn objects(&self) -> PathBuf {
        self.folder.join(BUCKET).join("cell-1")
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.serving.abort();
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

/// Lets in whoever signed in, and knows one bucket: the store behind it would make any.
struct OneBucket;

#[async_trait]
impl S3Access for OneBucket {
    async fn check(&self, call: &mut S3AccessContext<'_>) -> S3Result<()> {
        if call.credentials().is_none() {
            return Err(s3_error!(AccessDenied));
        }
        if call.s3_path().get_bucket_name() == Some(BUCKET) { Ok(()) } else { Err(s3_error!(NoSuchBucket)) }
    }
}

async fn failed(_: s3s::HttpError) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

/// TLS in front of a listener; a client that breaks off the handshake is passed over.
struct Secure {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Secure {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else { continue };
            if let Ok(stream) = self.acceptor.accept(stream).await {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

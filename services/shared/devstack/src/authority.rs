//! A certificate authority of its own, for servers and clients that speak TLS in tests: nothing outside of them believes it.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lotse_platform::clock::WallClock;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use thiserror::Error;

/// A certificate could not be made or kept.
#[derive(Debug, Error)]
pub enum AuthorityError {
    /// The key or certificate could not be made.
    #[error("the certificate cannot be made")]
    Make(#[from] rcgen::Error),
    /// Its file could not be written.
    #[error("the certificate cannot be written")]
    Write(#[from] io::Error),
    /// TLS refuses to use it.
    #[error("TLS cannot use the certificate")]
    Tls(#[from] rustls::Error),
}

/// An authority; its files go with it.
#[derive(Debug)]
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
    file: PathBuf,
}

impl Authority {
    /// Makes an authority that has vouched for nobody yet.
    ///
    /// # Errors
    /// When its key cannot be made or its file not be written.
    pub fn new() -> Result<Self, AuthorityError> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, "an authority of the desk");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let folder = std::env::temp_dir().join(format!("lotse-authority-{}", WallClock.new_id()));
        fs::DirBuilder::new().mode(0o700).create(&folder)?;
        let file = folder.join("ca.pem");
        fs::write(&file, issuer.pem())?;
        Ok(Self { issuer, folder, file })
    }

    /// The file with the authority's certificate, PEM.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The authority's certificate, PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// Vouches for a server or client of this name, a host name or an address.
    ///
    /// # Errors
    /// When the name is none, or a file cannot be written.
    pub fn vouch_for(&self, name: &str) -> Result<Vouched, AuthorityError> {
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::new(vec![name.to_owned()])?;
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &self.issuer)?;
        let stem = WallClock.new_id();
        let (certificate_file, key_file) =
            (self.folder.join(format!("{stem}.crt")), self.folder.join(format!("{stem}.key")));
        fs::write(&certificate_file, certificate.pem())?;
        fs::write(&key_file, key.serialize_pem())?;
        Ok(Vouched { certificate_file, key_file, certificate: certificate.der().clone(), key: key.serialize_der() })
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary one is the system's to remove.
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Somebody the authority vouches for; the files live as long as the authority.
#[derive(Clone)]
pub struct Vouched {
    /// The certificate, PEM.
    pub certificate_file: PathBuf,
    /// Its private key, PEM.
    pub key_file: PathBuf,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl std::fmt::Debug for Vouched {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Vouched").field("certificate_file", &self.certificate_file).finish_non_exhaustive()
    }
}

impl Vouched {
    /// TLS of a server with this certificate, which asks its clients for none.
    ///
    /// # Errors
    /// When rustls refuses certificate or key.
    pub fn server(&self) -> Result<Arc<ServerConfig>, AuthorityError> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], key)?;
        Ok(Arc::new(config))
    }
}

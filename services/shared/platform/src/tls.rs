//! TLS of the connections a role opens: whom it believes, who it says it is, and why a handshake came to nothing.

use std::{
    error::Error,
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

/// A file with a certificate or key cannot be read.
#[derive(Debug, Error)]
#[error("the file {} cannot be read", .path.display())]
pub struct UnreadableFile {
    /// Which file.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

/// TLS that believes the authorities of a file, or those of the machine, and shows a certificate if there is one.
pub(crate) fn client(
    authorities: Option<&Path>,
    identity: Option<(&Path, &Path)>,
) -> Result<ClientTlsConfig, UnreadableFile> {
    let tls = match authorities {
        Some(file) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(file)?)),
        None => ClientTlsConfig::new().with_native_roots(),
    };
    Ok(match identity {
        Some((certificate, key)) => tls.identity(Identity::from_pem(read(certificate)?, read(key)?)),
        None => tls,
    })
}

/// The content of a file with a certificate or key.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, UnreadableFile> {
    std::fs::read(path).map_err(|source| UnreadableFile { path: path.to_owned(), source })
}

/// Why a handshake came to nothing, in the words of rustls: they speak of certificates and of the names of servers only.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Handshake {
    /// Nobody we believe vouches for the other side, or it is another one than we called.
    #[error("{0}")]
    NotBelieved(String),
    /// The other side does not believe us, or asks for a certificate.
    #[error("{0}")]
    Refused(String),
    /// The two do not speak the same TLS, or one of them none.
    #[error("{0}")]
    NoTls(String),
}

/// The handshake that failed, if one stands behind this error. Clients tell it as a broken connection, with the reason some boxes
/// deep.
#[must_use]
pub fn handshake(error: &(dyn Error + 'static)) -> Option<Handshake> {
    let mut next = Some(error);
    while let Some(source) = next {
        if let Some(reason) = source.downcast_ref::<rustls::Error>() {
            return Some(of(reason));
        }
        if let Some(broken) = source.downcast_ref::<io::Error>()
            && let Some(found) = broken.get_ref().and_then(|inside| handshake(inside)).or_else(|| alert(broken))
        {
            return Some(found);
        }
        next = source.source();
    }
    None
}

fn of(reason: &rustls::Error) -> Handshake {
    let words = reason.to_string();
    match reason {
        rustls::Error::InvalidCertificate(_) => Handshake::NotBelieved(words),
        rustls::Error::AlertReceived(_) => Handshake::Refused(words),
        _ => Handshake::NoTls(words),
    }
}

/// Since TLS 1.3 a server refuses a client's certificate only after the handshake. By then HTTP/2 has the connection, and keeps of
/// an error its words.
fn alert(broken: &io::Error) -> Option<Handshake> {
    let words = broken.to_string();
    words.starts_with("received fatal alert").then_some(Handshake::Refused(words))
}

#[cfg(test)]
mod tests {
    use rustls::AlertDescription;

    use super::*;

    #[derive(Debug, Error)]
    #[error("a client's own words")]
    struct Wrapped(#[source] io::Error);

    #[test]
    fn a_reason_is_found_in_its_boxes() {
        let alert = rustls::Error::AlertReceived(AlertDescription::UnknownCA);
        let refused = Some(Handshake::Refused(alert.to_string()));
        assert_eq!(handshake(&Wrapped(io::Error::other(io::Error::other(alert.clone())))), refused);
        assert_eq!(handshake(&Wrapped(io::Error::other(alert.to_string()))), refused, "only the words are left");
        assert_eq!(handshake(&Wrapped(io::Error::other("something else"))), None);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = client(Some(Path::new("/nowhere/ca.pem")), None).expect_err("no file");
        assert_eq!(error.to_string(), "the file /nowhere/ca.pem cannot be read");
    }
}

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

/// What rustls says about a handshake that failed, if one stands behind this error. It speaks of certificates and of the names of
/// servers only. Clients tell it as a broken connection, with the reason some boxes deep.
#[must_use]
pub fn handshake<'error>(error: &'error (dyn Error + 'static)) -> Option<&'error rustls::Error> {
    let mut next = Some(error);
    while let Some(source) = next {
        let inside = source.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(reason) = source.downcast_ref().or_else(|| handshake(inside?)) {
            return Some(reason);
        }
        next = source.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Error)]
    #[error("a client's own words")]
    struct Wrapped(#[source] io::Error);

    #[test]
    fn a_reason_is_found_in_its_boxes() {
        let reason = rustls::Error::NoCertificatesPresented;
        let boxed = Wrapped(io::Error::other(io::Error::other(reason.clone())));
        assert_eq!(handshake(&boxed), Some(&reason));
        assert_eq!(handshake(&Wrapped(io::Error::other("something else"))), None);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = client(Some(Path::new("/nowhere/ca.pem")), None).expect_err("no file");
        assert_eq!(error.to_string(), "the file /nowhere/ca.pem cannot be read");
    }
}

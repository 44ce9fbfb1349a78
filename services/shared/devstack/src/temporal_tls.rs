//! TLS at the frontend of a development stack's Temporal: an authority, the server's certificate, and one for a client.

use std::process::Command;

use temporalio_client::{ClientTlsOptions, TlsOptions};

use crate::authority::{Authority, AuthorityError, Vouched};
use crate::error::{DevStackError, Doing};

/// The name under which every part of the server is known to its clients and to itself.
const NAME: &str = "127.0.0.1";

/// What clients of a frontend under TLS need: it asks each for a certificate of this authority.
#[derive(Debug)]
pub struct TemporalTls {
    /// Vouches for the server, and for whoever may call it.
    pub authority: Authority,
    /// A client it lets in.
    pub client: Vouched,
    server: Vouched,
}

impl TemporalTls {
    pub(crate) fn make() -> Result<Self, DevStackError> {
        let make = || -> Result<Self, AuthorityError> {
            let authority = Authority::new()?;
            let (server, client) = (authority.vouch_for(NAME)?, authority.vouch_for("lotse.internal")?);
            Ok(Self { authority, client, server })
        };
        make().map_err(std::io::Error::other).doing(|| "making Temporal's certificates".to_owned())
    }

    /// Says it to the server, whose parts call each other under TLS as well.
    pub(crate) fn configure(&self, command: &mut Command) {
        let (authority, server) = (self.authority.file(), &self.server);
        command.env("TEMPORAL_TLS_REQUIRE_CLIENT_AUTH", "true");
        for part in ["FRONTEND", "SERVER"] {
            command.env(format!("TEMPORAL_TLS_{part}_CERT"), &server.certificate_file);
            command.env(format!("TEMPORAL_TLS_{part}_KEY"), &server.key_file);
        }
        for variable in ["SERVER_CA_CERT", "CLIENT1_CA_CERT", "CLIENT2_CA_CERT"] {
            command.env(format!("TEMPORAL_TLS_{variable}"), authority);
        }
        for part in ["INTERNODE", "FRONTEND"] {
            command.env(format!("TEMPORAL_TLS_{part}_SERVER_NAME"), NAME);
        }
    }

    /// How the stack itself calls the server.
    pub(crate) fn options(&self) -> Result<TlsOptions, DevStackError> {
        let read = |path: &std::path::Path| std::fs::read(path).doing(|| format!("reading {}", path.display()));
        let identity = ClientTlsOptions::builder()
            .client_cert(read(&self.client.certificate_file)?)
            .client_private_key(read(&self.client.key_file)?)
            .build();
        Ok(TlsOptions::builder()
            .server_root_ca_cert(self.authority.pem().into_bytes())
            .client_tls_options(identity)
            .build())
    }
}

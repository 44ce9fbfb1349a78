//! The protected way to the mail server: who vouches for it, and that nothing is said without protection where it is required.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use jiff::Timestamp;
use lotse_devstack::smtp::SmtpSink;
use lotse_notifications::{
    config::{Smtp, SmtpServer},
    domain::delivery::{Mishap, Trouble},
    mail::{Email, Mailer},
};
use lotse_platform::{clock::WallClock, config::Value};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs::default_provider,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::smtp;

/// TLS in front of a mail server, with an authority of its own.
struct Front {
    address: SocketAddr,
    authority: PathBuf,
}

impl Front {
    async fn of(sink: &SmtpSink) -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority =
            CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key")).expect("an authority");
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &authority).expect("a certificate");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("a server");
        let file = std::env::temp_dir().join(format!("lotse-notifications-{}.pem", WallClock.new_id()));
        std::fs::write(&file, authority.pem()).expect("the authority's file");

        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (acceptor, behind) = (TlsAcceptor::from(Arc::new(config)), sink.address());
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let mut near = acceptor.accept(near).await?;
                    let mut far = TcpStream::connect(behind).await?;
                    tokio::io::copy_bidirectional(&mut near, &mut far).await
                });
            }
        });
        Self { address, authority: file }
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.authority));
    }
}

fn mailer(server: &str, authority: Option<&PathBuf>) -> Mailer {
    let server = Some(SmtpServer::from_text(server).expect("a server"));
    let config = Smtp { server, ca_file: authority.cloned(), ..smtp(Some("127.0.0.1:1".parse().expect("an address"))) };
    Mailer::new(&config).expect("a way to the mail server").expect("a configured one")
}

fn email() -> Email {
    Email {
        notice_id: WallClock.new_id(),
        address: "anna@jobcenter.example".to_owned(),
        subject: "x".to_owned(),
        body: "x".to_owned(),
        written_at: Timestamp::UNIX_EPOCH,
    }
}

#[tokio::test]
async fn mail_goes_to_the_server_the_authority_vouches_for() {
    let sink = SmtpSink::start().await.unwrap();
    let front = Front::of(&sink).await;
    let server = format!("smtps://{}", front.address);
    mailer(&server, Some(&front.authority)).send(&email()).await.unwrap();
    assert_eq!(sink.received().len(), 1);
    let unknown = mailer(&server, None).send(&email()).await.unwrap_err();
    assert_eq!(unknown, Mishap { trouble: Trouble::AccountRefused, reply_code: None });
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_without_the_protection_that_is_required() {
    let sink = SmtpSink::start().await.unwrap();
    let server = format!("smtp://{}?tls=required", sink.address());
    let bare = mailer(&server, None).send(&email()).await.unwrap_err();
    assert_eq!(bare.trouble, Trouble::AccountRefused);
    assert!(sink.received().is_empty());
}

//! E-mail: how a notice becomes a message, how it is handed to the mail server, and what an answer means.

mod verdict;

use std::{io, path::PathBuf, time::Duration};

use jiff::Timestamp;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        PoolConfig,
        authentication::Credentials,
        client::{Certificate, CertificateStore, Tls, TlsParameters},
    },
};
use lotse_platform::tls::handshake;
use thiserror::Error;
use uuid::Uuid;

use crate::{
    config::{Security, Smtp, SmtpServer},
    domain::delivery::{Mishap, Trouble},
};

/// The mail server cannot be used as configured.
#[derive(Debug, Error)]
pub enum MailError {
    /// A file cannot be read.
    #[error("the file {path} cannot be read")]
    File {
        /// Which one.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// TLS cannot be set up.
    #[error("TLS to the mail server cannot be set up")]
    Tls(#[from] lettre::transport::smtp::Error),
}

/// One e-mail. Written down twice it gives the same bytes, so that a mail server can see that it is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    /// The notice it carries; the Message-ID comes from it.
    pub notice_id: Uuid,
    /// The recipient's address.
    pub address: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// Machine time at which the notice was written.
    pub written_at: Timestamp,
}

/// Hands e-mails to the mail server.
#[derive(Debug, Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    sender: Mailbox,
    timeout: Duration,
}

impl Mailer {
    /// Sets the way to the mail server up; nothing is connected yet. `None` when no mail server is configured.
    ///
    /// # Errors
    /// When a file cannot be read or TLS cannot be set up.
    pub fn new(config: &Smtp) -> Result<Option<Self>, MailError> {
        let (Some(server), Some(sender)) = (&config.server, &config.sender) else { return Ok(None) };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.as_str())
            .port(server.port)
            .timeout(Some(config.timeout))
            // One connection per e-mail: a kept one that hangs would take the next e-mail's time as well.
            .pool_config(PoolConfig::new().max_size(0))
            .tls(tls(server, config)?);
        if let (Some(user), Some(file)) = (&config.user, &config.password_file) {
            let password = read(file)?;
            let password = password.trim_end_matches(['\r', '\n']);
            builder = builder.credentials(Credentials::new(user.clone(), password.to_owned()));
        }
        Ok(Some(Self { transport: builder.build(), sender: sender.0.clone(), timeout: config.timeout }))
    }

    /// Hands one e-mail over. `Ok` means that the mail server took the responsibility for it.
    ///
    /// # Errors
    /// What went wrong, as a code.
    pub async fn send(&self, email: &Email) -> Result<(), Mishap> {
        let message = message(&self.sender, email)?;
        match tokio::time::timeout(self.timeout, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => {
                if let Some(reason) = handshake(&error) {
                    // It speaks of certificates and names of servers only, and whoever mends it has to know it.
                    tracing::warn!(%reason, "the mail server could not prove who it is: {reason}");
                }
                Err(verdict::of(&error))
            }
            Err(_) => Err(Mishap { trouble: Trouble::Timeout, reply_code: None }),
        }
    }
}

/// The Message-ID of a notice, without angle brackets: the same however often it is sent.
#[must_use]
pub fn message_id(notice_id: Uuid, sender: &Mailbox) -> String {
    format!("{notice_id}@{}", sender.email.domain())
}

/// Writes an e-mail down.
fn message(sender: &Mailbox, email: &Email) -> Result<Message, Mishap> {
    let invalid = Mishap { trouble: Trouble::AddressInvalid, reply_code: None };
    let faulty = |_| Mishap { trouble: Trouble::MessageFaulty, reply_code: None };
    // Many mail servers still refuse addresses outside ASCII, and no German authority uses them.
    let address: Address = email.address.parse().ok().filter(|_| email.address.is_ascii()).ok_or(invalid)?;
    Message::builder()
        .from(sender.clone())
        .to(Mailbox::new(None, address))
        .subject(email.subject.as_str())
        .message_id(Some(format!("<{}>", message_id(email.notice_id, sender))))
        .date(email.written_at.into())
        // RFC 3834: no out-of-office reply, please.
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Content-Language"), "de".to_owned()))
        .header(ContentType::TEXT_PLAIN)
        .body(email.body.clone())
        .map_err(faulty)
}

fn tls(server: &SmtpServer, config: &Smtp) -> Result<Tls, MailError> {
    if server.security == Security::Plain {
        return Ok(Tls::None);
    }
    let mut parameters = TlsParameters::builder(server.host.clone());
    if let Some(file) = &config.ca_file {
        let authorities = Certificate::from_pem(read(file)?.as_bytes())?;
        parameters = parameters.certificate_store(CertificateStore::None).add_root_certificate(authorities);
    }
    let parameters = parameters.build()?;
    Ok(match server.security {
        Security::Plain => Tls::None,
        Security::StartTls => Tls::Required(parameters),
        Security::Tls => Tls::Wrapper(parameters),
    })
}

fn read(path: &PathBuf) -> Result<String, MailError> {
    std::fs::read_to_string(path).map_err(|source| MailError::File { path: path.clone(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(address: &str) -> Email {
        Email {
            notice_id: Uuid::from_u128(7),
            address: address.to_owned(),
            subject: "Überprüfung".to_owned(),
            body: "Träger\n.\n".to_owned(),
            written_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn the_same_email_is_the_same_bytes() {
        let sender: Mailbox = "Lotse <lotse@jobcenter.example>".parse().unwrap();
        let once = message(&sender, &email("anna@jobcenter.example")).unwrap().formatted();
        assert_eq!(once, message(&sender, &email("anna@jobcenter.example")).unwrap().formatted());
        let text = String::from_utf8(once).unwrap();
        for line in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@jobcenter.example>",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }

    #[test]
    fn an_address_that_is_none_is_told_apart() {
        let sender: Mailbox = "lotse@jobcenter.example".parse().unwrap();
        for address in ["", "anna", "anna@", "anna@jobcenter.example\r\nBcc: x@y.example", "änna@jobcenter.example"] {
            let mishap = message(&sender, &email(address)).unwrap_err();
            assert_eq!(mishap.trouble, Trouble::AddressInvalid, "{address}");
        }
    }
}

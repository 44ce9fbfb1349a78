//! What the notifications service reads beside the common configuration: the mail server and how patient the courier is.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use lettre::message::Mailbox;
use lotse_platform::config::{Serve, Source, Value};
use lotse_platform::{section, sections};

use crate::domain::delivery::Patience;

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a mail server on the same machine or behind a mesh.
    Plain,
    /// STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// Where the mail server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub security: Security,
}

impl Value for SmtpServer {
    const EXPECTED: &'static str = "a mail server such as smtps://mail:465, smtp://mail:587?tls=required or, without protection, smtp://localhost:25";

    fn from_text(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (address, query) = rest.split_once('?').map_or((rest, None), |(address, query)| (address, Some(query)));
        let security = match (scheme, query) {
            ("smtps", None) => Security::Tls,
            ("smtp", Some("tls=required")) => Security::StartTls,
            ("smtp", None) => Security::Plain,
            _ => return None,
        };
        let (host, port) = address.trim_end_matches('/').rsplit_once(':')?;
        let port = port.parse().ok().filter(|port| *port > 0)?;
        // The brackets around an address of IPv6 belong to the URL, not to the host.
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        (!host.is_empty() && !host.contains(['@', '/', '[', ']'])).then(|| Self {
            host: host.to_owned(),
            port,
            security,
        })
    }
}

/// The sender of every e-mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(pub Mailbox);

impl Value for Sender {
    const EXPECTED: &'static str = "an e-mail address such as Lotse <lotse@jobcenter.example>";

    fn from_text(text: &str) -> Option<Self> {
        Mailbox::from_str(text).ok().map(Self)
    }
}

section! {
    /// The mail server. Without one the inbox works and deliveries wait.
    pub struct Smtp {
        /// The mail server.
        server: Option<SmtpServer> = "LOTSE_SMTP_SERVER" optional,
        /// The sender; its domain is part of every Message-ID, so keep it.
        sender: Option<Sender> = "LOTSE_SMTP_SENDER" optional,
        /// Lotse's account at the mail server; without one it does not sign in.
        user: Option<String> = "LOTSE_SMTP_USER" optional,
        /// File with the password of that account.
        password_file: Option<PathBuf> = "LOTSE_SMTP_PASSWORD_FILE" optional,
        /// Authorities that vouch for the mail server, PEM; those of the machine when absent.
        ca_file: Option<PathBuf> = "LOTSE_SMTP_CA_FILE" optional,
        /// Longest time for one e-mail, connecting included.
        timeout: Duration = "LOTSE_SMTP_TIMEOUT" or "20s",
        /// How many e-mails are handed over at the same time.
        parallel: u32 = "LOTSE_SMTP_PARALLEL" or "4",
        /// Attempts until a delivery is given up.
        attempts: u32 = "LOTSE_SMTP_ATTEMPTS" or "48",
        /// Pause after the first attempt; each further one is twice as long.
        first_pause: Duration = "LOTSE_SMTP_FIRST_PAUSE" or "30s",
        /// Longest pause between two attempts.
        longest_pause: Duration = "LOTSE_SMTP_LONGEST_PAUSE" or "60m",
    }
    check complete_smtp
}

impl Smtp {
    /// How patient the courier is.
    #[must_use]
    pub const fn patience(&self) -> Patience {
        Patience { first_pause: self.first_pause, longest_pause: self.longest_pause, attempts: self.attempts }
    }
}

fn complete_smtp(smtp: &Smtp, source: &mut Source) {
    match (&smtp.server, &smtp.sender) {
        (Some(_), None) => source.fault("LOTSE_SMTP_SENDER", "is missing beside LOTSE_SMTP_SERVER"),
        (None, Some(_)) => source.fault("LOTSE_SMTP_SERVER", "is missing beside LOTSE_SMTP_SENDER"),
        _ => {}
    }
    match (&smtp.user, &smtp.password_file) {
        (Some(_), None) => source.fault("LOTSE_SMTP_PASSWORD_FILE", "is missing beside LOTSE_SMTP_USER"),
        (None, Some(_)) => source.fault("LOTSE_SMTP_USER", "is missing beside LOTSE_SMTP_PASSWORD_FILE"),
        _ => {}
    }
    let plain = smtp.server.as_ref().is_some_and(|server| server.security == Security::Plain);
    if plain && smtp.user.is_some() {
        source.fault("LOTSE_SMTP_SERVER", "must protect the password of LOTSE_SMTP_USER: smtps:// or ?tls=required");
    }
    if plain && smtp.ca_file.is_some() {
        source.fault("LOTSE_SMTP_CA_FILE", "has no effect without smtps:// or ?tls=required");
    }
}

sections! {
    /// What the notifications service reads.
    pub struct Config {
        /// What every service reads.
        serve: Serve,
        /// The mail server.
        smtp: Smtp,
    }
}

#[cfg(test)]
mod tests {
    use lotse_platform::config::load_from;

    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Smtp, Vec<String>> {
        load_from::<Smtp>(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())))
            .map_err(|error| error.faults.into_iter().map(|fault| fault.key).collect())
    }

    #[test]
    fn a_mail_server_says_how_it_is_protected() {
        let server = |text| SmtpServer::from_text(text);
        let read = |host: &str, port, security| Some(SmtpServer { host: host.to_owned(), port, security });
        assert_eq!(server("smtps://mail.example:465"), read("mail.example", 465, Security::Tls));
        assert_eq!(server("smtp://mail.example:587?tls=required"), read("mail.example", 587, Security::StartTls));
        assert_eq!(server("smtp://[::1]:25"), read("::1", 25, Security::Plain));
        for text in
            ["mail:25", "smtp://mail", "smtp://:25", "smtp://mail:0", "smtp://u:p@mail:25", "smtp://mail:25?tls=no"]
        {
            assert_eq!(server(text), None, "{text}");
        }
    }

    #[test]
    fn everything_missing_is_told_at_once() {
        assert!(read(&[]).is_ok());
        let server = ("LOTSE_SMTP_SERVER", "smtp://mail:25");
        let sender = ("LOTSE_SMTP_SENDER", "Lotse <lotse@jobcenter.example>");
        assert!(read(&[server, sender]).is_ok());
        let faults = read(&[server, ("LOTSE_SMTP_USER", "lotse")]).unwrap_err();
        assert_eq!(faults, ["LOTSE_SMTP_PASSWORD_FILE", "LOTSE_SMTP_SENDER", "LOTSE_SMTP_SERVER"]);
    }
}

//! What a mail server asks of its clients before it takes a message: protection and an account.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;

/// How connections are protected.
#[derive(Debug, Clone)]
pub enum Protection {
    /// After STARTTLS (RFC 3207); nothing is taken and nobody signs in before it.
    StartTls(Arc<ServerConfig>),
    /// From the first byte (RFC 8314).
    FromTheFirstByte(Arc<ServerConfig>),
}

/// What the server asks for; nothing by default.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Protection of the connection.
    pub protection: Option<Protection>,
    /// The only account that may hand messages over.
    pub account: Option<Account>,
}

/// How a client proves that an account is its own (RFC 4954).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// Name and password in one line.
    Plain,
    /// Each after a question of the server.
    Login,
}

impl Mechanism {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Login => "LOGIN",
        }
    }
}

/// An account, and the one mechanism its server offers.
#[derive(Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub user: String,
    /// Its password.
    pub password: String,
    /// The mechanism.
    pub mechanism: Mechanism,
}

impl fmt::Debug for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Account").field("user", &self.user).finish_non_exhaustive()
    }
}

impl Account {
    /// Whether the one line of PLAIN names this account and its password.
    pub(super) fn is_plain(&self, answer: &str) -> bool {
        // RFC 4616: an identity to act for, which may be left out, the name and the password, parted by NUL.
        let Some(line) = text(answer) else { return false };
        let parts: Vec<&str> = line.split('\0').collect();
        matches!(parts.as_slice(), ["", user, password] if *user == self.user && *password == self.password)
    }

    /// Whether the two answers of LOGIN name this account and its password.
    pub(super) fn is_login(&self, user: &str, password: &str) -> bool {
        text(user).as_ref() == Some(&self.user) && text(password).as_ref() == Some(&self.password)
    }
}

/// A question of the server as it stands on the wire.
pub(super) fn question(words: &str) -> String {
    STANDARD.encode(words)
}

fn text(answer: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(answer).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_its_name_and_its_password() {
        let account = Account { user: "lotse".into(), password: "geheim".into(), mechanism: Mechanism::Plain };
        assert!(account.is_plain(&question("\0lotse\0geheim")));
        assert!(account.is_login(&question("lotse"), &question("geheim")));
        for line in ["\0lotse\0Geheim", "\0lots\0geheim", "lotse\0geheim", "", "root\0lotse\0geheim"] {
            assert!(!account.is_plain(&question(line)), "{line:?}");
        }
        assert!(!account.is_plain("not base64") && !account.is_login("bG90c2U=", "x"));
        assert!(!format!("{account:?}").contains("geheim"));
    }
}

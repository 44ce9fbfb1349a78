//! How the text of one environment variable becomes a typed value; no fault ever repeats the text itself.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use http::Uri;

/// A value that can be read from the text of an environment variable.
pub trait Value: Sized {
    /// What the text has to look like, completing the sentence "expected …".
    const EXPECTED: &'static str;

    /// Reads the text; `None` when it does not look as [`Value::EXPECTED`] says.
    fn from_text(text: &str) -> Option<Self>;
}

impl Value for String {
    const EXPECTED: &'static str = "a text that is not empty";

    fn from_text(text: &str) -> Option<Self> {
        (!text.trim().is_empty()).then(|| text.to_owned())
    }
}

impl Value for u32 {
    const EXPECTED: &'static str = "a whole number above zero, such as 16";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| *number > 0)
    }
}

impl Value for usize {
    const EXPECTED: &'static str = "a whole number above zero, such as 1024";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok().filter(|number| *number > 0)
    }
}

impl Value for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for PathBuf {
    const EXPECTED: &'static str = "the path of a file";

    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self::from(text))
    }
}

impl Value for SocketAddr {
    const EXPECTED: &'static str = "an address and a port, such as 0.0.0.0:7000";

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Value for Duration {
    const EXPECTED: &'static str = "a duration with its unit, such as 250ms, 10s or 5m";

    fn from_text(text: &str) -> Option<Self> {
        let digits = text.find(|character: char| !character.is_ascii_digit())?;
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().ok()?;
        match unit {
            "ms" => Some(Self::from_millis(number)),
            "s" => Some(Self::from_secs(number)),
            "m" => number.checked_mul(60).map(Self::from_secs),
            _ => None,
        }
    }
}

/// The address of another server: `http://` or `https://`, a host and a port, nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUri(pub Uri);

impl Value for ServerUri {
    const EXPECTED: &'static str = "the address of a server, such as https://cases:7001";

    fn from_text(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let scheme = uri.scheme_str()?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        (matches!(scheme, "http" | "https") && uri.host().is_some() && bare).then_some(Self(uri))
    }
}

impl ServerUri {
    /// Whether the way to it is TLS.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }

    /// Whether it is on this machine: `localhost` or an address of the loopback.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        is_this_machine(&self.0)
    }
}

fn is_this_machine(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for ServerUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A PostgreSQL URL. From the environment it must come without a password: secrets are files.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

impl PostgresUrl {
    /// Takes a URL as it is, password included: for development stacks, which make their own.
    #[must_use]
    pub fn trusted(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The URL as text, to be handed to the driver only.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PostgresUrl(..)")
    }
}

impl Value for PostgresUrl {
    const EXPECTED: &'static str =
        "a URL such as postgres://lotse_cases@db/lotse, without a password (it belongs in the file beside it)";

    fn from_text(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("postgres://").or_else(|| text.strip_prefix("postgresql://"))?;
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
        let secret = user.contains(':') || rest.contains("password=");
        (!rest.is_empty() && !secret).then(|| Self(text.to_owned()))
    }
}

/// Where the identity provider's public keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JwksSource {
    /// Fetched, cached, and fetched again when a token names an unknown key. Whoever can change the answer on its way can sign
    /// any token: plain HTTP is for this machine only.
    Url(Uri),
    /// Read at start and again when a token names an unknown key.
    File(PathBuf),
}

impl Value for JwksSource {
    const EXPECTED: &'static str = "an https:// URL (http:// on this machine only) or the absolute path of a JWKS file";

    fn from_text(text: &str) -> Option<Self> {
        if text.starts_with('/') {
            return Some(Self::File(PathBuf::from(text)));
        }
        let uri: Uri = text.parse().ok()?;
        let trusted = match uri.scheme_str() {
            Some("https") => uri.host().is_some(),
            Some("http") => is_this_machine(&uri),
            _ => false,
        };
        trusted.then_some(Self::Url(uri))
    }
}

impl JwksSource {
    /// Whether the way to the keys is TLS.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        matches!(self, Self::Url(uri) if uri.scheme_str() == Some("https"))
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    Json,
    /// Plain text, for a person at a terminal.
    Text,
}

impl Value for LogFormat {
    const EXPECTED: &'static str = "json or text";

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "json" => Some(Self::Json),
            "text" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Which clock tells business time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockKind {
    /// Business time is wall time.
    Wall,
    /// Business time is the row of `dev.clock`; only in builds with the feature `dev`.
    #[cfg(feature = "dev")]
    Dev,
}

impl Value for ClockKind {
    #[cfg(feature = "dev")]
    const EXPECTED: &'static str = "wall or dev";
    #[cfg(not(feature = "dev"))]
    const EXPECTED: &'static str = "wall";

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "wall" => Some(Self::Wall),
            #[cfg(feature = "dev")]
            "dev" => Some(Self::Dev),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(Duration::from_text("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(Duration::from_text("2m"), Some(Duration::from_mins(2)));
        for text in ["", "10", "s", "-1s", "1h", "1.5s"] {
            assert_eq!(Duration::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_refused() {
        assert!(PostgresUrl::from_text("postgres://lotse_cases@db:5432/lotse").is_some());
        for text in ["postgres://a:b@db/lotse", "postgres://db/lotse?password=b", "mysql://db", "postgres://"] {
            assert!(PostgresUrl::from_text(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_server_is_scheme_host_and_port() {
        assert!(ServerUri::from_text("https://cases:7001").is_some());
        for text in ["cases:7001", "ftp://cases", "https://cases/x", ""] {
            assert!(ServerUri::from_text(text).is_none(), "{text}");
        }
    }

    #[test]
    fn keys_come_from_a_url_or_an_absolute_path() {
        assert!(matches!(JwksSource::from_text("https://idp/keys"), Some(JwksSource::Url(_))));
        assert!(matches!(JwksSource::from_text("/etc/lotse/jwks.json"), Some(JwksSource::File(_))));
        for text in ["http://localhost:8080/keys", "http://127.0.0.1/keys", "http://[::1]:8080/keys"] {
            assert!(matches!(JwksSource::from_text(text), Some(JwksSource::Url(_))), "{text}");
        }
        for text in ["jwks.json", "http://idp/keys", "http://127.0.0.1.example/keys", "ftp://idp/keys", "https://", ""]
        {
            assert_eq!(JwksSource::from_text(text), None, "{text}");
        }
    }
}

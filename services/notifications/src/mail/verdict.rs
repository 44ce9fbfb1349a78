//! The one table that says what an answer of a mail server means for a delivery.

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lotse_platform::tls::handshake;

use crate::domain::delivery::{Mishap, Trouble};

/// What went wrong. The server's words are dropped: they often repeat the address.
pub(super) fn of(error: &Error) -> Mishap {
    let reply_code = error.status().map(u16::from);
    let trouble = match reply_code {
        Some(code) => reply(code),
        None if error.is_timeout() => Trouble::Timeout,
        // A certificate that nobody vouches for, no STARTTLS.
        None if error.is_tls() || handshake(error).is_some() || lacks_starttls(error) => Trouble::NotProtected,
        // No mechanism to sign in that both sides know.
        None if error.is_client() => Trouble::AccountRefused,
        None => Trouble::Unreachable,
    };
    Mishap { trouble, reply_code }
}

/// Whether a server without STARTTLS was given up. lettre has words for that and no kind; a test would notice other words.
fn lacks_starttls(error: &Error) -> bool {
    error.is_client() && error.source().is_some_and(|source| source.to_string().contains("STARTTLS"))
}

/// What a negative reply means (RFC 5321, and RFC 4954 for the codes about signing in).
const fn reply(code: u16) -> Trouble {
    match code {
        // These speak of Lotse's account or encryption: giving up single deliveries for them would lose them all.
        454 | 530 | 534 | 535 | 538 => Trouble::AccountRefused,
        500..=599 => Trouble::Rejected,
        _ => Trouble::Deferred,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_password_never_fails_a_delivery_at_once() {
        for (code, trouble) in [
            (421, Trouble::Deferred),
            (450, Trouble::Deferred),
            (452, Trouble::Deferred),
            (535, Trouble::AccountRefused),
            (530, Trouble::AccountRefused),
            (550, Trouble::Rejected),
            (554, Trouble::Rejected),
        ] {
            assert_eq!(reply(code), trouble, "{code}");
        }
        assert!(reply(535).passes() && !reply(550).passes());
    }
}

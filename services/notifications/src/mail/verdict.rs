//! The one table that says what an answer of a mail server means for a delivery.

use std::{error::Error as _, io};

use lettre::transport::smtp::Error;

use crate::domain::delivery::{Mishap, Trouble};

/// What went wrong. The server's words are dropped: they often repeat the address.
pub(super) fn of(error: &Error) -> Mishap {
    let reply_code = error.status().map(u16::from);
    let trouble = match reply_code {
        Some(code) => reply(code),
        None if error.is_timeout() => Trouble::Timeout,
        // No STARTTLS, no mechanism to sign in, a certificate that nobody vouches for.
        None if error.is_client() || error.is_tls() || is_about_tls(error) => Trouble::AccountRefused,
        None => Trouble::Unreachable,
    };
    Mishap { trouble, reply_code }
}

/// Whether rustls ended the handshake. lettre tells that as a broken connection, with the reason two boxes deep.
fn is_about_tls(error: &Error) -> bool {
    let mut next = error.source();
    while let Some(source) = next {
        let inside = source.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if source.is::<rustls::Error>() || inside.and_then(|inside| inside.downcast_ref::<rustls::Error>()).is_some() {
            return true;
        }
        next = source.source();
    }
    false
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

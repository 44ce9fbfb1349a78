//! The delivery of a notice by e-mail: what an attempt may come to, and how it goes on.

use std::time::Duration;

use jiff::Timestamp;
use lotse_kernel::names::DeliveryName;
use thiserror::Error;

lotse_kernel::codes! {
    /// Why an attempt did not succeed. Never repeats what a mail server said: its words may name people.
    pub enum Trouble {
        /// No connection, or it broke.
        Unreachable = "UNREACHABLE",
        /// No answer in time.
        Timeout = "TIMEOUT",
        /// A transient reply (4yz).
        Deferred = "DEFERRED",
        /// The connection could not be protected as configured, so nothing was said; other deliveries meet the same.
        NotProtected = "NOT_PROTECTED",
        /// Lotse's own account was refused; other deliveries meet the same.
        AccountRefused = "ACCOUNT_REFUSED",
        /// A permanent reply (5yz) to the message or its address.
        Rejected = "REJECTED",
        /// The staff record holds no usable address.
        AddressInvalid = "ADDRESS_INVALID",
        /// The message cannot be written down.
        MessageFaulty = "MESSAGE_FAULTY",
    }
}

impl Trouble {
    /// Whether the same attempt can succeed later without anybody touching the notice or the address.
    #[must_use]
    pub const fn passes(self) -> bool {
        match self {
            Self::Unreachable | Self::Timeout | Self::Deferred | Self::NotProtected | Self::AccountRefused => true,
            Self::Rejected | Self::AddressInvalid | Self::MessageFaulty => false,
        }
    }
}

/// An attempt that did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mishap {
    /// Why.
    pub trouble: Trouble,
    /// The mail server's reply code (RFC 5321), when it replied.
    pub reply_code: Option<u16>,
}

/// How long the pauses are and how many attempts are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Pause after the first attempt; each further one is twice as long.
    pub first_pause: Duration,
    /// No pause is longer.
    pub longest_pause: Duration,
    /// After so many attempts it is given up.
    pub attempts: u32,
}

/// How a delivery goes on after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Done.
    Sent,
    /// Tried again after the pause.
    Again {
        /// The pause.
        after: Duration,
        /// What went wrong.
        mishap: Mishap,
    },
    /// Given up.
    Failed {
        /// What went wrong at last.
        mishap: Mishap,
    },
}

impl Patience {
    /// Decides what follows attempt number `attempts`, counted from 1.
    #[must_use]
    pub fn after(&self, attempts: u32, outcome: Result<(), Mishap>) -> Next {
        let Err(mishap) = outcome else { return Next::Sent };
        if !mishap.trouble.passes() || attempts >= self.attempts {
            return Next::Failed { mishap };
        }
        let factor = 2_u32.saturating_pow(attempts.saturating_sub(1));
        Next::Again { after: self.first_pause.saturating_mul(factor).min(self.longest_pause), mishap }
    }
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    /// Waits for its next attempt.
    Pending {
        /// Machine time of the next attempt.
        next_attempt_at: Timestamp,
        /// What went wrong last.
        last: Option<Mishap>,
    },
    /// The mail server took it.
    Sent {
        /// Machine time.
        sent_at: Timestamp,
    },
    /// Given up.
    Failed {
        /// Why.
        last: Mishap,
    },
}

impl DeliveryState {
    /// The word in the database and the contract.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "PENDING",
            Self::Sent { .. } => "SENT",
            Self::Failed { .. } => "FAILED",
        }
    }
}

/// The delivery of one notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its name.
    pub name: DeliveryName,
    /// Version for the etag.
    pub version: i64,
    /// Team of the recipient when the notice was made.
    pub team: String,
    /// Attempts since it was made or retried by a person.
    pub attempts: u32,
    /// Where it stands.
    pub state: DeliveryState,
    /// Business time at which it was made.
    pub created_at: Timestamp,
}

/// A delivery that is not FAILED cannot be retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the delivery is {state}, only a failed one can be tried again")]
pub struct NotFailed {
    /// The state it is in.
    pub state: &'static str,
}

impl Delivery {
    /// Puts a failed delivery back to the queue, its attempts counted anew.
    ///
    /// # Errors
    /// [`NotFailed`] in any other state.
    pub fn retry(self, now: Timestamp) -> Result<Self, NotFailed> {
        match self.state {
            DeliveryState::Failed { last } => {
                let state = DeliveryState::Pending { next_attempt_at: now, last: Some(last) };
                Ok(Self { attempts: 0, state, ..self })
            }
            DeliveryState::Pending { .. } | DeliveryState::Sent { .. } => Err(NotFailed { state: self.state.as_str() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PATIENCE: Patience =
        Patience { first_pause: Duration::from_secs(30), longest_pause: Duration::from_hours(1), attempts: 10 };

    fn mishap(trouble: Trouble) -> Mishap {
        Mishap { trouble, reply_code: None }
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pause = |attempts| match PATIENCE.after(attempts, Err(mishap(Trouble::Deferred))) {
            Next::Again { after, .. } => after.as_secs(),
            other => panic!("{other:?}"),
        };
        assert_eq!([pause(1), pause(2), pause(3), pause(7), pause(8), pause(9)], [30, 60, 120, 1920, 3600, 3600]);
    }

    #[test]
    fn what_cannot_pass_fails_at_once() {
        for trouble in [Trouble::Rejected, Trouble::AddressInvalid, Trouble::MessageFaulty] {
            assert_eq!(PATIENCE.after(1, Err(mishap(trouble))), Next::Failed { mishap: mishap(trouble) });
        }
    }

    proptest! {
        #[test]
        fn every_delivery_ends(trouble in prop::sample::select(Trouble::ALL), attempts in 1_u32..=u32::MAX) {
            match PATIENCE.after(attempts, Err(mishap(trouble))) {
                Next::Sent => prop_assert!(false, "a mishap is no success"),
                Next::Again { after, .. } => {
                    prop_assert!(attempts < PATIENCE.attempts && trouble.passes());
                    prop_assert!(after >= PATIENCE.first_pause && after <= PATIENCE.longest_pause);
                }
                Next::Failed { .. } => prop_assert!(attempts >= PATIENCE.attempts || !trouble.passes()),
            }
            prop_assert_eq!(PATIENCE.after(attempts, Ok(())), Next::Sent);
        }
    }
}

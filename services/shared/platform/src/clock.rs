//! The two clocks and the source of keys: the only place where time is read and ids are made.
//!
//! [`BusinessClock`] answers for law, duties and every date a person sees; [`WallClock`] for token expiry, leases, retries and
//! rate limits. They are two types so that neither can be passed where the other is meant.

use jiff::{Timestamp, civil::Date};
pub use lotse_kernel::dates::berlin_date;
use thiserror::Error;
use uuid::Uuid;

/// The business clock could not be read.
#[derive(Debug, Error)]
pub enum ClockError {
    /// The row of the simulated clock could not be read.
    #[error("the simulated clock could not be read")]
    Unreadable(#[from] sqlx::Error),
    /// The row holds an instant outside the years -9999 to 9999.
    #[error("the simulated clock holds an impossible instant")]
    OutOfRange(#[from] jiff::Error),
}

impl From<ClockError> for tonic::Status {
    /// `UNAVAILABLE`: a command without its date is not carried out, and may be tried again.
    fn from(_: ClockError) -> Self {
        Self::unavailable("the business clock cannot be read")
    }
}

/// The time of law: production reads the wall clock, a development stack one row that every role shares.
#[derive(Debug, Clone)]
pub struct BusinessClock {
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Wall(WallClock),
    #[cfg(feature = "dev")]
    Row(sqlx::PgPool),
    #[cfg(feature = "dev")]
    Fixed(Timestamp),
}

impl BusinessClock {
    /// The clock of production: business time is wall time.
    #[must_use]
    pub const fn wall() -> Self {
        Self { source: Source::Wall(WallClock) }
    }

    /// The simulated clock of a development stack: the row of `dev.clock`, read each time so that no role lags behind a move.
    #[cfg(feature = "dev")]
    #[must_use]
    pub const fn dev(pool: sqlx::PgPool) -> Self {
        Self { source: Source::Row(pool) }
    }

    /// A clock that stands still, for tests of a single service.
    #[cfg(feature = "dev")]
    #[must_use]
    pub const fn fixed(instant: Timestamp) -> Self {
        Self { source: Source::Fixed(instant) }
    }

    /// Says whether this clock can be away from the wall clock.
    #[must_use]
    pub const fn is_simulated(&self) -> bool {
        match self.source {
            Source::Wall(_) => false,
            #[cfg(feature = "dev")]
            Source::Row(_) | Source::Fixed(_) => true,
        }
    }

    /// The present instant of business time.
    ///
    /// # Errors
    /// Only the simulated clock can fail, when its row cannot be read.
    #[cfg_attr(not(feature = "dev"), expect(clippy::unused_async, reason = "the simulated clock awaits its row"))]
    pub async fn now(&self) -> Result<Timestamp, ClockError> {
        match &self.source {
            Source::Wall(wall) => Ok(wall.now()),
            #[cfg(feature = "dev")]
            Source::Row(pool) => row::read(pool).await,
            #[cfg(feature = "dev")]
            Source::Fixed(instant) => Ok(*instant),
        }
    }

    /// By how much business time lags behind the time in which workflows live; nothing but a stack of the past does.
    ///
    /// # Errors
    /// As [`BusinessClock::now`].
    #[cfg(feature = "dev")]
    pub async fn lag(&self) -> Result<crate::lag::Lag, ClockError> {
        match &self.source {
            Source::Row(pool) => row::lag(pool).await,
            Source::Wall(_) | Source::Fixed(_) => Ok(crate::lag::Lag::default()),
        }
    }

    /// The present civil date in Europe/Berlin.
    ///
    /// # Errors
    /// As [`BusinessClock::now`].
    pub async fn today(&self) -> Result<Date, ClockError> {
        Ok(berlin_date(self.now().await?))
    }
}

/// The time of machines, and the source of keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WallClock;

impl WallClock {
    /// The present instant.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the wall clock everybody else has to ask")]
    pub fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// A new key: a `UUIDv7`, so that keys sort by their making and index pages stay warm.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the source of keys everybody else has to ask")]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(feature = "dev")]
mod row {
    use jiff::Timestamp;
    use sqlx::PgPool;

    use super::ClockError;
    use crate::lag::Lag;

    /// Reads the one row of the simulated clock, as microseconds since 1970 to keep the wire type plain.
    pub(super) async fn read(pool: &PgPool) -> Result<Timestamp, ClockError> {
        let micros: i64 = sqlx::query_scalar(
            "SELECT (extract(epoch FROM business_time) * 1000000)::bigint
             FROM dev.clock",
        )
        .fetch_one(pool)
        .await?;
        Ok(Timestamp::from_microsecond(micros)?)
    }

    /// Reads the lag of the stack.
    pub(super) async fn lag(pool: &PgPool) -> Result<Lag, ClockError> {
        let days: i32 = sqlx::query_scalar(
            "SELECT lag_days
             FROM dev.clock",
        )
        .fetch_one(pool)
        .await?;
        Ok(Lag::of_days(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_their_making() {
        let clock = WallClock;
        let keys: Vec<Uuid> = (0..1000).map(|_| clock.new_id()).collect();
        assert!(keys.is_sorted());
    }
}

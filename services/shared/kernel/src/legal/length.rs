//! How long a period is, in the units of the law (§§ 188, 189 BGB).

use serde::{Deserialize, Serialize};

use super::fault::LegalFault;

crate::codes! {
    /// The unit of a period.
    pub enum LengthUnit {
        /// Calendar days.
        Days = "DAYS",
        /// Days on which people work: no unit of the law, but of agreements and policies.
        WorkingDays = "WORKING_DAYS",
        /// Weeks, to the like-named day.
        Weeks = "WEEKS",
        /// Half a month is 15 days (§ 189 Abs. 1 BGB).
        HalfMonths = "HALF_MONTHS",
        /// Months, to the like-numbered day.
        Months = "MONTHS",
        /// A quarter is three months (§ 189 Abs. 1 BGB).
        Quarters = "QUARTERS",
        /// Half a year is six months (§ 189 Abs. 1 BGB).
        HalfYears = "HALF_YEARS",
        /// Years, each as twelve months.
        Years = "YEARS",
    }
}

impl LengthUnit {
    /// Whether the unit is made of whole months, so that its end has the number of a day.
    #[must_use]
    pub const fn counts_months(self) -> bool {
        matches!(self, Self::Months | Self::Quarters | Self::HalfYears | Self::Years)
    }

    /// The largest number of this unit: a hundred years. What is longer is a slip of the pen.
    #[must_use]
    pub const fn most(self) -> i32 {
        match self {
            Self::Days => 36_525,
            Self::WorkingDays => 2_600,
            Self::Weeks => 5_218,
            // Fifteen days are a half-month; two of them are no month, so more than one is not said that way.
            Self::HalfMonths => 1,
            Self::Months => 1_200,
            Self::Quarters => 400,
            Self::HalfYears => 200,
            Self::Years => 100,
        }
    }
}

/// A period's length: a number of a unit, and half a month more if the law says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Length {
    count: i32,
    unit: LengthUnit,
    and_half_month: bool,
}

impl Length {
    /// So many of a unit.
    ///
    /// # Errors
    /// When the number is below 1 or beyond [`LengthUnit::most`], under the name `field`.
    pub fn of(field: &str, count: i64, unit: LengthUnit) -> Result<Self, LegalFault> {
        let count = super::read::bounded(field, count, 1, i64::from(unit.most()))?;
        // The bound fits.
        Ok(Self::unchecked(i32::try_from(count).unwrap_or(unit.most()), unit))
    }

    /// So many of a unit, for numbers that a policy's schema has bounded already.
    pub(crate) const fn unchecked(count: i32, unit: LengthUnit) -> Self {
        Self { count, unit, and_half_month: false }
    }

    /// Calendar days.
    #[must_use]
    pub const fn days(count: u8) -> Self {
        Self::unchecked(count as i32, LengthUnit::Days)
    }

    /// Weeks.
    #[must_use]
    pub const fn weeks(count: u8) -> Self {
        Self::unchecked(count as i32, LengthUnit::Weeks)
    }

    /// Months.
    #[must_use]
    pub const fn months(count: u8) -> Self {
        Self::unchecked(count as i32, LengthUnit::Months)
    }

    /// Years.
    #[must_use]
    pub const fn years(count: u8) -> Self {
        Self::unchecked(count as i32, LengthUnit::Years)
    }

    /// Half a month more, whose 15 days count last (§ 189 Abs. 2 BGB).
    #[must_use]
    pub const fn and_half_month(self) -> Self {
        Self { and_half_month: true, ..self }
    }

    /// The number.
    #[must_use]
    pub const fn count(self) -> i32 {
        self.count
    }

    /// The unit.
    #[must_use]
    pub const fn unit(self) -> LengthUnit {
        self.unit
    }

    /// Whether half a month follows.
    #[must_use]
    pub const fn has_half_month(self) -> bool {
        self.and_half_month
    }

    /// The same length so many times, from one starting day: the third review is three times six months, never six months after
    /// the second.
    #[must_use]
    pub const fn times(self, number: i32) -> Self {
        Self { count: self.count.saturating_mul(number), ..self }
    }
}

//! Easter Sunday of the Gregorian calendar, from which the movable holidays are counted.

use jiff::{ToSpan, civil::Date};

use super::{FIRST_YEAR, LAST_YEAR};

/// Years whose Easter is kept ready.
const YEARS: usize = (LAST_YEAR - FIRST_YEAR) as usize + 1;

/// Easter Sundays of those years as days of March, computed by the compiler.
const TABLE: [u8; YEARS] = {
    let mut table = [0; YEARS];
    let mut index = 0;
    let mut year = FIRST_YEAR;
    while year <= LAST_YEAR {
        // A day of March is at most 56 (25 April).
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 22 and 56 by the formula")]
        {
            table[index] = day_of_march(year) as u8;
        }
        index += 1;
        year += 1;
    }
    table
};

/// Easter Sunday of a year.
#[must_use]
pub fn easter_sunday(year: i16) -> Date {
    jiff::civil::date(year, 3, 1).saturating_add((easter_in_march(year) - 1).days())
}

/// Easter Sunday as a day of March: 31 is 31 March, 32 is 1 April.
pub(super) fn easter_in_march(year: i16) -> i32 {
    usize::try_from(i32::from(year) - i32::from(FIRST_YEAR))
        .ok()
        .and_then(|index| TABLE.get(index))
        .map_or_else(|| day_of_march(year), |day| i32::from(*day))
}

/// Gauss's formula as completed by Lichtenberg.
const fn day_of_march(year: i16) -> i32 {
    let x = year as i32;
    let century = x.div_euclid(100);
    let moon_shift = 15 + (3 * century + 3) / 4 - (8 * century + 13) / 25;
    let sun_shift = 2 - (3 * century + 3) / 4;
    let moon = x.rem_euclid(19);
    let seed = (19 * moon + moon_shift).rem_euclid(30);
    let correction = (seed + moon / 11) / 29;
    let full_moon = 21 + seed - correction;
    let first_sunday = 7 - (x + x.div_euclid(4) + sun_shift).rem_euclid(7);
    full_moon + 7 - (full_moon - first_sunday).rem_euclid(7)
}

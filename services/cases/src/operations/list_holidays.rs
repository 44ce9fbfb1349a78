//! `LegalClockService.ListHolidays`: the holidays of a place, and the days that are open there.

use std::ops::RangeInclusive;

use lotse_kernel::{
    legal::{
        Calendar,
        holidays::{FIRST_YEAR, LAST_YEAR, YearNotListed},
    },
    names::JobcenterName,
};
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    legal_clock::{answer, calendar, reader::Reader},
};

/// The most years after the first of a request.
const MOST_YEARS_MORE: i32 = 9;

/// Lists the holidays by day.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ListHolidaysRequest,
) -> Result<contract::ListHolidaysResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::ListHolidays>(unit, &parent, &parent.to_string()).await?;
    let mut reader = Reader::default();
    let place = reader.place(request.place.as_ref());
    let years = years(&mut reader, &request);
    let (place, years) = reader.finish((place, years))?;
    let calendar = calendar(&mut unit, &parent, place).await?;
    let mut entries = Vec::new();
    for year in years {
        let found = of_year(year, calendar).map_err(|error| Failure::Defect(error.to_string()))?;
        entries.extend(found);
    }
    Ok(contract::ListHolidaysResponse { place: answer::place(calendar), holidays: entries })
}

/// Reads the years: the first alone, or up to nine more.
fn years(reader: &mut Reader, request: &contract::ListHolidaysRequest) -> RangeInclusive<i16> {
    let (earliest, latest) = (i32::from(FIRST_YEAR), i32::from(LAST_YEAR));
    let first = reader.number("first_year", request.first_year, earliest..=latest);
    let last = if request.last_year == 0 {
        first
    } else {
        // A first year that is none bounds nothing.
        let from = if (earliest..=latest).contains(&first) { first } else { earliest };
        let span = if from == first { latest.min(from + MOST_YEARS_MORE) } else { latest };
        reader.number("last_year", request.last_year, from..=span)
    };
    // Both fit, or a violation is noted.
    let year = |year: i32| i16::try_from(year).unwrap_or(FIRST_YEAR);
    year(first)..=year(last)
}

fn of_year(year: i16, calendar: Calendar) -> Result<Vec<contract::HolidayEntry>, YearNotListed> {
    let certain = calendar.holidays(year)?.into_iter().map(|(date, holiday)| (date, holiday, false));
    let open = calendar.open_days(year)?.into_iter().map(|(date, holiday)| (date, holiday, true));
    let mut days: Vec<_> = certain.chain(open).collect();
    days.sort_unstable();
    Ok(days.into_iter().map(|(date, holiday, open)| answer::holiday(date, holiday, calendar, open)).collect())
}

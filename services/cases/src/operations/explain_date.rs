//! `LegalClockService.ExplainDate`: what a day is at a place, and why.

use lotse_kernel::{
    legal::{
        day::DayAnswer,
        holidays::{FIRST_YEAR, LAST_YEAR},
    },
    names::JobcenterName,
};
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    legal_clock::{answer, calendar, reader::Reader},
};

/// Explains a day.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ExplainDateRequest,
) -> Result<contract::DateExplanation, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::ExplainDate>(unit, &parent, &parent.to_string()).await?;
    let mut reader = Reader::default();
    let place = reader.place(request.place.as_ref());
    let date = reader.day("date", request.date.as_ref());
    if !(FIRST_YEAR..=LAST_YEAR).contains(&date.year()) {
        // Outside these years nobody has compared the lists with a second source.
        reader.violation("date", &format!("must lie between {FIRST_YEAR} and {LAST_YEAR}"));
    }
    let (place, date) = reader.finish((place, date))?;
    let calendar = calendar(&mut unit, &parent, place).await?;
    Ok(answer::day(&DayAnswer::of(date, calendar)))
}

//! `LetterProcessService.GetLetterTimetable`: what the letter's workflow waits for.

use lotse_kernel::names::LetterName;
use lotse_platform::authorization::Act;
use lotse_platform::convert::timetable;
use lotse_platform::failure::Failure;
use lotse_platform::fields::{business_time, parse_name};
use lotse_platform::principal::Caller;
use lotse_proto::common::Timetable;
use lotse_proto::documents::GetLetterTimetableRequest;

use crate::Documents;
use crate::domain::posting;
use crate::store::letters;

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct GetLetterTimetable;

impl Act for GetLetterTimetable {
    const NAME: &'static str = "GetLetterTimetable";
}

/// Reads the timetable.
///
/// # Errors
/// [`Failure`].
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: GetLetterTimetableRequest,
) -> Result<Timetable, Failure> {
    let name: LetterName = parse_name("name", &request.name)?;
    let now = business_time(request.business_time.as_ref())?;
    let rules = documents.rules(name.case()).await?;
    let (mut unit, proof) =
        documents.enter_process::<GetLetterTimetable>(caller, name.case(), name.to_string(), now).await?;
    let stored = letters::find(&mut unit, proof, &name).await?;
    let letter = stored.ok_or_else(|| Failure::NotFound { name: name.to_string() })?.letter;
    Ok(timetable(&posting::timetable(&letter, rules.on(unit.today()))?))
}

//! `LegalClockService.ComputeDeadline`: a date with its reasons.

use lotse_kernel::{
    legal::{Surroundings, notification::notice},
    names::JobcenterName,
};
use lotse_platform::{failure::Failure, fields::parse_name, principal::Caller, unit::Desk};
use lotse_proto::cases as contract;

use crate::{
    access::{self, acts},
    legal_clock::{
        answer, calendar,
        parse::{self, Question},
        reader::Reader,
    },
    store::policies,
};

/// Computes a date.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    desk: &Desk,
    caller: &Caller,
    request: contract::ComputeDeadlineRequest,
) -> Result<contract::ComputedDeadline, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    let unit = desk.begin(caller, parent.jobcenter().as_str()).await?;
    let (mut unit, _, _) = access::enter::<acts::ComputeDeadline>(unit, &parent, &parent.to_string()).await?;
    let mut reader = Reader::default();
    let place = reader.place(request.place.as_ref());
    let question = parse::question(&mut reader, request.question.as_ref());
    let question = reader.finish(question)?.ok_or_else(|| Failure::Defect("a question was lost".to_owned()))?;
    let calendar = calendar(&mut unit, &parent, place).await?;
    let book = policies::book(&mut unit, &parent).await?;
    let around = Surroundings { book: &book, today: unit.today(), calendar };
    let refused = |unanswered| parse::refused(unanswered, |field| question.field(field));
    Ok(match question {
        Question::Period(asked) => answer::period(&asked.answer(calendar), calendar),
        Question::Age(asked) => answer::explained(&asked.answer(), calendar),
        Question::Timer(asked) => answer::timer(&asked.answer(around).map_err(refused)?, &book, calendar),
        Question::Notice(delivery) => answer::explained(&notice(delivery, around).map_err(refused)?, calendar),
        Question::Objection(asked) => {
            let (last, known) = asked.answer(around).map_err(refused)?;
            answer::objection(&last, known.as_ref(), calendar)
        }
    })
}

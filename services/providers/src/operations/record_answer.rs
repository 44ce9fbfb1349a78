//! `ReferralService.RecordAnswer`: the provider takes the person or not, perhaps late.

use lotse_platform::{fields::Fields, principal::Caller};
use lotse_proto::providers::{self as contract, record_answer_request::Answer};

use super::{
    KEEPING,
    change::{Begun, News, Target, VerbError, begin, past_day, refused},
};
use crate::access::{Office, acts};
use crate::{
    convert::Twin,
    domain::{referral::Word, vocabulary::DeclineReason},
};

/// Records the provider's answer.
///
/// # Errors
/// [`VerbError`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::RecordAnswerRequest,
) -> Result<contract::Referral, VerbError> {
    let target = Target { name: &request.name, etag: &request.etag, request_id: &request.request_id };
    let begun = begin::<acts::RecordAnswer, _, _>(office, caller, &request, target, |fields, today| {
        let answered_on = past_day(fields, "answered_date", request.answered_date.as_ref(), today);
        (answered_on, word(fields, request.answer.as_ref()))
    });
    let (change, (answered_on, word)) = match begun.await? {
        Begun::Seen(referral) => return Ok(referral),
        Begun::New(change, parsed) => (change, parsed),
    };
    let referral = change.referral.clone().answered(answered_on, word).map_err(refused("answered_date"))?;
    let kind = match word {
        Word::Accept => "REFERRAL_ACCEPTED",
        Word::Decline(_) => "REFERRAL_DECLINED",
    };
    Ok(change.finish(referral, News::Wake(kind), KEEPING).await?)
}

fn word(fields: &mut Fields, answer: Option<&Answer>) -> Word {
    match answer {
        Some(Answer::Accept(_)) => Word::Accept,
        Some(Answer::Decline(refusal)) => Word::Decline(DeclineReason::read(fields, "decline.reason", refusal.reason)),
        None => {
            fields.violation("answer", "must be accept or decline");
            Word::Accept
        }
    }
}

//! Extensions of the limit in the stories.

use jiff::civil::Date;
use lotse_kernel::deadlines::ExtensionLength;

use super::{doris, on, text};
use crate::domain::{
    episode::{Act, AnsweringExtension, Episode, ExtensionWanted},
    rules::Rules,
    vocabulary::{ExtensionAnswer, ExtensionReason},
};

pub(in crate::domain::tests) fn longer(length: ExtensionLength) -> ExtensionWanted {
    let reason_code = ExtensionReason::IntegrationWithinReach;
    ExtensionWanted { reason_code, reason: text(), prognosis: text(), length }
}

/// Doris answers, the lead of the team.
pub(in crate::domain::tests) fn doris_answers_extension<'a>(rules: &'a Rules<'a>) -> AnsweringExtension<'a> {
    AnsweringExtension { who: doris(), leads: true, rules }
}

pub(in crate::domain::tests) fn extension_approved(episode: Episode, day: Date) -> Act {
    episode.answer_extension(ExtensionAnswer::Approved, String::new(), &doris_answers_extension(&on(day)))
}

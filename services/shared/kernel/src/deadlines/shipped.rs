//! The duties as this release ships their policies, with the holidays of the whole country: what tests ask.

use jiff::civil::Date;

use super::{
    Deadline, ExtensionLength,
    governed::{self, FormerReviews, Terms},
};
use crate::{
    defaults::Months,
    legal::Calendar,
    policy::{Book, book::Governing, rules::Rule},
};

/// The rule that governs a fact of this day.
pub fn rule<R: Rule>(fact_on: Date) -> Governing<R> {
    Book::federal().unwrap().rule(fact_on, fact_on).unwrap().unwrap()
}

/// Computes a duty under the rule that governs its first day.
fn under<R: Rule>(from: Date, compute: impl FnOnce(Date, &Terms<'_, R>) -> Deadline) -> Deadline {
    compute(from, &Terms::of(&rule(from), Calendar::Nation))
}

pub fn eligibility_recheck(last_check_on: Date) -> Deadline {
    under(last_check_on, governed::eligibility_recheck)
}

pub fn continuation_review(assigned_on: Date, slot: i32) -> Deadline {
    under(assigned_on, |from, terms| governed::continuation_review(from, slot, FormerReviews::default(), terms))
}

pub fn regular_maximum(assigned_on: Date) -> Deadline {
    under(assigned_on, governed::regular_maximum)
}

pub fn extension_end(former_limit: Date, length: ExtensionLength, slot: i32) -> Deadline {
    under(former_limit, |from, terms| governed::extension_end(from, length, slot, terms))
}

pub fn aftercare_after_job_start(job_started_on: Date) -> Deadline {
    under(job_started_on, governed::aftercare_after_job_start)
}

pub fn aftercare_until(until: Date) -> Deadline {
    under(until, governed::aftercare_until)
}

pub fn employment_status(integrated_on: Date, month: i32) -> Deadline {
    under(integrated_on, |from, terms| governed::employment_status(from, month, month, terms))
}

pub fn proposal_decision(proposed_on: Date) -> Deadline {
    under(proposed_on, governed::proposal_decision)
}

pub fn first_talk(assigned_on: Date) -> Deadline {
    under(assigned_on, governed::first_talk)
}

pub fn provider_answer(sent_on: Date) -> Deadline {
    under(sent_on, governed::provider_answer)
}

pub fn provider_report(started_on: Date, slot: i32, interval: Option<Months>) -> Deadline {
    under(started_on, |from, terms| governed::provider_report(from, slot, None, interval, terms))
}

pub fn letter_posting(offered_on: Date) -> Deadline {
    under(offered_on, governed::letter_posting)
}

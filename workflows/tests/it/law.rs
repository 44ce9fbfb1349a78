//! Dates of referrals and checks under the federal policies of the release, as cases and its siblings compute them.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    deadlines::{
        Deadline,
        governed::{self, Terms},
    },
    legal::{Calendar, Surroundings},
    policy::rules::Escalation,
};

fn release(on: Date) -> Surroundings<'static> {
    Surroundings::of_release(on, Calendar::Nation).unwrap()
}

/// T1.
pub fn eligibility_recheck(last_check_on: Date) -> Deadline {
    let rule = release(last_check_on).rule("last check", last_check_on).unwrap();
    governed::eligibility_recheck(last_check_on, &Terms::of(&rule, Calendar::Nation))
}

/// T7a.
pub fn provider_answer(sent_on: Date) -> Deadline {
    let rule = release(sent_on).rule("sent", sent_on).unwrap();
    governed::provider_answer(sent_on, &Terms::of(&rule, Calendar::Nation))
}

/// T8.
pub fn provider_report(started_on: Date, slot: i32) -> Deadline {
    let rule = release(started_on).rule("started", started_on).unwrap();
    governed::provider_report(started_on, slot, None, None, &Terms::of(&rule, Calendar::Nation))
}

/// The day of an escalation (R141).
pub fn escalates_on(overdue_after: Date, round: i32) -> Date {
    let governing = release(overdue_after).rule::<Escalation>("overdue", overdue_after).unwrap();
    add_days(overdue_after, 1 + governing.rule.interval_days * (round - 1))
}

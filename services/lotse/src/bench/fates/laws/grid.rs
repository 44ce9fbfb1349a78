//! Dates are computed from the facts and from nothing else, here once more and in another way: the grid of reviews from t0, so that it
//! never drifts, and an extension from the limit before it.

use jiff::civil::Date;
use lotse_cases::domain::{
    duties::{Duties, Duty},
    episode::Episode,
    records::{Aftercare, Extension},
};
use lotse_kernel::{
    dates::{add_days, add_months},
    deadlines::ExtensionLength,
    defaults::Months,
    duty::{DutyKind as Kind, DutyState},
    policy::PolicyKey,
};

use super::{Cause, Fault, Moved, Verdict, of_duty, require, waiting};
use crate::bench::fates::{place::Place, rows::Deed};

/// The most reviews that a life of a few years has.
const MOST_SLOTS: i32 = 200;

/// What a missing fact breaks.
const RESTS: &str = "a date rests on a fact and on a version that can be read";

/// Judges the dates of a duty that began.
pub(super) fn dates(moved: &Moved<'_>, duty: &Duty) -> Verdict {
    let deadline = duty.deadline();
    let ordered = deadline.opens_on <= deadline.due_on() && deadline.due_on() <= deadline.overdue_after();
    of_duty(ordered, "a duty opens, is due and then late, in this order", duty)?;
    let assigned_on = moved.after.assigned_on();
    let number = |name| moved.place.number(&deadline.explanation.rule_version, name);
    let missing = || Fault { law: RESTS, words: super::told(duty) };
    let (due, grace) = match duty.kind() {
        Kind::ProposalDecision => {
            let weeks = number("weeks").ok_or_else(missing)?;
            (add_days(moved.after.proposal().proposed_on, 7 * weeks), 0)
        }
        Kind::FirstTalk => {
            let weeks = number("weeks").ok_or_else(missing)?;
            (add_days(assigned_on.ok_or_else(missing)?, 7 * weeks), 0)
        }
        Kind::ContinuationReview => {
            let months = number("months").ok_or_else(missing)?;
            return review(moved, duty, assigned_on.ok_or_else(missing)?, months);
        }
        Kind::RegularMaximum => {
            let months = number("months").ok_or_else(missing)?;
            let from = assigned_on.ok_or_else(missing)?;
            let notice = |name| number(name).map(|before| add_months(from, months - before).date);
            let told = notice("first_notice_months") == Some(deadline.opens_on)
                && notice("second_notice_months") == deadline.reminds_on;
            of_duty(told, "the notices of the limit count from t0", duty)?;
            (add_months(from, months).date, 1)
        }
        Kind::ExtensionEnd => {
            let extension = extension(moved, duty.slot()).ok_or_else(missing)?;
            of_duty(extension.deadline == *deadline, "an extension ends as it was proposed", duty)?;
            (extension.deadline.due_on(), 1)
        }
        Kind::AccompanimentDecision => {
            let weeks = number("weeks").ok_or_else(missing)?;
            let last = moved.after.care().and_then(|care| care.accompaniments.last()?.dates.last());
            (add_days(last.ok_or_else(missing)?.held_on, 7 * weeks), 0)
        }
        Kind::VariantSwitchAnswer => {
            let weeks = number("weeks").ok_or_else(missing)?;
            let proposed = moved.after.care().and_then(|care| care.variant_switches.last()).ok_or_else(missing)?;
            (add_days(proposed.proposed_on, 7 * weeks), 0)
        }
        Kind::CrisisContact => {
            let days = number("working_days").ok_or_else(missing)?;
            let care = moved.after.care().ok_or_else(missing)?;
            let crisis =
                usize::try_from(duty.slot() - 1).ok().and_then(|at| care.crises.get(at)).ok_or_else(missing)?;
            (moved.place.calendar().add_working_days(crisis.recorded_on, days), 0)
        }
        Kind::ExtensionAnswer => {
            let days = number("working_days").ok_or_else(missing)?;
            let proposed = moved.after.care().and_then(|care| care.extensions.last()).ok_or_else(missing)?;
            (moved.place.calendar().add_working_days(proposed.proposed_on, days), 0)
        }
        Kind::HandoverAcceptance => {
            let days = number("working_days").ok_or_else(missing)?;
            let ended_on = moved.after.closing().ok_or_else(missing)?.ended_on;
            (moved.place.calendar().add_working_days(ended_on, days), 0)
        }
        Kind::PlanUpdate => {
            let months = number("months").ok_or_else(missing)?;
            let issued_on = plan_issued_on(moved.after).ok_or_else(missing)?;
            of_duty(add_days(deadline.due_on(), -30) == deadline.opens_on, "an update opens thirty days before", duty)?;
            (add_months(issued_on, months).date, 0)
        }
        Kind::GoalDue => {
            let goals = || moved.after.plan().into_iter().flat_map(|plan| &plan.goals);
            let steps = goals().flat_map(|goal| &goal.steps).map(|step| (step.slot, step.due_on));
            let mut days = goals().map(|goal| (goal.slot, goal.due_on)).chain(steps);
            let (_, due_on) = days.find(|(slot, _)| *slot == duty.slot()).ok_or_else(missing)?;
            of_duty(deadline.opens_on == due_on, "a goal or step is asked for on its day", duty)?;
            (due_on, 1)
        }
        Kind::AftercareContact => {
            let contacts = moved.after.closing().into_iter().flat_map(|closing| &closing.contacts);
            let contact = contacts.into_iter().find(|contact| contact.number == duty.slot()).ok_or_else(missing)?;
            of_duty(deadline.opens_on == contact.planned_on, "a contact is due on its day", duty)?;
            (contact.planned_on, 1)
        }
        Kind::ContinuousEmployment => {
            let integration = moved.after.integration().ok_or_else(missing)?;
            let month = integration.months.iter().zip(1..).find(|(month, _)| month.slot == duty.slot());
            let (_, month) = month.ok_or_else(missing)?;
            let of = add_months(integration.integrated_on, month).date;
            (of.last_of_month(), number("grace_working_days").ok_or_else(missing)?)
        }
        Kind::AftercareEnd => match moved.after.closing().and_then(|closing| closing.note.aftercare) {
            Some(Aftercare::JobStart { started_on } | Aftercare::FollowOnJob { started_on }) => {
                (add_months(started_on, 6).date, 0)
            }
            Some(Aftercare::HolisticSupport { started_on }) => (add_months(started_on, 9).date, 0),
            Some(Aftercare::TrainingEnd { ended_on }) => (add_months(ended_on, 12).date, 0),
            Some(Aftercare::FundedJob { until } | Aftercare::SetDate { until }) => (until, 0),
            None => return Err(missing()),
        },
        _ => return of_duty(false, "an episode has the duties of its timers", duty),
    };
    of_duty(deadline.due_on() == due, "a date is computed from its fact", duty)?;
    in_time_until(moved.place, duty, grace)
}

/// The day on which the newest plan was issued, also when it was given up since.
fn plan_issued_on(it: &Episode) -> Option<Date> {
    it.plan().into_iter().chain(it.care()?.former_plans()).map(|plan| plan.issued_on).max()
}

/// Until how many working days after its due day a duty is in time.
fn in_time_until(place: &Place, duty: &Duty, grace: i32) -> Verdict {
    let due_on = duty.deadline().due_on();
    let last = if grace == 0 { due_on } else { place.calendar().add_working_days(due_on, grace) };
    of_duty(duty.deadline().overdue_after() == last, "a duty is in time until its grace is over", duty)
}

fn extension<'a>(moved: &Moved<'a>, slot: i32) -> Option<&'a Extension> {
    let at = usize::try_from(slot.checked_sub(1)?).ok()?;
    moved.after.care()?.extensions.iter().filter(|extension| extension.is_approved()).nth(at)
}

/// A review is due on the first day of the grid after the one before it; where one interval holds for all, on its own multiple.
fn review(moved: &Moved<'_>, duty: &Duty, assigned_on: Date, months: i32) -> Verdict {
    let grid = |times: i32| add_months(assigned_on, months * times).date;
    let slot = duty.slot();
    let counts = |other: &&Duty| other.kind() == Kind::ContinuationReview && !other.is_replaced();
    let former = moved.after.duties().iter().filter(counts).find(|other| other.slot() == slot - 1);
    of_duty(slot == 1 || former.is_some(), "no review is left out", duty)?;
    let after = former.map_or(assigned_on, |former| former.deadline().due_on());
    let due = (1..MOST_SLOTS).map(grid).find(|day| *day > after);
    let deadline = duty.deadline();
    of_duty(Some(deadline.due_on()) == due, "the grid of reviews counts from t0", duty)?;
    let one_interval = moved.place.keeps(PolicyKey::ContinuationReview);
    of_duty(!one_interval || deadline.due_on() == grid(slot), "the grid of reviews never drifts", duty)?;
    let free = former.map(|former| add_days(former.deadline().overdue_after(), 1).min(deadline.due_on()));
    let opens_on = add_days(deadline.due_on(), -30);
    let opens_on = free.map_or(opens_on, |free| free.max(opens_on));
    of_duty(deadline.opens_on == opens_on, "a review opens thirty days before it is due", duty)?;
    in_time_until(moved.place, duty, 1)
}

/// Judges what runs beside the phase: one review is planned, one limit runs, and an extension counts from the old limit.
pub(super) fn runs(moved: &Moved<'_>, anything_began: bool) -> Verdict {
    let duties = moved.after.duties();
    let is_active = moved.after.phase().is_active();
    let planned = |duty: &&Duty| duty.stored_state() == DutyState::Scheduled;
    let newest = duties.newest_review().is_some_and(|newest| planned(&newest));
    let to_come = |duty: &&Duty| planned(duty) && duty.deadline().opens_on > moved.today;
    let scheduled = waiting(duties, Kind::ContinuationReview).filter(to_come).count();
    let limits = waiting(duties, Kind::RegularMaximum).chain(waiting(duties, Kind::ExtensionEnd)).count();
    let phase = || format!("{scheduled} planned, {limits} limits in {}", moved.after.phase());
    // Of reviews whose day has come time tells on the same day.
    let one = newest == is_active && scheduled <= usize::from(is_active);
    require(one, "one review is planned while an episode is active", phase)?;
    require(limits == usize::from(is_active), "one limit runs while an episode is active", phase)?;
    if anything_began {
        in_turn(duties)?;
    }
    match moved.cause {
        Cause::Deed(Deed::ProposeExtension, length) => proposed(moved, *length),
        _ => Ok(()),
    }
}

/// Reviews are due one after another.
fn in_turn(duties: &Duties) -> Verdict {
    let counts = |duty: &&Duty| duty.kind() == Kind::ContinuationReview && !duty.is_replaced();
    let mut reviews: Vec<&Duty> = duties.iter().filter(counts).collect();
    reviews.sort_by_key(|duty| duty.slot());
    for (before, duty) in reviews.iter().zip(reviews.iter().skip(1)) {
        let follows = before.slot() + 1 == duty.slot() && before.deadline().due_on() < duty.deadline().due_on();
        of_duty(follows, "reviews are due one after another", duty)?;
    }
    Ok(())
}

/// What was proposed counts from the limit that ran.
fn proposed(moved: &Moved<'_>, length: Option<ExtensionLength>) -> Verdict {
    let limit = moved.before.and_then(|before| before.duties().limit()).map(|limit| limit.deadline().due_on());
    let newest = moved.after.care().and_then(|care| care.extensions.last());
    let (Some(limit), Some(newest), Some(length)) = (limit, newest, length) else {
        return require(false, "an extension follows a limit", || moved.after.phase().to_string());
    };
    let until = match length {
        ExtensionLength::Months(Months(months)) => add_months(limit, months).date,
        ExtensionLength::Until(day) => day,
    };
    let words = || format!("{length:?} from {limit}: {} from {}", newest.deadline.due_on(), newest.from);
    let counts = newest.from == limit && newest.deadline.due_on() == until && until > limit;
    require(counts, "an extension counts from the old limit", words)
}

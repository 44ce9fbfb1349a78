//! The watch over a person outside case management as the contract shows it.

use jiff::civil::Date;
use lotse_kernel::{dates::days_between, names::EpisodeName};
use lotse_platform::{convert::duty_kind, etag, fields::contract_date};
use lotse_proto::{cases as contract, common};

use crate::{
    convert_profile,
    domain::watch::{Notice, PlanUpdate, Recheck, State},
    store::{rechecks::Due, watch_notices::Untold, watches::Stored},
};

/// A watch as clients see it on a day; `proposal` is the one on which nobody has decided yet.
#[must_use]
pub fn watch(stored: &Stored, proposal: Option<&EpisodeName>, today: Date) -> contract::Watch {
    let (watch, facts) = (&stored.watch, stored.watch.facts());
    let (state, reason) = match facts.state {
        State::Unwatched { reason } => (contract::WatchState::Unwatched, Some(reason)),
        State::Watched if watch.duty().is_some_and(|duty| duty.is_doable_on(today)) => {
            (contract::WatchState::CheckDue, None)
        }
        State::Watched => (contract::WatchState::Watched, None),
    };
    let reason =
        reason.and_then(|reason| contract::UnwatchedReason::from_str_name(&format!("UNWATCHED_REASON_{reason}")));
    contract::Watch {
        name: watch.case().to_string(),
        etag: etag::of(stored.version),
        state: state.into(),
        unwatched_reason: reason.unwrap_or_default().into(),
        last_check_date: facts.last_check_on.map(contract_date),
        duty: watch.duty().map(|duty| duty.name().to_string()).unwrap_or_default(),
        due_date: watch.duty().map(|duty| contract_date(duty.deadline().due_on())),
        proposal: proposal.map(ToString::to_string).unwrap_or_default(),
        rechecks: facts.checks.iter().map(recheck).collect(),
        plan_issue_date: facts.plan_issued_on.map(contract_date),
        plan_duty: watch.plan_duty().map(|duty| duty.name().to_string()).unwrap_or_default(),
        plan_due_date: watch.plan_duty().map(|duty| contract_date(duty.deadline().due_on())),
        plan_updates: facts.plan_updates.iter().map(plan_update).collect(),
    }
}

fn plan_update(update: &PlanUpdate) -> contract::PlanUpdate {
    contract::PlanUpdate {
        issue_date: Some(contract_date(update.issued_on)),
        staff_member: update.issued_by.to_string(),
        days_late: update.days_late,
    }
}

fn recheck(check: &Recheck) -> contract::Recheck {
    let result = contract::RecheckResult::from_str_name(&format!("RECHECK_RESULT_{}", check.result));
    contract::Recheck {
        result: result.unwrap_or_default().into(),
        reason: check.reason.clone(),
        check_date: Some(contract_date(check.checked_on)),
        staff_member: check.checked_by.to_string(),
        days_late: check.days_late,
        talk: check.talk.clone(),
    }
}

/// A check that waits as whoever has to make it sees it on a day, with what they send back once they have said why.
#[must_use]
pub fn recheck_due(due: &Due, today: Date) -> contract::RecheckDue {
    let (watch, deadline) = (&due.watch, due.duty.deadline());
    contract::RecheckDue {
        given_name: due.given_name.clone(),
        family_name: due.family_name.clone(),
        duty: due.duty.name().to_string(),
        target_date: Some(contract_date(deadline.target_on())),
        due_date: Some(contract_date(deadline.due_on())),
        overdue_days: days_between(deadline.overdue_after(), today).max(0),
        last_recheck: watch.checks.last().map(recheck),
        profile: Some(convert_profile::profile(&due.profile)),
        recheck: Some(contract::RecheckItem {
            case: due.case.to_string(),
            result: contract::RecheckResult::Unchanged.into(),
            reason: String::new(),
            check_date: Some(contract_date(today)),
            etag: etag::of(due.version),
            talk: String::new(),
        }),
    }
}

/// A notice about steps that a sweep took.
#[must_use]
pub fn notice(untold: &Untold) -> contract::WatchNotice {
    let Untold { id, notice: Notice { about, due_on, duties } } = untold;
    let kind = contract::WatchNoticeKind::from_str_name(&format!("WATCH_NOTICE_KIND_{}", about.kind));
    let (duty, duty_kind) = match &about.duty {
        Some((duty, kind)) => (duty.to_string(), duty_kind(*kind)),
        None => (String::new(), common::DutyKind::Unspecified),
    };
    contract::WatchNotice {
        notice_id: id.to_string(),
        kind: kind.unwrap_or_default().into(),
        tell_date: Some(contract_date(about.tells_on)),
        staff_member: about.owner.as_ref().map(ToString::to_string).unwrap_or_default(),
        team: about.team.clone().unwrap_or_default(),
        duty,
        duty_kind: duty_kind.into(),
        duty_count: *duties,
        due_date: Some(contract_date(*due_on)),
    }
}

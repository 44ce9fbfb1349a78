//! No duty is lost and none comes twice; what is settled stays settled, and each is settled by what may settle it, with its days late.

use jiff::civil::Date;
use lotse_cases::domain::{
    duties::{Duties, Duty, Notices, Status},
    records::Extension,
    vocabulary::{DutyOutcome as Outcome, EpisodePhase as P, VoidReason},
};
use lotse_kernel::{
    dates::days_between,
    duty::{DutyKind as Kind, DutyState, DutyStep},
};

use super::{Cause, Fault, Moved, Verdict, of_duty, require};
use crate::bench::fates::rows::Deed;

/// The acts that end an episode for one of the six reasons.
const ENDS: &[Deed] = &[Deed::End, Deed::EndByReview];

/// The acts that decide on access.
const ACCESS: &[Deed] = &[Deed::Admit, Deed::Refuse];

/// Judges the duties of a record before and after something; gives those that began.
pub(super) fn judge<'a>(
    before: &Duties,
    after: &'a Duties,
    cause: &Cause,
    today: Date,
) -> Result<Vec<&'a Duty>, Fault> {
    let mut begun = Vec::new();
    // Both are in the same order, in which a new duty only comes between.
    let mut old = before.iter().peekable();
    for now in after.iter() {
        match old.next_if(|old| old.name().id() == now.name().id()) {
            Some(old) if old == now => {}
            Some(old) => changed(old, now, after, cause, today)?,
            None => begun.push(now),
        }
    }
    if let Some(lost) = old.next() {
        let name = lost.name();
        of_duty(after.get(name).is_some(), "no duty is lost", lost)?;
        of_duty(false, "duties stand by opening day and name", lost)?;
    }
    if !begun.is_empty() {
        doubled(after)?;
    }
    Ok(begun)
}

/// No two duties of one place that both count, no name twice, and revisions without a gap.
fn doubled(after: &Duties) -> Verdict {
    let mut places: Vec<_> = after.iter().map(|duty| (duty.kind(), duty.slot(), duty.revision(), duty)).collect();
    places.sort_by_key(|(kind, slot, revision, _)| (*kind, *slot, *revision));
    let mut former: Option<(Kind, i32, i32, &Duty)> = None;
    for (kind, slot, revision, duty) in places {
        let same = former.filter(|(of, at, ..)| (*of, *at) == (kind, slot));
        let expected = same.map_or(1, |(_, _, revision, _)| revision + 1);
        of_duty(revision == expected, "no duty is doubled: one revision follows the other", duty)?;
        let replaced = same.is_none_or(|(.., other)| other.is_replaced());
        of_duty(replaced, "no duty is doubled: one of a place counts", duty)?;
        former = Some((kind, slot, revision, duty));
    }
    Ok(())
}

fn changed(old: &Duty, now: &Duty, after: &Duties, cause: &Cause, today: Date) -> Verdict {
    let again = cause.is(&[Deed::ApproveReopening]);
    if again && now.kind() == Kind::ContinuousEmployment && old.is_unsettled() {
        return handed_back(old, now, today);
    }
    of_duty(old.is_unsettled() || again, "what is settled stays as it is", now)?;
    of_duty(!old.is_unsettled() || !again, "what waits is not taken up again", now)?;
    of_duty(!again || now.notices() == old.notices(), "what time has said stays said", now)?;
    of_duty(old.deadline() == now.deadline(), "the dates of a duty do not move", now)?;
    of_duty(old.revision() == now.revision(), "a duty keeps its place", now)?;
    if again && now.status() == old.status() {
        // With the end of care that is undone nobody takes its hand-over and aftercare up again, which their duties note.
        let after_end =
            [Kind::HandoverAcceptance, Kind::AftercareEnd, Kind::AftercareContact, Kind::ContinuousEmployment];
        return of_duty(after_end.contains(&now.kind()), "what was done after the end stays done", now);
    }
    let late_on = |day| days_between(now.deadline().overdue_after(), day).max(0);
    let lateness = "the days late are those after the last day in time";
    match now.status() {
        Status::Scheduled | Status::Open if again => Ok(()),
        Status::Scheduled | Status::Open => stays_open(old, now, cause, today),
        Status::Done { outcome, done_on, days_late } => {
            of_duty(days_late == late_on(done_on) && done_on <= today, lateness, now)?;
            of_duty(does(cause, now.kind(), outcome), "a duty is done by what does it", now)
        }
        Status::Missed { missed_on, days_late } => {
            of_duty(days_late == late_on(missed_on) && missed_on == today, lateness, now)?;
            let decided = cause.is(&[Deed::DecideReview, Deed::EndByReview, Deed::End]);
            let misses = now.kind() == Kind::ContinuationReview && (decided || cause.is_step(DutyStep::Miss));
            of_duty(misses, "only a review is missed, by the next one or its day", now)?;
            let next = after.iter().any(|other| other.kind() == now.kind() && other.slot() > now.slot());
            of_duty(next, "a review is missed for a later one", now)
        }
        Status::Void { reason, voided_on, days_late } => {
            of_duty(days_late == late_on(voided_on) && voided_on == today, lateness, now)?;
            of_duty(voids(cause, reason), "a duty is void for the reason that made it so", now)?;
            if reason == VoidReason::Replanned { replaced(old, after, today) } else { Ok(()) }
        }
    }
}

/// A month after an integration that waits of a closed episode is asked for on when it is open again, or void with the end that is undone.
fn handed_back(old: &Duty, now: &Duty, today: Date) -> Verdict {
    let kept = (now.name(), now.deadline(), now.notices()) == (old.name(), old.deadline(), old.notices());
    of_duty(kept, "what time has said stays said", now)?;
    let holds = match now.status() {
        Status::Scheduled | Status::Open => true,
        Status::Void { reason, voided_on, .. } => reason == VoidReason::EndUndone && voided_on == today,
        Status::Done { .. } | Status::Missed { .. } => false,
    };
    of_duty(holds, "a month is asked for on, or void with its end", now)
}

/// A duty that is not settled changed: time took a step, or people passed it on.
fn stays_open(old: &Duty, now: &Duty, cause: &Cause, today: Date) -> Verdict {
    let (then, notices) = (old.notices(), now.notices());
    match cause {
        Cause::Time(step) => {
            let is_it = step.duty == *now.name() && old.owner() == now.owner();
            of_duty(is_it, "a step of time moves its own duty alone", now)?;
            let opened = i32::from(step.step == DutyStep::Open);
            let escalated = i32::from(step.step == DutyStep::Escalate);
            let taken = now.stored_state() == DutyState::Open
                && notices.openings == then.openings + opened
                && notices.escalations() == then.escalations() + escalated
                && notices.reminded == (then.reminded || step.step == DutyStep::Remind);
            of_duty(taken, "a step of time is noted once", now)?;
            let last = |notices: Notices| notices.last_escalation.map(|last| last.on);
            let of_today = last(notices) == if escalated > 0 { Some(today) } else { last(then) };
            of_duty(
                of_today && (escalated == 0 || last(then) < Some(today)),
                "what is overdue escalates once a day",
                now,
            )
        }
        Cause::Deed(..) => {
            of_duty(notices == then, "people do not take the steps of time", now)?;
            // Votes that differ pass the proposal to the lead, whom time tells of it; a review that is decided opens those before it.
            let closed = now.stored_state() == DutyState::Scheduled && old.stored_state() == DutyState::Open;
            let passed = now.kind() == Kind::ProposalDecision && now.owner().is_none() && cause.is(&[Deed::CastVote]);
            // With the episode the months after an integration pass to the placement officer.
            let closes_it = cause.is(&[Deed::AcceptHandover, Deed::CompleteAftercare]);
            let asked_on = now.kind() == Kind::ContinuousEmployment && closes_it;
            of_duty(!closed || passed || asked_on, "what is open is not closed again", now)
        }
        Cause::Birth | Cause::Turn | Cause::Person | Cause::Look => of_duty(false, "nobody touched the duty", now),
    }
}

/// What a policy version gives up is in time, and has a successor in its place or waits for the review before it.
fn replaced(old: &Duty, after: &Duties, today: Date) -> Verdict {
    let in_time = today <= old.deadline().overdue_after();
    of_duty(in_time, "what is overdue neither moves nor vanishes", old)?;
    let same = |other: &&Duty| other.kind() == old.kind() && other.slot() == old.slot();
    let successor = after.iter().filter(same).any(|other| other.is_unsettled() && other.revision() > old.revision());
    let before = |other: &Duty| other.slot() < old.slot() && other.stored_state() == DutyState::Scheduled;
    let later = old.kind() == Kind::ContinuationReview
        && after.iter().any(|other| other.kind() == Kind::ContinuationReview && before(other));
    of_duty(successor || later, "what a policy version gives up comes again", old)
}

fn does(cause: &Cause, kind: Kind, outcome: Outcome) -> bool {
    let deeds: &[Deed] = match (kind, outcome) {
        (Kind::ProposalDecision, Outcome::Decided) => ACCESS,
        (Kind::FirstTalk, Outcome::Held) => &[Deed::RecordFirstTalk],
        (Kind::ContinuationReview, Outcome::Decided) => &[Deed::DecideReview, Deed::EndByReview, Deed::End],
        (Kind::RegularMaximum | Kind::ExtensionEnd, Outcome::Extended) | (Kind::ExtensionAnswer, Outcome::Decided) => {
            &[Deed::AnswerExtension]
        }
        (Kind::RegularMaximum | Kind::ExtensionEnd, Outcome::AnsweredByEnd) => ENDS,
        (Kind::AccompanimentDecision, Outcome::Decided) => {
            &[Deed::PlanFurtherDates, Deed::FinishAccompaniment, Deed::AnswerVariantSwitch]
        }
        (Kind::VariantSwitchAnswer, Outcome::Decided) => &[Deed::AnswerVariantSwitch],
        (Kind::CrisisContact, Outcome::Held) => &[Deed::RecordCrisisContact],
        (Kind::PlanUpdate, Outcome::Updated) if matches!(cause, Cause::Person) => return true,
        (Kind::PlanUpdate, Outcome::Updated) => &[Deed::ActivatePlan, Deed::RevisePlan],
        (Kind::AftercareContact, Outcome::Held | Outcome::NotReached) => &[Deed::RecordAftercareContact],
        (Kind::ContinuousEmployment, Outcome::Answered) => &[Deed::RecordEmploymentStatus],
        (Kind::GoalDue, Outcome::Determined) => &[Deed::RecordGoalAttainment, Deed::RecordStepOutcome],
        (Kind::AftercareEnd, Outcome::Checked) => &[Deed::CompleteAftercare],
        (Kind::HandoverAcceptance, Outcome::Accepted) => &[Deed::AcceptHandover],
        (Kind::EligibilityRecheck, Outcome::Checked | Outcome::Decided) | (Kind::ReopeningAnswer, Outcome::Decided) => {
            return matches!(cause, Cause::Person);
        }
        _ => return false,
    };
    cause.is(deeds)
}

fn voids(cause: &Cause, reason: VoidReason) -> bool {
    match reason {
        VoidReason::EpisodeEnded => cause.is(ENDS),
        // To the placement officer with the end of care, and back where that end is undone.
        VoidReason::PassedOn => {
            let ends = cause.is(ENDS) || cause.is(&[Deed::EndTechnically, Deed::FinishAccompaniment]);
            ends || matches!(cause, Cause::Person)
        }
        VoidReason::TechnicalEnd => cause.is(&[Deed::EndTechnically, Deed::FinishAccompaniment]),
        VoidReason::ReferredBack => cause.is(&[Deed::ReferBack]),
        VoidReason::WatchEnded => matches!(cause, Cause::Person),
        VoidReason::PlanChanged => cause.is(&[Deed::RevisePlan, Deed::RecordLifeChange, Deed::RecordDeviation]),
        VoidReason::AftercareEnded => cause.is(&[Deed::CompleteAftercare]),
        VoidReason::CrisisContact => cause.is(&[Deed::RecordCrisis]),
        VoidReason::EndUndone => cause.is(&[Deed::ApproveReopening]),
        VoidReason::GoalDetermined => cause.is(&[Deed::RecordGoalAttainment]),
        VoidReason::Replanned => matches!(cause, Cause::Turn),
        VoidReason::WindowClosed => cause.is_step(DutyStep::Escalate),
    }
}

/// Whether the last extension was approved.
fn approved(moved: &Moved<'_>) -> bool {
    moved.after.care().and_then(|care| care.extensions.last()).is_some_and(Extension::is_approved)
}

/// What begins is what the row begins, and all of it.
pub(super) fn begins(moved: &Moved<'_>, begun: &[&Duty]) -> Verdict {
    let kinds: Vec<Kind> = begun.iter().map(|duty| duty.kind()).collect();
    let words = || format!("{} began {kinds:?}", moved.cause);
    let of = |kind| kinds.iter().filter(|begun| **begun == kind).count();
    let all = |kind| of(kind) == kinds.len();
    let holds = match moved.cause {
        Cause::Birth => kinds == [Kind::ProposalDecision],
        Cause::Deed(deed, _) => match deed {
            Deed::Admit | Deed::AdmitFromWaitingList if moved.after.phase() == P::EntryConsultation => {
                let each = [Kind::FirstTalk, Kind::ContinuationReview, Kind::RegularMaximum];
                kinds.len() == each.len() && each.into_iter().all(|kind| of(kind) == 1)
            }
            // Openings of which time has not told yet have happened all the same.
            Deed::DecideReview => all(Kind::ContinuationReview),
            Deed::EndByReview | Deed::End => {
                let follows = of(Kind::AftercareContact) + of(Kind::ContinuousEmployment);
                of(Kind::HandoverAcceptance) == 1 && of(Kind::ContinuationReview) + follows + 1 == kinds.len()
            }
            Deed::PlanAftercareContact => kinds == [Kind::AftercareContact],
            Deed::ProposeExtension => kinds == [Kind::ExtensionAnswer],
            Deed::AnswerExtension if approved(moved) => kinds == [Kind::ExtensionEnd],
            Deed::RecordAccompanyingDate => kinds.len() <= 1 && all(Kind::AccompanimentDecision),
            Deed::ProposeVariantSwitch => kinds == [Kind::VariantSwitchAnswer],
            Deed::ActivatePlan | Deed::RevisePlan => {
                of(Kind::PlanUpdate) == 1 && of(Kind::PlanUpdate) + of(Kind::GoalDue) == kinds.len()
            }
            // What was taken back before its day is asked for again.
            Deed::RecordGoalAttainment => all(Kind::GoalDue),
            Deed::RecordStepOutcome => kinds.len() <= 1 && all(Kind::GoalDue),
            Deed::RecordCrisis => kinds == [Kind::CrisisContact],
            Deed::AcceptHandover if moved.after.phase() == P::Aftercare => kinds == [Kind::AftercareEnd],
            _ => kinds.is_empty(),
        },
        Cause::Time(_) => kinds.len() <= 1 && all(Kind::ContinuationReview),
        // In the place of another one, or the review after one that has opened by its new dates.
        Cause::Turn => begun.iter().all(|duty| duty.revision() > 1 || duty.kind() == Kind::ContinuationReview),
        Cause::Person | Cause::Look => kinds.is_empty(),
    };
    require(holds, "a row begins its duties and no other", words)
}

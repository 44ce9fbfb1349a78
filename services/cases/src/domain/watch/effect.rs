//! What an act on an episode means for the watch over its person.

use lotse_kernel::names::EpisodeName;

use super::Change;
use crate::domain::{
    episode::{Episode, State},
    records::{Aftercare, ClosingNote, Handover},
    vocabulary::{EndReason, EpisodePhase, HandoverReceiver, TechnicalEnd, UnwatchedReason, VoidReason},
};

/// Everything that the step from one state of an episode to another means, in the order in which it is carried over: a reopening is answered before
/// it says where the person is now. Of an episode that does not speak for its person only that is told.
#[must_use]
pub fn effects(before: &Episode, after: &Episode, speaks: bool) -> Vec<Change> {
    let of_person = || [effect(before, after), plan_effect(before, after), lead_effect(before, after)];
    let of_person = speaks.then(of_person).into_iter().flatten();
    [reopening_effect(before, after)].into_iter().chain(of_person).flatten().collect()
}

/// What it means that a reopening is proposed, or answered.
fn reopening_effect(before: &Episode, after: &Episode) -> Option<Change> {
    match (before.proposed_reopening(), after.proposed_reopening()) {
        (None, Some(proposed)) => Some(Change::ReopeningProposed(proposed.closed_on)),
        (Some(_), None) => Some(Change::ReopeningAnswered),
        (None, None) | (Some(_), Some(_)) => None,
    }
}

/// What the step from one state of an episode to another means; nothing for most of them. A proposal changes nothing: the check stays open
/// until it is decided (R23).
#[must_use]
pub fn effect(before: &Episode, after: &Episode) -> Option<Change> {
    if before.phase() == after.phase() {
        return None;
    }
    if before.phase() == EpisodePhase::Closed {
        return reopened(after);
    }
    match &after.facts().state {
        State::Active(_) => (!before.phase().is_active()).then_some(Change::Admitted),
        State::Closing { closing, .. } => {
            Some(UnwatchedReason::of_end(&closing.note).map_or(Change::Returned, Change::Left))
        }
        State::Refused { .. } | State::ReferredBack { .. } => Some(Change::Returned),
        State::Aftercare { handover, .. } | State::Closed { handover, .. }
            if before.phase() == EpisodePhase::Closing =>
        {
            gone_by_handover(handover).map(Change::Left)
        }
        // The placement officer goes on alone, and the person is as one whose case management ended (row 20).
        State::EndedTechnically { end, .. } if end.kind == TechnicalEnd::AccompanyingDone => Some(Change::Returned),
        State::EndedTechnically { end, .. } => match UnwatchedReason::of(end.kind) {
            Some(reason) => Some(Change::Left(reason)),
            None => before.phase().is_active().then_some(Change::Restored),
        },
        State::Proposed
        | State::InDiscussion(_)
        | State::Waitlisted { .. }
        | State::Aftercare { .. }
        | State::Closed { .. } => None,
    }
}

/// Why nobody has to check the person after a hand-over; nothing where the placement officer goes on.
const fn gone_by_handover(handover: &Handover) -> Option<UnwatchedReason> {
    match handover.receiver {
        HandoverReceiver::PlacementOfficer => None,
        HandoverReceiver::CompetentBody => Some(UnwatchedReason::CompetenceChanged),
        HandoverReceiver::None => Some(UnwatchedReason::BenefitEnded),
    }
}

/// What it means that a closing is undone: the person is in case management again, or as gone as before it, or found.
fn reopened(after: &Episode) -> Option<Change> {
    match &after.facts().state {
        State::Active(_) => Some(Change::Admitted),
        State::Closing { closing, .. } => {
            Some(UnwatchedReason::of_end(&closing.note).map_or(Change::Found, Change::Left))
        }
        State::Aftercare { closing, handover, .. } => {
            let gone = gone_by_handover(handover).or_else(|| UnwatchedReason::of_end(&closing.note));
            Some(gone.map_or(Change::Found, Change::Left))
        }
        State::Proposed | State::InDiscussion(_) | State::Waitlisted { .. } => Some(Change::Found),
        State::Refused { .. } | State::ReferredBack { .. } | State::Closed { .. } | State::EndedTechnically { .. } => {
            None
        }
    }
}

/// Who is the person's contact after the step, where that is another officer than before it.
#[must_use]
pub fn lead_effect(before: &Episode, after: &Episode) -> Option<Change> {
    let contact = after.contact_person();
    (contact != before.contact_person()).then(|| Change::Led(contact.clone()))
}

/// What the step means for the plan of the person, which an episode brings to the placement officer with its end (T5), and which the plan of a
/// later episode takes the place of.
#[must_use]
pub fn plan_effect(before: &Episode, after: &Episode) -> Option<Change> {
    if let (None, Some(plan)) = (before.plan(), after.plan()) {
        return Some(Change::Planned(plan.issued_on));
    }
    if before.phase() == EpisodePhase::Closed {
        // What is proposed changes nothing yet.
        if after.phase() == EpisodePhase::Closed {
            return None;
        }
        return Some(if after.plan_update().is_some() { Change::PlanBack } else { Change::PlanFound });
    }
    let ended = before.plan_update().and_then(|duty| after.duties().get(duty.name()))?;
    let issued_on = ended.deadline().explanation.fact_on;
    issued_on.filter(|_| ended.void_reason() == Some(VoidReason::PassedOn)).map(Change::PlanTaken)
}

/// Whether an episode says anything of its person. Beside one that runs an older one, which is in aftercare, does not: were it closed as a
/// duplicate, somebody in case management would be taken for gone, and never be checked again (R23).
#[must_use]
pub fn speaks_for_person(episode: &EpisodeName, running: Option<&EpisodeName>) -> bool {
    running.is_none_or(|running| running == episode)
}

impl UnwatchedReason {
    /// Why nobody looks after the person here any more after an end for one of the six reasons; nothing when they stay.
    #[must_use]
    pub fn of_end(note: &ClosingNote) -> Option<Self> {
        match (note.reason, note.aftercare) {
            // Another body looks after the person now (R115).
            (EndReason::CompetenceChanged, _) => Some(Self::CompetenceChanged),
            // Aftercare that begins with a job is given when the need has ended by its income (§ 16g Abs. 2 SGB II).
            (
                _,
                Some(Aftercare::JobStart { .. } | Aftercare::HolisticSupport { .. } | Aftercare::FollowOnJob { .. }),
            ) => Some(Self::BenefitEnded),
            (
                _,
                Some(Aftercare::TrainingEnd { .. } | Aftercare::FundedJob { .. } | Aftercare::SetDate { .. }) | None,
            ) => None,
        }
    }

    /// Why nobody has to check after a technical end; nothing when the person is as they were.
    #[must_use]
    pub const fn of(end: TechnicalEnd) -> Option<Self> {
        match end {
            TechnicalEnd::Deceased => Some(Self::Deceased),
            TechnicalEnd::BenefitEnded => Some(Self::BenefitEnded),
            TechnicalEnd::Moved => Some(Self::Moved),
            TechnicalEnd::Duplicate => Some(Self::Duplicate),
            TechnicalEnd::OpenedInError | TechnicalEnd::AccompanyingDone => None,
        }
    }

    /// Whether the person is not looked after by this jobcenter any more; only a new profile, or an admission, tells that they are back.
    #[must_use]
    pub const fn is_gone(self) -> bool {
        match self {
            Self::Deceased | Self::BenefitEnded | Self::Moved | Self::Duplicate | Self::CompetenceChanged => true,
            Self::InCaseManagement | Self::ProfileNotComplex => false,
        }
    }
}

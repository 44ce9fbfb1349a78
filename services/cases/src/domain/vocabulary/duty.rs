//! The words of duties: how one is done, and why one is not needed any more, and what a policy version does to it.

use lotse_kernel::codes;

codes! {
    /// How a duty was done.
    pub enum DutyOutcome {
        /// Decided: a proposal and the check it left open, or a review.
        Decided = "DECIDED",
        /// The talk was held.
        Held = "HELD",
        /// The limit was extended.
        Extended = "EXTENDED",
        /// The limit was answered by the end of the episode.
        AnsweredByEnd = "ANSWERED_BY_END",
        /// The closing check, or that of a person outside case management, was made.
        Checked = "CHECKED",
        /// A new plan, or a new version of it, was issued.
        Updated = "UPDATED",
        /// How far the goal is attained, or what became of the step, was determined.
        Determined = "DETERMINED",
        /// The person was not reached.
        NotReached = "NOT_REACHED",
        /// What was asked for was answered, also by that it could not be found out.
        Answered = "ANSWERED",
        /// The hand-over was accepted.
        Accepted = "ACCEPTED",
    }
}

codes! {
    /// Why a duty is no longer needed.
    pub enum VoidReason {
        /// The episode ended for one of the six reasons.
        EpisodeEnded = "EPISODE_ENDED",
        /// The episode ended technically.
        TechnicalEnd = "TECHNICAL_END",
        /// The person was referred back.
        ReferredBack = "REFERRED_BACK",
        /// The episode ended, and the placement officer keeps the plan up to date from now on (R111, T5).
        PassedOn = "PASSED_ON",
        /// The person outside case management is not looked after any more, or need not be checked.
        WatchEnded = "WATCH_ENDED",
        /// The plan it was of is given up, or a new version of it says otherwise of the goal or step (R63).
        PlanChanged = "PLAN_CHANGED",
        /// The goal of the step was determined for good, so that nobody waits for the step (R180).
        GoalDetermined = "GOAL_DETERMINED",
        /// Aftercare ended, and with it the contacts that were planned for it (R122).
        AftercareEnded = "AFTERCARE_ENDED",
        /// Contact after a crisis comes first, within the same days (R190).
        CrisisContact = "CRISIS_CONTACT",
        /// The end of care from which it began was undone (row 24).
        EndUndone = "END_UNDONE",
        /// The time within which a closing is undone is over (row 24).
        WindowClosed = "WINDOW_CLOSED",
        /// A policy version took it over and another duty of its slot came in its place, now or later (R8).
        Replanned = "REPLANNED",
    }
}

codes! {
    /// What a policy version does to an open duty when it begins (R8).
    pub enum ReplanEffect {
        /// Its dates move: it is void, and another one of the same slot begins.
        Moved = "MOVED",
        /// It is not needed any more: the review before it is not open any more, and time plans it anew when that one opens.
        Vanished = "VANISHED",
        /// Its dates would move, but it is overdue, and what is overdue neither moves nor vanishes.
        KeptOverdue = "KEPT_OVERDUE",
        /// Its dates would move, but an extension from its day on is proposed, which two people decide.
        KeptProposed = "KEPT_PROPOSED",
        /// It is overdue and stays what it is, and its next escalation comes on another day.
        EscalatesAnew = "ESCALATES_ANEW",
        /// It is new: the review before it has opened by its new dates, and the next one is planned.
        Appears = "APPEARS",
    }
}

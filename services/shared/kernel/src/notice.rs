//! What a notice to a member of staff can be about: the codes that workflows send and the notifications service has texts for.

crate::codes! {
    /// A kind of notice, by the code of its template. Codes are stored: never rename one.
    pub enum NoticeTemplate {
        /// A review may be decided (T2, R106).
        ReviewOpened = "review-opened",
        /// A review was overtaken by the next one (T2).
        ReviewMissed = "review-missed",
        /// A review is overdue (T2).
        ReviewOverdue = "review-overdue",
        /// The limit of two years is near (T3, R108).
        LimitOpened = "limit-opened",
        /// The limit of two years is very near (T3).
        LimitReminder = "limit-reminder",
        /// The limit of two years has passed undecided (T3).
        LimitOverdue = "limit-overdue",
        /// The end of an extension is near (T4, R108).
        ExtensionEndOpened = "extension-end-opened",
        /// The end of an extension has passed undecided (T4).
        ExtensionEndOverdue = "extension-end-overdue",
        /// A proposal waits for its decision for too long (T16).
        ProposalUndecided = "proposal-undecided",
        /// The votes on a proposal differ, so that the lead of the team decides (R17).
        VotesDiffer = "votes-differ",
        /// A proposal led to an admission (R17).
        ProposalAdmitted = "proposal-admitted",
        /// Who was proposed is admitted and waits for a place (R168).
        ProposalWaitlisted = "proposal-waitlisted",
        /// A proposal was refused (R22).
        ProposalRefused = "proposal-refused",
        /// A proposal came too early (R22).
        ProposalNotYet = "proposal-not-yet",
        /// Who was admitted is referred back after the first talk (R29).
        ProposalReferredBack = "proposal-referred-back",
        /// Care has ended, and somebody else sees to the hand-over (R142).
        EpisodeEnded = "episode-ended",
        /// The episode has ended technically (R142).
        EpisodeEndedTechnically = "episode-ended-technically",
        /// The first talk is to be held (T17).
        FirstTalkDue = "first-talk-due",
        /// The first talk is overdue (T17).
        FirstTalkOverdue = "first-talk-overdue",
        /// The planned dates of accompanying care are used up (R31).
        AccompanimentUsedUp = "accompaniment-used-up",
        /// How accompanying care goes on is overdue (R31).
        AccompanimentOverdue = "accompaniment-overdue",
        /// A switch of the support variant waits for an answer (R31, R126).
        VariantSwitchProposed = "variant-switch-proposed",
        /// The answer to a proposed switch is overdue (R31, R126).
        VariantSwitchOverdue = "variant-switch-overdue",
        /// Contact is to be made after a crisis (R122, R190).
        CrisisContactDue = "crisis-contact-due",
        /// A reopening waits for its answer (row 24).
        ReopeningProposed = "reopening-proposed",
        /// Nobody has decided in time which team looks after a person who turns 25 (R125).
        TeamDecisionOverdue = "team-decision-overdue",
        /// Nobody has made contact after a crisis in time (R122, R190).
        CrisisContactOverdue = "crisis-contact-overdue",
        /// The hand-over after the end of care is to be accepted (R126, R115).
        HandoverDue = "handover-due",
        /// Nobody has accepted the hand-over in time (R126, R115).
        HandoverOverdue = "handover-overdue",
        /// A proposed extension waits for its answer (R108).
        ExtensionProposed = "extension-proposed",
        /// The answer to a proposed extension is overdue (R108).
        ExtensionAnswerOverdue = "extension-answer-overdue",
        /// A proposed extension was approved (R108).
        ExtensionApproved = "extension-approved",
        /// A proposed extension was declined (R108).
        ExtensionDeclined = "extension-declined",
        /// The plan is to be updated (T5, R111).
        PlanUpdateDue = "plan-update-due",
        /// The plan was not updated in time (T5, R111).
        PlanUpdateOverdue = "plan-update-overdue",
        /// Duties for people outside case management have opened: so many for one officer, on one day (T1, T5, R23, R111).
        WatchOpened = "watch-opened",
        /// Duties for people outside case management stay overdue: so many of one team, in one week (T1, T5, R141).
        WatchStillOverdue = "watch-still-overdue",
        /// The day of a goal or a step has come (T6, R62).
        GoalDue = "goal-due",
        /// Nobody has determined in time how far a goal is attained, or what became of a step (T6, R62).
        GoalOverdue = "goal-overdue",
        /// The check of a person outside case management is overdue (T1, R23).
        RecheckOverdue = "recheck-overdue",
        /// A planned contact of aftercare is to be made (R122).
        AftercareContactDue = "aftercare-contact-due",
        /// A planned contact of aftercare was not made in time (R122).
        AftercareContactOverdue = "aftercare-contact-overdue",
        /// Whether a person is still employed is to be found out (T13, § 48a SGB II).
        EmploymentStatusDue = "employment-status-due",
        /// Nobody has found out in time whether a person is still employed (T13, § 48a SGB II).
        EmploymentStatusOverdue = "employment-status-overdue",
        /// Aftercare ends soon (T12, R122).
        AftercareEnds = "aftercare-ends",
        /// Aftercare has ended and is not closed (T12).
        AftercareOverdue = "aftercare-overdue",
        /// A letter is to be posted.
        LetterReadyToPost = "letter-ready-to-post",
        /// A letter's posting is not confirmed.
        LetterPostingOverdue = "letter-posting-overdue",
        /// A letter could not be made.
        LetterFailed = "letter-failed",
        /// A provider has not answered a referral (T7a).
        ProviderAnswerOverdue = "provider-answer-overdue",
        /// A provider's report is to come (T8, R90).
        ProviderReportDue = "provider-report-due",
        /// A provider's report has not come (T8, R90).
        ProviderReportOverdue = "provider-report-overdue",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_back() {
        for template in NoticeTemplate::ALL {
            assert_eq!(template.code().parse(), Ok(*template));
        }
    }
}

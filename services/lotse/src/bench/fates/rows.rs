//! The table of phases as the catalogue of the domain has it: which act leads where. Whatever is not written here must not happen.
//!
//! Written out once more and not taken from the domain, whose own lists it judges. Time and policy versions lead nowhere: they have no row.
//! 14 and 17 open duties beside the phase.

use lotse_cases::domain::vocabulary::EpisodePhase as P;
use lotse_kernel::codes;

use Leads::{Stays, To};

codes! {
    /// What somebody may do with an episode.
    pub enum Deed {
        /// Row 2.
        ScheduleDiscussion = "SCHEDULE_DISCUSSION",
        /// Rows 3 and 3a.
        CastVote = "CAST_VOTE",
        /// Rows 3 and 3a.
        Admit = "ADMIT",
        /// Row 3b.
        AdmitFromWaitingList = "ADMIT_FROM_WAITING_LIST",
        /// Row 3b.
        RemoveFromWaitingList = "REMOVE_FROM_WAITING_LIST",
        /// Row 4.
        Refuse = "REFUSE",
        /// T17, which row 5 begins.
        RecordFirstTalk = "RECORD_FIRST_TALK",
        /// Row 5a.
        ProposeVariantSwitch = "PROPOSE_VARIANT_SWITCH",
        /// Row 5a.
        AnswerVariantSwitch = "ANSWER_VARIANT_SWITCH",
        /// Row 5b.
        ChangeCaseManager = "CHANGE_CASE_MANAGER",
        /// Row 6.
        ReferBack = "REFER_BACK",
        /// Row 7a.
        ForwardToSpecialised = "FORWARD_TO_SPECIALISED",
        /// Row 7b.
        CommissionSpecialised = "COMMISSION_SPECIALISED",
        /// Row 8.
        ReturnCommission = "RETURN_COMMISSION",
        /// The answer to an escalation (R141).
        SetWorkingDate = "SET_WORKING_DATE",
        /// Row 9.
        AgreeAlliance = "AGREE_ALLIANCE",
        /// R40, of what row 9 begins.
        RecordAllianceTurn = "RECORD_ALLIANCE_TURN",
        /// Row 10.
        CompleteAssessment = "COMPLETE_ASSESSMENT",
        /// Row 11.
        ActivatePlan = "ACTIVATE_PLAN",
        /// T5, which row 11 begins.
        RevisePlan = "REVISE_PLAN",
        /// R180, of a goal of row 11.
        RecordGoalAttainment = "RECORD_GOAL_ATTAINMENT",
        /// R181, of a step of row 11.
        RecordStepOutcome = "RECORD_STEP_OUTCOME",
        /// Row 12.
        RecordLifeChange = "RECORD_LIFE_CHANGE",
        /// Row 13.
        RecordDeviation = "RECORD_DEVIATION",
        /// Row 15.
        DecideReview = "DECIDE_REVIEW",
        /// Row 16.
        EndByReview = "END_BY_REVIEW",
        /// Row 18.
        ProposeExtension = "PROPOSE_EXTENSION",
        /// Row 18.
        AnswerExtension = "ANSWER_EXTENSION",
        /// Row 19.
        End = "END",
        /// Row 20: a planned date is held.
        RecordAccompanyingDate = "RECORD_ACCOMPANYING_DATE",
        /// Row 20: accompanying care goes on.
        PlanFurtherDates = "PLAN_FURTHER_DATES",
        /// Row 20: accompanying care is done.
        FinishAccompaniment = "FINISH_ACCOMPANIMENT",
        /// Row 21.
        AcceptHandover = "ACCEPT_HANDOVER",
        /// Row 22.
        RecordCrisis = "RECORD_CRISIS",
        /// Row 22.
        RecordCrisisContact = "RECORD_CRISIS_CONTACT",
        /// R122: a further contact in aftercare is planned.
        PlanAftercareContact = "PLAN_AFTERCARE_CONTACT",
        /// R122: what became of a planned contact.
        RecordAftercareContact = "RECORD_AFTERCARE_CONTACT",
        /// T13: whether the person was employed in a month after an integration.
        RecordEmploymentStatus = "RECORD_EMPLOYMENT_STATUS",
        /// R189: a job is proposed.
        RecordPlacementProposal = "RECORD_PLACEMENT_PROPOSAL",
        /// R189: what came of it.
        RecordPlacementResult = "RECORD_PLACEMENT_RESULT",
        /// Row 23.
        CompleteAftercare = "COMPLETE_AFTERCARE",
        /// Row 24: undoing the closing is proposed.
        ProposeReopening = "PROPOSE_REOPENING",
        /// Row 24: another person approves.
        ApproveReopening = "APPROVE_REOPENING",
        /// Row 24: another person declines, or who proposed it withdraws.
        DeclineReopening = "DECLINE_REOPENING",
        /// Row 26.
        EndTechnically = "END_TECHNICALLY",
    }
}

/// Where a row leads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leads {
    /// To the phase from which it comes.
    Stays,
    /// To one of these.
    To(&'static [P]),
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// Its number in the catalogue.
    pub(super) number: &'static str,
    /// The act.
    pub(super) deed: Deed,
    /// The phases from which it leads.
    pub(super) from: &'static [P],
    /// Where to.
    pub(super) to: Leads,
}

const fn row(number: &'static str, deed: Deed, from: &'static [P], to: Leads) -> Row {
    Row { number, deed, from, to }
}

/// The phases in which reviews and the limit run.
const ACTIVE: &[P] = &[P::EntryConsultation, P::Assessment, P::Planning, P::Delivery];

/// The phases with a case manager who is responsible.
const IN_CARE: &[P] = &[P::EntryConsultation, P::Assessment, P::Planning, P::Delivery, P::Closing, P::Aftercare];

/// The phases that are not the last one.
const UNFINISHED: &[P] = &[
    P::Proposed,
    P::InDiscussion,
    P::Waitlisted,
    P::EntryConsultation,
    P::Assessment,
    P::Planning,
    P::Delivery,
    P::Closing,
    P::Aftercare,
];

/// Row 25: the phases after which a person may be proposed again.
pub(super) const OVER: &[P] = &[P::Closed, P::Refused, P::ReferredBack, P::Aftercare];

/// The rows, row 1 and row 25 apart, which begin an episode.
pub(super) const ROWS: &[Row] = &[
    row("2", Deed::ScheduleDiscussion, &[P::Proposed], To(&[P::InDiscussion])),
    row("3", Deed::CastVote, &[P::InDiscussion], Stays),
    row("3", Deed::Admit, &[P::InDiscussion], To(&[P::EntryConsultation, P::Waitlisted])),
    row("3b", Deed::AdmitFromWaitingList, &[P::Waitlisted], To(&[P::EntryConsultation])),
    row("3b", Deed::RemoveFromWaitingList, &[P::Waitlisted], To(&[P::Refused])),
    row("4", Deed::Refuse, &[P::InDiscussion], To(&[P::Refused])),
    row("5", Deed::RecordFirstTalk, &[P::EntryConsultation], Stays),
    row("5a", Deed::ProposeVariantSwitch, ACTIVE, Stays),
    row("5a", Deed::AnswerVariantSwitch, ACTIVE, Stays),
    row("5b", Deed::ChangeCaseManager, IN_CARE, Stays),
    row("6", Deed::ReferBack, &[P::EntryConsultation], To(&[P::ReferredBack])),
    row("7a", Deed::ForwardToSpecialised, &[P::EntryConsultation], Stays),
    row("7b", Deed::CommissionSpecialised, ACTIVE, Stays),
    row("8", Deed::ReturnCommission, ACTIVE, Stays),
    row("9", Deed::AgreeAlliance, &[P::EntryConsultation], To(&[P::Assessment])),
    row("9", Deed::RecordAllianceTurn, &[P::Assessment, P::Planning, P::Delivery], Stays),
    row("10", Deed::CompleteAssessment, &[P::Assessment], To(&[P::Planning])),
    row("11", Deed::ActivatePlan, &[P::Planning], To(&[P::Delivery])),
    row("11", Deed::RevisePlan, &[P::Delivery], Stays),
    row("11", Deed::RecordGoalAttainment, &[P::Delivery], Stays),
    row("11", Deed::RecordStepOutcome, &[P::Delivery], Stays),
    row("12", Deed::RecordLifeChange, &[P::Planning, P::Delivery], To(&[P::Assessment])),
    // From which nothing follows, or the legal track; and where plan or agreement does not fit any more.
    row("13", Deed::RecordDeviation, &[P::Delivery], To(&[P::Delivery, P::Planning])),
    row("15", Deed::DecideReview, ACTIVE, Stays),
    row("16", Deed::EndByReview, ACTIVE, To(&[P::Closing])),
    row("18", Deed::ProposeExtension, ACTIVE, Stays),
    row("18", Deed::AnswerExtension, ACTIVE, Stays),
    row("19", Deed::End, ACTIVE, To(&[P::Closing])),
    row("20", Deed::RecordAccompanyingDate, ACTIVE, Stays),
    row("20", Deed::PlanFurtherDates, ACTIVE, Stays),
    row("20", Deed::FinishAccompaniment, ACTIVE, To(&[P::Closed])),
    row("21", Deed::AcceptHandover, &[P::Closing], To(&[P::Aftercare, P::Closed])),
    row("22", Deed::RecordCrisis, IN_CARE, Stays),
    row("22", Deed::RecordCrisisContact, IN_CARE, Stays),
    row("R189", Deed::RecordPlacementProposal, IN_CARE, Stays),
    row("R189", Deed::RecordPlacementResult, IN_CARE, Stays),
    row("23", Deed::CompleteAftercare, &[P::Aftercare], To(&[P::Closed])),
    row("R122", Deed::PlanAftercareContact, &[P::Aftercare], Stays),
    row("R122", Deed::RecordAftercareContact, &[P::Closing, P::Aftercare], Stays),
    row("T13", Deed::RecordEmploymentStatus, &[P::Closing, P::Aftercare, P::Closed], Stays),
    // Whose duty is late answers, whatever the phase: of a closed episode that are the months after an integration.
    row("R141", Deed::SetWorkingDate, P::ALL, Stays),
    row("24", Deed::ProposeReopening, &[P::Closed], Stays),
    row("24", Deed::ApproveReopening, &[P::Closed], To(UNFINISHED)),
    row("24", Deed::DeclineReopening, &[P::Closed], Stays),
    row("26", Deed::EndTechnically, UNFINISHED, To(&[P::Closed])),
];

/// The row of an act from a phase, if there is one.
pub(super) fn from(deed: Deed, phase: P) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.deed == deed && row.from.contains(&phase))
}

impl Row {
    /// Whether it leads from one phase to another.
    pub(super) fn leads(&self, from: P, to: P) -> bool {
        match self.to {
            Stays => from == to,
            To(phases) => phases.contains(&to),
        }
    }
}

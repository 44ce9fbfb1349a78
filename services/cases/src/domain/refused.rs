//! Why an act is refused: facts of the domain, without any word of the case.

use jiff::civil::Date;
use lotse_kernel::{duty::DutyState, names::EpisodeName};
use thiserror::Error;

use super::{
    rules::NoRule,
    vocabulary::{EpisodePhase, Voter},
};

/// Why an act is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// A date cannot be computed.
    #[error(transparent)]
    NoRule(#[from] NoRule),
    /// The act does not fit the phase.
    #[error("the act does not fit the phase {phase}")]
    WrongPhase {
        /// The phase the episode is in.
        phase: EpisodePhase,
        /// The phases the act fits.
        allowed: &'static [EpisodePhase],
    },
    /// Fields contradict the record or each other; all of them are listed.
    #[error("fields contradict the record")]
    Fields(Vec<FieldFault>),
    /// Only who has to do it answers for a duty (R141).
    #[error("only the owner answers for a duty")]
    NotTheOwner,
    /// What is in time, or settled, needs no answer (R141).
    #[error("the duty is {state} and not overdue")]
    DutyNotOverdue {
        /// Where it stands.
        state: DutyState,
    },
    /// Only the two named officers vote (R17).
    #[error("only the two officers named for the discussion vote")]
    NotNamed,
    /// A vote is missing (R17).
    #[error("votes are missing")]
    VotesMissing {
        /// Whose.
        missing: Vec<Voter>,
    },
    /// The votes differ from the decision, or from each other, so that the lead of the team decides (R17, row 3a).
    #[error("the votes differ from each other or from the decision")]
    VotesDiffer,
    /// While the votes agree the two who cast them decide, and none of them against both (R17).
    #[error("it is not for this person to decide")]
    NotTheDecider,
    /// The case manager has no place (R168, row 3b).
    #[error("the case manager has no place")]
    CaseloadFull {
        /// How many people are looked after.
        caseload: i32,
        /// How many at most.
        capacity: i64,
    },
    /// Others wait for longer (row 3b).
    #[error("others wait for longer")]
    NotNextInLine {
        /// How many.
        ahead: i32,
    },
    /// The named basis does not carry the admission (R18 to R25, R186).
    #[error("the criteria of the named basis are not met")]
    CriteriaNotMet,
    /// The first talk was recorded before.
    #[error("the first talk was recorded before")]
    FirstTalkAlreadyHeld,
    /// The first talk must be recorded before this act (R28, R29).
    #[error("the first talk is not recorded")]
    FirstTalkMissing,
    /// No review is open (R106).
    #[error("no review is open")]
    ReviewNotOpen {
        /// When the next one opens.
        opens_on: Option<Date>,
    },
    /// The limit is not open (R108).
    #[error("the limit is not open")]
    LimitNotOpen {
        /// When it opens.
        opens_on: Option<Date>,
    },
    /// An extension waits for its answer.
    #[error("an extension is proposed already")]
    ExtensionAlreadyProposed,
    /// There is no proposed extension to answer.
    #[error("no extension is proposed")]
    ExtensionNotProposed,
    /// The policy of the assignment has somebody else approve (R108).
    #[error("the policy has somebody else approve")]
    NotTheApprover,
    /// Proposer and approver are one person (R108), one who voted decides over the dissent (R17), or one side switches alone (row 5a).
    #[error("it takes another person than the one who acted before")]
    FourEyes,
    /// The case manager supports fully (R31).
    #[error("there is no accompanying care")]
    NotAccompanying,
    /// All planned dates of accompanying care were held (row 20).
    #[error("the planned dates are used up")]
    PlannedDatesUsedUp {
        /// How many were planned.
        planned: i32,
    },
    /// Planned dates of accompanying care are left (row 20).
    #[error("planned dates are left")]
    PlannedDatesLeft {
        /// How many.
        left: i32,
    },
    /// A switch of the support variant waits for its answer (row 5a).
    #[error("a switch is proposed already")]
    SwitchAlreadyProposed,
    /// No switch of the support variant waits for an answer (row 5a).
    #[error("no switch is proposed")]
    SwitchNotProposed,
    /// No crisis waits for contact (row 22).
    #[error("no crisis waits for contact")]
    NoOpenCrisis,
    /// A crisis waits for contact, over which nothing ends that people decide (row 22).
    #[error("a crisis waits for contact")]
    CrisisOpen,
    /// No integration into work is known, or the episode ended technically: nobody asks for employment (T13).
    #[error("nobody asks for employment")]
    EmploymentNotAsked,
    /// A commission of a specialised case manager runs; one at a time (row 7b).
    #[error("a commission runs")]
    CommissionRunning,
    /// No commission of a specialised case manager runs (row 8).
    #[error("no commission runs")]
    NoCommissionRunning,
    /// A reopening waits for its answer (row 24).
    #[error("a reopening is proposed already")]
    ReopeningAlreadyProposed,
    /// No reopening waits for an answer (row 24).
    #[error("no reopening is proposed")]
    ReopeningNotProposed,
    /// The time within which a wrong closing is undone is over (row 24).
    #[error("the correction window is over")]
    CorrectionWindowOver {
        /// Its last day.
        last: Date,
    },
    /// The first records have been kept long enough (T15).
    #[error("the retention of the first records is over")]
    RetentionOver {
        /// Its last day.
        last: Date,
    },
    /// The person was proposed again since (rows 24 and 25).
    #[error("the person was proposed again")]
    NewerEpisode {
        /// Which episode is theirs now.
        episode: EpisodeName,
    },
    /// Neither the case manager nor whoever leads issues a version of the plan (R111).
    #[error("the plan is revised by the case manager or by whoever leads")]
    NotTheLead,
    /// The person brought no plan from case management that would have to be updated (R111).
    #[error("there is no plan to update")]
    NoPlanToUpdate,
    /// Nobody has to check the person (R23).
    #[error("the person is not on the watch")]
    NotWatched,
    /// Ending for economy needs a stabilised person (R118, R119).
    #[error("ending for economy needs a stabilised person")]
    NotStabilised,
    /// That no improvement is visible is judged by an assessment (R114).
    #[error("there is no assessment by which improvement could be judged")]
    AssessmentMissing,
    /// Ending because the working alliance does not carry needs one that does not (R116).
    #[error("the working alliance carries")]
    AllianceCarries,
}

/// A field that contradicts the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Path of the field in the request, for example `plan.goals[2].due_date`.
    pub field: String,
    /// What it must be, in lower case, without the value.
    pub rule: &'static str,
}

/// Collects faults, so that a caller hears of all at once.
#[derive(Debug, Default)]
pub(super) struct FieldCheck {
    faults: Vec<FieldFault>,
}

impl FieldCheck {
    /// Notes a fault unless the rule holds.
    pub(super) fn require(&mut self, holds: bool, field: impl Into<String>, rule: &'static str) {
        if !holds {
            self.faults.push(FieldFault { field: field.into(), rule });
        }
    }

    /// Refuses when there is a fault.
    pub(super) fn finish(self) -> Result<(), Refused> {
        if self.faults.is_empty() { Ok(()) } else { Err(Refused::Fields(self.faults)) }
    }
}

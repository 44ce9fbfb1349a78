//! The timeline: what happened, as a code with dates, numbers and codes. Words are rendered when somebody reads them.

mod aftercare;
mod codes;
mod columns;
mod ground;
mod happened;
mod planned;

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;
use serde::{Deserialize, Serialize};

pub use aftercare::{ContactPlanned, ContactTold, EmploymentTold, Integrated};
pub use happened::Happened;
pub use planned::{DutyReplanned, PlanRevised};

use super::vocabulary::{
    AdmissionBasis, AftercareBasis, AllianceState, CaseManagerChangeReason, ClosingError, CrisisKind,
    DeviationConsequence, EndReason, EpisodePhase, ExtensionReason, GoalLevel, GoalOutcome, HandoverReceiver,
    PlacementOutcome, ProfileType, RecheckResult, RefusalReason, ReopeningAnswer, ReopeningExtent, SignalSource,
    StepOutcome, StepParty, SupportVariant, TargetGroup, TechnicalEnd, UnwatchedReason, VariantSwitchAnswer, Voter,
};

/// What happened, without any free text of the case. Stored as `code` and `parameters`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "parameters", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Event {
    /// A case was registered.
    CaseRegistered {},
    /// A profile was recorded (R54).
    ProfileRecorded {
        /// Profillage.
        profile_type: ProfileType,
    },
    /// A person outside case management was checked (R23).
    EligibilityRechecked {
        /// What came of it.
        result: RecheckResult,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Row 24: nobody answered a proposed reopening while the closing could be undone.
    ReopeningLapsed {},
    /// Another team looks after the person (R125).
    TeamChanged {
        /// The team until then.
        from: String,
        /// The team from then on.
        to: String,
        /// Days after the last day in time; 0 where no decision was due.
        days_late: i32,
    },
    /// The team stays the same when the person turns 25 (R125).
    TeamKept {
        /// The team.
        team: String,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Nobody has to check the person outside case management any more, without an episode saying so.
    WatchEnded {
        /// Why.
        reason: UnwatchedReason,
    },
    /// Row 1.
    EpisodeProposed {
        /// Where the signal came from.
        signal_source: SignalSource,
    },
    /// Row 2.
    DiscussionScheduled {
        /// The day of the discussion.
        held_on: Date,
    },
    /// Row 3.
    VoteCast {
        /// In which capacity.
        voter: Voter,
        /// For admission.
        admit: bool,
    },
    /// Row 3a: the votes differ and lie with the lead of the team.
    VotesDiffered {},
    /// Row 3a: the lead of the team decided.
    DissentDecided {
        /// For admission.
        admit: bool,
    },
    /// Row 3.
    EpisodeAdmitted {
        /// t0.
        assigned_on: Date,
        /// The rule it rests on.
        basis: AdmissionBasis,
    },
    /// Row 3: access is decided, and no place is free.
    EpisodeWaitlisted {
        /// The rule it rests on.
        basis: AdmissionBasis,
    },
    /// Row 3b: a place is taken.
    WaitingEnded {
        /// From which day the person waited.
        since: Date,
        /// No place was free, or others were before.
        out_of_turn: bool,
    },
    /// Row 3b: removed from the list without a place.
    WaitingListLeft {
        /// From which day the person waited.
        since: Date,
    },
    /// Row 4.
    EpisodeRefused {
        /// Reason code.
        reason: RefusalReason,
        /// The profile had what the criteria count, so that it deviates from the rule (R21).
        deviates: bool,
    },
    /// T17.
    FirstTalkHeld {
        /// The day of the talk.
        held_on: Date,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Row 6.
    EpisodeReferredBack {},
    /// Row 5a: a switch of the support variant waits for the other officer.
    VariantSwitchProposed {
        /// Where to.
        to: SupportVariant,
    },
    /// Row 5a.
    VariantSwitchAnswered {
        /// Where to.
        to: SupportVariant,
        /// How.
        answer: VariantSwitchAnswer,
        /// Days after the last day in time, also of the decision on accompanying care that it answers.
        days_late: i32,
    },
    /// A date of accompanying care was held (R33).
    AccompanyingDateHeld {
        /// Its day.
        held_on: Date,
        /// How many planned dates are left.
        left: i32,
    },
    /// Row 20: accompanying care goes on.
    FurtherDatesPlanned {
        /// With how many dates.
        dates: i32,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Row 7b.
    SpecialisedCommissioned {
        /// For whom the commissioned body is specialised.
        target_group: TargetGroup,
        /// It is outside the jobcenter.
        third_party: bool,
    },
    /// Row 8.
    CommissionReturned {
        /// The day of the return.
        returned_on: Date,
    },
    /// The commission ended with the episode, without a report.
    CommissionEndedWithEpisode {},
    /// Row 22, R190.
    CrisisRecorded {
        /// Which.
        kind: CrisisKind,
        /// The day on which it happened or became known.
        occurred_on: Date,
    },
    /// Row 22: somebody made contact.
    CrisisContactMade {
        /// The day of the contact.
        contacted_on: Date,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// R189: a job was proposed to the person.
    PlacementProposed {
        /// Number of the proposal.
        number: i32,
        /// Its day.
        proposed_on: Date,
        /// The day by which the person says what came of it, where one was agreed.
        answer_by: Option<Date>,
    },
    /// R189: what came of a placement proposal.
    PlacementResulted {
        /// Number of the proposal.
        number: i32,
        /// What.
        outcome: PlacementOutcome,
        /// The day on which it happened.
        resulted_on: Date,
        /// The first day of the job, where the person was hired.
        job_starts_on: Option<Date>,
    },
    /// Row 20: the planned dates were enough.
    AccompanimentDone {
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Row 9.
    AllianceAgreed {},
    /// Row 10.
    AssessmentCompleted {
        /// Profillage found.
        profile_type: ProfileType,
    },
    /// Row 11.
    PlanActivated {
        /// Number of goals.
        goals: usize,
        /// Days after the last day on which a plan before it had to be updated (T5).
        days_late: i32,
    },
    /// T5: a new version of the plan.
    PlanRevised(PlanRevised),
    /// R180.
    GoalDetermined {
        /// Level of the goal.
        level: GoalLevel,
        /// How far it is attained.
        outcome: GoalOutcome,
        /// The day of the determination.
        determined_on: Date,
    },
    /// R40.
    AllianceTurned {
        /// How it goes since.
        state: AllianceState,
        /// Since when.
        turned_on: Date,
    },
    /// R181.
    StepDetermined {
        /// Who does the step.
        party: StepParty,
        /// What became of it.
        outcome: StepOutcome,
        /// The day on which it was done, or else the day on which that was found.
        determined_on: Date,
    },
    /// Row 13.
    DeviationRecorded {
        /// The day on which it happened.
        occurred_on: Date,
        /// What follows.
        consequence: DeviationConsequence,
    },
    /// T5: with the end of the episode the update of the plan passes to the placement officer.
    PlanUpdatePassedOn {
        /// The computed day.
        due_on: Date,
    },
    /// T5: the placement officer issued an update of the plan.
    PlanUpdated {
        /// Its issue.
        issued_on: Date,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Rows 15 and 16.
    ReviewDecided {
        /// Number of the slot.
        slot: i32,
        /// The episode goes on.
        continued: bool,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// T2: a review was replaced undone.
    ReviewMissed {
        /// Number of the slot.
        slot: i32,
        /// Days after the last day in time.
        days_late: i32,
        /// The end of care did it, so that it waits again where that end is undone (row 24).
        at_end: bool,
    },
    /// Row 18.
    ExtensionProposed {
        /// The new limit.
        until: Date,
        /// Why.
        reason: ExtensionReason,
    },
    /// Row 18.
    ExtensionApproved {
        /// The new limit.
        until: Date,
        /// Why it was proposed.
        reason: ExtensionReason,
        /// Days after the last day in time of the answer.
        days_late: i32,
    },
    /// Row 18: the old limit stays.
    ExtensionDeclined {
        /// The limit that was proposed.
        until: Date,
        /// Why it was proposed.
        reason: ExtensionReason,
        /// Days after the last day in time of the answer.
        days_late: i32,
    },
    /// Row 18: the own side withdrew it.
    ExtensionWithdrawn {
        /// The limit that was proposed.
        until: Date,
        /// Why it was proposed.
        reason: ExtensionReason,
    },
    /// Row 19.
    EpisodeEnded {
        /// One of the six reasons.
        reason: EndReason,
    },
    /// Row 21.
    HandoverAccepted {
        /// Who receives.
        receiver: HandoverReceiver,
        /// Days after the last day in time.
        days_late: i32,
    },
    /// Row 12.
    LifeChanged {
        /// When.
        occurred_on: Date,
    },
    /// Row 5b.
    CaseManagerChanged {
        /// Why.
        reason: CaseManagerChangeReason,
        /// The day on which the person was told.
        informed_on: Date,
    },
    /// Row 21: aftercare begins.
    AftercareBegan {
        /// Its legal basis.
        basis: AftercareBasis,
        /// Its end.
        until: Date,
    },
    /// T13: with the end an integration into work is known, which is followed.
    IntegrationKnown(Integrated),
    /// T13: whether the person was employed in a month.
    EmploymentAnswered(EmploymentTold),
    /// R122: a further contact is planned.
    AftercareContactPlanned(ContactPlanned),
    /// R122: what became of a planned contact.
    AftercareContactRecorded(ContactTold),
    /// Row 23.
    AftercareCompleted {},
    /// Row 26.
    EpisodeEndedTechnically {
        /// Kind.
        kind: TechnicalEnd,
    },
    /// The episode is over.
    EpisodeClosed {},
    /// Row 24: undoing the closing waits for another person.
    ReopeningProposed {
        /// What was wrong.
        error: ClosingError,
        /// How far it goes back.
        extent: ReopeningExtent,
    },
    /// Row 24.
    ReopeningAnswered {
        /// How.
        answer: ReopeningAnswer,
    },
    /// Row 24: the episode is open again.
    EpisodeReopened {
        /// In which phase.
        phase: EpisodePhase,
    },
    /// Time opened a duty.
    DutyOpened {
        /// What it is about.
        kind: DutyKind,
        /// Number of the slot.
        slot: i32,
        /// The computed day.
        due_on: Date,
    },
    /// Time reminded of a duty.
    DutyReminded {
        /// What it is about.
        kind: DutyKind,
        /// Number of the slot.
        slot: i32,
        /// The computed day.
        due_on: Date,
    },
    /// Time escalated a duty.
    DutyEscalated {
        /// What it is about.
        kind: DutyKind,
        /// Number of the slot.
        slot: i32,
        /// How often it was escalated.
        times: i32,
    },
    /// Whoever is late said when the work will be done; until then it does not escalate (R141).
    WorkingDateSet {
        /// What it is about.
        kind: DutyKind,
        /// Number of the slot.
        slot: i32,
        /// The working day.
        on: Date,
    },
    /// A policy version took a duty over when it began (R8).
    DutyReplanned(DutyReplanned),
}

//! The parameters of each key as code reads them, declared once together with their schema.

mod declare;

use thiserror::Error;

use super::{
    Fact, PolicyKey, Unit,
    parameters::Value,
    schema::{Field, Schema},
    version::PolicyVersion,
};
use crate::defaults::ContinuationAnchor;
use declare::{FromValue, rules};

/// Parameters of one key, typed.
pub trait Rule: Sized {
    /// The key.
    const KEY: PolicyKey;
    /// What the parameters may be.
    const SCHEMA: Schema;

    /// Reads them from a version of the key.
    ///
    /// # Errors
    /// [`Unreadable`] when one is missing or of another kind.
    fn read(version: &PolicyVersion) -> Result<Self, Unreadable>;
}

/// A version whose parameters are not those of its rule.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("policy {citation} cannot be read: {field}")]
pub struct Unreadable {
    /// The version.
    pub citation: String,
    /// The parameter.
    pub field: &'static str,
}

declare::choice! {
    /// How many needs, and of which kind, make a profile one for bFM.
    pub enum AccessRule {
        /// Needs for action in circumstances or work capacity (R19, BA 2008).
        Needs = "NEEDS",
        /// Distinct severe obstacles, and integration not reached without bFM (R24, BA 2005).
        SevereObstacles = "SEVERE_OBSTACLES",
    }
}

declare::choice! {
    /// From what the next check counts.
    pub enum ReviewAnchor {
        /// From the assignment: a grid that never drifts (R107).
        AssignmentGrid = "ASSIGNMENT_GRID",
        /// From the last check (R23).
        LastReview = "LAST_REVIEW",
    }
}

declare::choice! {
    /// Who approves what another proposed.
    pub enum Approver {
        /// The lead of the team.
        TeamLead = "TEAM_LEAD",
        /// Another case manager of the team, or its lead.
        CaseManager = "CASE_MANAGER",
    }
}

declare::choice! {
    /// Who finds that a reduction applies (R74).
    pub enum ReductionDecider {
        /// The unit that is competent for benefits; the case manager initiates it (R12).
        CompetentUnit = "COMPETENT_UNIT",
        /// The case manager (R11).
        CaseManager = "CASE_MANAGER",
    }
}

declare::choice! {
    /// Which day counts as the day of the job start (§ 16g Abs. 2 SGB II leaves it open).
    pub enum JobStartDay {
        /// The first day of work is the event and is not counted (§ 187 Abs. 1 BGB).
        NotCounted = "NOT_COUNTED",
        /// The period begins with the first day of work (§ 187 Abs. 2 BGB).
        Counted = "COUNTED",
    }
}

impl FromValue for ContinuationAnchor {
    fn from_value(value: &Value) -> Option<Self> {
        declare::code(value)
    }
}

rules! {
    /// Who gets access (R19 to R21, R24 to R26).
    AdmissionCriteria("R19-R21, R24-R26") by [Decision, Proposal] {
        /// Which rule counts.
        access_rule: AccessRule = Field::code(&["NEEDS", "SEVERE_OBSTACLES"]).free(),
        /// How many needs or obstacles at least.
        least: i32 = Field::number(Unit::Count, 1, 6).local(2, 4),
        /// Whether only a complex profile opens access (R19).
        complex_profile: bool = Field::flag(),
        /// Whether newcomers may be admitted to prevent long-term unemployment (R25).
        prophylaxis: bool = Field::flag().free(),
        /// Whether the place waits when the caseload is full (row 3b).
        waiting_list: bool = Field::flag().free(),
    }
    /// T1 (R23).
    EligibilityRecheck("R23") by [LastCheck] {
        /// Months after the last check.
        months: i32 = Field::number(Unit::Months, 1, 24).local(3, 6),
        /// Days before the due day from which on the check may be made.
        opening_days: i32 = Field::number(Unit::Days, 1, 90).free(),
    }
    /// T2 (R106, R107).
    ContinuationReview("R106, R107") by [Assignment] {
        /// Months between reviews.
        months: i32 = Field::number(Unit::Months, 1, 24).local(3, 6),
        /// From what they count.
        anchor: ReviewAnchor = Field::code(&["ASSIGNMENT_GRID", "LAST_REVIEW"]),
        /// Days before the due day from which on the review may be decided.
        opening_days: i32 = Field::number(Unit::Days, 1, 90).local(14, 60),
        /// Working days after the due day that are still in time.
        grace_working_days: i32 = Field::number(Unit::WorkingDays, 0, 10).local(0, 3),
    }
    /// T3 and T4 (R108).
    RegularMaximum("R108") by [Assignment] {
        /// Months after the assignment.
        months: i32 = Field::number(Unit::Months, 6, 60).local(12, 24),
        /// Months before the limit at which the first notice goes out and the limit opens.
        first_notice_months: i32 = Field::number(Unit::Months, 1, 6).free(),
        /// Months before the limit at which the second notice goes out.
        second_notice_months: i32 = Field::number(Unit::Months, 0, 5).free(),
        /// Working days after the due day that are still in time.
        grace_working_days: i32 = Field::number(Unit::WorkingDays, 0, 10).local(0, 3),
        /// Who approves an extension that another proposed.
        approver: Approver = Field::code(&["TEAM_LEAD", "CASE_MANAGER"]).free(),
        /// The longest single extension.
        extension_months: i32 = Field::number(Unit::Months, 1, 60).local(3, 24),
        /// Days before the end of an extension at which it opens.
        extension_opening_days: i32 = Field::number(Unit::Days, 1, 90).free(),
        /// How an extension counts on after the end of a short month (§ 190 BGB).
        extension_anchor: ContinuationAnchor = Field::code(&["LIKE_NUMBERED_DAY", "MONTH_END"]).free(),
    }
    /// T5 (R111).
    PlanUpdate("R111") by [PlanAgreement] {
        /// Months after the agreement or the last update.
        months: i32 = Field::number(Unit::Months, 1, 12).local(1, 6),
        /// Days before the due day from which on it may be done.
        opening_days: i32 = Field::number(Unit::Days, 1, 90).free(),
    }
    /// T12 (R122).
    Aftercare("R122") by [JobStart] {
        /// Months after the job start, when need ended because of income (§ 16g Abs. 2 SGB II); 0: none.
        job_start_months: i32 = Field::number(Unit::Months, 0, 12),
        /// Months more for holistic support where needed (§ 16k Abs. 3 SGB II); 0: none.
        holistic_extension_months: i32 = Field::number(Unit::Months, 0, 6),
        /// Months of holistic support after the end of a training (§ 16k Abs. 2 Satz 2 SGB II); 0: none.
        training_months: i32 = Field::number(Unit::Months, 0, 24),
        /// Months of coaching in a job that follows a funded one (§ 16e Abs. 4, § 16i Abs. 4 SGB II); 0: none, neither during the grant.
        follow_on_months: i32 = Field::number(Unit::Months, 0, 12),
        /// Whether the day of the job start is counted.
        job_start_day: JobStartDay = Field::code(&["NOT_COUNTED", "COUNTED"]).free(),
        /// Days before the end from which on the closing check may be made.
        opening_days: i32 = Field::number(Unit::Days, 1, 60).free(),
    }
    /// The caseload (R168).
    CaseloadRatio("R168") by [Decision] {
        /// People per full-time case manager.
        people: i32 = Field::number(Unit::Count, 1, 300).local(20, 150),
    }
    /// What is overdue.
    Escalation("R141") by [Overdue] {
        /// Days from one escalation to the next.
        interval_days: i32 = Field::number(Unit::Days, 1, 60).local(1, 14),
        /// How far off a working date may lie that the owner names with a reason: until then what is overdue does not escalate; 0: no pause.
        longest_pause_days: i32 = Field::number(Unit::Days, 0, 60).local(0, 42),
        /// From which escalation on the lead of the team hears of what a provider owes; of everything else the lead hears in each (T3, T16,
        /// T17).
        provider_lead_round: i32 = Field::number(Unit::Count, 1, 12).local(1, 4),
        /// Days after its last day in time for which what a provider owes escalates; later on it only stays visible.
        provider_days: i32 = Field::number(Unit::Days, 7, 365).local(28, 365),
    }
    /// T7a and T7b (R97).
    Referral("R97") by [ReferralSent] {
        /// Working days until the provider's answer.
        answer_working_days: i32 = Field::number(Unit::WorkingDays, 1, 60).local(1, 20),
        /// Days until the first appointment, unless the agreement says otherwise.
        waiting_days: i32 = Field::number(Unit::Days, 1, 180).local(1, 90),
    }
    /// T8 (R90).
    ProviderReport("R90") by [ServiceStart] {
        /// Months between interim reports unless another interval was agreed.
        months: i32 = Field::number(Unit::Months, 1, 6).free(),
        /// The longest interval that may be agreed.
        longest_months: i32 = Field::number(Unit::Months, 1, 6).free(),
        /// Days before the due day from which on a report may be handed in.
        opening_days: i32 = Field::number(Unit::Days, 1, 60).free(),
    }
    /// T14, by the date of the breach (§ 65a SGB II).
    Reduction("§§ 31-32 SGB II") by [Breach] {
        /// Share of the regular need, step by step.
        breach_percent: Vec<i32> = Field::numbers(Unit::Percent, 0, 100),
        /// How long each step lasts.
        breach_months: Vec<i32> = Field::numbers(Unit::Months, 0, 12),
        /// Share of the regular need for a missed appointment.
        missed_appointment_percent: i32 = Field::number(Unit::Percent, 0, 100),
        /// How long for a missed appointment.
        missed_appointment_months: i32 = Field::number(Unit::Months, 0, 12),
        /// Months after the breach within which the reduction has to be found; 0: no such period.
        finding_months: i32 = Field::number(Unit::Months, 0, 24),
        /// Weeks within which people under 25 are offered advice; 0: no such period.
        advice_under_25_weeks: i32 = Field::number(Unit::Weeks, 0, 12),
        /// Who finds that a reduction applies: the sources differ (R11, R12, R74), so a jobcenter chooses.
        decider: ReductionDecider = Field::code(&["COMPETENT_UNIT", "CASE_MANAGER"]).free(),
    }
    /// § 37 Abs. 2 SGB X.
    NoticeFiction("§ 37 Abs. 2 SGB X") by [Posting] {
        /// On which day after posting or sending the act is deemed known.
        days: i32 = Field::number(Unit::Days, 1, 10),
    }
    /// § 84 and § 66 Abs. 2 SGG.
    Objection("§ 84 SGG") by [Notice] {
        /// Months after notice.
        months: i32 = Field::number(Unit::Months, 1, 12),
        /// Months when the instruction is missing or wrong.
        wrong_instruction_months: i32 = Field::number(Unit::Months, 1, 24),
        /// Months when notice is given abroad.
        abroad_months: i32 = Field::number(Unit::Months, 1, 12),
    }
    /// § 15a SGB II until 30.06.2026.
    Mediation("§ 15a SGB II") by [MediationOpening] {
        /// Weeks after which it ends without agreement.
        weeks: i32 = Field::number(Unit::Weeks, 1, 12),
    }
    /// T9 (§ 61 Abs. 2 SGB II).
    AbsenceReport("§ 61 SGB II") by [ReportedMonth] {
        /// Days after the end of the month that is reported on; 0: with its end.
        days_after_month: i32 = Field::number(Unit::Days, 0, 31).local(0, 14),
    }
    /// T13: the key figure of continuous employment.
    ContinuousEmployment("§§ 4-6 VO § 48a") by [Integration] {
        /// Months after the integration in each of which a job is asked for.
        months: i32 = Field::number(Unit::Months, 1, 24),
        /// Days before the end of a month from which on the month is asked for.
        opening_days: i32 = Field::number(Unit::Days, 0, 27).local(0, 14),
        /// Working days after the end of a month in which the answer is still in time: only then the whole month can be known.
        grace_working_days: i32 = Field::number(Unit::WorkingDays, 0, 30).local(0, 20),
    }
    /// § 16d Abs. 6 SGB II.
    WorkOpportunity("§ 16d SGB II") by [WorkOpportunityStart] {
        /// Months that all work opportunities of the frame may take together.
        months: i32 = Field::number(Unit::Months, 1, 60),
        /// Months more where the conditions go on; 0: none.
        extension_months: i32 = Field::number(Unit::Months, 0, 24),
        /// Months of the frame, which begins with the first work opportunity.
        frame_months: i32 = Field::number(Unit::Months, 1, 120),
    }
    /// § 51b SGB II.
    StatisticsDelivery("§ 51b SGB II") by [ReportedMonth] {
        /// Days after the end of the month that is delivered; 0: with its end.
        days_after_month: i32 = Field::number(Unit::Days, 0, 31).free(),
    }
    /// T15.
    Retention("T15") by [EndOfCare] {
        /// Advice notes.
        advice_note_months: i32 = Field::number(Unit::Months, 1, 240).local(6, 120),
        /// Plans and agreements.
        plan_months: i32 = Field::number(Unit::Months, 1, 240).local(12, 120),
        /// Consents.
        consent_months: i32 = Field::number(Unit::Months, 1, 240).local(12, 120),
        /// Decisions.
        decision_months: i32 = Field::number(Unit::Months, 1, 240).local(60, 120),
        /// Payments.
        payment_months: i32 = Field::number(Unit::Months, 1, 240).local(60, 120),
    }
    /// T16 (R17).
    ProposalDecision("R17") by [Proposal] {
        /// Weeks after the proposal.
        weeks: i32 = Field::number(Unit::Weeks, 1, 26).local(1, 8),
    }
    /// T17 (R28).
    FirstTalk("R28") by [Assignment] {
        /// Weeks after the assignment.
        weeks: i32 = Field::number(Unit::Weeks, 1, 12).local(1, 4),
    }
    /// The decision on accompanying care (R31).
    Accompaniment("R31") by [LastPlannedDate] {
        /// Weeks after the last planned date.
        weeks: i32 = Field::number(Unit::Weeks, 1, 12).local(1, 4),
    }
    /// The answer to a proposed switch of the support variant (R31, R126).
    VariantSwitch("R31, R126") by [SwitchProposal] {
        /// Weeks after the proposal.
        weeks: i32 = Field::number(Unit::Weeks, 1, 12).local(1, 4),
    }
    /// Contact after a crisis (R122, R190).
    CrisisContact("R122, R190") by [CrisisRecord] {
        /// Working days after the record.
        working_days: i32 = Field::number(Unit::WorkingDays, 1, 20).local(1, 10),
    }
    /// The team of who completes the 25th year of life (R125).
    TeamDecision("R125") by [AgeCompletion] {
        /// Days before that day from which on the change of the team is proposed.
        opening_days: i32 = Field::number(Unit::Days, 1, 180).local(7, 180),
    }
    /// The acceptance of the hand-over after the end of care (row 21, R126, R115).
    HandoverAcceptance("R126, R115") by [EndOfCare] {
        /// Working days after the end of care.
        working_days: i32 = Field::number(Unit::WorkingDays, 1, 30).local(1, 20),
    }
    /// The answer to a proposed extension (row 18, R108).
    ExtensionAnswer("R108") by [ExtensionProposal] {
        /// Working days after the proposal.
        working_days: i32 = Field::number(Unit::WorkingDays, 1, 30).local(1, 20),
    }
    /// Undoing a wrong closing (row 24).
    Reopening("row 24") by [Closing] {
        /// Months after the closing within which it is proposed and approved.
        months: i32 = Field::number(Unit::Months, 1, 24).local(1, 6),
        /// Who approves what another proposed.
        approver: Approver = Field::code(&["TEAM_LEAD", "CASE_MANAGER"]).free(),
    }
    /// Figures of one member of staff (R192).
    StaffFigures("R192") by [Decision] {
        /// Whether the lead of the team sees them too; what allows it is an agreement with the staff council ("Dienstvereinbarung").
        team_lead: bool = Field::flag().free(),
    }
    /// Posting of a letter (R127).
    LetterPosting("R127") by [LetterOffered] {
        /// Working days after the letter was given out; as many lie between two reminders.
        working_days: i32 = Field::number(Unit::WorkingDays, 1, 20).local(1, 10),
        /// Reminders after which the letter only stays visible.
        reminders: i32 = Field::number(Unit::Count, 1, 60).local(1, 60),
    }
}

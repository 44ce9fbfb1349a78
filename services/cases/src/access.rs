//! What the access policies look at: the caller's staff record and the facts of the resource.

use std::sync::Arc;

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName};
use lotse_platform::{
    authorization::{Act, Authorized, Person, Policies, PolicyError, Resource},
    failure::Failure,
    unit::Unit,
};

use crate::store::access;

/// The policies of this service, validated against their schema.
///
/// # Errors
/// When they are not sound; the service does not start then.
pub fn policies() -> Result<Arc<Policies>, PolicyError> {
    Policies::load(include_str!("../policy/cases.cedarschema"), include_str!("../policy/cases.cedar")).map(Arc::new)
}

/// The acts of this service; the names are those of the RPCs and of the Cedar actions.
pub mod acts {
    lotse_platform::acts! {
        RegisterJobcenter, SetYouthTeams, GetJobcenter, RegisterStaffMember, UpdateStaffMember, GetStaffMember, ListStaffMembers,
        RegisterCase, GetCase, ListCases, SearchCases, RecordProfile, DecideTeam, ListCaseEvents,
        ProposeEpisode, ScheduleDiscussion, CastVote, DecideAdmission, AdmitFromWaitingList, RemoveFromWaitingList, RecordFirstTalk, ReferBack, ChangeCaseManager, HandOverCaseload, CommissionSpecialised, ReturnCommission, ProposeVariantSwitch, AnswerVariantSwitch, RecordAccompanyingDate, DecideAccompaniment, RecordCrisis, RecordCrisisContact, RecordPlacementProposal, RecordPlacementResult, AgreeAlliance, RecordAllianceTurn, CompleteAssessment, RecordLifeChange,
        ActivatePlan, RevisePlan, RecordGoalAttainment, RecordStepOutcome, RecordDeviation, DecideReview, ProposeExtension, AnswerExtension, EndEpisode, AcceptHandover, PlanAftercareContact, RecordAftercareContact, RecordEmploymentStatus, CompleteAftercare,
        EndEpisodeTechnically, ProposeReopening, AnswerReopening, GetEpisode, GetReviewBasis, GetProgress, ListEpisodes, ListWaitingEpisodes,
        GetWatch, RecordRecheck, RecordRechecks, ListRechecksDue, RecordPlanUpdate, EndWatch,
        ListDuties, GetDuty, ExplainDuty, SetWorkingDate,
        DraftPolicy, ValidatePolicy, ApprovePolicy, WithdrawPolicy, GetPolicy, ListPolicies, ResolvePolicy,
        SimulatePolicy, GetActivationReport, GetActivation, ReplanDuties,
        ComputeDeadline, ListHolidays, ExplainDate,
        GetSteeringFigures, GetStaffFigures,
        GetTimetable, TakeDutyStep, GetWatchTimetable, SweepWatches, ListWatchNotices, SettleWatchNotices, GetFacts, GetLetterFacts, ListRecipients, FindBySubject,
    }
}

/// Lets the caller in who may do `A` in a jobcenter, or on what belongs to everybody in it; `asked` is the name the caller used.
///
/// # Errors
/// As [`Unit::authorize`], and when the database fails.
pub async fn enter<A: Act>(
    mut unit: Unit,
    name: &JobcenterName,
    asked: &str,
) -> Result<(Unit, Authorized<A>, Person), Failure> {
    let person = access::person(&mut unit).await?;
    let facts = vec![("jobcenter", name.jobcenter().to_string())];
    let (unit, proof) =
        unit.authorize::<A>(&person, &Resource { kind: "Jobcenter", name: asked.to_owned(), facts }).await?;
    Ok((unit, proof, person))
}

/// Caller and case as policies see them; `asked` is the name the caller used, which may be that of something below the case.
///
/// # Errors
/// When the database fails.
pub async fn case(unit: &mut Unit, name: &CaseName, asked: &str) -> Result<(Person, Resource), Failure> {
    access::to_case(unit, name, None, asked).await
}

/// Caller and case as policies see them for an act on one of its episodes: the case manager is the one named for that episode, so
/// that an act on an episode that is over is refused for its phase and not for its officer.
///
/// # Errors
/// When the database fails.
pub async fn episode(unit: &mut Unit, name: &EpisodeName) -> Result<(Person, Resource), Failure> {
    access::to_case(unit, name.case(), Some(name.id()), &name.to_string()).await
}

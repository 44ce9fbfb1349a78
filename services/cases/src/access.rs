//! What the access policies look at: the caller's staff record and the facts of the resource.

use std::sync::Arc;

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName};
use lotse_platform::{
    authorization::{Person, Policies, PolicyError, Resource},
    failure::Failure,
    unit::Unit,
};

use crate::store::access;
pub use crate::store::access::person;

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
        RegisterJobcenter, GetJobcenter, RegisterStaffMember, UpdateStaffMember, GetStaffMember, ListStaffMembers,
        RegisterCase, GetCase, ListCases, RecordProfile, ListCaseEvents,
        ProposeEpisode, ScheduleDiscussion, CastVote, DecideAdmission, RecordFirstTalk, ReferBack, AgreeAlliance, CompleteAssessment,
        ActivatePlan, DecideReview, ProposeExtension, ApproveExtension, EndEpisode, AcceptHandover, CompleteAftercare,
        EndEpisodeTechnically, GetEpisode, ListEpisodes,
        ListDuties, GetDuty, ExplainDuty,
        DraftPolicy, ValidatePolicy, ApprovePolicy, WithdrawPolicy, GetPolicy, ListPolicies, ResolvePolicy,
        SimulatePolicy, GetActivationReport, GetActivation, ReplanEpisodes,
        ComputeDeadline, ListHolidays, ExplainDate,
        GetTimetable, TakeDutyStep, GetFacts, GetLetterFacts, ListRecipients, FindBySubject,
    }
}

/// A jobcenter as policies see it.
#[must_use]
pub fn jobcenter(name: &JobcenterName) -> Resource {
    Resource { kind: "Jobcenter", name: name.to_string(), facts: vec![("jobcenter", name.jobcenter().to_string())] }
}

/// Something of a jobcenter that belongs to everybody in it; `asked` is the name the caller used.
#[must_use]
pub fn within_jobcenter(name: &JobcenterName, asked: &str) -> Resource {
    Resource { name: asked.to_owned(), ..jobcenter(name) }
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

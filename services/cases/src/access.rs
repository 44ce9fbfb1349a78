//! What the access policies look at: the caller's staff record and the facts of the resource.

use std::sync::Arc;

use lotse_kernel::names::{CaseName, EpisodeName, JobcenterName};
use lotse_platform::{
    authorization::{Person, Policies, PolicyError, Resource},
    failure::Failure,
    unit::Unit,
};

use crate::store::{cases, episodes, staff};

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
        ComputeDeadline, ListHolidays, ExplainDate,
        GetTimetable, TakeDutyStep, GetFacts, GetLetterFacts, ListRecipients, FindBySubject,
    }
}

/// The caller's staff record; callers without one are nobody's officer.
///
/// # Errors
/// When the database fails.
pub async fn person(unit: &mut Unit) -> Result<Person, Failure> {
    let subject = unit.caller().principal.subject.clone();
    let found = staff::access_by_subject(unit, &subject).await?;
    Ok(found.map_or_else(Person::default, |(name, team)| Person { staff_member: name.to_string(), team }))
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

/// A case as policies see it; `asked` is the name the caller used, which may be that of something below the case.
/// A case that is not there has no facts that permit anything, so that it looks like one that may not be seen.
///
/// # Errors
/// When the database fails.
pub async fn case(unit: &mut Unit, name: &CaseName, asked: &str) -> Result<Resource, Failure> {
    let facts = cases::access_facts(unit, name).await?;
    let home = facts.as_ref().map_or_else(String::new, |_| name.jobcenter().to_string());
    let facts = facts.unwrap_or_default();
    Ok(Resource {
        kind: "Case",
        name: asked.to_owned(),
        facts: vec![
            ("jobcenter", home),
            ("team", facts.team),
            ("placement_officer", facts.placement_officer),
            ("case_manager", facts.case_manager),
        ],
    })
}

/// A case as policies see it for an act on one of its episodes: the case manager is the one named for that episode, so that an act
/// on an episode that is over is refused for its phase and not for its officer.
///
/// # Errors
/// When the database fails.
pub async fn episode(unit: &mut Unit, name: &EpisodeName) -> Result<Resource, Failure> {
    let mut resource = case(unit, name.case(), &name.to_string()).await?;
    if let Some(named) = episodes::case_manager(unit, name).await? {
        for (key, value) in &mut resource.facts {
            if *key == "case_manager" {
                *value = named.to_string();
            }
        }
    }
    Ok(resource)
}

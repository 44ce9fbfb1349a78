//! The one way in which an episode moves: every act of `EpisodeService` but the proposal goes through [`perform`].

mod ground;

use lotse_kernel::{
    names::{EpisodeName, JobcenterName, StaffName},
    workflow::{EpisodeInput, Sender, WorkflowInput as _},
};
use lotse_platform::{
    authorization::Act,
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    outbox,
    principal::{Caller, Role},
    unit::{Claim, Desk, Unit},
};
use lotse_proto::cases as contract;
use prost::Message;
use thiserror::Error;
use tonic::Code;
use tonic_types::FieldViolation;

use crate::{
    access, convert_episode,
    domain::{
        episode::{Decided, Deciding, Episode, Places},
        records::Profile,
        refused::Refused,
        rules::Rules,
        vocabulary::EpisodePhase,
        watch::speaks_for_person,
    },
    store::{cases, consequences::Told, episodes, staff},
    watching,
};

pub use ground::{Ground, is_of_the_past};

/// Why an act on an episode did not happen.
#[derive(Debug, Error)]
pub enum Error {
    /// The domain refuses.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// An officer lacks the function the act names them for.
    #[error("{staff_member} lacks the function {function}")]
    FunctionMissing {
        /// Who.
        staff_member: StaffName,
        /// Which function.
        function: &'static str,
    },
    /// The case has an episode that is not over.
    #[error("the case has an episode that is not over")]
    EpisodeRunning {
        /// Which.
        episode: EpisodeName,
        /// Where it stands.
        phase: EpisodePhase,
    },
    /// What any operation may meet.
    #[error(transparent)]
    Shared(#[from] Failure),
}

impl Error {
    /// Whether another person may do what this one may not: who tried is on record, as where the policies refuse.
    #[must_use]
    pub fn is_of_the_person(&self) -> bool {
        self.fault().code == Code::PermissionDenied
    }
}

impl OperationError for Error {
    fn fault(&self) -> Fault {
        use contract::ErrorReason as Reason;
        let wrong_state = |reason: Reason| Fault::new(Code::FailedPrecondition, bare(reason.as_str_name()));
        match self {
            Self::Shared(failure) => failure.fault(),
            Self::FunctionMissing { staff_member, function } => wrong_state(Reason::FunctionMissing)
                .with("staff_member", staff_member.to_string())
                .with("function", *function),
            Self::EpisodeRunning { episode, phase } => {
                wrong_state(Reason::EpisodeRunning).with("episode", episode.to_string()).with("phase", phase.code())
            }
            Self::Refused(refused) => match refused {
                Refused::NoRule(missing) => Failure::Defect(missing.to_string()).fault(),
                Refused::WrongPhase { phase, allowed } => wrong_state(Reason::WrongPhase)
                    .with("phase", phase.code())
                    .with("allowed", allowed.iter().map(|phase| phase.code()).collect::<Vec<_>>().join(",")),
                Refused::Fields(faults) => {
                    let violations = faults.iter().map(|fault| FieldViolation::new(fault.field.clone(), fault.rule));
                    Failure::Fields(violations.collect()).fault()
                }
                Refused::NotNamed
                | Refused::NotTheDecider
                | Refused::NotTheApprover
                | Refused::NotTheOwner
                | Refused::NotTheLead => Failure::NotPermitted.fault(),
                Refused::DutyNotOverdue { state } => wrong_state(Reason::DutyNotOverdue).with("state", state.code()),
                Refused::VotesMissing { missing } => wrong_state(Reason::VotesMissing)
                    .with("missing", missing.iter().map(|voter| voter.code()).collect::<Vec<_>>().join(",")),
                Refused::VotesDiffer => wrong_state(Reason::VotesDiffer),
                Refused::CaseloadFull { caseload, capacity } => wrong_state(Reason::CaseloadFull)
                    .with("caseload", caseload.to_string())
                    .with("capacity", capacity.to_string()),
                Refused::NotNextInLine { ahead } => wrong_state(Reason::NotNextInLine).with("ahead", ahead.to_string()),
                Refused::CriteriaNotMet => wrong_state(Reason::CriteriaNotMet),
                Refused::FirstTalkAlreadyHeld => wrong_state(Reason::FirstTalkAlreadyHeld),
                Refused::FirstTalkMissing => wrong_state(Reason::FirstTalkMissing),
                Refused::ReviewNotOpen { opens_on } => dated(wrong_state(Reason::ReviewNotOpen), *opens_on),
                Refused::LimitNotOpen { opens_on } => dated(wrong_state(Reason::LimitNotOpen), *opens_on),
                Refused::ExtensionAlreadyProposed => wrong_state(Reason::ExtensionAlreadyProposed),
                Refused::ExtensionNotProposed => wrong_state(Reason::ExtensionNotProposed),
                Refused::FourEyes => Fault::new(Code::PermissionDenied, bare(Reason::FourEyes.as_str_name())),
                Refused::NotStabilised => wrong_state(Reason::NotStabilised),
                Refused::AssessmentMissing => wrong_state(Reason::AssessmentMissing),
                Refused::AllianceCarries => wrong_state(Reason::AllianceCarries),
                Refused::NotAccompanying => wrong_state(Reason::NotAccompanying),
                Refused::PlannedDatesUsedUp { planned } => {
                    wrong_state(Reason::PlannedDatesUsedUp).with("planned", planned.to_string())
                }
                Refused::PlannedDatesLeft { left } => {
                    wrong_state(Reason::PlannedDatesLeft).with("left", left.to_string())
                }
                Refused::SwitchAlreadyProposed => wrong_state(Reason::SwitchAlreadyProposed),
                Refused::SwitchNotProposed => wrong_state(Reason::SwitchNotProposed),
                Refused::NoOpenCrisis => wrong_state(Reason::NoOpenCrisis),
                Refused::CrisisOpen => wrong_state(Reason::CrisisOpen),
                Refused::EmploymentNotAsked => wrong_state(Reason::EmploymentNotAsked),
                Refused::CommissionRunning => wrong_state(Reason::CommissionRunning),
                Refused::NoCommissionRunning => wrong_state(Reason::NoCommissionRunning),
                Refused::NoPlanToUpdate => wrong_state(Reason::NoPlanToUpdate),
                Refused::NotWatched => wrong_state(Reason::NotWatched),
                Refused::ReopeningAlreadyProposed => wrong_state(Reason::ReopeningAlreadyProposed),
                Refused::ReopeningNotProposed => wrong_state(Reason::ReopeningNotProposed),
                Refused::CorrectionWindowOver { last } => {
                    wrong_state(Reason::CorrectionWindowOver).with("last_date", last.to_string())
                }
                Refused::RetentionOver { last } => {
                    wrong_state(Reason::RetentionOver).with("last_date", last.to_string())
                }
                Refused::NewerEpisode { episode } => {
                    wrong_state(Reason::NewerEpisode).with("episode", episode.to_string())
                }
            },
        }
    }
}

fn dated(fault: Fault, opens_on: Option<jiff::civil::Date>) -> Fault {
    match opens_on {
        Some(day) => fault.with("opens_date", day.to_string()),
        None => fault,
    }
}

/// What an act may look at beside the episode.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The business date.
    pub today: jiff::civil::Date,
    /// The acting staff member.
    pub actor: StaffName,
    /// Whether that person leads the team of the case.
    pub actor_leads: bool,
    /// The placement officer of the case.
    pub placement_officer: StaffName,
    /// The latest profile of the case.
    pub profile: Profile,
    /// The places of the case manager (R168).
    pub places: Places,
    /// An episode of the case that was proposed after this one; nothing for an act that does not reopen.
    pub newer: Option<EpisodeName>,
    /// Under which rules dates are computed and people approve; without versions for an act that asks none.
    pub ground: Ground,
}

impl Scene {
    /// The rules as they stand today.
    #[must_use]
    pub fn rules(&self) -> Rules<'_> {
        self.ground.rules(self.today)
    }

    /// Who decides on access here, and what the decision looks at.
    #[must_use]
    pub fn deciding<'a>(&'a self, rules: &'a Rules<'a>) -> Deciding<'a> {
        Deciding {
            decider: self.actor.clone(),
            leads: self.actor_leads,
            profile: &self.profile,
            places: self.places,
            rules,
        }
    }
}

/// One act of `EpisodeService`: how its request is read and what it asks of the domain.
pub trait EpisodeAct: Act {
    /// The contract's request.
    type Request: Message + Default + Sync;
    /// What was read from it; it cannot be wrong.
    type Command: Send;
    /// The ground that stands in the audit row.
    const GROUND: &'static str;
    /// Whether the act begins duties or asks who may do it, so that the rules have to be read for it; other acts do not wait for them.
    const ASKS_RULES: bool = false;
    /// Whether the act may take a place of the case manager, so that it waits for others that do.
    const TAKES_PLACE: bool = false;
    /// Whether the act may open what was closed, so that it waits for proposals of the same case.
    const REOPENS: bool = false;
    /// Whether the act waits for others that write the case: search tells the needs of the latest profile, whoever comes second.
    const HOLDS_CASE: bool = Self::REOPENS;

    /// Name, etag and `request_id`, which every act has.
    fn target(request: &Self::Request) -> (&str, &str, &str);

    /// Reads the rest. `None` goes with at least one violation.
    fn parse(
        fields: &mut Fields,
        request: &Self::Request,
        scene: &Scene,
        jobcenter: &JobcenterName,
    ) -> Option<Self::Command>;

    /// Officers the act names, with the function each must have.
    #[must_use]
    fn officers(_: &Self::Command) -> Vec<(StaffName, &'static str)> {
        Vec::new()
    }

    /// Asks the domain.
    ///
    /// # Errors
    /// Why the domain refuses.
    fn decide(episode: Episode, command: Self::Command, scene: &Scene) -> Result<Decided, Refused>;
}

/// Performs an act: the ten stops in order, the same for each.
///
/// # Errors
/// See [`enum@Error`].
pub async fn perform<A: EpisodeAct>(
    desk: &Desk,
    caller: &Caller,
    request: A::Request,
) -> Result<contract::Episode, Error> {
    let (name, etag, request_id) = A::target(&request);
    let name: EpisodeName = parse_name("name", name)?;
    let mut unit = desk.begin(caller, name.jobcenter().as_str()).await?;
    let (person, resource) = access::episode(&mut unit, &name).await?;
    let (mut unit, _proof) = unit.authorize::<A>(&person, &resource).await?;
    if A::HOLDS_CASE {
        // Whoever proposes anew or records a profile holds the case, too: of the two the second one sees the first.
        cases::lock(&mut unit, name.case()).await?;
    }
    let stored = episodes::load_for_act(&mut unit, &name).await?;
    let case = cases::load(&mut unit, name.case()).await?;
    let leads = caller.principal.has(Role::TeamLead) && !person.team.is_empty() && person.team == case.team;
    let scene = scene::<A>(&mut unit, &stored.episode, &case, &person.staff_member, leads).await?;

    let mut fields = Fields::new();
    let command = A::parse(&mut fields, &request, &scene, name.case().jobcenter_name());
    let (request_id, version) = (fields.request_id(request_id), fields.etag(etag));
    let command = fields.finish(command)?.ok_or_else(|| Failure::Defect("a command that was not read".to_owned()))?;

    if unit.claim(request_id, &request, &name.to_string()).await? != Claim::New {
        return Ok(convert_episode::episode(&stored));
    }
    for (staff_member, function) in A::officers(&command) {
        if !staff::has_function(&mut unit, &staff_member, function).await? {
            return Err(Error::FunctionMissing { staff_member, function });
        }
    }
    if stored.version != version {
        return Err(Failure::StaleEtag.into());
    }
    let decided = match A::decide(stored.episode.clone(), command, &scene).map_err(Error::from) {
        Err(refused) if refused.is_of_the_person() => {
            unit.take_back(desk, &name.to_string()).await?;
            return Err(refused);
        }
        other => other?,
    };
    let ground = A::ASKS_RULES.then_some(&scene.ground);
    let after = write(&mut unit, desk, &stored, decided, (&case, ground), &person.staff_member).await?;
    unit.commit(&name.to_string(), A::GROUND).await?;
    Ok(convert_episode::episode(&after))
}

async fn scene<A: EpisodeAct>(
    unit: &mut Unit,
    episode: &Episode,
    case: &cases::Case,
    actor: &str,
    actor_leads: bool,
) -> Result<Scene, Failure> {
    if let Some(case_manager) = episode.case_manager().filter(|_| A::TAKES_PLACE) {
        staff::lock_places(unit, case_manager).await?;
    }
    let places = episodes::places_for(unit, episode).await?;
    let newer = if A::REOPENS { episodes::newer(unit, episode.name()).await? } else { None };
    let ground = if A::ASKS_RULES { Ground::read(unit, case.name.jobcenter_name()).await? } else { Ground::bare() };
    Ok(Scene {
        today: unit.today(),
        actor: actor.parse().map_err(|_| Failure::NotPermitted)?,
        actor_leads,
        placement_officer: case.placement_officer.clone(),
        profile: case.profile.clone(),
        places,
        newer,
        ground,
    })
}

/// Writes what an act came to: the row, its duties and the timeline, the profile an assessment found, the case's officers, what it means for
/// the watch over the person, and an event for the workflow when its dates changed.
///
/// # Errors
/// [`Failure::StaleEtag`] when the episode is another one by now, and when the database fails.
pub async fn write(
    unit: &mut Unit,
    desk: &Desk,
    before: &episodes::Stored,
    decided: Decided,
    (case, ground): (&cases::Case, Option<&Ground>),
    actor: &str,
) -> Result<episodes::Stored, Failure> {
    let after = before.followed_by(decided.episode);
    let told = Told { happened: &decided.events, actor };
    episodes::save(unit, before, &after, &case.team, told).await?;
    if let (None, Some(found)) = (before.episode.assessment(), after.episode.assessment()) {
        cases::insert_profile(unit, &case.name, &found.profile).await?;
    }
    // What is reopened is the newest episode of the person: its act says so, also beside an older one in aftercare.
    let is_reopened = before.episode.phase().is_final() && !after.episode.phase().is_final();
    let speaks = is_reopened || speaks_for_person(after.episode.name(), case.current_episode.as_ref());
    if speaks {
        attach(unit, case, (&before.episode, &after.episode)).await?;
    }
    watching::follow(unit, desk, (&before.episode, &after.episode, speaks), (case, ground), actor).await?;
    if after.generation > before.generation {
        start(unit, desk, &after, "EPISODE_REOPENED")?;
    } else if after.wakes_since(before) {
        wake(unit, desk, &after, "EPISODE_CHANGED");
    }
    Ok(after)
}

/// Keeps the case's running episode and case manager true.
async fn attach(unit: &mut Unit, case: &cases::Case, (before, episode): (&Episode, &Episode)) -> Result<(), Failure> {
    let contact_changes = i32::from(episode.has_another_contact_than(before));
    let current = Some(episode.name()).filter(|_| !episode.phase().is_final());
    let case_manager = episode.case_manager().filter(|_| current.is_some());
    let is_attached = case.case_manager.as_ref() == case_manager && case.current_episode.as_ref() == current;
    if is_attached && contact_changes == 0 {
        return Ok(());
    }
    let (read, current) = (case.current_episode.as_ref().map(EpisodeName::id), current.map(EpisodeName::id));
    let case_manager = case_manager.map(StaffName::id);
    cases::set_episode(unit, &case.name, (read, current), case_manager, contact_changes).await
}

/// Starts the workflow of the episode's generation with the event of number `outbox_seq`.
///
/// # Errors
/// As [`outbox::Start::of`].
pub fn start(unit: &mut Unit, desk: &Desk, stored: &episodes::Stored, kind: &'static str) -> Result<(), Failure> {
    let start = outbox::Start::of(&input(desk, stored))?;
    send(unit, desk, stored, kind, Some(start));
    Ok(())
}

/// Sends the episode's workflow the event of number `outbox_seq`.
pub fn wake(unit: &mut Unit, desk: &Desk, stored: &episodes::Stored, kind: &'static str) {
    send(unit, desk, stored, kind, None);
}

fn send(unit: &mut Unit, desk: &Desk, stored: &episodes::Stored, kind: &'static str, start: Option<outbox::Start>) {
    let workflow_id = input(desk, stored).workflow_id().to_string();
    outbox::enqueue(
        unit,
        outbox::Event { workflow_id, seq: stored.outbox_seq, sender: Sender::Cases.code(), kind, start },
    );
}

fn input(desk: &Desk, stored: &episodes::Stored) -> EpisodeInput {
    EpisodeInput::new(stored.episode.name().clone(), stored.generation, !desk.clock.is_simulated())
}

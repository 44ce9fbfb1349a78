//! What people try: every act of the domain with arguments that mostly fit, whether its phase does or not.

mod access;
mod aftercare;
mod care;
mod commissions;
mod ending;
mod late;
mod placements;
mod plans;
mod reopening;
mod support;

use jiff::civil::Date;
use lotse_cases::domain::{
    episode::{Act, Episode},
    records::Profile,
    vocabulary::EpisodePhase as P,
};
use lotse_kernel::{
    deadlines::ExtensionLength,
    names::{EpisodeName, StaffName},
};

use super::{chance::Chance, people::People, place::Place, rows::Deed};

/// Where somebody tries something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    /// The day.
    pub(super) today: Date,
    /// Who may act.
    pub(super) people: &'a People,
    /// Under which rules.
    pub(super) place: &'a Place,
    /// The latest profile of the case.
    pub(super) profile: &'a Profile,
    /// The newest episode of the person, where it is another one.
    pub(super) newer: Option<&'a EpisodeName>,
}

/// What somebody tried.
#[derive(Debug)]
pub(super) struct Tried {
    /// How long an extension was to be; nothing for another act.
    pub(super) length: Option<ExtensionLength>,
    /// What the domain said to it.
    pub(super) answer: Act,
}

impl From<Act> for Tried {
    fn from(answer: Act) -> Self {
        Self { length: None, answer }
    }
}

/// The case manager by now, or anybody where somebody gets it wrong or nobody is named yet.
fn manager(episode: &Episode, scene: &Scene<'_>, chance: &mut Chance) -> StaffName {
    let anybody = chance.errs();
    let named = episode.case_manager().filter(|_| !anybody);
    named.unwrap_or_else(|| chance.one_of(scene.people.all())).clone()
}

/// Tries an act.
pub(super) fn attempt(deed: Deed, episode: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Tried {
    match deed {
        Deed::ScheduleDiscussion => access::schedule_discussion(episode, scene, chance).into(),
        Deed::CastVote => access::cast_vote(episode, scene, chance).into(),
        Deed::Admit => access::admit(episode, scene, chance).into(),
        Deed::AdmitFromWaitingList => access::admit_from_waiting_list(episode, scene, chance).into(),
        Deed::RemoveFromWaitingList => access::remove_from_waiting_list(episode, scene, chance).into(),
        Deed::Refuse => access::refuse(episode, scene, chance).into(),
        Deed::RecordFirstTalk => care::record_first_talk(episode, scene, chance).into(),
        Deed::ChangeCaseManager => care::change_case_manager(episode, scene, chance).into(),
        Deed::ReferBack => care::refer_back(episode, scene).into(),
        Deed::ForwardToSpecialised => care::forward_to_specialised(episode, scene, chance).into(),
        Deed::CommissionSpecialised => commissions::commission(episode, scene, chance).into(),
        Deed::ReturnCommission => commissions::give_back(episode, scene, chance).into(),
        Deed::SetWorkingDate => late::set_working_date(episode, scene, chance).into(),
        Deed::AgreeAlliance => care::agree_alliance(episode, scene, chance).into(),
        Deed::RecordAllianceTurn => care::record_alliance_turn(episode, scene, chance).into(),
        Deed::CompleteAssessment => care::complete_assessment(episode, scene, chance).into(),
        Deed::ActivatePlan => plans::activate_plan(episode, scene, chance).into(),
        Deed::RevisePlan => plans::revise_plan(episode, scene, chance).into(),
        Deed::RecordGoalAttainment => plans::record_goal_attainment(episode, scene, chance).into(),
        Deed::RecordStepOutcome => plans::record_step_outcome(episode, scene, chance).into(),
        Deed::RecordDeviation => plans::record_deviation(episode, scene, chance).into(),
        Deed::RecordLifeChange => care::record_life_change(episode, scene, chance).into(),
        Deed::DecideReview => ending::decide_review(episode, scene).into(),
        Deed::EndByReview => ending::end_by_review(episode, scene, chance).into(),
        Deed::ProposeExtension => ending::propose_extension(episode, scene, chance),
        Deed::AnswerExtension => ending::answer_extension(episode, scene, chance).into(),
        Deed::End => ending::end(episode, scene, chance).into(),
        Deed::ProposeVariantSwitch => support::propose_variant_switch(episode, scene, chance).into(),
        Deed::AnswerVariantSwitch => support::answer_variant_switch(episode, scene, chance).into(),
        Deed::RecordAccompanyingDate => support::record_accompanying_date(episode, scene, chance).into(),
        Deed::PlanFurtherDates => support::plan_further_dates(episode, scene, chance).into(),
        Deed::FinishAccompaniment => support::finish_accompaniment(episode, scene).into(),
        Deed::RecordCrisis => support::record_crisis(episode, scene, chance).into(),
        Deed::RecordCrisisContact => support::record_crisis_contact(episode, scene, chance).into(),
        Deed::RecordPlacementProposal => placements::propose(episode, scene, chance).into(),
        Deed::RecordPlacementResult => placements::result(episode, scene, chance).into(),
        Deed::AcceptHandover => ending::accept_handover(episode, scene, chance).into(),
        Deed::PlanAftercareContact => aftercare::plan_contact(episode, scene, chance).into(),
        Deed::RecordAftercareContact => aftercare::record_contact(episode, scene, chance).into(),
        Deed::RecordEmploymentStatus => aftercare::record_employment(episode, scene, chance).into(),
        Deed::CompleteAftercare => ending::complete_aftercare(episode, scene, chance).into(),
        Deed::EndTechnically => ending::end_technically(episode, scene, chance).into(),
        Deed::ProposeReopening => reopening::propose(episode, scene, chance).into(),
        Deed::ApproveReopening => reopening::approve(episode, scene, chance).into(),
        Deed::DeclineReopening => reopening::decline(episode, scene, chance).into(),
    }
}

/// What people do while care is under way, the usual more than once.
const DELIVERY: &[Deed] = &[
    Deed::DecideReview,
    Deed::DecideReview,
    Deed::DecideReview,
    Deed::ProposeExtension,
    Deed::ProposeExtension,
    Deed::AnswerExtension,
    Deed::AnswerExtension,
    Deed::RecordAccompanyingDate,
    Deed::RecordAccompanyingDate,
    Deed::PlanFurtherDates,
    Deed::FinishAccompaniment,
    Deed::RevisePlan,
    Deed::RevisePlan,
    Deed::RecordGoalAttainment,
    Deed::RecordStepOutcome,
    Deed::RecordStepOutcome,
    Deed::RecordDeviation,
    Deed::RecordAllianceTurn,
    Deed::ProposeVariantSwitch,
    Deed::AnswerVariantSwitch,
    Deed::CommissionSpecialised,
    Deed::ReturnCommission,
    Deed::RecordPlacementProposal,
    Deed::RecordPlacementResult,
    Deed::RecordCrisis,
    Deed::RecordCrisisContact,
    Deed::RecordCrisisContact,
    Deed::SetWorkingDate,
    Deed::SetWorkingDate,
    Deed::RecordLifeChange,
    Deed::ChangeCaseManager,
    Deed::EndByReview,
    Deed::End,
    Deed::EndTechnically,
];

/// What people do in aftercare.
const IN_AFTERCARE: &[Deed] = &[
    Deed::CompleteAftercare,
    Deed::CompleteAftercare,
    Deed::SetWorkingDate,
    Deed::ChangeCaseManager,
    Deed::RecordCrisis,
    Deed::RecordCrisisContact,
    Deed::PlanAftercareContact,
    Deed::RecordAftercareContact,
    Deed::RecordAftercareContact,
    Deed::RecordEmploymentStatus,
    Deed::RecordEmploymentStatus,
];

/// What people do once an episode is closed.
const CLOSED: &[Deed] = &[
    Deed::ProposeReopening,
    Deed::ProposeReopening,
    Deed::ApproveReopening,
    Deed::ApproveReopening,
    Deed::DeclineReopening,
    Deed::RecordEmploymentStatus,
];

/// What people do in a phase, the usual more than once.
const fn usual(phase: P) -> &'static [Deed] {
    use Deed as D;
    match phase {
        P::Proposed => &[
            D::ScheduleDiscussion,
            D::ScheduleDiscussion,
            D::ScheduleDiscussion,
            D::ScheduleDiscussion,
            D::EndTechnically,
        ],
        P::InDiscussion => {
            &[D::CastVote, D::CastVote, D::CastVote, D::SetWorkingDate, D::Admit, D::Admit, D::Admit, D::Refuse]
        }
        P::Waitlisted => {
            &[D::AdmitFromWaitingList, D::AdmitFromWaitingList, D::RemoveFromWaitingList, D::EndTechnically]
        }
        P::EntryConsultation => &[
            D::RecordFirstTalk,
            D::RecordFirstTalk,
            D::AgreeAlliance,
            D::AgreeAlliance,
            D::ForwardToSpecialised,
            D::RecordAccompanyingDate,
            D::DecideReview,
            D::ReferBack,
            D::End,
        ],
        P::Assessment => &[
            D::CompleteAssessment,
            D::CompleteAssessment,
            D::DecideReview,
            D::ChangeCaseManager,
            D::End,
            D::EndTechnically,
        ],
        P::Planning => &[
            D::ActivatePlan,
            D::ActivatePlan,
            D::CommissionSpecialised,
            D::RecordLifeChange,
            D::DecideReview,
            D::End,
            D::EndTechnically,
        ],
        P::Delivery => DELIVERY,
        P::Closing => &[
            D::AcceptHandover,
            D::AcceptHandover,
            D::RecordCrisis,
            D::RecordCrisisContact,
            D::RecordAftercareContact,
            D::RecordEmploymentStatus,
        ],
        P::Aftercare => IN_AFTERCARE,
        P::Closed => CLOSED,
        P::Refused | P::ReferredBack => Deed::ALL,
    }
}

/// What somebody tries next: mostly what people do in this phase, now and then anything. `restraint` says how rarely a life in care ends.
pub(super) fn choose(phase: P, restraint: u32, chance: &mut Chance) -> Option<Deed> {
    let anything = chance.one_in(4);
    let deed = *chance.one_of(if anything { Deed::ALL } else { usual(phase) });
    // That accompanying care is done is rare enough by what it asks for.
    let ends = [Deed::EndTechnically, Deed::End, Deed::EndByReview, Deed::ReferBack];
    let is_in_care = !matches!(phase, P::Proposed | P::InDiscussion | P::Waitlisted);
    let ends = is_in_care && ends.contains(&deed);
    (!ends || chance.one_in(restraint)).then_some(deed)
}

//! Every phase has the duties that belong to it and the facts that led there; every end has its reason.

use std::iter;

use jiff::civil::Date;
use lotse_cases::domain::{
    duties::{Duties, Duty},
    episode::{Active, Episode, State},
    records::{Aftercare, Deviation, Discussion, Goal, PersonView, PlacementProposal, PlacementResult, PlanStep},
    vocabulary::{
        Currency, DeviationConsequence, DeviationReason, EndReason, EpisodePhase as P, GoalLevel, PlacementOutcome,
        StepParty, Voter,
    },
};
use lotse_kernel::duty::DutyKind as Kind;

use super::{Moved, Verdict, require, told, waiting};

/// What may wait while an episode is active.
const IN_CARE: [Kind; 10] = [
    Kind::FirstTalk,
    Kind::ContinuationReview,
    Kind::RegularMaximum,
    Kind::ExtensionEnd,
    Kind::ExtensionAnswer,
    Kind::AccompanimentDecision,
    Kind::VariantSwitchAnswer,
    Kind::CrisisContact,
    Kind::PlanUpdate,
    Kind::GoalDue,
];

/// What may wait between the end of care and its closing, the acceptance of the hand-over and the end of aftercare apart.
const AFTER_CARE: [Kind; 3] = [Kind::CrisisContact, Kind::AftercareContact, Kind::ContinuousEmployment];

/// Judges an episode by the phase it is in.
pub(super) fn judge(moved: &Moved<'_>) -> Verdict {
    let it = moved.after;
    commissioned(it)?;
    placed(it)?;
    match it.phase() {
        P::Proposed | P::InDiscussion => undecided(it),
        P::Waitlisted => {
            holds(it, it.waiting_place().is_some(), "who waits has a place on the list")?;
            none_waits(it)
        }
        P::EntryConsultation | P::Assessment | P::Planning | P::Delivery => in_care(it),
        P::Refused => {
            let refusal = it.refusal();
            holds(it, refusal.is_some_and(|refusal| given(&refusal.text)), "a refusal has its reason")?;
            none_waits(it)
        }
        P::ReferredBack => {
            let back = it.referred_back();
            holds(it, back.is_some_and(|back| given(&back.reason)), "who is referred back is told why")?;
            none_waits(it)
        }
        P::Closing => {
            ended(it)?;
            holds(it, it.handover().is_none(), "who is handed over is not in closing any more")?;
            crises_wait(it)?;
            followed(it)?;
            let handovers = waiting(it.duties(), Kind::HandoverAcceptance).count();
            holds(it, handovers == 1, "a hand-over waits for its acceptance once")?;
            nothing_but(
                it.duties(),
                |duty| duty.kind() == Kind::HandoverAcceptance || AFTER_CARE.contains(&duty.kind()),
                "closing has no other duties",
            )?;
            owned(it)
        }
        P::Aftercare => {
            ended(it)?;
            holds(it, agreed(it), "aftercare was agreed")?;
            in_aftercare(it)?;
            owned(it)
        }
        P::Closed => closed(it),
    }
}

fn given(words: &str) -> bool {
    !words.trim().is_empty()
}

fn holds(it: &Episode, fact: bool, law: &'static str) -> Verdict {
    require(fact, law, || it.phase().to_string())
}

/// A commission runs only while the episode is active, one at a time, and names nobody who is the case manager.
fn commissioned(it: &Episode) -> Verdict {
    let Some(care) = it.care() else { return Ok(()) };
    let running = care.commissions.iter().filter(|commission| commission.is_running()).count();
    holds(
        it,
        running <= usize::from(it.phase().is_active()),
        "a commission ends with its episode, and one runs at a time",
    )?;
    let other = it.commissioned().is_none_or(|specialist| it.case_manager() != Some(specialist));
    holds(it, other, "nobody is commissioned by themselves")
}

/// What came of a placement proposal came after it and in its order; a job has its first day.
fn placed(it: &Episode) -> Verdict {
    let proposals = || it.care().into_iter().flat_map(|care| &care.placements);
    let in_order = |proposal: &PlacementProposal| {
        let days = proposal.results.iter().map(|result| result.resulted_on);
        iter::once(proposal.proposed_on).chain(days).is_sorted()
    };
    holds(it, proposals().all(in_order), "what came of a placement proposal came after it")?;
    let hired =
        |result: &PlacementResult| (result.outcome == PlacementOutcome::Hired) == result.job_starts_on.is_some();
    let all = proposals().flat_map(|proposal| &proposal.results).all(hired);
    holds(it, all, "whoever was hired has a first day, and nobody else")
}

/// A proposal is decided by its time, by the placement officer or, over a dissent, by the lead.
fn undecided(it: &Episode) -> Verdict {
    only(it, Kind::ProposalDecision, 1)?;
    let differ = it.discussion().is_some_and(Discussion::dissents);
    let owner = (!differ).then(|| it.placement_officer());
    let theirs = waiting(it.duties(), Kind::ProposalDecision).all(|duty| duty.owner() == owner);
    holds(it, theirs, "a proposal lies with the placement officer, a dissent with the lead")
}

/// In care the first talk waits until it was held; whatever waits is the case manager's.
fn in_care(it: &Episode) -> Verdict {
    let Some(care) = it.care() else { return holds(it, false, "an active episode is in care") };
    let talks = waiting(it.duties(), Kind::FirstTalk).count();
    let held = care.first_talk_on.is_some();
    holds(it, talks == usize::from(!held), "the first talk waits until it is held")?;
    holds(it, held || it.phase() == P::EntryConsultation, "no work before the first talk")?;
    let decisions = waiting(it.duties(), Kind::AccompanimentDecision).count();
    let used_up = care.accompaniment().is_some_and(|accompaniment| accompaniment.dates_left() == 0);
    holds(it, decisions == usize::from(used_up), "whoever has no planned date left waits for a decision")?;
    let answers = waiting(it.duties(), Kind::VariantSwitchAnswer).count();
    holds(it, answers == usize::from(care.proposed_switch().is_some()), "a proposed switch waits for its answer")?;
    let answers = waiting(it.duties(), Kind::ExtensionAnswer).count();
    let asked = usize::from(care.proposed_extension().is_some());
    holds(it, answers == asked, "a proposed extension waits for its answer")?;
    let updates = waiting(it.duties(), Kind::PlanUpdate).count();
    let planned = it.plan().is_some() || care.former_plans().next().is_some();
    holds(it, updates == usize::from(planned), "what was issued waits for its update")?;
    let held = |deviation: &Deviation| {
        let judged = &deviation.judgement;
        judged.consequence == DeviationConsequence::LegalTrack
            && (judged.reason == DeviationReason::Important || judged.plan == Currency::Outdated)
    };
    holds(it, !care.deviations.iter().any(held), "nobody is held to a plan that does not fit, or for a good reason")?;
    goals_wait(it)?;
    steps_lead_on(it)?;
    crises_wait(it)?;
    nothing_but(it.duties(), |duty| IN_CARE.contains(&duty.kind()), "an active episode has no other duties")?;
    owned(it)
}

/// What nobody has determined is asked for, and nothing that was determined for good or that is of no plan.
fn goals_wait(it: &Episode) -> Verdict {
    let goals = || it.plan().into_iter().flat_map(|plan| &plan.goals);
    let asks = |slot: i32| waiting(it.duties(), Kind::GoalDue).filter(|duty| duty.slot() == slot).count();
    let asked = goals().all(|goal| match goal.attainments.last() {
        None => asks(goal.slot) == 1,
        Some(_) => asks(goal.slot) <= usize::from(!goal.is_settled()),
    });
    holds(it, asked, "each goal is asked for once, until it is determined")?;
    let waits = |goal: &Goal, step: &PlanStep| match step.results.last() {
        None => asks(step.slot) == usize::from(!goal.is_settled()),
        Some(_) => asks(step.slot) <= usize::from(!goal.is_settled() && !step.is_settled()),
    };
    let asked = goals().all(|goal| goal.steps.iter().all(|step| waits(goal, step)));
    holds(it, asked, "each step is asked for once, until it or its goal is determined")?;
    let slots = || goals().flat_map(|goal| iter::once(goal.slot).chain(goal.steps.iter().map(|step| step.slot)));
    let of_plan = waiting(it.duties(), Kind::GoalDue).all(|duty| slots().any(|slot| slot == duty.slot()));
    holds(it, of_plan, "nobody asks for what is in no plan")
}

/// Every step follows earlier ones, by its day and by the day on which it was done; nothing is asked of the person alone, and every partial goal
/// serves a basic one where there is one.
fn steps_lead_on(it: &Episode) -> Verdict {
    let goals = || it.plan().into_iter().flat_map(|plan| &plan.goals);
    let leads = |goal: &Goal| {
        let follows = |at: usize, step: &PlanStep| {
            step.after.iter().all(|key| goal.steps.iter().take(at).any(|earlier| earlier.key == *key))
        };
        goal.steps.iter().enumerate().all(|(at, step)| follows(at, step) && step.due_on <= goal.due_on)
    };
    holds(it, goals().all(leads), "a step follows earlier ones and is done by the day of its goal")?;
    let in_order = |goal: &Goal| {
        let before = |step: &PlanStep, on: Date| {
            let mut earlier = goal.steps.iter().filter(|earlier| step.after.contains(&earlier.key));
            earlier.all(|earlier| earlier.is_settled() && earlier.done_on().is_none_or(|done_on| done_on <= on))
        };
        goal.steps.iter().all(|step| step.done_on().is_none_or(|on| before(step, on)))
    };
    holds(it, goals().all(in_order), "what is done was done after the steps it follows")?;
    let has = |party| goals().flat_map(|goal| &goal.steps).any(|step| step.party == party);
    holds(it, has(StepParty::Jobcenter) || !has(StepParty::Person), "whoever asks something promises something")?;
    let basic = |key: Option<&String>| {
        goals().any(|goal| goal.level == GoalLevel::Basic && key.is_none_or(|key| goal.key == *key))
    };
    let serves = |goal: &Goal| match (goal.level, &goal.basic_goal_key) {
        (GoalLevel::Basic, serves) => serves.is_none(),
        (_, None) => !basic(None),
        (_, key) => basic(key.as_ref()),
    };
    holds(it, goals().all(serves), "a partial goal serves a basic one")
}

/// In aftercare its end waits, and contact after every crisis.
fn in_aftercare(it: &Episode) -> Verdict {
    let ends = waiting(it.duties(), Kind::AftercareEnd).count();
    holds(it, ends == 1, "aftercare has its end once")?;
    crises_wait(it)?;
    followed(it)?;
    let fits = |duty: &Duty| duty.kind() == Kind::AftercareEnd || AFTER_CARE.contains(&duty.kind());
    nothing_but(it.duties(), fits, "aftercare has no other duties")
}

/// Whoever is integrated into work is followed for six months: what waits is a month without an answer, and a contact that waits was planned.
fn followed(it: &Episode) -> Verdict {
    let Some(closing) = it.closing() else { return holds(it, false, "an end has its closing record") };
    let months = closing.integration.iter().flat_map(|integration| &integration.months);
    let silent: Vec<i32> = months.filter(|month| month.answers.is_empty()).map(|month| month.slot).collect();
    let asked = waiting(it.duties(), Kind::ContinuousEmployment).all(|duty| silent.contains(&duty.slot()));
    holds(it, asked, "what is asked for is a month that nobody has answered")?;
    let known = closing.integration.as_ref().is_none_or(|integration| integration.months.len() == 6);
    holds(it, known, "an integration is followed for six months")?;
    let is_known = closing.note.integration() == closing.integration.as_ref().map(|known| known.integrated_on);
    holds(it, is_known, "an integration that is known is followed")?;
    let open = closing.contacts.iter().filter(|contact| contact.made.is_none()).map(|contact| contact.number);
    let open: Vec<i32> = open.collect();
    let planned = waiting(it.duties(), Kind::AftercareContact).all(|duty| open.contains(&duty.slot()));
    holds(it, planned, "a contact that waits was planned and not made")
}

/// Every crisis without contact is a duty, and no other is.
fn crises_wait(it: &Episode) -> Verdict {
    let open = it.care().map_or(0, |care| care.crises.iter().filter(|crisis| crisis.contact.is_none()).count());
    let contacts = waiting(it.duties(), Kind::CrisisContact).count();
    holds(it, contacts == open, "every crisis waits for contact")
}

/// Whatever waits in care is the case manager's, but for the answer to a switch that the case manager has proposed, for the update of the
/// plan and its goals, which are of whoever leads, for the hand-over of who stays with the jobcenter, and for the answer to an extension, which is the lead's.
fn owned(it: &Episode) -> Verdict {
    let asked = it.care().and_then(Active::proposed_switch).map(|switch| switch.proposed_as);
    let theirs = |duty: &Duty| match (duty.kind(), asked) {
        (Kind::VariantSwitchAnswer, Some(Voter::CaseManager)) => duty.owner() == Some(it.placement_officer()),
        (Kind::PlanUpdate | Kind::GoalDue, _) => duty.owner() == it.lead_officer(),
        (Kind::ExtensionAnswer, _) => duty.owner().is_none(),
        (Kind::HandoverAcceptance, _) if stays(it) => duty.owner() == Some(it.placement_officer()),
        _ => duty.owner() == it.case_manager(),
    };
    nothing_but(it.duties(), theirs, "whatever waits in care is the case manager's")
}

/// Whether the placement officer goes on with the person: no other body does, and no job has ended the need.
fn stays(it: &Episode) -> bool {
    it.closing().is_some_and(|closing| {
        let by_job = matches!(
            closing.note.aftercare,
            Some(Aftercare::JobStart { .. } | Aftercare::HolisticSupport { .. } | Aftercare::FollowOnJob { .. })
        );
        closing.note.reason != EndReason::CompetenceChanged && !by_job
    })
}

fn agreed(it: &Episode) -> bool {
    it.closing().is_some_and(|closing| closing.note.aftercare.is_some())
}

/// The closing record of an end for one of the six reasons (R120, R121).
fn ended(it: &Episode) -> Verdict {
    let Some(closing) = it.closing() else { return holds(it, false, "an end has its closing record") };
    let note = &closing.note;
    let (PersonView::Stated(view) | PersonView::Missing(view)) = &note.person_view;
    let told = given(&note.retrospective) && given(&note.prospective) && given(view);
    holds(it, told, "a closing record says what was, what comes and what the person thinks")?;
    let stabilised = note.stabilised || note.reason != EndReason::NotEconomical;
    holds(it, stabilised, "an end for economy needs a stabilised person")?;
    let reviews = it.care().map_or(&[][..], |care| care.reviews.as_slice());
    let days = reviews.iter().all(|review| review.decided_on <= closing.ended_on);
    holds(it, days, "no review is decided after the end")
}

/// Closed for a reason and handed over, after aftercare where it was agreed; or ended technically, whatever was before.
fn closed(it: &Episode) -> Verdict {
    if it.technical_end().is_some() {
        none_waits(it)?;
        let nested = matches!(&it.facts().state, State::EndedTechnically { from, .. } if is_unfinished(from));
        return holds(it, nested, "a technical end ends what is not over");
    }
    ended(it)?;
    followed(it)?;
    let officers =
        |duty: &Duty| duty.kind() == Kind::ContinuousEmployment && duty.owner() == Some(it.placement_officer());
    nothing_but(it.duties(), officers, "of what is closed only months wait, with the placement officer")?;
    holds(it, it.handover().is_some_and(|handover| given(&handover.note)), "who leaves is handed over")?;
    holds(it, it.closing_check().is_some() == agreed(it), "aftercare ends with its check")
}

const fn is_unfinished(state: &State) -> bool {
    match state {
        State::Proposed
        | State::InDiscussion(_)
        | State::Waitlisted { .. }
        | State::Active(_)
        | State::Closing { .. }
        | State::Aftercare { .. } => true,
        State::Refused { .. } | State::ReferredBack { .. } | State::Closed { .. } | State::EndedTechnically { .. } => {
            false
        }
    }
}

fn none_waits(it: &Episode) -> Verdict {
    nothing_but(it.duties(), |_| false, "nothing waits in a phase without duties")
}

/// So many of a kind wait, and nothing else.
fn only(it: &Episode, kind: Kind, count: usize) -> Verdict {
    let found = waiting(it.duties(), kind).count();
    let words = || format!("{found} of {kind} in {}", it.phase());
    require(found == count, "a phase has its own duty once", words)?;
    nothing_but(it.duties(), |duty| duty.kind() == kind, "a phase has its own duty alone")
}

fn nothing_but(duties: &Duties, fits: impl Fn(&Duty) -> bool, law: &'static str) -> Verdict {
    match duties.iter().find(|duty| duty.is_unsettled() && !fits(duty)) {
        Some(duty) => require(false, law, || told(duty)),
        None => Ok(()),
    }
}

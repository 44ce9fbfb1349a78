//! Builders of the tests: people, notes and episodes in any phase.

mod aftercare;
mod alliance;
mod assessment;
mod beside;
mod extension;
mod plan;
mod reopening;

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::{add_days, add_months},
    duty::NextStep,
    legal::Calendar,
    names::{DutyName, EpisodeName, StaffName},
    policy::{Book, Jurisdiction, PolicyKey, Value, federal},
};

use super::intake::vote;
pub(super) use crate::domain::episode::Ballot;
use crate::domain::{
    episode::{
        AccompanimentDecision, Act, AdmitDecision, Decided, Deciding, Episode, Places, RefuseDecision, ReviewDecision,
        Step, TakingOver, TurnTaken,
    },
    records::{
        Aftercare, CriteriaSheet, Employment, HandoverPackage, LifeChange, Profile, Proposal, Support, Transparency,
    },
    refused::Refused,
    rules::Rules,
    vocabulary::{
        AdmissionBasis, CaseManagerChangeReason, EpisodePhase, GoalOutcome, HandoverReceiver, PlacementOutcome,
        RefusalReason, ReopeningAnswer, ReopeningExtent, SignalSource, StepOutcome, TechnicalEnd, VariantSwitchAnswer,
    },
};

pub(super) use aftercare::{answer, closing_note, contact, ended_for, integrated, with_contacts};
pub(super) use alliance::{AGREED, strained};
pub(super) use assessment::{alliance, assessment, need, profile};
pub(super) use beside::{commissioning, crisis, crisis_contact, placement_proposal, placement_result};
pub(super) use extension::{doris_answers_extension, extension_approved, longer};
pub(super) use plan::{determined, deviation, goal, goals, revision, step, step_result, with_a_step};
pub(super) use reopening::{doris_answers, reopened, wrong_closing};

/// The federal rules on a day, with the holidays of the whole country.
pub(super) fn on(day: Date) -> Rules<'static> {
    Rules::new(Book::federal().unwrap(), Calendar::Nation, day)
}

/// The rules of a jobcenter that keeps a waiting list, on a day.
pub(super) fn with_list(day: Date) -> Rules<'static> {
    static BOOK: LazyLock<Book> = LazyLock::new(|| {
        let mut version = federal::of(PolicyKey::AdmissionCriteria).unwrap().pop().unwrap();
        version.jurisdiction = Jurisdiction::Jobcenter("musterstadt".to_owned());
        version.parameters = version.parameters.with("waiting_list", Value::Flag(true));
        Book::federal().unwrap().with(version)
    });
    Rules::new(&BOOK, Calendar::Nation, day)
}

/// Nobody more is looked after by whoever has these places.
pub(super) const FULL: Places = Places { caseload: 75, ahead: 0, full_time_percent: 100 };

/// An episode on the waiting list since a day.
pub(super) fn waitlisted_on(day: Date) -> Episode {
    let (profile, rules) = (profile(), with_list(day));
    let by = Deciding { places: FULL, ..by_anna(&profile, &rules) };
    done(discussed(proposed_on(day), true, day).admit(admit_decision(None), &by))
}

pub(super) fn turn(exception_reason: &str) -> TurnTaken {
    TurnTaken { assigned_on: None, exception_reason: exception_reason.to_owned() }
}

/// The day of the proposal in the stories.
pub(super) const PROPOSED: Date = date(2026, 3, 2);

/// The assignment date t0 in the stories.
pub(super) const T0: Date = date(2026, 3, 9);

pub(super) fn staff(number: u8) -> StaffName {
    format!("jobcenters/musterstadt/staff/00000000-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}

/// Anna, the case manager.
pub(super) fn anna() -> StaffName {
    staff(1)
}

/// Bernd, the placement officer.
pub(super) fn bernd() -> StaffName {
    staff(2)
}

/// Doris, the team lead.
pub(super) fn doris() -> StaffName {
    staff(3)
}

pub(super) fn frida() -> StaffName {
    staff(4)
}

/// Frida takes over from whoever it was.
pub(super) fn to_frida(informed_on: Date) -> TakingOver {
    let package = HandoverPackage { situation: text(), agreements: String::new(), next_steps: text() };
    TakingOver { case_manager: frida(), reason: CaseManagerChangeReason::Leaves, package, informed_on }
}

pub(super) fn name() -> EpisodeName {
    "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f/episodes/018f3e5c-1a2b-7c3d-8e4f-000000000001"
        .parse()
        .unwrap()
}

pub(super) fn text() -> String {
    "ein Grund".to_owned()
}

pub(super) fn proposed_on(day: Date) -> Episode {
    let criteria = CriteriaSheet { lacking_abilities: text(), reasons_in_person: text(), expected_progress: text() };
    let proposal = Proposal {
        signal_source: SignalSource::PlacementTalk,
        criteria,
        proposed_on: day,
        proposed_by: bernd(),
        placement_officer: bernd(),
        previous_episode: None,
    };
    Episode::propose(name(), proposal, &on(day)).unwrap().episode
}

pub(super) fn done(act: Act) -> Episode {
    act.unwrap().episode
}

pub(super) fn discussed(episode: Episode, admit: bool, day: Date) -> Episode {
    let episode = done(episode.schedule_discussion(day, anna(), bernd(), &bernd(), day));
    done(done(episode.cast_vote(anna(), vote(admit), day)).cast_vote(bernd(), vote(admit), day))
}

/// Anna decides, the case manager named for the discussion.
pub(super) fn by_anna<'a>(profile: &'a Profile, rules: &'a Rules<'a>) -> Deciding<'a> {
    let places = Places { caseload: 60, ahead: 0, full_time_percent: 100 };
    Deciding { decider: anna(), leads: false, profile, places, rules }
}

/// Doris decides, the lead of the team.
pub(super) fn by_doris<'a>(profile: &'a Profile, rules: &'a Rules<'a>) -> Deciding<'a> {
    Deciding { decider: doris(), leads: true, ..by_anna(profile, rules) }
}

pub(super) fn refusal(reason: RefusalReason) -> RefuseDecision {
    RefuseDecision { reason, text: text(), deviation_reason: text() }
}

pub(super) fn admit_decision(assigned_on: Option<Date>) -> AdmitDecision {
    AdmitDecision {
        basis: AdmissionBasis::ComplexProfile,
        deviation_reason: String::new(),
        support: Support::Full,
        assigned_on,
    }
}

pub(super) fn admitted_on(day: Date) -> Episode {
    done(discussed(proposed_on(day), true, day).admit(admit_decision(None), &by_anna(&profile(), &on(day))))
}

/// Accompanying care with so many planned dates, whose first talk was held.
pub(super) fn accompanied_on(day: Date, planned_dates: i32) -> Episode {
    let decision = AdmitDecision { support: Support::Accompanying { planned_dates }, ..admit_decision(None) };
    let admitted = done(discussed(proposed_on(day), true, day).admit(decision, &by_anna(&profile(), &on(day))));
    done(admitted.record_first_talk(day, day))
}

pub(super) fn shown() -> Transparency {
    Transparency { procedure_explained: true, role_disclosed: true, data_protection_explained: true }
}

pub(super) fn continuation() -> ReviewDecision {
    ReviewDecision::Continue { reasons: text(), prognosis: text() }
}

/// An episode in which nothing is planned with the person yet, so that reviews and the limit are all that waits.
pub(super) fn unplanned(t0: Date) -> Episode {
    in_phase(EpisodePhase::Assessment, t0)
}

/// An episode in delivery since its assignment date.
pub(super) fn in_delivery(t0: Date) -> Episode {
    let episode = done(admitted_on(t0).record_first_talk(t0, t0));
    let episode = done(episode.agree_alliance(shown(), alliance(t0), t0));
    let episode = done(episode.complete_assessment(assessment(t0), t0));
    done(episode.activate_plan(goals(t0), t0, &on(t0)))
}

/// An episode in a phase, all of whose acts happened on `t0`.
pub(super) fn in_phase(phase: EpisodePhase, t0: Date) -> Episode {
    let aftercare = Some(Aftercare::SetDate { until: add_months(t0, 60).date });
    let closing = |aftercare| done(in_delivery(t0).end(closing_note(aftercare), &on(t0)));
    let receiver = HandoverReceiver::PlacementOfficer;
    let episode = match phase {
        EpisodePhase::Proposed => proposed_on(t0),
        EpisodePhase::InDiscussion => discussed(proposed_on(t0), true, t0),
        EpisodePhase::Refused => done(
            discussed(proposed_on(t0), false, t0).refuse(refusal(RefusalReason::NotYet), &by_anna(&profile(), &on(t0))),
        ),
        EpisodePhase::Waitlisted => waitlisted_on(t0),
        EpisodePhase::EntryConsultation => admitted_on(t0),
        EpisodePhase::ReferredBack => done(done(admitted_on(t0).record_first_talk(t0, t0)).refer_back(text(), t0)),
        EpisodePhase::Assessment => {
            let episode = done(admitted_on(t0).record_first_talk(t0, t0));
            done(episode.agree_alliance(shown(), alliance(t0), t0))
        }
        EpisodePhase::Planning => done(in_phase(EpisodePhase::Assessment, t0).complete_assessment(assessment(t0), t0)),
        EpisodePhase::Delivery => in_delivery(t0),
        EpisodePhase::Closing => closing(aftercare),
        EpisodePhase::Aftercare => done(closing(aftercare).accept_handover(receiver, text(), &on(t0))),
        EpisodePhase::Closed => done(closing(None).accept_handover(receiver, text(), &on(t0))),
    };
    assert_eq!(episode.phase(), phase);
    episode
}

/// Takes every step of time up to and including `today`, as the workflow does; tells each with its day.
pub(super) fn let_time_pass(mut episode: Episode, today: Date) -> (Episode, Vec<(Date, String)>) {
    let mut told = Vec::new();
    // Asked as of the day of each step, as a workflow that wakes on time does.
    while let Some((day, step)) = next_step(&episode, today) {
        let taken = episode.take_step(&step, &on(day)).unwrap();
        assert!(taken.taken, "an offered step was not taken: {step:?} on {day}");
        assert!(!taken.episode.clone().take_step(&step, &on(day)).unwrap().taken, "a step was taken twice: {step:?}");
        told.extend(taken.events.iter().map(|happened| (day, happened.event.text_de())));
        episode = taken.episode;
    }
    (episode, told)
}

/// The earliest step that is offered up to a day.
pub(super) fn next_step(episode: &Episode, today: Date) -> Option<(Date, Step)> {
    let offer = |entry: &lotse_kernel::duty::TimetableEntry| -> Option<(NextStep, DutyName)> {
        Some((entry.next_step.filter(|next| next.on <= today)?, entry.duty.parse().unwrap()))
    };
    // Seen from long ago no escalation has been skipped yet.
    let due = episode.timetable(0, &on(date(2000, 1, 1))).unwrap().due;
    let (next, duty) = due.iter().filter_map(offer).min_by_key(|(next, duty)| (next.on, duty.clone()))?;
    Some((next.on, Step { duty, step: next.step, round: next.round }))
}

/// An act by its name, with arguments that fit wherever the phase does.
pub(super) type Named = (&'static str, &'static [EpisodePhase], fn(Episode, Date) -> Act);

use EpisodePhase as P;

/// Every act of the domain with the phases it fits.
pub(super) const ACTS: &[Named] = &[
    ("schedule_discussion", &[P::Proposed], |episode, day| {
        episode.schedule_discussion(day, anna(), bernd(), &bernd(), day)
    }),
    ("cast_vote", &[P::InDiscussion], |episode, day| episode.cast_vote(anna(), vote(true), day)),
    ("cast_vote against", &[P::InDiscussion], |episode, day| episode.cast_vote(bernd(), vote(false), day)),
    ("admit", &[P::InDiscussion], |episode, day| episode.admit(admit_decision(None), &by_anna(&profile(), &on(day)))),
    ("refuse", &[P::InDiscussion], |episode, day| {
        episode.refuse(refusal(RefusalReason::NotYet), &by_anna(&profile(), &on(day)))
    }),
    ("admit over a dissent", &[P::InDiscussion], |episode, day| {
        let decision = AdmitDecision { deviation_reason: text(), ..admit_decision(None) };
        episode.admit(decision, &by_doris(&profile(), &on(day)))
    }),
    ("admit to the waiting list", &[P::InDiscussion], |episode, day| {
        let (profile, rules) = (profile(), with_list(day));
        episode.admit(admit_decision(None), &Deciding { places: FULL, ..by_anna(&profile, &rules) })
    }),
    ("admit_from_waiting_list", &[P::Waitlisted], |episode, day| {
        episode.admit_from_waiting_list(turn(""), &by_anna(&profile(), &with_list(day)))
    }),
    ("remove_from_waiting_list", &[P::Waitlisted], |episode, day| {
        episode.remove_from_waiting_list(refusal(RefusalReason::OtherSupport), &by_doris(&profile(), &on(day)))
    }),
    ("record_first_talk", &[P::EntryConsultation], |episode, day| episode.record_first_talk(day, day)),
    ("refer_back", &[P::EntryConsultation], |episode, day| episode.refer_back(text(), day)),
    ("change_case_manager", P::IN_CARE, |episode, day| episode.change_case_manager(to_frida(day), anna(), day)),
    ("agree_alliance", &[P::EntryConsultation], |episode, day| episode.agree_alliance(shown(), alliance(day), day)),
    ("record_alliance_turn", AGREED, |episode, day| episode.record_alliance_turn(strained(day), day)),
    ("complete_assessment", &[P::Assessment], |episode, day| episode.complete_assessment(assessment(day), day)),
    ("activate_plan", &[P::Planning], |episode, day| episode.activate_plan(goals(day), day, &on(day))),
    ("revise_plan", &[P::Delivery], |episode, day| episode.revise_plan(revision(goals(day), day), anna(), &on(day))),
    ("record_goal_attainment", &[P::Delivery], |episode, day| {
        episode.record_goal_attainment(determined("mietvertrag", GoalOutcome::Partly, day), &on(day))
    }),
    ("record_step_outcome", &[P::Delivery], |episode, day| {
        with_a_step(episode, day).record_step_outcome(step_result("schreiben", StepOutcome::Done, day), &on(day))
    }),
    ("record_deviation", &[P::Delivery], |episode, day| episode.record_deviation(deviation(day), anna(), day)),
    ("record_life_change", &[P::Planning, P::Delivery], |episode, day| {
        episode.record_life_change(LifeChange { occurred_on: day, text: text() }, anna(), day)
    }),
    ("propose_variant_switch", P::ACTIVE, |episode, day| {
        episode.propose_variant_switch(Support::Accompanying { planned_dates: 2 }, text(), anna(), &on(day))
    }),
    ("answer_variant_switch", P::ACTIVE, |episode, day| {
        episode.answer_variant_switch(VariantSwitchAnswer::Agreed, String::new(), bernd(), day)
    }),
    ("record_accompanying_date", P::ACTIVE, |episode, day| episode.record_accompanying_date(day, text(), &on(day))),
    ("decide_accompaniment", P::ACTIVE, |episode, day| {
        episode.decide_accompaniment(AccompanimentDecision::Further { dates: 1, reason: text() }, day)
    }),
    ("commission_specialised", P::ACTIVE, |episode, day| {
        episode.commission_specialised(commissioning(day), anna(), day)
    }),
    ("return_commission", P::ACTIVE, |episode, day| episode.return_commission(text(), day, anna(), day)),
    ("record_crisis", P::IN_CARE, |episode, day| episode.record_crisis(crisis(day), anna(), &on(day))),
    ("record_crisis_contact", P::IN_CARE, |episode, day| episode.record_crisis_contact(&crisis_contact(day), day)),
    ("record_placement_proposal", P::IN_CARE, |episode, day| {
        episode.record_placement_proposal(placement_proposal(day), day)
    }),
    ("record_placement_result", P::IN_CARE, |episode, day| {
        let proposed = episode.clone().record_placement_proposal(placement_proposal(day), day);
        let episode = proposed.map_or(episode, |decided| decided.episode);
        episode.record_placement_result(1, placement_result(PlacementOutcome::Applied, day), day)
    }),
    ("decide_review", P::ACTIVE, |episode, day| episode.decide_review(continuation(), &on(day))),
    ("propose_extension", P::ACTIVE, |episode, day| {
        let length = lotse_kernel::deadlines::ExtensionLength::Months(lotse_kernel::defaults::Months(6));
        episode.propose_extension(longer(length), anna(), &on(day))
    }),
    ("answer_extension", P::ACTIVE, extension_approved),
    ("end", P::ACTIVE, |episode, day| {
        episode.end(closing_note(Some(Aftercare::SetDate { until: add_days(day, 90) })), &on(day))
    }),
    ("end with an integration", P::ACTIVE, |episode, day| episode.end(integrated(day), &on(day))),
    ("record_employment_status", &[P::Closing, P::Aftercare, P::Closed], |episode, day| {
        episode.record_employment_status(answer(1, Employment::SameJob), anna(), day)
    }),
    ("plan_aftercare_contact", &[P::Aftercare], |episode, day| episode.plan_aftercare_contact(day, &on(day))),
    ("record_aftercare_contact", &[P::Closing, P::Aftercare], |episode, day| {
        episode.record_aftercare_contact(contact(1, day), anna(), day)
    }),
    ("accept_handover", &[P::Closing], |episode, day| {
        episode.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(day))
    }),
    ("complete_aftercare", &[P::Aftercare], |episode, day| episode.complete_aftercare(text(), String::new(), day)),
    ("propose_reopening", &[P::Closed], |episode, day| {
        episode.propose_reopening(wrong_closing(ReopeningExtent::Closing), anna(), None, &on(day))
    }),
    ("propose_reopening of the end of care", &[P::Closed], |episode, day| {
        episode.propose_reopening(wrong_closing(ReopeningExtent::EndOfCare), anna(), None, &on(day))
    }),
    ("answer_reopening", &[P::Closed], |episode, day| {
        episode.answer_reopening(ReopeningAnswer::Approved, String::new(), &doris_answers(&on(day)))
    }),
    ("end_technically", P::UNFINISHED, |it, day| it.end_technically(TechnicalEnd::Moved, text(), bernd(), day)),
];

/// The codes of what happened.
pub(super) fn codes(decided: &Decided) -> Vec<&'static str> {
    decided.events.iter().map(|happened| happened.event.code()).collect()
}

/// The fields of which a refusal tells.
pub(super) fn fields(refused: Refused) -> Vec<String> {
    match refused {
        Refused::Fields(faults) => faults.into_iter().map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

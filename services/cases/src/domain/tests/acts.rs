//! Guards of the acts after admission.

use jiff::civil::{Date, date};
use lotse_kernel::{dates::add_days, deadlines::ExtensionLength, defaults::Months};

use super::support::*;
use crate::domain::{
    episode::{AnsweringExtension, Episode},
    records::{Aftercare, ClosingNote, LifeChange, PersonView, Transparency},
    refused::Refused,
    vocabulary::{EndReason, EpisodePhase, ExtensionAnswer, HandoverReceiver},
};

#[test]
fn the_first_talk_is_held_once_between_assignment_and_today() {
    let episode = admitted_on(T0);
    for day in [date(2026, 3, 8), date(2026, 3, 11)] {
        assert_eq!(fields(episode.clone().record_first_talk(day, date(2026, 3, 10)).unwrap_err()), ["first_talk_date"]);
    }
    let held = done(episode.record_first_talk(date(2026, 3, 25), date(2026, 3, 30)));
    let days_late = held.duties().iter().map(crate::domain::duties::Duty::days_late).max();
    assert_eq!(days_late, Some(2), "late is counted by the day of the talk");
    assert_eq!(held.record_first_talk(T0, date(2026, 3, 30)).unwrap_err(), Refused::FirstTalkAlreadyHeld);
}

#[test]
fn without_first_talk_neither_alliance_nor_refer_back() {
    let episode = admitted_on(T0);
    let refused = episode.clone().agree_alliance(shown(), alliance(T0), T0).unwrap_err();
    assert_eq!(refused, Refused::FirstTalkMissing);
    assert_eq!(episode.refer_back(text(), T0).unwrap_err(), Refused::FirstTalkMissing);
}

#[test]
fn an_alliance_needs_every_transparency() {
    let episode = done(admitted_on(T0).record_first_talk(T0, T0));
    let hidden = Transparency { procedure_explained: false, role_disclosed: false, data_protection_explained: false };
    assert_eq!(
        fields(episode.agree_alliance(hidden, alliance(T0), T0).unwrap_err()),
        ["alliance.procedure_explained", "alliance.role_disclosed", "alliance.data_protection_explained"]
    );
}

#[test]
fn a_plan_has_goals_that_rest_on_findings() {
    let episode = in_phase(EpisodePhase::Planning, T0);
    assert_eq!(fields(episode.clone().activate_plan(Vec::new(), T0, &on(T0)).unwrap_err()), ["plan.goals"]);
    let mut goals = goals(T0);
    goals[0].finding_key = "schulden".to_owned();
    goals[0].due_on = T0;
    assert_eq!(
        fields(episode.activate_plan(goals, T0, &on(T0)).unwrap_err()),
        ["plan.goals[0].due_date", "plan.goals[0].finding_key"]
    );
}

#[test]
fn a_review_is_decided_from_its_opening_on() {
    let opens_on = date(2026, 8, 10);
    let refused = in_delivery(T0).decide_review(continuation(), &on(date(2026, 8, 9))).unwrap_err();
    assert_eq!(refused, Refused::ReviewNotOpen { opens_on: Some(opens_on) });
    assert!(in_delivery(T0).decide_review(continuation(), &on(opens_on)).is_ok());
}

/// An episode in the 22nd month, whose limit is open.
fn near_the_limit() -> (Episode, Date) {
    let day = date(2027, 12, 20);
    (let_time_pass(in_delivery(T0), day).0, day)
}

fn months(months: i32) -> ExtensionLength {
    ExtensionLength::Months(Months(months))
}

#[test]
fn an_extension_needs_an_open_limit_and_a_sensible_length() {
    let refused = in_delivery(T0).propose_extension(longer(months(6)), anna(), &on(T0)).unwrap_err();
    assert_eq!(refused, Refused::LimitNotOpen { opens_on: Some(date(2027, 12, 9)) });
    let (episode, day) = near_the_limit();
    for (length, field) in [
        (months(0), "months"),
        (months(25), "months"),
        (ExtensionLength::Until(date(2028, 3, 9)), "until_date"),
        (ExtensionLength::Until(date(2030, 3, 10)), "until_date"),
    ] {
        let refused = episode.clone().propose_extension(longer(length), anna(), &on(day)).unwrap_err();
        assert_eq!(fields(refused), [field]);
    }
    let until = ExtensionLength::Until(date(2030, 3, 9));
    assert!(episode.propose_extension(longer(until), anna(), &on(day)).is_ok());
}

#[test]
fn an_extension_needs_four_eyes_and_one_proposal() {
    let (episode, day) = near_the_limit();
    assert_eq!(extension_approved(episode.clone(), day).unwrap_err(), Refused::ExtensionNotProposed);
    let episode = done(episode.propose_extension(longer(months(6)), anna(), &on(day)));
    let again = episode.clone().propose_extension(longer(months(3)), anna(), &on(day)).unwrap_err();
    assert_eq!(again, Refused::ExtensionAlreadyProposed);
    let rules = on(day);
    let hers = AnsweringExtension { who: anna(), ..doris_answers_extension(&rules) };
    let own = episode.clone().answer_extension(ExtensionAnswer::Approved, String::new(), &hers);
    assert_eq!(own.unwrap_err(), Refused::FourEyes);
    let episode = done(extension_approved(episode, day));
    assert_eq!(extension_approved(episode.clone(), day).unwrap_err(), Refused::ExtensionNotProposed);
    let early = episode.propose_extension(longer(months(6)), anna(), &on(day)).unwrap_err();
    assert_eq!(early, Refused::LimitNotOpen { opens_on: Some(date(2028, 8, 10)) });
}

#[test]
fn a_second_extension_counts_from_the_first() {
    let (episode, day) = near_the_limit();
    let episode = done(episode.propose_extension(longer(months(6)), anna(), &on(day)));
    let episode = done(extension_approved(episode, day));
    let day = date(2028, 9, 1);
    let (episode, _) = let_time_pass(episode, day);
    let episode = done(episode.propose_extension(longer(months(3)), anna(), &on(day)));
    let episode = done(extension_approved(episode, day));
    let limit = episode.duties().limit().unwrap();
    assert_eq!((limit.slot(), limit.deadline().due_on()), (2, date(2028, 12, 9)));
}

#[test]
fn an_end_for_economy_needs_a_stabilised_person() {
    let note = ClosingNote { reason: EndReason::NotEconomical, stabilised: false, ..closing_note(None) };
    assert_eq!(in_delivery(T0).end(note.clone(), &on(T0)).unwrap_err(), Refused::NotStabilised);
    assert!(in_delivery(T0).end(ClosingNote { stabilised: true, ..note }, &on(T0)).is_ok());
}

#[test]
fn a_closing_record_does_not_contradict_itself() {
    let silent = ClosingNote { person_view: PersonView::Missing(" ".to_owned()), ..closing_note(None) };
    assert_eq!(fields(in_delivery(T0).end(silent, &on(T0)).unwrap_err()), ["closing_record.person_view"]);
    let past = closing_note(Some(Aftercare::SetDate { until: T0 }));
    assert_eq!(fields(in_delivery(T0).end(past, &on(T0)).unwrap_err()), ["closing_record.aftercare.until_date"]);
    let field = "closing_record.aftercare.training_end_date";
    for day in [PROPOSED, add_days(T0, 1)] {
        let wrong = closing_note(Some(Aftercare::TrainingEnd { ended_on: day }));
        assert_eq!(fields(in_delivery(T0).end(wrong, &on(T0)).unwrap_err()), [field]);
    }
    let early = closing_note(Some(Aftercare::JobStart { started_on: PROPOSED }));
    assert_eq!(fields(in_delivery(T0).end(early, &on(T0)).unwrap_err()), ["closing_record.aftercare.job_start_date"]);
}

#[test]
fn aftercare_ends_by_its_legal_basis() {
    let until = |agreed, day| {
        let ended = in_delivery(T0).end(closing_note(Some(agreed)), &on(day));
        ended.map(|ended| ended.episode.aftercare_until())
    };
    let day = add_days(T0, 30);
    for (agreed, end) in [
        (Aftercare::JobStart { started_on: T0 }, date(2026, 9, 9)),
        (Aftercare::HolisticSupport { started_on: T0 }, date(2026, 12, 9)),
        (Aftercare::TrainingEnd { ended_on: T0 }, date(2027, 3, 9)),
        (Aftercare::FollowOnJob { started_on: T0 }, date(2026, 9, 9)),
        (Aftercare::FundedJob { until: date(2028, 3, 8) }, date(2028, 3, 8)),
        (Aftercare::SetDate { until: date(2026, 7, 1) }, date(2026, 7, 1)),
    ] {
        assert_eq!(until(agreed, day), Ok(Some(end)), "{agreed:?}");
    }
}

#[test]
fn a_funded_job_needs_an_onward_perspective_that_is_followed_up() {
    let day = add_days(T0, 30);
    let until = date(2028, 3, 8);
    let funded = closing_note(Some(Aftercare::FundedJob { until }));
    let silent = ClosingNote { onward_perspective: String::new(), ..funded.clone() };
    let field = "closing_record.aftercare.onward_perspective";
    assert_eq!(fields(in_delivery(T0).end(silent, &on(day)).unwrap_err()), [field]);
    let other = ClosingNote { onward_perspective: text(), ..closing_note(Some(Aftercare::SetDate { until })) };
    assert_eq!(fields(in_delivery(T0).end(other, &on(day)).unwrap_err()), [field], "nothing else is funded");
    let ended = done(in_delivery(T0).end(funded, &on(day)));
    let aftercare = done(ended.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(day)));
    let later = date(2028, 3, 1);
    let forgotten = aftercare.clone().complete_aftercare(text(), String::new(), later);
    assert_eq!(fields(forgotten.unwrap_err()), ["onward_outcome"]);
    let followed = done(aftercare.complete_aftercare(text(), text(), later));
    assert_eq!(followed.phase(), EpisodePhase::Closed);
    let ordinary = done(in_delivery(T0).end(closing_note(Some(Aftercare::SetDate { until })), &on(day)));
    let ordinary = done(ordinary.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(day)));
    assert_eq!(fields(ordinary.complete_aftercare(text(), text(), later).unwrap_err()), ["onward_outcome"]);
}

#[test]
fn no_basis_is_older_than_its_law() {
    let assigned = date(2023, 5, 2);
    let end = |agreed, day| in_delivery(assigned).end(closing_note(Some(agreed)), &on(day));
    let (last, first) = (date(2023, 6, 30), date(2023, 7, 1));
    for (before, since) in [
        (Aftercare::HolisticSupport { started_on: last }, Aftercare::HolisticSupport { started_on: first }),
        (Aftercare::TrainingEnd { ended_on: last }, Aftercare::TrainingEnd { ended_on: first }),
    ] {
        assert_eq!(fields(end(before, first).unwrap_err()), ["closing_record.aftercare.basis"]);
        assert!(end(since, first).is_ok());
    }
    let assigned = date(2018, 11, 5);
    let end = |agreed, day| in_delivery(assigned).end(closing_note(Some(agreed)), &on(day));
    let (last, first) = (date(2018, 12, 31), date(2019, 1, 1));
    let funded = Aftercare::FundedJob { until: date(2019, 12, 31) };
    for (before, since) in [
        ((Aftercare::FollowOnJob { started_on: last }, first), (Aftercare::FollowOnJob { started_on: first }, first)),
        ((funded, last), (funded, first)),
    ] {
        assert_eq!(fields(end(before.0, before.1).unwrap_err()), ["closing_record.aftercare.basis"]);
        assert!(end(since.0, since.1).is_ok());
    }
}

#[test]
fn nobody_leaves_the_jobcenter_by_a_hand_over_that_does_not_follow_from_the_end() {
    use HandoverReceiver as To;
    let receivers = |reason: EndReason, aftercare: Option<Aftercare>| -> Vec<To> {
        let strained = done(in_delivery(T0).record_alliance_turn(strained(T0), T0));
        let closing = done(strained.end(ClosingNote { aftercare, ..ended_for(reason, T0) }, &on(T0)));
        let fits = |to: &To| match closing.clone().accept_handover(*to, text(), &on(T0)) {
            Ok(_) => true,
            Err(refused) => {
                assert_eq!(fields(refused), ["handover.receiver"]);
                false
            }
        };
        To::ALL.iter().copied().filter(fits).collect()
    };
    for reason in EndReason::ALL.iter().copied() {
        let expected: &[To] = match reason {
            EndReason::CompetenceChanged => &[To::CompetentBody],
            EndReason::LastingIntegration => &[To::PlacementOfficer, To::None],
            EndReason::AccessConditionsCeased
            | EndReason::NoImprovement
            | EndReason::AllianceNotViable
            | EndReason::NotEconomical => &[To::PlacementOfficer],
        };
        assert_eq!(receivers(reason, None), expected, "{reason}");
    }
    let job = Some(Aftercare::JobStart { started_on: T0 });
    assert_eq!(receivers(EndReason::AccessConditionsCeased, job), [To::PlacementOfficer, To::None], "in work");
}

#[test]
fn that_nothing_improves_is_judged_by_an_assessment() {
    let note = || ClosingNote { reason: EndReason::NoImprovement, ..closing_note(None) };
    for phase in [EpisodePhase::EntryConsultation, EpisodePhase::Assessment] {
        assert_eq!(in_phase(phase, T0).end(note(), &on(T0)).unwrap_err(), Refused::AssessmentMissing, "{phase}");
    }
    assert!(in_phase(EpisodePhase::Planning, T0).end(note(), &on(T0)).is_ok());
    let again = in_delivery(T0).record_life_change(LifeChange { occurred_on: T0, text: text() }, anna(), T0);
    assert!(done(again).end(note(), &on(T0)).is_ok(), "by the one before");
}

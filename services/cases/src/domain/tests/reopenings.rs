//! Row 24: a wrong closing is undone within its window, under four eyes, and the episode is what it was.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::{add_days, add_months},
    deadlines::ExtensionLength,
    defaults::Months,
    duty::{DutyKind, DutyState},
    legal::Calendar,
    names::EpisodeName,
    policy::{Book, Jurisdiction, PolicyKey, Value, federal},
};
use proptest::prelude::*;

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{AccompanimentDecision, Answering, Episode, ReopeningWanted, ReviewDecision},
    records::{Aftercare, Support, UndoneClosing},
    refused::Refused,
    rules::Rules,
    vocabulary::{EpisodePhase, HandoverReceiver, ReopeningAnswer, ReopeningExtent, TechnicalEnd, VariantSwitchAnswer},
    watch::{Change, effect},
};

use EpisodePhase as P;
use ReopeningExtent::{Closing, EndOfCare};

/// A day on which the first review is overdue.
const LATE: Date = date(2026, 10, 1);

/// What waits, with everything about it.
fn waiting(episode: &Episode) -> Vec<&Duty> {
    episode.duties().iter().filter(|duty| duty.is_unsettled()).collect()
}

/// What waits, without who was told of it and what an end noted.
fn stands(episode: &Episode) -> Vec<(DutyKind, i32, DutyState, Date)> {
    waiting(episode).iter().map(|it| (it.kind(), it.slot(), it.stored_state(), it.deadline().due_on())).collect()
}

fn dead(episode: Episode, day: Date) -> Episode {
    done(episode.end_technically(TechnicalEnd::Deceased, String::new(), bernd(), day))
}

fn handed_over(episode: Episode, day: Date) -> Episode {
    done(episode.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(day)))
}

fn newer() -> EpisodeName {
    name().case().to_string().parse().map(|case| EpisodeName::new(case, uuid::Uuid::from_u128(9))).unwrap()
}

#[test]
fn a_technical_end_is_undone_from_every_phase() {
    for phase in P::UNFINISHED {
        let before = in_phase(*phase, T0);
        let decided = reopened(dead(before.clone(), T0), Closing, T0);
        let after = &decided.episode;
        assert_eq!(codes(&decided), ["REOPENING_ANSWERED", "EPISODE_REOPENED"]);
        assert_eq!((after.phase(), &after.facts().state), (*phase, &before.facts().state));
        assert_eq!(after.duties(), before.duties(), "{phase}");
        let undone = after.facts().reopenings[0].answered.as_ref().unwrap().undone.as_ref().unwrap();
        assert!(matches!(&undone.closing, UndoneClosing::Technical(end) if end.kind == TechnicalEnd::Deceased));
    }
}

#[test]
fn what_was_overdue_is_overdue_again_and_escalates_on() {
    let (overdue, _) = let_time_pass(in_delivery(T0), LATE);
    let ended = dead(overdue.clone(), LATE);
    let day = add_days(LATE, 20);
    let open = reopened(ended, Closing, day).episode;
    assert_eq!(waiting(&open), waiting(&overdue));
    let review = open.duties().decidable_review(day).unwrap();
    assert_eq!((review.state_on(day), review.notices().escalations()), (DutyState::Overdue, 3));
    let (_, told) = let_time_pass(open, add_days(day, 7));
    assert!(told.iter().any(|(_, text)| text.contains("4. Eskalation")), "{told:?}");
}

#[test]
fn slots_that_passed_meanwhile_follow_their_rules_as_if_it_had_not_been_closed() {
    // Closed before the first review opens, open again after it was due: the same state as without the closing, only told later.
    let (day, later) = (date(2026, 7, 20), date(2026, 10, 15));
    let open = reopened(dead(unplanned(T0), day), Closing, later).episode;
    let (caught_up, told) = let_time_pass(open, later);
    let (always, _) = let_time_pass(unplanned(T0), later);
    assert_eq!(stands(&caught_up), stands(&always));
    assert!(told[0].1.starts_with("Überprüfung der Fortführung Nr. 1 möglich"), "{told:?}");
}

#[test]
fn the_end_of_care_is_undone_with_all_that_it_settled() {
    let (open, _) = let_time_pass(in_delivery(T0), LATE);
    let note = closing_note(None);
    let ended = done(open.clone().decide_review(ReviewDecision::End(note.clone()), &on(LATE)));
    assert_eq!(ended.care().unwrap().reviews.len(), 1);
    let closed = handed_over(ended, LATE);
    let after = reopened(closed.clone(), EndOfCare, LATE).episode;
    assert_eq!((after.phase(), waiting(&after)), (P::Delivery, waiting(&open)));
    assert_eq!(after.care(), open.care(), "the decision that ended it is taken back");
    assert_eq!((after.closing(), after.handover(), after.ends_of_care()), (None, None, 1));
    let undone = after.facts().reopenings[0].answered.clone().unwrap().undone.unwrap();
    let UndoneClosing::End { closing, handover, check: None } = undone.closing else { panic!("{undone:?}") };
    assert_eq!((closing.note, handover.accepted_on), (note, LATE));
    // Once more, and this time it holds: the review is decided, and there is a second end to write of.
    let again = done(after.decide_review(ReviewDecision::End(closing_note(None)), &on(LATE)));
    assert_eq!((again.care().unwrap().reviews.len(), again.ends_of_care()), (1, 2));
    // The hand-over alone is undone into the phase in which it was open.
    let open = reopened(closed, Closing, LATE).episode;
    assert_eq!((open.phase(), open.handover(), open.ends_of_care()), (P::Closing, None, 1));
    assert_eq!(stands(&open), [(DutyKind::HandoverAcceptance, 1, DutyState::Scheduled, date(2026, 10, 15))]);
}

#[test]
fn a_limit_that_the_end_answered_is_open_again() {
    let day = date(2028, 1, 10);
    let (open, _) = let_time_pass(in_delivery(T0), day);
    let closed = handed_over(done(open.clone().end(closing_note(None), &on(day))), day);
    assert_eq!(closed.duties().limit(), None);
    let after = reopened(closed, EndOfCare, day).episode;
    assert_eq!(after.duties().limit(), open.duties().limit());
}

#[test]
fn aftercare_is_taken_up_again_or_never_was() {
    let until = add_days(T0, 60);
    let agreed = Some(Aftercare::SetDate { until });
    let aftercare = handed_over(done(in_delivery(T0).end(closing_note(agreed), &on(T0))), T0);
    let day = add_days(T0, 50);
    let (aftercare, _) = let_time_pass(aftercare, day);
    let closed = done(aftercare.clone().complete_aftercare(text(), String::new(), day));
    let open = reopened(closed.clone(), Closing, day).episode;
    assert_eq!((open.phase(), waiting(&open)), (P::Aftercare, waiting(&aftercare)));
    assert_eq!(open.closing_check(), None);

    let care = reopened(closed, EndOfCare, day).episode;
    assert_eq!(stands(&care), stands(&in_delivery(T0)));
    let held = care.duties().iter().find(|duty| duty.kind() == DutyKind::AftercareEnd).unwrap();
    assert_eq!(held.stored_state(), DutyState::Done, "what was done in it stays done");
    // Another end begins another aftercare beside the one that was.
    let until = add_days(day, 90);
    let again = done(care.end(closing_note(Some(Aftercare::SetDate { until })), &on(day)));
    assert_eq!(again.aftercare_until(), Some(until));
    let again = handed_over(again, day);
    assert_eq!(again.aftercare_until(), Some(until));
    assert_eq!(stands(&again), [(DutyKind::AftercareEnd, 2, DutyState::Scheduled, until)]);
    // And its closing check alone is undone, not that of the first.
    let closed = done(again.clone().complete_aftercare(text(), String::new(), day));
    assert_eq!(waiting(&reopened(closed, Closing, day).episode), waiting(&again));
}

#[test]
fn who_took_over_meanwhile_has_the_duties() {
    let until = add_days(T0, 60);
    let closing = done(in_delivery(T0).end(closing_note(Some(Aftercare::SetDate { until })), &on(T0)));
    let aftercare = handed_over(closing, T0);
    let handed = done(aftercare.change_case_manager(to_frida(T0), anna(), T0));
    let closed = done(handed.complete_aftercare(text(), String::new(), T0));
    let care = reopened(closed, EndOfCare, T0).episode;
    assert!(waiting(&care).iter().all(|duty| duty.owner() == Some(&frida())));
}

#[test]
fn what_lapsed_with_care_stays_lapsed() {
    let day = date(2028, 1, 10);
    let (open, _) = let_time_pass(in_delivery(T0), day);
    let length = ExtensionLength::Months(Months(6));
    let open = done(open.propose_extension(longer(length), anna(), &on(day)));
    let to = Support::Accompanying { planned_dates: 2 };
    let open = done(open.propose_variant_switch(to, text(), anna(), &on(day)));
    let open = done(open.commission_specialised(commissioning(day), anna(), day));
    let after = reopened(dead(open, day), Closing, day).episode;
    let care = after.care().unwrap();
    assert_eq!((care.proposed_extension(), care.proposed_switch(), care.running_commission()), (None, None, None));
    assert_eq!((care.extensions[0].lapsed_on, care.variant_switches[0].lapsed_on), (Some(day), Some(day)));
    assert!(waiting(&after).iter().all(|duty| duty.kind() != DutyKind::VariantSwitchAnswer));
    let switch = after.clone().answer_variant_switch(VariantSwitchAnswer::Agreed, String::new(), bernd(), day);
    assert_eq!(switch.unwrap_err(), Refused::SwitchNotProposed);
    assert_eq!(extension_approved(after.clone(), day).unwrap_err(), Refused::ExtensionNotProposed);
    // Both may be proposed anew.
    let after = done(after.propose_variant_switch(to, text(), anna(), &on(day)));
    let after = done(after.propose_extension(longer(length), anna(), &on(day)));
    let extended = done(extension_approved(after, day));
    assert_eq!(extended.duties().limit().map(Duty::slot), Some(1), "one that lapsed is no limit");
}

#[test]
fn that_accompanying_care_was_done_is_decided_anew() {
    let used_up = done(accompanied_on(T0, 1).record_accompanying_date(T0, text(), &on(T0)));
    let decision = AccompanimentDecision::Done { reason: text() };
    let ended = done(used_up.clone().decide_accompaniment(decision, T0));
    assert_eq!(waiting(&reopened(ended, Closing, T0).episode), waiting(&used_up));
}

#[test]
fn it_takes_another_person_with_the_role_of_the_policy() {
    let answer = |proposed: &Episode, answer, who, leads| {
        let by = Answering { who, leads, newer: None, rules: &on(T0) };
        proposed.clone().answer_reopening(answer, String::new(), &by)
    };
    let closed = in_phase(P::Closed, T0);
    let none = answer(&closed, ReopeningAnswer::Approved, doris(), true).unwrap_err();
    assert_eq!(none, Refused::ReopeningNotProposed);
    let proposed = done(closed.propose_reopening(wrong_closing(Closing), anna(), None, &on(T0)));
    let twice = proposed.clone().propose_reopening(wrong_closing(Closing), doris(), None, &on(T0)).unwrap_err();
    assert_eq!(twice, Refused::ReopeningAlreadyProposed);
    assert_eq!(answer(&proposed, ReopeningAnswer::Approved, anna(), true).unwrap_err(), Refused::FourEyes);
    assert_eq!(answer(&proposed, ReopeningAnswer::Approved, frida(), false).unwrap_err(), Refused::NotTheApprover);
    for (wrong, who, field) in [
        (ReopeningAnswer::Declined, anna(), ["answer", "reason"].as_slice()),
        (ReopeningAnswer::Withdrawn, doris(), &["answer"]),
        (ReopeningAnswer::Declined, doris(), &["reason"]),
    ] {
        assert_eq!(fields(answer(&proposed, wrong, who, true).unwrap_err()), field);
    }
    let withdrawn = done(answer(&proposed, ReopeningAnswer::Withdrawn, anna(), false));
    let declined = done(proposed.clone().answer_reopening(ReopeningAnswer::Declined, text(), &doris_answers(&on(T0))));
    for (answered, answer) in [(withdrawn, ReopeningAnswer::Withdrawn), (declined, ReopeningAnswer::Declined)] {
        assert_eq!((answered.phase(), answered.duties()), (P::Closed, proposed.duties()));
        assert_eq!(answered.facts().reopenings[0].answered.as_ref().unwrap().answer, answer);
        assert!(answered.propose_reopening(wrong_closing(Closing), anna(), None, &on(T0)).is_ok(), "{answer}");
    }
}

/// The rules of a jobcenter with another number of a rule.
fn with(key: PolicyKey, name: &str, value: Value) -> Book {
    let mut version = federal::of(key).unwrap().pop().unwrap();
    version.jurisdiction = Jurisdiction::Jobcenter("musterstadt".to_owned());
    version.parameters = version.parameters.with(name, value);
    Book::federal().unwrap().with(version)
}

#[test]
fn the_policy_may_have_another_case_manager_approve() {
    let book = with(PolicyKey::Reopening, "approver", Value::Code("CASE_MANAGER".to_owned()));
    let rules = Rules::new(&book, Calendar::Nation, T0);
    let proposed = done(in_phase(P::Closed, T0).propose_reopening(wrong_closing(Closing), anna(), None, &rules));
    let by = Answering { who: frida(), leads: false, newer: None, rules: &rules };
    assert!(proposed.answer_reopening(ReopeningAnswer::Approved, String::new(), &by).is_ok());
}

#[test]
fn proposal_and_approval_lie_within_the_window() {
    let last = add_months(T0, 3).date;
    let after = add_days(last, 1);
    let closed = in_phase(P::Closed, T0);
    let over = Refused::CorrectionWindowOver { last };
    let propose = |day| closed.clone().propose_reopening(wrong_closing(Closing), anna(), None, &on(day));
    assert_eq!(propose(after).unwrap_err(), over);
    let proposed = done(propose(last));
    let reopening = proposed.proposed_reopening().unwrap();
    assert_eq!((reopening.closed_on, reopening.until), (T0, last));
    assert_eq!((reopening.under.policy.as_str(), reopening.under.fact_on), ("federal/REOPENING/1", T0));
    let answer = |answer, day| proposed.clone().answer_reopening(answer, text(), &doris_answers(&on(day)));
    assert!(answer(ReopeningAnswer::Approved, last).is_ok());
    assert_eq!(answer(ReopeningAnswer::Approved, after).unwrap_err(), over);
    assert!(answer(ReopeningAnswer::Declined, after).is_ok(), "what came too late is declined all the same");
}

#[test]
fn what_is_to_be_destroyed_is_not_opened_again() {
    let book = with(PolicyKey::Retention, "plan_months", Value::Number(1));
    let last = add_months(T0, 1).date;
    let on = |day| Rules::new(&book, Calendar::Nation, day);
    let propose = |day| in_phase(P::Closed, T0).propose_reopening(wrong_closing(Closing), anna(), None, &on(day));
    assert_eq!(propose(add_days(last, 1)).unwrap_err(), Refused::RetentionOver { last });
    let rules = on(last);
    let open = done(done(propose(last)).answer_reopening(ReopeningAnswer::Approved, text(), &doris_answers(&rules)));
    let undone = open.facts().reopenings[0].answered.as_ref().unwrap().undone.as_ref().unwrap();
    assert_eq!(undone.retention_until, last, "what counted from the closing, and counts no more");
}

#[test]
fn who_was_proposed_again_is_not_reopened() {
    let closed = in_phase(P::Closed, T0);
    let refused = Refused::NewerEpisode { episode: newer() };
    let propose =
        |newer: Option<&EpisodeName>| closed.clone().propose_reopening(wrong_closing(Closing), anna(), newer, &on(T0));
    assert_eq!(propose(Some(&newer())).unwrap_err(), refused);
    let (rules, newer) = (on(T0), newer());
    let by = Answering { newer: Some(&newer), ..doris_answers(&rules) };
    let answered = done(propose(None)).answer_reopening(ReopeningAnswer::Approved, String::new(), &by);
    assert_eq!(answered.unwrap_err(), refused);
}

#[test]
fn a_technical_end_has_no_end_of_care_to_undo() {
    let wanted: ReopeningWanted = wrong_closing(EndOfCare);
    let refused = dead(in_delivery(T0), T0).propose_reopening(wanted, anna(), None, &on(T0)).unwrap_err();
    assert_eq!(fields(refused), ["extent"]);
}

#[test]
fn the_watch_follows_the_person_back() {
    let change = |before: &Episode, extent| effect(before, &reopened(before.clone(), extent, T0).episode);
    for phase in P::UNFINISHED {
        let expected = if phase.is_active() { Change::Admitted } else { Change::Found };
        assert_eq!(change(&dead(in_phase(*phase, T0), T0), Closing), Some(expected), "{phase}");
    }
    assert_eq!(change(&in_phase(P::Closed, T0), EndOfCare), Some(Change::Admitted));
    // A job had ended the need before the technical end, and does so again.
    let job = Some(Aftercare::JobStart { started_on: T0 });
    let aftercare = handed_over(done(in_delivery(T0).end(closing_note(job), &on(T0))), T0);
    let gone = change(&dead(aftercare, T0), Closing);
    assert!(matches!(gone, Some(Change::Left(reason)) if reason.is_gone()), "{gone:?}");
}

#[test]
fn the_workflow_before_hears_that_it_is_over() {
    let open = reopened(dead(in_delivery(T0), T0), Closing, T0).episode;
    assert!(open.wakes_since(&dead(in_delivery(T0), T0)));
    let past = open.timetable_of_the_past(3);
    assert!(past.finished && past.due.is_empty());
    assert_eq!((past.as_of_seq, past.phase.as_str()), (3, "REOPENED"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the day: a reopened episode has the same open duties as before it was closed, and after time had its way those that it would
    /// have without the closing.
    #[test]
    fn a_reopened_episode_is_what_it_was(closed_after in 0_i32..900, gap in 0_i32..88, technically in any::<bool>()) {
        let day = add_days(T0, closed_after);
        let (before, _) = let_time_pass(in_delivery(T0), day);
        let (closed, extent) = if technically {
            (dead(before.clone(), day), Closing)
        } else {
            (handed_over(done(before.clone().end(closing_note(None), &on(day))), day), EndOfCare)
        };
        prop_assert!(waiting(&closed).is_empty());
        let later = add_days(day, gap);
        let open = reopened(closed, extent, later).episode;
        prop_assert_eq!(waiting(&open), waiting(&before));
        prop_assert_eq!(open.care(), before.care());
        let (caught_up, _) = let_time_pass(open, later);
        let (always, _) = let_time_pass(before, later);
        prop_assert_eq!(stands(&caught_up), stands(&always));
    }
}

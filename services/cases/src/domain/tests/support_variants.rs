//! Rows 5, 5a and 20: who leads, who accompanies, and what happens when the planned dates are used up.

use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState},
    policy::PolicyKey,
};

use super::{
    replan::{replanned, taking},
    support::*,
};
use crate::domain::{
    duties::Duty,
    episode::{AccompanimentDecision, AdmitDecision, Episode},
    records::Support,
    refused::Refused,
    vocabulary::{EpisodePhase, SupportVariant, TechnicalEnd, VariantSwitchAnswer, VoidReason},
    watch,
};

fn decision(episode: &Episode) -> Option<&Duty> {
    episode.duties().iter().filter(|duty| duty.kind() == DutyKind::AccompanimentDecision).max_by_key(|duty| duty.slot())
}

fn further(dates: i32) -> AccompanimentDecision {
    AccompanimentDecision::Further { dates, reason: text() }
}

/// A switch that Bernd proposes and Anna agrees to.
fn switched(episode: Episode, to: Support, day: jiff::civil::Date) -> Episode {
    let proposed = done(episode.propose_variant_switch(to, text(), bernd(), &on(day)));
    done(proposed.answer_variant_switch(VariantSwitchAnswer::Agreed, String::new(), anna(), day))
}

#[test]
fn the_placement_officer_leads_while_the_case_manager_accompanies() {
    let full = done(admitted_on(T0).record_first_talk(T0, T0));
    assert_eq!((full.lead_officer(), full.co_officer()), (Some(&anna()), None));
    let episode = accompanied_on(T0, 2);
    assert_eq!((episode.lead_officer(), episode.co_officer()), (Some(&bernd()), Some(&anna())));
    // Reviews and the limit run in both variants (rows 5 and 5a).
    let dates = |episode: &Episode| -> Vec<_> {
        episode.duties().iter().map(|duty| (duty.kind(), duty.deadline().due_on(), duty.owner().cloned())).collect()
    };
    assert_eq!(dates(&episode), dates(&full));
    let ended = done(episode.end(closing_note(None), &on(T0)));
    assert_eq!((ended.phase(), ended.lead_officer()), (EpisodePhase::Closing, Some(&bernd())));
    assert_eq!(ended.co_officer(), Some(&anna()));
}

#[test]
fn the_last_planned_date_opens_the_decision() {
    let episode = done(accompanied_on(T0, 2).record_accompanying_date(T0, text(), &on(T0)));
    assert_eq!(decision(&episode), None);
    let early = episode.clone().decide_accompaniment(further(1), T0).unwrap_err();
    assert_eq!(early, Refused::PlannedDatesLeft { left: 1 });
    let second = add_days(T0, 14);
    let decided = episode.record_accompanying_date(second, text(), &on(second)).unwrap();
    assert_eq!(codes(&decided), ["ACCOMPANYING_DATE_HELD"]);
    let episode = decided.episode;
    let duty = decision(&episode).unwrap();
    assert_eq!((duty.state_on(second), duty.owner()), (DutyState::Open, Some(&anna())));
    assert_eq!(duty.deadline().due_on(), add_days(second, 14));
    let more = episode.clone().record_accompanying_date(second, text(), &on(second)).unwrap_err();
    assert_eq!(more, Refused::PlannedDatesUsedUp { planned: 2 });

    // Decided late: it escalates like any other, and the lateness is told.
    let late = add_days(second, 20);
    let (episode, told) = let_time_pass(episode, late);
    assert!(told.iter().any(|(_, text)| text.contains("Entscheidung zur begleitenden Betreuung Nr. 1")), "{told:?}");
    let episode = done(episode.decide_accompaniment(further(1), late));
    assert_eq!(decision(&episode).unwrap().days_late(), 6);
    assert_eq!(episode.care().unwrap().accompaniment().unwrap().dates_left(), 1);
    // Used up again, the decision is another one.
    let episode = done(episode.record_accompanying_date(late, text(), &on(late)));
    let duty = decision(&episode).unwrap();
    assert_eq!((duty.slot(), duty.state_on(late)), (2, DutyState::Open));
}

#[test]
fn dates_are_held_in_order_between_the_begin_and_today() {
    let later = add_days(T0, 7);
    let episode = done(accompanied_on(T0, 3).record_accompanying_date(later, text(), &on(later)));
    for held_on in [add_days(T0, -1), T0, add_days(later, 1)] {
        let refused = episode.clone().record_accompanying_date(held_on, text(), &on(later)).unwrap_err();
        assert!(fields(refused).iter().all(|field| field == "held_date"), "{held_on}");
    }
    assert!(episode.record_accompanying_date(later, text(), &on(later)).is_ok(), "two dates on a day");
    let decision = AdmitDecision { support: Support::Accompanying { planned_dates: 1 }, ..admit_decision(None) };
    let untalked = done(discussed(proposed_on(T0), true, T0).admit(decision, &by_anna(&profile(), &on(T0))));
    let early = untalked.record_accompanying_date(T0, text(), &on(T0)).unwrap_err();
    assert_eq!(early, Refused::FirstTalkMissing, "the first talk comes first (R28)");
    let none = admitted_on(T0).record_accompanying_date(T0, text(), &on(T0)).unwrap_err();
    assert_eq!(none, Refused::NotAccompanying);
    assert_eq!(admitted_on(T0).decide_accompaniment(further(1), T0).unwrap_err(), Refused::NotAccompanying);
}

#[test]
fn nobody_switches_alone() {
    let to = Support::Accompanying { planned_dates: 2 };
    let same = in_delivery(T0).propose_variant_switch(Support::Full, text(), anna(), &on(T0)).unwrap_err();
    assert_eq!(fields(same), ["support_variant"]);
    let none = in_delivery(T0).answer_variant_switch(VariantSwitchAnswer::Agreed, text(), bernd(), T0).unwrap_err();
    assert_eq!(none, Refused::SwitchNotProposed);
    let proposed = done(in_delivery(T0).propose_variant_switch(to, text(), anna(), &on(T0)));
    assert_eq!(proposed.lead_officer(), Some(&anna()), "proposed is not switched");
    let again = proposed.clone().propose_variant_switch(to, text(), bernd(), &on(T0)).unwrap_err();
    assert_eq!(again, Refused::SwitchAlreadyProposed);
    let answer = |answer, by| proposed.clone().answer_variant_switch(answer, text(), by, T0);
    assert_eq!(answer(VariantSwitchAnswer::Agreed, anna()).unwrap_err(), Refused::FourEyes);
    assert_eq!(fields(answer(VariantSwitchAnswer::Declined, anna()).unwrap_err()), ["answer"]);
    assert_eq!(fields(answer(VariantSwitchAnswer::Withdrawn, bernd()).unwrap_err()), ["answer"]);
    for (said, by) in [(VariantSwitchAnswer::Declined, bernd()), (VariantSwitchAnswer::Withdrawn, anna())] {
        let episode = done(answer(said, by));
        assert_eq!(episode.lead_officer(), Some(&anna()), "{said}");
        assert_eq!(episode.care().unwrap().proposed_switch(), None);
        assert!(episode.propose_variant_switch(to, text(), bernd(), &on(T0)).is_ok(), "and may be proposed again");
    }
    // The other side hears of it from time, is late, and all of it is told.
    let answers = |episode: &Episode| -> Vec<_> {
        let of = episode.duties().iter().filter(|duty| duty.kind() == DutyKind::VariantSwitchAnswer);
        of.map(|duty| (duty.owner().cloned(), duty.stored_state(), duty.days_late())).collect()
    };
    assert_eq!(answers(&proposed), [(Some(bernd()), DutyState::Scheduled, 0)]);
    let late = add_days(T0, 15);
    let (waited, told) = let_time_pass(proposed.clone(), late);
    assert!(
        told.iter().any(|(day, text)| *day == late && text.starts_with("Überfällig: Antwort zum Wechsel")),
        "{told:?}"
    );
    let declined = done(waited.answer_variant_switch(VariantSwitchAnswer::Declined, text(), bernd(), late));
    assert_eq!(answers(&declined), [(Some(bernd()), DutyState::Done, 1)]);
    // A case manager who took over meanwhile stands for the same side.
    let taken_over = done(proposed.clone().change_case_manager(to_frida(T0), anna(), T0));
    let own = taken_over.answer_variant_switch(VariantSwitchAnswer::Agreed, text(), frida(), T0).unwrap_err();
    assert_eq!(own, Refused::FourEyes);
}

#[test]
fn a_switch_changes_officers_and_no_date() {
    let day = add_days(T0, 30);
    let before = in_delivery(T0);
    let episode = switched(before.clone(), Support::Accompanying { planned_dates: 1 }, day);
    assert_eq!((episode.lead_officer(), episode.co_officer()), (Some(&bernd()), Some(&anna())));
    let open = |episode: &Episode| -> Vec<_> {
        let unsettled = episode.duties().iter().filter(|duty| duty.is_unsettled());
        unsettled.map(|duty| (duty.name().clone(), duty.deadline().clone())).collect()
    };
    assert_eq!((open(&episode), episode.assigned_on()), (open(&before), Some(T0)));
    assert_eq!(episode.phase(), EpisodePhase::Delivery);
    let care = episode.care().unwrap();
    assert_eq!((care.admission.support, care.support_variant), (Support::Full, SupportVariant::Accompanying));
    assert_eq!(care.accompaniments[0].begun_on, day);
    let soon = episode.clone().record_accompanying_date(add_days(day, -1), text(), &on(day)).unwrap_err();
    assert_eq!(fields(soon), ["held_date"]);

    // Back to full support: the open decision is answered by it, and what was held stays.
    let used_up = done(episode.record_accompanying_date(day, text(), &on(day)));
    let later = add_days(day, 3);
    let full = switched(used_up, Support::Full, later);
    assert_eq!((full.lead_officer(), full.co_officer()), (Some(&anna()), None));
    assert_eq!(decision(&full).unwrap().state_on(later), DutyState::Done);
    assert_eq!(full.care().unwrap().accompaniments.len(), 1);
    assert_eq!(full.decide_accompaniment(further(1), later).unwrap_err(), Refused::NotAccompanying);
}

#[test]
fn accompanying_care_that_is_done_ends_with_an_outcome_of_its_own() {
    let used_up = done(accompanied_on(T0, 1).record_accompanying_date(T0, text(), &on(T0)));
    let by_hand = used_up.clone().end_technically(TechnicalEnd::AccompanyingDone, text(), anna(), T0).unwrap_err();
    assert_eq!(fields(by_hand), ["technical_end.kind"]);
    let done_with = AccompanimentDecision::Done { reason: text() };
    let ended = used_up.clone().decide_accompaniment(done_with, T0).unwrap();
    assert_eq!(codes(&ended), ["EPISODE_ENDED_TECHNICALLY", "ACCOMPANIMENT_DONE"]);
    let ended = ended.episode;
    assert_eq!(ended.technical_end().map(|end| end.kind), Some(TechnicalEnd::AccompanyingDone));
    assert_eq!((ended.phase(), ended.lead_officer(), ended.co_officer()), (EpisodePhase::Closed, Some(&bernd()), None));
    assert_eq!(decision(&ended).unwrap().state_on(T0), DutyState::Done, "decided, not void");
    let void = |duty: &&Duty| duty.void_reason() == Some(VoidReason::TechnicalEnd);
    let kinds: Vec<_> = ended.duties().iter().filter(void).map(Duty::kind).collect();
    assert_eq!(kinds, [DutyKind::ContinuationReview, DutyKind::RegularMaximum]);
    // The person is watched again from that day on (R23).
    assert_eq!(watch::effect(&used_up, &ended), Some(watch::Change::Returned));
}

#[test]
fn a_version_that_takes_open_duties_over_moves_the_decision() {
    let used_up = done(accompanied_on(T0, 1).record_accompanying_date(T0, text(), &on(T0)));
    let today = add_days(T0, 1);
    let moved = replanned(used_up, &taking(PolicyKey::Accompaniment, "weeks", 4, today), today);
    assert_eq!(decision(&moved.record).unwrap().deadline().due_on(), add_days(T0, 28));
}

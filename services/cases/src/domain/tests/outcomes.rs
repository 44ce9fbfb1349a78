//! What became of a proposal, and who hears of it (R17, R22, R142).

use lotse_kernel::{
    duty::{ProposalDecided, ProposalOutcome},
    names::StaffName,
};

use super::support::*;
use crate::domain::{
    episode::{Deciding, Episode},
    records::Proposal,
    vocabulary::{EndReason, EpisodePhase, HandoverReceiver, RefusalReason, TechnicalEnd},
};

fn heard(episode: &Episode) -> Option<ProposalDecided> {
    episode.timetable(0, &on(T0)).unwrap().proposal
}

fn told_of_exit(episode: &Episode) -> Vec<String> {
    episode.timetable(0, &on(T0)).unwrap().exit_audience
}

fn told(outcome: ProposalOutcome, to: &[StaffName]) -> ProposalDecided {
    ProposalDecided { outcome, audience: to.iter().map(ToString::to_string).collect() }
}

#[test]
fn whoever_proposed_hears_of_every_decision_that_others_took() {
    let (profile, rules, list) = (profile(), on(T0), with_list(T0));
    let discussed = |admit| discussed(proposed_on(PROPOSED), admit, T0);
    assert_eq!((heard(&proposed_on(PROPOSED)), heard(&discussed(true))), (None, None));
    let anna = by_anna(&profile, &rules);
    let refuse = |by: &Deciding<'_>, reason| done(discussed(false).refuse(refusal(reason), by));
    let not_yet = refuse(&anna, RefusalReason::NotYet);
    assert_eq!(heard(&not_yet), Some(told(ProposalOutcome::NotYet, &[bernd()])));
    let refused = refuse(&anna, RefusalReason::NoProspect);
    assert_eq!(heard(&refused), Some(told(ProposalOutcome::Refused, &[bernd()])));
    // Who decided knows.
    let himself = refuse(&Deciding { decider: bernd(), ..by_anna(&profile, &rules) }, RefusalReason::NoProspect);
    assert_eq!(heard(&himself), Some(told(ProposalOutcome::Refused, &[])));
    let waits = Deciding { places: FULL, ..by_anna(&profile, &list) };
    let waits = done(discussed(true).admit(admit_decision(None), &waits));
    assert_eq!(heard(&waits), Some(told(ProposalOutcome::Waitlisted, &[bernd()])));
    for phase in EpisodePhase::ACTIVE {
        assert_eq!(heard(&in_phase(*phase, T0)), Some(told(ProposalOutcome::Admitted, &[bernd()])), "{phase}");
    }
}

#[test]
fn a_case_manager_who_proposes_hears_beside_the_placement_officer() {
    let (profile, rules, his) = (profile(), on(T0), proposed_on(PROPOSED));
    let hers = Proposal { proposed_by: frida(), ..his.proposal().clone() };
    let hers = Episode::propose(his.name().clone(), hers, &on(PROPOSED)).unwrap().episode;
    let refused =
        done(discussed(hers, false, T0).refuse(refusal(RefusalReason::NoProspect), &by_anna(&profile, &rules)));
    assert_eq!(heard(&refused), Some(told(ProposalOutcome::Refused, &[bernd(), frida()])));
}

#[test]
fn who_is_referred_back_comes_back_to_the_placement_officer_and_a_technical_end_is_no_outcome() {
    let talked = done(in_phase(EpisodePhase::EntryConsultation, T0).record_first_talk(T0, T0));
    let back = done(talked.clone().refer_back(text(), T0));
    assert!(back.wakes_since(&talked));
    assert_eq!(heard(&back), Some(told(ProposalOutcome::ReferredBack, &[bernd()])));
    let died = talked.end_technically(TechnicalEnd::Deceased, text(), bernd(), T0);
    assert_eq!(heard(&done(died)), None);
}

#[test]
fn both_officers_hear_of_a_technical_end_but_who_recorded_it() {
    let ended = |by: StaffName| done(in_delivery(T0).end_technically(TechnicalEnd::Moved, text(), by, T0));
    assert_eq!(told_of_exit(&ended(bernd())), [anna().to_string()]);
    assert_eq!(told_of_exit(&ended(anna())), [bernd().to_string()]);
    assert_eq!(told_of_exit(&ended(frida())).len(), 2, "the lead of the team is neither");
    // Before anybody leads there is the placement officer alone.
    let early = done(proposed_on(PROPOSED).end_technically(TechnicalEnd::Moved, text(), bernd(), T0));
    assert!(told_of_exit(&early).is_empty());
}

#[test]
fn the_placement_officer_hears_of_an_end_after_which_nobody_waits_for_them() {
    for phase in EpisodePhase::ALL {
        // The acceptance of the hand-over tells whoever goes on with the person.
        assert!(told_of_exit(&in_phase(*phase, T0)).is_empty(), "{phase}");
    }
    let ended = done(in_delivery(T0).end(ended_for(EndReason::CompetenceChanged, T0), &on(T0)));
    assert_eq!(told_of_exit(&ended), [bernd().to_string()]);
    let closed = done(ended.accept_handover(HandoverReceiver::CompetentBody, text(), &on(T0)));
    assert_eq!(told_of_exit(&closed), [bernd().to_string()], "also where the hand-over came first");
}

//! Guards of rows 1 to 5.

use jiff::civil::date;
use lotse_kernel::duty::{DutyKind, DutyState};

use super::support::*;
use crate::domain::{
    episode::AdmitDecision,
    records::HandoverPackage,
    refused::{FieldFault, Refused},
    vocabulary::{AdmissionBasis, KeyGroup, ProfileType, RefusalReason, Voter},
};

pub(super) fn vote(admit: bool) -> Ballot {
    Ballot::new(admit, text())
}

fn faults(refused: Refused) -> Vec<String> {
    match refused {
        Refused::Fields(faults) => faults.into_iter().map(|FieldFault { field, .. }| field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_placement_officer_who_votes_for_admission_hands_over_what_they_know() {
    let discussion = || done(proposed_on(PROPOSED).schedule_discussion(T0, anna(), bernd(), &bernd(), T0));
    let package = HandoverPackage { situation: text(), agreements: String::new(), next_steps: text() };
    let ballot = |admit| Ballot { package: Some(package.clone()), ..Ballot::new(admit, text()) };
    let voted = done(discussion().cast_vote(bernd(), ballot(true), T0));
    assert_eq!(voted.discussion().unwrap().votes[0].package, Some(package.clone()));
    for (by, admit) in [(anna(), true), (bernd(), false)] {
        let refused = discussion().cast_vote(by, ballot(admit), T0).unwrap_err();
        assert_eq!(faults(refused), ["vote.package"]);
    }
}

#[test]
fn the_discussion_needs_two_people_and_a_day_to_come() {
    let refused = proposed_on(T0).schedule_discussion(PROPOSED, anna(), anna(), &anna(), T0).unwrap_err();
    assert_eq!(faults(refused), ["discussion_date", "placement_officer"]);
}

#[test]
fn only_the_two_named_vote_and_a_vote_can_be_changed() {
    let episode = done(proposed_on(T0).schedule_discussion(T0, anna(), bernd(), &bernd(), T0));
    assert_eq!(episode.clone().cast_vote(doris(), Ballot::new(true, text()), T0).unwrap_err(), Refused::NotNamed);
    let episode = done(episode.cast_vote(bernd(), Ballot::new(false, text()), T0));
    let episode = done(episode.cast_vote(bernd(), Ballot::new(true, text()), T0));
    assert_eq!(episode.discussion().unwrap().votes.len(), 1);
    assert_eq!(
        episode.clone().admit(admit_decision(None), &by_anna(&profile(), &on(T0))).unwrap_err(),
        Refused::VotesMissing { missing: vec![Voter::CaseManager] }
    );
    let episode = done(episode.cast_vote(anna(), Ballot::new(false, text()), T0));
    assert_eq!(
        episode.clone().admit(admit_decision(None), &by_anna(&profile(), &on(T0))).unwrap_err(),
        Refused::VotesDiffer
    );
    assert_eq!(
        episode.refuse(refusal(RefusalReason::NotYet), &by_anna(&profile(), &on(T0))).unwrap_err(),
        Refused::VotesDiffer
    );
}

#[test]
fn votes_for_admission_refuse_nothing() {
    let episode = discussed(proposed_on(T0), true, T0);
    assert_eq!(
        episode.refuse(refusal(RefusalReason::NoProspect), &by_anna(&profile(), &on(T0))).unwrap_err(),
        Refused::VotesDiffer
    );
}

#[test]
fn each_basis_carries_its_own_admission() {
    let admit = |basis, reason: &str, change: fn(&mut crate::domain::records::Profile)| {
        let mut profile = profile();
        change(&mut profile);
        let decision = AdmitDecision { basis, deviation_reason: reason.to_owned(), ..admit_decision(None) };
        discussed(proposed_on(T0), true, T0).admit(decision, &by_anna(&profile, &on(T0))).map(|_| ())
    };
    let fails = Err(Refused::CriteriaNotMet);
    assert_eq!(admit(AdmissionBasis::ComplexProfile, "", |_| ()), Ok(()));
    let simple = |profile: &mut crate::domain::records::Profile| profile.profile_type = ProfileType::Foerderprofil;
    assert_eq!(admit(AdmissionBasis::ComplexProfile, "", simple), fails);
    let motivation = |profile: &mut crate::domain::records::Profile| profile.needs[1].key_group = KeyGroup::Motivation;
    assert_eq!(admit(AdmissionBasis::ComplexProfile, "", motivation), fails);
    assert_eq!(admit(AdmissionBasis::ThreeSevereObstacles, "", |_| ()), fails);
    let severe = |profile: &mut crate::domain::records::Profile| profile.needs[1].severity = 3;
    assert_eq!(admit(AdmissionBasis::ThreeSevereObstacles, "", severe), fails, "since 2008 needs count");
    assert_eq!(admit(AdmissionBasis::Prophylaxis, "", simple), Ok(()));
    assert_eq!(admit(AdmissionBasis::Prospect, " ", simple), fails);
    assert_eq!(admit(AdmissionBasis::Prospect, "Aussicht", simple), Ok(()));
}

#[test]
fn the_assignment_is_neither_in_the_future_nor_before_the_proposal() {
    for day in [date(2026, 3, 10), date(2026, 3, 1)] {
        let episode = discussed(proposed_on(PROPOSED), true, T0);
        let refused = episode.admit(admit_decision(Some(day)), &by_anna(&profile(), &on(T0))).unwrap_err();
        assert_eq!(faults(refused), ["admit.assignment_date"]);
    }
    let episode = done(
        discussed(proposed_on(PROPOSED), true, T0).admit(admit_decision(Some(PROPOSED)), &by_anna(&profile(), &on(T0))),
    );
    assert_eq!(episode.assigned_on(), Some(PROPOSED));
}

#[test]
fn admission_ends_the_proposal_and_starts_its_duties() {
    let duties: Vec<_> = admitted_on(T0)
        .duties()
        .iter()
        .map(|duty| (duty.kind(), duty.stored_state(), duty.owner().cloned(), duty.deadline().due_on()))
        .collect();
    assert_eq!(
        duties.iter().map(|(kind, state, ..)| (*kind, *state)).collect::<std::collections::BTreeSet<_>>(),
        std::collections::BTreeSet::from([
            (DutyKind::ProposalDecision, DutyState::Done),
            (DutyKind::FirstTalk, DutyState::Open),
            (DutyKind::ContinuationReview, DutyState::Scheduled),
            (DutyKind::RegularMaximum, DutyState::Scheduled),
        ])
    );
    for (kind, _, owner, _) in duties {
        assert_eq!(owner, Some(if kind == DutyKind::ProposalDecision { bernd() } else { anna() }));
    }
}

//! Row 3a and the deviations: differing votes go to the lead of the team, and who decides otherwise than the criteria say explains it.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState, DutyStep},
    names::StaffName,
};

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{AdmitDecision, Audience, Deciding, Episode, RefuseDecision, Step},
    records::{NeedForAction, Profile},
    refused::Refused,
    vocabulary::{AdmissionBasis, EpisodePhase, PlacementObstacle, RefusalReason},
};

/// The votes differ: Anna is for it, Bernd is not.
fn dissent(day: Date) -> Episode {
    let episode = done(proposed_on(PROPOSED).schedule_discussion(day, anna(), bernd(), &bernd(), day));
    let episode = done(episode.cast_vote(anna(), Ballot::new(true, text()), day));
    done(episode.cast_vote(bernd(), Ballot::new(false, text()), day))
}

fn decision_due(episode: &Episode) -> &Duty {
    episode.duties().iter().find(|duty| duty.kind() == DutyKind::ProposalDecision).unwrap()
}

/// Takes the next step that is due, as the workflow does; tells which and who heard of it.
fn next_told(episode: Episode, today: Date) -> (Episode, (DutyStep, i32), Vec<Audience>) {
    let (on_day, step) = next_step(&episode, today).unwrap();
    assert!(on_day <= today);
    let taken = episode.take_step(&step, &on(today)).unwrap();
    assert!(taken.taken);
    (taken.episode, (step.step, step.round), taken.audiences)
}

fn only(staff: &StaffName) -> Vec<Audience> {
    vec![Audience::Staff(staff.clone())]
}

#[test]
fn differing_votes_pass_the_duty_to_the_lead_with_the_date_it_has() {
    let agreed = discussed(proposed_on(PROPOSED), true, T0);
    let before = done(proposed_on(PROPOSED).schedule_discussion(T0, anna(), bernd(), &bernd(), T0));
    let before = done(before.cast_vote(anna(), Ballot::new(true, text()), T0));
    let decided = before.clone().cast_vote(bernd(), Ballot::new(false, text()), T0).unwrap();
    assert_eq!(codes(&decided), ["VOTE_CAST", "VOTES_DIFFERED"]);
    let episode = decided.episode;
    assert!(episode.wakes_since(&before), "the lead is to be told");
    let duty = decision_due(&episode);
    assert_eq!((duty.owner(), duty.state_on(T0)), (None, DutyState::Open));
    assert_eq!(duty.deadline(), decision_due(&agreed).deadline(), "T16 goes on");

    let (episode, step, told) = next_told(episode, T0);
    assert_eq!((step, told), ((DutyStep::Open, 1), vec![Audience::TeamLead]));
    // What the lead leaves undecided escalates to the lead, and to nobody else.
    let late = add_days(decision_due(&episode).deadline().overdue_after(), 1);
    let (episode, _) = let_time_pass(episode, add_days(late, -1));
    let (episode, step, told) = next_told(episode, late);
    assert_eq!((step, told), ((DutyStep::Escalate, 1), vec![Audience::TeamLead]));

    // The two agree after all: the duty is Bernd's again, as late as it is.
    let before = episode.clone();
    let agreed = episode.cast_vote(bernd(), Ballot::new(true, text()), late).unwrap();
    assert_eq!(codes(&agreed), ["VOTE_CAST"]);
    assert_eq!(decision_due(&agreed.episode).owner(), Some(&bernd()));
    assert!(!agreed.episode.wakes_since(&before), "nothing is to be told, and no date is another");
    let admitted = done(agreed.episode.admit(admit_decision(None), &by_anna(&profile(), &on(late))));
    assert_eq!(decision_due(&admitted).days_late(), 1);
}

#[test]
fn each_dissent_is_told_once() {
    let (episode, first, _) = next_told(dissent(T0), T0);
    let step = Step { duty: decision_due(&episode).name().clone(), step: first.0, round: first.1 };
    assert!(!episode.clone().take_step(&step, &on(T0)).unwrap().taken, "the same again");
    let again = done(episode.cast_vote(anna(), Ballot::new(false, text()), T0));
    assert!(!again.clone().take_step(&step, &on(T0)).unwrap().taken, "they agree");
    let again = done(again.cast_vote(anna(), Ballot::new(true, text()), T0));
    let (again, second, told) = next_told(again, T0);
    assert_eq!((second, told), ((DutyStep::Open, 2), vec![Audience::TeamLead]));
    // A dissent that is settled before anybody is told of it leaves nothing to tell.
    let unheard = done(dissent(T0).cast_vote(bernd(), Ballot::new(true, text()), T0));
    assert_eq!(decision_due(&unheard).stored_state(), DutyState::Open);
    let (_, reminded, told) = next_told(unheard, decision_due(&again).deadline().overdue_after());
    assert_eq!(reminded, (DutyStep::Remind, 1));
    assert_eq!(told, [only(&bernd()), only(&anna())].concat(), "both officers, while it is theirs");
}

#[test]
fn over_a_dissent_the_lead_decides_who_cast_no_vote_and_says_why() {
    let rules = on(T0);
    let profile = profile();
    let decide = |by: &Deciding<'_>, reason: &str| {
        let decision = AdmitDecision { deviation_reason: reason.to_owned(), ..admit_decision(None) };
        let refuse = RefuseDecision { deviation_reason: reason.to_owned(), ..refusal(RefusalReason::NoProspect) };
        (dissent(T0).admit(decision, by), dissent(T0).refuse(refuse, by))
    };
    for by in [by_anna(&profile, &rules), Deciding { decider: bernd(), ..by_anna(&profile, &rules) }] {
        let (admit, refuse) = decide(&by, "ein Grund");
        assert_eq!((admit.unwrap_err(), refuse.unwrap_err()), (Refused::VotesDiffer, Refused::VotesDiffer));
        // Leading the team gives nobody a second vote.
        let (admit, refuse) = decide(&Deciding { leads: true, ..by }, "ein Grund");
        assert_eq!((admit.unwrap_err(), refuse.unwrap_err()), (Refused::FourEyes, Refused::FourEyes));
    }
    let lead = by_doris(&profile, &rules);
    let (admit, refuse) = decide(&lead, " ");
    assert_eq!(fields(admit.unwrap_err()), ["admit.deviation_reason"]);
    assert_eq!(fields(refuse.unwrap_err()), ["refuse.deviation_reason"]);
    let (admit, refuse) = decide(&lead, "ein Grund");
    let (admit, refuse) = (admit.unwrap(), refuse.unwrap());
    assert_eq!(codes(&admit), ["DISSENT_DECIDED", "EPISODE_ADMITTED"]);
    assert_eq!(codes(&refuse), ["DISSENT_DECIDED", "EPISODE_REFUSED"]);
    let access = &admit.episode.care().unwrap().admission.access;
    assert_eq!((&access.decider, access.over_dissent, access.criteria_met), (&doris(), true, true));
    assert_eq!((access.deviation_reason.as_str(), access.under.fact_on), ("ein Grund", T0));
    assert_eq!(decision_due(&admit.episode).stored_state(), DutyState::Done);
    let refusal = refuse.episode.refusal().unwrap();
    assert!(refusal.access.over_dissent && refuse.episode.phase() == EpisodePhase::Refused);
    assert_eq!(refuse.episode.discussion().unwrap().votes.len(), 2, "both votes stay on record");
}

#[test]
fn the_lead_decides_nothing_while_the_votes_agree() {
    let rules = on(T0);
    let profile = profile();
    let lead = by_doris(&profile, &rules);
    let episode = discussed(proposed_on(T0), true, T0);
    assert_eq!(episode.clone().admit(admit_decision(None), &lead).unwrap_err(), Refused::NotTheDecider);
    assert_eq!(episode.clone().refuse(refusal(RefusalReason::NotYet), &lead).unwrap_err(), Refused::NotTheDecider);
    // Who leads the team and is named for the discussion decides as one of the two.
    let named = Deciding { leads: true, ..by_anna(&profile, &rules) };
    assert_eq!(done(episode.admit(admit_decision(None), &named)).phase(), EpisodePhase::EntryConsultation);
}

#[test]
fn who_refuses_access_that_is_the_rule_says_why() {
    let rules = on(T0);
    let refuse = |profile: &Profile, reason, deviation_reason: &str| {
        let decision = RefuseDecision { deviation_reason: deviation_reason.to_owned(), ..refusal(reason) };
        discussed(proposed_on(T0), false, T0).refuse(decision, &by_anna(profile, &rules))
    };
    let (complex, mut simple) = (profile(), profile());
    simple.needs.truncate(2);
    for reason in RefusalReason::ALL.iter().copied() {
        // Where no progress is to be expected the rule that gives access is not met (R20), and nobody is admitted against their wish.
        let owed = !matches!(reason, RefusalReason::NoProspect | RefusalReason::Withdrawn);
        match refuse(&complex, reason, "") {
            Err(refused) => assert!(owed && fields(refused) == ["refuse.deviation_reason"], "{reason}"),
            Ok(decided) => assert!(!owed && codes(&decided) == ["EPISODE_REFUSED"], "{reason}"),
        }
        let explained = refuse(&complex, reason, "Abweichung").unwrap();
        let words = explained.events[0].event.text_de();
        assert_eq!(words.contains("Abweichung vom Regelfall"), owed, "{words}");
        let refusal = explained.episode.refusal().unwrap().clone();
        assert!(refusal.access.criteria_met && refusal.access.deviation_reason == "Abweichung");
        assert_eq!(refusal.access.under.policy, "federal/ADMISSION_CRITERIA/2");
        let unmet = refuse(&simple, reason, "").unwrap().episode;
        assert!(!unmet.refusal().unwrap().access.criteria_met);
    }
}

#[test]
fn what_the_criteria_counted_is_on_record() {
    let rules = on(T0);
    let met = |profile: &Profile, basis| {
        let decision = AdmitDecision { basis, deviation_reason: text(), ..admit_decision(None) };
        let admitted = done(discussed(proposed_on(T0), true, T0).admit(decision, &by_anna(profile, &rules)));
        admitted.care().unwrap().admission.access.criteria_met
    };
    assert!(met(&profile(), AdmissionBasis::ComplexProfile));
    let mut simple = profile();
    simple.needs.truncate(2);
    assert!(!met(&simple, AdmissionBasis::Prospect), "admitted for the prospect alone (R186)");
    assert!(!met(&simple, AdmissionBasis::Prophylaxis));
    let need = NeedForAction { obstacle: PlacementObstacle::CareOfRelatives, ..simple.needs[0].clone() };
    simple.needs.push(need);
    assert!(met(&simple, AdmissionBasis::Prospect));
}

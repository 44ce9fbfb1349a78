//! The timeline: every event is one sentence, comes back from its columns, and stands on a ground.

use jiff::civil::{Date, date};
use lotse_kernel::duty::DutyKind;

use super::support::*;
use crate::domain::{
    events::{ContactPlanned, ContactTold, DutyReplanned, EmploymentTold, Event, Integrated, PlanRevised},
    vocabulary::{
        AdmissionBasis, AftercareBasis, AllianceState, CaseManagerChangeReason, ClosingError, ContactOutcome,
        CrisisKind, DeviationConsequence, EmploymentStatus, EndReason, EpisodePhase, ExtensionReason, GoalLevel,
        GoalOutcome, HandoverReceiver, PlacementOutcome, ProfileType, RecheckResult, RefusalReason, ReopeningAnswer,
        ReopeningExtent, SignalSource, StepOutcome, StepParty, SupportVariant, TargetGroup, TechnicalEnd,
        UnwatchedReason, VariantSwitchAnswer, Voter,
    },
};

fn every_event() -> Vec<Event> {
    let day = date(2026, 3, 9);
    let mut events = vec![
        Event::CaseRegistered {},
        Event::DiscussionScheduled { held_on: day },
        Event::WaitingEnded { since: day, out_of_turn: false },
        Event::WaitingEnded { since: day, out_of_turn: true },
        Event::WaitingListLeft { since: day },
        Event::VotesDiffered {},
        Event::DissentDecided { admit: true },
        Event::DissentDecided { admit: false },
        Event::EpisodeRefused { reason: RefusalReason::NotYet, deviates: true },
        Event::FirstTalkHeld { held_on: day, days_late: 1 },
        Event::EpisodeReferredBack {},
        Event::AccompanyingDateHeld { held_on: day, left: 0 },
        Event::AccompanyingDateHeld { held_on: day, left: 2 },
        Event::FurtherDatesPlanned { dates: 1, days_late: 0 },
        Event::AccompanimentDone { days_late: 2 },
        Event::FurtherDatesPlanned { dates: 3, days_late: 2 },
        Event::AllianceAgreed {},
        Event::LifeChanged { occurred_on: day },
        Event::PlanActivated { goals: 1, days_late: 0 },
        Event::PlanActivated { goals: 3, days_late: 2 },
        Event::PlanRevised(PlanRevised { version: 2, added: 0, changed: 0, dropped: 0, days_late: 0 }),
        Event::PlanRevised(PlanRevised { version: 3, added: 1, changed: 2, dropped: 1, days_late: 3 }),
        Event::PlanUpdatePassedOn { due_on: day },
        Event::PlanUpdated { issued_on: day, days_late: 5 },
        Event::ReviewDecided { slot: 1, continued: true, days_late: 0 },
        Event::ReviewDecided { slot: 1, continued: false, days_late: 14 },
        Event::ReviewMissed { slot: 2, days_late: 180, at_end: false },
        Event::AftercareCompleted {},
        Event::ReopeningLapsed {},
        Event::TeamChanged { from: "u25".to_owned(), to: "ue25".to_owned(), days_late: 0 },
        Event::TeamKept { team: "u25".to_owned(), days_late: 3 },
        Event::EpisodeClosed {},
    ];
    events.extend(RecheckResult::ALL.iter().map(|code| Event::EligibilityRechecked { result: *code, days_late: 0 }));
    events.extend(UnwatchedReason::ALL.iter().map(|code| Event::WatchEnded { reason: *code }));
    events.extend(ProfileType::ALL.iter().map(|code| Event::ProfileRecorded { profile_type: *code }));
    events.extend(ProfileType::ALL.iter().map(|code| Event::AssessmentCompleted { profile_type: *code }));
    events.extend(SignalSource::ALL.iter().map(|code| Event::EpisodeProposed { signal_source: *code }));
    events.extend(Voter::ALL.iter().map(|code| Event::VoteCast { voter: *code, admit: false }));
    events.extend(AdmissionBasis::ALL.iter().map(|code| Event::EpisodeAdmitted { assigned_on: day, basis: *code }));
    events.extend(AdmissionBasis::ALL.iter().map(|code| Event::EpisodeWaitlisted { basis: *code }));
    events.extend(RefusalReason::ALL.iter().map(|code| Event::EpisodeRefused { reason: *code, deviates: false }));
    events.extend(AftercareBasis::ALL.iter().map(|code| Event::AftercareBegan { basis: *code, until: day }));
    events.extend(EndReason::ALL.iter().map(|code| Event::EpisodeEnded { reason: *code }));
    for reason in ExtensionReason::ALL.iter().copied() {
        events.push(Event::ExtensionProposed { until: day, reason });
        events.push(Event::ExtensionApproved { until: day, reason, days_late: 1 });
    }
    let reason = ExtensionReason::Other;
    events.push(Event::ExtensionDeclined { until: day, reason, days_late: 0 });
    events.push(Event::ExtensionWithdrawn { until: day, reason });
    events.extend(HandoverReceiver::ALL.iter().map(|code| Event::HandoverAccepted { receiver: *code, days_late: 0 }));
    let changed = |reason: &CaseManagerChangeReason| Event::CaseManagerChanged { reason: *reason, informed_on: day };
    events.extend(CaseManagerChangeReason::ALL.iter().map(changed));
    for to in SupportVariant::ALL.iter().copied() {
        events.push(Event::VariantSwitchProposed { to });
        let answered =
            |answer: &VariantSwitchAnswer| Event::VariantSwitchAnswered { to, answer: *answer, days_late: 1 };
        events.extend(VariantSwitchAnswer::ALL.iter().map(answered));
    }
    for target_group in TargetGroup::ALL.iter().copied() {
        events.extend([true, false].map(|third_party| Event::SpecialisedCommissioned { target_group, third_party }));
    }
    for level in GoalLevel::ALL.iter().copied() {
        let determined = |outcome: &GoalOutcome| Event::GoalDetermined { level, outcome: *outcome, determined_on: day };
        events.extend(GoalOutcome::ALL.iter().map(determined));
    }
    for party in StepParty::ALL.iter().copied() {
        let determined = |outcome: &StepOutcome| Event::StepDetermined { party, outcome: *outcome, determined_on: day };
        events.extend(StepOutcome::ALL.iter().map(determined));
    }
    let deviated =
        |follows: &DeviationConsequence| Event::DeviationRecorded { occurred_on: day, consequence: *follows };
    events.extend(DeviationConsequence::ALL.iter().map(deviated));
    let turned = |state: &AllianceState| Event::AllianceTurned { state: *state, turned_on: day };
    events.extend(AllianceState::ALL.iter().map(turned));
    events.push(Event::CommissionReturned { returned_on: day });
    events.push(Event::CommissionEndedWithEpisode {});
    events.extend(aftercare_events(day));
    events.extend(CrisisKind::ALL.iter().map(|kind| Event::CrisisRecorded { kind: *kind, occurred_on: day }));
    events.push(Event::CrisisContactMade { contacted_on: day, days_late: 2 });
    events.extend(placement_events(day));
    for error in ClosingError::ALL.iter().copied() {
        let proposed = |extent: &ReopeningExtent| Event::ReopeningProposed { error, extent: *extent };
        events.extend(ReopeningExtent::ALL.iter().map(proposed));
    }
    events.extend(ReopeningAnswer::ALL.iter().map(|answer| Event::ReopeningAnswered { answer: *answer }));
    events.extend(EpisodePhase::ALL.iter().map(|phase| Event::EpisodeReopened { phase: *phase }));
    events.extend(TechnicalEnd::ALL.iter().map(|code| Event::EpisodeEndedTechnically { kind: *code }));
    events.extend(duty_events(day));
    events
}

fn aftercare_events(day: Date) -> Vec<Event> {
    let mut events = Vec::new();
    let ends_on = date(2026, 4, 30);
    events.extend([1, 6].map(|months| Event::IntegrationKnown(Integrated { integrated_on: day, months })));
    events.extend(
        EmploymentStatus::ALL.iter().map(|status| {
            Event::EmploymentAnswered(EmploymentTold { month: 1, ends_on, status: *status, days_late: 3 })
        }),
    );
    events.push(Event::AftercareContactPlanned(ContactPlanned { planned_on: day }));
    events.extend(ContactOutcome::ALL.iter().map(|outcome| {
        Event::AftercareContactRecorded(ContactTold { outcome: *outcome, contacted_on: day, days_late: 0 })
    }));
    events
}

fn placement_events(day: Date) -> Vec<Event> {
    let mut events = Vec::new();
    events.push(Event::PlacementProposed { number: 1, proposed_on: day, answer_by: None });
    events.push(Event::PlacementProposed { number: 2, proposed_on: day, answer_by: Some(day) });
    let resulted = |outcome: &PlacementOutcome| Event::PlacementResulted {
        number: 1,
        outcome: *outcome,
        resulted_on: day,
        job_starts_on: (*outcome == PlacementOutcome::Hired).then_some(day),
    };
    events.extend(PlacementOutcome::ALL.iter().map(resulted));
    events
}

fn duty_events(day: Date) -> Vec<Event> {
    let mut events = Vec::new();
    for kind in DutyKind::ALL.iter().copied() {
        events.push(Event::DutyOpened { kind, slot: 2, due_on: day });
        events.push(Event::DutyReminded { kind, slot: 2, due_on: day });
        events.push(Event::DutyEscalated { kind, slot: 2, times: 2 });
        events.push(Event::WorkingDateSet { kind, slot: 2, on: day });
        let policy = "musterstadt/REGULAR_MAXIMUM/1".to_owned();
        events.push(Event::DutyReplanned(DutyReplanned {
            kind,
            slot: 2,
            from: day,
            to: day.tomorrow().ok(),
            policy: policy.clone(),
        }));
        events.push(Event::DutyReplanned(DutyReplanned { kind, slot: 2, from: day, to: None, policy }));
    }
    events
}

#[test]
fn every_event_is_one_sentence_on_a_ground() {
    for event in every_event() {
        let text = event.text_de();
        assert!(text.ends_with('.') && !text.contains('\n'), "{text}");
        assert!(event.legal_ground().starts_with(['R', '§']), "{text}");
    }
}

#[test]
fn a_moved_duty_says_from_which_day_to_which() {
    let of = |to| {
        let (kind, policy) = (DutyKind::RegularMaximum, "musterstadt/REGULAR_MAXIMUM/1".to_owned());
        Event::DutyReplanned(DutyReplanned { kind, slot: 1, from: date(2028, 3, 9), to, policy }).text_de()
    };
    let earlier = of(Some(date(2027, 9, 9)));
    let expected =
        "Entscheidung zur Höchstdauer: schon am 09.09.2027 statt am 09.03.2028 fällig (musterstadt/REGULAR_MAXIMUM/1).";
    assert_eq!(earlier, expected);
    assert!(of(Some(date(2028, 9, 9))).contains("erst am 09.09.2028 statt am 09.03.2028 fällig"));
    assert!(of(Some(date(2028, 3, 9))).contains("weiterhin am 09.03.2028 fällig"));
    assert!(of(None).contains("am 09.03.2028 nicht mehr fällig"));
}

#[test]
fn every_event_comes_back_from_its_columns() {
    for event in every_event() {
        let parameters = event.parameters().unwrap();
        assert!(parameters.is_object(), "{event:?}");
        assert_eq!(Event::from_columns(event.code(), &parameters).unwrap(), event);
    }
}

#[test]
fn no_event_repeats_a_word_that_somebody_wrote() {
    let secret = "GEHEIM-4711";
    let episode = done(proposed_on(T0).schedule_discussion(T0, anna(), bernd(), &bernd(), T0));
    let decided = episode.cast_vote(anna(), Ballot::new(true, secret.to_owned()), T0).unwrap();
    for happened in &decided.events {
        assert!(!happened.event.text_de().contains(secret));
        assert!(!happened.event.parameters().unwrap().to_string().contains(secret));
    }
    let timetable = serde_json::to_string(&decided.episode.timetable(0, &on(T0)).unwrap()).unwrap();
    assert!(!timetable.contains(secret));
}

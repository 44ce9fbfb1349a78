//! A policy version takes open duties over: dates move once, what is overdue or settled stays, and nothing gets lost.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::{add_days, add_months},
    deadlines::ExtensionLength,
    defaults::Months,
    duty::{DutyKind, DutyState, next_wake},
    legal::Calendar,
    policy::{Book, Jurisdiction, OpenDuties, Parameters, PolicyKey, PolicyVersion, Value, federal},
};
use proptest::prelude::*;

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::Episode,
    records::Aftercare,
    replan::{Replan, Replanned},
    rules::Rules,
    vocabulary::{EpisodePhase, HandoverReceiver, ReplanEffect as Effect, VoidReason},
};

/// A local version that takes open duties over, with one number set otherwise.
pub(super) fn taking(key: PolicyKey, name: &str, value: i64, valid_from: Date) -> PolicyVersion {
    let federal = federal::of(key).unwrap().pop().unwrap();
    let mut version = PolicyVersion {
        jurisdiction: Jurisdiction::Jobcenter("musterstadt".to_owned()),
        valid_from,
        parameters: federal.parameters.clone().with(name, Value::Number(value)),
        ..federal
    };
    version.transition.open_duties = OpenDuties::Replan;
    version
}

pub(super) fn replanned(episode: Episode, version: &PolicyVersion, today: Date) -> Replanned<Episode> {
    let book = Book::federal().unwrap().with(version.clone());
    under(episode, version, &book, today)
}

fn under(episode: Episode, version: &PolicyVersion, book: &Book, today: Date) -> Replanned<Episode> {
    let rules = Rules::new(book, Calendar::Nation, today);
    let once = episode.replan(version, &rules).unwrap();
    let twice = once.record.clone().replan(version, &rules).unwrap();
    assert!(!twice.changes_something() && twice.record == once.record, "a second time changes something");
    once
}

fn eighteen(valid_from: Date) -> PolicyVersion {
    taking(PolicyKey::RegularMaximum, "months", 18, valid_from)
}

fn effects(replanned: &Replanned<Episode>) -> Vec<Effect> {
    replanned.changes.iter().map(|change| change.effect).collect()
}

fn only(replanned: &Replanned<Episode>) -> &Replan {
    assert_eq!(replanned.changes.len(), 1, "{:?}", effects(replanned));
    &replanned.changes[0]
}

fn open(episode: &Episode, kind: DutyKind) -> Vec<&Duty> {
    let mut open: Vec<_> = episode.duties().iter().filter(|duty| duty.kind() == kind && duty.is_unsettled()).collect();
    open.sort_by_key(|duty| duty.slot());
    open
}

fn due(episode: &Episode, kind: DutyKind) -> Vec<(i32, Date)> {
    open(episode, kind).iter().map(|duty| (duty.slot(), duty.deadline().due_on())).collect()
}

#[test]
fn a_limit_moves_once_and_the_old_one_stays_visible() {
    let today = date(2026, 9, 1);
    let before = in_delivery(T0);
    let after = replanned(before.clone(), &eighteen(today), today);
    let change = only(&after);
    assert_eq!((change.effect, change.becomes_overdue), (Effect::Moved, false));
    assert_eq!(change.before.due_on(), date(2028, 3, 9));
    let (name, deadline) = change.after.clone().unwrap();
    assert_eq!(deadline.due_on(), date(2027, 9, 9));
    assert_eq!(deadline.explanation.rule_version, "musterstadt/REGULAR_MAXIMUM/1");
    assert_eq!(deadline.explanation.legal_basis, eighteen(today).legal_basis);
    let old = after.record.duties().get(&change.duty).unwrap();
    assert_eq!((old.stored_state(), old.void_reason()), (DutyState::Void, Some(VoidReason::Replanned)));
    let new = after.record.duties().get(&name).unwrap();
    assert_eq!((new.stored_state(), new.revision(), new.slot()), (DutyState::Scheduled, 2, 1));
    assert_eq!((new.owner(), new.notices()), (old.owner(), old_notices()));
    assert_eq!(after.record.duties().limit(), Some(new));
    assert!(after.record.wakes_since(&before), "the workflow waits for another day now");
    let told: Vec<_> = after.events.iter().map(|told| (told.subject.clone(), told.event.text_de())).collect();
    let sentence =
        "Entscheidung zur Höchstdauer: schon am 09.09.2027 statt am 09.03.2028 fällig (musterstadt/REGULAR_MAXIMUM/1).";
    assert_eq!(told, [(name.to_string(), sentence.to_owned())]);
    // A third version of the same slot is another duty again.
    let mut back = taking(PolicyKey::RegularMaximum, "months", 21, date(2027, 1, 1));
    back.version = 2;
    let book = Book::federal().unwrap().with(eighteen(today)).with(back.clone());
    let again = under(after.record, &back, &book, date(2027, 1, 1));
    let limits: Vec<_> = again.record.duties().iter().filter(|duty| duty.kind() == DutyKind::RegularMaximum).collect();
    assert_eq!(limits.len(), 3);
    assert_eq!(due(&again.record, DutyKind::RegularMaximum), [(1, date(2027, 12, 9))]);
}

fn old_notices() -> crate::domain::duties::Notices {
    crate::domain::duties::Notices::default()
}

#[test]
fn a_limit_that_is_over_by_its_new_day_is_overdue_and_told_so() {
    let today = date(2027, 10, 1);
    let (episode, _) = let_time_pass(in_delivery(T0), today);
    let after = replanned(episode, &eighteen(today), today);
    assert_eq!((only(&after).effect, only(&after).becomes_overdue), (Effect::Moved, true));
    let limit = after.record.duties().limit().unwrap();
    assert_eq!(limit.state_on(today), DutyState::Overdue);
    let (told, _) = let_time_pass(after.record.clone(), today);
    assert!(told.duties().limit().unwrap().notices().escalations() >= 1, "time opens and escalates it the same day");
}

#[test]
fn what_is_overdue_neither_moves_nor_vanishes() {
    let today = date(2028, 4, 3);
    let episode = let_time_pass(in_delivery(T0), today).0;
    for months in [18, 36] {
        let version = taking(PolicyKey::RegularMaximum, "months", months, today);
        let after = replanned(episode.clone(), &version, today);
        assert_eq!(only(&after).effect, Effect::KeptOverdue);
        assert_eq!((after.record, after.events.len()), (episode.clone(), 0));
    }
}

#[test]
fn an_extension_is_a_decision_of_two_people() {
    let (opened, _) = let_time_pass(in_delivery(T0), date(2027, 12, 9));
    let today = date(2027, 12, 10);
    let six = ExtensionLength::Months(Months(6));
    let proposed = done(opened.propose_extension(longer(six), anna(), &on(today)));
    let after = replanned(proposed.clone(), &taking(PolicyKey::RegularMaximum, "months", 30, today), today);
    assert_eq!(only(&after).effect, Effect::KeptProposed);
    assert_eq!(after.record, proposed);
    let extended = done(extension_approved(proposed, today));
    let after = replanned(extended.clone(), &eighteen(today), today);
    assert_eq!((effects(&after), after.record), (vec![], extended));
}

#[test]
fn shorter_reviews_move_what_is_planned_and_become_overdue() {
    let today = date(2026, 7, 1);
    let version = taking(PolicyKey::ContinuationReview, "months", 3, today);
    let after = replanned(in_delivery(T0), &version, today);
    // The first is over by its new day, so that the next one is planned with it.
    assert_eq!(effects(&after), [Effect::Moved, Effect::Appears]);
    assert!(after.changes[0].becomes_overdue && !after.changes[1].becomes_overdue);
    let reviews = [(1, date(2026, 6, 9)), (2, date(2026, 9, 9))];
    assert_eq!(due(&after.record, DutyKind::ContinuationReview), reviews);
    assert_eq!(after.changes[1].before.due_on(), date(2026, 9, 9));
    // Time opens the first as it opens any other: the person is invited, and no other one is planned.
    let (after, letters) = let_time_pass_under(after.record, today, &version);
    assert_eq!((due(&after, DutyKind::ContinuationReview), letters), (reviews.to_vec(), 1));
}

fn let_time_pass_under(mut episode: Episode, today: Date, version: &PolicyVersion) -> (Episode, usize) {
    let book = Book::federal().unwrap().with(version.clone());
    let mut letters = 0;
    while let Some((day, step)) = next_step(&episode, today) {
        let taken = episode.take_step(&step, &Rules::new(&book, Calendar::Nation, day.max(today))).unwrap();
        assert!(taken.taken, "{step:?}");
        letters += usize::from(taken.letter_wanted);
        episode = taken.episode;
    }
    (episode, letters)
}

#[test]
fn a_review_that_is_open_stays_open_and_nobody_is_invited_twice() {
    let today = date(2026, 8, 20);
    let (opened, _) = let_time_pass(in_delivery(T0), today);
    assert_eq!(due(&opened, DutyKind::ContinuationReview), [(1, date(2026, 9, 9)), (2, date(2027, 3, 9))]);
    let version = taking(PolicyKey::ContinuationReview, "months", 5, today);
    let after = replanned(opened, &version, today);
    assert_eq!(effects(&after), [Effect::Moved, Effect::Moved]);
    assert_eq!(due(&after.record, DutyKind::ContinuationReview), [(1, date(2026, 8, 9)), (2, date(2027, 1, 9))]);
    let states: Vec<_> =
        open(&after.record, DutyKind::ContinuationReview).iter().map(|duty| duty.stored_state()).collect();
    assert_eq!(states, [DutyState::Open, DutyState::Scheduled]);
    assert_eq!(let_time_pass_under(after.record, today, &version).1, 0, "no second letter");
}

#[test]
fn a_review_that_closes_again_takes_the_one_after_it_along() {
    let today = date(2026, 8, 20);
    let (opened, _) = let_time_pass(in_delivery(T0), today);
    let version = taking(PolicyKey::ContinuationReview, "months", 9, today);
    let after = replanned(opened, &version, today);
    assert_eq!(effects(&after), [Effect::Moved, Effect::Vanished]);
    assert_eq!(due(&after.record, DutyKind::ContinuationReview), [(1, date(2026, 12, 9))]);
    assert!(after.events[1].event.text_de().contains("nicht mehr fällig"), "{:?}", after.events);
    let (later, letters) = let_time_pass_under(after.record, date(2026, 11, 20), &version);
    assert_eq!(
        (due(&later, DutyKind::ContinuationReview), letters),
        (vec![(1, date(2026, 12, 9)), (2, date(2027, 9, 9))], 1)
    );
    assert_eq!(open(&later, DutyKind::ContinuationReview)[1].revision(), 2);
    let decided = done(later.decide_review(
        continuation(),
        &Rules::new(&Book::federal().unwrap().with(version), Calendar::Nation, date(2026, 11, 20)),
    ));
    assert_eq!(decided.duties().settled_reviews(), 1, "what is void was never settled");
}

#[test]
fn an_overdue_review_stays_and_the_next_goes_by_it() {
    let today = date(2026, 10, 1);
    let (late, _) = let_time_pass(in_delivery(T0), today);
    let version = taking(PolicyKey::ContinuationReview, "months", 4, today);
    let after = replanned(late, &version, today);
    assert_eq!(effects(&after), [Effect::KeptOverdue, Effect::Moved]);
    assert_eq!(due(&after.record, DutyKind::ContinuationReview), [(1, date(2026, 9, 9)), (2, date(2026, 11, 9))]);
}

#[test]
fn proposals_first_talks_and_aftercare_move_by_their_own_keys() {
    let today = date(2026, 3, 16);
    let proposal = replanned(proposed_on(PROPOSED), &taking(PolicyKey::ProposalDecision, "weeks", 3, today), today);
    assert_eq!(due(&proposal.record, DutyKind::ProposalDecision), [(1, date(2026, 3, 23))]);
    assert_eq!(open(&proposal.record, DutyKind::ProposalDecision)[0].stored_state(), DutyState::Open);
    let talk = replanned(admitted_on(T0), &taking(PolicyKey::FirstTalk, "weeks", 1, today), today);
    assert_eq!(due(&talk.record, DutyKind::FirstTalk), [(1, date(2026, 3, 16))]);
    assert!(!only(&talk).becomes_overdue);
    let aftercare = |agreed| {
        let closing = done(in_delivery(T0).end(closing_note(Some(agreed)), &on(T0)));
        let after = done(closing.accept_handover(HandoverReceiver::PlacementOfficer, text(), &on(T0)));
        replanned(after, &taking(PolicyKey::Aftercare, "opening_days", 20, today), today)
    };
    let by_job = aftercare(Aftercare::JobStart { started_on: T0 });
    assert_eq!(only(&by_job).effect, Effect::Moved);
    let (_, deadline) = only(&by_job).after.clone().unwrap();
    assert_eq!(deadline.due_on(), only(&by_job).before.due_on());
    assert_ne!(deadline.opens_on, only(&by_job).before.opens_on);
    assert!(by_job.events[0].event.text_de().contains("weiterhin"));
    assert_eq!(effects(&aftercare(Aftercare::SetDate { until: date(2026, 9, 1) })), [], "people have set the day");
}

#[test]
fn what_does_not_take_over_moves_nothing() {
    let today = date(2026, 9, 1);
    let nothing = |version: &PolicyVersion, today| {
        let episode = in_delivery(T0);
        let after = replanned(episode.clone(), version, today);
        assert_eq!((effects(&after), after.record), (vec![], episode), "{}", version.citation());
    };
    let mut keeps = eighteen(today);
    keeps.transition.open_duties = OpenDuties::Keep;
    nothing(&keeps, today);
    nothing(&eighteen(today), date(2026, 8, 31));
    nothing(&taking(PolicyKey::RegularMaximum, "months", 24, today), today);
    nothing(&taking(PolicyKey::CaseloadRatio, "people", 40, today), today);
    for phase in EpisodePhase::ALL.iter().filter(|phase| phase.is_final()) {
        let episode = in_phase(*phase, T0);
        assert_eq!(replanned(episode.clone(), &eighteen(today), today).record, episode);
    }
}

#[test]
fn a_repeal_gives_open_duties_back_to_the_federation() {
    let today = date(2026, 9, 1);
    let local = eighteen(today);
    let moved = replanned(in_delivery(T0), &local, today).record;
    let later = date(2027, 1, 1);
    let repeal = PolicyVersion {
        version: 2,
        valid_from: later,
        repeals: true,
        parameters: Parameters::default(),
        ..local.clone()
    };
    let book = Book::federal().unwrap().with(local).with(repeal.clone());
    let back = under(moved, &repeal, &book, later);
    let (_, deadline) = only(&back).after.clone().unwrap();
    assert_eq!(
        (deadline.due_on(), deadline.explanation.rule_version.as_str()),
        (date(2028, 3, 9), "federal/REGULAR_MAXIMUM/1")
    );
}

/// Versions far apart in what they say.
fn versions() -> impl Strategy<Value = (PolicyKey, &'static str, i64)> {
    prop_oneof![
        // Longer ones too than a jobcenter may approve: what the federation sets one day is moved in the same way.
        (3_i64..=12).prop_map(|months| (PolicyKey::ContinuationReview, "months", months)),
        (12_i64..=36).prop_map(|months| (PolicyKey::RegularMaximum, "months", months)),
        (1_i64..=4).prop_map(|weeks| (PolicyKey::FirstTalk, "weeks", weeks)),
        (1_i64..=8).prop_map(|weeks| (PolicyKey::ProposalDecision, "weeks", weeks)),
    ]
}

fn lives() -> impl Strategy<Value = (EpisodePhase, i32, bool)> {
    (prop::sample::select(EpisodePhase::ALL.to_vec()), 0_i32..1200, any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn open_duties_move_once_and_none_gets_lost(
        (key, name, value) in versions(),
        (phase, days, woken) in lives(),
        second in versions(),
    ) {
        let today = add_days(T0, days);
        let begun = in_phase(phase, T0);
        let before = if woken { let_time_pass(begun, today).0 } else { begun };
        let version = taking(key, name, value, today);
        // Twice with nothing changed the second time: `replanned` looks at that itself.
        let after = replanned(before.clone(), &version, today);
        check(&before, &after, today)?;
        // And once more, under another version a month later.
        let later = add_months(today, 1).date;
        let mut other = taking(second.0, second.1, second.2, later);
        other.version = 2;
        let book = Book::federal().unwrap().with(version.clone()).with(other.clone());
        let again = under(after.record.clone(), &other, &book, later);
        check(&after.record, &again, later)?;
        // The first one has nothing left to do but to leave the field to the second.
        let first = under(again.record.clone(), &version, &book, later);
        prop_assert_eq!(first.record, again.record);
    }
}

#[test]
fn a_review_whose_day_came_unnoticed_leaves_one_ahead_when_it_moves_away() {
    let day = add_days(T0, 823);
    let before = let_time_pass(in_phase(EpisodePhase::Assessment, T0), day).0;
    let sooner = taking(PolicyKey::ContinuationReview, "months", 4, day);
    let opened = replanned(before, &sooner, day).record;
    let later = add_months(day, 1).date;
    let slower = PolicyVersion { version: 2, ..taking(PolicyKey::ContinuationReview, "months", 6, later) };
    let book = Book::federal().unwrap().with(sooner).with(slower.clone());
    let after = under(opened, &slower, &book, later).record;
    let ahead = open(&after, DutyKind::ContinuationReview).into_iter().filter(|duty| duty.deadline().opens_on > later);
    assert_eq!(ahead.count(), 1);
}

fn check(before: &Episode, after: &Replanned<Episode>, today: Date) -> Result<(), TestCaseError> {
    prop_assert_eq!(before.facts(), after.record.facts());
    for duty in before.duties().iter() {
        let now = after.record.duties().get(duty.name()).expect("a duty was lost");
        let change = after.changes.iter().find(|change| change.duty == *duty.name());
        let overdue = duty.state_on(today) == DutyState::Overdue;
        match change.map(|change| change.effect) {
            None | Some(Effect::KeptOverdue | Effect::KeptProposed | Effect::EscalatesAnew) => {
                prop_assert_eq!(now, duty);
            }
            Some(Effect::Appears) => prop_assert!(false, "it was there before"),
            Some(Effect::Moved | Effect::Vanished) => {
                prop_assert!(duty.is_unsettled() && !overdue, "only what is open and in time moves");
                prop_assert_eq!(now.void_reason(), Some(VoidReason::Replanned));
                prop_assert_eq!(now.deadline(), duty.deadline());
            }
        }
        if change.is_some_and(|change| change.effect == Effect::Moved) {
            let (name, _) = change.unwrap().after.as_ref().unwrap();
            let new = after.record.duties().get(name).unwrap();
            prop_assert!(new.is_unsettled() && (new.kind(), new.slot()) == (duty.kind(), duty.slot()));
        }
    }
    let reviews = open(&after.record, DutyKind::ContinuationReview);
    let scheduled = || reviews.iter().filter(|duty| duty.stored_state() == DutyState::Scheduled);
    let ahead = scheduled().filter(|duty| duty.deadline().opens_on > today).count();
    prop_assert_eq!(scheduled().count() > 0, after.record.phase().is_active(), "the grid of reviews goes on");
    prop_assert!(ahead <= 1, "and never more than one ahead: {}", ahead);
    let slots: Vec<_> = reviews.iter().map(|duty| duty.slot()).collect();
    prop_assert!(slots.windows(2).all(|pair| pair[0] < pair[1]), "one duty for each slot");
    let days: Vec<_> = reviews.iter().map(|duty| duty.deadline().due_on()).collect();
    prop_assert!(days.windows(2).all(|pair| pair[0] < pair[1]), "reviews are due one after another: {:?}", days);
    let timetable = after.record.timetable(0, &on(today)).unwrap();
    prop_assert!(timetable.due.iter().all(|entry| entry.next_step.is_some()));
    prop_assert_eq!(next_wake(&timetable, today).is_none(), timetable.finished || timetable.due.is_empty());
    Ok(())
}

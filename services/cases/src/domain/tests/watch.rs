//! The watch over a person outside case management: every change in every state, and that no path loses an open check (R23).

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    duty::{DutyKind, DutyState},
    names::CaseName,
};
use proptest::prelude::*;

use super::support::*;
use crate::domain::{
    duties::{Duty, Status},
    episode::Step,
    records::Aftercare,
    refused::Refused,
    vocabulary::{
        DutyOutcome, EndReason, EpisodePhase, HandoverReceiver, RecheckResult, TechnicalEnd, UnwatchedReason,
        VoidReason,
    },
    watch::{Change, Check, NewsKind, PlanIssued, Scene, State, Watch, effect, speaks_for_person},
};

/// The day on which a complex profile was established, and six months later.
pub(super) const SET: Date = date(2026, 3, 2);
const DUE: Date = date(2026, 9, 2);

fn case() -> CaseName {
    name().case().clone()
}

/// The watch after a change on a day; `is_complex` tells of the latest profile.
pub(super) fn on_day(watch: Watch, change: Change, is_complex: bool, day: Date) -> Result<Watch, Refused> {
    let (owner, rules) = (bernd(), on(day));
    watch.after(change, &Scene { is_complex, owner: &owner, rules: &rules })
}

pub(super) fn watched() -> Watch {
    on_day(Watch::new(case()), Change::Profiled(SET), true, SET).unwrap()
}

fn checked_on(day: Date) -> Change {
    Change::Checked(Check {
        result: RecheckResult::Unchanged,
        reason: text(),
        checked_on: day,
        checked_by: bernd(),
        talk: String::new(),
    })
}

fn unwatched(reason: UnwatchedReason) -> Watch {
    let day = add_days(SET, 1);
    match reason {
        UnwatchedReason::InCaseManagement => on_day(watched(), Change::Admitted, true, day).unwrap(),
        UnwatchedReason::ProfileNotComplex => on_day(watched(), Change::Profiled(day), false, day).unwrap(),
        gone => on_day(watched(), Change::Left(gone), true, day).unwrap(),
    }
}

/// The due day of the check that is planned or due.
pub(super) fn due(watch: &Watch) -> Option<Date> {
    watch.duty().map(|duty| duty.deadline().due_on())
}

#[test]
fn a_complex_profile_is_checked_within_six_months_and_again() {
    let watch = watched();
    assert_eq!((due(&watch), watch.facts().last_check_on), (Some(DUE), Some(SET)));
    let duty = watch.duty().unwrap();
    assert_eq!(
        (duty.owner(), duty.deadline().opens_on, duty.name().episode()),
        (Some(&bernd()), date(2026, 7, 22), None)
    );
    // The last working day on or before it is the target, the day itself the breach.
    let saturday = on_day(Watch::new(case()), Change::Profiled(date(2026, 3, 5)), true, date(2026, 3, 5)).unwrap();
    let deadline = saturday.duty().unwrap().deadline().clone();
    assert_eq!(
        (deadline.target_on(), deadline.due_on(), deadline.overdue_after()),
        (date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 5))
    );

    let late = add_days(DUE, 3);
    let again = on_day(watch, checked_on(late), true, late).unwrap();
    assert_eq!((due(&again), again.facts().checks[0].days_late), (Some(date(2027, 3, 5)), 3));
    let settled = again.duties().iter().find(|duty| !duty.is_unsettled()).unwrap();
    assert_eq!(settled.status(), Status::Done { outcome: DutyOutcome::Checked, done_on: late, days_late: 3 });
    assert_eq!(again.duty().map(Duty::slot), Some(2));
}

#[test]
fn a_talk_of_an_earlier_day_counts_and_none_before_the_last_check() {
    let today = add_days(DUE, 10);
    let counted = on_day(watched(), checked_on(DUE), true, today).unwrap();
    assert_eq!((counted.facts().checks[0].days_late, due(&counted)), (0, Some(date(2027, 3, 2))));
    for wrong in [add_days(SET, -1), add_days(today, 1)] {
        let refused = on_day(watched(), checked_on(wrong), true, today).unwrap_err();
        assert!(matches!(refused, Refused::Fields(faults) if faults[0].field == "check_date"), "{wrong}");
    }
}

/// A change by its name, as of a day, and whether the profile is complex then.
type Named = (&'static str, fn(Date) -> Change, bool);

/// Where a change leads: why nobody has to check, or the day of the next check.
type Leads = Result<UnwatchedReason, Date>;

#[test]
fn every_change_in_every_state() {
    use UnwatchedReason as U;
    let day = add_days(SET, 30);
    let then = date(2026, 10, 1);
    let changes: [Named; 9] = [
        ("a complex profile", Change::Profiled, true),
        ("another profile", Change::Profiled, false),
        ("a check", checked_on, true),
        ("admission", |_| Change::Admitted, true),
        ("return", |_| Change::Returned, true),
        ("return with another profile", |_| Change::Returned, false),
        ("opened in error", |_| Change::Restored, true),
        ("opened in error with another profile", |_| Change::Restored, false),
        ("move", |_| Change::Left(U::Moved), true),
    ];
    // In the order of the changes; nothing: refused.
    let gone = |reason| {
        [
            Some(Err(then)),
            Some(Ok(reason)),
            None,
            Some(Ok(U::InCaseManagement)),
            Some(Ok(reason)),
            Some(Ok(reason)),
            Some(Ok(reason)),
            Some(Ok(reason)),
            Some(Ok(U::Moved)),
        ]
    };
    let in_care = U::InCaseManagement;
    let table: [(&str, Watch, [Option<Leads>; 9]); 6] = [
        (
            "watched",
            watched(),
            [
                Some(Err(DUE)),
                Some(Ok(U::ProfileNotComplex)),
                Some(Err(then)),
                Some(Ok(in_care)),
                Some(Err(then)),
                Some(Ok(U::ProfileNotComplex)),
                Some(Err(DUE)),
                Some(Err(DUE)),
                Some(Ok(U::Moved)),
            ],
        ),
        (
            "in case management",
            unwatched(in_care),
            [
                Some(Ok(in_care)),
                Some(Ok(in_care)),
                None,
                Some(Ok(in_care)),
                Some(Err(then)),
                Some(Ok(U::ProfileNotComplex)),
                Some(Err(DUE)),
                Some(Ok(U::ProfileNotComplex)),
                Some(Ok(U::Moved)),
            ],
        ),
        (
            "not complex",
            unwatched(U::ProfileNotComplex),
            [
                Some(Err(then)),
                Some(Ok(U::ProfileNotComplex)),
                None,
                Some(Ok(in_care)),
                Some(Err(then)),
                Some(Ok(U::ProfileNotComplex)),
                Some(Ok(U::ProfileNotComplex)),
                Some(Ok(U::ProfileNotComplex)),
                Some(Ok(U::Moved)),
            ],
        ),
        ("benefits ended", unwatched(U::BenefitEnded), gone(U::BenefitEnded)),
        ("dead", unwatched(U::Deceased), gone(U::Deceased)),
        ("of another body", unwatched(U::CompetenceChanged), gone(U::CompetenceChanged)),
    ];
    for (state, watch, row) in table {
        for ((change, make, is_complex), leads) in changes.iter().zip(row) {
            let answer = on_day(watch.clone(), make(day), *is_complex, day);
            let found = answer.as_ref().ok().map(|watch| match watch.facts().state {
                State::Unwatched { reason } => Ok(reason),
                State::Watched => Err(due(watch).unwrap()),
            });
            assert_eq!(found, leads, "{change} for somebody {state}");
            assert!(leads.is_some() || answer == Err(Refused::NotWatched), "{change} for somebody {state}");
        }
    }
}

#[test]
fn what_is_left_undone_keeps_its_days_late() {
    let today = add_days(DUE, 5);
    let left = on_day(watched(), Change::Left(UnwatchedReason::Moved), true, today).unwrap();
    let duty = left.duties().iter().next().unwrap();
    let void = Status::Void { reason: VoidReason::WatchEnded, voided_on: today, days_late: 5 };
    assert_eq!(duty.status(), void);
    let admitted = on_day(watched(), Change::Admitted, true, today).unwrap();
    let duty = admitted.duties().iter().next().unwrap();
    assert_eq!(duty.status(), Status::Done { outcome: DutyOutcome::Decided, done_on: today, days_late: 5 });
}

#[test]
fn time_opens_and_escalates_and_decides_nothing() {
    let mut watch = watched();
    let mut told = Vec::new();
    for _ in 0..3 {
        let entry = watch.waits_for(&on(date(2000, 1, 1))).unwrap().unwrap();
        let next = entry.next_step.unwrap();
        let step = Step { duty: entry.duty.parse().unwrap(), step: next.step, round: next.round };
        let early = watch.clone().take_step(&step, &on(add_days(next.on, -1))).unwrap();
        assert_eq!((early.news, early.watch), (None, watch.clone()), "not before its day");
        let taken = watch.clone().take_step(&step, &on(next.on)).unwrap();
        assert_eq!(taken.watch.clone().take_step(&step, &on(next.on)).unwrap().news, None, "not twice");
        assert_eq!(taken.watch.facts(), watch.facts());
        let news = taken.news.unwrap();
        assert_eq!((news.owner, news.due_on, news.is_listed), (Some(bernd()), DUE, false));
        told.push((next.on, news.kind, taken.events[0].event.text_de()));
        watch = taken.watch;
    }
    let expected = [
        (date(2026, 7, 22), NewsKind::Opened, "Prüfung außerhalb bFM möglich, fällig am Mittwoch, 02.09.2026."),
        (add_days(DUE, 1), NewsKind::Overdue, "Überfällig: Prüfung außerhalb bFM, 1. Eskalation."),
        (add_days(DUE, 8), NewsKind::StillOverdue, "Überfällig: Prüfung außerhalb bFM, 2. Eskalation."),
    ];
    let told: Vec<_> = told.iter().map(|(on, kind, text)| (*on, *kind, text.as_str())).collect();
    assert_eq!(told, expected);
    assert_eq!(watch.duty().unwrap().state_on(add_days(DUE, 8)), DutyState::Overdue);
}

#[test]
fn an_episode_bears_on_the_watch_when_it_is_decided_and_when_it_ends() {
    use EpisodePhase as P;
    let at = |phase| in_phase(phase, T0);
    let voted = at(P::InDiscussion);
    assert_eq!(effect(&at(P::Proposed), &voted), None, "a proposal leaves the check open");
    assert_eq!(effect(&voted, &at(P::EntryConsultation)), Some(Change::Admitted));
    assert_eq!(effect(&voted, &at(P::Refused)), Some(Change::Returned));
    assert_eq!(effect(&at(P::EntryConsultation), &at(P::Assessment)), None);
    assert_eq!(effect(&at(P::EntryConsultation), &at(P::ReferredBack)), Some(Change::Returned));
    assert_eq!(effect(&at(P::Delivery), &at(P::Closing)), Some(Change::Returned));
    assert_eq!(effect(&at(P::Closing), &at(P::Aftercare)), None);
    assert_eq!(effect(&at(P::Aftercare), &at(P::Closed)), None);
    let mut note = closing_note(None);
    note.reason = EndReason::CompetenceChanged;
    let elsewhere = done(at(P::Delivery).end(note, &on(T0)));
    assert_eq!(effect(&at(P::Delivery), &elsewhere), Some(Change::Left(UnwatchedReason::CompetenceChanged)));
    let job = closing_note(Some(Aftercare::JobStart { started_on: T0 }));
    let in_work = done(at(P::Delivery).end(job, &on(T0)));
    assert_eq!(effect(&at(P::Delivery), &in_work), Some(Change::Left(UnwatchedReason::BenefitEnded)));
    let (officer, body, nobody) =
        (HandoverReceiver::PlacementOfficer, HandoverReceiver::CompetentBody, HandoverReceiver::None);
    for (end, receiver, reason) in [
        (EndReason::LastingIntegration, officer, None),
        (EndReason::CompetenceChanged, body, Some(UnwatchedReason::CompetenceChanged)),
        (EndReason::LastingIntegration, nobody, Some(UnwatchedReason::BenefitEnded)),
    ] {
        let closing = done(at(P::Delivery).end(ended_for(end, T0), &on(T0)));
        let handed = done(closing.clone().accept_handover(receiver, text(), &on(T0)));
        assert_eq!(effect(&closing, &handed), reason.map(Change::Left), "{receiver}");
    }
    for kind in TechnicalEnd::ALL.iter().filter(|kind| **kind != TechnicalEnd::AccompanyingDone) {
        let ended = |phase| done(at(phase).end_technically(*kind, String::new(), bernd(), T0));
        let gone = UnwatchedReason::of(*kind).map(Change::Left);
        assert_eq!(effect(&at(P::Delivery), &ended(P::Delivery)), gone.clone().or(Some(Change::Restored)), "{kind}");
        // Of a proposal that was an error nobody heard: the check is still open.
        assert_eq!(effect(&at(P::Proposed), &ended(P::Proposed)), gone, "{kind}");
    }
}

#[test]
fn an_older_episode_says_nothing_beside_one_that_runs() {
    let old = name();
    let new = lotse_kernel::names::EpisodeName::new(case(), uuid::Uuid::from_u128(2));
    for (running, speaks) in [(None, true), (Some(&old), true), (Some(&new), false)] {
        assert_eq!(speaks_for_person(&old, running), speaks, "{running:?}");
    }
}

fn changes() -> impl Strategy<Value = Vec<(u8, bool, i32)>> {
    prop::collection::vec((0_u8..11, any::<bool>(), 0_i32..250), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whoever has to be checked has exactly one check that is not settled, at the latest six months after the last one; a check is settled by
    /// somebody's decision or because nobody has to check any more, and never becomes unsettled or vanishes.
    #[test]
    fn no_path_loses_an_open_check(changes in changes()) {
        let mut today = SET;
        let mut watch = watched();
        for (kind, is_complex, days) in changes {
            today = add_days(today, days);
            let before = watch.clone();
            let change = match kind {
                0 => Change::Profiled(today),
                1 => checked_on(today),
                2 => Change::Admitted,
                3 => Change::Returned,
                4 => Change::Restored,
                5 => Change::Left(UnwatchedReason::BenefitEnded),
                6 if watch.plan_duty().is_none() => Change::PlanTaken(today),
                7 => Change::PlanUpdated(PlanIssued { issued_on: today, issued_by: bernd() }),
                8 => Change::Planned(today),
                _ => {
                    if let Some(entry) = watch.waits_for(&on(today)).unwrap() {
                        let next = entry.next_step.unwrap();
                        let step = Step { duty: entry.duty.parse().unwrap(), step: next.step, round: next.round };
                        watch = watch.take_step(&step, &on(today)).unwrap().watch;
                        prop_assert_eq!(watch.facts(), before.facts());
                    }
                    continue;
                }
            };
            let Ok(after) = on_day(watch.clone(), change, is_complex, today) else { continue };
            for duty in before.duties().iter() {
                let now = after.duties().get(duty.name()).expect("a check was lost");
                prop_assert_eq!(now.deadline(), duty.deadline());
                prop_assert!(duty.is_unsettled() || now == duty, "a settled check changed");
            }
            let of = |kind| after.duties().iter().filter(move |duty| duty.is_unsettled() && duty.kind() == kind);
            let has_plan = after.facts().plan_issued_on.is_some();
            prop_assert_eq!(of(DutyKind::PlanUpdate).count(), usize::from(has_plan));
            let unsettled: Vec<_> = of(DutyKind::EligibilityRecheck).collect();
            prop_assert_eq!(unsettled.len(), usize::from(after.is_watched()));
            if let (Some(duty), Some(last)) = (unsettled.first(), after.facts().last_check_on) {
                prop_assert_eq!(duty.deadline().due_on(), lotse_kernel::dates::add_months(last, 6).date);
                prop_assert!(last <= today);
            }
            let is_check = |duty: &&Duty| duty.kind() == DutyKind::EligibilityRecheck && duty.void_reason().is_some();
            let is_void = |watch: &Watch| watch.duties().iter().filter(is_check).count();
            prop_assert!(is_void(&after) == is_void(&before) || !after.is_watched(), "void, and yet somebody has to check");
            let facts = serde_json::from_value(serde_json::to_value(after.facts()).unwrap()).unwrap();
            prop_assert_eq!(&Watch::from_rows(case(), facts, after.duties().iter().cloned()), &after);
            watch = after;
        }
    }
}

#[test]
fn whoever_was_never_checked_and_is_found_again_is_watched_from_then_on() {
    // Into case management with a simple profile, so that nobody ever had to check; there it became a complex one.
    let never = on_day(Watch::new(case()), Change::Admitted, false, SET).unwrap();
    let gone = on_day(never, Change::Left(UnwatchedReason::Duplicate), true, SET).unwrap();
    let found = on_day(gone.clone(), Change::Found, true, DUE).unwrap();
    assert_eq!(due(&found), Some(DUE.checked_add(jiff::Span::new().months(6)).unwrap()));
    assert!(!on_day(gone, Change::Found, false, DUE).unwrap().is_watched());
}

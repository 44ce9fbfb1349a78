//! The plan that a person brings from case management: it passes to the placement officer, who keeps it up to date (R111, T5).

use jiff::civil::date;
use lotse_kernel::{dates::add_days, duty::DutyKind};

use super::{
    support::*,
    watch::{SET, due, on_day, watched},
};
use crate::domain::{
    episode::Episode,
    records::Aftercare,
    refused::Refused,
    vocabulary::{EndReason, EpisodePhase, TechnicalEnd, UnwatchedReason, VoidReason},
    watch::{Change, PlanIssued, Watch, plan_effect},
};

/// What an end in delivery means for the plan, on which it counts from the day of its issue.
fn plan_after(end: impl FnOnce(Episode) -> Episode) -> (Option<Change>, Option<VoidReason>) {
    let before = in_delivery(T0);
    let after = end(before.clone());
    let update = after.duties().iter().find(|duty| duty.kind() == DutyKind::PlanUpdate).unwrap();
    (plan_effect(&before, &after), update.void_reason())
}

#[test]
fn a_plan_passes_to_the_placement_officer_while_the_person_stays() {
    let passed = (Some(Change::PlanTaken(T0)), Some(VoidReason::PassedOn));
    let note = |aftercare| closing_note(aftercare);
    let end = |note| plan_after(|it: Episode| done(it.end(note, &on(T0))));
    assert_eq!(end(note(None)), passed);
    assert_eq!(end(note(Some(Aftercare::SetDate { until: add_days(T0, 30) }))), passed);
    // The need has ended, or another body looks after the person.
    let gone = (None, Some(VoidReason::EpisodeEnded));
    assert_eq!(end(note(Some(Aftercare::JobStart { started_on: T0 }))), gone);
    let mut elsewhere = note(None);
    elsewhere.reason = EndReason::CompetenceChanged;
    assert_eq!(end(elsewhere), gone);
    let technically = |kind| plan_after(|it: Episode| done(it.end_technically(kind, String::new(), bernd(), T0)));
    assert_eq!(technically(TechnicalEnd::OpenedInError), passed);
    assert_eq!(technically(TechnicalEnd::Deceased), (None, Some(VoidReason::TechnicalEnd)));
    assert_eq!(plan_effect(&in_phase(EpisodePhase::Planning, T0), &in_delivery(T0)), Some(Change::Planned(T0)));
    assert_eq!(plan_effect(&in_phase(EpisodePhase::Assessment, T0), &in_phase(EpisodePhase::Planning, T0)), None);
}

#[test]
fn the_placement_officer_keeps_the_plan_up_to_date_until_case_management_makes_another() {
    let admitted = on_day(watched(), Change::Admitted, true, SET).unwrap();
    let none = PlanIssued { issued_on: SET, issued_by: bernd() };
    let refused = on_day(admitted.clone(), Change::PlanUpdated(none), true, SET).unwrap_err();
    assert_eq!(refused, Refused::NoPlanToUpdate);
    let (issued, ended) = (date(2026, 4, 1), date(2026, 6, 1));
    let returned = on_day(admitted, Change::Returned, true, ended).unwrap();
    let watch = on_day(returned, Change::PlanTaken(issued), true, ended).unwrap();
    let update = |watch: &Watch| watch.plan_duty().map(|duty| (duty.slot(), duty.deadline().due_on()));
    // The months count from the issue and not from the end; the check beside it from the end.
    assert_eq!((update(&watch), due(&watch)), (Some((1, date(2026, 10, 1))), Some(date(2026, 12, 1))));
    assert_eq!(watch.plan_duty().unwrap().owner(), Some(&bernd()));
    // What comes first is what time has something to do with.
    let waits_for = |watch: &Watch, day| watch.waits_for(&on(day)).unwrap().map(|entry| entry.kind);
    assert_eq!(waits_for(&watch, ended), Some(DutyKind::PlanUpdate));

    let updated = |issued_on| Change::PlanUpdated(PlanIssued { issued_on, issued_by: bernd() });
    let late = date(2026, 10, 6);
    for wrong in [date(2026, 3, 31), add_days(late, 1)] {
        let refused = on_day(watch.clone(), updated(wrong), true, late).unwrap_err();
        assert!(matches!(refused, Refused::Fields(faults) if faults[0].field == "issue_date"), "{wrong}");
    }
    let again = on_day(watch.clone(), updated(late), true, late).unwrap();
    assert_eq!((again.facts().plan_updates[0].days_late, update(&again)), (5, Some((2, date(2027, 4, 6)))));
    // Another profile ends the check and leaves the plan; who is gone needs neither.
    let simple = on_day(again.clone(), Change::Profiled(late), false, late).unwrap();
    assert_eq!((simple.duty(), update(&simple), simple.endable()), (None, update(&again), Ok(())));
    let gone = on_day(simple.clone(), Change::Left(UnwatchedReason::Moved), false, late).unwrap();
    assert_eq!((gone.plan_duty(), gone.facts().plan_issued_on), (None, None));
    assert_eq!(gone.endable(), Err(Refused::NotWatched));
    // In case management it stays until a plan is made there; that the person is gone is told by the episode meanwhile.
    let readmitted = on_day(again.clone(), Change::Admitted, true, late).unwrap();
    assert_eq!((update(&readmitted), readmitted.endable()), (update(&again), Err(Refused::NotWatched)));
    let planned = on_day(readmitted, Change::Planned(late), true, late).unwrap();
    assert_eq!((planned.plan_duty(), planned.updatable()), (None, Err(Refused::NoPlanToUpdate)));
    let brought = on_day(planned, Change::PlanTaken(late), true, late).unwrap();
    assert_eq!(update(&brought), Some((3, date(2027, 4, 6))), "each update has its own number");
}

#[test]
fn a_plan_comes_back_with_a_person_who_was_taken_for_gone() {
    let (issued, ended) = (date(2026, 4, 1), date(2026, 6, 1));
    let watch = on_day(watched(), Change::PlanTaken(issued), true, ended).unwrap();
    let gone = on_day(watch.clone(), Change::Left(UnwatchedReason::Moved), true, ended).unwrap();
    let later = add_days(ended, 30);
    let back = on_day(gone.clone(), Change::Found, true, later).unwrap();
    let back = on_day(back, Change::PlanFound, true, later).unwrap();
    let dates = |watch: &Watch| watch.plan_duty().map(|duty| duty.deadline().due_on());
    assert_eq!((dates(&back), due(&back)), (dates(&watch), due(&watch)), "both count from where they did");
    // Who really left and came again has brought no plan, and nobody has one twice.
    let again = on_day(gone, Change::Profiled(later), true, later).unwrap();
    assert_eq!(dates(&on_day(again, Change::PlanFound, true, later).unwrap()), None);
    assert_eq!(on_day(watch.clone(), Change::PlanFound, true, later).unwrap(), watch);
    // An end that is undone while the plan lies with the placement officer takes it back there.
    let taken_back = on_day(watch, Change::PlanBack, true, later).unwrap();
    assert_eq!((dates(&taken_back), taken_back.updatable()), (None, Err(Refused::NoPlanToUpdate)));
}

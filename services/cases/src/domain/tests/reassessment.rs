//! Row 12: life has changed; the assessment begins anew, and nothing of the old one is lost.

use jiff::civil::date;
use lotse_kernel::dates::add_days;

use super::support::*;
use crate::domain::{duties::Duty, episode::Episode, records::LifeChange, vocabulary::EpisodePhase};

fn moved_out(occurred_on: jiff::civil::Date) -> LifeChange {
    LifeChange { occurred_on, text: text() }
}

#[test]
fn the_old_versions_stay_and_the_way_to_a_plan_is_walked_again() {
    let (before, day) = (in_delivery(T0), date(2026, 6, 1));
    let after = before.clone().record_life_change(moved_out(day), anna(), day).unwrap();
    assert_eq!((codes(&after), after.episode.phase()), (vec!["LIFE_CHANGED"], EpisodePhase::Assessment));
    let after = after.episode;
    assert_eq!((after.assessment(), after.plan(), after.alliance()), (None, None, before.alliance()));
    let given_up = &after.care().unwrap().reassessments[0];
    assert_eq!((Some(&given_up.assessment), given_up.plan.as_ref()), (before.assessment(), before.plan()));
    let dates = |episode: &Episode| episode.duties().iter().map(Duty::deadline).cloned().collect::<Vec<_>>();
    assert_eq!(dates(&after), dates(&before), "reviews and limit go on");

    let day = add_days(day, 14);
    let planning = after.complete_assessment(assessment(day), day).unwrap().episode;
    assert_eq!(planning.assessment().map(|found| found.completed_on), Some(day));
    // Once more before there is a plan.
    let again = planning.clone().record_life_change(moved_out(day), anna(), day).unwrap().episode;
    let kept = &again.care().unwrap().reassessments;
    assert_eq!((kept.len(), kept[1].plan.is_none()), (2, true));
    let old = planning.clone().activate_plan(goals(day), add_days(day, -15), &on(day)).unwrap_err();
    assert_eq!(fields(old), ["plan.issue_date"], "life had not changed yet");
    let delivery = planning.activate_plan(goals(day), day, &on(day)).unwrap().episode;
    assert_eq!(delivery.phase(), EpisodePhase::Delivery);
}

#[test]
fn a_change_lies_between_assignment_and_today() {
    let day = date(2026, 6, 1);
    for wrong in [add_days(day, 1), add_days(T0, -1)] {
        let refused = in_delivery(T0).record_life_change(moved_out(wrong), anna(), day).unwrap_err();
        assert_eq!(fields(refused), ["life_change.occurred_date"], "{wrong}");
    }
}

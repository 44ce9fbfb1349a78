//! Row 13: nobody is held to a plan that does not fit any more, and the questions are asked in one order (R68, R69, R111).

use jiff::civil::date;
use lotse_kernel::{dates::add_days, duty::DutyKind};

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::Episode,
    records::Judgement,
    vocabulary::{Currency, DeviationConsequence as Follows, DeviationReason, EpisodePhase},
};

fn judged(change: impl FnOnce(&mut Judgement)) -> Judgement {
    let mut judgement = deviation(T0);
    change(&mut judgement);
    judgement
}

#[test]
fn what_follows_is_said_by_the_answers_before_it() {
    use Currency::{Current, Outdated};
    use DeviationReason::{Important, NotImportant};
    for plan in [Current, Outdated] {
        for agreement in [Current, Outdated] {
            for reason in [Important, NotImportant] {
                let fits = |consequence| {
                    let regard = text();
                    let judgement = Judgement { plan, agreement, reason, consequence, regard, ..deviation(T0) };
                    in_delivery(T0).record_deviation(judgement, anna(), T0).is_ok()
                };
                let all = [Follows::None, Follows::NewPlan, Follows::LegalTrack].map(fits);
                // Where plan or agreement does not fit any more the reasons play no part.
                let expected = match (plan, agreement, reason) {
                    (Outdated, _, _) | (_, Outdated, _) => [false, true, false],
                    (Current, Current, Important) => [true, false, false],
                    (Current, Current, NotImportant) => [true, false, true],
                };
                assert_eq!(all, expected, "{plan} {agreement} {reason}");
            }
        }
    }
}

#[test]
fn a_plan_that_does_not_fit_is_made_again_and_stays_readable() {
    let (day, before) = (date(2026, 6, 1), in_delivery(T0));
    let judgement = judged(|it| (it.plan, it.consequence) = (Currency::Outdated, Follows::NewPlan));
    let decided = before.clone().record_deviation(judgement, anna(), day).unwrap();
    let expected =
        "Abweichung vom Plan am Montag, 09.03.2026: Plan oder Vereinbarung überholt, die Planung beginnt neu.";
    assert_eq!(decided.events[0].event.text_de(), expected);
    let after = decided.episode;
    assert_eq!((after.phase(), after.plan(), after.assessment()), (EpisodePhase::Planning, None, before.assessment()));
    let recorded = &after.care().unwrap().deviations[0];
    assert_eq!((recorded.plan.as_ref(), recorded.recorded_on), (before.plan(), day));
    let dates = |episode: &Episode| episode.duties().iter().map(Duty::deadline).cloned().collect::<Vec<_>>();
    assert_eq!(dates(&after), dates(&before), "a plan is to be made again by the same day");
    let early = after.clone().activate_plan(goals(day), add_days(day, -1), &on(day)).unwrap_err();
    assert_eq!(fields(early), ["plan.issue_date"]);
    let again = done(after.activate_plan(goals(day), day, &on(day)));
    assert_eq!(again.plan().unwrap().version, 2);
    let updates = again.duties().iter().filter(|duty| duty.kind() == DutyKind::PlanUpdate);
    assert_eq!(updates.filter(|duty| duty.is_unsettled()).count(), 1);
    assert_eq!(again.care().unwrap().former_plans().count(), 1);
}

#[test]
fn the_legal_track_is_a_fact_beside_the_phase() {
    let judgement = judged(|it| (it.consequence, it.regard) = (Follows::LegalTrack, text()));
    let decided = in_delivery(T0).record_deviation(judgement, anna(), T0).unwrap();
    assert_eq!((codes(&decided), decided.episode.phase()), (vec!["DEVIATION_RECORDED"], EpisodePhase::Delivery));
    let care = decided.episode.care().unwrap();
    assert_eq!((care.deviations[0].judgement.consequence, &care.deviations[0].plan), (Follows::LegalTrack, &None));
    // Whoever is held responsible is seen with what burdens them (R69).
    let unregarded = judged(|it| (it.consequence, it.regard) = (Follows::LegalTrack, " ".to_owned()));
    let refused = in_delivery(T0).record_deviation(unregarded, anna(), T0).unwrap_err();
    assert_eq!(fields(refused), ["deviation.regard"]);
}

#[test]
fn nobody_is_handed_to_the_legal_track_under_a_plan_that_should_have_been_updated() {
    // The update is due on 9 September.
    let (last, late) = (date(2026, 9, 9), date(2026, 9, 10));
    let track = || judged(|it| (it.consequence, it.regard) = (Follows::LegalTrack, text()));
    assert!(in_delivery(T0).record_deviation(track(), anna(), last).is_ok());
    let refused = in_delivery(T0).record_deviation(track(), anna(), late).unwrap_err();
    assert_eq!(fields(refused), ["deviation.consequence"]);
    assert!(
        in_delivery(T0).record_deviation(deviation(T0), anna(), late).is_ok(),
        "nothing follows, and nothing stands against it"
    );
}

#[test]
fn a_deviation_is_one_from_this_plan() {
    let today = date(2026, 6, 1);
    let wrong = |judgement| fields(in_delivery(T0).record_deviation(judgement, anna(), today).unwrap_err());
    for on in [add_days(T0, -1), add_days(today, 1)] {
        assert_eq!(wrong(deviation(on)), ["deviation.occurred_date"], "{on}");
    }
    assert_eq!(wrong(judged(|it| it.goal_key = Some("nichts".to_owned()))), ["deviation.goal_key"]);
    let all = judged(|it| {
        (it.occurred_on, it.goal_key) = (add_days(today, 1), Some("nichts".to_owned()));
        (it.agreement, it.consequence) = (Currency::Outdated, Follows::LegalTrack);
    });
    let expected = ["deviation.occurred_date", "deviation.goal_key", "deviation.consequence", "deviation.regard"];
    assert_eq!(wrong(all), expected, "in the order of the questions");
    assert!(in_delivery(T0).record_deviation(judged(|it| it.goal_key = None), anna(), today).is_ok());
}

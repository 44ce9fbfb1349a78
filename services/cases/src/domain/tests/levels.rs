//! A basic goal is reached by its partial goals, each of which says so (R61).

use lotse_kernel::dates::add_days;

use super::support::*;
use crate::domain::{
    records::Goal,
    vocabulary::{EpisodePhase, GoalLevel},
};

fn of(key: &str, level: GoalLevel, serves: Option<&str>) -> Goal {
    Goal { level, basic_goal_key: serves.map(str::to_owned), ..goal(key, add_days(T0, 90)) }
}

fn wrong(goals: Vec<Goal>) -> Vec<String> {
    in_phase(EpisodePhase::Planning, T0).activate_plan(goals, T0, &on(T0)).err().map(fields).unwrap_or_default()
}

#[test]
fn a_partial_goal_names_the_basic_goal_it_serves_where_the_plan_has_one() {
    use GoalLevel::{Basic, MidTerm, ShortTerm};
    let arbeit = || of("arbeit", Basic, None);
    let field = |index: usize| vec![format!("plan.goals[{index}].basic_goal_key")];
    for partial in [MidTerm, ShortTerm] {
        assert_eq!(wrong(vec![of("kurs", partial, Some("arbeit")), arbeit()]), Vec::<String>::new(), "{partial}");
        assert_eq!(wrong(vec![arbeit(), of("kurs", partial, None)]), field(1), "{partial}");
        assert_eq!(wrong(vec![arbeit(), of("kurs", partial, Some("nichts"))]), field(1), "{partial}");
        // Without a basic goal there is none to name.
        assert_eq!(wrong(vec![of("kurs", partial, None)]), Vec::<String>::new(), "{partial}");
        let other = of("praktikum", partial, None);
        assert_eq!(
            wrong(vec![of("kurs", partial, Some("praktikum")), other]),
            field(0),
            "a partial goal is no basic one"
        );
    }
    assert_eq!(wrong(vec![of("wohnen", Basic, Some("arbeit")), arbeit()]), field(0), "a basic goal serves none");
    assert_eq!(wrong(vec![of("wohnen", Basic, None), arbeit()]), Vec::<String>::new());
}

#[test]
fn a_partial_goal_does_not_lose_its_basic_goal_unsaid() {
    let goals = vec![of("arbeit", GoalLevel::Basic, None), of("kurs", GoalLevel::ShortTerm, Some("arbeit"))];
    let episode = done(in_phase(EpisodePhase::Planning, T0).activate_plan(goals.clone(), T0, &on(T0)));
    let mut given_up = revision(vec![goals[1].clone()], T0);
    given_up.dropped = vec![crate::domain::records::DroppedGoal { key: "arbeit".to_owned(), reason: text() }];
    let refused = episode.clone().revise_plan(given_up.clone(), anna(), &on(T0)).unwrap_err();
    assert_eq!(fields(refused), ["plan.goals[0].basic_goal_key"]);
    given_up.goals[0].basic_goal_key = None;
    assert!(episode.revise_plan(given_up, anna(), &on(T0)).is_ok());
}

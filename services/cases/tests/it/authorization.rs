//! The matrix of roles and RPCs, printed from the policies themselves; it changes only on purpose.

use lotse_cases::access::policies;
use lotse_devstack::contract::{
    HOME,
    matrix::{self, Situation},
};

use crate::house::House;

fn situations() -> Vec<Situation> {
    let thing = matrix::thing("Jobcenter", &[("jobcenter", HOME)]);
    let known = Situation::new('k', "a thing of the jobcenter, by somebody with a staff record", thing);
    let mut to_a_case = matrix::to_a_case();
    let older = Situation {
        letter: 'o',
        meaning: "a case, by the case manager of an older episode in aftercare",
        ..to_a_case[0].clone()
    };
    to_a_case.push(older.as_person("older", "elsewhere"));
    for situation in &mut to_a_case {
        situation.thing.facts.push(("older_manager", "older".to_owned()));
    }
    [matrix::to_a_jobcenter(), vec![known.as_person("somebody", "ue25")], to_a_case].concat()
}

lotse_devstack::matrix_tests!(House, policies().expect("sound policies"), situations());

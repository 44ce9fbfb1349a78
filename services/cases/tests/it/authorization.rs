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
    for situation in &mut to_a_case {
        situation.thing.facts.push(("commissioned", "commissioned".to_owned()));
    }
    let case = to_a_case[0].thing.clone();
    let specialist = Situation::new('b', "a case, by the specialised case manager whose commission runs", case);
    to_a_case.push(specialist.as_person("commissioned", "elsewhere"));
    [matrix::to_a_jobcenter(), vec![known.as_person("somebody", "ue25")], to_a_case].concat()
}

lotse_devstack::matrix_tests!(House, policies().expect("sound policies"), situations());

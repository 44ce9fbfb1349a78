//! The matrix of roles and RPCs, printed from the policies themselves; it changes only on purpose.

use lotse_cases::access::policies;
use lotse_devstack::contract::{
    Ground, HOME,
    matrix::{self, Situation},
};

use crate::house::House;

fn situations() -> Vec<Situation> {
    let thing = matrix::thing("Jobcenter", &[("jobcenter", HOME)]);
    let known = Situation::new('k', "a thing of the jobcenter, by somebody with a staff record", thing);
    [matrix::to_a_jobcenter(), vec![known.as_person("somebody", "ue25")], matrix::to_a_case()].concat()
}

#[test]
fn the_matrix_is_the_one_that_was_agreed() {
    let policies = policies().expect("sound policies");
    matrix::is_the_one_that_was_agreed(&policies, House::PACKAGE, env!("CARGO_MANIFEST_DIR"), &situations());
}

#[test]
fn nobody_reaches_into_another_jobcenter() {
    matrix::nobody_reaches_into_another_jobcenter(&policies().expect("sound policies"), House::PACKAGE, &situations());
}

#[test]
fn people_and_machines_are_apart() {
    let policies = policies().expect("sound policies");
    matrix::people_and_machines_are_apart(&policies, House::PACKAGE, House::PROCESS, &situations());
}

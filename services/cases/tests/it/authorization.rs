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
    [matrix::to_a_jobcenter(), vec![known.as_person("somebody", "ue25")], matrix::to_a_case()].concat()
}

lotse_devstack::matrix_tests!(House, policies().expect("sound policies"), situations());

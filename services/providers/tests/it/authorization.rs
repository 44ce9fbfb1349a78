//! The matrix of roles and RPCs, printed from the policies themselves; it changes only on purpose.

use lotse_devstack::contract::matrix::{self, Situation};
use lotse_providers::access::policies;

use crate::house::House;

fn situations() -> Vec<Situation> {
    [matrix::to_a_jobcenter(), matrix::to_a_case()].concat()
}

lotse_devstack::matrix_tests!(House, policies().expect("sound policies"), situations());

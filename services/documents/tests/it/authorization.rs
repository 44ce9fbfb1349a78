//! The matrix of roles and RPCs, printed from the policies themselves; it changes only on purpose.

use lotse_devstack::contract::HOME;
use lotse_devstack::contract::matrix::{self, Situation};
use lotse_documents::policies;

use crate::support::World;

fn situations() -> Vec<Situation> {
    let cell = matrix::thing("Cell", &[("jobcenter", HOME)]);
    let mut found = vec![Situation::new('a', "a thing of the whole cell, with any token", cell)];
    found.extend(matrix::to_a_case());
    found
}

lotse_devstack::matrix_tests!(World, policies().unwrap(), situations());

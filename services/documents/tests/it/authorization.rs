//! The matrix of roles and RPCs, printed from the policies themselves; it changes only on purpose.

use lotse_devstack::contract::matrix::{self, Situation};
use lotse_devstack::contract::{Ground, HOME};
use lotse_documents::policies;

use crate::support::World;

fn situations() -> Vec<Situation> {
    let cell = matrix::thing("Cell", &[("jobcenter", HOME)]);
    let mut found = vec![Situation::new('a', "a thing of the whole cell, with any token", cell)];
    found.extend(matrix::to_a_case());
    found
}

#[test]
fn the_matrix_is_the_one_that_was_agreed() {
    let policies = policies().unwrap();
    matrix::is_the_one_that_was_agreed(&policies, World::PACKAGE, env!("CARGO_MANIFEST_DIR"), &situations());
}

#[test]
fn nobody_reaches_into_another_jobcenter() {
    matrix::nobody_reaches_into_another_jobcenter(&policies().unwrap(), World::PACKAGE, &situations());
}

#[test]
fn people_and_machines_are_apart() {
    matrix::people_and_machines_are_apart(&policies().unwrap(), World::PACKAGE, World::PROCESS, &situations());
}

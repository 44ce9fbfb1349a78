//! The matrix of roles and RPCs, printed from the policies themselves; it changes only on purpose.

use lotse_devstack::contract::{
    ABROAD, HOME,
    matrix::{self, Situation},
};
use lotse_notifications::access::policies;

use crate::contract::House;

fn situations() -> Vec<Situation> {
    let inbox = |letter, meaning| {
        Situation::new(letter, meaning, matrix::thing("Inbox", &[("jobcenter", HOME), ("staff", "owner")]))
    };
    let delivery = |letter, meaning| {
        Situation::new(letter, meaning, matrix::thing("Delivery", &[("jobcenter", HOME), ("team", "ue25")]))
    };
    let mut found: Vec<Situation> =
        matrix::to_a_jobcenter().into_iter().map(|situation| situation.as_person("somebody", "ue25")).collect();
    found.extend([
        inbox('o', "an inbox, by its owner").as_person("owner", "ue25"),
        inbox('x', "an inbox, by somebody else of the team").as_person("somebody", "ue25"),
        delivery('t', "a delivery, by somebody of the recipient's team").as_person("somebody", "ue25"),
        delivery('u', "a delivery, by somebody of another team").as_person("somebody", "u25"),
        delivery('k', "a delivery, with a token for the whole cell").from(None),
        delivery('l', "a delivery, with a token of another jobcenter").as_person("somebody", "ue25").from(Some(ABROAD)),
    ]);
    found
}

lotse_devstack::matrix_tests!(House, policies().expect("sound policies"), situations());

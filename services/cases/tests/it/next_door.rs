//! Providers and documents as their contract says, without their databases: pages that a test lays out, and what was asked.

use std::sync::Mutex;

use futures::future::BoxFuture;
use lotse_cases::{
    domain::vocabulary::ReplanEffect,
    neighbours::{Asked, Change, Page, Siblings},
};
use lotse_kernel::{names::CaseName, policy::Keeper};
use lotse_platform::failure::Failure;
use lotse_proto::cases::{self as contract, PolicyChange};
use uuid::Uuid;

/// Both siblings.
#[derive(Debug, Default)]
pub struct NextDoor {
    kept: Mutex<Vec<(Keeper, Vec<Change>)>>,
    asked: Mutex<Vec<(Keeper, Asked)>>,
    away: Mutex<bool>,
}

/// A record that moves and is overdue by its new dates.
pub fn moves(record: &str) -> Change {
    change(record, ReplanEffect::Moved, contract::ReplanEffect::Moved)
}

/// A record that is overdue and stays what it is.
pub fn stays(record: &str) -> Change {
    change(record, ReplanEffect::KeptOverdue, contract::ReplanEffect::KeptOverdue)
}

fn change(record: &str, effect: ReplanEffect, told: contract::ReplanEffect) -> Change {
    let case: CaseName = record.split('/').take(4).collect::<Vec<_>>().join("/").parse().expect("a record of a case");
    let becomes_overdue = effect == ReplanEffect::Moved;
    let told = PolicyChange { duty: record.to_owned(), effect: told.into(), becomes_overdue, ..Default::default() };
    Change { case, effect, told }
}

impl NextDoor {
    /// A sibling keeps these, two on a page.
    pub fn keeps(&self, keeper: Keeper, changes: Vec<Change>) {
        self.kept.lock().expect("a list").push((keeper, changes));
    }

    /// Nobody answers, or somebody does again.
    pub fn is_away(&self, away: bool) {
        *self.away.lock().expect("a flag") = away;
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<(Keeper, Asked)> {
        self.asked.lock().expect("a list").clone()
    }
}

impl Siblings for NextDoor {
    fn preview(&self, keeper: Keeper, asked: Asked) -> BoxFuture<'_, Result<Page, Failure>> {
        let after = asked.after;
        self.asked.lock().expect("a list").push((keeper, asked));
        if *self.away.lock().expect("a flag") {
            return Box::pin(async move { Err(Failure::Unavailable { dependency: keeper.code() }) });
        }
        let kept = self.kept.lock().expect("a list");
        let of = kept.iter().find(|(whose, _)| *whose == keeper).map(|(_, changes)| changes.clone());
        let all = of.unwrap_or_default();
        let id = |change: &Change| change.told.duty.rsplit('/').next().and_then(|id| id.parse::<Uuid>().ok());
        let rest: Vec<_> = all.iter().filter(|change| id(change) > after).cloned().collect();
        let page: Vec<_> = rest.iter().take(2).cloned().collect();
        let last = page.last().and_then(id).filter(|_| page.len() < rest.len());
        let number = |count: usize| i32::try_from(count).expect("a few");
        let page = Page {
            read: number(page.len()),
            total: if after.is_none() { number(all.len()) } else { 0 },
            changes: page,
            last,
        };
        Box::pin(async move { Ok(page) })
    }
}

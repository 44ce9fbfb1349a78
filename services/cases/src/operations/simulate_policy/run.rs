//! A simulation on its way through the caseload: page after page is read, computed beside the requests, and told.

use std::{collections::BTreeMap, sync::Arc};

use futures::{SinkExt as _, channel::mpsc};
use jiff::civil::Date;
use lotse_kernel::{
    duty::DutyKind,
    names::JobcenterName,
    policy::{Keeper, OpenDuties, PolicyVersion},
};
use lotse_platform::{failure::Failure, fields::contract_date, unit::Unit};
use lotse_proto::cases as contract;
use tonic::Status;
use uuid::Uuid;

use crate::{
    acting::Ground,
    convert_replan,
    domain::{
        episode::{Episode, kinds_reached},
        policies::activation::{Stage, replans},
        replan::{Replan, Replanned},
        rules::NoRule,
        vocabulary::ReplanEffect,
        watch::{Watch, duties_reached},
    },
    neighbours::{Asked, Change, Page, Siblings},
    store::{
        policy_changes::Counts,
        replanning::{self, Read, Unread},
    },
};

/// Changes of one part, which stays far below what a client takes at once.
const BATCH: usize = 200;

/// Where parts go.
pub(super) type Parts = mpsc::Sender<Result<contract::SimulatePolicyResponse, Status>>;

/// A simulation.
pub(super) struct Run {
    /// A transaction that sees one moment and writes nothing.
    unit: Unit,
    siblings: Arc<dyn Siblings>,
    jobcenter: JobcenterName,
    version: Arc<PolicyVersion>,
    /// The book with the version in it.
    ground: Arc<Ground>,
    as_of: Date,
    sum: Sum,
}

/// What was found so far.
#[derive(Default)]
struct Sum {
    read: i32,
    total: i32,
    episodes: i32,
    people_on_watch: i32,
    referrals: i32,
    letters: i32,
    becomes_overdue: i32,
    /// By code, as the report of an activation counts them.
    effects: BTreeMap<&'static str, (ReplanEffect, i32)>,
}

impl Run {
    pub(super) fn new(
        unit: Unit,
        siblings: Arc<dyn Siblings>,
        jobcenter: JobcenterName,
        version: Arc<PolicyVersion>,
        ground: Arc<Ground>,
        as_of: Date,
    ) -> Self {
        Self { unit, siblings, jobcenter, version, ground, as_of, sum: Sum::default() }
    }

    /// Goes through the caseload; ends early when nobody reads any more.
    pub(super) async fn finish(mut self, parts: &mut Parts) -> Result<(), Failure> {
        let kinds = self.kinds();
        if !kinds.is_empty() {
            let total = replanning::count(&mut self.unit, &self.jobcenter, &kinds).await?;
            self.sum.total = i32::try_from(total).unwrap_or(i32::MAX);
        }
        let mut stage = self.first_stage();
        while let Some(now) = stage {
            if let Some(keeper) = now.keeper() {
                if !self.ask(keeper, parts).await? {
                    return Ok(());
                }
                stage = now.next(&self.version);
                continue;
            }
            let mut after = None;
            loop {
                let page = self.page(now, after).await?;
                let Some(last) = page.last().map(Unread::id) else { break };
                after = Some(last);
                let changes = self.compute(page).await?;
                if !self.tell(parts, changes).await {
                    return Ok(());
                }
            }
            stage = now.next(&self.version);
        }
        let summary = contract::SimulatePolicyResponse { summary: Some(self.summary()), ..self.sum.progress() };
        // Whoever has the summary may simulate again.
        self.unit.end().await?;
        let _ = parts.send(Ok(summary)).await;
        Ok(())
    }

    /// What the version goes through first; nothing where it reaches nothing.
    fn first_stage(&self) -> Option<Stage> {
        let first = Some(Stage::first(&self.version)).filter(|_| replans(&self.version));
        first.filter(|stage| stage.keeper().is_some() || !self.kinds().is_empty())
    }

    /// Goes through what a sibling keeps, as it is right now; `false` when nobody reads any more.
    async fn ask(&mut self, keeper: Keeper, parts: &mut Parts) -> Result<bool, Failure> {
        let rules = self.ground.told_to_siblings();
        let rules = rules.ok_or_else(|| Failure::Defect("a jobcenter without a place".to_owned()))?;
        let mut after = None;
        loop {
            let page = self.siblings.preview(
                keeper,
                Asked {
                    jobcenter: self.jobcenter.clone(),
                    rules: rules.clone(),
                    citation: self.version.citation(),
                    as_of: self.as_of,
                    after,
                },
            );
            let Page { changes, read, total, last } = page.await?;
            self.sum.total += total;
            // What came meanwhile is read too, so that the count grows with it and never ends below.
            self.sum.read += read;
            self.sum.total = self.sum.total.max(self.sum.read);
            self.sum.told(keeper, &changes);
            let changes = changes.into_iter().map(|change| change.told).collect();
            if !self.tell(parts, changes).await {
                return Ok(false);
            }
            if last.is_none() {
                return Ok(true);
            }
            after = last;
        }
    }

    /// The kinds of the duties that the version may reach.
    fn kinds(&self) -> Vec<DutyKind> {
        kinds_reached(&self.version).iter().chain(duties_reached(&self.version)).copied().collect()
    }

    /// The next page of what the version goes through.
    async fn page(&mut self, stage: Stage, after: Option<Uuid>) -> Result<Vec<Unread>, Failure> {
        let (unit, jobcenter) = (&mut self.unit, &self.jobcenter);
        match (stage, kinds_reached(&self.version)) {
            // What siblings keep is asked of them.
            (Stage::Episodes, []) | (Stage::Referrals | Stage::Letters, _) => Ok(Vec::new()),
            (Stage::Episodes, kinds) => replanning::episodes(unit, jobcenter, kinds, after).await,
            (Stage::Watches, _) => replanning::watches(unit, jobcenter, after).await,
        }
    }

    /// Computes a page on a thread of its own: a thousand episodes would keep other requests waiting.
    async fn compute(&mut self, page: Vec<Unread>) -> Result<Vec<contract::PolicyChange>, Failure> {
        let (version, ground, as_of) = (Arc::clone(&self.version), Arc::clone(&self.ground), self.as_of);
        let mut sum = std::mem::take(&mut self.sum);
        let computed = tokio::task::spawn_blocking(move || {
            let rules = ground.rules(as_of);
            let mut changes = Vec::new();
            for unread in page {
                changes.extend(match unread.read()? {
                    Read::Episode(episode) => sum.episode(episode.replan(&version, &rules))?,
                    Read::Watch(watch) => sum.watch(watch.replan(&version, &rules))?,
                });
            }
            let changes = changes.iter().map(convert_replan::change).collect();
            Ok::<_, Failure>((sum, changes))
        });
        let (sum, changes) = computed.await.map_err(|stopped| Failure::Defect(stopped.to_string()))??;
        self.sum = sum;
        Ok(changes)
    }

    /// Tells the changes of a page and how far it is; `false` when nobody reads any more.
    async fn tell(&self, parts: &mut Parts, mut changes: Vec<contract::PolicyChange>) -> bool {
        loop {
            let rest = changes.split_off(changes.len().min(BATCH));
            let part = contract::SimulatePolicyResponse { changes, ..self.sum.progress() };
            if parts.send(Ok(part)).await.is_err() {
                return false;
            }
            if rest.is_empty() {
                return true;
            }
            changes = rest;
        }
    }

    fn summary(&self) -> contract::SimulationSummary {
        let (note_de, note_en) = self.note();
        contract::SimulationSummary {
            citation: self.version.citation(),
            as_of_date: Some(contract_date(self.as_of)),
            counts: Some(convert_replan::counts(&self.sum.counts())),
            note_de: note_de.to_owned(),
            note_en: note_en.to_owned(),
        }
    }

    /// Why the version can move nothing.
    fn note(&self) -> (&'static str, &'static str) {
        match (self.version.transition.open_duties, self.kinds().as_slice()) {
            (OpenDuties::Keep, _) => (
                "Die Fassung lässt offene Pflichten unter der Fassung, die bisher für sie gilt.",
                "The version leaves open duties under the version that has governed them so far.",
            ),
            (OpenDuties::Replan, []) if self.first_stage().is_some() => ("", ""),
            (OpenDuties::Replan, []) => (
                "Aus dieser Regel wird keine Frist berechnet, die Lotse verfolgt.",
                "No date that Lotse keeps track of is computed by this rule.",
            ),
            (OpenDuties::Replan, [_, ..]) => ("", ""),
        }
    }
}

impl Sum {
    /// Counts what became of an episode.
    fn episode(&mut self, replanned: Result<Replanned<Episode>, NoRule>) -> Result<Vec<Replan>, Failure> {
        let (changes, any) = self.add(replanned)?;
        self.episodes += i32::from(any);
        Ok(changes)
    }

    /// Counts what became of a watch.
    fn watch(&mut self, replanned: Result<Replanned<Watch>, NoRule>) -> Result<Vec<Replan>, Failure> {
        let (changes, any) = self.add(replanned)?;
        self.people_on_watch += i32::from(any);
        Ok(changes)
    }

    /// Counts what became of records of a sibling.
    fn told(&mut self, keeper: Keeper, changes: &[Change]) {
        for Change { effect, told, .. } in changes {
            self.becomes_overdue += i32::from(told.becomes_overdue);
            self.effects.entry(effect.code()).or_insert((*effect, 0)).1 += 1;
            let moved = i32::from(!effect.is_kept());
            match keeper {
                Keeper::Providers => self.referrals += moved,
                Keeper::Documents => self.letters += moved,
            }
        }
    }

    /// Counts what became of one; whether anything did.
    fn add<T>(&mut self, replanned: Result<Replanned<T>, NoRule>) -> Result<(Vec<Replan>, bool), Failure> {
        let replanned = replanned.map_err(|missing| Failure::Defect(missing.to_string()))?;
        self.read += 1;
        for change in &replanned.changes {
            self.becomes_overdue += i32::from(change.becomes_overdue);
            self.effects.entry(change.effect.code()).or_insert((change.effect, 0)).1 += 1;
        }
        let changed = replanned.changes_something();
        Ok((replanned.changes, changed))
    }

    fn progress(&self) -> contract::SimulatePolicyResponse {
        contract::SimulatePolicyResponse {
            read_count: self.read,
            total_count: self.total,
            ..contract::SimulatePolicyResponse::default()
        }
    }

    fn counts(&self) -> Counts {
        let Self { episodes, people_on_watch, referrals, letters, becomes_overdue, .. } = *self;
        let effects = self.effects.values().copied().collect();
        Counts { effects, becomes_overdue, episodes, people_on_watch, referrals, letters }
    }
}

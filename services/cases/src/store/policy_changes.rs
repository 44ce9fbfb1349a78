//! Table `policy_changes`: what activations did to open duties, and to what siblings compute.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use lotse_kernel::names::{DutyHolder, EpisodeName, PolicyName};
use lotse_platform::{failure::Failure, paging::Page, unit::Unit};
use lotse_proto::cases as contract;
use prost::Message as _;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    convert_replan,
    domain::{duties::Duty, replan::Replan, vocabulary::ReplanEffect},
    neighbours,
};

/// Notes what a page has changed in an episode or for a person on the watch; what was noted before is no news. The answer is how much was new.
///
/// # Errors
/// When the database fails.
pub async fn note(
    unit: &mut Unit,
    policy: &PolicyName,
    holder: &DutyHolder,
    changes: &[Replan],
) -> Result<i32, Failure> {
    if changes.is_empty() {
        return Ok(0);
    }
    let episode = match holder {
        DutyHolder::Case(_) => None,
        DutyHolder::Episode(episode) => Some(episode),
    };
    let today = unit.today();
    let ids: Vec<Uuid> = changes.iter().map(|_| unit.new_id()).collect();
    let duties: Vec<Uuid> = changes.iter().map(|change| change.duty.id()).collect();
    let replacements: Vec<Option<Uuid>> =
        changes.iter().map(|change| change.after.as_ref().map(|(name, _)| name.id())).collect();
    let effects: Vec<String> = changes.iter().map(|change| change.effect.code().to_owned()).collect();
    let overdue: Vec<bool> = changes.iter().map(|change| change.becomes_overdue).collect();
    let escalates: Vec<_> = changes.iter().map(|change| change.escalates_on).collect();
    let days = |day: fn((Date, Date)) -> Date| -> Vec<Option<jiff_sqlx::Date>> {
        escalates.iter().map(|days| days.map(day).map(ToSqlx::to_sqlx)).collect()
    };
    let written = sqlx::query!(
        r"
        INSERT INTO policy_changes (jobcenter_id, policy_id, case_id, episode_id, happened_on, change_id, duty_id, replacement_id,
                                    effect, becomes_overdue, escalates_before_on, escalates_after_on)
        SELECT $1, $2, $3, $4, $5, c.change_id, c.duty_id, c.replacement_id, c.effect, c.becomes_overdue, c.escalates_before_on,
               c.escalates_after_on
        FROM unnest($6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::boolean[], $11::date[], $12::date[])
             AS c (change_id, duty_id, replacement_id, effect, becomes_overdue, escalates_before_on, escalates_after_on)
        ON CONFLICT ON CONSTRAINT policy_changes_once DO NOTHING
        ",
        policy.jobcenter().as_str(),
        policy.id(),
        holder.case().id(),
        episode.map(EpisodeName::id),
        today.to_sqlx() as _,
        &ids,
        &duties,
        &replacements as _,
        &effects,
        &overdue,
        &days(|(before, _)| before) as _,
        &days(|(_, after)| after) as _
    )
    .execute(unit.connection())
    .await?;
    Ok(i32::try_from(written.rows_affected()).unwrap_or(i32::MAX))
}

/// Notes what siblings have told of a page of their records; what was noted before is no news. The answer is how much was new.
///
/// # Errors
/// When the database fails.
pub async fn note_told(unit: &mut Unit, policy: &PolicyName, changes: &[neighbours::Change]) -> Result<i32, Failure> {
    let today = unit.today();
    let ids: Vec<Uuid> = changes.iter().map(|_| unit.new_id()).collect();
    let cases: Vec<Uuid> = changes.iter().map(|change| change.case.id()).collect();
    let records: Vec<String> = changes.iter().map(|change| change.told.duty.clone()).collect();
    let effects: Vec<String> = changes.iter().map(|change| change.effect.code().to_owned()).collect();
    let overdue: Vec<bool> = changes.iter().map(|change| change.told.becomes_overdue).collect();
    let told: Vec<Vec<u8>> = changes.iter().map(|change| change.told.encode_to_vec()).collect();
    let written = sqlx::query!(
        r"
        INSERT INTO policy_changes (jobcenter_id, policy_id, happened_on, change_id, case_id, record, effect, becomes_overdue, told)
        SELECT $1, $2, $3, c.change_id, c.case_id, c.record, c.effect, c.becomes_overdue, c.told
        FROM unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::boolean[], $9::bytea[])
             AS c (change_id, case_id, record, effect, becomes_overdue, told)
        ON CONFLICT ON CONSTRAINT policy_changes_told_once DO NOTHING
        ",
        policy.jobcenter().as_str(),
        policy.id(),
        today.to_sqlx() as _,
        &ids,
        &cases,
        &records,
        &effects,
        &overdue,
        &told
    )
    .execute(unit.connection())
    .await?;
    Ok(i32::try_from(written.rows_affected()).unwrap_or(i32::MAX))
}

/// A change as it happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its place in the report.
    pub id: Uuid,
    /// The business date.
    pub happened_on: Date,
    /// What became of what.
    pub change: contract::PolicyChange,
}

/// What an activation has changed, in the order in which it did. The dates are those of the duties themselves, which keep them, and of records
/// of siblings those that were told.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn changes(unit: &mut Unit, policy: &PolicyName, page: &Page<Uuid>) -> Result<Vec<Change>, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT c.change_id, c.happened_on, c.effect, c.becomes_overdue, c.escalates_before_on, c.escalates_after_on, c.told,
               o.facts AS "before?", n.facts AS "after?"
        FROM policy_changes c
        LEFT JOIN duties o ON o.duty_id = c.duty_id AND o.jobcenter_id = c.jobcenter_id
        LEFT JOIN duties n ON n.duty_id = c.replacement_id AND n.jobcenter_id = c.jobcenter_id
        WHERE c.jobcenter_id = $1 AND c.policy_id = $2 AND ($3::uuid IS NULL OR c.change_id > $3)
        ORDER BY c.change_id
        LIMIT $4
        "#,
        policy.jobcenter().as_str(),
        policy.id(),
        page.after,
        page.fetch()
    )
    .fetch_all(unit.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let (id, happened_on) = (row.change_id, row.happened_on.to_jiff());
            if let Some(told) = row.told {
                let told = contract::PolicyChange::decode(told.as_slice());
                let change = told.map_err(|error| Failure::Defect(format!("a stored change: {error}")))?;
                return Ok(Change { id, happened_on, change });
            }
            let before = row.before.ok_or_else(|| Failure::Defect("a stored change of nothing".to_owned()))?;
            let (before, after) = (duty(before)?, row.after.map(duty).transpose()?);
            let dated = |duty: &Duty| (duty.name().clone(), duty.deadline().clone());
            let (duty, before) = dated(&before);
            let change = convert_replan::change(&Replan {
                effect: row.effect.parse().map_err(|_| Failure::Defect("a stored effect".to_owned()))?,
                duty,
                before,
                after: after.as_ref().map(dated),
                becomes_overdue: row.becomes_overdue,
                escalates_on: row
                    .escalates_before_on
                    .zip(row.escalates_after_on)
                    .map(|(before, after)| (before.to_jiff(), after.to_jiff())),
            });
            Ok(Change { id, happened_on, change })
        })
        .collect()
}

fn duty(facts: Value) -> Result<Duty, Failure> {
    serde_json::from_value(facts).map_err(|error| Failure::stored("duty", &error))
}

/// What an activation came to so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// How often each effect was seen.
    pub effects: Vec<(ReplanEffect, i32)>,
    /// Moved duties that are overdue by their new dates.
    pub becomes_overdue: i32,
    /// Episodes in which something changed.
    pub episodes: i32,
    /// People on the watch for whom something changed.
    pub people_on_watch: i32,
    /// Referrals of which something changed.
    pub referrals: i32,
    /// Letters of which something changed.
    pub letters: i32,
}

/// Counts what an activation has changed.
///
/// # Errors
/// When the database fails or holds what cannot be.
pub async fn counts(unit: &mut Unit, policy: &PolicyName) -> Result<Counts, Failure> {
    let rows = sqlx::query!(
        r#"
        SELECT effect AS "effect?", count(*) AS "changes!", count(*) FILTER (WHERE becomes_overdue) AS "becomes_overdue!",
               count(DISTINCT episode_id) FILTER (WHERE effect NOT LIKE 'KEPT%') AS "episodes!",
               count(DISTINCT case_id) FILTER (WHERE episode_id IS NULL AND record IS NULL AND effect NOT LIKE 'KEPT%')
                   AS "people_on_watch!",
               count(DISTINCT record) FILTER (WHERE record LIKE '%/referrals/%' AND effect NOT LIKE 'KEPT%') AS "referrals!",
               count(DISTINCT record) FILTER (WHERE record LIKE '%/letters/%' AND effect NOT LIKE 'KEPT%') AS "letters!"
        FROM policy_changes
        WHERE jobcenter_id = $1 AND policy_id = $2
        GROUP BY GROUPING SETS ((effect), ())
        ORDER BY effect
        "#,
        policy.jobcenter().as_str(),
        policy.id()
    )
    .fetch_all(unit.connection())
    .await?;
    let number = |count: i64| i32::try_from(count).unwrap_or(i32::MAX);
    let mut counts = Counts::default();
    for row in rows {
        if let Some(effect) = row.effect {
            let effect = effect.parse().map_err(|_| Failure::Defect("a stored effect".to_owned()))?;
            counts.effects.push((effect, number(row.changes)));
        } else {
            counts.becomes_overdue = number(row.becomes_overdue);
            counts.episodes = number(row.episodes);
            counts.people_on_watch = number(row.people_on_watch);
            counts.referrals = number(row.referrals);
            counts.letters = number(row.letters);
        }
    }
    Ok(counts)
}

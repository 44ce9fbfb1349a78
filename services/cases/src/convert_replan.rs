//! What a policy version does to open duties, and how far it has come with that → contract.

use lotse_platform::{
    convert::{duty_dates, duty_kind, explanation},
    fields::contract_date,
};
use lotse_proto::cases as contract;

use crate::{
    domain::{
        policies::{
            Policy, Refused,
            activation::{Activation, ActivationState},
        },
        replan::Replan,
        vocabulary::ReplanEffect,
    },
    store::policy_changes::Counts,
};

/// One change.
#[must_use]
pub fn change(replan: &Replan) -> contract::PolicyChange {
    let appears = replan.effect == ReplanEffect::Appears;
    let moved = replan.after.as_ref();
    let after = moved.map(|(_, deadline)| deadline).or(appears.then_some(&replan.before));
    contract::PolicyChange {
        duty: replan.duty.to_string(),
        kind: duty_kind(replan.before.kind).into(),
        slot: replan.before.slot,
        effect: effect(replan.effect).into(),
        before: (!appears).then(|| duty_dates(&replan.before)),
        after: after.map(duty_dates),
        replacement: moved.map(|(name, _)| name.to_string()).unwrap_or_default(),
        becomes_overdue: replan.becomes_overdue,
        explanation: after.map(|deadline| explanation(&deadline.explanation)),
        escalates_before_date: replan.escalates_on.map(|(before, _)| contract_date(before)),
        escalates_after_date: replan.escalates_on.map(|(_, after)| contract_date(after)),
    }
}

/// How much a version changes.
#[must_use]
pub fn counts(counts: &Counts) -> contract::PolicyChangeCounts {
    let count =
        |(found, count): &(ReplanEffect, i32)| contract::EffectCount { effect: effect(*found).into(), count: *count };
    contract::PolicyChangeCounts {
        effects: counts.effects.iter().map(count).collect(),
        becomes_overdue: counts.becomes_overdue,
        episodes: counts.episodes,
        people_on_watch: counts.people_on_watch,
        referrals: counts.referrals,
        letters: counts.letters,
    }
}

/// How far an activation has come, for its workflow.
///
/// # Errors
/// As [`Policy::activation`].
pub fn progress(policy: &Policy, begun: Option<&Activation>) -> Result<contract::PolicyActivation, Refused> {
    let state = policy.activation(begun)?;
    let page = begun.map_or(Activation::of(&policy.version).page, |activation| activation.page);
    Ok(contract::PolicyActivation { name: policy.name.to_string(), state: activation_state(state).into(), page })
}

/// Where an activation stands.
#[must_use]
pub const fn activation_state(state: ActivationState) -> contract::ActivationState {
    match state {
        ActivationState::Keeps => contract::ActivationState::Keeps,
        ActivationState::Pending => contract::ActivationState::Pending,
        ActivationState::Running => contract::ActivationState::Running,
        ActivationState::Done => contract::ActivationState::Done,
    }
}

/// The effect that a sibling tells; nothing where this release does not know it.
#[must_use]
pub fn effect_told(change: &contract::PolicyChange) -> Option<ReplanEffect> {
    ReplanEffect::ALL.iter().copied().find(|known| effect(*known) == change.effect())
}

const fn effect(effect: ReplanEffect) -> contract::ReplanEffect {
    match effect {
        ReplanEffect::Moved => contract::ReplanEffect::Moved,
        ReplanEffect::Vanished => contract::ReplanEffect::Vanished,
        ReplanEffect::KeptOverdue => contract::ReplanEffect::KeptOverdue,
        ReplanEffect::KeptProposed => contract::ReplanEffect::KeptProposed,
        ReplanEffect::EscalatesAnew => contract::ReplanEffect::EscalatesAnew,
        ReplanEffect::Appears => contract::ReplanEffect::Appears,
    }
}

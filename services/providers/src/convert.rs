//! Between the domain and the contract.

use lotse_kernel::legal::{Surroundings, Unanswered};
use lotse_platform::{
    convert::{explanation, timestamp},
    etag,
    fields::{Fields, contract_date},
};
use lotse_proto::providers as contract;

use crate::{
    domain::{
        plan_step::PlanStep,
        referral::{Referral, ReferralState},
        timetable::deadline,
        vocabulary::{
            Attendance, BreakOffReason, DeclineReason, Progress, ReferralResult, RevokeReason, ServiceType, UnmetNeed,
        },
    },
    store::{offers::Offer, providers::Provider, referrals::Stored},
};

/// A code of the domain that the contract has as an enum.
pub(crate) trait Twin: Sized {
    /// Reads the contract's number; a violation of `field` when it is none of the known values.
    fn read(fields: &mut Fields, field: &str, value: i32) -> Self;

    /// The contract's number.
    fn number(self) -> i32;
}

/// Implements [`Twin`] for codes whose contract enum has the same name and this prefix.
macro_rules! twins {
    ($($name:ident: $prefix:literal),+ $(,)?) => {$(
        impl Twin for $name {
            fn read(fields: &mut Fields, field: &str, value: i32) -> Self {
                let known: contract::$name = fields.choice(field, value);
                // After a violation the placeholder never leaves the fields.
                known.as_str_name().trim_start_matches($prefix).parse().unwrap_or(Self::ALL[0])
            }

            fn number(self) -> i32 {
                contract::$name::from_str_name(&format!("{}{}", $prefix, self.code())).unwrap_or_default().into()
            }
        }
    )+};
}

twins! {
    ServiceType: "SERVICE_TYPE_",
    DeclineReason: "DECLINE_REASON_",
    UnmetNeed: "UNMET_NEED_",
    Attendance: "ATTENDANCE_",
    Progress: "PROGRESS_",
    ReferralResult: "REFERRAL_RESULT_",
    BreakOffReason: "BREAK_OFF_REASON_",
    RevokeReason: "REVOKE_REASON_",
}

/// Reads a step of a plan by its keys.
pub(crate) fn plan_step(fields: &mut Fields, path: &str, told: &contract::PlanStep) -> PlanStep {
    let goal_key = fields.slug(&format!("{path}.goal_key"), &told.goal_key, 40);
    PlanStep { goal_key, step_key: fields.slug(&format!("{path}.step_key"), &told.step_key, 40) }
}

/// A provider as clients see it.
pub(crate) fn provider(stored: Provider) -> contract::Provider {
    contract::Provider {
        name: stored.name.to_string(),
        etag: etag::of(stored.version),
        display_name: stored.display_name,
        email: stored.email,
        phone: stored.phone,
        address_lines: stored.address_lines,
        create_time: Some(timestamp(stored.created_at)),
    }
}

/// An offer as clients see it.
pub(crate) fn offer(stored: Offer) -> contract::Offer {
    contract::Offer {
        name: stored.name.to_string(),
        etag: etag::of(stored.version),
        title: stored.title,
        service_type: stored.service_type.number(),
        legal_basis: stored.legal_basis,
        places: stored.places,
        waiting_weeks: stored.waiting_weeks,
        create_time: Some(timestamp(stored.created_at)),
    }
}

/// A referral as clients see it.
///
/// # Errors
/// When no version governs its running deadline.
pub(crate) fn referral(stored: &Stored, around: Surroundings<'_>) -> Result<contract::Referral, Unanswered> {
    let referral = &stored.referral;
    let state = &referral.state;
    let mut shown = contract::Referral {
        name: referral.name.to_string(),
        etag: etag::of(referral.version),
        offer: referral.offer.to_string(),
        report_interval_months: referral.report_interval.map_or(0, |months| months.0),
        state: contract::ReferralState::from_str_name(&format!("REFERRAL_STATE_{}", state.code()))
            .unwrap_or_default()
            .into(),
        episode: referral.episode.to_string(),
        sent_date: state.sending().map(|sending| contract_date(sending.sent_on)),
        answered_date: state.answer().map(|answer| contract_date(answer.answered_on)),
        unmet_need: referral.unmet_need.map_or(0, Twin::number),
        silence_rule_version: referral.silent_under.clone().unwrap_or_default(),
        start_date: state.delivery().map(|delivery| contract_date(delivery.started_on)),
        reports: state.delivery().map_or(0, |delivery| delivery.reports),
        last_report: last_report(referral),
        plan_step: referral
            .plan_step
            .as_ref()
            .map(|step| contract::PlanStep { goal_key: step.goal_key.clone(), step_key: step.step_key.clone() }),
        end_date: state.ended_on().map(contract_date),
        deadline: deadline(referral, around)?.map(|deadline| explanation(&deadline.explanation)),
        create_time: Some(timestamp(stored.created_at)),
        ..contract::Referral::default()
    };
    match *state {
        ReferralState::Declined(_, reason) => shown.decline_reason = reason.number(),
        ReferralState::Completed(.., result) => shown.result = result.number(),
        ReferralState::BrokenOff(.., reason) => shown.break_off_reason = reason.number(),
        ReferralState::Revoked(.., reason) => shown.revoke_reason = reason.number(),
        ReferralState::Draft
        | ReferralState::Sent(_)
        | ReferralState::NoAnswer(..)
        | ReferralState::Accepted(_)
        | ReferralState::Running(_)
        | ReferralState::ReportDue(..) => {}
    }
    Ok(shown)
}

fn last_report(referral: &Referral) -> Option<contract::LastReport> {
    let last = referral.state.delivery()?.last_report?;
    Some(contract::LastReport {
        due_date: Some(contract_date(last.due_on)),
        received_date: Some(contract_date(last.received_on)),
        rule_version: referral.last_report_under.clone()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways<T: Twin + Copy + PartialEq + std::fmt::Debug>(all: &[T]) {
        for value in all {
            let mut fields = Fields::new();
            assert_eq!(T::read(&mut fields, "x", value.number()), *value);
            assert!(fields.finish(()).is_ok(), "{value:?}");
        }
    }

    #[test]
    fn every_code_has_its_twin_in_the_contract() {
        both_ways(ServiceType::ALL);
        both_ways(DeclineReason::ALL);
        both_ways(UnmetNeed::ALL);
        both_ways(Attendance::ALL);
        both_ways(Progress::ALL);
        both_ways(ReferralResult::ALL);
        both_ways(BreakOffReason::ALL);
        both_ways(RevokeReason::ALL);
    }
}

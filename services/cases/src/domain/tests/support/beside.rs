//! Builders of what happens beside the plan.

use jiff::civil::Date;
use lotse_kernel::dates::add_days;

use super::{anna, text};
use crate::domain::{
    episode::{Commissioning, CrisisKnown},
    records::{Commissioned, CrisisContact, PlacementProposal, PlacementResult, Release},
    vocabulary::{CrisisKind, PlacementOutcome, TargetGroup},
};

/// A third party is to be commissioned.
pub(in crate::domain::tests) fn commissioning(released_on: Date) -> Commissioning {
    Commissioning {
        to: Commissioned::ThirdParty("Suchthilfe Musterstadt".to_owned()),
        target_group: TargetGroup::Addiction,
        purpose: text(),
        legal_basis: "§ 16a Nr. 4 SGB II".to_owned(),
        release: Release { released_on, to_jobcenter: true, to_commissioned_body: true },
    }
}

pub(in crate::domain::tests) fn crisis(occurred_on: Date) -> CrisisKnown {
    CrisisKnown { kind: CrisisKind::JobAtRisk, occurred_on, text: text() }
}

pub(in crate::domain::tests) fn crisis_contact(contacted_on: Date) -> CrisisContact {
    CrisisContact { contacted_on, text: text(), recorded_by: anna() }
}

pub(in crate::domain::tests) fn placement_proposal(proposed_on: Date) -> PlacementProposal {
    PlacementProposal {
        employer: text(),
        job_title: text(),
        proposed_on,
        answer_by: None,
        results: Vec::new(),
        recorded_by: anna(),
    }
}

/// What came of it; who was hired begins two weeks later.
pub(in crate::domain::tests) fn placement_result(outcome: PlacementOutcome, resulted_on: Date) -> PlacementResult {
    let job_starts_on = (outcome == PlacementOutcome::Hired).then(|| add_days(resulted_on, 14));
    PlacementResult { outcome, resulted_on, job_starts_on, reason: text(), recorded_by: anna() }
}

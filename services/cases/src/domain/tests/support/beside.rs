//! Builders of what happens beside the plan.

use jiff::civil::Date;

use super::{anna, text};
use crate::domain::{
    episode::{Commissioning, CrisisKnown},
    records::{Commissioned, CrisisContact, Release},
    vocabulary::{CrisisKind, TargetGroup},
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

//! R122 and T13: contacts in aftercare, and the months after an integration into work.

use lotse_cases::domain::{
    duties::Duty,
    episode::{Act, ContactRecord, EmploymentRecord, Episode},
    records::Employment,
    vocabulary::{ContactOutcome, EmploymentStatus},
};
use lotse_kernel::{dates::add_days, duty::DutyKind};

use super::{Scene, manager};
use crate::bench::fates::{chance::Chance, people::words};

pub(super) fn plan_contact(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let days = if chance.errs() { chance.between(-30, 900) } else { chance.between(0, 30) };
    it.plan_aftercare_contact(add_days(scene.today, days), &scene.place.rules(scene.today))
}

/// One that waits, or any number by mistake.
pub(super) fn record_contact(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let waits = |duty: &&Duty| duty.kind() == DutyKind::AftercareContact && duty.is_unsettled();
    let waiting: Vec<i32> = it.duties().iter().filter(waits).map(Duty::slot).collect();
    let any = waiting.is_empty() || chance.errs();
    let number = if any { chance.between(0, 4) } else { *chance.one_of(&waiting) };
    let days = if chance.errs() { chance.between(-400, 3) } else { -chance.between(0, 2) };
    let outcome = *chance.one_of(ContactOutcome::ALL);
    let record = ContactRecord { number, outcome, contacted_on: add_days(scene.today, days), text: words() };
    let by = manager(&it, scene, chance);
    it.record_aftercare_contact(record, by, scene.today)
}

/// One that may be answered, or any month by mistake.
pub(super) fn record_employment(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let months = it.integration().map(|integration| integration.months.clone()).unwrap_or_default();
    let asked = |slot: i32| {
        let mut of = it.duties().iter().filter(|duty| duty.kind() == DutyKind::ContinuousEmployment);
        of.any(|duty| duty.slot() == slot && duty.is_doable_on(scene.today))
    };
    let waiting: Vec<i32> = (1..).zip(&months).filter(|(_, month)| asked(month.slot)).map(|(month, _)| month).collect();
    let any = waiting.is_empty() || chance.one_in(4);
    let month = if any { chance.between(0, 7) } else { *chance.one_of(&waiting) };
    let employment = match *chance.one_of(EmploymentStatus::ALL) {
        EmploymentStatus::SameJob => Employment::SameJob,
        EmploymentStatus::OtherJob => Employment::OtherJob,
        EmploymentStatus::NotEmployed => Employment::Without { since: add_days(scene.today, -chance.between(-3, 60)) },
        EmploymentStatus::Unknown => Employment::Unknown,
    };
    let by = manager(&it, scene, chance);
    it.record_employment_status(EmploymentRecord { month, employment, note: words() }, by, scene.today)
}

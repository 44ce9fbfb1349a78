//! What the timeline says of aftercare and of the months after an integration into work.

use jiff::civil::Date;
use lotse_kernel::explanation::german_date;

use super::late;
use crate::domain::{
    events::{ContactPlanned, ContactTold, EmploymentTold, Integrated},
    vocabulary::{AftercareBasis, ContactOutcome, EmploymentStatus},
};

const fn basis_words(basis: AftercareBasis) -> &'static str {
    match basis {
        AftercareBasis::JobStart => "nach der Arbeitsaufnahme",
        AftercareBasis::HolisticSupport => "ganzheitliche Betreuung nach der Arbeitsaufnahme",
        AftercareBasis::TrainingEnd => "ganzheitliche Betreuung nach der Ausbildung",
        AftercareBasis::FundedJob => "Betreuung während der geförderten Beschäftigung",
        AftercareBasis::FollowOnJob => "Betreuung in der Anschlussbeschäftigung",
        AftercareBasis::SetDate => "bis zum vereinbarten Tag",
    }
}

pub(super) fn began(basis: AftercareBasis, until: Date) -> String {
    format!("Nachbetreuung bis {} ({}).", german_date(until), basis_words(basis))
}

pub(super) fn integrated(known: &Integrated) -> String {
    let day = german_date(known.integrated_on);
    let months = if known.months == 1 { "einen Monat".to_owned() } else { format!("{} Monate", known.months) };
    format!("Integration in Arbeit am {day}; die Beschäftigung wird {months} lang festgestellt.")
}

pub(super) fn employment(told: &EmploymentTold) -> String {
    let found = match told.status {
        EmploymentStatus::SameJob => "beschäftigt, dieselbe Stelle",
        EmploymentStatus::OtherJob => "beschäftigt, andere Stelle",
        EmploymentStatus::NotEmployed => "nicht beschäftigt",
        EmploymentStatus::Unknown => "unbekannt",
    };
    let EmploymentTold { month, ends_on, days_late, .. } = told;
    format!("Beschäftigung im {month}. Monat, bis {}: {found}{}.", german_date(*ends_on), late(*days_late))
}

pub(super) fn planned(planned: &ContactPlanned) -> String {
    format!("Kontakt in der Nachbetreuung vereinbart für {}.", german_date(planned.planned_on))
}

pub(super) fn contact(told: &ContactTold) -> String {
    let found = match told.outcome {
        ContactOutcome::Held => "Kontakt in der Nachbetreuung",
        ContactOutcome::NotReached => "Kontakt in der Nachbetreuung versucht, Person nicht erreicht",
    };
    format!("{found} am {}{}.", german_date(told.contacted_on), late(told.days_late))
}

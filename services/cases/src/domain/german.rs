//! The sentences of the timeline, and the German names of codes inside them.

mod aftercare;
mod alliance;
pub(super) mod assessment;
mod commission;
mod crisis;
mod duties;
mod extension;
mod placement;
mod plan;
mod reopening;
mod teams;

use std::cmp::Ordering;

use jiff::civil::Date;
use lotse_kernel::{
    duty::DutyKind,
    explanation::{german_date, german_day},
};

use super::{
    events::{DutyDue, DutyReplanned, Event, PlanRevised},
    vocabulary::{
        AdmissionBasis, CaseManagerChangeReason, EndReason, HandoverReceiver, ProfileType, RecheckResult,
        RefusalReason, SignalSource, SupportVariant, TechnicalEnd, UnwatchedReason, VariantSwitchAnswer, Voter,
    },
};

pub(super) use duties::duty_ground;

const fn signal_source(source: SignalSource) -> &'static str {
    match source {
        SignalSource::PlacementTalk => "Gespräch mit der Arbeitsvermittlung",
        SignalSource::BenefitsDesk => "Leistungssachbearbeitung",
        SignalSource::EntryZone => "Eingangszone",
        SignalSource::Measure => "Beobachtung in einer Maßnahme",
        SignalSource::Provider => "Rückmeldung eines Trägers",
        SignalSource::EligibilityRecheck => "Prüfung außerhalb bFM",
        SignalSource::OwnRequest => "eigener Wunsch",
        SignalSource::Other => "anderer Anlass",
    }
}

const fn profile(profile_type: ProfileType) -> &'static str {
    match profile_type {
        ProfileType::Marktprofil => "Marktprofil",
        ProfileType::Aktivierungsprofil => "Aktivierungsprofil",
        ProfileType::Foerderprofil => "Förderprofil",
        ProfileType::Entwicklungsprofil => "Entwicklungsprofil",
        ProfileType::Stabilisierungsprofil => "Stabilisierungsprofil",
        ProfileType::Unterstuetzungsprofil => "Unterstützungsprofil",
    }
}

const fn voter(voter: Voter) -> &'static str {
    match voter {
        Voter::CaseManager => "Fallmanagement",
        Voter::PlacementOfficer => "Arbeitsvermittlung",
    }
}

const fn basis(basis: AdmissionBasis) -> &'static str {
    match basis {
        AdmissionBasis::ComplexProfile => "komplexe Profillage mit Aussicht auf Fortschritt",
        AdmissionBasis::ThreeSevereObstacles => "drei schwerwiegende Hemmnisse",
        AdmissionBasis::Prophylaxis => "Vorbeugung gegen Langzeitarbeitslosigkeit",
        AdmissionBasis::Prospect => "Aussicht auf mittelfristige Integration",
    }
}

const fn variant(variant: SupportVariant) -> &'static str {
    match variant {
        SupportVariant::Full => "volle Betreuung",
        SupportVariant::Accompanying => "begleitende Betreuung",
    }
}

const fn change(reason: CaseManagerChangeReason) -> &'static str {
    match reason {
        CaseManagerChangeReason::Leaves => "bisherige Fachkraft scheidet aus",
        CaseManagerChangeReason::Absence => "längere Abwesenheit",
        CaseManagerChangeReason::Caseload => "Ausgleich der Fallzahlen",
        CaseManagerChangeReason::PersonsWish => "Wunsch der betreuten Person",
        CaseManagerChangeReason::Partiality => "Befangenheit oder gestörte Zusammenarbeit",
        CaseManagerChangeReason::Specialised => "Weiterleitung an ein spezialisiertes Fallmanagement",
    }
}

const fn refusal(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::CriteriaNotMet => "Kriterien nicht erfüllt",
        RefusalReason::NoProspect => "kein Fortschritt zu erwarten",
        RefusalReason::CooperationRefused => "notwendige Mitwirkung abgelehnt",
        RefusalReason::NotYet => "noch nicht",
        RefusalReason::Withdrawn => "auf Wunsch der Person",
        RefusalReason::OtherSupport => "andere Unterstützung passt besser",
    }
}

const fn recheck(result: RecheckResult) -> &'static str {
    match result {
        RecheckResult::Unchanged => "weiterhin kein Fortschritt durch bFM zu erwarten",
        RecheckResult::NotYet => "noch nicht",
        RecheckResult::CooperationRefused => "notwendige Mitwirkung abgelehnt",
    }
}

const fn unwatched(reason: UnwatchedReason) -> &'static str {
    match reason {
        UnwatchedReason::InCaseManagement => "Aufnahme in das bFM",
        UnwatchedReason::ProfileNotComplex => "Profillage nicht mehr komplex",
        UnwatchedReason::BenefitEnded => "Ende des Leistungsbezugs",
        UnwatchedReason::Moved => "Umzug",
        UnwatchedReason::Deceased => "Tod",
        UnwatchedReason::Duplicate => "Doppelerfassung",
        UnwatchedReason::CompetenceChanged => "Wechsel der Zuständigkeit",
    }
}

const fn end_reason(reason: EndReason) -> &'static str {
    match reason {
        EndReason::AccessConditionsCeased => "Zugangsvoraussetzungen entfallen",
        EndReason::LastingIntegration => "dauerhafte Integration in Arbeit",
        EndReason::NoImprovement => "keine Verbesserung der Perspektive",
        EndReason::CompetenceChanged => "Wechsel der Zuständigkeit",
        EndReason::AllianceNotViable => "Arbeitsbündnis trägt nicht",
        EndReason::NotEconomical => "Wirtschaftlichkeit nicht mehr gegeben",
    }
}

const fn technical_end(kind: TechnicalEnd) -> &'static str {
    match kind {
        TechnicalEnd::Deceased => "Tod",
        TechnicalEnd::BenefitEnded => "Ende des Leistungsbezugs",
        TechnicalEnd::Moved => "Umzug",
        TechnicalEnd::Duplicate => "Doppelerfassung",
        TechnicalEnd::OpenedInError => "irrtümlich angelegt",
        TechnicalEnd::AccompanyingDone => "begleitende Betreuung ist abgeschlossen",
    }
}

fn late(days: i32) -> String {
    match days {
        0 => String::new(),
        1 => ", 1 Tag verspätet".to_owned(),
        days => format!(", {days} Tage verspätet"),
    }
}

/// The number of a slot where there is more than one.
fn slot(kind: DutyKind, slot: i32) -> String {
    match kind {
        DutyKind::ContinuationReview
        | DutyKind::ExtensionEnd
        | DutyKind::ProviderReport
        | DutyKind::AccompanimentDecision
        | DutyKind::VariantSwitchAnswer
        | DutyKind::ExtensionAnswer
        | DutyKind::ReopeningAnswer
        | DutyKind::CrisisContact
        | DutyKind::AftercareContact
        | DutyKind::ContinuousEmployment => {
            format!(" Nr. {slot}")
        }
        DutyKind::EligibilityRecheck
        | DutyKind::RegularMaximum
        | DutyKind::PlanUpdate
        | DutyKind::TeamDecision
        | DutyKind::GoalDue
        | DutyKind::ProviderAnswer
        | DutyKind::FirstAppointment
        | DutyKind::AbsenceReport
        | DutyKind::ConsentExpiry
        | DutyKind::AbsenceCoverEnd
        | DutyKind::AftercareEnd
        | DutyKind::HandoverAcceptance
        | DutyKind::LegalTrack
        | DutyKind::RetentionEnd
        | DutyKind::ProposalDecision
        | DutyKind::FirstTalk
        | DutyKind::LetterPosting => String::new(),
    }
}

pub(super) fn sentence(event: &Event) -> String {
    match event {
        Event::CaseRegistered {} => "Der Fall wurde angelegt.".to_owned(),
        Event::ProfileRecorded { profile_type } => format!("Profillage festgehalten: {}.", profile(*profile_type)),
        Event::EligibilityRechecked { result, days_late } => {
            format!("Außerhalb bFM geprüft: {}{}.", recheck(*result), late(*days_late))
        }
        Event::WatchEnded { reason } => format!("Prüfung außerhalb bFM entfällt: {}.", unwatched(*reason)),
        Event::TeamChanged { from, to, days_late } => teams::changed(from, to, *days_late),
        Event::TeamKept { team, days_late } => teams::kept(team, *days_late),
        Event::EpisodeProposed { signal_source } => proposed(*signal_source),
        Event::DiscussionScheduled { held_on } => discussion(*held_on),
        Event::VoteCast { voter: who, admit } => {
            format!("Votum {}: {}.", voter(*who), if *admit { "Aufnahme" } else { "keine Aufnahme" })
        }
        Event::VotesDiffered {} => "Die Voten weichen voneinander ab: Die Teamleitung entscheidet.".to_owned(),
        Event::DissentDecided { admit } => dissent_decided(*admit),
        Event::EpisodeAdmitted { assigned_on, basis: rule } => {
            format!("Aufnahme in das bFM, Zuweisung zum {} ({}).", german_date(*assigned_on), basis(*rule))
        }
        Event::EpisodeWaitlisted { basis: rule } => {
            format!("Aufnahme beschlossen ({}), auf der Warteliste, bis ein Platz frei ist.", basis(*rule))
        }
        Event::WaitingEnded { since, out_of_turn } => waiting_ended(*since, *out_of_turn),
        Event::WaitingListLeft { since } => {
            format!("Von der Warteliste gestrichen, dort seit {}.", german_date(*since))
        }
        Event::EpisodeRefused { reason, deviates } => refused(*reason, *deviates),
        Event::FirstTalkHeld { held_on, days_late } => {
            format!("Erstgespräch geführt am {}{}.", german_date(*held_on), late(*days_late))
        }
        Event::EpisodeReferredBack {} => "Rücküberweisung an die Arbeitsvermittlung.".to_owned(),
        Event::VariantSwitchProposed { to } => format!("Wechsel in die {} vorgeschlagen.", variant(*to)),
        Event::VariantSwitchAnswered { to, answer, days_late } => switch_answered(*to, *answer, *days_late),
        Event::AccompanyingDateHeld { held_on, left } => date_held(*held_on, *left),
        Event::FurtherDatesPlanned { dates, days_late } => further_dates(*dates, *days_late),
        Event::AccompanimentDone { days_late } => format!("Begleitende Betreuung abgeschlossen{}.", late(*days_late)),
        Event::SpecialisedCommissioned { target_group, third_party } => commission::begun(*target_group, *third_party),
        Event::CommissionReturned { returned_on } => commission::returned(*returned_on),
        Event::CommissionEndedWithEpisode {} => commission::ended_with_episode(),
        Event::CrisisRecorded { kind, occurred_on } => crisis::recorded(*kind, *occurred_on),
        Event::CrisisContactMade { contacted_on, days_late } => crisis::contact(*contacted_on, *days_late),
        Event::PlacementProposed { number, proposed_on, answer_by } => {
            placement::proposed(*number, *proposed_on, *answer_by)
        }
        Event::PlacementResulted { number, outcome, resulted_on, job_starts_on } => {
            placement::resulted(*number, *outcome, *resulted_on, *job_starts_on)
        }
        Event::AllianceAgreed {} => "Arbeitsbündnis vereinbart.".to_owned(),
        Event::AllianceTurned { state, turned_on } => alliance::turned(*state, *turned_on),
        Event::AssessmentCompleted { profile_type } => {
            format!("Assessment abgeschlossen: {}.", profile(*profile_type))
        }
        Event::PlanActivated { goals, days_late } => plan::activated(*goals, *days_late),
        Event::PlanRevised(PlanRevised { version, added, changed, dropped, days_late }) => {
            plan::revised(*version, [*added, *changed, *dropped], *days_late)
        }
        Event::GoalDetermined { level, outcome, determined_on } => plan::determined(*level, *outcome, *determined_on),
        Event::StepDetermined { party, outcome, determined_on } => plan::step(*party, *outcome, *determined_on),
        Event::DeviationRecorded { occurred_on, consequence } => plan::deviated(*occurred_on, *consequence),
        Event::PlanUpdatePassedOn { due_on } => plan::passed_on(*due_on),
        Event::PlanUpdated { issued_on, days_late } => plan::updated(*issued_on, *days_late),
        Event::ReviewDecided { slot, continued, days_late } => reviewed(*slot, *continued, *days_late),
        Event::ReviewMissed { slot, days_late, .. } => {
            format!("Überprüfung der Fortführung Nr. {slot} versäumt{}.", late(*days_late))
        }
        Event::ExtensionProposed(named) => extension::proposed(named),
        Event::ExtensionApproved(told) => extension::approved(told),
        Event::ExtensionDeclined(told) => extension::declined(told),
        Event::ExtensionWithdrawn(named) => extension::withdrawn(named),
        Event::EpisodeEnded { reason } => format!("bFM beendet: {}.", end_reason(*reason)),
        Event::HandoverAccepted { receiver, days_late } => handed_over(*receiver, *days_late),
        Event::LifeChanged { occurred_on } => life_changed(*occurred_on),
        Event::CaseManagerChanged { reason, informed_on } => case_manager_changed(*reason, *informed_on),
        Event::AftercareBegan { basis, until } => aftercare::began(*basis, *until),
        Event::IntegrationKnown(known) => aftercare::integrated(known),
        Event::EmploymentAnswered(told) => aftercare::employment(told),
        Event::AftercareContactPlanned(planned) => aftercare::planned(planned),
        Event::AftercareContactRecorded(told) => aftercare::contact(told),
        Event::AftercareCompleted {} => "Nachbetreuung mit Abschlussprüfung beendet.".to_owned(),
        Event::EpisodeEndedTechnically { kind } => format!("bFM technisch beendet: {}.", technical_end(*kind)),
        Event::EpisodeClosed {} => "Die Betreuungsepisode ist abgeschlossen.".to_owned(),
        Event::ReopeningProposed { error, extent } => reopening::proposed(*error, *extent),
        Event::ReopeningAnswered { answer } => reopening::answered(*answer),
        Event::EpisodeReopened { phase } => reopening::reopened(*phase),
        Event::ReopeningLapsed {} => reopening::lapsed(),
        Event::DutyOpened(due) => format!("{} möglich, {}.", which(due.kind, due.slot), falls_due(due)),
        Event::DutyReminded(due) => format!("Erinnerung: {}, {}.", which(due.kind, due.slot), falls_due(due)),
        Event::DutyEscalated { kind, slot, times } => {
            format!("Überfällig: {}, {times}. Eskalation.", which(*kind, *slot))
        }
        Event::WorkingDateSet { kind, slot, on } => working_date(&which(*kind, *slot), *on),
        Event::DutyReplanned(DutyReplanned { kind, slot, from, to, policy }) => {
            format!("{}: {} ({policy}).", which(*kind, *slot), replanned(*from, *to))
        }
    }
}

fn falls_due(due: &DutyDue) -> String {
    format!("fällig am {}", german_date(due.due_on))
}

fn proposed(source: SignalSource) -> String {
    format!("bFM wurde vorgeschlagen (Anlass: {}).", signal_source(source))
}

fn discussion(held_on: Date) -> String {
    format!("Fallerörterung angesetzt für {}.", german_date(held_on))
}

fn life_changed(occurred_on: Date) -> String {
    format!("Veränderte Lebenssituation am {}: Das Assessment beginnt neu.", german_date(occurred_on))
}

fn case_manager_changed(reason: CaseManagerChangeReason, informed_on: Date) -> String {
    format!("Wechsel im Fallmanagement: {}; mitgeteilt am {}.", change(reason), german_date(informed_on))
}

fn working_date(which: &str, on: Date) -> String {
    format!("{which}: neuer Bearbeitungstermin {}; bis dahin keine Eskalation.", german_date(on))
}

/// The duty with its number, where it has one.
fn which(kind: DutyKind, number: i32) -> String {
    format!("{}{}", kind.german(), slot(kind, number))
}

fn reviewed(slot: i32, continued: bool, days_late: i32) -> String {
    let decided = if continued { "Fortführung" } else { "Beendigung" };
    format!("Überprüfung der Fortführung Nr. {slot}: {decided}{}.", late(days_late))
}

fn handed_over(receiver: HandoverReceiver, days_late: i32) -> String {
    let done = match receiver {
        HandoverReceiver::PlacementOfficer => "Übergabe an die Arbeitsvermittlung angenommen",
        HandoverReceiver::CompetentBody => "Zuständige Stelle über den Wechsel unterrichtet",
        HandoverReceiver::None => "Keine Übergabe: Hilfebedürftigkeit ist entfallen",
    };
    format!("{done}{}.", late(days_late))
}

fn switch_answered(to: SupportVariant, answer: VariantSwitchAnswer, days_late: i32) -> String {
    let outcome = match answer {
        VariantSwitchAnswer::Agreed => "vereinbart",
        VariantSwitchAnswer::Declined => "abgelehnt",
        VariantSwitchAnswer::Withdrawn => "zurückgezogen",
    };
    format!("Wechsel in die {} {outcome}{}.", variant(to), late(days_late))
}

fn date_held(held_on: Date, left: i32) -> String {
    let rest = if left == 0 { "der letzte geplante".to_owned() } else { format!("noch {left} geplant") };
    format!("Termin der begleitenden Betreuung am {}, {rest}.", german_date(held_on))
}

fn further_dates(dates: i32, days_late: i32) -> String {
    let planned = if dates == 1 { "1 weiterer Termin".to_owned() } else { format!("{dates} weitere Termine") };
    format!("Begleitende Betreuung: {planned} geplant{}.", late(days_late))
}

/// What became of a day that was computed anew.
fn replanned(from: Date, to: Option<Date>) -> String {
    let (was, now) = (german_day(from), to.map(german_day));
    match (to.map(|to| to.cmp(&from)), now) {
        (Some(Ordering::Less), Some(now)) => format!("schon am {now} statt am {was} fällig"),
        (Some(Ordering::Greater), Some(now)) => format!("erst am {now} statt am {was} fällig"),
        (Some(Ordering::Equal), Some(now)) => format!("weiterhin am {now} fällig, mit anderen Tagen davor oder danach"),
        (None, _) | (_, None) => format!("am {was} nicht mehr fällig, wird neu angesetzt"),
    }
}

fn dissent_decided(admit: bool) -> String {
    let decided = if admit { "Aufnahme" } else { "keine Aufnahme" };
    format!("Die Teamleitung hat über die abweichenden Voten entschieden: {decided}.")
}

fn waiting_ended(since: Date, out_of_turn: bool) -> String {
    let turn = if out_of_turn { "außer der Reihe" } else { "der Reihe nach" };
    format!("Von der Warteliste genommen {turn}, dort seit {}.", german_date(since))
}

fn refused(reason: RefusalReason, deviates: bool) -> String {
    let deviation = if deviates { ", begründete Abweichung vom Regelfall" } else { "" };
    format!("Keine Aufnahme in das bFM: {}{deviation}.", refusal(reason))
}

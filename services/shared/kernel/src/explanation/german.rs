//! The steps in German.

use jiff::civil::{Date, Weekday};

use super::{Choice, Event, Step, StepAction};
use crate::legal::{
    FreeDay, LengthUnit, MonthPoint, Shift,
    notification::{Channel, Proof},
    remedy::ObjectionGround,
};

/// A date as files write it: `09.09.2026`.
#[must_use]
pub fn day(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

/// A date as letters and files write it, with its weekday: `Mittwoch, 09.09.2026`.
#[must_use]
pub fn long_date(date: Date) -> String {
    format!("{}, {}", weekday(date), day(date))
}

pub(super) fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "Montag",
        Weekday::Tuesday => "Dienstag",
        Weekday::Wednesday => "Mittwoch",
        Weekday::Thursday => "Donnerstag",
        Weekday::Friday => "Freitag",
        Weekday::Saturday => "Samstag",
        Weekday::Sunday => "Sonntag",
    }
}

pub(super) const fn event_words(event: Event) -> &'static str {
    match event {
        Event::Assignment => "Zuweisung in das bFM",
        Event::Proposal => "Vorschlag für das bFM",
        Event::JobStart => "Beginn der Beschäftigung",
        Event::ReferralSent => "Versand der Zuweisung an den Träger",
        Event::ServiceStart => "Beginn der Leistung",
        Event::LetterOffered => "Bereitstellung des Schreibens zum Versand",
        Event::LastCheck => "Letzte Prüfung",
        Event::PlanIssued => "Ausstellung oder letzte Fortschreibung des Plans",
        Event::Notice => "Bekanntgabe",
        Event::Breach => "Pflichtverletzung",
        Event::ReductionFinding => "Feststellung der Minderung",
        Event::MediationOpening => "Beginn des Schlichtungsverfahrens",
        Event::TrainingEnd => "Ende der Ausbildung",
        Event::Integration => "Integration in Arbeit",
        Event::ReferralAccepted => "Zusage des Trägers",
        Event::WorkOpportunityStart => "Eintritt in die erste Arbeitsgelegenheit",
        Event::ReportedMonthEnd => "Ende des Meldemonats",
        Event::EndOfCare => "Ende der Betreuung",
        Event::LastPlannedDate => "Letzter geplanter Termin der begleitenden Betreuung",
        Event::SwitchProposal => "Vorschlag, die Betreuungsvariante zu wechseln",
        Event::CrisisRecord => "Meldung der Krise oder des gefährdeten Arbeitsplatzes",
        Event::ExtensionProposal => "Vorschlag der Verlängerung",
        Event::Closing => "Abschluss der Betreuungsepisode",
        Event::Birth => "Geburt",
        Event::Other => "Ereignis",
    }
}

/// A number of units in the nominative and the dative: `6 Monate`, `von 6 Monaten`.
pub(super) fn counted(count: i32, unit: LengthUnit, is_dative: bool) -> String {
    let (one, many, dative) = match unit {
        LengthUnit::Days => ("Tag", "Tage", "Tagen"),
        LengthUnit::WorkingDays => ("Arbeitstag", "Arbeitstage", "Arbeitstagen"),
        LengthUnit::Weeks => ("Woche", "Wochen", "Wochen"),
        LengthUnit::HalfMonths => ("halber Monat", "halbe Monate", "halben Monaten"),
        LengthUnit::Months => ("Monat", "Monate", "Monaten"),
        LengthUnit::Quarters => ("Vierteljahr", "Vierteljahre", "Vierteljahren"),
        LengthUnit::HalfYears => ("halbes Jahr", "halbe Jahre", "halben Jahren"),
        LengthUnit::Years => ("Jahr", "Jahre", "Jahren"),
    };
    let word = match (count, is_dative) {
        (1, true) if matches!(unit, LengthUnit::HalfMonths) => "halben Monat",
        (1, true) if matches!(unit, LengthUnit::HalfYears) => "halben Jahr",
        (1, _) => one,
        (_, true) => dative,
        (_, false) => many,
    };
    format!("{count} {word}")
}

/// The sentence of § 188 and § 189 BGB that ends a period of this unit.
pub(super) const fn end_basis(unit: LengthUnit) -> &'static str {
    match unit {
        LengthUnit::Days => " (§ 188 Abs. 1 BGB)",
        LengthUnit::WorkingDays => "",
        LengthUnit::HalfMonths => " (§ 188 Abs. 1, § 189 Abs. 1 BGB)",
        LengthUnit::Weeks | LengthUnit::Months | LengthUnit::Years => " (§ 188 Abs. 2 BGB)",
        LengthUnit::Quarters | LengthUnit::HalfYears => " (§ 188 Abs. 2, § 189 Abs. 1 BGB)",
    }
}

pub(super) const fn free_words(free: FreeDay) -> &'static str {
    match free {
        FreeDay::Saturday => "Samstag",
        FreeDay::Sunday => "Sonntag",
        FreeDay::Holiday(holiday) => holiday.german(),
    }
}

pub(super) const fn stay_reason(shift: Shift) -> &'static str {
    match shift {
        Shift::SocialProcedure | Shift::CivilLaw | Shift::SocialCourt => "kein Arbeitstag folgt",
        Shift::NotifiedDay => {
            "Der Tag wurde unter Hinweis auf die Vorschrift als Ende mitgeteilt (§ 26 Abs. 3 Satz 2 SGB X)"
        }
        Shift::ServicePeriod => "Ein Leistungszeitraum endet mit seinem letzten Tag (§ 26 Abs. 4 SGB X)",
        Shift::AuthorityAppointment => "Ein von der Behörde gesetzter Termin ist einzuhalten (§ 26 Abs. 5 SGB X)",
        Shift::InternalDuty => "Die Frist ist keinem Beteiligten gesetzt (§ 26 Abs. 3 SGB X gilt nicht)",
        Shift::DeemedNotice => "Der Tag der Bekanntgabe ist kein Fristende (§ 37 Abs. 2 SGB X)",
        Shift::Age => "Ein Lebensalter wird an seinem Tag erreicht (§ 187 Abs. 2 Satz 2 BGB)",
    }
}

pub(super) const fn choice_words(choice: Choice) -> &'static str {
    match choice {
        Choice::LikeNumberedDay => {
            "Ob nach einem Monatsletzten bis zum Monatsletzten weiterzurechnen ist, lässt § 190 BGB offen; nach der Richtlinie gilt der Tag gleicher Zahl, weil der frühere Tag für eine Höchstdauer der sichere ist"
        }
        Choice::MonthEnd => {
            "Ob nach einem Monatsletzten bis zum Monatsletzten weiterzurechnen ist, lässt § 190 BGB offen; nach der Richtlinie gilt der Monatsletzte, weil die bisherige Frist volle Monate umfasste"
        }
        Choice::AskedLikeNumberedDay => {
            "Ob nach einem Monatsletzten bis zum Monatsletzten weiterzurechnen ist, lässt § 190 BGB offen; gerechnet ist hier bis zum Tag gleicher Zahl, dem früheren und für den, der die Frist wahren muss, sicheren"
        }
        Choice::AskedMonthEnd => {
            "Ob nach einem Monatsletzten bis zum Monatsletzten weiterzurechnen ist, lässt § 190 BGB offen; gefragt ist hier nach dem Monatsletzten"
        }
        Choice::JobStartNotCounted => {
            "Ob der Tag der Arbeitsaufnahme zählt, lässt § 16g Abs. 2 SGB II offen; nach der Richtlinie zählt er nicht mit, weil die Frist so niemandem einen Tag nimmt"
        }
        Choice::JobStartCounted => {
            "Ob der Tag der Arbeitsaufnahme zählt, lässt § 16g Abs. 2 SGB II offen; nach der Richtlinie zählt er mit, weil die Beschäftigung mit dem Beginn des Tages aufgenommen ist"
        }
        Choice::LongestInterval => {
            "Vereinbart war ein längerer Abstand; es gilt der längste, den die Richtlinie zulässt"
        }
    }
}

const fn sent_words(channel: Channel) -> &'static str {
    match channel {
        Channel::Post => "Zur Post gegeben",
        Channel::Electronic => "Elektronisch abgesandt",
        Channel::Portal => "Benachrichtigung über die Bereitstellung zum Abruf abgesandt",
    }
}

pub(super) const fn proof_words(proof: Proof) -> &'static str {
    match proof {
        Proof::HandedOver => "persönlich übergeben (§ 37 Abs. 1 SGB X)",
        Proof::ServiceCertificate => "laut Zustellungsurkunde zugestellt (§ 37 Abs. 5 SGB X, § 3 VwZG)",
        Proof::LaterReceipt => "nachweislich erst dann zugegangen (§ 37 Abs. 2 Satz 3 SGB X)",
        Proof::ReceiptAbroad => {
            "im Ausland nachweislich zugegangen (§ 37 Abs. 1 SGB X; die Vermutung gilt nur im Inland)"
        }
        Proof::Retrieval => {
            "an diesem Tag abgerufen; die Benachrichtigung kam nicht nachweislich oder nicht rechtzeitig an (§ 37 Abs. 2a Satz 6, 7 SGB X)"
        }
    }
}

pub(super) const fn ground_words(ground: ObjectionGround) -> &'static str {
    match ground {
        ObjectionGround::Regular => "Widerspruch binnen eines Monats (§ 84 Abs. 1 Satz 1 SGG)",
        ObjectionGround::Abroad => {
            "Widerspruch binnen drei Monaten, weil im Ausland bekannt gegeben (§ 84 Abs. 1 Satz 2 SGG)"
        }
        ObjectionGround::FaultyInstruction => {
            "Widerspruch binnen eines Jahres, weil die Rechtsbehelfsbelehrung fehlt oder unrichtig ist (§ 66 Abs. 2 SGG)"
        }
    }
}

pub(super) const fn point_words(point: MonthPoint) -> &'static str {
    match point {
        MonthPoint::Beginning => "Anfang des Monats",
        MonthPoint::Middle => "Mitte des Monats",
        MonthPoint::End => "Ende des Monats",
    }
}

/// An age in the nominative or the dative: `67 Jahre`, `von 66 Jahren und 4 Monaten`.
pub(super) fn age_words(years: i32, months: i32, is_dative: bool) -> String {
    let years = counted(years, LengthUnit::Years, is_dative);
    if months == 0 { years } else { format!("{years} und {}", counted(months, LengthUnit::Months, is_dative)) }
}

pub(super) fn sentence(step: &Step) -> String {
    let day = long_date(step.on);
    let months = |count| counted(count, LengthUnit::Months, true);
    match step.action {
        StepAction::EventDay { event } => {
            format!("{} am {day}; dieser Tag zählt nicht mit (§ 187 Abs. 1 BGB).", event_words(event))
        }
        StepAction::StartDay { event: Event::Other } => {
            format!("Die Frist beginnt am {day}; dieser Tag zählt mit (§ 187 Abs. 2 BGB).")
        }
        StepAction::StartDay { event } => {
            format!("{} am {day}; dieser Tag zählt mit (§ 187 Abs. 2 BGB).", event_words(event))
        }
        StepAction::SetDate => format!("Der Tag ist festgesetzt: {day}."),
        StepAction::ContinuesFormerLimit => {
            format!("Die neue Frist wird vom Ablauf der bisherigen an berechnet, {day} (§ 190 BGB).")
        }
        StepAction::PeriodEnd { count, unit } => {
            format!("Die Frist von {} endet mit Ablauf von {day}{}.", counted(count, unit, true), end_basis(unit))
        }
        StepAction::PeriodEndShortMonth { count, unit } => format!(
            "Der Frist von {} fehlt im letzten Monat der maßgebende Tag; sie endet mit Ablauf des Monatsletzten, {day} (§ 188 Abs. 3 BGB).",
            counted(count, unit, true)
        ),
        StepAction::HalfMonthLast => {
            format!("Die 15 Tage des halben Monats zählen zuletzt: bis zum Ablauf von {day} (§ 189 Abs. 2 BGB).")
        }
        StepAction::MonthPoint { point } => format!("{}: {day} (§ 192 BGB).", point_words(point)),
        StepAction::NextMonthStart => format!("Beginn des folgenden Kalendermonats: {day}."),
        StepAction::PolicyChoice { choice } => format!("{}: {day}.", choice_words(choice)),
        StepAction::ContinuedToMonthEnd => {
            format!(
                "Die bisherige Frist endete am Monatsletzten; die neue endet ebenfalls am Monatsletzten, {day} (§ 190 BGB)."
            )
        }
        StepAction::FreeDay { free } => format!("{day}, ist kein Arbeitstag: {}.", free_words(free)),
        StepAction::HolidayNotKnown { holiday } => format!(
            "Ob am {day} hier {} als Feiertag gilt, hängt von der Gemeinde ab und ist nicht bekannt; der Tag zählt als Arbeitstag.",
            holiday.german()
        ),
        StepAction::StaysOnFreeDay { shift } => {
            format!("Es bleibt bei {day}, obwohl dies kein Arbeitstag ist: {}.", stay_reason(shift))
        }
        StepAction::MovedToWorkingDay { shift } => {
            format!("Die Frist endet mit Ablauf des nächsten Werktags, {day} ({}).", shift.legal_basis())
        }
        StepAction::TargetWorkingDay => format!("Anzustreben ist der letzte Arbeitstag bis dahin: {day}."),
        StepAction::TargetBroughtForward => {
            format!("Weil sich die Aufgaben einer Fachkraft auf den Tagen bis dahin häufen, ist anzustreben: {day}.")
        }
        StepAction::Sent { channel } => format!("{} am {day}.", sent_words(channel)),
        StepAction::DeemedNotice { days } => {
            format!("Gilt am {days}. Tag danach als bekannt gegeben: {day} (§ 37 Abs. 2 SGB X).")
        }
        StepAction::ProvenNotice { proof } => format!("Bekannt gegeben am {day}: {}.", proof_words(proof)),
        StepAction::ObjectionPeriod { ground } => format!("{}, gerechnet ab {day}.", ground_words(ground)),
        StepAction::AgeCompleted { years, months } => format!(
            "Das Alter von {} ist vollendet mit Ablauf von {day} (§ 187 Abs. 2 Satz 2, § 188 Abs. 2 BGB).",
            age_words(years, months, true)
        ),
        StepAction::OpensBefore { days } => {
            format!("Möglich ab {day}, {} vor der Fälligkeit.", counted(days, LengthUnit::Days, false))
        }
        StepAction::OpensAfterFormerSlot => format!("Erst ab {day}, denn bis dahin läuft die vorige noch."),
        StepAction::OpensAfterMonths { months: count } => format!("Möglich ab {day}, nach {}.", months(count)),
        StepAction::OpensAtOnce => format!("Möglich sofort, ab {day}."),
        StepAction::RemindsAfterMonths { months: count } => format!("Erinnerung am {day}, nach {}.", months(count)),
        StepAction::RemindsWhenDue => format!("Erinnerung am Tag der Fälligkeit, {day}."),
        StepAction::Grace { days } => format!(
            "Rechtzeitig bis zum Ablauf von {day} ({} Karenz), danach überfällig.",
            counted(days, LengthUnit::WorkingDays, false)
        ),
        StepAction::NoGrace => format!("Rechtzeitig bis zum Ablauf von {day}, danach überfällig."),
    }
}

//! The steps in English.

use jiff::civil::{Date, Weekday};

use super::{Choice, Event, Step, StepAction};
use crate::legal::{
    FreeDay, LengthUnit, MonthPoint, Shift,
    notification::{Channel, Proof},
    remedy::ObjectionGround,
};

/// A date with its weekday: `Wednesday 2026-09-09`.
#[must_use]
pub fn long_date(day: Date) -> String {
    format!("{} {day}", weekday(day))
}

pub(super) fn weekday(day: Date) -> &'static str {
    match day.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

pub(super) const fn event_words(event: Event) -> &'static str {
    match event {
        Event::Assignment => "Assignment to case management",
        Event::Proposal => "Proposal of case management",
        Event::JobStart => "Start of the job",
        Event::ReferralSent => "Sending of the referral",
        Event::ServiceStart => "Start of the service",
        Event::LetterOffered => "Letter given out for posting",
        Event::LastCheck => "Last check",
        Event::PlanIssued => "Issue or last update of the plan",
        Event::Notice => "Notice",
        Event::Breach => "Breach of duty",
        Event::ReductionFinding => "Finding of the reduction",
        Event::MediationOpening => "Opening of the mediation",
        Event::TrainingEnd => "End of the training",
        Event::Integration => "Integration into work",
        Event::ReferralAccepted => "Acceptance by the provider",
        Event::WorkOpportunityStart => "Start of the first work opportunity",
        Event::ReportedMonthEnd => "End of the reported month",
        Event::EndOfCare => "End of care",
        Event::LastPlannedDate => "Last planned date of accompanying care",
        Event::SwitchProposal => "Proposal to switch the support variant",
        Event::CrisisRecord => "Record of the crisis",
        Event::ExtensionProposal => "Proposal of the extension",
        Event::Closing => "Closing of the episode",
        Event::Birth => "Birth",
        Event::Other => "Event",
    }
}

pub(super) fn counted(count: i32, unit: LengthUnit) -> String {
    let unit = match unit {
        LengthUnit::Days => "day",
        LengthUnit::WorkingDays => "working day",
        LengthUnit::Weeks => "week",
        LengthUnit::HalfMonths => "half-month",
        LengthUnit::Months => "month",
        LengthUnit::Quarters => "quarter",
        LengthUnit::HalfYears => "half-year",
        LengthUnit::Years => "year",
    };
    if count == 1 { format!("1 {unit}") } else { format!("{count} {unit}s") }
}

/// The sentence of § 188 and § 189 BGB that ends a period of this unit.
pub(super) const fn end_basis(unit: LengthUnit) -> &'static str {
    match unit {
        LengthUnit::Days => " (§ 188(1) BGB)",
        LengthUnit::WorkingDays => "",
        LengthUnit::HalfMonths => " (§ 188(1), § 189(1) BGB)",
        LengthUnit::Weeks | LengthUnit::Months | LengthUnit::Years => " (§ 188(2) BGB)",
        LengthUnit::Quarters | LengthUnit::HalfYears => " (§ 188(2), § 189(1) BGB)",
    }
}

pub(super) const fn free_words(free: FreeDay) -> &'static str {
    match free {
        FreeDay::Saturday => "Saturday",
        FreeDay::Sunday => "Sunday",
        FreeDay::Holiday(holiday) => holiday.english(),
    }
}

pub(super) const fn stay_reason(shift: Shift) -> &'static str {
    match shift {
        Shift::SocialProcedure | Shift::CivilLaw | Shift::SocialCourt => "no working day follows",
        Shift::NotifiedDay => "the day was told as the end with reference to the rule (§ 26(3) sentence 2 SGB X)",
        Shift::ServicePeriod => "a period of benefits or services ends with its last day (§ 26(4) SGB X)",
        Shift::AuthorityAppointment => "an appointment fixed by the authority is to be kept (§ 26(5) SGB X)",
        Shift::InternalDuty => "the period is not set to a party (§ 26(3) SGB X does not apply)",
        Shift::DeemedNotice => "the day of the notice is no end of a period (§ 37(2) SGB X)",
        Shift::Age => "an age is reached on its day (§ 187(2) sentence 2 BGB)",
    }
}

/// The law that moves an end, as English texts cite it.
pub(super) const fn moved_by(shift: Shift) -> &'static str {
    match shift {
        Shift::SocialProcedure => "§ 26(3) SGB X",
        Shift::CivilLaw => "§ 193 BGB",
        Shift::SocialCourt => "§ 64(3) SGG",
        Shift::NotifiedDay
        | Shift::ServicePeriod
        | Shift::AuthorityAppointment
        | Shift::InternalDuty
        | Shift::DeemedNotice
        | Shift::Age => "it stays",
    }
}

pub(super) const fn choice_words(choice: Choice) -> &'static str {
    match choice {
        Choice::LikeNumberedDay => {
            "Whether to count on to the month's end after a month's last day is left open by § 190 BGB; policy takes the like-numbered day, because the earlier day is the safe one for a maximum"
        }
        Choice::MonthEnd => {
            "Whether to count on to the month's end after a month's last day is left open by § 190 BGB; policy takes the month's end, because the former period comprised whole months"
        }
        Choice::AskedLikeNumberedDay => {
            "§ 190 BGB leaves open whether to go on from a month's end to a month's end; counted here is to the day of the same number, the earlier one and the safe one for who has to keep the period"
        }
        Choice::AskedMonthEnd => {
            "§ 190 BGB leaves open whether to go on from a month's end to a month's end; asked for here is the month's end"
        }
        Choice::JobStartNotCounted => {
            "Whether the day of the job start counts is left open by § 16g(2) SGB II; policy does not count it, because so nobody loses a day"
        }
        Choice::JobStartCounted => {
            "Whether the day of the job start counts is left open by § 16g(2) SGB II; policy counts it, because the job begins with the start of the day"
        }
        Choice::LongestInterval => "A longer interval was agreed; the longest that policy allows counts",
    }
}

const fn sent_words(channel: Channel) -> &'static str {
    match channel {
        Channel::Post => "Given to the post",
        Channel::Electronic => "Sent electronically",
        Channel::Portal => "Notification of the provision for retrieval sent",
    }
}

pub(super) const fn proof_words(proof: Proof) -> &'static str {
    match proof {
        Proof::HandedOver => "handed over in person (§ 37(1) SGB X)",
        Proof::ServiceCertificate => "served according to the certificate (§ 37(5) SGB X, § 3 VwZG)",
        Proof::LaterReceipt => "proven to have arrived only then (§ 37(2) sentence 3 SGB X)",
        Proof::ReceiptAbroad => "proven to have arrived abroad (§ 37(1) SGB X; nothing is deemed outside Germany)",
        Proof::Retrieval => {
            "retrieved that day; the notification is not proven to have come, or came late (§ 37(2a) sentences 6, 7 SGB X)"
        }
    }
}

pub(super) const fn ground_words(ground: ObjectionGround) -> &'static str {
    match ground {
        ObjectionGround::Regular => "Objection within one month (§ 84(1) sentence 1 SGG)",
        ObjectionGround::Abroad => {
            "Objection within three months, because notice was given abroad (§ 84(1) sentence 2 SGG)"
        }
        ObjectionGround::FaultyInstruction => {
            "Objection within one year, because the instruction on the remedy is missing or wrong (§ 66(2) SGG)"
        }
    }
}

pub(super) const fn point_words(point: MonthPoint) -> &'static str {
    match point {
        MonthPoint::Beginning => "Beginning of the month",
        MonthPoint::Middle => "Middle of the month",
        MonthPoint::End => "End of the month",
    }
}

/// An age: `67 years` or `66 years and 4 months`.
pub(super) fn age_words(years: i32, months: i32) -> String {
    let years = counted(years, LengthUnit::Years);
    if months == 0 { years } else { format!("{years} and {}", counted(months, LengthUnit::Months)) }
}

pub(super) fn sentence(step: &Step) -> String {
    let day = long_date(step.on);
    match step.action {
        StepAction::EventDay { event } => {
            format!("{} on {day}; this day is not counted (§ 187(1) BGB).", event_words(event))
        }
        StepAction::StartDay { event } => {
            format!("{} on {day}; this day is counted (§ 187(2) BGB).", event_words(event))
        }
        StepAction::SetDate => format!("The day was set: {day}."),
        StepAction::ContinuesFormerLimit => {
            format!("The new period is computed from the expiry of the former one, {day} (§ 190 BGB).")
        }
        StepAction::PeriodEnd { count, unit } => {
            format!("The period of {} ends at the end of {day}{}.", counted(count, unit), end_basis(unit))
        }
        StepAction::PeriodEndShortMonth { count, unit } => format!(
            "The last month of the period of {} lacks the day that governs the end; it ends at the end of the month's last day, {day} (§ 188(3) BGB).",
            counted(count, unit)
        ),
        StepAction::HalfMonthLast => {
            format!("The 15 days of the half-month count last: to the end of {day} (§ 189(2) BGB).")
        }
        StepAction::MonthPoint { point } => format!("{}: {day} (§ 192 BGB).", point_words(point)),
        StepAction::NextMonthStart => format!("Beginning of the following calendar month: {day}."),
        StepAction::PolicyChoice { choice } => format!("{}: {day}.", choice_words(choice)),
        StepAction::ContinuedToMonthEnd => {
            format!("The former period ended on a month's last day, and so does the new one, {day} (§ 190 BGB).")
        }
        StepAction::FreeDay { free } => format!("{day} is no working day: {}.", free_words(free)),
        StepAction::HolidayNotKnown { holiday } => format!(
            "Whether {} is a holiday here on {day} depends on the municipality and is not known; the day counts as a working day.",
            holiday.english()
        ),
        StepAction::StaysOnFreeDay { shift } => {
            format!("It stays on {day} although this is no working day: {}.", stay_reason(shift))
        }
        StepAction::MovedToWorkingDay { shift } => {
            format!("The period ends at the end of the next working day, {day} ({}).", moved_by(shift))
        }
        StepAction::TargetWorkingDay => format!("The day to aim for is the last working day until then: {day}."),
        StepAction::TargetBroughtForward => {
            format!("Because much of one officer's work falls on the days until then, the day to aim for is {day}.")
        }
        StepAction::Sent { channel } => format!("{} on {day}.", sent_words(channel)),
        StepAction::DeemedNotice { days } => {
            format!("Deemed known on day {days} after that: {day} (§ 37(2) SGB X).")
        }
        StepAction::ProvenNotice { proof } => format!("Known on {day}: {}.", proof_words(proof)),
        StepAction::ObjectionPeriod { ground } => format!("{}, counted from {day}.", ground_words(ground)),
        StepAction::AgeCompleted { years, months } => format!(
            "The age of {} is completed at the end of {day} (§ 187(2) sentence 2, § 188(2) BGB).",
            age_words(years, months)
        ),
        StepAction::OpensBefore { days } => {
            format!("Possible from {day} on, {} before it is due.", counted(days, LengthUnit::Days))
        }
        StepAction::OpensAfterFormerSlot => {
            format!("Not before {day}, for until then the one before is still in time.")
        }
        StepAction::OpensAfterMonths { months } => {
            format!("Possible from {day} on, after {}.", counted(months, LengthUnit::Months))
        }
        StepAction::OpensAtOnce => format!("Possible at once, from {day} on."),
        StepAction::RemindsAfterMonths { months } => {
            format!("Reminder on {day}, after {}.", counted(months, LengthUnit::Months))
        }
        StepAction::RemindsWhenDue => format!("Reminder on the day it is due, {day}."),
        StepAction::Grace { days } => format!(
            "In time until the end of {day} (grace of {}), overdue afterwards.",
            counted(days, LengthUnit::WorkingDays)
        ),
        StepAction::NoGrace => format!("In time until the end of {day}, overdue afterwards."),
    }
}

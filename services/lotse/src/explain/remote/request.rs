//! Questions of the clock as the contract writes them.

use lotse_kernel::{
    deadlines::{ExtensionLength, named::TimerQuestion},
    defaults::ContinuationAnchor,
    legal::{
        age::AgeQuestion,
        notification::{Channel, Delivery},
        question::{Known, ObjectionQuestion, PeriodQuestion, Start},
    },
};
use lotse_platform::fields::contract_date;
use lotse_proto::cases as contract;

/// The contract's number of a code of the kernel, which share their words.
pub(super) fn named<E: Into<i32> + Default>(find: fn(&str) -> Option<E>, prefix: &str, code: &str) -> i32 {
    find(&format!("{prefix}{code}")).unwrap_or_default().into()
}

/// A period.
pub(super) fn period(asked: &PeriodQuestion) -> contract::PeriodQuestion {
    use contract::period_question::Start as From;
    let is_extended = matches!(asked.start, Start::FormerEnd(_));
    contract::PeriodQuestion {
        start: Some(match asked.start {
            Start::Event(on) => From::EventDate(contract_date(on)),
            Start::StartOfDay(on) => From::FirstDate(contract_date(on)),
            Start::FormerEnd(on) => From::FormerEndDate(contract_date(on)),
        }),
        length: asked.length.map(|length| contract::Length {
            count: length.count(),
            unit: named(contract::LengthUnit::from_str_name, "LENGTH_UNIT_", length.unit().code()),
            and_half_month: length.has_half_month(),
        }),
        number: asked.number,
        month_point: asked
            .point
            .map_or(0, |point| named(contract::MonthPoint::from_str_name, "MONTH_POINT_", point.code())),
        end_rule: named(contract::EndRule::from_str_name, "END_RULE_", asked.end_rule.code()),
        grace_working_days: asked.grace.0,
        // Only after an old period is there anything that counts on.
        anchor: match asked.anchor {
            ContinuationAnchor::MonthEnd if is_extended => contract::ContinuationAnchor::MonthEnd.into(),
            _ => 0,
        },
    }
}

/// A timer.
pub(super) fn timer(asked: &TimerQuestion) -> contract::TimerQuestion {
    use contract::timer_question::Extension;
    contract::TimerQuestion {
        timer: named(contract::LegalTimer::from_str_name, "LEGAL_TIMER_", asked.timer.code()),
        from_date: Some(contract_date(asked.from)),
        fact_date: asked.fact_on.map(contract_date),
        number: asked.number,
        extension: asked.extension.map(|extension| match extension {
            ExtensionLength::Months(months) => Extension::ExtensionMonths(months.0),
            ExtensionLength::Until(until) => Extension::ExtensionUntilDate(contract_date(until)),
        }),
        interval_months: asked.interval.map_or(0, |months| months.0),
        last_review_date: asked.last_review_on.map(contract_date),
        former_due_date: asked.former_due_on.map(contract_date),
    }
}

/// How an act reached the person.
pub(super) fn notice(delivery: &Delivery) -> contract::NoticeQuestion {
    use contract::DeliveryWay as Way;
    let (way, sent_on, received_on) = match *delivery {
        Delivery::Sent { channel, sent_on, received_on } => {
            let way = match channel {
                Channel::Post => Way::Post,
                Channel::Electronic => Way::Electronic,
                Channel::Portal => Way::Portal,
            };
            (way, sent_on, received_on)
        }
        Delivery::Retrieved { sent_on, retrieved_on } => (Way::PortalDenied, sent_on, Some(retrieved_on)),
        Delivery::PostedAbroad { posted_on, received_on } => (Way::PostAbroad, posted_on, Some(received_on)),
        Delivery::HandedOver { on } => (Way::HandedOver, on, None),
        Delivery::Served { on } => (Way::ServiceCertificate, on, None),
    };
    contract::NoticeQuestion {
        way: way.into(),
        sent_date: Some(contract_date(sent_on)),
        received_date: received_on.map(contract_date),
    }
}

/// When an age is completed.
pub(super) fn age(asked: AgeQuestion) -> contract::AgeQuestion {
    contract::AgeQuestion { birth_date: Some(contract_date(asked.born_on)), years: asked.years.unwrap_or_default() }
}

/// Until when an objection may be made.
pub(super) fn objection(asked: &ObjectionQuestion) -> contract::ObjectionQuestion {
    use contract::objection_question::Known as From;
    contract::ObjectionQuestion {
        known: Some(match &asked.known {
            Known::On(day) => From::NoticeDate(contract_date(*day)),
            Known::By(delivery) => From::Delivery(notice(delivery)),
        }),
        abroad: asked.is_abroad,
        instruction_missing_or_wrong: !asked.is_instruction_right,
    }
}

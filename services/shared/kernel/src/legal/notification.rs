//! When an administrative act is known ("Bekanntgabe"): § 37 SGB X, and formal service.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{
    around::{Surroundings, Unanswered},
    calendar::Calendar,
    computation::{Basis, Computation},
    fault::{LegalFault, Reason},
    length::{Length, LengthUnit},
    period::{self, Beginning},
    read::known_day,
    shift::Shift,
};
use crate::{
    explanation::{Explanation, StepAction},
    policy::{
        book::Governing,
        rules::{NoticeFiction, Rule as _},
    },
};

crate::codes! {
    /// How an act was sent so that the law deems it known after some days.
    pub enum Channel {
        /// By post within Germany (§ 37 Abs. 2 Satz 1 SGB X).
        Post = "POST",
        /// Electronically, within Germany or abroad (§ 37 Abs. 2 Satz 2 SGB X).
        Electronic = "ELECTRONIC",
        /// Provided for retrieval, with a notification sent electronically (§ 37 Abs. 2a SGB X); needs consent.
        Portal = "PORTAL",
    }
}

crate::codes! {
    /// How it is proven that an act arrived.
    pub enum Proof {
        /// Handed over in person.
        HandedOver = "HANDED_OVER",
        /// Certificate of service ("Postzustellungsurkunde", § 3 VwZG): the day it states, also of a substitute service.
        ServiceCertificate = "SERVICE_CERTIFICATE",
        /// Proven or undisputed arrival after the day the law deems (§ 37 Abs. 2 Satz 3 SGB X).
        LaterReceipt = "LATER_RECEIPT",
        /// Arrival of a letter sent abroad, for which the law deems nothing.
        ReceiptAbroad = "RECEIPT_ABROAD",
        /// The retrieval, where the notification came late, or its arrival is denied and not proven (§ 37 Abs. 2a SGB X).
        Retrieval = "RETRIEVAL",
    }
}

/// How an act reached the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "delivery", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Delivery {
    /// Sent in a way for which the law deems a day.
    Sent {
        /// How.
        channel: Channel,
        /// Day of posting or sending.
        sent_on: Date,
        /// Day of arrival, if it is proven or undisputed; it counts only when later than the deemed one, and never for [`Channel::Portal`].
        received_on: Option<Date>,
    },
    /// Provided for retrieval; the notification's arrival is denied and cannot be proven, or the person says that it did not come within the
    /// days after which the law deems it known, which cannot be refuted (§ 37 Abs. 2a Satz 6, 7 SGB X).
    Retrieved {
        /// Day of the notification.
        sent_on: Date,
        /// Day of the retrieval.
        retrieved_on: Date,
    },
    /// Posted abroad: known on the day it is proven to have arrived.
    PostedAbroad {
        /// Day of posting.
        posted_on: Date,
        /// Day of arrival.
        received_on: Date,
    },
    /// Handed over in person.
    HandedOver {
        /// The day.
        on: Date,
    },
    /// Served with a certificate.
    Served {
        /// The day the certificate states.
        on: Date,
    },
}

/// The rule by which an act sent on a day is deemed known.
///
/// # Errors
/// A fault of `sent_on` where no version governs that day, and a version that cannot be read.
pub fn fiction(sent_on: Date, around: Surroundings<'_>) -> Result<Governing<NoticeFiction>, Unanswered> {
    around.rule("sent_on", sent_on)
}

/// The day on which an act sent within Germany by post, or electronically, is deemed known (§ 37 Abs. 2 SGB X).
#[must_use]
pub fn deemed_notice(sent_on: Date, fiction: &NoticeFiction) -> Date {
    let days = Length::unchecked(fiction.days, LengthUnit::Days);
    period::end(Beginning::Event, sent_on, days, Calendar::Nation).date
}

impl Delivery {
    /// Checks the days of a delivery.
    ///
    /// # Errors
    /// Every day outside the calendar, an arrival before the sending, and one where the retrieval counts, by field.
    pub fn check(self) -> Result<Self, Vec<LegalFault>> {
        let in_order = |field: &str, day: Date, sent: Date| {
            (day < sent).then(|| LegalFault::new(field, Reason::Before { earliest: sent }))
        };
        let known = |field: &str, day: Date| known_day(field, day).err();
        let faults = match self {
            Self::Sent { channel: Channel::Portal, sent_on, received_on } => vec![
                known("sent_on", sent_on),
                received_on.map(|_| LegalFault::new("received_on", Reason::RetrievalCounts)),
            ],
            Self::Sent { sent_on, received_on, .. } => vec![
                known("sent_on", sent_on),
                received_on.and_then(|day| known("received_on", day)),
                received_on.and_then(|day| in_order("received_on", day, sent_on)),
            ],
            Self::Retrieved { sent_on, retrieved_on } => vec![
                known("sent_on", sent_on),
                known("retrieved_on", retrieved_on),
                in_order("retrieved_on", retrieved_on, sent_on),
            ],
            Self::PostedAbroad { posted_on, received_on } => vec![
                known("posted_on", posted_on),
                known("received_on", received_on),
                in_order("received_on", received_on, posted_on),
            ],
            Self::HandedOver { on } | Self::Served { on } => vec![known("on", on)],
        };
        let faults: Vec<_> = faults.into_iter().flatten().collect();
        if faults.is_empty() { Ok(self) } else { Err(faults) }
    }
}

/// The day on which an act is known, with its reasons. Weekends and holidays move it nowhere: it is no end of a period.
///
/// # Errors
/// As [`fiction`], where the law deems a day.
pub fn notice(delivery: Delivery, around: Surroundings<'_>) -> Result<Explanation, Unanswered> {
    let calendar = around.calendar;
    Ok(match delivery {
        Delivery::Sent { channel, sent_on, received_on } => {
            sent(channel, sent_on, received_on, &fiction(sent_on, around)?, calendar)
        }
        Delivery::Retrieved { sent_on, retrieved_on } => {
            Computation::with_step(StepAction::Sent { channel: Channel::Portal }, sent_on, calendar)
                .due(retrieved_on, StepAction::ProvenNotice { proof: Proof::Retrieval })
                .explain(Basis::law(channel_basis(Channel::Portal)))
        }
        Delivery::PostedAbroad { posted_on, received_on } => {
            Computation::with_step(StepAction::Sent { channel: Channel::Post }, posted_on, calendar)
                .due(received_on, StepAction::ProvenNotice { proof: Proof::ReceiptAbroad })
                .explain(Basis::law("§ 37 Abs. 1 SGB X"))
        }
        Delivery::HandedOver { on } => {
            Computation::with_step(StepAction::ProvenNotice { proof: Proof::HandedOver }, on, calendar)
                .explain(Basis::law("§ 37 Abs. 1 SGB X"))
        }
        Delivery::Served { on } => {
            Computation::with_step(StepAction::ProvenNotice { proof: Proof::ServiceCertificate }, on, calendar)
                .explain(Basis::law("§ 37 Abs. 5, § 65 SGB X; § 3 VwZG"))
        }
    })
}

/// Cites the version that says on which day, and the sentence of the law that speaks of the channel.
fn sent(
    channel: Channel,
    sent_on: Date,
    received_on: Option<Date>,
    fiction: &Governing<NoticeFiction>,
    calendar: Calendar,
) -> Explanation {
    let deemed_on = deemed_notice(sent_on, &fiction.rule);
    let deemed = deemed(channel, sent_on, deemed_on, fiction.rule.days, calendar);
    let known = match received_on {
        Some(day) if day > deemed_on => deemed.due(day, StepAction::ProvenNotice { proof: Proof::LaterReceipt }),
        _ => deemed,
    };
    known.explain(Basis { legal_basis: channel_basis(channel), ..fiction.into() })
}

fn deemed(channel: Channel, sent_on: Date, deemed_on: Date, days: i32, calendar: Calendar) -> Computation {
    Computation::with_step(StepAction::Sent { channel }, sent_on, calendar)
        .due(deemed_on, StepAction::DeemedNotice { days })
        .shift(Shift::DeemedNotice)
}

/// Why a posted letter is deemed known on a day that was computed before and kept, under the version that was cited then (R8). It is told from
/// what was kept alone: the rule as it is known by now, perhaps corrected, may give another day and has no say in it.
#[must_use]
pub fn kept_notice(posted_on: Date, deemed_on: Date, version: &str, unverified: bool) -> Explanation {
    let days = (deemed_on - posted_on).get_days();
    deemed(Channel::Post, posted_on, deemed_on, days, Calendar::Nation).explain(Basis {
        rule: NoticeFiction::SCHEMA.requirement,
        version,
        legal_basis: channel_basis(Channel::Post),
        fact_on: Some(posted_on),
        unverified,
    })
}

const fn channel_basis(channel: Channel) -> &'static str {
    match channel {
        Channel::Post => "§ 37 Abs. 2 Satz 1 SGB X",
        Channel::Electronic => "§ 37 Abs. 2 Satz 2 SGB X",
        Channel::Portal => "§ 37 Abs. 2a SGB X",
    }
}

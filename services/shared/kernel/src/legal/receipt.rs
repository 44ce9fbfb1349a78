//! Long-term receipt: needy for at least 21 of the last 24 months (R162).

use jiff::{ToSpan, civil::Date};

use super::{
    fault::{LegalFault, Reason},
    length::Length,
    period::unconnected_days,
};

/// The months looked back on.
const WINDOW_MONTHS: i32 = 24;

/// The months of them that make long-term receipt.
const RECEIPT_MONTHS: u8 = 21;

crate::codes! {
    /// How months are counted that need not be connected; the sources leave it open.
    pub enum ReceiptCounting {
        /// Days, 30 of them a month: § 191 BGB, the rule of the law for what need not be connected. The default.
        ThirtyDays = "THIRTY_DAYS",
        /// Calendar months with receipt on at least one day: coarser, for data that knows months only.
        CalendarMonths = "CALENDAR_MONTHS",
    }
}

/// Receipt from one day to another, both included; no end: it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptPeriod {
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LongTermReceipt {
    /// First day of the months looked back on.
    pub window_from: Date,
    /// Their last day.
    pub window_to: Date,
    /// Days or calendar months of receipt within, each counted once.
    pub counted: i32,
    /// As many as make long-term receipt.
    pub needed: i32,
}

impl LongTermReceipt {
    /// Whether it is long-term receipt.
    #[must_use]
    pub const fn is_reached(self) -> bool {
        self.counted >= self.needed
    }
}

/// Counts the receipt of the 24 months that end with `until`. Periods may overlap; no day counts twice.
///
/// # Errors
/// Every period that ends before it begins, by its number from 0.
pub fn long_term(
    periods: &[ReceiptPeriod],
    until: Date,
    counting: ReceiptCounting,
) -> Result<LongTermReceipt, Vec<LegalFault>> {
    let faults: Vec<_> = periods
        .iter()
        .enumerate()
        .filter(|(_, period)| period.to.is_some_and(|to| to < period.from))
        .map(|(number, period)| {
            LegalFault::new(format!("periods[{number}].to"), Reason::Before { earliest: period.from })
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(match counting {
        ReceiptCounting::ThirtyDays => {
            // The day after the window is the like-numbered one, so the window has 24 whole months.
            let next = until.saturating_add(1.days());
            let window_from = next.saturating_sub(WINDOW_MONTHS.months());
            let spans = within(periods, window_from, until);
            let counted = spans.iter().map(|(from, to)| (*to - *from).get_days() + 1).sum();
            let needed = unconnected_days(Length::months(RECEIPT_MONTHS));
            LongTermReceipt { window_from, window_to: until, counted, needed }
        }
        ReceiptCounting::CalendarMonths => {
            let window_to = until.last_of_month();
            let window_from = until.first_of_month().saturating_sub((WINDOW_MONTHS - 1).months());
            let spans = within(periods, window_from, window_to);
            LongTermReceipt {
                window_from,
                window_to,
                counted: months_touched(&spans),
                needed: i32::from(RECEIPT_MONTHS),
            }
        }
    })
}

/// The parts of the periods within the window, in order, joined where they overlap.
fn within(periods: &[ReceiptPeriod], window_from: Date, window_to: Date) -> Vec<(Date, Date)> {
    let mut spans: Vec<(Date, Date)> = periods
        .iter()
        .map(|period| (period.from.max(window_from), period.to.unwrap_or(window_to).min(window_to)))
        .filter(|(from, to)| from <= to)
        .collect();
    spans.sort_unstable();
    let mut joined: Vec<(Date, Date)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match joined.last_mut() {
            Some((_, last)) if from <= *last => *last = to.max(*last),
            _ => joined.push((from, to)),
        }
    }
    joined
}

/// How many calendar months the spans touch; the spans are in order.
fn months_touched(spans: &[(Date, Date)]) -> i32 {
    let index = |day: Date| i32::from(day.year()) * 12 + i32::from(day.month());
    let mut last = i32::MIN;
    let mut count = 0;
    for (from, to) in spans {
        let (first, end) = (index(*from).max(last.saturating_add(1)), index(*to));
        count += (end - first + 1).max(0);
        last = last.max(end);
    }
    count
}

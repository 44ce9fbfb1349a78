//! By when a letter must be posted, when somebody is reminded, and when it counts as received.

use jiff::civil::Date;
use lotse_kernel::dates::{add_days, add_working_days};
use lotse_kernel::deadlines::letter_posting;
use lotse_kernel::defaults::LETTER_POSTING;
use lotse_kernel::duty::{DutyKind, DutyState, DutyStep, NextStep, Timetable, TimetableEntry};
use lotse_kernel::legal::notification::{deemed_notice, fiction};
use lotse_kernel::legal::{Calendar, Surroundings, Unanswered};

use super::letter::{Letter, LetterState, Offer, Posting};

/// Reminders after which the letter only stays visible: about two months.
pub const MAX_REMINDERS: i32 = 12;

impl Posting {
    /// A posting on this day. The day on which the letter counts as received is not moved by weekends or holidays: § 26(3)
    /// SGB X is for the ends of periods, and this is none. How many days it takes only federal law says, so that no book of the
    /// jobcenter is asked for.
    ///
    /// # Errors
    /// When no version of the law governs the day.
    pub fn on(posted_on: Date) -> Result<Self, Unanswered> {
        let fiction = fiction(posted_on, Surroundings::of_release(posted_on, Calendar::Nation))?;
        Ok(Self { posted_on, deemed_notice_on: deemed_notice(posted_on, &fiction.rule) })
    }
}

/// The day of a reminder: the first comes the day after posting was due, each further one as many working days later.
/// Computed from the offer, so that a late reminder does not move the next one.
fn reminder_on(offer: Offer, round: i32) -> Date {
    add_days(add_working_days(offer.offered_on, LETTER_POSTING.value.0 * round), 1)
}

/// The reminder that comes next, if there is one.
fn next_reminder(offer: Offer) -> Option<NextStep> {
    let round = offer.reminders + 1;
    (round <= MAX_REMINDERS).then(|| NextStep { on: reminder_on(offer, round), step: DutyStep::Remind, round })
}

/// Whether a reminder is to be recorded on this day, and no other comes before it.
#[must_use]
pub fn is_reminder_due(offer: Offer, round: i32, today: Date) -> bool {
    next_reminder(offer).is_some_and(|next| next.round == round && next.on <= today)
}

/// What the letter's workflow waits for on this day.
#[must_use]
pub fn timetable(letter: &Letter, today: Date) -> Timetable {
    let due = match &letter.state {
        LetterState::ReadyToPost(_, offer) => vec![entry(letter, *offer, today)],
        LetterState::Requested(_) | LetterState::Rendered(_) | LetterState::Posted(..) | LetterState::Failed(..) => {
            Vec::new()
        }
    };
    Timetable {
        as_of_seq: letter.event_seq,
        finished: letter.state.is_final(),
        due,
        round: 0,
        phase: letter.state.as_str().to_owned(),
    }
}

fn entry(letter: &Letter, offer: Offer, today: Date) -> TimetableEntry {
    let deadline = letter_posting(offer.offered_on);
    TimetableEntry {
        duty: letter.name.to_string(),
        kind: DutyKind::LetterPosting,
        state: if today > deadline.overdue_after() { DutyState::Overdue } else { DutyState::Open },
        opens_on: deadline.opens_on,
        target_on: deadline.target_on(),
        due_on: deadline.due_on(),
        overdue_after: deadline.overdue_after(),
        next_step: next_reminder(offer),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_fourth_day_counts_since_2025_also_on_a_sunday() {
        let known = |posted_on| Posting::on(posted_on).unwrap().deemed_notice_on;
        assert_eq!(known(date(2026, 3, 2)), date(2026, 3, 6));
        assert_eq!(known(date(2026, 3, 4)), date(2026, 3, 8));
        assert_eq!(known(date(2024, 12, 30)), date(2025, 1, 2));
        assert_eq!(known(date(2025, 1, 1)), date(2025, 1, 5));
        assert!(Posting::on(date(2004, 12, 31)).is_err(), "no version says how long it took");
    }

    #[test]
    fn reminders_come_every_three_working_days_and_end() {
        // Thursday before Easter: Tuesday, Wednesday, Thursday are the three working days.
        let offer = |reminders| Offer { offered_on: date(2026, 4, 2), reminders };
        assert_eq!(letter_posting(offer(0).offered_on).due_on(), date(2026, 4, 9));
        assert!(!is_reminder_due(offer(0), 1, date(2026, 4, 9)));
        assert!(is_reminder_due(offer(0), 1, date(2026, 4, 10)));
        assert!(!is_reminder_due(offer(0), 2, date(2026, 4, 30)), "no round is left out");
        assert!(!is_reminder_due(offer(1), 1, date(2026, 4, 30)), "no round comes twice");
        assert_eq!(next_reminder(offer(1)).map(|next| next.on), Some(date(2026, 4, 15)));
        assert_eq!(next_reminder(offer(MAX_REMINDERS)), None);
    }
}

//! By when a letter must be posted, when somebody is reminded, and when it counts as received.

use jiff::civil::Date;
use lotse_kernel::dates::add_days;
use lotse_kernel::deadlines::Deadline;
use lotse_kernel::deadlines::governed::{Terms, letter_posting};
use lotse_kernel::duty::{DutyKind, DutyState, DutyStep, NextStep, Timetable, TimetableEntry};
use lotse_kernel::legal::notification::{deemed_notice, fiction};
use lotse_kernel::legal::{Calendar, Open, Surroundings, Unanswered};
use lotse_kernel::names::LetterName;
use lotse_kernel::policy::rules::LetterPosting;

use super::letter::{Letter, LetterState, Offer, Posting};

impl Posting {
    /// A posting on this day. The day on which the letter counts as received is not moved by weekends or holidays: § 26(3)
    /// SGB X is for the ends of periods, and this is none. How many days it takes only federal law says, so that no book of the
    /// jobcenter is asked for.
    ///
    /// # Errors
    /// When no version of the law governs the day.
    pub fn on(posted_on: Date) -> Result<Self, Unanswered> {
        let fiction = fiction(posted_on, Surroundings::of_release(posted_on, Calendar::Nation)?)?;
        let deemed_notice_on = deemed_notice(posted_on, &fiction.rule);
        Ok(Self { posted_on, deemed_notice_on, rule_version: fiction.citation })
    }
}

/// A letter in the post room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unposted {
    /// Its name.
    pub letter: LetterName,
    /// Since when it lies there.
    pub offer: Offer,
}

impl Unposted {
    /// By when it is posted.
    ///
    /// # Errors
    /// When no version says so.
    pub fn due(&self, around: Surroundings<'_>) -> Result<Deadline, Unanswered> {
        Ok(ruled(self.offer, around)?.posting)
    }

    /// By when it is posted by the versions of the day, whether it was overdue before or not.
    ///
    /// # Errors
    /// When no version says so.
    pub fn due_anew(&self, around: Surroundings<'_>) -> Result<Deadline, Unanswered> {
        Ok(ruled_by(self.offer, around)?.posting)
    }

    /// When somebody is reminded of it next.
    ///
    /// # Errors
    /// When no version says so.
    pub fn reminded_on(&self, around: Surroundings<'_>) -> Result<Option<Date>, Unanswered> {
        Ok(next_reminder(self.offer, around)?.map(|next| next.on))
    }

    /// Since when it waits.
    #[must_use]
    pub const fn open(&self) -> Open {
        open(self.offer)
    }
}

/// What the version says about a letter that governs the day on which it was given out.
struct Ruled {
    /// By when it is posted.
    posting: Deadline,
    /// The day after which the next reminder comes: as many working days later as it takes to post a letter, for each that has come.
    reminded_after: Date,
    /// Reminders after which it only stays visible.
    most_reminders: i32,
}

const fn open(offer: Offer) -> Open {
    Open { since: offer.offered_on, fact_on: offer.offered_on }
}

/// One whose posting is overdue keeps its dates and its reminders when a version takes open duties over (R8).
fn ruled(offer: Offer, around: Surroundings<'_>) -> Result<Ruled, Unanswered> {
    let last_day = |ruled: &Ruled| ruled.posting.overdue_after();
    around.of_open::<LetterPosting, _>(open(offer), last_day, |around| ruled_by(offer, around))
}

/// The same by the rules of a day.
fn ruled_by(offer: Offer, around: Surroundings<'_>) -> Result<Ruled, Unanswered> {
    let governing = around.rule::<LetterPosting>("offered_date", offer.offered_on)?;
    let posted = |times: i32| {
        let working_days = governing.rule.working_days.saturating_mul(times);
        let rule = LetterPosting { working_days, ..governing.rule };
        letter_posting(offer.offered_on, &Terms { rule: &rule, ..Terms::of(&governing, around.calendar) })
    };
    Ok(Ruled {
        posting: posted(1),
        reminded_after: posted(offer.reminders + 1).due_on(),
        most_reminders: governing.rule.reminders,
    })
}

/// The reminder that comes next, if there is one: the first comes the day after posting was due, each further one as many working
/// days later. Computed from the offer, so that a late reminder does not move the next one.
fn next_reminder(offer: Offer, around: Surroundings<'_>) -> Result<Option<NextStep>, Unanswered> {
    let round = offer.reminders + 1;
    let Ruled { reminded_after, most_reminders, .. } = ruled(offer, around)?;
    let next = NextStep { on: add_days(reminded_after, 1), step: DutyStep::Remind, round };
    Ok((round <= most_reminders).then_some(next))
}

/// Whether a reminder is to be recorded today, and no other comes before it.
///
/// # Errors
/// When no version says by when a letter is posted.
pub fn is_reminder_due(offer: Offer, round: i32, around: Surroundings<'_>) -> Result<bool, Unanswered> {
    let next = next_reminder(offer, around)?;
    Ok(next.is_some_and(|next| next.round == round && next.on <= around.today))
}

/// What the letter's workflow waits for.
///
/// # Errors
/// As [`is_reminder_due`].
pub fn timetable(letter: &Letter, around: Surroundings<'_>) -> Result<Timetable, Unanswered> {
    let due = match &letter.state {
        LetterState::ReadyToPost(_, offer) => vec![entry(letter, *offer, around)?],
        LetterState::Requested(_) | LetterState::Rendered(_) | LetterState::Posted(..) | LetterState::Failed(..) => {
            Vec::new()
        }
    };
    Ok(Timetable {
        as_of_seq: letter.event_seq,
        finished: letter.state.is_final(),
        due,
        round: 0,
        phase: letter.state.as_str().to_owned(),
        ending: 0,
        ..Timetable::default()
    })
}

fn entry(letter: &Letter, offer: Offer, around: Surroundings<'_>) -> Result<TimetableEntry, Unanswered> {
    let deadline = ruled(offer, around)?.posting;
    Ok(TimetableEntry {
        duty: letter.name.to_string(),
        kind: DutyKind::LetterPosting,
        state: if around.today > deadline.overdue_after() { DutyState::Overdue } else { DutyState::Open },
        opens_on: deadline.opens_on,
        target_on: deadline.target_on(),
        due_on: deadline.due_on(),
        overdue_after: deadline.overdue_after(),
        next_step: next_reminder(offer, around)?,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_fourth_day_counts_since_2025_also_on_a_sunday_and_the_posting_knows_why() {
        for (posted_on, deemed_notice_on, number) in [
            (date(2026, 3, 2), date(2026, 3, 6), 2),
            (date(2026, 3, 4), date(2026, 3, 8), 2),
            (date(2024, 12, 30), date(2025, 1, 2), 1),
            (date(2025, 1, 1), date(2025, 1, 5), 2),
        ] {
            let rule_version = format!("federal/NOTICE_FICTION/{number}");
            assert_eq!(Posting::on(posted_on), Ok(Posting { posted_on, deemed_notice_on, rule_version }));
        }
        assert!(Posting::on(date(2004, 12, 31)).is_err(), "no version says how long it took");
    }

    fn release(today: Date) -> Surroundings<'static> {
        Surroundings::of_release(today, Calendar::Nation).unwrap()
    }

    fn is_reminder_due(offer: Offer, round: i32, today: Date) -> bool {
        super::is_reminder_due(offer, round, release(today)).unwrap()
    }

    fn next_reminder(offer: Offer) -> Option<NextStep> {
        super::next_reminder(offer, release(offer.offered_on)).unwrap()
    }

    #[test]
    fn a_posting_that_is_overdue_stays_so_when_a_version_takes_it_over() {
        use lotse_kernel::policy::{Book, Jurisdiction, OpenDuties, PolicyKey, Value, federal};
        let due_under = |valid_from| {
            let mut version = federal::of(PolicyKey::LetterPosting).unwrap().pop().unwrap();
            version.jurisdiction = Jurisdiction::Jobcenter("musterstadt".to_owned());
            version.valid_from = valid_from;
            version.parameters = version.parameters.with("working_days", Value::Number(10));
            version.transition.open_duties = OpenDuties::Replan;
            let book = Book::federal().unwrap().with(version);
            let around = Surroundings { book: &book, today: date(2026, 9, 30), calendar: Calendar::Nation };
            ruled(Offer { offered_on: date(2026, 9, 10), reminders: 0 }, around).unwrap().posting.due_on()
        };
        assert_eq!(due_under(date(2026, 9, 15)), date(2026, 9, 24), "in time on that day");
        assert_eq!(due_under(date(2026, 9, 16)), date(2026, 9, 15), "overdue on that day");
    }

    #[test]
    fn reminders_come_every_three_working_days_and_end() {
        // Thursday before Easter: Tuesday, Wednesday, Thursday are the three working days.
        let offer = |reminders| Offer { offered_on: date(2026, 4, 2), reminders };
        let posting = ruled(offer(0), release(date(2026, 4, 2))).unwrap().posting;
        assert_eq!(posting.due_on(), date(2026, 4, 9));
        assert_eq!(posting.explanation.rule_version, "federal/LETTER_POSTING/1");
        assert!(!is_reminder_due(offer(0), 1, date(2026, 4, 9)));
        assert!(is_reminder_due(offer(0), 1, date(2026, 4, 10)));
        assert!(!is_reminder_due(offer(0), 2, date(2026, 4, 30)), "no round is left out");
        assert!(!is_reminder_due(offer(1), 1, date(2026, 4, 30)), "no round comes twice");
        assert_eq!(next_reminder(offer(1)).map(|next| next.on), Some(date(2026, 4, 15)));
        assert!(next_reminder(offer(11)).is_some());
        assert_eq!(next_reminder(offer(12)), None, "as many as the version says");
    }
}

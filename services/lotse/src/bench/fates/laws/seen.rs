//! What is overdue is seen: by state in every list, by a step in the timetable, and by escalations in their round. Nobody sleeps through it.

use jiff::civil::Date;
use lotse_cases::domain::duties::{Duties, Duty};
use lotse_kernel::{
    dates::days_between,
    duty::{DutyState, TimetableEntry},
};

use super::{Fault, Verdict, of_duty, require};
use crate::bench::fates::place::Place;

/// Every duty that waits stands in the timetable, with its state of the day and a next step, and what is late is overdue.
pub(in crate::bench::fates) fn in_sight(duties: &Duties, entries: &[TimetableEntry], today: Date) -> Verdict {
    let waiting: Vec<&Duty> = duties.iter().filter(|duty| duty.is_unsettled()).collect();
    let words = || format!("{} of {}", entries.len(), waiting.len());
    require(waiting.len() == entries.len(), "every duty that waits stands in the timetable", words)?;
    for (duty, entry) in waiting.iter().zip(entries) {
        let deadline = duty.deadline();
        let is_late = today > deadline.overdue_after();
        let is_open = duty.stored_state() == DutyState::Open || today >= deadline.opens_on;
        let state = match (is_late, is_open) {
            (true, _) => DutyState::Overdue,
            (false, true) => DutyState::Open,
            (false, false) => DutyState::Scheduled,
        };
        of_duty(duty.state_on(today) == state, "what is late is seen as overdue", duty)?;
        of_duty(entry.state == state, "what is late is overdue in the timetable", duty)?;
        let same = entry.kind == duty.kind() && entry.due_on == deadline.due_on();
        of_duty(same, "the timetable is in the order of the duties", duty)?;
        of_duty(entry.next_step.is_some(), "what waits never sleeps for ever", duty)?;
        of_duty(duty.is_doable_on(today) == (state != DutyState::Scheduled), "what is open may be done", duty)?;
    }
    Ok(())
}

/// What is so once time has taken all its steps of a day: what has its opening day behind it is open, what is overdue has escalated as
/// often as its interval says, a reminder was given, and no review waits whose next one is due.
pub(in crate::bench::fates) fn caught_up(
    duties: &Duties,
    entries: &[TimetableEntry],
    place: &Place,
    today: Date,
) -> Verdict {
    in_sight(duties, entries, today)?;
    for (duty, entry) in duties.iter().filter(|duty| duty.is_unsettled()).zip(entries) {
        let (deadline, notices) = (duty.deadline(), duty.notices());
        let next = entry.next_step.map(|next| next.on);
        of_duty(next.is_some_and(|on| on > today), "time leaves no step of a day", duty)?;
        let is_open = duty.stored_state() == DutyState::Open;
        of_duty(is_open || today < deadline.opens_on, "what may be done is open", duty)?;
        let days_late = days_between(deadline.overdue_after(), today);
        if days_late <= 0 {
            of_duty(notices.last_escalation.is_none(), "what is in time does not escalate", duty)?;
            let reminded = notices.reminded || deadline.reminds_on.is_none_or(|on| on > today);
            of_duty(reminded, "a reminder comes on its day", duty)?;
            continue;
        }
        let interval = place.escalation_days(deadline.overdue_after(), today);
        let interval = interval
            .ok()
            .flatten()
            .ok_or_else(|| Fault { law: "a rule says how what is overdue escalates", words: super::told(duty) })?;
        let intervals = |days_late: i32| (days_late - 1).div_euclid(interval);
        let escalated = notices.last_escalation.map(|last| days_between(deadline.overdue_after(), last.on));
        // A working date that its owner named takes the place of what would have come until then.
        let paused = duty.working_date().map(|paused| days_between(deadline.overdue_after(), paused.on));
        of_duty(escalated.is_some() || paused.is_some(), "what is overdue has escalated", duty)?;
        let of_now = |then: i32| intervals(then) == intervals(days_late);
        let is_paused = paused.is_some_and(|until| intervals(until) >= intervals(days_late));
        let in_time = escalated.is_some_and(of_now) || is_paused;
        let is_silent = duty.working_date().is_none_or(|paused| {
            notices.last_escalation.is_none_or(|last| last.on <= paused.set_on || last.on > paused.on)
        });
        of_duty(is_silent, "nothing escalates until a working date", duty)?;
        of_duty(in_time, "what is overdue escalates at its interval", duty)?;
        let shortest = place.shortest_escalation_days(today).unwrap_or(interval);
        let most = (days_late - 1) / shortest + 1;
        of_duty(notices.escalations() <= most, "what is overdue escalates no oftener than its interval says", duty)?;
    }
    Ok(())
}

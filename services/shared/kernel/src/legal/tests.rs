//! Laws that hold for every day, and faults that name their field.

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use proptest::prelude::*;

use super::{
    Basis, Beginning, Calendar, Computation, Length, LengthUnit, Reason, Shift, Surroundings, Unanswered,
    age::{YOUNG_BELOW, age_on, completed_on, completion, is_under_25, reached_on},
    caseload::FullTimeEquivalents,
    notification::{Channel, Delivery, kept_notice, notice},
    period,
    place::{Land, Place},
    question::{EndRule, PeriodQuestion, Start},
    read,
    receipt::{ReceiptCounting, ReceiptPeriod, long_term},
    remedy::{ObjectionGround, objection},
};
use crate::{
    deadlines::{
        ExtensionLength,
        named::{Timer, TimerQuestion},
    },
    defaults::{Months, WorkingDays},
    explanation::{Event, Explanation},
    policy::{Book, Jurisdiction, PolicyKey, Value},
};

/// The shipped versions and the holidays of a place.
fn federal(calendar: Calendar) -> Surroundings<'static> {
    Surroundings::of_release(date(2026, 11, 21), calendar).unwrap()
}

fn objection_until(notice_on: Date, ground: ObjectionGround, calendar: Calendar) -> Explanation {
    objection(notice_on, ground, &federal(calendar).rule("notice_on", notice_on).unwrap(), calendar)
}

fn any_day() -> impl Strategy<Value = Date> {
    (2005_i16..2099, 1_i8..=12, 1_i8..=31)
        .prop_filter_map("a day of the calendar", |(year, month, day)| Date::new(year, month, day).ok())
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    proptest::option::of(proptest::sample::select(Land::ALL))
        .prop_map(|land| land.map_or(Calendar::Nation, |land| Calendar::Of(Place::of(land))))
}

fn any_beginning() -> impl Strategy<Value = Beginning> {
    proptest::sample::select(Beginning::ALL)
}

/// Lengths of the law: of working days the calendar's laws speak.
fn any_length() -> impl Strategy<Value = Length> {
    (proptest::sample::select(LengthUnit::ALL), 1_i64..40, any::<bool>()).prop_map(|(unit, count, half)| {
        let length = Length::of("count", count.min(i64::from(unit.most())), unit).unwrap();
        if half { length.and_half_month() } else { length }
    })
}

fn end(beginning: Beginning, begin: Date, length: Length) -> Date {
    period::end(beginning, begin, length, Calendar::Nation).date
}

proptest! {
    #[test]
    fn a_later_beginning_never_ends_earlier(a in any_day(), b in any_day(), beginning in any_beginning(), length in any_length()) {
        prop_assert!(end(beginning, a.min(b), length) <= end(beginning, a.max(b), length));
    }

    #[test]
    fn a_whole_answer_is_never_earlier_for_a_later_beginning_or_a_further_link(
        a in any_day(),
        b in any_day(),
        length in any_length(),
        number in 1_i32..4,
        end_rule in proptest::sample::select(EndRule::ALL),
        grace in 0_i32..4,
        calendar in any_calendar(),
    ) {
        let question = |day, number| PeriodQuestion {
            number,
            end_rule,
            grace: WorkingDays(grace),
            ..PeriodQuestion::new(Start::Event(day), Some(length))
        };
        prop_assume!(question(a, number + 1).faults().is_empty());
        let dates = |day, number| {
            let explanation = question(day, number).answer(calendar).explanation;
            [explanation.due_on, explanation.target_on, explanation.overdue_after]
        };
        let never_earlier = |earlier: [Date; 3], later: [Date; 3]| earlier.iter().zip(&later).all(|(one, other)| one <= other);
        prop_assert!(never_earlier(dates(a.min(b), number), dates(a.max(b), number)));
        prop_assert!(never_earlier(dates(a, number), dates(a, number + 1)));
    }

    #[test]
    fn under_one_law_no_timer_is_earlier_for_a_later_fact(
        a in 0_i32..20_000,
        later in 0_i32..400,
        timer in proptest::sample::select(Timer::ALL),
        calendar in any_calendar(),
    ) {
        // From here on every shipped version holds without end.
        let from = date(2026, 7, 1).saturating_add(a.days());
        let due = |from: Date| {
            let fact_on = timer.has_fact_of_its_own().then_some(date(2026, 7, 1));
            let extension = (timer == Timer::ExtensionEnd).then_some(ExtensionLength::Months(Months(6)));
            TimerQuestion { fact_on, extension, ..TimerQuestion::new(timer, from) }.answer(federal(calendar))
        };
        match (due(from), due(from.saturating_add(later.days()))) {
            (Ok(one), Ok(other)) => prop_assert!(one.explanation.due_on <= other.explanation.due_on),
            // Mediation is gone from the law.
            (one, other) => prop_assert!(timer == Timer::MediationEnd && one.is_err() && other.is_err(), "{one:?} {other:?}"),
        }
    }

    #[test]
    fn a_longer_period_ends_later(day in any_day(), beginning in any_beginning(), unit in proptest::sample::select(LengthUnit::ALL), count in 1_i64..39) {
        prop_assume!(unit.most() > 1);
        let of = |count| Length::of("count", count, unit).unwrap();
        prop_assert!(end(beginning, day, of(count)) < end(beginning, day, of(count + 1)));
    }

    #[test]
    fn no_day_is_counted_twice(day in any_day(), months in 1_u8..60) {
        // A period that begins with the day after another's end shares no day with it and leaves none out. As long as the day kept its
        // number, both together are the double period; where a short month changed it (29.04. and 34 months end on 28.02.), a chain
        // drifts, and therefore nothing is ever chained.
        let first = end(Beginning::StartOfDay, day, Length::months(months));
        let second = first.saturating_add(1.days());
        let both = end(Beginning::StartOfDay, day, Length::months(months * 2));
        if second.day() == day.day() {
            prop_assert_eq!(end(Beginning::StartOfDay, second, Length::months(months)), both);
        }
        prop_assert!(second > first);
    }

    #[test]
    fn the_days_of_a_period_are_as_many_as_it_is_long(day in any_day(), days in 1_u8..=255) {
        let last = end(Beginning::StartOfDay, day, Length::days(days));
        prop_assert_eq!((last - day).get_days() + 1, i32::from(days));
        prop_assert_eq!(end(Beginning::Event, day, Length::days(days)), last.saturating_add(1.days()));
    }

    #[test]
    fn twelve_months_are_a_year(day in any_day(), beginning in any_beginning(), years in 1_u8..20) {
        prop_assert_eq!(end(beginning, day, Length::months(years * 12)), end(beginning, day, Length::years(years)));
        let half_years = Length::of("count", i64::from(years) * 2, LengthUnit::HalfYears).unwrap();
        let quarters = Length::of("count", i64::from(years) * 4, LengthUnit::Quarters).unwrap();
        prop_assert_eq!(end(beginning, day, half_years), end(beginning, day, quarters));
    }

    #[test]
    fn a_counted_first_day_ends_the_period_the_day_before_or_with_the_month(day in any_day(), months in 1_u8..60) {
        let (event, start) = (end(Beginning::Event, day, Length::months(months)), end(Beginning::StartOfDay, day, Length::months(months)));
        prop_assert!(start == event.saturating_sub(1.days()) || (start == event && event == event.last_of_month()));
    }

    #[test]
    fn a_shift_lands_on_the_next_working_day(day in any_day(), calendar in any_calendar()) {
        for shift in Shift::ALL {
            let moved = shift.apply(day, calendar);
            if shift.moves() {
                prop_assert!(moved >= day && calendar.is_working_day(moved) && (moved - day).get_days() <= 6);
                prop_assert!(day.series(1.day()).take_while(|between| *between < moved).all(|between| !calendar.is_working_day(between)));
            } else {
                prop_assert_eq!(moved, day);
            }
        }
    }

    #[test]
    fn a_target_is_a_working_day_until_the_due_day(day in any_day(), calendar in any_calendar(), length in any_length()) {
        let answer = Computation::after(Event::Other, day, calendar).plus(length).aim_at_working_day().explain(Basis::law("x"));
        prop_assert!(calendar.is_working_day(answer.target_on) && answer.target_on <= answer.due_on);
        prop_assert!((answer.due_on - answer.target_on).get_days() <= 6);
        prop_assert_eq!(answer.overdue_after, answer.due_on);
    }

    #[test]
    fn a_grace_ends_on_a_working_day_after_the_due_day(day in any_day(), calendar in any_calendar(), days in 1_i32..5) {
        let answer = Computation::after(Event::Other, day, calendar).plus(Length::months(6)).grace(WorkingDays(days)).explain(Basis::law("x"));
        prop_assert!(calendar.is_working_day(answer.overdue_after) && answer.overdue_after > answer.due_on);
    }

    #[test]
    fn every_step_speaks_and_the_last_day_reached_is_due(day in any_day(), calendar in any_calendar(), beginning in any_beginning(), length in any_length()) {
        let answer = Computation::beginning(beginning, Event::Other, day, calendar).plus(length).shift(Shift::SocialProcedure).explain(Basis::law("x"));
        prop_assert_eq!(answer.steps.last().map(|step| step.on), Some(answer.due_on));
        for step in &answer.steps {
            prop_assert!(step.text_de().ends_with('.') && step.text_en().ends_with('.'));
        }
        prop_assert!(answer.line_de().contains('+') && answer.line_en().contains('+'));
        let json = serde_json::to_string(&answer).unwrap();
        prop_assert_eq!(serde_json::from_str::<crate::explanation::Explanation>(&json).unwrap(), answer);
    }

    #[test]
    fn a_notice_is_never_before_the_deemed_day(sent_on in any_day(), later in 0_i32..60, land in proptest::sample::select(Land::ALL)) {
        let received_on = sent_on.saturating_add(later.days());
        let known = |received_on, calendar| notice(Delivery::Sent { channel: Channel::Post, sent_on, received_on }, federal(calendar)).unwrap().due_on;
        let deemed = known(None, Calendar::Nation);
        prop_assert_eq!(known(Some(received_on), Calendar::Nation), deemed.max(received_on));
        // No holiday of any Land moves it.
        prop_assert_eq!(known(None, Calendar::Of(Place::of(land))), deemed);
    }

    #[test]
    fn an_objection_ends_on_a_working_day_and_a_better_ground_never_earlier(day in any_day(), calendar in any_calendar()) {
        let last = |ground| objection_until(day, ground, calendar).due_on;
        let (month, abroad, year) = (last(ObjectionGround::Regular), last(ObjectionGround::Abroad), last(ObjectionGround::FaultyInstruction));
        prop_assert!(month < abroad && abroad < year);
        prop_assert!(calendar.is_working_day(month) && calendar.is_working_day(abroad) && calendar.is_working_day(year));
    }

    #[test]
    fn an_age_is_reached_the_day_after_it_is_completed(born_on in any_day(), years in 1_u8..90) {
        let (completed, reached) = (completed_on(born_on, years), reached_on(born_on, years));
        prop_assert_eq!(age_on(born_on, completed), Some(years - 1));
        prop_assert_eq!(age_on(born_on, reached), Some(years));
        prop_assert_eq!(completion(born_on, years).due_on, completed);
    }

    #[test]
    fn receipt_counts_no_day_twice(from in any_day(), days in 0_i32..900, shift in 0_i32..200, until in any_day()) {
        let period = |from: Date, days: i32| ReceiptPeriod { from, to: Some(from.saturating_add(days.days())) };
        for counting in ReceiptCounting::ALL {
            let once = long_term(&[period(from, days)], until, *counting).unwrap();
            let twice = long_term(&[period(from, days), period(from, days)], until, *counting).unwrap();
            prop_assert_eq!(once, twice);
            let more = long_term(&[period(from, days), period(from.saturating_add(shift.days()), days)], until, *counting).unwrap();
            prop_assert!(more.counted >= once.counted && more.counted <= 731);
        }
    }

    #[test]
    fn days_are_read_in_both_forms(day in any_day()) {
        let german = format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year());
        prop_assert_eq!(read::day("day", &german), Ok(day));
        prop_assert_eq!(read::day("day", &day.to_string()), Ok(day));
    }

    #[test]
    fn no_text_breaks_the_reading(text in ".{0,20}") {
        if let Err(fault) = read::day("day", &text) {
            prop_assert_eq!(fault.field, "day");
        }
        if let Err(faults) = read::length("length", &text, &text) {
            prop_assert!(faults.iter().all(|fault| fault.field.starts_with("length.")));
        }
    }
}

#[test]
fn the_days_of_the_change_of_clocks_are_days_like_others() {
    // 29.03.2026 has 23 hours, 25.10.2026 has 25: a period in days knows no hours.
    for (event, last) in [(date(2026, 3, 28), date(2026, 3, 29)), (date(2026, 10, 24), date(2026, 10, 25))] {
        assert_eq!(end(Beginning::Event, event, Length::days(1)), last);
        assert_eq!(end(Beginning::Event, event, Length::days(2)), last.saturating_add(1.days()));
    }
}

#[test]
fn an_extension_of_a_moved_end_counts_from_where_it_moved_to() {
    // 28.02.2027 is a Sunday; a party's period runs to Monday, and its extension from there.
    let extended =
        |shift| Computation::extending(date(2027, 2, 28), shift, Calendar::Nation).plus(Length::months(1)).due_on();
    assert_eq!(extended(Shift::SocialProcedure), date(2027, 4, 1));
    assert_eq!(extended(Shift::InternalDuty), date(2027, 3, 28));
}

#[test]
fn under_25_ends_with_the_day_before_the_birthday() {
    let born_on = date(2001, 6, 15);
    assert!(is_under_25(born_on, date(2026, 6, 14)));
    assert!(!is_under_25(born_on, date(2026, 6, 15)));
    assert_eq!(reached_on(date(2004, 2, 29), YOUNG_BELOW), date(2029, 3, 1));
    assert_eq!(age_on(born_on, date(2001, 6, 14)), None);
    assert_eq!(age_on(born_on, born_on), Some(0));
}

#[test]
fn faults_name_their_field_and_say_what_is_wrong() {
    let fault = read::day("ereignis", "31.06.2026").unwrap_err();
    assert_eq!((fault.field.as_str(), fault.text_de().as_str()), ("ereignis", "den 31.06.2026 gibt es nicht"));
    assert_eq!(fault.to_string(), "ereignis: there is no 2026-06-31 in the calendar");
    let faults = read::length("length", "-1", "MONDE").unwrap_err();
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["length.count", "length.unit"]);
    let fault = read::length("length", "10000", "YEARS").unwrap_err().remove(0);
    assert_eq!(fault.reason, Reason::OutOfBounds { least: 1, most: 100 });
    let early = Delivery::PostedAbroad { posted_on: date(2026, 3, 2), received_on: date(2026, 3, 1) };
    let faults = early.check().unwrap_err();
    assert_eq!((faults.len(), faults[0].field.as_str()), (1, "received_on"));
    let backwards = [ReceiptPeriod { from: date(2026, 1, 2), to: Some(date(2026, 1, 1)) }];
    let faults = long_term(&backwards, date(2026, 6, 30), ReceiptCounting::ThirtyDays).unwrap_err();
    assert_eq!(faults[0].field, "periods[0].to");
    let faults = FullTimeEquivalents::of_weekly_minutes(&[2400, -1, 9000], 2400).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["minutes[1]", "minutes[2]"]);
}

#[test]
fn the_load_of_a_team() {
    let posts = FullTimeEquivalents::of_weekly_minutes(&[2340, 1170], 2340).unwrap();
    assert_eq!((posts.hundredths(), posts.capacity(75)), (150, 112));
    assert_eq!(posts.load(112), Some(75));
    assert!(!posts.is_exceeded(112, 75) && posts.is_exceeded(113, 75));
    assert_eq!(FullTimeEquivalents::of_weekly_minutes(&[], 2340).unwrap().load(1), None);
}

#[test]
fn the_book_alone_says_how_long_the_law_waits() {
    let mut reform = crate::policy::federal::of(PolicyKey::NoticeFiction).unwrap().pop().unwrap();
    (reform.version, reform.valid_from) = (3, date(2028, 1, 1));
    reform.parameters = reform.parameters.with("days", Value::Number(5));
    let mut remedy = crate::policy::federal::of(PolicyKey::Objection).unwrap().pop().unwrap();
    (remedy.version, remedy.valid_from) = (2, date(2028, 1, 1));
    remedy.parameters = remedy.parameters.with("months", Value::Number(2));
    let book = Book::federal().unwrap().with(reform).with(remedy);
    assert!(book.versions().iter().all(|version| version.jurisdiction == Jurisdiction::Federal));
    let around = Surroundings { book: &book, ..federal(Calendar::Nation) };
    let of = |sent_on| notice(Delivery::Sent { channel: Channel::Post, sent_on, received_on: None }, around);
    let known = of(date(2028, 2, 1)).unwrap();
    assert_eq!((known.due_on, known.rule_version.as_str()), (date(2028, 2, 6), "federal/NOTICE_FICTION/3"));
    assert_eq!(of(date(2027, 12, 31)).unwrap().due_on, date(2028, 1, 4));
    let rule = around.rule("notice_on", known.due_on).unwrap();
    let last = objection(known.due_on, ObjectionGround::Regular, &rule, Calendar::Nation);
    assert_eq!((last.due_on, last.rule_version.as_str()), (date(2028, 4, 6), "federal/OBJECTION/2"));
    // Where no version speaks, nothing is made up.
    let Err(Unanswered::Faults(faults)) = of(date(2004, 12, 31)) else { unreachable!() };
    assert_eq!(
        (faults[0].field.as_str(), faults[0].reason),
        ("sent_on", Reason::NoSuchPeriod { on: date(2004, 12, 31) })
    );
}

#[test]
fn a_day_of_notice_that_was_kept_is_told_as_it_was_computed() {
    let posted = |sent_on| Delivery::Sent { channel: Channel::Post, sent_on, received_on: None };
    // The fourth day after the second is a Sunday, which is told with it.
    for sent_on in [date(2024, 12, 31), date(2026, 3, 2), date(2026, 3, 4)] {
        let computed = notice(posted(sent_on), federal(Calendar::Nation)).unwrap();
        assert_eq!(kept_notice(sent_on, computed.due_on, &computed.rule_version, computed.unverified), computed);
    }
    // The rule of today says the fourth day; what was kept says the third, by a version of its own.
    let kept = kept_notice(date(2026, 3, 2), date(2026, 3, 5), "federal/NOTICE_FICTION/7", true);
    assert_eq!(
        (kept.due_on, kept.rule_version.as_str(), kept.unverified),
        (date(2026, 3, 5), "federal/NOTICE_FICTION/7", true)
    );
    assert_eq!(kept.line_de(), "abgesandt 02.03.2026; 3. Tag danach: 05.03.2026 (§ 37 Abs. 2 SGB X)");
}

#[test]
fn what_an_objection_tells() {
    let posted = Delivery::Sent { channel: Channel::Post, sent_on: date(2026, 3, 2), received_on: None };
    let known = notice(posted, federal(Calendar::Nation)).unwrap();
    assert_eq!(known.line_de(), "abgesandt 02.03.2026; 4. Tag danach: 06.03.2026 (§ 37 Abs. 2 SGB X)");
    // 06.04.2026 is Easter Monday.
    let last = objection_until(known.due_on, ObjectionGround::Regular, Calendar::Nation);
    assert_eq!(
        last.line_de(),
        "Widerspruch binnen eines Monats (§ 84 Abs. 1 Satz 1 SGG); 06.03.2026 + 1 Monat: 06.04.2026 (§ 188 Abs. 2 BGB); \
         Ostermontag; daher Dienstag 07.04.2026 (§ 64 Abs. 3 SGG)"
    );
}

#[test]
fn a_day_that_may_be_a_holiday_says_so() {
    // 15.08.2025 is a Friday: Mariä Himmelfahrt depends on the municipality in Bavaria.
    let objection_in = |place| objection_until(date(2025, 7, 15), ObjectionGround::Regular, Calendar::Of(place));
    let open = objection_in(Place::of(Land::BY));
    assert_eq!(open.due_on, date(2025, 8, 15));
    assert!(open.steps.iter().any(|step| step.code() == "HOLIDAY_NOT_KNOWN"), "{}", open.line_de());
    let munich: super::place::MunicipalityKey = "09162000".parse().unwrap();
    let known = objection_in(Place::from(munich));
    assert_eq!(known.due_on, date(2025, 8, 18), "{}", known.line_de());
    assert!(known.line_de().contains("Mariä Himmelfahrt"));
}

/// This binary again, for whatever it computes of law, on machines a day apart.
#[test]
fn no_date_depends_on_the_zone_of_the_machine() {
    let itself = std::env::current_exe().expect("the path of this binary");
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let again = std::process::Command::new(&itself)
            .args(["legal::vectors::", "legal::holidays::tests::", "deadlines::", "dates::"])
            .env("TZ", zone)
            .output()
            .expect("the tests run");
        let told = String::from_utf8_lossy(&again.stdout);
        assert!(again.status.success(), "{zone}: {told}");
        let passed =
            told.rsplit_once(" passed").and_then(|(before, _)| before.rsplit(' ').next()?.parse::<usize>().ok());
        assert!(passed.is_some_and(|passed| passed > 30), "{zone}: {told}");
    }
}

//! Every date from 2005 to 2100 against a second source, the published vectors, and laws that hold for every year.

mod table;

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::legal::place::{District, Land, MunicipalityKey};

/// Year by year for all Länder, Augsburg and the Catholic municipalities; made with the Python package `holidays` 0.108.
const REFERENCE: &str = include_str!("reference.csv");

/// Rows another agency can run against its own software.
const VECTORS: &str = include_str!("../vectors/feiertage.csv");

pub(super) fn place(key: &str) -> Place {
    key.parse::<MunicipalityKey>().unwrap().into()
}

fn any_place() -> impl Strategy<Value = Place> {
    let keys = ["09162000", "09564000", "09761000", "14625080", "16061045", "05315000", "14612000", "16051000"];
    prop_oneof![
        proptest::sample::select(Land::ALL).prop_map(Place::of),
        proptest::sample::select(keys.to_vec()).prop_map(place),
    ]
}

/// The columns of the reference: the Länder without a municipality, Augsburg, and one Catholic municipality each.
fn reference_places() -> Vec<Place> {
    let mut places: Vec<Place> = Land::ALL.iter().copied().map(Place::of).collect();
    places.extend(["09761000", "09162000", "14625080", "16061045"].map(place));
    places
}

/// Where the calendar differs from the reference, and why.
fn is_argued(holiday: Holiday, place: &Place) -> bool {
    match (holiday, place.land()) {
        // § 1 Abs. 1 Nr. 1 HFeiertagsG makes every Sunday a holiday of Hessen; the package leaves Sundays out. No working day
        // depends on it.
        (Holiday::EasterSunday | Holiday::WhitSunday, Land::HE) => true,
        _ => false,
    }
}

#[test]
fn every_date_agrees_with_the_reference() {
    let mut rows: HashSet<(Date, Holiday, usize)> = HashSet::new();
    for row in REFERENCE.lines().skip(1) {
        let columns: Vec<&str> = row.split(';').collect();
        let bits = u32::from_str_radix(columns[2], 16).unwrap();
        let (day, holiday) = (columns[0].parse().unwrap(), columns[1].parse().unwrap());
        rows.extend((0..20).filter(|bit| bits >> bit & 1 == 1).map(|bit| (day, holiday, bit)));
    }
    assert!(rows.len() > 15_000, "{} rows: the reference is not whole", rows.len());
    for (index, place) in reference_places().iter().enumerate() {
        for year in FIRST_YEAR..=LAST_YEAR {
            for (day, holiday) in holidays(year, place).unwrap() {
                assert!(
                    rows.remove(&(day, holiday, index)) != is_argued(holiday, place),
                    "{day} {holiday} {place:?}: only one of us has it, or an argued difference is gone"
                );
            }
        }
    }
    assert!(rows.is_empty(), "the reference alone has {rows:?}");
}

#[test]
fn every_day_is_answered_as_it_is_listed() {
    for place in reference_places() {
        for year in FIRST_YEAR..=LAST_YEAR {
            let listed: HashSet<Date> = holidays(year, &place).unwrap().into_iter().map(|(day, _)| day).collect();
            let open: HashSet<Date> = open_days(year, &place).unwrap().into_iter().map(|(day, _)| day).collect();
            for day in date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year) {
                let expected = listed.contains(&day);
                assert_eq!(holiday(day, &place).is_some(), expected, "{day} {place:?}");
                let is_open = matches!(answer(day, &place), Answer::NotKnown(_));
                assert_eq!(is_open, open.contains(&day) && !expected, "{day} {place:?}");
            }
        }
    }
}

#[test]
fn the_published_vectors_hold() {
    let mut count = 0;
    for (number, row) in (2..).zip(VECTORS.lines().skip(1)) {
        let columns: Vec<&str> = row.split(';').collect();
        assert_eq!(columns.len(), 7, "line {number}: {row}");
        let [day, land, key, district, result, name, basis] = columns[..] else { continue };
        let day: Date = day.parse().unwrap();
        let land: Land = land.parse().unwrap();
        let mut place = Place::of(land);
        if !key.is_empty() {
            place = place.with_municipality(key.parse().unwrap()).unwrap();
        }
        if !district.is_empty() {
            place = place.with_district(district.parse().unwrap()).unwrap();
        }
        let (seen, holiday) = match answer(day, &place) {
            Answer::Holiday(holiday) => ("FEIERTAG", Some(holiday)),
            Answer::NoHoliday => ("KEIN_FEIERTAG", None),
            Answer::NotKnown(holiday) => ("NICHT_BEKANNT", Some(holiday)),
        };
        assert_eq!(seen, result, "line {number}: {row}");
        assert_eq!(holiday.map_or("", Holiday::german), name, "line {number}: {row}");
        // A day that is none rests on the law that does not name it.
        let seen_basis = holiday.map_or(basis, |holiday| holiday.legal_basis(land, day.year()));
        assert_eq!(seen_basis, basis, "line {number}: {row}");
        count += 1;
    }
    assert!(count >= 160, "{count} vectors");
}

#[test]
fn years_outside_the_list_are_refused_and_days_answered_by_the_nearest_law() {
    let hamburg = Place::of(Land::HH);
    for year in [2004, 2101, 0, i16::MIN, i16::MAX] {
        assert_eq!(holidays(year, &hamburg), Err(YearNotListed { year }));
        assert_eq!(open_days(year, &hamburg), Err(YearNotListed { year }));
    }
    assert_eq!(holiday(date(2101, 10, 31), &hamburg), Some(Holiday::ReformationDay));
    assert_eq!(holiday(date(1996, 10, 31), &hamburg), None);
    assert_eq!(holiday(date(1989, 10, 3), &hamburg), None);
    // The ends of the calendar itself: 1 January of the year −9999, 31 December 9999.
    assert_eq!(holiday(Date::MIN, &hamburg), Some(Holiday::NewYear));
    assert_eq!(holiday(Date::MAX, &hamburg), None);
}

#[test]
fn two_holidays_of_one_day_are_both_listed() {
    let listed = holidays(2008, &Place::of(Land::NW)).unwrap();
    let first_of_may: Vec<Holiday> =
        listed.iter().filter(|(day, _)| *day == date(2008, 5, 1)).map(|(_, holiday)| *holiday).collect();
    assert_eq!(first_of_may, [Holiday::LabourDay, Holiday::AscensionDay]);
    assert_eq!(holiday(date(2008, 5, 1), &Place::of(Land::NW)), Some(Holiday::LabourDay));
}

#[test]
fn a_part_of_a_municipality_can_differ() {
    let corpus_christi = date(2026, 6, 4);
    let bautzen = place("14625020");
    let part = |district| answer(corpus_christi, &bautzen.with_district(district).unwrap());
    assert_eq!(answer(corpus_christi, &bautzen), Answer::NotKnown(Holiday::CorpusChristi));
    assert_eq!(part(District::Salzenforst), Answer::Holiday(Holiday::CorpusChristi));
    assert_eq!(part(District::Elsewhere), Answer::NoHoliday);
    // A part of another municipality says nothing here.
    assert_eq!(part(District::Struth), Answer::NotKnown(Holiday::CorpusChristi));
}

/// Meeus, Jones and Butcher: another algorithm than the one under test.
#[expect(clippy::many_single_char_names, reason = "the letters by which the algorithm is published")]
fn easter_by_butcher(year: i32) -> Date {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    date(i16::try_from(year).unwrap(), i8::try_from(month).unwrap(), i8::try_from(day).unwrap())
}

proptest! {
    #[test]
    fn easter_agrees_with_a_second_algorithm(year in 1583_i16..=9999) {
        let easter = easter_sunday(year);
        prop_assert_eq!(easter, easter_by_butcher(year.into()));
        prop_assert_eq!(easter.weekday(), Weekday::Sunday);
    }

    #[test]
    fn no_holiday_twice_and_nine_everywhere(year in FIRST_YEAR..=LAST_YEAR, place in any_place()) {
        let listed = holidays(year, &place).unwrap();
        let names: HashSet<Holiday> = listed.iter().map(|(_, holiday)| *holiday).collect();
        prop_assert_eq!(names.len(), listed.len());
        prop_assert!(listed.is_sorted());
        for nationwide in [
            Holiday::NewYear, Holiday::GoodFriday, Holiday::EasterMonday, Holiday::LabourDay, Holiday::AscensionDay,
            Holiday::WhitMonday, Holiday::GermanUnityDay, Holiday::ChristmasDay, Holiday::SecondChristmasDay,
        ] {
            prop_assert!(names.contains(&nationwide));
        }
        // Augsburg keeps fourteen, and kept the Reformation Day of 2017 as well.
        prop_assert!((9..=15).contains(&listed.len()), "{}", listed.len());
    }

    #[test]
    fn a_working_day_is_no_holiday(year in 1900_i16..2200, month in 1_i8..=12, day in 1_i8..=31, place in any_place()) {
        if let Ok(day) = Date::new(year, month, day) {
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            prop_assert_eq!(is_working_day(day, &place), !weekend && holiday(day, &place).is_none());
            if let Some(holiday) = holiday(day, &place) {
                prop_assert!(!holiday.german().is_empty() && !holiday.english().is_empty());
                prop_assert!(holiday.legal_basis(place.land(), year).len() > 5);
            }
        }
    }
}

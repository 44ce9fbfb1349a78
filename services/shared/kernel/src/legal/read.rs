//! Reads what people and other programs write: days, lengths, codes; every fault names its field.

use std::str::FromStr;

use jiff::civil::Date;

use super::{
    fault::{EARLIEST, LATEST, LegalFault, Reason},
    length::{Length, LengthUnit},
    place::{MunicipalityKey, Place, PlaceError},
};

/// A day written 2026-08-31 or 31.08.2026.
///
/// # Errors
/// When the text is no date, the calendar lacks the day (31 June), or it lies outside [`EARLIEST`] to [`LATEST`].
pub fn day(field: &str, text: &str) -> Result<Date, LegalFault> {
    let fault = |reason| LegalFault::new(field, reason);
    let text = text.trim();
    if text.is_empty() {
        return Err(fault(Reason::Missing));
    }
    let (year, month, day) = parts(text).ok_or_else(|| fault(Reason::NotADate))?;
    let date = Date::new(year, month, day).map_err(|_| fault(Reason::NoSuchDay { year, month, day }))?;
    known_day(field, date)
}

/// A day the clock computes with.
///
/// # Errors
/// When it lies outside [`EARLIEST`] to [`LATEST`].
pub fn known_day(field: &str, day: Date) -> Result<Date, LegalFault> {
    if (EARLIEST..=LATEST).contains(&day) { Ok(day) } else { Err(LegalFault::new(field, Reason::OutsideCalendar)) }
}

fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if let Some((year, rest)) = text.split_once('-') {
        let (month, day) = rest.split_once('-')?;
        (year.len() == 4 && month.len() == 2 && day.len() == 2).then_some(())?;
        (digits(year, 4) && digits(month, 2) && digits(day, 2)).then_some(())?;
        return Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?));
    }
    let (day, rest) = text.split_once('.')?;
    let (month, year) = rest.split_once('.')?;
    (year.len() == 4 && digits(year, 4) && digits(month, 2) && digits(day, 2)).then_some(())?;
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// A whole number within bounds.
///
/// # Errors
/// When it is none or lies outside.
pub fn number(field: &str, text: &str, least: i64, most: i64) -> Result<i64, LegalFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(LegalFault::new(field, Reason::Missing));
    }
    let number: i64 = text.parse().map_err(|_| LegalFault::new(field, Reason::NotANumber))?;
    bounded(field, number, least, most)
}

/// A number within bounds.
///
/// # Errors
/// When it lies outside.
pub fn bounded(field: &str, number: i64, least: i64, most: i64) -> Result<i64, LegalFault> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(LegalFault::new(field, Reason::OutOfBounds { least, most }))
    }
}

/// A code of a list, such as a Land.
///
/// # Errors
/// When it is none.
pub fn code<T: FromStr>(field: &str, text: &str) -> Result<T, LegalFault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(LegalFault::new(field, Reason::Missing));
    }
    text.parse().map_err(|_| LegalFault::new(field, Reason::UnknownCode))
}

/// A length: number and unit, for example 6 and `MONTHS`. The fields of the faults are `<field>.count` and `<field>.unit`.
///
/// # Errors
/// All that is wrong with either.
pub fn length(field: &str, count: &str, unit: &str) -> Result<Length, Vec<LegalFault>> {
    let count_field = format!("{field}.count");
    let unit = code::<LengthUnit>(&format!("{field}.unit"), unit);
    let most = unit.as_ref().map_or(i64::MAX, |unit| i64::from(unit.most()));
    let count = number(&count_field, count, 1, most);
    match (count, unit) {
        (Ok(count), Ok(unit)) => Length::of(&count_field, count, unit).map_err(|fault| vec![fault]),
        (count, unit) => Err([count.err(), unit.err()].into_iter().flatten().collect()),
    }
}

/// A place: the two letters of a Land, the key of a municipality, a part of it, each empty when not told; nothing when none is. The
/// key tells the Land too. The fields of the faults are `<field>.land`, `<field>.municipality` and `<field>.district`.
///
/// # Errors
/// All that is wrong with any of them.
pub fn place(field: &str, land: &str, municipality: &str, district: &str) -> Result<Option<Place>, Vec<LegalFault>> {
    let mut faults = Vec::new();
    let told = |text: &str| !text.trim().is_empty();
    let land = told(land).then(|| code(&format!("{field}.land"), land));
    let key = told(municipality).then(|| {
        let read: Result<MunicipalityKey, _> = municipality.trim().parse();
        read.map_err(|error| LegalFault::new(format!("{field}.municipality"), Reason::NoPlace(error)))
    });
    let district = told(district).then(|| code(&format!("{field}.district"), district));
    let land = land.and_then(|land| land.map_err(|fault| faults.push(fault)).ok());
    let is_key_wrong = matches!(key, Some(Err(_)));
    let key = key.and_then(|key| key.map_err(|fault| faults.push(fault)).ok());
    let district = district.and_then(|district| district.map_err(|fault| faults.push(fault)).ok());
    let mut place = land.map(Place::of);
    if let Some(key) = key {
        match place.map_or(Ok(Place::from(key)), |place| place.with_municipality(key)) {
            Ok(within) => place = Some(within),
            Err(error) => faults.push(LegalFault::new(format!("{field}.municipality"), Reason::NoPlace(error))),
        }
    }
    if let Some(district) = district.filter(|_| !is_key_wrong) {
        let within = place.ok_or(PlaceError::DistrictAlone).and_then(|place| place.with_district(district));
        match within {
            Ok(within) => place = Some(within),
            Err(error) => faults.push(LegalFault::new(format!("{field}.district"), Reason::NoPlace(error))),
        }
    }
    if faults.is_empty() { Ok(place) } else { Err(faults) }
}

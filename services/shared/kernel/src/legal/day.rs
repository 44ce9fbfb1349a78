//! What a day is at a place: weekday, holiday, working day or not, the working days around it, and why.

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

use super::{
    calendar::{Calendar, FreeDay},
    holidays::{Answer, Holiday, answer},
    place::Land,
};
use crate::explanation::{english_date, german_date};

/// A day as it is somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayAnswer {
    /// The day.
    pub date: Date,
    /// Whose holidays count.
    pub calendar: Calendar,
    /// Why nobody works on it, if that is so.
    pub free: Option<FreeDay>,
    /// The holiday it may be, if that depends on a municipality that was not told; on weekends too.
    pub doubt: Option<Holiday>,
    /// The last working day before it.
    pub previous_working_day: Date,
    /// The first working day after it.
    pub next_working_day: Date,
}

impl DayAnswer {
    /// The day with those holidays.
    #[must_use]
    pub fn of(date: Date, calendar: Calendar) -> Self {
        Self {
            date,
            calendar,
            free: calendar.free(date),
            doubt: doubt(date, calendar),
            previous_working_day: calendar.on_or_before(date.saturating_sub(1.days())),
            next_working_day: calendar.on_or_after(date.saturating_add(1.days())),
        }
    }

    /// Whether people work on it.
    #[must_use]
    pub const fn is_working_day(&self) -> bool {
        self.free.is_none()
    }

    /// The day of the week.
    #[must_use]
    pub fn weekday(&self) -> Weekday {
        self.date.weekday()
    }

    /// The holiday it certainly is.
    #[must_use]
    pub const fn holiday(&self) -> Option<Holiday> {
        match self.free {
            Some(FreeDay::Holiday(holiday)) => Some(holiday),
            Some(FreeDay::Saturday | FreeDay::Sunday) | None => None,
        }
    }

    /// The law that makes it a working day or none, as German law is cited.
    #[must_use]
    pub fn legal_basis(&self) -> &'static str {
        self.holiday().map_or("§ 26 Abs. 3 SGB X", |holiday| self.calendar.legal_basis(holiday, self.date.year()))
    }

    /// What the day is and why, in German.
    #[must_use]
    pub fn text_de(&self) -> String {
        let (day, place) = (german_date(self.date), place_de(self.calendar));
        let what = match self.free {
            Some(FreeDay::Holiday(holiday)) => {
                format!("ist {place} ein Feiertag ({}, {}) und kein Arbeitstag", holiday.german(), self.legal_basis())
            }
            Some(FreeDay::Saturday | FreeDay::Sunday) => {
                format!("ist {place} kein Arbeitstag ({})", self.legal_basis())
            }
            None => format!("ist {place} ein Arbeitstag"),
        };
        let doubt = self.doubt.map(|holiday| {
            format!(
                " Ob {} dort gilt, ist nicht bekannt: Es fehlt der Gemeindeschlüssel, der Ortsteil oder eine Quelle für diese Gemeinde{}.",
                holiday.german(),
                if self.is_working_day() { "; der Tag zählt so lange als Arbeitstag" } else { "" }
            )
        });
        format!("{day}, {what}.{}", doubt.unwrap_or_default())
    }

    /// What the day is and why, in English.
    #[must_use]
    pub fn text_en(&self) -> String {
        let (day, place) = (english_date(self.date), place_en(self.calendar));
        let what = match self.free {
            Some(FreeDay::Holiday(holiday)) => {
                format!("is a holiday {place} ({}, {}) and no working day", holiday.english(), self.legal_basis())
            }
            Some(FreeDay::Saturday | FreeDay::Sunday) => {
                format!("is no working day {place} ({})", self.legal_basis())
            }
            None => format!("is a working day {place}"),
        };
        let doubt = self.doubt.map(|holiday| {
            format!(
                " Whether {} is kept there is not known: the municipality, its part or a source for it is missing{}.",
                holiday.english(),
                if self.is_working_day() { "; until then the day counts as a working day" } else { "" }
            )
        });
        format!("{day} {what}.{}", doubt.unwrap_or_default())
    }
}

/// The holiday a day may be at a place.
fn doubt(day: Date, calendar: Calendar) -> Option<Holiday> {
    let Calendar::Of(place) = calendar else { return None };
    match answer(day, &place) {
        Answer::NotKnown(holiday) => Some(holiday),
        Answer::Holiday(_) | Answer::NoHoliday => None,
    }
}

/// Where a calendar holds, in German: `in Bayern, Gemeinde 09761000`.
#[must_use]
pub fn place_de(calendar: Calendar) -> String {
    let Calendar::Of(place) = calendar else { return "nach den Feiertagen, die alle Länder haben,".to_owned() };
    let within = if place.land() == Land::SL { "im" } else { "in" };
    let part = place.district().map(|part| format!(", Ortsteil {part}")).unwrap_or_default();
    let key = place.municipality().map(|key| format!(" (Gemeinde {key}{part})")).unwrap_or_default();
    format!("{within} {}{key}", place.land().german())
}

/// Where a calendar holds, in English.
#[must_use]
pub fn place_en(calendar: Calendar) -> String {
    let Calendar::Of(place) = calendar else { return "by the holidays that all Länder keep".to_owned() };
    let part = place.district().map(|part| format!(", part {part}")).unwrap_or_default();
    let key = place.municipality().map(|key| format!(" (municipality {key}{part})")).unwrap_or_default();
    format!("in {}{key}", place.land().german())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::legal::read;

    fn at(land: &str, key: &str, day: Date) -> DayAnswer {
        DayAnswer::of(day, Calendar::Of(read::place("place", land, key, "").unwrap().unwrap()))
    }

    #[test]
    fn a_holiday_names_its_law() {
        let day = at("SN", "", date(2026, 11, 18));
        assert_eq!(day.holiday(), Some(Holiday::RepentanceDay));
        assert_eq!((day.previous_working_day, day.next_working_day), (date(2026, 11, 17), date(2026, 11, 19)));
        assert_eq!(
            day.text_de(),
            "Mittwoch, 18.11.2026, ist in Sachsen ein Feiertag (Buß- und Bettag, § 1 SächsSFG) und kein Arbeitstag."
        );
        assert!(at("BY", "", date(2026, 11, 18)).is_working_day());
    }

    #[test]
    fn a_doubt_is_said() {
        let day = at("TH", "", date(2026, 6, 4));
        assert!(day.is_working_day());
        assert!(day.text_de().contains("Ob Fronleichnam dort gilt"), "{}", day.text_de());
        assert!(day.text_en().contains("Corpus Christi"), "{}", day.text_en());
        let saturday = at("BY", "", date(2026, 8, 15));
        assert_eq!((saturday.is_working_day(), saturday.doubt), (false, Some(Holiday::AssumptionDay)));
        assert!(saturday.text_de().ends_with("oder eine Quelle für diese Gemeinde."), "{}", saturday.text_de());
    }

    #[test]
    fn the_holidays_of_all_laender_are_nine() {
        let days = Calendar::Nation.holidays(2026).unwrap();
        assert_eq!(days.len(), 9);
        assert_eq!(Calendar::Nation.open_days(2026).unwrap(), []);
        assert!(Calendar::Nation.holidays(2004).is_err());
        assert_eq!(Calendar::Nation.legal_basis(Holiday::NewYear, 2026), "Feiertagsgesetze aller Länder");
    }

    #[test]
    fn a_place_is_read_with_all_that_is_wrong() {
        let faults = read::place("place", "XX", "123", "nirgends").unwrap_err();
        let fields: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["place.land", "place.municipality", "place.district"]);
        let faults = read::place("place", "NW", "09761000", "").unwrap_err();
        assert_eq!(faults[0].text_de(), "die Gemeinde liegt in Bayern, nicht in Nordrhein-Westfalen");
        assert_eq!(read::place("place", "", "", ""), Ok(None));
        assert_eq!(read::place("place", "", "09761000", "").unwrap().unwrap().land(), Land::BY);
        assert_eq!(read::place("place", "SN", "", "WARTHA").unwrap_err()[0].field, "place.district");
    }
}

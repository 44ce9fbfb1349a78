//! Runs every row of the published vectors: argued from the law, so that any software can be held against them.

mod timers;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    Beginning, Calendar, Computation, Length, LengthUnit, MonthPoint, Shift, Surroundings,
    age::{age_limit, completed_on, reached_on},
    caseload::FullTimeEquivalents,
    fault::Reason,
    notification::{Channel, Delivery, notice},
    period,
    place::{Land, Place},
    read,
    receipt::{ReceiptCounting, ReceiptPeriod, long_term},
    remedy::{ObjectionGround, objection},
};
use crate::{
    defaults::{ContinuationAnchor, Months},
    explanation::Event,
};

/// A row by the names of its columns.
struct Row {
    place: String,
    fields: BTreeMap<&'static str, &'static str>,
}

impl Row {
    fn text(&self, name: &str) -> &'static str {
        self.fields.get(name).copied().unwrap_or_else(|| panic!("{}: no column {name}", self.place))
    }

    fn day(&self, name: &str) -> Date {
        read::day(name, self.text(name)).unwrap_or_else(|fault| panic!("{}: {fault}", self.place))
    }

    fn optional_day(&self, name: &str) -> Option<Date> {
        (!self.text(name).is_empty()).then(|| self.day(name))
    }

    fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or_else(|_| panic!("{}: {name} is no number", self.place))
    }

    fn calendar(&self) -> Calendar {
        match self.text("land") {
            "" => Calendar::Nation,
            land => Calendar::Of(Place::of(read::code::<Land>("land", land).unwrap())),
        }
    }
}

/// Every row of a file, checked to be whole, to name its law, and its reason where that does not say it.
fn rows(name: &'static str, text: &'static str) -> Vec<Row> {
    let mut lines = text.lines();
    let columns: Vec<_> = lines.next().unwrap().split(';').collect();
    lines
        .enumerate()
        .map(|(index, line)| {
            let place = format!("{name}:{}", index + 2);
            let values: Vec<_> = line.split(';').collect();
            assert_eq!(values.len(), columns.len(), "{place}");
            let fields: BTreeMap<_, _> = columns.iter().copied().zip(values).collect();
            assert!(fields.get("rechtsgrundlage").is_some_and(|text| !text.is_empty()), "{place} lacks its law");
            assert!(fields.get("begruendung").is_none_or(|text| !text.is_empty()), "{place} lacks its reason");
            Row { place, fields }
        })
        .collect()
}

macro_rules! vectors {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_str!(concat!("vectors/", $name)))),+]
    };
}

const FILES: [(&str, &str); 14] = vectors![
    "altersgrenze.csv",
    "bekanntgabe.csv",
    "betreuungsschluessel.csv",
    "eingaben.csv",
    "fachfristen.csv",
    "feiertage.csv",
    "fristen.csv",
    "langzeitbezug.csv",
    "lebensalter.csv",
    "monat.csv",
    "pflichten.csv",
    "verlaengerung.csv",
    "verschiebung.csv",
    "widerspruch.csv",
];

/// What the vectors call a timer, and its code: no vectors, but what whoever asks the timers by name has to read with them.
const NAMES: &str = include_str!("vectors/fristnamen.csv");

/// Runs a check over the rows of a file and names every row that fails.
fn check<T: PartialEq + std::fmt::Debug>(name: &str, mut run: impl FnMut(&Row) -> (T, T)) {
    let (name, text) = *FILES.iter().find(|(file, _)| *file == name).unwrap();
    let failed: Vec<_> = rows(name, text)
        .iter()
        .filter_map(|row| {
            let (computed, expected) = run(row);
            (computed != expected).then(|| format!("{}: computed {computed:?}, expected {expected:?}", row.place))
        })
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn at_least_400_rows_are_published_and_all_differ() {
    let mut count = 0;
    for (name, text) in FILES {
        let mut lines: Vec<_> = text.lines().skip(1).collect();
        count += lines.len();
        lines.sort_unstable();
        assert!(lines.windows(2).all(|pair| pair[0] != pair[1]), "{name} repeats a row");
    }
    assert!(count >= 400, "{count} vectors");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/legal/vectors");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().extension().is_some_and(|ending| ending == "csv"));
    assert_eq!(files.count(), FILES.len() + 1, "a file is not listed here");
}

#[test]
fn the_page_of_the_vectors_tells_every_file_and_column() {
    let page = include_str!("vectors/README.md");
    let mut count = 0;
    for (name, text) in FILES {
        count += text.lines().count() - 1;
        let told = page.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).expect(name);
        for column in text.lines().next().unwrap().split(';') {
            let word = format!("`{column}`");
            // What all files have in common stands above the table.
            let common = page.lines().any(|line| line.starts_with("- ") && line.contains(&word));
            assert!(told.contains(&word) || common, "{name}: {column}");
        }
    }
    assert!(page.contains(&format!("{count} rows")), "{count} rows");
}

#[test]
fn periods() {
    check("fristen.csv", |row| {
        let beginning = match row.text("anfang") {
            "EREIGNIS" => Beginning::Event,
            "TAGESBEGINN" => Beginning::StartOfDay,
            other => panic!("{other}"),
        };
        let unit = match row.text("einheit") {
            "TAGE" => LengthUnit::Days,
            "ARBEITSTAGE" => LengthUnit::WorkingDays,
            "WOCHEN" => LengthUnit::Weeks,
            "HALBE_MONATE" => LengthUnit::HalfMonths,
            "MONATE" => LengthUnit::Months,
            "VIERTELJAHRE" => LengthUnit::Quarters,
            "HALBE_JAHRE" => LengthUnit::HalfYears,
            "JAHRE" => LengthUnit::Years,
            other => panic!("{other}"),
        };
        let length = Length::of("laenge", row.number("laenge"), unit).unwrap();
        let length = if row.text("halber_monat") == "JA" { length.and_half_month() } else { length };
        let due = Computation::beginning(beginning, Event::Other, row.day("beginn"), row.calendar()).plus(length);
        (due.due_on(), row.day("ende"))
    });
}

#[test]
fn shifts() {
    check("verschiebung.csv", |row| {
        let shift = match row.text("regel") {
            "PARTEIFRIST" => Some(Shift::SocialProcedure),
            "WILLENSERKLAERUNG" => Some(Shift::CivilLaw),
            "RECHTSBEHELF" => Some(Shift::SocialCourt),
            "MITGETEILTER_TAG" => Some(Shift::NotifiedDay),
            "LEISTUNGSZEITRAUM" => Some(Shift::ServicePeriod),
            "TERMIN_DER_BEHOERDE" => Some(Shift::AuthorityAppointment),
            "INTERN_FAELLIG" => Some(Shift::InternalDuty),
            "INTERN_ZIELTAG" => None,
            other => panic!("{other}"),
        };
        let due = Computation::set_day(row.day("fristende"), row.calendar());
        let answer = match shift {
            Some(shift) => due.shift(shift).explain(super::Basis::law("")).due_on,
            None => due.aim_at_working_day().explain(super::Basis::law("")).target_on,
        };
        (answer, row.day("ergebnis"))
    });
}

#[test]
fn extensions() {
    check("verlaengerung.csv", |row| {
        let anchor = match row.text("wahl") {
            "TAG_GLEICHER_ZAHL" => ContinuationAnchor::LikeNumberedDay,
            "MONATSLETZTER" => ContinuationAnchor::MonthEnd,
            other => panic!("{other}"),
        };
        let months = Months(i32::try_from(row.number("monate")).unwrap());
        let due = Computation::extending(row.day("altes_ende"), Shift::InternalDuty, Calendar::Nation)
            .plus_months(months)
            .anchored(anchor);
        (due.due_on(), row.day("ergebnis"))
    });
}

/// The shipped versions and the holidays of a place.
fn federal(calendar: Calendar) -> Surroundings<'static> {
    Surroundings::of_release(jiff::civil::date(2026, 11, 21), calendar).unwrap()
}

#[test]
fn notices() {
    check("bekanntgabe.csv", |row| {
        let (on, received_on) = (row.day("abgesandt"), row.optional_day("zugegangen"));
        let sent = |channel| Delivery::Sent { channel, sent_on: on, received_on };
        let delivery = match row.text("weg") {
            "POST" => sent(Channel::Post),
            "ELEKTRONISCH" => sent(Channel::Electronic),
            "ABRUF" => sent(Channel::Portal),
            "ABRUF_BESTRITTEN" => Delivery::Retrieved { sent_on: on, retrieved_on: received_on.unwrap() },
            "AUSLAND_POST" => Delivery::PostedAbroad { posted_on: on, received_on: received_on.unwrap() },
            "UEBERGABE" => Delivery::HandedOver { on },
            "ZUSTELLUNGSURKUNDE" => Delivery::Served { on },
            other => panic!("{other}"),
        };
        (notice(delivery.check().unwrap(), federal(Calendar::Nation)).unwrap().due_on, row.day("bekanntgabe"))
    });
}

#[test]
fn objections() {
    check("widerspruch.csv", |row| {
        let ground = match row.text("fall") {
            "REGEL" => ObjectionGround::of(false, true),
            "AUSLAND" => ObjectionGround::of(true, true),
            "BELEHRUNG_FEHLERHAFT" => ObjectionGround::of(true, false),
            other => panic!("{other}"),
        };
        let (notice_on, around) = (row.day("bekanntgabe"), federal(row.calendar()));
        let rule = around.rule("bekanntgabe", notice_on).unwrap();
        (objection(notice_on, ground, &rule, around.calendar).due_on, row.day("ende"))
    });
}

#[test]
fn points_of_a_month() {
    check("monat.csv", |row| {
        let day = row.day("tag");
        let computed = match row.text("punkt") {
            "ANFANG" => period::month_point(day, MonthPoint::Beginning),
            "MITTE" => period::month_point(day, MonthPoint::Middle),
            "ENDE" => period::month_point(day, MonthPoint::End),
            "FOLGEMONAT" => period::next_month_start(day),
            other => panic!("{other}"),
        };
        (computed, row.day("ergebnis"))
    });
}

#[test]
fn ages() {
    check("lebensalter.csv", |row| {
        let (born_on, years) = (row.day("geboren"), u8::try_from(row.number("jahre")).unwrap());
        (
            (completed_on(born_on, years), reached_on(born_on, years)),
            (row.day("vollendet_mit_ablauf"), row.day("erreicht_am")),
        )
    });
    check("altersgrenze.csv", |row| (age_limit(row.day("geboren")).due_on, row.day("altersgrenze")));
}

#[test]
fn long_term_receipt() {
    check("langzeitbezug.csv", |row| {
        let periods: Vec<_> = row
            .text("bezug")
            .split(',')
            .map(|period| {
                let (from, to) = period.split_once('/').unwrap();
                ReceiptPeriod { from: from.parse().unwrap(), to: (!to.is_empty()).then(|| to.parse().unwrap()) }
            })
            .collect();
        let counting = match row.text("zaehlung") {
            "DREISSIG_TAGE" => ReceiptCounting::ThirtyDays,
            "KALENDERMONATE" => ReceiptCounting::CalendarMonths,
            other => panic!("{other}"),
        };
        let found = long_term(&periods, row.day("stichtag"), counting).unwrap();
        (
            (i64::from(found.counted), i64::from(found.needed), found.is_reached()),
            (row.number("gezaehlt"), row.number("noetig"), row.text("langzeitbezug") == "JA"),
        )
    });
}

#[test]
fn caseloads() {
    check("betreuungsschluessel.csv", |row| {
        let minutes: Vec<i64> = row.text("minuten_je_woche").split(',').map(|text| text.parse().unwrap()).collect();
        let posts = FullTimeEquivalents::of_weekly_minutes(&minutes, row.number("vollzeit_minuten")).unwrap();
        let ratio = i32::try_from(row.number("schluessel")).unwrap();
        (
            (posts.hundredths(), posts.capacity(ratio)),
            (row.number("vollzeitstellen_hundertstel"), row.number("plaetze")),
        )
    });
}

#[test]
fn inputs() {
    check("eingaben.csv", |row| {
        let value = row.text("wert");
        let faults = match row.text("art") {
            "TAG" => read::day("tag", value).err().into_iter().collect(),
            "LAENGE" => read::length("laenge", value, row.text("einheit")).err().unwrap_or_default(),
            "LAND" => read::code::<Land>("land", value).err().into_iter().collect::<Vec<_>>(),
            other => panic!("{other}"),
        };
        let code = faults.first().map_or("OHNE_FEHLER", |fault| match fault.reason {
            Reason::Missing => "LEER",
            Reason::NotADate => "KEIN_DATUM",
            Reason::NoSuchDay { .. } => "TAG_FEHLT",
            Reason::OutsideCalendar => "AUSSERHALB",
            Reason::NotANumber => "KEINE_ZAHL",
            Reason::OutOfBounds { .. } => "GRENZEN",
            Reason::UnknownCode => "KEIN_WERT",
            Reason::Before { .. } | Reason::After { .. } => "REIHENFOLGE",
            Reason::NoPlace(_) | Reason::NotAsked | Reason::RetrievalCounts | Reason::NoSuchPeriod { .. } => "ANDERER",
        });
        (code, row.text("fehler"))
    });
}

//! The table of municipalities: it can be read whole, its numbers are those the statistical office gives, and faults are named.

use super::{super::*, place};

const HEADER: &str = "feiertag;schluessel;ortsteil;von;bis;antwort;name;quelle";

fn parse(line: &str) -> Result<MunicipalTable, TableFault> {
    MunicipalTable::parse(&format!("{HEADER}\n{line}\n"))
}

#[test]
fn the_table_of_the_crate_can_be_read() {
    MunicipalTable::parse(include_str!("../municipal.csv")).unwrap();
}

/// Municipalities of a Regierungsbezirk without Mariä Himmelfahrt, as the statistical office counted them.
#[test]
fn the_counts_are_those_of_the_statistical_office() {
    let count = |prefix: &str, year: i16, answered: fn(&Answer) -> bool| {
        include_str!("../municipal.csv")
            .lines()
            .map(|line| line.split(';').collect::<Vec<_>>())
            .filter(|row| row[0] == "MARIAE_HIMMELFAHRT" && row[1].len() == 8 && row[1].starts_with(prefix))
            .map(|row| row[1].to_owned())
            .collect::<std::collections::BTreeSet<_>>()
            .iter()
            .filter(|key| answered(&answer(date(year, 8, 15), &place(key))))
            .count()
    };
    let without = |prefix, year| count(prefix, year, |answer| *answer == Answer::NoHoliday);
    assert_eq!([2013, 2014, 2025].map(|year| without("093", year)), [9, 9, 9]);
    // Some Landkreise of Oberfranken keep it nowhere but in what is named: 99 and 98 of 214 keep it.
    let with = |prefix, year| count(prefix, year, |answer| matches!(answer, Answer::Holiday(_)));
    assert_eq!([2013, 2014, 2025].map(|year| with("094", year)), [99, 99, 98]);
    // Baiersdorf gave it up in 2014 and took it up again in 2025, as Weisendorf did.
    assert_eq!([2013, 2014, 2025].map(|year| without("095", year)), [171, 172, 170]);
    assert_eq!([2013, 2014, 2025].map(|year| without("096", year)), [45, 40, 39]);
    assert_eq!([2013, 2014, 2025].map(|year| without("097", year)), [16, 16, 14]);
}

#[test]
fn what_is_not_told_stays_open() {
    let assumption = date(2026, 8, 15);
    // A key that a reform of territory ended, and a Land without its municipality.
    for open in [place("09471999"), Place::of(crate::legal::place::Land::BY)] {
        assert_eq!(answer(assumption, &open), Answer::NotKnown(Holiday::AssumptionDay));
        assert_eq!(holiday(assumption, &open), None);
    }
}

#[test]
fn the_longest_key_decides() {
    let table = MunicipalTable::parse(&format!(
        "{HEADER}\nFRONLEICHNAM;16;;;;NEIN;Land;x\nFRONLEICHNAM;16061;;2010-01-01;;JA;Kreis;x\n\
         FRONLEICHNAM;16061045;;;2019-12-31;UNBEKANNT;Ort;x\n"
    ))
    .unwrap();
    let ask = |key: &str, year| table.membership(Holiday::CorpusChristi, key.parse().unwrap(), None, date(year, 6, 4));
    assert_eq!(ask("16061045", 2015), Membership::NotKnown);
    assert_eq!(ask("16061045", 2020), Membership::Holiday);
    assert_eq!(ask("16061001", 2009), Membership::NoHoliday);
    assert_eq!(ask("15061001", 2020), Membership::NotKnown);
}

#[test]
fn faults_are_named_by_line_and_column() {
    assert_eq!(MunicipalTable::parse("").unwrap_err(), TableFault::Header);
    for (line, column) in [
        ("OSTERN;16;;;;JA;x;x", "feiertag"),
        ("FRONLEICHNAM;1606;;;;JA;x;x", "schluessel"),
        ("FRONLEICHNAM;1x;;;;JA;x;x", "schluessel"),
        ("FRONLEICHNAM;16;DORF;;;JA;x;x", "ortsteil"),
        ("FRONLEICHNAM;16;;2026-06-31;;JA;x;x", "von"),
        ("FRONLEICHNAM;16;;;gestern;JA;x;x", "bis"),
        ("FRONLEICHNAM;16;;;;VIELLEICHT;x;x", "antwort"),
    ] {
        assert_eq!(parse(line).unwrap_err(), TableFault::Value { line: 2, column }, "{line}");
    }
    for line in ["", "FRONLEICHNAM;16;;;;JA;;x", "FRONLEICHNAM;16;;;;JA;x;"] {
        assert_eq!(parse(line).unwrap_err(), TableFault::Columns { line: 2 }, "{line}");
    }
    let overlap = "FRONLEICHNAM;16;;;2020-01-01;JA;x;x\nFRONLEICHNAM;16;;2020-01-01;;NEIN;x;x";
    assert_eq!(parse(overlap).unwrap_err(), TableFault::Overlap { line: 3 });
}

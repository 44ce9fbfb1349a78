//! Every published vector that the API can be asked comes out over the wire as the law says.

use std::collections::BTreeMap;

use lotse_proto::{
    Date,
    cases::{self as contract, compute_deadline_request::Question, period_question::Start},
};

use super::{PARENT, on};
use crate::house::House;

macro_rules! vectors {
    ($name:literal) => {
        rows($name, include_str!(concat!("../../../../shared/kernel/src/legal/vectors/", $name)))
    };
}

struct Row {
    line: String,
    fields: BTreeMap<&'static str, &'static str>,
}

fn rows(name: &str, text: &'static str) -> Vec<Row> {
    let mut lines = text.lines();
    let columns: Vec<_> = lines.next().expect("columns").split(';').collect();
    let row = |(number, line): (usize, &'static str)| Row {
        line: format!("{name}:{}", number + 2),
        fields: columns.iter().copied().zip(line.split(';')).collect(),
    };
    lines.enumerate().map(row).collect()
}

impl Row {
    fn text(&self, name: &str) -> &'static str {
        self.fields.get(name).copied().unwrap_or_default()
    }

    fn number(&self, name: &str) -> i32 {
        self.text(name).parse().expect("a number")
    }

    fn day(&self, name: &str) -> Date {
        self.optional_day(name).expect("a day")
    }

    fn optional_day(&self, name: &str) -> Option<Date> {
        let parts: Vec<i32> = self.text(name).split('-').filter_map(|part| part.parse().ok()).collect();
        if let [year, month, day] = parts[..] { Some(on(year, month, day)) } else { None }
    }

    /// A column with one of these words.
    fn one<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> T {
        let found = words.iter().find(|(word, _)| *word == self.text(name));
        found.expect(&self.line).1
    }

    /// The timer that a column names in the words of the vectors.
    fn timer(&self, name: &str) -> contract::LegalTimer {
        let names = include_str!("../../../../shared/kernel/src/legal/vectors/fristnamen.csv");
        let found = names.lines().filter_map(|line| line.split_once(';')).find(|(word, _)| *word == self.text(name));
        let code = format!("LEGAL_TIMER_{}", found.expect(&self.line).1);
        contract::LegalTimer::from_str_name(&code).expect(&self.line)
    }

    /// The Land of a row; where it names none, the holidays that all Länder keep.
    fn place(&self) -> contract::Place {
        contract::Place {
            land: self.text("land").into(),
            municipality: self.text("ags").into(),
            district: self.text("ortsteil").into(),
        }
    }
}

/// Asks the question of each row and compares due day, target and last day in time with what is told of them.
async fn check(rows: Vec<Row>, ask: fn(&Row) -> Question, expected: fn(&Row) -> [Option<Date>; 3]) -> usize {
    let house = House::open().await;
    let mut wrong = Vec::new();
    let count = rows.len();
    for row in rows {
        let (parent, place, question) = (PARENT.into(), Some(row.place()), Some(ask(&row)));
        let answer = house.deadline(contract::ComputeDeadlineRequest { parent, place, question }).await;
        let why = answer.expect(&row.line).explanation.expect("reasons");
        let found = [why.due_date, why.target_date, why.overdue_after_date];
        let fits = found.iter().zip(expected(&row)).all(|(found, told)| told.is_none() || *found == told);
        if !fits {
            wrong.push(format!("{}: {found:?}", row.line));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

fn length(count: i32, unit: contract::LengthUnit, and_half_month: bool) -> contract::Length {
    contract::Length { count, unit: unit.into(), and_half_month }
}

fn staying(start: Start) -> contract::PeriodQuestion {
    contract::PeriodQuestion {
        start: Some(start),
        end_rule: contract::EndRule::InternalDuty.into(),
        ..Default::default()
    }
}

#[tokio::test]
async fn periods() {
    use contract::LengthUnit as Unit;
    let ask = |row: &Row| {
        let units = [
            ("TAGE", Unit::Days),
            ("ARBEITSTAGE", Unit::WorkingDays),
            ("WOCHEN", Unit::Weeks),
            ("HALBE_MONATE", Unit::HalfMonths),
            ("MONATE", Unit::Months),
            ("VIERTELJAHRE", Unit::Quarters),
            ("HALBE_JAHRE", Unit::HalfYears),
            ("JAHRE", Unit::Years),
        ];
        let begin = row.day("beginn");
        let start =
            row.one("anfang", &[("EREIGNIS", Start::EventDate(begin)), ("TAGESBEGINN", Start::FirstDate(begin))]);
        let length = Some(length(row.number("laenge"), row.one("einheit", &units), row.text("halber_monat") == "JA"));
        Question::Period(contract::PeriodQuestion { length, ..staying(start) })
    };
    assert!(check(vectors!("fristen.csv"), ask, |row| [Some(row.day("ende")), None, None]).await > 100);
}

#[tokio::test]
async fn ends_without_work() {
    use contract::EndRule as Rule;
    // A period of one day from the start of a day ends on it.
    let ask = |row: &Row| {
        let rules = [
            ("PARTEIFRIST", Rule::SocialProcedure),
            ("WILLENSERKLAERUNG", Rule::CivilLaw),
            ("RECHTSBEHELF", Rule::SocialCourt),
            ("MITGETEILTER_TAG", Rule::NotifiedDay),
            ("LEISTUNGSZEITRAUM", Rule::ServicePeriod),
            ("TERMIN_DER_BEHOERDE", Rule::AuthorityAppointment),
            ("INTERN_FAELLIG", Rule::InternalDuty),
            ("INTERN_ZIELTAG", Rule::WorkingDayBefore),
        ];
        Question::Period(contract::PeriodQuestion {
            length: Some(length(1, contract::LengthUnit::Days, false)),
            end_rule: row.one("regel", &rules).into(),
            ..staying(Start::FirstDate(row.day("fristende")))
        })
    };
    let expected = |row: &Row| {
        let day = Some(row.day("ergebnis"));
        if row.text("regel") == "INTERN_ZIELTAG" { [None, day, None] } else { [day, None, None] }
    };
    assert!(check(vectors!("verschiebung.csv"), ask, expected).await > 50);
}

#[tokio::test]
async fn extensions() {
    use contract::ContinuationAnchor as Anchor;
    let ask = |row: &Row| {
        let anchors = [("TAG_GLEICHER_ZAHL", Anchor::LikeNumberedDay), ("MONATSLETZTER", Anchor::MonthEnd)];
        Question::Period(contract::PeriodQuestion {
            length: Some(length(row.number("monate"), contract::LengthUnit::Months, false)),
            anchor: row.one("wahl", &anchors).into(),
            ..staying(Start::FormerEndDate(row.day("altes_ende")))
        })
    };
    assert!(check(vectors!("verlaengerung.csv"), ask, |row| [Some(row.day("ergebnis")), None, None]).await > 20);
}

#[tokio::test]
async fn points_of_a_month() {
    use contract::MonthPoint as Point;
    let known = |row: &Row| row.text("punkt") != "FOLGEMONAT";
    let ask = |row: &Row| {
        let points = [("ANFANG", Point::Beginning), ("MITTE", Point::Middle), ("ENDE", Point::End)];
        let month_point = row.one("punkt", &points).into();
        Question::Period(contract::PeriodQuestion { month_point, ..staying(Start::EventDate(row.day("tag"))) })
    };
    let rows = vectors!("monat.csv").into_iter().filter(known).collect();
    assert!(check(rows, ask, |row| [Some(row.day("ergebnis")), None, None]).await > 10);
}

#[tokio::test]
async fn notices() {
    use contract::DeliveryWay as Way;
    let ask = |row: &Row| {
        let ways = [
            ("POST", Way::Post),
            ("ELEKTRONISCH", Way::Electronic),
            ("ABRUF", Way::Portal),
            ("ABRUF_BESTRITTEN", Way::PortalDenied),
            ("AUSLAND_POST", Way::PostAbroad),
            ("UEBERGABE", Way::HandedOver),
            ("ZUSTELLUNGSURKUNDE", Way::ServiceCertificate),
        ];
        Question::Notice(contract::NoticeQuestion {
            way: row.one("weg", &ways).into(),
            sent_date: Some(row.day("abgesandt")),
            received_date: row.optional_day("zugegangen"),
        })
    };
    assert!(check(vectors!("bekanntgabe.csv"), ask, |row| [Some(row.day("bekanntgabe")), None, None]).await > 30);
}

#[tokio::test]
async fn objections() {
    let ask = |row: &Row| {
        Question::Objection(contract::ObjectionQuestion {
            known: Some(contract::objection_question::Known::NoticeDate(row.day("bekanntgabe"))),
            abroad: row.text("fall") == "AUSLAND",
            instruction_missing_or_wrong: row.text("fall") == "BELEHRUNG_FEHLERHAFT",
        })
    };
    assert!(check(vectors!("widerspruch.csv"), ask, |row| [Some(row.day("ende")), None, None]).await > 20);
}

#[tokio::test]
async fn duties_under_the_shipped_policies() {
    let ask = |row: &Row| {
        Question::Timer(contract::TimerQuestion {
            timer: row.timer("pflicht").into(),
            from_date: Some(row.day("ausgangstag")),
            number: row.text("nummer").parse().unwrap_or_default(),
            ..Default::default()
        })
    };
    let expected = |row: &Row| [Some(row.day("faellig")), Some(row.day("zieltag")), Some(row.day("rechtzeitig_bis"))];
    assert!(check(vectors!("pflichten.csv"), ask, expected).await > 20);
}

#[tokio::test]
async fn timers_of_the_law_under_the_shipped_policies() {
    let ask = |row: &Row| {
        Question::Timer(contract::TimerQuestion {
            timer: row.timer("frist").into(),
            from_date: Some(row.day("ausgangstag")),
            fact_date: row.optional_day("tatsache"),
            number: row.text("nummer").parse().unwrap_or_default(),
            ..Default::default()
        })
    };
    let expected = |row: &Row| [Some(row.day("faellig")), Some(row.day("zieltag")), None];
    assert!(check(vectors!("fachfristen.csv"), ask, expected).await > 50);
}

#[tokio::test]
async fn ages() {
    fn age(row: &Row, years: i32) -> Question {
        Question::Age(contract::AgeQuestion { birth_date: Some(row.day("geboren")), years })
    }
    let ask = |row: &Row| age(row, row.number("jahre"));
    assert!(
        check(vectors!("lebensalter.csv"), ask, |row| [Some(row.day("vollendet_mit_ablauf")), None, None]).await > 10
    );
    let ask = |row: &Row| age(row, 0);
    assert!(check(vectors!("altersgrenze.csv"), ask, |row| [Some(row.day("altersgrenze")), None, None]).await > 10);
}

#[tokio::test]
async fn holidays() {
    let house = House::open().await;
    let mut wrong = Vec::new();
    for row in vectors!("feiertage.csv") {
        let (parent, place, date) = (PARENT.into(), Some(row.place()), Some(row.day("tag")));
        let answer = house.explain(contract::ExplainDateRequest { parent, place, date }).await;
        let answer = answer.expect(&row.line);
        let found = match &answer.holiday {
            None => ("KEIN_FEIERTAG", ""),
            Some(day) if day.not_known => ("NICHT_BEKANNT", day.name_de.as_str()),
            Some(day) => ("FEIERTAG", day.name_de.as_str()),
        };
        if found != (row.text("ergebnis"), row.text("feiertag")) {
            wrong.push(format!("{}: {found:?}", row.line));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

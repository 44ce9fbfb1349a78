//! The timers of the catalogue, under the policies as shipped.

use super::{NAMES, Row, check, federal};
use crate::{
    deadlines::named::{Timer, TimerQuestion},
    explanation::Explanation,
    legal::Calendar,
};

#[test]
fn duties() {
    check("pflichten.csv", |row| {
        let explanation = timer(row, "pflicht");
        (
            (explanation.due_on, explanation.target_on, explanation.overdue_after),
            (row.day("faellig"), row.day("zieltag"), row.day("rechtzeitig_bis")),
        )
    });
}

/// What a timer of a row answers; `column` tells its word.
fn timer(row: &Row, column: &str) -> Explanation {
    let timer = named(row.text(column));
    let number = row.text("nummer").parse().unwrap_or(1);
    let fact_on = row.fields.contains_key("tatsache").then(|| row.optional_day("tatsache")).flatten();
    let question = TimerQuestion { fact_on, number, ..TimerQuestion::new(timer, row.day("ausgangstag")) };
    let found = question.answer(federal(Calendar::Nation)).unwrap_or_else(|fault| panic!("{}: {fault}", row.place));
    found.explanation
}

/// The timer that the vectors call so.
fn named(word: &str) -> Timer {
    let code = NAMES.lines().filter_map(|line| line.split_once(';')).find(|(known, _)| *known == word);
    code.unwrap_or_else(|| panic!("{word} is no timer")).1.parse().unwrap()
}

#[test]
fn timers_of_the_law() {
    check("fachfristen.csv", |row| {
        let explanation = timer(row, "frist");
        ((explanation.due_on, explanation.target_on), (row.day("faellig"), row.day("zieltag")))
    });
}

//! `lotse demo` as its reader meets it: every line of the timeline says when, who, what and by which rule, and the letters are there.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use jiff::civil::{Date, Weekday, date};

use crate::place::Place;

/// How many letters the story leaves: five invitations and the one at its end.
const LETTERS: usize = 6;

/// A line of the timeline.
enum Line<'l> {
    /// A new day.
    Day(Date),
    /// Somebody calls an RPC.
    Act { who: &'l str, call: &'l str },
    /// The case remembers something, which somebody or time did.
    Entry { who: &'l str, text: &'l str },
    /// A date that is due next.
    Due(&'l str),
    /// What the story says besides.
    Word,
}

pub async fn the_demo_tells_a_whole_life_and_leaves_its_letters() {
    let place = Place::new("demo");
    let told = place.lotse(&["demo"]).output().await.expect("the executable");
    let text = String::from_utf8(told.stdout).expect("a text");
    assert_eq!(told.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&told.stderr));

    let (story, letters) = text.split_once("\n\nBriefe:\n").expect("a list of letters");
    let (story, verdict) = story.rsplit_once("\n\n").expect("a verdict");
    let days = days_between(date(2031, 3, 3), date(2034, 6, 1));
    let steps = the_timeline_is_whole(story);
    let expected = format!("Alles wie erzählt: {steps} Schritte, {days} Tage in ");
    assert!(verdict.starts_with(&expected), "not `{expected}…`: {verdict}");

    let paths: BTreeSet<&Path> = letters.lines().map(|line| Path::new(line.trim_start())).collect();
    assert_eq!((letters.lines().count(), paths.len()), (LETTERS, LETTERS), "{letters}");
    for path in &paths {
        let letter = std::fs::read(path).expect("a letter");
        assert!(path.starts_with(place.tmp()) && letter.starts_with(b"%PDF-"), "{} is no letter", path.display());
        assert!(letter.trim_ascii_end().ends_with(b"%%EOF"), "{} is torn", path.display());
    }
    // Nothing else is left of the servers, and nothing at all where the demo was called.
    let kept: BTreeSet<&Path> = paths.iter().filter_map(|path| path.parent()).collect();
    let left: BTreeSet<_> = place.left_in_tmp().into_iter().map(|name| place.tmp().join(name)).collect();
    assert_eq!(left, kept.into_iter().map(Path::to_owned).collect());
    assert_eq!(place.left_at_work(), BTreeSet::new());
}

/// Holds that every line can be read and nothing of the life is missing; the number of steps that were told.
fn the_timeline_is_whole(story: &str) -> usize {
    let people = ["Anna Albers", "Bernd Brandt", "Carla Conrad", "Doris Demir", "Emil Engel"];
    let (title, timeline) = story.split_once("\n\n").expect("a title and a timeline");
    for words in people.into_iter().chain(["Zwei Jahre mit einer Verlängerung", "Belegt: R2, "]) {
        assert!(title.contains(words), "the title lacks {words}: {title}");
    }
    let mut days = BTreeMap::<Date, usize>::new();
    let (mut today, mut acts, mut passes, mut entries) = (None, BTreeMap::<&str, usize>::new(), 0, Vec::new());
    let mut dues = BTreeMap::<Date, Vec<&str>>::new();
    for line in timeline.lines().filter(|line| !line.is_empty()) {
        let read = read(line, &people);
        if let Line::Day(day) = read {
            assert!(today.replace(day).is_none_or(|before| before < day), "time goes back to {day}");
            days.insert(day, 0);
            continue;
        }
        let on = today.expect("a day above the first line");
        *days.entry(on).or_default() += 1;
        match read {
            Line::Day(_) => {}
            Line::Act { who, call } => {
                assert!(people.contains(&who) && call.contains('/'), "nobody acts: {line}");
                *acts.entry(who).or_default() += 1;
            }
            Line::Entry { who, text } => {
                assert!(people.contains(&who) || who == "Zeitablauf", "nobody is remembered: {line}");
                assert!(cites(text), "no rule of law or requirement is named: {line}");
                entries.push(text);
            }
            Line::Due(due) => {
                assert!(cites(due), "no rule is named: {line}");
                dues.entry(on).or_default().push(due);
            }
            // The outcome of a refusal stands below its act; a word of its own is a step that lets time pass.
            Line::Word => passes += usize::from(!line.contains("abgelehnt, wie es sein muss: ")),
        }
    }
    assert!(days.values().all(|lines| *lines > 0), "days on which nothing happens: {days:?}");
    let ends = (days.keys().next().copied(), days.keys().last().copied());
    assert_eq!(ends, (Some(date(2031, 3, 3)), Some(date(2034, 6, 1))));
    assert_eq!(acts.len(), people.len(), "somebody never acts: {acts:?}");
    let named = |rule: &str| entries.iter().filter(|text| text.contains(rule)).count();
    for (rule, least) in [("R17", 3), ("R61", 1), ("R106", 10), ("R108", 3), ("R113", 1), ("R122", 2)] {
        assert!(named(rule) >= least, "{rule} stands {} times, not {least}: {entries:#?}", named(rule));
    }
    let next = |on: Date, words: &str| dues.get(&on).is_some_and(|dues| dues.iter().any(|due| due.starts_with(words)));
    for (on, words) in [
        (date(2031, 3, 10), "Überprüfung der Fortführung 1: bis Mi 10.09.2031, möglich ab 11.08.2031 (R106"),
        (date(2031, 3, 10), "Entscheidung zur Höchstdauer: bis Do 10.03.2033, möglich ab 10.12.2032 (R108"),
        (date(2033, 9, 7), "Ende der Nachbetreuung: bis Mi 01.03.2034, möglich ab 15.02.2034 (R122"),
    ] {
        assert!(next(on, words), "on {on} nothing says `{words}`: {:#?}", dues.get(&on));
    }
    acts.values().sum::<usize>() + passes
}

/// Reads a line by its columns; one that is none of these fails.
fn read<'l>(line: &'l str, people: &[&str]) -> Line<'l> {
    if !line.starts_with(' ') {
        return Line::Day(day(line));
    }
    if let Some(act) = line.strip_prefix("  ✓ ") {
        let (who, what) = columns(act);
        // A step without a word of its own is told by its RPC alone.
        let call = what.strip_suffix(']').and_then(|what| what.rsplit_once("  [")).map_or(what, |(_, call)| call);
        return Line::Act { who, call };
    }
    let (who, what) = columns(line.strip_prefix("    ").expect("an indented line"));
    match (who, what.strip_prefix("→ ")) {
        ("" | "nächste Termine", Some(due)) => {
            let (_, rest) = due.split_once(": bis ").expect("a due date");
            day(rest.get(..13).expect("a day"));
            Line::Due(due)
        }
        ("", None) => Line::Word,
        (who, None) if people.contains(&who) || who == "Zeitablauf" => Line::Entry { who, text: what },
        _ => unreachable!("a line that says neither who nor what: {line}"),
    }
}

/// Who, in eighteen columns, and the rest.
fn columns(line: &str) -> (&str, &str) {
    let at = line.char_indices().nth(18).map_or(line.len(), |(at, _)| at);
    let (who, what) = line.split_at(at);
    (who.trim_end(), what.trim_start())
}

/// Reads `Mo 03.03.2031` and holds that this day is a Monday.
fn day(text: &str) -> Date {
    let (name, numbers) = text.split_once(' ').expect("a weekday and a day");
    let numbers: Vec<i16> = numbers.split('.').map(|number| number.parse().expect("a number")).collect();
    let [day, month, year] = numbers[..] else { unreachable!("no day: {text}") };
    let day = date(year, month.try_into().expect("a month"), day.try_into().expect("a day"));
    let weekday = match day.weekday() {
        Weekday::Monday => "Mo",
        Weekday::Tuesday => "Di",
        Weekday::Wednesday => "Mi",
        Weekday::Thursday => "Do",
        Weekday::Friday => "Fr",
        Weekday::Saturday => "Sa",
        Weekday::Sunday => "So",
    };
    assert_eq!(name, weekday, "{text}");
    day
}

fn days_between(from: Date, until: Date) -> i32 {
    from.until(until).expect("days").get_days()
}

/// Whether a requirement (`R106`) or a paragraph stands there.
fn cites(text: &str) -> bool {
    let requirement = |word: &str| {
        let number = word.strip_prefix('R').unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split([' ', ',', '(', ')', '-']).any(|word| requirement(word) || word.starts_with('§'))
}

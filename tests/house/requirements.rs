//! What proves each requirement stands in `tests/requirements.golden.txt`, and stays true: numbers, journeys and tests.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use crate::{files, none, read, root, short};

/// What proves what.
const GOLDEN: &str = "tests/requirements.golden.txt";

/// Where the macros stand that make tests of a service from the promises of its contract.
const PROMISES: &str = "services/shared/devstack/src/contract.rs";

/// Where the tests are listed of the target that has a harness of its own, and its files.
const LISTED: &str = "tests/faults/main.rs";
const FAULTS: &str = "tests/faults/";

/// The catalogue counts from 1 to this.
const LAST: u32 = 195;

/// A line of the golden file.
#[derive(Debug)]
struct Requirement<'t> {
    number: u32,
    says: Vec<Says<'t>>,
}

/// What a line says of its requirement.
#[derive(Debug)]
enum Says<'t> {
    /// Journeys show it.
    Journeys(Vec<&'t str>),
    /// Tests of one file prove it.
    Tests { file: &'t str, names: Vec<&'t str> },
    /// What is not proven yet.
    Open,
    /// Nothing is.
    Planned,
    /// Why software cannot do it.
    Reason,
}

impl Says<'_> {
    const fn is_proof(&self) -> bool {
        matches!(self, Says::Journeys(_) | Says::Tests { .. })
    }
}

/// Reads a line, or tells what is wrong with it.
fn requirement(line: &str) -> Result<Requirement<'_>, String> {
    let mut fields = line.split('|').map(str::trim);
    let word = fields.next().unwrap_or_default();
    let Some(number) = number(word) else {
        return Err(format!("`{word}` is no requirement; begin the line with one, as in `R106 | short name | …`"));
    };
    let words = fields.next().unwrap_or_default().split_whitespace().count();
    if !(3..=8).contains(&words) {
        return Err(format!("R{number} has a name of {words} words; name it with 3 to 8"));
    }
    let says = fields.map(says).collect::<Result<Vec<_>, _>>().map_err(|fault| format!("R{number}: {fault}"))?;
    let sound = match says.as_slice() {
        [] => return Err(format!("R{number} has no proof; name a journey or a test, or write `planned`")),
        [Says::Planned | Says::Reason] => true,
        [proofs @ .., Says::Open] => !proofs.is_empty() && proofs.iter().all(Says::is_proof),
        proofs => proofs.iter().all(Says::is_proof),
    };
    if sound {
        Ok(Requirement { number, says })
    } else {
        let way = "`planned` and `not software:` stand alone, and `open:` comes once, last, behind a proof";
        Err(format!("R{number}: {way}"))
    }
}

/// The number of a requirement, as it is written: no zero before it.
fn number(word: &str) -> Option<u32> {
    let digits = word.strip_prefix('R')?;
    let written = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    written.then(|| digits.parse().ok()).flatten()
}

fn says(field: &str) -> Result<Says<'_>, String> {
    let told = |text: &str| !text.trim().is_empty();
    let (word, rest) = field.split_once(' ').unwrap_or((field, ""));
    let found = match word {
        "planned" if rest.is_empty() => Some(Says::Planned),
        "open:" if told(rest) => Some(Says::Open),
        "not" if rest.strip_prefix("software:").is_some_and(told) => Some(Says::Reason),
        "journey" => names(rest).map(Says::Journeys),
        "test" => rest.split_once(' ').and_then(|(file, rest)| Some(Says::Tests { file, names: names(rest)? })),
        _ => None,
    };
    let forms = "`journey <name>, …`, `test <file> <function>, …`, `open: …`, `planned` or `not software: …`";
    found.ok_or_else(|| format!("`{field}` proves nothing; write {forms}"))
}

/// Names with commas between them, if all are names.
fn names(text: &str) -> Option<Vec<&str>> {
    let names: Vec<&str> = text.split(',').map(str::trim).collect();
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let sound = names.iter().all(|name| !name.is_empty() && name.bytes().all(is_letter));
    sound.then_some(names)
}

/// What the lines speak of.
struct House {
    /// Each journey with the requirements it lists.
    journeys: BTreeMap<String, BTreeSet<u32>>,
    /// The text of a file of the workspace, if it is there.
    source: fn(&str) -> Option<String>,
}

impl House {
    /// What is wrong with the proofs of a line.
    fn faults(&self, line: &Requirement<'_>) -> Vec<String> {
        let mut found = Vec::new();
        for says in &line.says {
            match says {
                Says::Journeys(names) => found.extend(names.iter().filter_map(|name| self.journey(name, line.number))),
                Says::Tests { file, names } => found.extend(names.iter().filter_map(|name| self.test(file, name))),
                Says::Open | Says::Planned | Says::Reason => {}
            }
        }
        found
    }

    fn journey(&self, name: &str, number: u32) -> Option<String> {
        match self.journeys.get(name) {
            None => Some(format!("there is no journey {name}; name a file of tests/journeys without its ending")),
            Some(listed) if listed.contains(&number) => None,
            Some(_) => Some(format!(
                "the journey {name} does not list R{number}; add it to its `requirements` or name another"
            )),
        }
    }

    fn test(&self, file: &str, name: &str) -> Option<String> {
        let Some(text) = (self.source)(file) else {
            return Some(format!("there is no file {file}; write its path from the root of the workspace"));
        };
        match declared(&text, name) {
            Some(true) => None,
            Some(false) if self.is_listed(file, name) => None,
            Some(false) => Some(format!("{name} in {file} is no test; name one that runs")),
            None if self.is_promised(&text, name) => None,
            None => Some(format!("{file} has no test {name}; name one that it has, or the file where it is now")),
        }
    }

    /// Whether the harness of the faults runs it.
    fn is_listed(&self, file: &str, name: &str) -> bool {
        let list = (self.source)(LISTED).unwrap_or_default();
        file.starts_with(FAULTS) && list.contains(&format!("\"{name}\""))
    }

    /// Whether a file makes it a test by a macro of the dev stack.
    fn is_promised(&self, text: &str, name: &str) -> bool {
        let uses = ["lotse_devstack::contract_tests!(", "lotse_devstack::matrix_tests!("];
        let macros = (self.source)(PROMISES).unwrap_or_default();
        uses.iter().any(|call| text.contains(call))
            && [format!("::{name},"), format!("fn {name}()")].iter().any(|made| macros.contains(made))
    }
}

/// Whether an attribute makes the function of this name a test; nothing where a file has no such function.
fn declared(text: &str, name: &str) -> Option<bool> {
    let head = format!("fn {name}(");
    let opens = |before: &str| before.split_whitespace().all(|word| word == "async" || word.starts_with("pub"));
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let at = lines.iter().position(|line| line.split_once(head.as_str()).is_some_and(|(before, _)| opens(before)))?;
    let mut above = lines[..at].iter().rev().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    Some(above.any(|line| *line == "#[test]" || line.starts_with("#[tokio::test")))
}

/// Everything that is wrong, each with its way out.
fn findings(golden: &str, house: &House) -> Vec<String> {
    let (mut found, mut last, mut seen, mut named) = (Vec::new(), 0, BTreeSet::new(), BTreeSet::new());
    for (index, line) in golden.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
        let mut tell = |fault: String| found.push(format!("line {}: {fault}", index + 1));
        let line = match requirement(line) {
            Ok(line) => line,
            Err(fault) => {
                tell(fault);
                continue;
            }
        };
        let number = line.number;
        if !(1..=LAST).contains(&number) {
            tell(format!("R{number} is not of the catalogue, which ends with R{LAST}"));
        } else if !seen.insert(number) {
            tell(format!("R{number} stands here once more; keep one line of it"));
        } else if number < last {
            tell(format!("R{number} comes behind R{last}; order the lines by number"));
        }
        last = last.max(number);
        for fault in house.faults(&line) {
            tell(format!("R{number}: {fault}"));
        }
        for says in line.says {
            if let Says::Journeys(journeys) = says {
                named.extend(journeys.into_iter().map(|journey| (journey, number)));
            }
        }
    }
    let missing = (1..=LAST).filter(|number| !seen.contains(number));
    found.extend(missing.map(|number| format!("R{number} has no sound line; say what proves it, or `planned`")));
    for (journey, listed) in &house.journeys {
        for number in listed.iter().filter(|number| !named.contains(&(journey.as_str(), **number))) {
            let way = "name it there, or take the number out of its `requirements`";
            found.push(format!("the journey {journey} lists R{number}, whose line does not name it; {way}"));
        }
    }
    found
}

/// What a journey lists, or why that cannot be read.
fn listed(text: &str) -> Result<BTreeSet<u32>, String> {
    let Some(list) = text.lines().find_map(|line| line.strip_prefix("requirements:")) else {
        return Ok(BTreeSet::new());
    };
    let inside = list.trim().strip_prefix('[').and_then(|list| list.split_once(']'));
    let Some((inside, _)) = inside else {
        return Err("write its `requirements` as one line, such as [R106, R107]".to_owned());
    };
    let words = inside.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| number(word).ok_or_else(|| format!("`{word}` is no requirement such as R106"))).collect()
}

fn on_disk(path: &str) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

#[test]
fn every_requirement_has_its_proof_its_plan_or_its_reason() {
    let (mut journeys, mut found) = (BTreeMap::new(), Vec::new());
    for path in files(&["yaml"]).into_iter().filter(|path| short(path).starts_with("tests/journeys/")) {
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match listed(&read(&path)) {
            Ok(listed) => {
                journeys.insert(name, listed);
            }
            Err(fault) => found.push(format!("{}: {fault}", short(&path))),
        }
    }
    assert!(journeys.len() >= 8, "only {} journeys were found", journeys.len());
    found.extend(findings(&read(&root().join(GOLDEN)), &House { journeys, source: on_disk }));
    none(&found, &format!("{GOLDEN} says what proves each requirement"));
}

/// A workspace of a few files.
fn small(path: &str) -> Option<String> {
    let text = match path {
        "it/a.rs" => {
            "/// Why.\n#[test]\nfn it_holds() {}\n\n#[tokio::test]\nasync fn it_waits() {}\n\nfn it_helps() {}\n"
        }
        "it/contract.rs" => "lotse_devstack::contract_tests!(House, House::open());\n",
        "tests/faults/story.rs" => "pub async fn it_survives() {}\n\npub async fn nobody_calls_it() {}\n",
        LISTED => "played(\"it_survives\", story::it_survives),\n",
        PROMISES => "fn it_is_agreed() {}\nwrites::it_happens_once,\n",
        _ => return None,
    };
    Some(text.to_owned())
}

/// What is found where one line is another one; where it is empty, the line is missing.
fn told_of(number: u32, line: &str) -> Vec<String> {
    let lines = (1..=LAST).map(|other| match other {
        _ if other == number => line.to_owned(),
        7 => "R7 | a story shows it | journey a_story | test it/a.rs it_holds, it_waits | open: the rest".to_owned(),
        8 => "R8 | the ways of the house | test it/contract.rs it_happens_once, it_is_agreed".to_owned(),
        9 => "R9 | a harness runs it | test tests/faults/story.rs it_survives".to_owned(),
        10 => "R10 | people do it themselves | not software: people do it".to_owned(),
        _ => format!("R{other} | something that comes later | planned"),
    });
    let golden: Vec<String> = ["# What proves what.".to_owned()].into_iter().chain(lines).collect();
    let journeys = BTreeMap::from([("a_story".to_owned(), BTreeSet::from([7]))]);
    findings(&golden.join("\n"), &House { journeys, source: small })
}

#[test]
fn sound_lines_are_sound() {
    assert_eq!(told_of(11, "R11 | something that comes later | planned"), Vec::<String>::new());
    assert_eq!(told_of(11, "R11 | a part of it | test it/a.rs it_waits | open: the rest"), Vec::<String>::new());
}

#[test]
fn a_broken_line_is_told_with_its_way_out() {
    let beyond = format!("R{} | not of the catalogue | planned", LAST + 1);
    for (line, words) in [
        ("11 | a number without letter | planned", "is no requirement"),
        ("R011 | a zero before it | planned", "is no requirement"),
        (beyond.as_str(), "is not of the catalogue"),
        ("R10 | once more the same | planned", "once more"),
        ("R11 | short | planned", "a name of 1 words"),
        ("R11 | nothing is said here", "has no proof"),
        ("R11 | an empty field here | ", "proves nothing"),
        ("R11 | some day or never | planned soon", "proves nothing"),
        ("R11 | no reason is given | not software:", "proves nothing"),
        ("R11 | no rest is named | test it/a.rs it_holds | open:", "proves nothing"),
        ("R11 | a file without function | test it/a.rs", "proves nothing"),
        ("R11 | proven and planned too | test it/a.rs it_holds | planned", "stand alone"),
        ("R11 | only the rest is | open: everything", "behind a proof"),
        ("R11 | the rest comes first | open: a part | test it/a.rs it_holds", "behind a proof"),
        ("R11 | a story nobody wrote | journey another_story", "there is no journey"),
        ("R11 | a story about others | journey a_story", "does not list R11"),
        ("R11 | a file that moved | test it/b.rs it_holds", "there is no file"),
        ("R11 | a test that moved | test it/a.rs it_held", "has no test it_held"),
        ("R11 | a helper is none | test it/a.rs it_holds, it_helps", "it_helps in it/a.rs is no test"),
        ("R11 | no promise of all | test it/contract.rs it_holds", "has no test it_holds"),
        ("R11 | a promise made nowhere | test it/a.rs it_happens_once", "has no test it_happens_once"),
        ("R11 | a story nobody plays | test tests/faults/story.rs nobody_calls_it", "is no test"),
    ] {
        let found = told_of(11, line);
        let told = found.iter().any(|fault| fault.starts_with("line 12: ") && fault.contains(words));
        assert!(told, "`{line}` is not told with `{words}`: {found:#?}");
    }
}

#[test]
fn what_is_missing_or_out_of_order_is_told() {
    assert_eq!(told_of(11, ""), ["R11 has no sound line; say what proves it, or `planned`"]);
    let found = told_of(11, "R12 | two lines changed places | planned\nR11 | two lines changed places | planned");
    assert!(found.iter().any(|fault| fault.starts_with("line 13: R11 comes behind R12")), "{found:#?}");
}

#[test]
fn a_journey_that_is_not_named_is_told() {
    let found = told_of(7, "R7 | the story is forgotten | test it/a.rs it_holds");
    let [fault] = found.as_slice() else { unreachable!("{found:#?}") };
    assert!(fault.starts_with("the journey a_story lists R7, whose line does not name it"), "{fault}");
}

#[test]
fn a_journey_lists_its_requirements_in_one_line() {
    assert_eq!(listed("journey: x\nrequirements: [R7, R106]  # both\n"), Ok(BTreeSet::from([7, 106])));
    assert_eq!((listed("journey: x\n"), listed("requirements: []\n")), (Ok(BTreeSet::new()), Ok(BTreeSet::new())));
    for text in ["requirements:\n  - R7\n", "requirements: [R7,\n", "requirements: [R7, seven]\n"] {
        assert!(listed(text).is_err(), "{text}");
    }
}

//! What holds for every file.

use crate::{everything, files, none, read, short};

#[test]
fn a_file_fits_a_mind() {
    let long = files(&["rs", "proto"]).into_iter().map(|path| (read(&path).lines().count(), path));
    let long: Vec<String> =
        long.filter(|(lines, _)| *lines > 400).map(|(lines, path)| format!("{lines} {}", short(&path))).collect();
    none(&long, "past 400 lines a file is two files");
}

#[test]
fn a_file_says_what_it_is_for() {
    let silent = files(&["rs", "proto", "sql"]).into_iter().filter(|path| {
        let first = read(path).lines().next().unwrap_or_default().to_owned();
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("rs") => !first.starts_with("//!"),
            Some("proto") => !first.starts_with("// "),
            _ => !first.starts_with("-- "),
        }
    });
    none(&silent.map(|path| short(&path)).collect::<Vec<_>>(), "the first line says the one reason a file exists");
}

#[test]
fn modules_are_files_with_names() {
    let found = files(&["rs"]).into_iter().filter(|path| path.ends_with("mod.rs")).map(|path| short(&path));
    none(&found.collect::<Vec<_>>(), "foo.rs and foo/, never mod.rs");
}

#[test]
fn a_harness_of_our_own_runs_what_is_listed() {
    // There the compiler drops what is marked as a test without a word.
    let mark = ["te", "st"].concat();
    let found = files(&["rs"]).into_iter().filter(|path| short(path).starts_with("tests/faults/")).filter(|path| {
        let text = read(path);
        let mut attributes = text.lines().map(str::trim).filter(|line| line.starts_with("#["));
        attributes.any(|line| line.starts_with(&format!("#[{mark}]")) || line.starts_with(&format!("#[tokio::{mark}")))
    });
    none(&found.map(|path| short(&path)).collect::<Vec<_>>(), "faults has its own list of tests, in its main.rs");
}

/// Whether a word stands in a line as a call of that name, however it is imported.
fn calls(line: &str, call: &str) -> bool {
    line.match_indices(call).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

/// The lines of a file that are tests: all of them in a folder or file of tests, else what follows `#[cfg(test)]`.
fn test_lines<'text>(name: &str, text: &'text str) -> Vec<&'text str> {
    let all = name.split('/').any(|part| part == "tests" || part == "tests.rs");
    text.lines().skip_while(|line| !all && line.trim() != "#[cfg(test)]").collect()
}

#[test]
fn nothing_is_skipped_and_nothing_sleeps() {
    let (skip, sleep) = (["ign", "ore"].concat(), ["sl", "eep("].concat());
    let mut found = Vec::new();
    for path in files(&["rs"]) {
        let (text, name) = (read(&path), short(&path));
        let mut attributes = text.lines().map(str::trim).filter(|line| line.starts_with("#["));
        if attributes.any(|line| line[2..].starts_with(&skip) || (line.contains("cfg_attr") && line.contains(&skip))) {
            found.push(format!("{name}: a test that does not run proves nothing"));
        }
        if test_lines(&name, &text).into_iter().any(|line| calls(line, &sleep)) {
            found.push(format!("{name}: wait for a condition"));
        }
    }
    none(&found, "tests run always and wait for conditions");
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in everything().into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "md")) {
        let text = read(&page);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            let inside = !target.is_empty() && !target.contains("://");
            if inside && !page.parent().is_some_and(|folder| folder.join(target).exists()) {
                broken.push(format!("{}: {link}", short(&page)));
            }
        }
    }
    none(&broken, "a wrong link is a wrong document");
}

#[test]
fn no_file_names_one_machine() {
    let roots = [["/ro", "ot/"].concat(), ["/ho", "me/"].concat(), ["/wo", "rk/"].concat()];
    let inner = |c: char| c.is_ascii_alphanumeric() || "._-/})$".contains(c);
    let found = everything().into_iter().filter(|path| {
        let text = read(path);
        roots.iter().any(|root| text.match_indices(root).any(|(at, _)| !text[..at].ends_with(inner)))
    });
    none(&found.map(|path| short(&path)).collect::<Vec<_>>(), "paths of one machine do not belong here");
}

#[test]
fn no_file_names_a_registry() {
    // In halves, so that the list does not find itself.
    let hosts = [("crates", ".io"), ("npmjs", "."), ("pypi", ".org"), ("proxy.go", "lang"), ("docker", ".io")];
    let more = [("ghcr", ".io"), ("quay", ".io"), ("mvnre", "pository")];
    let hosts: Vec<String> = hosts.iter().chain(&more).map(|(head, tail)| [*head, *tail].concat()).collect();
    let found = everything().into_iter().filter(|path| {
        let text = read(path);
        hosts.iter().any(|host| text.contains(host))
    });
    none(&found.map(|path| short(&path)).collect::<Vec<_>>(), "where packages come from is configured outside");
}

#[test]
fn requirements_exist() {
    let mut wrong = Vec::new();
    for path in everything() {
        let text = read(&path);
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        for word in words.filter(|word| word.len() > 1 && word.starts_with('R')) {
            if word[1..].parse::<u32>().is_ok_and(|number| !(1..=195).contains(&number)) {
                wrong.push(format!("{}: {word}", short(&path)));
            }
        }
    }
    none(&wrong, "requirements are R1 to R195");
}

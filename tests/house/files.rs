//! What holds for every file.

use crate::{files, none, read, root, short};

/// Waits that are bounded and wait for a condition: each is the inside of a `wait until`.
const ARGUED_WAITS: [&str; 4] = [
    "services/shared/devstack/tests/it/main.rs",
    "services/shared/platform/tests/it/support/stack.rs",
    "workflows/tests/it/letters/scene.rs",
    "workflows/tests/it/referrals/scene.rs",
];

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
fn nothing_is_skipped_and_nothing_sleeps() {
    let (skip, sleep) = (["#[ign", "ore"].concat(), ["::sl", "eep("].concat());
    let mut found = Vec::new();
    for path in files(&["rs"]) {
        let (text, name) = (read(&path), short(&path));
        if text.contains(&skip) {
            found.push(format!("{name}: a test that does not run proves nothing"));
        }
        if name.contains("/tests/") && text.contains(&sleep) && !ARGUED_WAITS.contains(&name.as_str()) {
            found.push(format!("{name}: wait for a condition, not for time"));
        }
    }
    none(&found, "tests run always and wait for conditions");
}

#[test]
fn links_lead_somewhere() {
    let mut pages = files(&["md"]);
    pages.push(root().join("README.md"));
    pages.push(root().join("proto/README.md"));
    let mut broken = Vec::new();
    for page in pages {
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
    let found = files(&["rs", "proto", "sql", "md", "toml", "yaml"]).into_iter().filter(|path| {
        let text = read(path);
        roots.iter().any(|root| text.contains(&format!("\"{root}")) || text.contains(&format!(" {root}")))
    });
    none(&found.map(|path| short(&path)).collect::<Vec<_>>(), "paths of one machine do not belong here");
}

#[test]
fn requirements_exist() {
    let mut wrong = Vec::new();
    for path in files(&["rs", "proto", "md", "yaml"]) {
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

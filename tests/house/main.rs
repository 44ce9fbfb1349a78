//! House rules as ordinary tests: what a reader may rely on in every file, and the contract as a list that changes only on purpose.

mod files;
mod imports;
mod operations;
mod requirements;
mod surface;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Every file of the house with one of the endings, except what is vendored or built, sorted.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["proto/lotse", "proto/src", "services", "workflows", "tests"] {
        walk(&root().join(folder), endings, &mut found);
    }
    found.sort();
    assert!(!found.is_empty(), "there are no files {endings:?}");
    found
}

/// Every text a person of the house writes, also the tool files and the pages of the root; not what tools write.
fn everything() -> Vec<PathBuf> {
    let mut found = files(&["rs", "proto", "sql", "md", "toml", "yaml", "cedar", "cedarschema", "typ"]);
    for page in ["README.md", "Cargo.toml", "proto/README.md", "proto/Cargo.toml", "proto/buf.yaml", "proto/build.rs"] {
        found.push(root().join(page));
    }
    found.extend(fs::read_dir(root().join(".ci")).expect("the checks").map(|entry| entry.expect("an entry").path()));
    found
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, endings, found);
        } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            found.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    let text = fs::read_to_string(path);
    assert!(text.is_ok(), "{}: {text:?}", path.display());
    text.unwrap_or_default()
}

/// The path as people write it.
fn short(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// Fails with every finding at once.
fn none(findings: &[String], rule: &str) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}

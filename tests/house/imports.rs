//! Who may import whom: the walls between the crates.

use crate::{files, none, read, root, short};

/// What every service may depend on; a neighbour is asked through its generated client.
const SERVICE: &[&str] = &["lotse-kernel", "lotse-platform", "lotse-proto"];

/// Each crate with the crates of the house it may depend on; development dependencies may add the dev stack.
const ALLOWED: [(&str, &[&str]); 10] = [
    ("proto", &[]),
    ("services/shared/kernel", &[]),
    ("services/shared/platform", &["lotse-kernel", "lotse-proto"]),
    ("services/shared/devstack", SERVICE),
    ("services/cases", SERVICE),
    ("services/providers", SERVICE),
    ("services/documents", &["lotse-kernel", "lotse-platform", "lotse-proto", "lotse-letters"]),
    ("services/documents/letters", &[]),
    ("services/notifications", SERVICE),
    ("workflows", SERVICE),
];

/// The executable and the tests of the whole may see every crate.
const SEES_ALL: [&str; 2] = ["services/lotse", "tests"];

/// What the story of a workflow may name: a path that is not here is I/O or another library.
const STORY: [&str; 5] = ["lotse_kernel", "temporalio_", "crate::", "super::", "std::"];

/// The dependencies of a manifest that are crates of the house, each with whether it is one of development only.
fn dependencies(manifest: &str) -> Vec<(String, bool)> {
    let (mut inside, mut development, mut found) = (false, false, Vec::new());
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
            development = line.ends_with("dev-dependencies]");
        } else if inside && let Some(name) = line.split(['.', ' ', '=']).next().filter(|name| name.starts_with("lotse"))
        {
            found.push((name.to_owned(), development));
        }
    }
    found
}

#[test]
fn crates_keep_their_walls() {
    let mut found = Vec::new();
    for (folder, allowed) in ALLOWED {
        let manifest = read(&root().join(folder).join("Cargo.toml"));
        let itself = manifest.split("name = \"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        for (name, development) in dependencies(&manifest) {
            let tests = development && (name == "lotse-devstack" || name == itself);
            if !tests && !allowed.contains(&name.as_str()) {
                found.push(format!("{folder} depends on {name}"));
            }
        }
    }
    none(&found, "a service never imports another one; the order is kernel, platform, service");
}

#[test]
fn every_crate_has_a_wall() {
    let workspace = read(&root().join("Cargo.toml"));
    let members = workspace.split("\nmembers = [").nth(1).and_then(|rest| rest.split(']').next()).expect("the members");
    let members: Vec<&str> = members.split('"').skip(1).step_by(2).collect();
    let known = |folder: &str| ALLOWED.iter().any(|(walled, _)| *walled == folder) || SEES_ALL.contains(&folder);
    assert_eq!(members.len(), ALLOWED.len() + SEES_ALL.len(), "{members:?}");
    let open: Vec<String> = members.into_iter().filter(|folder| !known(folder)).map(str::to_owned).collect();
    none(&open, "a new crate says here what it may import");
}

#[test]
fn the_story_of_a_workflow_knows_the_kernel_and_the_sdk_only() {
    let stories = files(&["rs"]).into_iter().filter(|path| path.ends_with("workflow.rs"));
    let (mut found, mut seen) = (Vec::new(), 0);
    for path in stories.filter(|path| short(path).starts_with("workflows/")) {
        seen += 1;
        for line in read(&path).lines().map(str::trim_start) {
            let import = line.strip_prefix("use ");
            let foreign = import.is_some_and(|what| !STORY.iter().any(|allowed| what.starts_with(allowed)));
            let ours = line.split("lotse_").skip(1).any(|rest| !rest.starts_with("kernel"));
            if foreign || ours {
                found.push(format!("{}: {line}", short(&path)));
            }
        }
    }
    assert!(seen >= 3, "only {seen} workflows were found");
    none(&found, "what a workflow waits for comes through its activities");
}

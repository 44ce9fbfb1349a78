//! Who may import whom: the walls between the crates.

use crate::{files, none, read, root, short};

/// Each crate with the crates of the house it may depend on; development dependencies may add the dev stack.
const ALLOWED: [(&str, &[&str]); 10] = [
    ("proto", &[]),
    ("services/shared/kernel", &[]),
    ("services/shared/platform", &["lotse-kernel", "lotse-proto"]),
    ("services/shared/devstack", &["lotse-kernel", "lotse-platform", "lotse-proto"]),
    ("services/cases", &["lotse-kernel", "lotse-platform", "lotse-proto"]),
    ("services/providers", &["lotse-kernel", "lotse-platform", "lotse-proto"]),
    ("services/documents", &["lotse-kernel", "lotse-platform", "lotse-proto", "lotse-letters"]),
    ("services/documents/letters", &[]),
    ("services/notifications", &["lotse-kernel", "lotse-platform", "lotse-proto"]),
    ("workflows", &["lotse-kernel", "lotse-platform", "lotse-proto"]),
];

#[test]
fn crates_keep_their_walls() {
    let mut found = Vec::new();
    for (folder, allowed) in ALLOWED {
        let manifest = read(&root().join(folder).join("Cargo.toml"));
        let normal =
            manifest.split("[dependencies]").nth(1).unwrap_or_default().split("\n[").next().unwrap_or_default();
        let names = normal
            .lines()
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|name| name.starts_with("lotse-"));
        found.extend(names.filter(|name| !allowed.contains(name)).map(|name| format!("{folder} depends on {name}")));
    }
    none(&found, "a service never imports another one; the order is kernel, platform, service");
}

#[test]
fn the_story_of_a_workflow_knows_the_kernel_and_the_sdk_only() {
    let mut found = Vec::new();
    for path in
        files(&["rs"]).into_iter().filter(|path| path.ends_with("workflow.rs") && short(path).starts_with("workflows/"))
    {
        for line in read(&path).lines().filter(|line| line.trim_start().starts_with("use lotse_")) {
            if !line.contains("lotse_kernel") {
                found.push(format!("{}: {line}", short(&path)));
            }
        }
    }
    none(&found, "what a workflow waits for comes through its activities");
}

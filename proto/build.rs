//! Compiles the contract with protox, so that no protoc is needed.
use std::path::{Path, PathBuf};

/// Every `.proto` below `folder`, sorted, relative to the crate.
fn protos(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("the proto folder is readable").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            protos(&path, found);
        } else if path.extension().is_some_and(|e| e == "proto") {
            found.push(path);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "cargo tells a build script where to write through this variable")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = Vec::new();
    protos(Path::new("lotse"), &mut files);
    protos(Path::new("google/rpc"), &mut files);
    println!("cargo:rerun-if-changed=lotse");
    println!("cargo:rerun-if-changed=google");
    let mut compiler = protox::Compiler::new(["."])?;
    let descriptors = compiler.include_imports(true).include_source_info(false).open_files(&files)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), descriptors.encode_file_descriptor_set())?;
    // What is written at an end is large beside a review that goes on.
    tonic_prost_build::configure()
        .boxed(".lotse.cases.v1.DecideReviewRequest.decision.end_decision")
        .compile_fds(descriptors.file_descriptor_set())?;
    Ok(())
}

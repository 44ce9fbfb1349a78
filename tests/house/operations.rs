//! Every RPC has its file: the same word for RPC, operation, test and span.

use lotse_proto::DESCRIPTORS;
use prost::Message as _;
use prost_types::FileDescriptorSet;

use crate::{none, root};

fn snake(rpc: &str) -> String {
    let mut word = String::new();
    for (index, letter) in rpc.chars().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            word.push('_');
        }
        word.push(letter.to_ascii_lowercase());
    }
    word
}

#[test]
fn every_rpc_has_a_file_of_its_name() {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("the contract");
    let (mut missing, mut seen) = (Vec::new(), 0);
    for file in set.file {
        let package = file.package().to_owned();
        // The clock of a dev stack is served by the dev stack itself.
        let Some(area) =
            package.strip_prefix("lotse.").and_then(|rest| rest.strip_suffix(".v1")).filter(|area| *area != "dev")
        else {
            continue;
        };
        for method in file.service.iter().flat_map(|service| &service.method) {
            seen += 1;
            let path = format!("services/{area}/src/operations/{}.rs", snake(method.name()));
            if !root().join(&path).is_file() {
                missing.push(path);
            }
        }
    }
    assert!(seen > 50, "only {seen} RPCs were found");
    none(&missing, "one file per RPC");
}

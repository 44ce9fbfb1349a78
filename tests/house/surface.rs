//! The surface of the contract as a list: an API change is a diff of `proto/surface.golden.txt`. `UPDATE_GOLDEN=1` writes it anew.

use std::fs;

use lotse_proto::DESCRIPTORS;
use prost::Message as _;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorSet, field_descriptor_proto::Label};

use crate::{read, root};

fn fields(package: &str, message: &DescriptorProto, lines: &mut Vec<String>) {
    let name = format!("{package}.{}", message.name());
    lines.push(format!("message {name}"));
    for field in &message.field {
        let kind =
            if field.type_name().is_empty() { format!("{:?}", field.r#type()) } else { field.type_name().to_owned() };
        let many = match field.label() {
            Label::Repeated => "repeated ",
            _ if field.proto3_optional() => "optional ",
            _ => "",
        };
        let choice = field.oneof_index.filter(|_| !field.proto3_optional()).and_then(|at| usize::try_from(at).ok());
        let choice = choice.and_then(|at| message.oneof_decl.get(at));
        let choice = choice.map(|choice| format!(" in oneof {}", choice.name())).unwrap_or_default();
        lines.push(format!("field {name}.{} = {} {many}{kind}{choice}", field.name(), field.number()));
    }
    message.nested_type.iter().for_each(|inner| fields(&name, inner, lines));
    message.enum_type.iter().for_each(|inner| values(&name, inner, lines));
}

fn values(package: &str, list: &EnumDescriptorProto, lines: &mut Vec<String>) {
    let name = format!("{package}.{}", list.name());
    lines.push(format!("enum {name}"));
    lines.extend(list.value.iter().map(|value| format!("value {name}.{} = {}", value.name(), value.number())));
}

fn surface() -> String {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("the contract");
    let mut lines = Vec::new();
    for file in set.file.iter().filter(|file| file.package().starts_with("lotse.")) {
        let package = file.package();
        lines.push(format!("package {package}"));
        for service in &file.service {
            lines.push(format!("service {package}.{}", service.name()));
            for method in &service.method {
                let stream = |streams: bool| if streams { "stream " } else { "" };
                let input = format!("{}{}", stream(method.client_streaming()), method.input_type());
                let output = format!("{}{}", stream(method.server_streaming()), method.output_type());
                lines.push(format!("rpc {package}.{}/{} {input} -> {output}", service.name(), method.name()));
            }
        }
        file.message_type.iter().for_each(|message| fields(package, message, &mut lines));
        file.enum_type.iter().for_each(|list| values(package, list, &mut lines));
    }
    lines.sort();
    lines.dedup();
    lines.join("\n") + "\n"
}

#[test]
fn the_surface_changes_on_purpose() {
    let (path, now) = (root().join("proto/surface.golden.txt"), surface());
    // The variable is this test's own switch and no configuration of a role.
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &now).expect("the golden file");
    }
    let agreed = read(&path);
    let differs = now.lines().find(|line| !agreed.lines().any(|old| old == *line));
    let gone = agreed.lines().find(|line| !now.lines().any(|new| new == *line));
    assert!(now == agreed, "new: {differs:?}, gone: {gone:?}; UPDATE_GOLDEN=1 if it is meant");
}

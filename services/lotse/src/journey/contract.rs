//! The contract as the runner sees it: every service, method and message by its descriptor.

use std::sync::LazyLock;

use prost_reflect::{DescriptorPool, MethodDescriptor, ServiceDescriptor};

use super::fault::unknown;

/// The descriptors of the contract. An empty pool would refuse every call by name; a test holds that it is not.
static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(lotse_proto::DESCRIPTORS).unwrap_or_default());

/// All descriptors.
pub(super) fn pool() -> &'static DescriptorPool {
    &POOL
}

/// The method behind `package.Service/Method`, or what is wrong with the text.
pub(super) fn method(text: &str) -> Result<MethodDescriptor, String> {
    let Some((service, method)) = text.split_once('/') else {
        return Err(format!("`{text}` is not of the form `package.Service/Method`"));
    };
    let service = service_named(service)?;
    let found = service.methods().find(|candidate| candidate.name() == method);
    let found = found.ok_or_else(|| {
        let names: Vec<String> = service.methods().map(|method| method.name().to_owned()).collect();
        unknown(&format!("method of {}", service.full_name()), method, names.iter().map(String::as_str))
    })?;
    if found.is_client_streaming() {
        return Err(format!("`{text}` takes a stream; journeys send one request"));
    }
    Ok(found)
}

fn service_named(name: &str) -> Result<ServiceDescriptor, String> {
    pool().get_service_by_name(name).ok_or_else(|| {
        let names: Vec<String> = pool().services().map(|service| service.full_name().to_owned()).collect();
        unknown("service", name, names.iter().map(String::as_str))
    })
}

/// The method that reads what `method` answers: `Get…` of the same service, asked by `name` alone, with the same answer.
pub(super) fn reader_of(method: &MethodDescriptor) -> Option<MethodDescriptor> {
    method.parent_service().methods().find(|reader| {
        let input = reader.input();
        reader.name().starts_with("Get")
            && reader.output() == method.output()
            && input.fields().len() == 1
            && input.get_field_by_name("name").is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_are_found_by_name() {
        let found = method("lotse.cases.v1.EpisodeService/DecideReview").unwrap();
        assert_eq!(found.output().full_name(), "lotse.cases.v1.Episode");
        assert_eq!(reader_of(&found).unwrap().name(), "GetEpisode");
        let list = method("lotse.cases.v1.DutyService/ListDuties").unwrap();
        assert!(reader_of(&list).is_none());
    }

    #[test]
    fn a_wrong_name_is_told_with_the_right_one() {
        let fault = method("lotse.cases.v1.EpisodeService/DecideReviews").unwrap_err();
        assert!(fault.contains("did you mean `DecideReview`"), "{fault}");
        let fault = method("lotse.cases.v1.EpisodesService/DecideReview").unwrap_err();
        assert!(fault.contains("did you mean `lotse.cases.v1.EpisodeService`"), "{fault}");
        assert!(method("DecideReview").unwrap_err().contains("package.Service/Method"));
        assert!(
            method("lotse.documents.v1.LetterService/DownloadLetter").is_ok(),
            "answers may stream, requests may not"
        );
    }
}

//! A bucket that speaks S3: what belongs to its configuration, and how it is opened. Nothing but the section is read for it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lotse_platform::config::Source;
use object_store::aws::AmazonS3Builder;
use object_store::prefix::PrefixStore;
use object_store::{Certificate, ClientOptions, ObjectStore, RetryConfig};

use super::{Store, StoreError, StoreLocation};

/// How often a request is repeated, and for how long: the calls behind it have deadlines, and procedures try again by themselves.
const RETRIES: usize = 3;
const RETRY_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Notes what is missing beside the location, and what has no effect beside it.
pub(super) fn complete(store: &Store, source: &mut Source) {
    let files = [
        ("LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE", store.s3_access_key_id_file.is_some()),
        ("LOTSE_DOCUMENTS_S3_SECRET_ACCESS_KEY_FILE", store.s3_secret_access_key_file.is_some()),
    ];
    let others = [
        ("LOTSE_DOCUMENTS_S3_ENDPOINT", store.s3_endpoint.is_some()),
        ("LOTSE_DOCUMENTS_S3_CA_FILE", store.s3_ca_file.is_some()),
    ];
    if matches!(store.location, StoreLocation::Folder(_)) {
        for (key, _) in files.iter().chain(&others).filter(|(_, given)| *given) {
            source.fault(key, "has no effect without a bucket in LOTSE_DOCUMENTS_STORE");
        }
        return;
    }
    for (key, _) in files.iter().filter(|(_, given)| !given) {
        source.fault(key, "is missing beside the bucket in LOTSE_DOCUMENTS_STORE");
    }
    let Some(endpoint) = store.s3_endpoint.as_ref().filter(|endpoint| !endpoint.is_encrypted()) else { return };
    if !endpoint.is_this_machine() {
        source.fault("LOTSE_DOCUMENTS_S3_ENDPOINT", "must be https://, http:// is for this machine only");
    }
    if store.s3_ca_file.is_some() {
        source.fault("LOTSE_DOCUMENTS_S3_CA_FILE", "has no effect without https://");
    }
}

/// Opens the bucket; it is not contacted yet.
pub(super) fn open(store: &Store, bucket: &str, prefix: &str) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let mut client = ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT);
    if let Some(file) = &store.s3_ca_file {
        client = client.with_no_system_certificates(true);
        for authority in Certificate::from_pem_bundle(read(file)?.as_bytes())? {
            client = client.with_root_certificate(authority);
        }
    }
    // The builder's other door, `from_env`, would take whatever AWS_* variable the machine happens to have.
    let mut builder = AmazonS3Builder::new().with_bucket_name(bucket).with_region(&store.s3_region);
    if let Some(endpoint) = &store.s3_endpoint {
        client = client.with_allow_http(!endpoint.is_encrypted());
        builder = builder.with_endpoint(endpoint.to_string());
    }
    if let (Some(id), Some(secret)) = (&store.s3_access_key_id_file, &store.s3_secret_access_key_file) {
        builder = builder.with_access_key_id(read(id)?.trim()).with_secret_access_key(read(secret)?.trim());
    }
    let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_TIMEOUT, ..RetryConfig::default() };
    let objects = builder.with_client_options(client).with_retry(retry).build()?;
    if prefix.is_empty() {
        return Ok(Arc::new(objects));
    }
    Ok(Arc::new(PrefixStore::new(objects, prefix)))
}

fn read(path: &Path) -> Result<String, StoreError> {
    std::fs::read_to_string(path).map_err(|source| StoreError::File { path: path.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use lotse_platform::config::load_from;

    use super::*;

    const ID: (&str, &str) = ("LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE", "/srv/id");
    const SECRET: (&str, &str) = ("LOTSE_DOCUMENTS_S3_SECRET_ACCESS_KEY_FILE", "/srv/secret");
    const AUTHORITY: (&str, &str) = ("LOTSE_DOCUMENTS_S3_CA_FILE", "/srv/ca.pem");

    fn faults(location: &str, more: &[(&str, &str)]) -> Vec<String> {
        let all = [("LOTSE_DOCUMENTS_STORE", location), ("LOTSE_DOCUMENTS_KEYS_FOLDER", "/srv/keys")];
        let pairs = all.iter().chain(more).map(|(key, value)| ((*key).into(), (*value).into()));
        load_from::<Store>(pairs).map_or_else(
            |error| error.faults.into_iter().map(|fault| fault.key["LOTSE_DOCUMENTS_".len()..].to_owned()).collect(),
            |_| Vec::new(),
        )
    }

    fn at(endpoint: &'static str) -> (&'static str, &'static str) {
        ("LOTSE_DOCUMENTS_S3_ENDPOINT", endpoint)
    }

    #[test]
    fn a_bucket_needs_its_access_key() {
        assert!(faults("s3://letters", &[ID, SECRET]).is_empty());
        assert_eq!(faults("s3://letters", &[ID]), ["S3_SECRET_ACCESS_KEY_FILE"]);
        assert_eq!(faults("s3://letters", &[]), ["S3_ACCESS_KEY_ID_FILE", "S3_SECRET_ACCESS_KEY_FILE"]);
    }

    #[test]
    fn only_this_machine_is_asked_without_tls() {
        for endpoint in ["https://s3.example", "http://127.0.0.1:9000", "http://localhost:9000", "http://[::1]:9000"] {
            assert!(faults("s3://letters", &[ID, SECRET, at(endpoint)]).is_empty(), "{endpoint}");
        }
        for endpoint in ["http://s3.example", "http://10.0.0.1:9000", "http://localhost.example"] {
            assert_eq!(faults("s3://letters", &[ID, SECRET, at(endpoint)]), ["S3_ENDPOINT"], "{endpoint}");
        }
        let all = faults("s3://letters", &[at("http://s3.example"), AUTHORITY]);
        assert_eq!(all, ["S3_ACCESS_KEY_ID_FILE", "S3_CA_FILE", "S3_ENDPOINT", "S3_SECRET_ACCESS_KEY_FILE"]);
    }

    #[test]
    fn what_a_folder_does_not_need_is_a_fault() {
        assert!(faults("file:///srv/letters", &[]).is_empty());
        let all = faults("file:///srv/letters", &[ID, SECRET, AUTHORITY, at("https://s3.example")]);
        assert_eq!(all, ["S3_ACCESS_KEY_ID_FILE", "S3_CA_FILE", "S3_ENDPOINT", "S3_SECRET_ACCESS_KEY_FILE"]);
    }
}

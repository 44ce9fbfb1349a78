//! What the documents service reads beside the common configuration: where files lie and where keys come from.

use std::path::PathBuf;
use std::sync::Arc;

use lotse_platform::config::{Serve, Source, Value};
use lotse_platform::{section, sections};
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;

use crate::vault::FileKeys;

/// Where files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreLocation {
    /// A folder; it is made when it is missing.
    Folder(PathBuf),
    /// A bucket that speaks S3, and a prefix that may be empty.
    Bucket {
        /// Name of the bucket.
        bucket: String,
        /// Prefix of every object, without slashes at its ends.
        prefix: String,
    },
}

impl Value for StoreLocation {
    const EXPECTED: &'static str = "a folder such as file:///var/lib/lotse or a bucket such as s3://letters/cell-1";

    fn from_text(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("file://") {
            return path.starts_with('/').then(|| Self::Folder(PathBuf::from(path)));
        }
        let (bucket, prefix) = text.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, "")))?;
        (!bucket.is_empty())
            .then(|| Self::Bucket { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }
}

section! {
    /// Where files lie and where keys come from.
    pub struct Store {
        /// The folder or bucket of the encrypted files.
        location: StoreLocation = "LOTSE_DOCUMENTS_STORE" required,
        /// Address of an S3 service that is not Amazon's.
        s3_endpoint: Option<String> = "LOTSE_DOCUMENTS_S3_ENDPOINT" optional,
        /// Region of the bucket.
        s3_region: String = "LOTSE_DOCUMENTS_S3_REGION" or "eu-central-1",
        /// File with the id of the access key; without it the identity of the machine or service account is used.
        s3_access_key_id_file: Option<PathBuf> = "LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE" optional,
        /// File with the secret access key.
        s3_secret_access_key_file: Option<PathBuf> = "LOTSE_DOCUMENTS_S3_SECRET_ACCESS_KEY_FILE" optional,
        /// Folder with the keys of the jobcenters, files of 32 random bytes named `<jobcenter>.<number>.key`.
        keys_folder: PathBuf = "LOTSE_DOCUMENTS_KEYS_FOLDER" required,
        /// Whether the first key of a jobcenter is made when it is needed; otherwise an operator puts it there.
        keys_create: bool = "LOTSE_DOCUMENTS_KEYS_CREATE" or "false",
    }
    check complete_credentials
}

fn complete_credentials(store: &Store, source: &mut Source) {
    const ID: &str = "LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE";
    const SECRET: &str = "LOTSE_DOCUMENTS_S3_SECRET_ACCESS_KEY_FILE";
    match (&store.s3_access_key_id_file, &store.s3_secret_access_key_file) {
        (Some(_), None) => source.fault(SECRET, "is missing beside LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE"),
        (None, Some(_)) => source.fault(ID, "is missing beside LOTSE_DOCUMENTS_S3_SECRET_ACCESS_KEY_FILE"),
        _ => {}
    }
}

sections! {
    /// What `lotse serve documents` reads.
    pub struct Config {
        /// What every service reads.
        serve: Serve,
        /// Files and keys.
        store: Store,
    }
}

/// The store of files cannot be reached as configured.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or bucket cannot be used.
    #[error("store of files cannot be opened")]
    Open(#[from] object_store::Error),
    /// A folder or a file with credentials cannot be read.
    #[error("file {path} cannot be used")]
    File {
        /// Which one.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
}

impl Store {
    /// The keys of the jobcenters.
    #[must_use]
    pub fn keys(&self) -> FileKeys {
        FileKeys::new(self.keys_folder.clone(), self.keys_create)
    }

    /// Opens the store of files; a bucket is not contacted yet.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be made or the credentials cannot be read.
    pub fn objects(&self) -> Result<Arc<dyn ObjectStore>, StoreError> {
        match &self.location {
            StoreLocation::Folder(folder) => {
                std::fs::create_dir_all(folder)
                    .map_err(|source| StoreError::File { path: folder.display().to_string(), source })?;
                Ok(Arc::new(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true)))
            }
            StoreLocation::Bucket { bucket, prefix } => self.bucket(bucket, prefix),
        }
    }

    fn bucket(&self, bucket: &str, prefix: &str) -> Result<Arc<dyn ObjectStore>, StoreError> {
        let mut builder = match (&self.s3_access_key_id_file, &self.s3_secret_access_key_file) {
            (Some(id), Some(secret)) => {
                AmazonS3Builder::new().with_access_key_id(line(id)?).with_secret_access_key(line(secret)?)
            }
            _ => AmazonS3Builder::from_env(),
        };
        builder = builder.with_bucket_name(bucket).with_region(&self.s3_region);
        if let Some(endpoint) = &self.s3_endpoint {
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let objects = builder.build()?;
        if prefix.is_empty() {
            return Ok(Arc::new(objects));
        }
        Ok(Arc::new(PrefixStore::new(objects, prefix)))
    }
}

fn line(path: &PathBuf) -> Result<String, StoreError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| StoreError::File { path: path.display().to_string(), source })?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_folder_or_a_bucket() {
        let bucket = |bucket: &str, prefix: &str| {
            Some(StoreLocation::Bucket { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
        };
        assert_eq!(StoreLocation::from_text("file:///srv/x"), Some(StoreLocation::Folder(PathBuf::from("/srv/x"))));
        assert_eq!(StoreLocation::from_text("s3://letters"), bucket("letters", ""));
        assert_eq!(StoreLocation::from_text("s3://letters/cell-1/"), bucket("letters", "cell-1"));
        for text in ["", "/srv/x", "file://srv", "s3://", "https://x"] {
            assert_eq!(StoreLocation::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn half_of_the_credentials_is_a_fault() {
        let pairs = [
            ("LOTSE_DOCUMENTS_STORE", "s3://letters"),
            ("LOTSE_DOCUMENTS_KEYS_FOLDER", "/srv/keys"),
            ("LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE", "/srv/id"),
        ];
        let error = lotse_platform::config::load_from::<Store>(pairs.map(|(key, value)| (key.into(), value.into())))
            .expect_err("half of the credentials");
        assert_eq!(error.faults.len(), 1);
        assert_eq!(error.faults[0].key, "LOTSE_DOCUMENTS_S3_SECRET_ACCESS_KEY_FILE");
    }
}

//! What the documents service reads beside the common configuration: where files lie and where keys come from.

mod bucket;

use std::path::PathBuf;
use std::sync::Arc;

use lotse_platform::config::{Serve, ServerUri, Value};
use lotse_platform::{section, sections};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;

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
        /// Address of an S3 service that is not Amazon's; without TLS on this machine only.
        s3_endpoint: Option<ServerUri> = "LOTSE_DOCUMENTS_S3_ENDPOINT" optional,
        /// Authorities that vouch for the S3 service, PEM; those of the machine when absent.
        s3_ca_file: Option<PathBuf> = "LOTSE_DOCUMENTS_S3_CA_FILE" optional,
        /// Region of the bucket.
        s3_region: String = "LOTSE_DOCUMENTS_S3_REGION" or "eu-central-1",
        /// File with the id of the access key; a bucket needs it.
        s3_access_key_id_file: Option<PathBuf> = "LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE" optional,
        /// File with the secret access key; a bucket needs it.
        s3_secret_access_key_file: Option<PathBuf> = "LOTSE_DOCUMENTS_S3_SECRET_ACCESS_KEY_FILE" optional,
        /// Folder with the keys of the jobcenters, files of 32 random bytes named `<jobcenter>.<number>.key`.
        keys_folder: PathBuf = "LOTSE_DOCUMENTS_KEYS_FOLDER" required,
        /// Whether the first key of a jobcenter is made when it is needed; otherwise an operator puts it there.
        keys_create: bool = "LOTSE_DOCUMENTS_KEYS_CREATE" or "false",
    }
    check bucket::complete
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
    /// The folder or bucket cannot be used, or the authorities are none.
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
            StoreLocation::Bucket { bucket, prefix } => bucket::open(self, bucket, prefix),
        }
    }
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
}

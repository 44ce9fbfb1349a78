//! The keys: one data key per content, one key per jobcenter, and where the latter come from.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use super::Label;

const KEY_BYTES: usize = 32;

/// Why a key is not there. No variant carries key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The jobcenter has no key yet, and this process may not make one.
    #[error("no key for jobcenter {jobcenter}")]
    Missing {
        /// The jobcenter.
        jobcenter: String,
    },
    /// A key file could not be read or written.
    #[error("key file of jobcenter {jobcenter}")]
    File {
        /// The jobcenter.
        jobcenter: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A key file does not hold exactly 32 bytes.
    #[error("the key file of jobcenter {jobcenter} does not hold 32 bytes")]
    Malformed {
        /// The jobcenter.
        jobcenter: String,
    },
    /// The wrapped key belongs to another document or jobcenter, or was changed.
    #[error("the wrapped key does not fit")]
    Mismatch,
    /// The cryptographic library failed, for example without entropy.
    #[error("cryptographic failure")]
    Crypto,
}

/// A key for one content; overwritten with zeros when it is dropped.
pub struct DataKey(Zeroizing<[u8; KEY_BYTES]>);

impl DataKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] when the system gives no entropy.
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        SystemRandom::new().fill(bytes.as_mut()).map_err(|_| KeyError::Crypto)?;
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_ref()
    }
}

/// A data key under the key of its jobcenter; safe to keep beside the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which key wrapped it, such as `file/1`.
    pub key_id: String,
    /// Nonce, ciphertext and tag.
    pub bytes: Vec<u8>,
}

/// Where the jobcenters' keys come from: files here, a key management service elsewhere.
pub trait KeyProvider: Send + Sync {
    /// Wraps a data key under the newest key of the jobcenter. Blocks for the time of a file access at most.
    ///
    /// # Errors
    /// [`KeyError`] when the jobcenter's key is not available.
    fn wrap(&self, label: Label<'_>, key: &DataKey) -> Result<WrappedKey, KeyError>;

    /// Unwraps a data key.
    ///
    /// # Errors
    /// [`KeyError::Mismatch`] when it was wrapped for another content, else as [`KeyProvider::wrap`].
    fn unwrap(&self, label: Label<'_>, wrapped: &WrappedKey) -> Result<DataKey, KeyError>;
}

/// Keys of jobcenters as files of 32 random bytes, `<jobcenter>.<number>.key`; the highest number wraps, all unwrap.
///
/// Destroying the files of a jobcenter destroys the content of all its documents.
pub struct FileKeys {
    folder: PathBuf,
    create: bool,
}

impl FileKeys {
    /// Keys below `folder`. With `create` the first key of a jobcenter is made when it is needed; without it an operator
    /// puts the files there.
    #[must_use]
    pub fn new(folder: PathBuf, create: bool) -> Self {
        Self { folder, create }
    }

    fn path(&self, jobcenter: &str, number: u32) -> PathBuf {
        self.folder.join(format!("{jobcenter}.{number}.key"))
    }

    /// The highest number of a key of the jobcenter.
    fn newest(&self, jobcenter: &str) -> Result<Option<u32>, KeyError> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(KeyError::File { jobcenter: jobcenter.to_owned(), source }),
        };
        let number = |name: &str| name.strip_prefix(jobcenter)?.strip_prefix('.')?.strip_suffix(".key")?.parse().ok();
        Ok(entries.flatten().filter_map(|entry| number(entry.file_name().to_str()?)).max())
    }

    fn load(&self, jobcenter: &str, number: u32) -> Result<Zeroizing<[u8; KEY_BYTES]>, KeyError> {
        let content = match std::fs::read(self.path(jobcenter, number)) {
            Ok(content) => Zeroizing::new(content),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(KeyError::Missing { jobcenter: jobcenter.to_owned() });
            }
            Err(source) => return Err(KeyError::File { jobcenter: jobcenter.to_owned(), source }),
        };
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if content.len() != KEY_BYTES {
            return Err(KeyError::Malformed { jobcenter: jobcenter.to_owned() });
        }
        key.copy_from_slice(&content);
        Ok(key)
    }

    /// Makes the first key of a jobcenter. When two processes try, one wins and both use its key: a file appears under
    /// its name only when it is complete, and a name that is taken is not taken again.
    fn make(&self, jobcenter: &str) -> Result<u32, KeyError> {
        if !self.create {
            return Err(KeyError::Missing { jobcenter: jobcenter.to_owned() });
        }
        let key = DataKey::generate()?;
        let made = place_complete(&self.path(jobcenter, 1), key.bytes());
        match made {
            Ok(()) => Ok(1),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(1),
            Err(source) => Err(KeyError::File { jobcenter: jobcenter.to_owned(), source }),
        }
    }
}

/// Writes a file of mode 0600 under another name, makes it durable and links it to its own.
fn place_complete(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut suffix = [0; 8];
    SystemRandom::new().fill(&mut suffix).map_err(|_| std::io::Error::other("no entropy"))?;
    let draft = path.with_extension(format!("draft-{}", u64::from_be_bytes(suffix)));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let linked = file.write_all(content).and_then(|()| file.sync_all()).and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft)?;
    linked
}

/// What is authenticated with a wrapped key: whose content it opens.
fn associated(label: Label<'_>) -> Aad<Vec<u8>> {
    let mut bytes = label.document.into_bytes().to_vec();
    bytes.push(label.purpose.byte());
    bytes.extend_from_slice(label.jobcenter.as_bytes());
    Aad::from(bytes)
}

impl KeyProvider for FileKeys {
    fn wrap(&self, label: Label<'_>, key: &DataKey) -> Result<WrappedKey, KeyError> {
        let number = match self.newest(label.jobcenter)? {
            Some(number) => number,
            None => self.make(label.jobcenter)?,
        };
        let own = self.load(label.jobcenter, number)?;
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, own.as_ref()).map_err(|_| KeyError::Crypto)?);
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| KeyError::Crypto)?;
        let mut sealed = Zeroizing::new(key.bytes().to_vec());
        cipher
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), associated(label), &mut *sealed)
            .map_err(|_| KeyError::Crypto)?;
        let bytes = [&nonce[..], &sealed[..]].concat();
        Ok(WrappedKey { key_id: format!("file/{number}"), bytes })
    }

    fn unwrap(&self, label: Label<'_>, wrapped: &WrappedKey) -> Result<DataKey, KeyError> {
        let number = wrapped.key_id.strip_prefix("file/").and_then(|number| number.parse().ok());
        let own = self.load(label.jobcenter, number.ok_or(KeyError::Mismatch)?)?;
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, own.as_ref()).map_err(|_| KeyError::Crypto)?);
        let (nonce, sealed) = wrapped.bytes.split_first_chunk::<NONCE_LEN>().ok_or(KeyError::Mismatch)?;
        let mut opened = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let plain =
            cipher.open_in_place(nonce, associated(label), opened.as_mut_slice()).map_err(|_| KeyError::Mismatch)?;
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        if plain.len() != KEY_BYTES {
            return Err(KeyError::Mismatch);
        }
        key.copy_from_slice(plain);
        Ok(DataKey(key))
    }
}

//! Envelope encryption: every sealed content has a data key of its own, wrapped by the key of its jobcenter.
//!
//! A data key encrypts exactly one content and is then forgotten; sealing again makes a new one. So nonces can count
//! chunks, and an object whose row was never written is unreadable for everybody, because its key was never kept.
//! Deleting the wrapped key erases the content wherever its ciphertext lies.

mod chunks;
mod keys;

pub use chunks::{CHUNK_BYTES, Damage, Opener, sealed_len};
pub use keys::{DataKey, FileKeys, KeyError, KeyProvider, WrappedKey};

use std::sync::Arc;

use uuid::Uuid;

/// What a sealed content is; a content of one kind does not open as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The file of a document.
    File,
    /// What somebody wrote for a document that is not rendered yet.
    Draft,
}

impl Purpose {
    /// The byte that stands for it in what is authenticated; never reused for another purpose.
    const fn byte(self) -> u8 {
        match self {
            Self::File => 1,
            Self::Draft => 2,
        }
    }
}

/// What a sealed content belongs to. It is authenticated with every chunk, so that no content opens in another's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label<'a> {
    /// The jobcenter, whose key wraps the data key.
    pub jobcenter: &'a str,
    /// The document.
    pub document: Uuid,
    /// What the content is.
    pub purpose: Purpose,
}

/// A content under encryption.
#[derive(Clone)]
pub struct Sealed {
    /// The ciphertext, chunk after chunk.
    pub ciphertext: Vec<u8>,
    /// The data key, wrapped by the key of the jobcenter.
    pub key: WrappedKey,
}

/// Why a content did not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data key could not be unwrapped.
    #[error("the key of the content is not available")]
    Key(#[from] KeyError),
    /// The ciphertext is not what was sealed.
    #[error("the sealed content was changed")]
    Damaged(#[from] Damage),
}

/// Seals and opens contents.
#[derive(Clone)]
pub struct Vault {
    keys: Arc<dyn KeyProvider>,
}

impl Vault {
    /// A vault over the jobcenters' keys.
    #[must_use]
    pub fn new(keys: Arc<dyn KeyProvider>) -> Self {
        Self { keys }
    }

    /// Seals a content under a fresh data key.
    ///
    /// # Errors
    /// [`KeyError`] when the key of the jobcenter is not available.
    pub fn seal(&self, label: Label<'_>, content: &[u8]) -> Result<Sealed, KeyError> {
        let data_key = DataKey::generate()?;
        let key = self.keys.wrap(label, &data_key)?;
        let ciphertext = chunks::seal(&data_key, label, content).map_err(|_| KeyError::Crypto)?;
        Ok(Sealed { ciphertext, key })
    }

    /// Prepares opening a content that arrives in pieces.
    ///
    /// # Errors
    /// [`KeyError`] when the data key cannot be unwrapped.
    pub fn opener(&self, label: Label<'_>, key: &WrappedKey) -> Result<Opener, KeyError> {
        Opener::new(&self.keys.unwrap(label, key)?, label)
    }

    /// Opens a content that is there as a whole.
    ///
    /// # Errors
    /// [`OpenError`]; nothing of a changed content is returned.
    pub fn open(&self, label: Label<'_>, key: &WrappedKey, ciphertext: &[u8]) -> Result<Vec<u8>, OpenError> {
        let mut opener = self.opener(label, key)?;
        opener.push(ciphertext);
        let mut content = Vec::with_capacity(ciphertext.len());
        while let Some(chunk) = opener.next_chunk()? {
            content.extend_from_slice(&chunk);
        }
        content.extend_from_slice(&opener.finish()?);
        Ok(content)
    }
}

#[cfg(test)]
mod tests;

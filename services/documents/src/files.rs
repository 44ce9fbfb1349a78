//! The encrypted files: sealed by the vault, kept in an object store, opened while they stream out.
//!
//! The order is object first, row second: a crash between the two leaves an object nobody can read, because its data key
//! was to be kept in the row. Every attempt writes an object of its own, so a retry never overwrites what a row points at.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use aws_lc_rs::digest;
use bytes::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use uuid::Uuid;

use crate::vault::{KeyError, Label, Opener, Vault, WrappedKey};

/// The largest piece handed out while a file streams, in bytes.
pub const PIECE_BYTES: usize = 64 * 1024;

/// A file as its row keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Where the object lies.
    pub object: String,
    /// The wrapped data key.
    pub key: WrappedKey,
    /// Size of the content in bytes.
    pub size_bytes: i64,
    /// SHA-256 of the content.
    pub sha256: [u8; 32],
}

/// Why a file could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The object store is away; try again.
    #[error("object store is away")]
    Unavailable(#[source] object_store::Error),
    /// The object store answers and refuses Lotse; whoever runs Lotse must act.
    #[error("object store refuses: {what}")]
    Refused {
        /// What it refuses, and which variable says it.
        what: &'static str,
    },
    /// The key of the jobcenter is not available.
    #[error("key is not available")]
    Key(#[from] KeyError),
    /// The object is missing, or not what was stored.
    #[error("stored file is damaged: {what}")]
    Damaged {
        /// What is wrong, without content.
        what: String,
    },
}

/// Stores and opens files.
#[derive(Clone)]
pub struct Files {
    objects: Arc<dyn ObjectStore>,
    vault: Vault,
}

impl Files {
    /// Files in `objects`, sealed by `vault`.
    #[must_use]
    pub fn new(objects: Arc<dyn ObjectStore>, vault: Vault) -> Self {
        Self { objects, vault }
    }

    /// The vault, for content small enough to live in a row.
    #[must_use]
    pub const fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Seals and stores a content as a new object; `object` is a fresh id.
    ///
    /// # Errors
    /// [`FileError`]; what may have been written then is unreadable for ever.
    pub async fn store(&self, label: Label<'_>, object: Uuid, content: &[u8]) -> Result<StoredFile, FileError> {
        let sealed = self.vault.seal(label, content)?;
        let object = format!("{}/{}/{object}", label.jobcenter, label.document);
        self.objects
            .put(&Path::from(object.as_str()), PutPayload::from(sealed.ciphertext))
            .await
            .map_err(write_error)?;
        let mut sha256 = [0; 32];
        sha256.copy_from_slice(digest::digest(&digest::SHA256, content).as_ref());
        let size_bytes = i64::try_from(content.len()).unwrap_or(i64::MAX);
        Ok(StoredFile { object, key: sealed.key, size_bytes, sha256 })
    }

    /// Removes an object that no row points at; a failure is logged only, because nobody can read the object anyway.
    pub async fn discard(&self, file: &StoredFile) {
        if let Err(error) = self.objects.delete(&Path::from(file.object.as_str())).await {
            tracing::warn!(object = file.object, %error, "an unused object could not be removed");
        }
    }

    /// Opens a file: its content in pieces of at most [`PIECE_BYTES`], in order. The last item is an error when the file is
    /// not what was stored; what came before must then be thrown away.
    ///
    /// # Errors
    /// [`FileError`] when the object or its key is not there.
    pub async fn open(&self, label: Label<'_>, file: &StoredFile) -> Result<Content, FileError> {
        let opener = self.vault.opener(label, &file.key)?;
        let object = self.objects.get(&Path::from(file.object.as_str())).await.map_err(read_error)?;
        Ok(Content {
            pieces: object.into_stream(),
            opener: Some(opener),
            digest: digest::Context::new(&digest::SHA256),
            left: file.size_bytes,
            sha256: file.sha256,
        })
    }
}

fn read_error(error: object_store::Error) -> FileError {
    match write_error(error) {
        FileError::Unavailable(object_store::Error::NotFound { .. }) => {
            FileError::Damaged { what: "the object is missing".to_owned() }
        }
        other => other,
    }
}

fn write_error(error: object_store::Error) -> FileError {
    match error {
        object_store::Error::Unauthenticated { .. } | object_store::Error::PermissionDenied { .. } => {
            FileError::Refused {
                what: "access key and secret are wrong or may not use the bucket, see LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE",
            }
        }
        // A bucket that is missing looks like an object that is missing but for this word of the protocol.
        object_store::Error::NotFound { source, .. } if source.to_string().contains("NoSuchBucket") => {
            FileError::Refused { what: "the bucket does not exist, see LOTSE_DOCUMENTS_STORE" }
        }
        other => FileError::Unavailable(other),
    }
}

/// The content of a file on its way out.
pub struct Content {
    pieces: BoxStream<'static, object_store::Result<Bytes>>,
    /// `None` when the last piece or an error was handed out.
    opener: Option<Opener>,
    digest: digest::Context,
    left: i64,
    sha256: [u8; 32],
}

impl Content {
    /// Counts and hashes a piece.
    fn account(&mut self, piece: &[u8]) {
        self.digest.update(piece);
        self.left = self.left.saturating_sub(i64::try_from(piece.len()).unwrap_or(i64::MAX));
    }

    /// The last piece, if all of the content was what the row says.
    fn last(&mut self, opener: Opener) -> Result<Bytes, FileError> {
        let piece = opener.finish().map_err(|damage| FileError::Damaged { what: damage.to_string() })?;
        self.account(&piece);
        if self.left != 0 || self.digest.clone().finish().as_ref() != self.sha256 {
            return Err(FileError::Damaged { what: "size or digest differ from the row".to_owned() });
        }
        Ok(Bytes::from(piece))
    }
}

impl Stream for Content {
    type Item = Result<Bytes, FileError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(opener) = self.opener.as_mut() else { return Poll::Ready(None) };
            match opener.next_chunk() {
                Ok(Some(piece)) => {
                    self.account(&piece);
                    return Poll::Ready(Some(Ok(Bytes::from(piece))));
                }
                Ok(None) => {}
                Err(damage) => {
                    self.opener = None;
                    return Poll::Ready(Some(Err(FileError::Damaged { what: damage.to_string() })));
                }
            }
            let arrived = std::task::ready!(self.pieces.poll_next_unpin(context));
            match (arrived, self.opener.take()) {
                (Some(Ok(bytes)), Some(mut opener)) => {
                    opener.push(&bytes);
                    self.opener = Some(opener);
                }
                (Some(Err(error)), _) => return Poll::Ready(Some(Err(read_error(error)))),
                (None, Some(opener)) => return Poll::Ready(Some(self.last(opener))),
                (_, None) => return Poll::Ready(None),
            }
        }
    }
}

#[cfg(test)]
mod tests;

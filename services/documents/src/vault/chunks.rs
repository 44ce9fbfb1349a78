//! AES-256-GCM over chunks of 64 KiB: a content can be opened while it arrives, and no piece can be dropped, moved or
//! changed unseen.
//!
//! Nonce of a chunk: seven zero bytes, the chunk's number, one byte that is 1 on the last chunk only. Zero bytes are
//! enough because a data key seals one content. Authenticated with it: the document, the purpose and the chunk's number.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::error::Unspecified;

use super::{DataKey, KeyError, Label};

/// Bytes of content in a chunk; the last one may be shorter, also empty.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// Bytes of the tag behind each chunk.
const TAG_BYTES: usize = 16;

/// Bytes of a full chunk with its tag.
const SEALED_CHUNK_BYTES: usize = CHUNK_BYTES + TAG_BYTES;

/// The ciphertext is not what was sealed: changed, cut, reordered, lengthened or from another document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("chunk {chunk} of the sealed content was changed")]
pub struct Damage {
    /// Number of the first chunk that is wrong, from 0.
    pub chunk: u32,
}

/// Length of the ciphertext of a content, in bytes.
#[must_use]
pub const fn sealed_len(content: usize) -> usize {
    let chunks = if content == 0 { 1 } else { content.div_ceil(CHUNK_BYTES) };
    content + chunks * TAG_BYTES
}

fn nonce(chunk: u32, last: bool) -> Nonce {
    let mut bytes = [0; 12];
    bytes[7..11].copy_from_slice(&chunk.to_be_bytes());
    bytes[11] = u8::from(last);
    Nonce::assume_unique_for_key(bytes)
}

fn associated(document: [u8; 16], purpose: u8, chunk: u32) -> Aad<[u8; 21]> {
    let mut bytes = [0; 21];
    bytes[..16].copy_from_slice(&document);
    bytes[16] = purpose;
    bytes[17..].copy_from_slice(&chunk.to_be_bytes());
    Aad::from(bytes)
}

fn cipher(key: &DataKey) -> Result<LessSafeKey, Unspecified> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.bytes())?))
}

/// Seals a whole content.
pub(super) fn seal(key: &DataKey, label: Label<'_>, content: &[u8]) -> Result<Vec<u8>, Unspecified> {
    let cipher = cipher(key)?;
    let document = label.document.into_bytes();
    let mut sealed = Vec::with_capacity(sealed_len(content.len()));
    let mut pieces = content.chunks(CHUNK_BYTES).peekable();
    let mut number: u32 = 0;
    loop {
        let piece = pieces.next().unwrap_or_default();
        let last = pieces.peek().is_none();
        let mut chunk = piece.to_vec();
        cipher.seal_in_place_append_tag(
            nonce(number, last),
            associated(document, label.purpose.byte(), number),
            &mut chunk,
        )?;
        sealed.extend_from_slice(&chunk);
        if last {
            return Ok(sealed);
        }
        number = number.checked_add(1).ok_or(Unspecified)?;
    }
}

/// Opens a content that arrives in pieces of any size.
///
/// Only [`Opener::finish`] knows that nothing is missing: whoever got chunks before must throw them away when it fails.
pub struct Opener {
    cipher: LessSafeKey,
    document: [u8; 16],
    purpose: u8,
    number: u32,
    waiting: Vec<u8>,
}

impl Opener {
    pub(super) fn new(key: &DataKey, label: Label<'_>) -> Result<Self, KeyError> {
        let cipher = cipher(key).map_err(|_| KeyError::Crypto)?;
        let document = label.document.into_bytes();
        Ok(Self { cipher, document, purpose: label.purpose.byte(), number: 0, waiting: Vec::new() })
    }

    /// Takes the next piece of ciphertext.
    pub fn push(&mut self, piece: &[u8]) {
        self.waiting.extend_from_slice(piece);
    }

    /// The next chunk of content, if it is certain that it is not the last one; `None` until more arrives.
    ///
    /// # Errors
    /// [`Damage`] when the chunk is not what was sealed.
    pub fn next_chunk(&mut self) -> Result<Option<Vec<u8>>, Damage> {
        // A full chunk is the last one when nothing follows: that is known only when the next byte is there.
        if self.waiting.len() <= SEALED_CHUNK_BYTES {
            return Ok(None);
        }
        let rest = self.waiting.split_off(SEALED_CHUNK_BYTES);
        let chunk = std::mem::replace(&mut self.waiting, rest);
        self.open(chunk, false).map(Some)
    }

    /// The last chunk of content, after the last piece was pushed and every chunk before was taken.
    ///
    /// # Errors
    /// [`Damage`] when the content was cut, or its last chunk is not what was sealed.
    pub fn finish(mut self) -> Result<Vec<u8>, Damage> {
        let chunk = std::mem::take(&mut self.waiting);
        self.open(chunk, true)
    }

    fn open(&mut self, mut chunk: Vec<u8>, last: bool) -> Result<Vec<u8>, Damage> {
        let damage = Damage { chunk: self.number };
        let associated = associated(self.document, self.purpose, self.number);
        let length =
            self.cipher.open_in_place(nonce(self.number, last), associated, &mut chunk).map_err(|_| damage)?.len();
        chunk.truncate(length);
        self.number = self.number.checked_add(1).ok_or(damage)?;
        Ok(chunk)
    }
}

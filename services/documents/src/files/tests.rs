//! Files through a real object store on disk: they come back, and every fault of the store is told.

use futures::TryStreamExt;
use object_store::local::LocalFileSystem;

use super::*;
use crate::vault::{FileKeys, Purpose};

struct Desk {
    folder: std::path::PathBuf,
    files: Files,
}

impl Desk {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("lotse-files-{}-{name}", std::process::id()));
        std::fs::create_dir_all(folder.join("objects")).unwrap();
        let objects = LocalFileSystem::new_with_prefix(folder.join("objects")).unwrap();
        let vault = Vault::new(Arc::new(FileKeys::new(folder.join("keys"), true)));
        Self { files: Files::new(Arc::new(objects), vault), folder }
    }

    fn object(&self, file: &StoredFile) -> std::path::PathBuf {
        self.folder.join("objects").join(&file.object)
    }

    async fn read(&self, file: &StoredFile) -> Result<Vec<u8>, FileError> {
        let pieces: Vec<Bytes> = self.files.open(LABEL, file).await?.try_collect().await?;
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE_BYTES));
        Ok(pieces.concat())
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

const LABEL: Label<'static> = Label { jobcenter: "musterstadt", document: Uuid::from_u128(7), purpose: Purpose::File };

fn object(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

#[tokio::test]
async fn a_file_comes_back_and_lies_there_encrypted() {
    let desk = Desk::new("back");
    let content = "Guten Tag ".repeat(20_000).into_bytes();
    let file = desk.files.store(LABEL, object(1), &content).await.unwrap();
    assert_eq!(file.size_bytes, 200_000);
    assert_eq!(desk.read(&file).await.unwrap(), content);
    let stored = std::fs::read(desk.object(&file)).unwrap();
    assert!(!stored.windows(9).any(|window| window == b"Guten Tag"));
    let again = desk.files.store(LABEL, object(2), &content).await.unwrap();
    desk.files.discard(&again).await;
    assert!(!desk.object(&again).exists());
    assert_eq!(desk.read(&file).await.unwrap(), content);
}

#[tokio::test]
async fn a_damaged_file_ends_in_an_error() {
    let desk = Desk::new("damage");
    let content = vec![7; 150_000];
    let file = desk.files.store(LABEL, object(1), &content).await.unwrap();
    let sealed = std::fs::read(desk.object(&file)).unwrap();
    let flipped = {
        let mut sealed = sealed.clone();
        sealed[140_000] ^= 1;
        sealed
    };
    for damaged in [flipped, sealed[..sealed.len() - 1].to_vec(), sealed[..131_104].to_vec(), Vec::new()] {
        std::fs::write(desk.object(&file), damaged).unwrap();
        assert!(matches!(desk.read(&file).await, Err(FileError::Damaged { .. })));
    }
    std::fs::write(desk.object(&file), &sealed).unwrap();
    assert!(desk.read(&file).await.is_ok());
    let wrong_digest = StoredFile { sha256: [0; 32], ..file.clone() };
    assert!(matches!(desk.read(&wrong_digest).await, Err(FileError::Damaged { .. })));
    let wrong_size = StoredFile { size_bytes: 149_999, ..file.clone() };
    assert!(matches!(desk.read(&wrong_size).await, Err(FileError::Damaged { .. })));
    std::fs::remove_file(desk.object(&file)).unwrap();
    assert!(matches!(desk.read(&file).await, Err(FileError::Damaged { .. })));
}

//! Letters in a bucket: a server that speaks S3 under TLS, asks for an access key and keeps what it is given.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::TryStreamExt;
use lotse_documents::files::{FileError, Files};
use lotse_documents::vault::{Label, Purpose, Vault};
use lotse_platform::clock::WallClock;
use std::sync::Arc;
use tonic::Code;
use uuid::Uuid;

use crate::download::download;
use crate::support::*;

const LABEL: Label<'static> = Label { jobcenter: "musterstadt", document: Uuid::from_u128(7), purpose: Purpose::File };

fn files(bucket: &Bucket, changed: &[(&str, &str)]) -> Files {
    let store = bucket.store(changed);
    Files::new(store.objects().unwrap(), Vault::new(Arc::new(store.keys())))
}

fn sha256(content: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, content).as_ref().to_vec()
}

/// All files below a folder.
fn below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_letter_lies_sealed_in_a_bucket_and_comes_back_whole() {
    let bucket = Bucket::start().await;
    let world = World::storing(bucket.store(&[]).objects().unwrap()).await;
    let letter = world.ready().await;
    let (description, file) = download(&world, &letter.name).await.unwrap();
    assert!(file.starts_with(b"%PDF-1.7"));
    assert_eq!((sha256(&file), &description.sha256), (letter.sha256.clone(), &letter.sha256));
    let folder = bucket.objects().join("musterstadt").join(letter.name.rsplit('/').next().unwrap());
    let [object] = below(&folder).try_into().unwrap();
    let stored = std::fs::read(&object).unwrap();
    assert!(stored.len() > file.len() && !stored.windows(5).any(|window| window == b"%PDF-"));
    std::fs::write(&object, &stored[1..]).unwrap();
    refused(download(&world, &letter.name).await, Code::DataLoss, "FILE_DAMAGED");
}

#[tokio::test]
async fn a_large_file_streams_back_in_pieces_and_goes_when_it_is_discarded() {
    let bucket = Bucket::start().await;
    let files = files(&bucket, &[]);
    let content: Vec<u8> = (0..3_000_000_u32).map(|number| number.to_le_bytes()[1]).collect();
    let file = files.store(LABEL, WallClock.new_id(), &content).await.unwrap();
    let pieces: Vec<Bytes> = files.open(LABEL, &file).await.unwrap().try_collect().await.unwrap();
    assert!(pieces.len() > 40 && pieces.iter().all(|piece| piece.len() <= lotse_documents::files::PIECE_BYTES));
    assert_eq!((sha256(&pieces.concat()), file.sha256.to_vec()), (sha256(&content), sha256(&content)));
    files.discard(&file).await;
    assert!(below(&bucket.objects()).is_empty());
    assert!(matches!(files.open(LABEL, &file).await, Err(FileError::Damaged { .. })), "the object is missing");
}

#[tokio::test]
async fn whoever_is_refused_is_told_which_variable_to_look_at() {
    let bucket = Bucket::start().await;
    let file = files(&bucket, &[]).store(LABEL, WallClock.new_id(), b"x").await.unwrap();
    let key = "LOTSE_DOCUMENTS_S3_ACCESS_KEY_ID_FILE";
    let wrong = [("S3_SECRET_ACCESS_KEY_FILE", "wrong")];
    let missing = [("STORE", "s3://nowhere")];
    for (changed, variable) in [(&wrong, key), (&missing, "LOTSE_DOCUMENTS_STORE")] {
        let error = files(&bucket, changed).store(LABEL, WallClock.new_id(), b"x").await.unwrap_err();
        assert!(matches!(error, FileError::Refused { .. }), "{error:?}");
        let text = format!("{error} {error:?}");
        assert!(text.contains(variable) && !text.contains(SECRET), "{text}");
    }
    for changed in [&wrong, &missing] {
        let Err(error) = files(&bucket, changed).open(LABEL, &file).await else { panic!("opened with {changed:?}") };
        assert!(
            matches!(error, FileError::Refused { .. }),
            "a file that may be there is not called damaged: {error:?}"
        );
    }

    // A person who waits for a letter meets the fault as one that passes: nothing is lost by it.
    let world = World::storing(bucket.store(&wrong).objects().unwrap()).await;
    let letter = world.requested().await;
    refused(world.worker().render_letter(render(&letter.name)).await, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    assert_eq!(world.get(&letter.name).await, letter);
}

#[tokio::test]
async fn a_server_nobody_vouches_for_and_one_that_is_away_are_given_up_soon() {
    let bucket = Bucket::start().await;
    let begun = Instant::now();
    for changed in [("S3_CA_FILE", ""), ("S3_ENDPOINT", "https://127.0.0.1:1")] {
        let error = files(&bucket, &[changed]).store(LABEL, WallClock.new_id(), b"x").await.unwrap_err();
        assert!(matches!(error, FileError::Unavailable(_)), "{error:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(!bucket.objects().exists());
}

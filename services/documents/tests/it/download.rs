//! `DownloadLetter`: the file comes whole, or an error says so.

use lotse_proto::documents::download_letter_response::Part;
use lotse_proto::documents::*;
use tonic::{Code, Status};

use crate::support::*;

pub async fn download(world: &World, name: &str) -> Result<(FileDescription, Vec<u8>), Status> {
    let request = DownloadLetterRequest { name: name.to_owned() };
    let mut parts = world.anna().download_letter(request).await?.into_inner();
    let Some(Part::Description(description)) = parts.message().await?.and_then(|first| first.part) else {
        panic!("the first message describes the file")
    };
    let mut file = Vec::new();
    while let Some(message) = parts.message().await? {
        let Some(Part::Data(data)) = message.part else { panic!("bytes follow") };
        assert!(data.len() <= 64 * 1024);
        file.extend(data);
    }
    Ok((description, file))
}

fn object(world: &World, letter: &Letter) -> std::path::PathBuf {
    let folder = world.folder.join("objects/musterstadt").join(letter.name.rsplit('/').next().unwrap());
    let objects: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(objects.len(), 1);
    objects[0].clone()
}

#[tokio::test]
async fn a_letter_comes_as_pdf_and_the_read_is_audited() {
    let world = World::start().await;
    let letter = world.ready().await;
    let (description, file) = download(&world, &letter.name).await.unwrap();
    assert_eq!(description.content_type, "application/pdf");
    assert_eq!(description.size_bytes, i64::try_from(file.len()).unwrap());
    assert_eq!(description.sha256, letter.sha256);
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &file);
    assert_eq!(digest.as_ref(), letter.sha256);
    assert!(file.starts_with(b"%PDF-1.7"));
    assert_eq!(world.count("SELECT count(*) FROM documents.audit_log WHERE outcome = 'read'").await, 1);
    let stored = std::fs::read(object(&world, &letter)).unwrap();
    assert!(!stored.windows(5).any(|window| window == b"%PDF-"));
}

#[tokio::test]
async fn there_is_no_file_before_it_is_rendered() {
    let world = World::start().await;
    let letter = world.requested().await;
    refused(download(&world, &letter.name).await, Code::FailedPrecondition, "LETTER_NOT_RENDERED");
}

#[tokio::test]
async fn a_damaged_or_missing_file_is_data_loss() {
    let world = World::start().await;
    let letter = world.ready().await;
    let object = object(&world, &letter);
    let sealed = std::fs::read(&object).unwrap();
    let mut flipped = sealed.clone();
    flipped[1_000] ^= 1;
    for damaged in [flipped, sealed[..sealed.len() - 1].to_vec(), Vec::new()] {
        std::fs::write(&object, damaged).unwrap();
        refused(download(&world, &letter.name).await, Code::DataLoss, "FILE_DAMAGED");
    }
    std::fs::remove_file(&object).unwrap();
    refused(download(&world, &letter.name).await, Code::DataLoss, "FILE_DAMAGED");
    std::fs::write(&object, sealed).unwrap();
    download(&world, &letter.name).await.unwrap();
    std::fs::remove_dir_all(world.folder.join("keys")).unwrap();
    refused(download(&world, &letter.name).await, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
}

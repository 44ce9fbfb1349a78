//! Downloads the letters of a stack over the public API and checks that each arrived whole.

use std::path::PathBuf;

use anyhow::Context as _;
use lotse_proto::{
    cases::{ListCasesRequest, case_service_client::CaseServiceClient},
    documents::{
        DownloadLetterRequest, ListLettersRequest, download_letter_response::Part,
        letter_service_client::LetterServiceClient,
    },
};
use sha2::{Digest as _, Sha256};
use tonic::{Request, metadata::MetadataValue, transport::Channel};

use crate::stack::{Stack, person_token};

fn signed<T>(message: T, token: &str) -> anyhow::Result<Request<T>> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", MetadataValue::try_from(format!("Bearer {token}"))?);
    Ok(request)
}

/// Saves every letter the person may see below the system's temporary folder and gives the paths, newest first.
pub(super) async fn save_all(
    stack: &Stack,
    jobcenter: &str,
    subject: &str,
    role: &str,
) -> anyhow::Result<Vec<PathBuf>> {
    let token = person_token(&stack.issuer(), subject, Some(jobcenter), &[role.to_owned()])?;
    let address = |service: &str| {
        let found = stack.addresses().iter().find(|address| address.service == service);
        found.map(|address| format!("http://{}", address.public)).context("the service does not run")
    };
    let mut cases = CaseServiceClient::new(Channel::from_shared(address("cases")?)?.connect().await?);
    let mut letters = LetterServiceClient::new(Channel::from_shared(address("documents")?)?.connect().await?);
    let folder = std::env::temp_dir().join(format!("lotse-demo-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;

    let request = ListCasesRequest { parent: format!("jobcenters/{jobcenter}"), ..ListCasesRequest::default() };
    let mut saved = Vec::new();
    for case in cases.list_cases(signed(request, &token)?).await?.into_inner().cases {
        let request = ListLettersRequest { parent: case.name, ..ListLettersRequest::default() };
        for letter in letters.list_letters(signed(request, &token)?).await?.into_inner().letters {
            // Without a file there is nothing to save yet, or ever.
            if letter.sha256.is_empty() {
                continue;
            }
            let request = DownloadLetterRequest { name: letter.name.clone() };
            let mut stream = letters.download_letter(signed(request, &token)?).await?.into_inner();
            let mut content = Vec::new();
            while let Some(message) = stream.message().await? {
                if let Some(Part::Data(bytes)) = message.part {
                    content.extend_from_slice(&bytes);
                }
            }
            anyhow::ensure!(Sha256::digest(&content).as_slice() == letter.sha256, "{} arrived damaged", letter.name);
            let id = letter.name.rsplit('/').next().unwrap_or_default();
            let path = folder.join(format!("{id}.pdf"));
            std::fs::write(&path, content)?;
            saved.push(path);
        }
    }
    Ok(saved)
}

//! `LetterService.DownloadLetter`: the file of a letter as a stream; the read is audited before the first byte leaves.

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt, stream};
use lotse_kernel::names::LetterName;
use lotse_platform::authorization::Act;
use lotse_platform::clock::WallClock;
use lotse_platform::failure::{Failure, Fault, OperationError, status};
use lotse_platform::fields::parse_name;
use lotse_platform::principal::Caller;
use lotse_proto::documents::download_letter_response::Part;
use lotse_proto::documents::{DownloadLetterRequest, DownloadLetterResponse, ErrorReason, FileDescription};
use tonic::{Code, Status};

use super::fault;
use crate::Documents;
use crate::access::file_failure;
use crate::files::FileError;
use crate::store::letters;
use crate::vault::{Label, Purpose};

/// The parts of a file on their way.
pub type Parts = BoxStream<'static, Result<DownloadLetterResponse, Status>>;

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct DownloadLetter;

impl Act for DownloadLetter {
    const NAME: &'static str = "DownloadLetter";
}

/// Why a file was not delivered.
#[derive(Debug, thiserror::Error)]
pub enum DownloadLetterError {
    /// What any operation may meet.
    #[error(transparent)]
    Common(#[from] Failure),
    /// There is no file.
    #[error("the letter has no file")]
    NotRendered {
        /// The letter's state.
        state: &'static str,
    },
    /// The stored file is missing or was changed.
    #[error("the stored file is damaged")]
    Damaged {
        /// Names the log entry.
        incident: String,
    },
}

impl OperationError for DownloadLetterError {
    fn fault(&self) -> Fault {
        match self {
            Self::Common(failure) => failure.fault(),
            Self::NotRendered { state } => {
                fault(Code::FailedPrecondition, ErrorReason::LetterNotRendered).with("state", *state)
            }
            Self::Damaged { incident } => {
                fault(Code::DataLoss, ErrorReason::FileDamaged).with("incident", incident.clone())
            }
        }
    }
}

/// Begins to deliver a file.
///
/// # Errors
/// [`DownloadLetterError`]; later faults end the stream with a status.
pub async fn handle(
    documents: &Documents,
    caller: &Caller,
    request: DownloadLetterRequest,
) -> Result<Parts, DownloadLetterError> {
    let name: LetterName = parse_name("name", &request.name)?;
    let (mut unit, proof, _) = documents.enter::<DownloadLetter>(caller, name.case(), name.to_string()).await?;
    let found = letters::find(&mut unit, proof, &name).await?;
    let letter = found.ok_or_else(|| Failure::NotFound { name: name.to_string() })?.letter;
    let Some(file) = letter.state.rendering().map(|rendering| rendering.file.clone()) else {
        return Err(DownloadLetterError::NotRendered { state: letter.state.as_str() });
    };
    unit.commit_read(&name.to_string(), "§ 35 SGB I").await?;

    let label = Label { jobcenter: name.jobcenter().as_str(), document: name.id(), purpose: Purpose::File };
    let content = documents.files.open(label, &file).await.map_err(|error| delivery_error(&name, &error))?;
    let description = FileDescription {
        content_type: "application/pdf".to_owned(),
        size_bytes: file.size_bytes,
        sha256: file.sha256.to_vec(),
    };
    let pieces =
        content.map_ok(|piece| Part::Data(piece.to_vec())).map_err(move |error| status(&delivery_error(&name, &error)));
    let parts = stream::once(async { Ok(Part::Description(description)) }).chain(pieces);
    Ok(parts.map_ok(|part| DownloadLetterResponse { part: Some(part) }).boxed())
}

/// What the client is told; a damaged file is logged with an incident, because somebody must act.
fn delivery_error(name: &LetterName, error: &FileError) -> DownloadLetterError {
    if let FileError::Damaged { what } = error {
        let incident = WallClock.new_id().to_string();
        tracing::error!(letter = %name, %incident, what, "the file of a letter is damaged, incident {incident}");
        return DownloadLetterError::Damaged { incident };
    }
    DownloadLetterError::Common(file_failure(error))
}

//! `LetterService.GetLetter`: one letter, without its content.

use lotse_kernel::names::LetterName;
use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::fields::parse_name;
use lotse_platform::principal::Caller;
use lotse_proto::documents::{GetLetterRequest, Letter};

use crate::store::letters;
use crate::{Documents, convert};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct GetLetter;

impl Act for GetLetter {
    const NAME: &'static str = "GetLetter";
}

/// Reads a letter.
///
/// # Errors
/// [`Failure`].
pub async fn handle(documents: &Documents, caller: &Caller, request: GetLetterRequest) -> Result<Letter, Failure> {
    let name: LetterName = parse_name("name", &request.name)?;
    let (mut unit, proof, _) = documents.enter::<GetLetter>(caller, name.case(), name.to_string()).await?;
    let found = letters::find(&mut unit, proof, &name).await?;
    found.map(convert::letter).ok_or_else(|| Failure::NotFound { name: name.to_string() })
}

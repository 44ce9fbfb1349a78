//! `TemplateService.GetTemplate`: one version of a template with its source.

use lotse_platform::authorization::Act;
use lotse_platform::failure::Failure;
use lotse_platform::principal::Caller;
use lotse_proto::documents::{GetTemplateRequest, Template};

use super::list_templates::enter;
use crate::store::templates;
use crate::{Documents, convert};

/// The act.
#[derive(Debug, Clone, Copy)]
pub struct GetTemplate;

impl Act for GetTemplate {
    const NAME: &'static str = "GetTemplate";
}

/// Reads a template.
///
/// # Errors
/// [`Failure`].
pub async fn handle(documents: &Documents, caller: &Caller, request: GetTemplateRequest) -> Result<Template, Failure> {
    let (code, version) = convert::parse_template_name("name", &request.name)?;
    let (mut unit, proof) = enter::<GetTemplate>(documents, caller, &request.name).await?;
    let found = templates::find(&mut unit, proof, &code, version).await?;
    found.map(|stored| convert::template(stored, true)).ok_or(Failure::NotFound { name: request.name })
}

//! The table of contents: one line per RPC.

use lotse_platform::{server::Surface, service};
use lotse_proto::common;
use lotse_proto::documents::{
    self as contract, letter_process_service_server::LetterProcessServiceServer,
    letter_service_server::LetterServiceServer, template_service_server::TemplateServiceServer,
};

use crate::Documents;
use crate::operations::{
    confirm_posting, download_letter, ensure_letter, get_letter, get_letter_timetable, get_template, list_letters,
    list_templates, offer_for_posting, preview_letters, remind_posting, render_letter, request_letter, rouse_letters,
};

/// The services of this crate over one set of documents.
#[derive(Clone)]
struct Api {
    desk: Documents,
}

/// What clients call.
pub(crate) fn public(documents: &Documents) -> Surface {
    let api = Api { desk: documents.clone() };
    Surface::default().with(LetterServiceServer::new(api.clone())).with(TemplateServiceServer::new(api))
}

/// What workers and sibling services call.
pub(crate) fn process(documents: &Documents) -> Surface {
    Surface::default().with(LetterProcessServiceServer::new(Api { desk: documents.clone() }))
}

service! { Api: contract::letter_service_server::LetterService {
    request_letter(contract::RequestLetterRequest) -> contract::Letter;
    get_letter(contract::GetLetterRequest) -> contract::Letter;
    list_letters(contract::ListLettersRequest) -> contract::ListLettersResponse;
    confirm_posting(contract::ConfirmPostingRequest) -> contract::Letter;
} streams {
    download_letter(contract::DownloadLetterRequest) -> DownloadLetterStream = download_letter::Parts;
} }

service! { Api: contract::template_service_server::TemplateService {
    list_templates(contract::ListTemplatesRequest) -> contract::ListTemplatesResponse;
    get_template(contract::GetTemplateRequest) -> contract::Template;
} }

service! { Api: contract::letter_process_service_server::LetterProcessService {
    ensure_letter(contract::EnsureLetterRequest) -> contract::Letter;
    render_letter(contract::RenderLetterRequest) -> contract::LetterStepResponse;
    offer_for_posting(contract::OfferForPostingRequest) -> contract::LetterStepResponse;
    remind_posting(contract::RemindPostingRequest) -> contract::LetterStepResponse;
    get_letter_timetable(contract::GetLetterTimetableRequest) -> common::Timetable;
    rouse_letters(contract::RouseLettersRequest) -> contract::RouseLettersResponse;
    preview_letters(contract::PreviewLettersRequest) -> contract::PreviewLettersResponse;
} }

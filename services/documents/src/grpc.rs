//! The table of contents: one line per RPC.

use lotse_platform::answer;
use lotse_proto::common::Timetable;
use lotse_proto::documents::letter_process_service_server::LetterProcessService;
use lotse_proto::documents::letter_service_server::LetterService;
use lotse_proto::documents::template_service_server::TemplateService;
use lotse_proto::documents::{
    ConfirmPostingRequest, DownloadLetterRequest, EnsureLetterRequest, GetLetterRequest, GetLetterTimetableRequest,
    GetTemplateRequest, Letter, LetterStepResponse, ListLettersRequest, ListLettersResponse, ListTemplatesRequest,
    ListTemplatesResponse, OfferForPostingRequest, RemindPostingRequest, RenderLetterRequest, RequestLetterRequest,
    Template,
};
use tonic::{Request, Response, Status};

use crate::Documents;
use crate::operations::{
    confirm_posting, download_letter, ensure_letter, get_letter, get_letter_timetable, get_template, list_letters,
    list_templates, offer_for_posting, remind_posting, render_letter, request_letter,
};

#[tonic::async_trait]
impl LetterService for Documents {
    type DownloadLetterStream = download_letter::Parts;

    async fn request_letter(&self, request: Request<RequestLetterRequest>) -> Result<Response<Letter>, Status> {
        answer!(self, request, request_letter)
    }

    async fn get_letter(&self, request: Request<GetLetterRequest>) -> Result<Response<Letter>, Status> {
        answer!(self, request, get_letter)
    }

    async fn list_letters(
        &self,
        request: Request<ListLettersRequest>,
    ) -> Result<Response<ListLettersResponse>, Status> {
        answer!(self, request, list_letters)
    }

    async fn download_letter(
        &self,
        request: Request<DownloadLetterRequest>,
    ) -> Result<Response<Self::DownloadLetterStream>, Status> {
        answer!(self, request, download_letter)
    }

    async fn confirm_posting(&self, request: Request<ConfirmPostingRequest>) -> Result<Response<Letter>, Status> {
        answer!(self, request, confirm_posting)
    }
}

#[tonic::async_trait]
impl TemplateService for Documents {
    async fn list_templates(
        &self,
        request: Request<ListTemplatesRequest>,
    ) -> Result<Response<ListTemplatesResponse>, Status> {
        answer!(self, request, list_templates)
    }

    async fn get_template(&self, request: Request<GetTemplateRequest>) -> Result<Response<Template>, Status> {
        answer!(self, request, get_template)
    }
}

#[tonic::async_trait]
impl LetterProcessService for Documents {
    async fn ensure_letter(&self, request: Request<EnsureLetterRequest>) -> Result<Response<Letter>, Status> {
        answer!(self, request, ensure_letter)
    }

    async fn render_letter(
        &self,
        request: Request<RenderLetterRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        answer!(self, request, render_letter)
    }

    async fn offer_for_posting(
        &self,
        request: Request<OfferForPostingRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        answer!(self, request, offer_for_posting)
    }

    async fn remind_posting(
        &self,
        request: Request<RemindPostingRequest>,
    ) -> Result<Response<LetterStepResponse>, Status> {
        answer!(self, request, remind_posting)
    }

    async fn get_letter_timetable(
        &self,
        request: Request<GetLetterTimetableRequest>,
    ) -> Result<Response<Timetable>, Status> {
        answer!(self, request, get_letter_timetable)
    }
}

//! The table of contents: one line per RPC.

use lotse_platform::{server::Surface, service};
use lotse_proto::{
    common,
    providers::{
        self as contract, provider_service_server::ProviderServiceServer,
        referral_process_service_server::ReferralProcessServiceServer, referral_service_server::ReferralServiceServer,
    },
};

use crate::{
    access::Office,
    operations::{
        break_off_referral, complete_referral, create_referral, get_offer, get_provider, get_referral, get_timetable,
        list_offers, list_providers, list_referrals, preview_referrals, record_answer, record_report, register_offer,
        register_provider, revoke_referral, rouse_referrals, send_referral, start_referral, take_duty_step,
    },
};

/// The services of this crate over one office.
#[derive(Debug, Clone)]
struct Api {
    desk: Office,
}

/// What clients call.
#[must_use]
pub fn public(office: &Office) -> Surface {
    let api = Api { desk: office.clone() };
    Surface::default().with(ProviderServiceServer::new(api.clone())).with(ReferralServiceServer::new(api))
}

/// What workers and sibling services call.
#[must_use]
pub fn process(office: &Office) -> Surface {
    Surface::default().with(ReferralProcessServiceServer::new(Api { desk: office.clone() }))
}

service! { Api: contract::provider_service_server::ProviderService {
    register_provider(contract::RegisterProviderRequest) -> contract::Provider;
    get_provider(contract::GetProviderRequest) -> contract::Provider;
    list_providers(contract::ListProvidersRequest) -> contract::ListProvidersResponse;
    register_offer(contract::RegisterOfferRequest) -> contract::Offer;
    get_offer(contract::GetOfferRequest) -> contract::Offer;
    list_offers(contract::ListOffersRequest) -> contract::ListOffersResponse;
} }

service! { Api: contract::referral_service_server::ReferralService {
    create_referral(contract::CreateReferralRequest) -> contract::Referral;
    send_referral(contract::SendReferralRequest) -> contract::Referral;
    record_answer(contract::RecordAnswerRequest) -> contract::Referral;
    start_referral(contract::StartReferralRequest) -> contract::Referral;
    record_report(contract::RecordReportRequest) -> contract::Referral;
    complete_referral(contract::CompleteReferralRequest) -> contract::Referral;
    break_off_referral(contract::BreakOffReferralRequest) -> contract::Referral;
    revoke_referral(contract::RevokeReferralRequest) -> contract::Referral;
    get_referral(contract::GetReferralRequest) -> contract::Referral;
    list_referrals(contract::ListReferralsRequest) -> contract::ListReferralsResponse;
} }

service! { Api: contract::referral_process_service_server::ReferralProcessService {
    get_timetable(contract::GetTimetableRequest) -> common::Timetable;
    take_duty_step(contract::TakeDutyStepRequest) -> contract::TakeDutyStepResponse;
    rouse_referrals(contract::RouseReferralsRequest) -> contract::RouseReferralsResponse;
    preview_referrals(contract::PreviewReferralsRequest) -> contract::PreviewReferralsResponse;
} }

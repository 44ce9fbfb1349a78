//! The table of contents: one line per RPC.

use lotse_platform::{server::Surface, service};
use lotse_proto::notifications::{
    self as contract, delivery_service_server::DeliveryServiceServer, inbox_service_server::InboxServiceServer,
    notice_process_service_server::NoticeProcessServiceServer,
};

use crate::{
    operations::{create_notice, get_notice, list_deliveries, list_notices, mark_notice_read, retry_delivery},
    role::Office,
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
    Surface::default().with(InboxServiceServer::new(api.clone())).with(DeliveryServiceServer::new(api))
}

/// What workers and sibling services call.
#[must_use]
pub fn process(office: &Office) -> Surface {
    Surface::default().with(NoticeProcessServiceServer::new(Api { desk: office.clone() }))
}

service! { Api: contract::inbox_service_server::InboxService {
    list_notices(contract::ListNoticesRequest) -> contract::ListNoticesResponse;
    get_notice(contract::GetNoticeRequest) -> contract::Notice;
    mark_notice_read(contract::MarkNoticeReadRequest) -> contract::Notice;
} }

service! { Api: contract::delivery_service_server::DeliveryService {
    list_deliveries(contract::ListDeliveriesRequest) -> contract::ListDeliveriesResponse;
    retry_delivery(contract::RetryDeliveryRequest) -> contract::Delivery;
} }

service! { Api: contract::notice_process_service_server::NoticeProcessService {
    create_notice(contract::CreateNoticeRequest) -> contract::CreateNoticeResponse;
} }

//! The table of contents: one line per RPC.

use lotse_platform::{answer, server::Surface};
use lotse_proto::notifications::{
    self as contract, delivery_service_server::DeliveryServiceServer, inbox_service_server::InboxServiceServer,
    notice_process_service_server::NoticeProcessServiceServer,
};
use tonic::{Request, Response, Status};

use crate::{
    operations::{create_notice, get_notice, list_deliveries, list_notices, mark_notice_read, retry_delivery},
    role::Office,
};

/// The services of this crate over one office.
#[derive(Debug, Clone)]
struct Api {
    office: Office,
}

/// What clients call.
#[must_use]
pub fn public(office: &Office) -> Surface {
    let api = Api { office: office.clone() };
    Surface::default().with(InboxServiceServer::new(api.clone())).with(DeliveryServiceServer::new(api))
}

/// What workers and sibling services call.
#[must_use]
pub fn process(office: &Office) -> Surface {
    Surface::default().with(NoticeProcessServiceServer::new(Api { office: office.clone() }))
}

/// Implements a generated service: `rpc(Request) -> Reply`, each handled by the operation of that name.
macro_rules! service {
    ($module:ident :: $service:ident { $($rpc:ident($request:ident) -> $reply:ident;)+ }) => {
        #[tonic::async_trait]
        impl contract::$module::$service for Api {
            $(async fn $rpc(&self, request: Request<contract::$request>) -> Result<Response<contract::$reply>, Status> {
                answer!(&self.office, request, $rpc)
            })+
        }
    };
}

service! { inbox_service_server::InboxService {
    list_notices(ListNoticesRequest) -> ListNoticesResponse;
    get_notice(GetNoticeRequest) -> Notice;
    mark_notice_read(MarkNoticeReadRequest) -> Notice;
} }

service! { delivery_service_server::DeliveryService {
    list_deliveries(ListDeliveriesRequest) -> ListDeliveriesResponse;
    retry_delivery(RetryDeliveryRequest) -> Delivery;
} }

service! { notice_process_service_server::NoticeProcessService {
    create_notice(CreateNoticeRequest) -> CreateNoticeResponse;
} }

//! What the service owes its contract: for each RPC a request that is right, who may send it, and when it comes at the wrong time.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use lotse_devstack::{
    contract::{ABROAD, Exempt, Ground, Misfit, Promise, Right, Told, exempt, lists, lists::Listing},
    service::{Client, Service},
};
use lotse_notifications::{
    domain::delivery::{Mishap, Next, Trouble},
    store::queue,
};
use lotse_proto::{cases::StaffFunction, notifications::*};
use prost::Message;
use tonic::Code;

use crate::support::{JOBCENTER, Stage, fresh, review, to};

/// The service with Anna and Doris of one team, Doris its lead, and the lead of another team; no mail server takes anything.
pub struct House {
    stage: Stage,
    anna: String,
    clara: String,
}

impl House {
    async fn open() -> Self {
        let stage = Stage::quiet().await;
        let anna = stage.staff.hire("anna", "ue25", &[]);
        stage.staff.hire("doris", "ue25", &[StaffFunction::TeamLead]);
        let clara = stage.staff.hire("clara", "u25", &[StaffFunction::TeamLead]);
        Self { stage, anna, clara }
    }

    fn client(&self, subject: &str, role: &str) -> Client {
        self.stage.service.person(subject, Some("musterstadt"), &[role]).expect("a token")
    }

    fn machine(&self) -> Client {
        self.stage.service.sibling("worker").expect("a token")
    }

    fn reader(&self) -> Client {
        self.client("anna", "case-manager")
    }

    fn lead(&self) -> Client {
        self.client("doris", "team-lead")
    }

    /// Tells Anna something new; gives the notice.
    async fn notice(&self) -> Notice {
        let name = self.stage.tell(&self.anna, &news()).await;
        self.stage.inbox("anna").get_notice(GetNoticeRequest { name }).await.expect("a notice").into_inner()
    }

    /// The delivery of something new, still waiting.
    async fn pending(&self) -> Delivery {
        let notice = self.notice().await.name;
        let all = self.stage.all_deliveries().await;
        all.into_iter().find(|delivery| delivery.name.starts_with(&notice)).expect("a delivery")
    }

    /// The same, refused by a mail server for good.
    async fn failed(&self) -> Delivery {
        let waiting = self.pending().await;
        let courier = self.stage.relaying().await;
        let mishap = Mishap { trouble: Trouble::Rejected, reply_code: Some(550) };
        for claimed in queue::claim(&courier, 100, Duration::from_mins(1)).await.expect("what is due") {
            queue::report(&courier, &claimed, Next::Failed { mishap }).await.expect("a report");
        }
        let all = self.stage.all_deliveries().await;
        all.into_iter().find(|delivery| delivery.name == waiting.name).expect("the delivery")
    }

    /// The inbox, which is its owner's alone.
    async fn of_the_inbox(&self, rpc: &str) -> Option<Right> {
        let anna = self.reader();
        let right = match rpc {
            "ListNotices" => Right::new(anna, &ListNoticesRequest { parent: self.anna.clone(), ..Default::default() }),
            "GetNotice" => Right::new(anna, &GetNoticeRequest { name: self.notice().await.name }),
            "MarkNoticeRead" => {
                let Notice { name, etag, .. } = self.notice().await;
                Right::new(anna, &MarkNoticeReadRequest { name, etag, request_id: fresh() })
            }
            _ => return None,
        };
        let right = right.not_by("an administrator", self.client("root", "administrator"), Told::Nothing);
        Some(right.not_by("the lead", self.lead(), Told::Nothing))
    }

    /// The deliveries, which administrators and the recipient's lead look after.
    async fn of_the_deliveries(&self, rpc: &str) -> Option<Right> {
        let lead = self.lead();
        Some(match rpc {
            "ListDeliveries" => {
                let states = vec![DeliveryState::Pending.into()];
                let request = ListDeliveriesRequest { parent: JOBCENTER.to_owned(), states, ..Default::default() };
                Right::new(lead, &request).not_by("Anna", self.reader(), Told::Forbidden)
            }
            "RetryDelivery" => Right::new(lead, &retry(&self.failed().await))
                .not_by("Anna", self.reader(), Told::Nothing)
                .not_by("the lead of another team", self.client("clara", "team-lead"), Told::Nothing),
            _ => return None,
        })
    }
}

/// A code that no other telling has.
fn news() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("OPEN/{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn retry(delivery: &Delivery) -> RetryDeliveryRequest {
    RetryDeliveryRequest { name: delivery.name.clone(), etag: delivery.etag.clone(), request_id: fresh() }
}

#[rustfmt::skip]
const EXEMPT: &[Exempt] = &[
    exempt(Promise::Etag, "NoticeProcessService.CreateNotice", "it makes what will have the first etag"),
    exempt(Promise::WrongTime, "NoticeProcessService.CreateNotice", "what was told stays told: one cause has one notice"),
    exempt(Promise::WrongTime, "InboxService.MarkNoticeRead", "what was read stays read"),
    exempt(Promise::Abroad, "NoticeProcessService.CreateNotice", "who is told and of what does not fit its parent, which is told by field"),
];

impl Ground for House {
    const PACKAGE: &'static str = "lotse.notifications.v1";
    const PROCESS: &'static [&'static str] = &["NoticeProcessService"];
    const EXEMPT: &'static [Exempt] = EXEMPT;

    fn service(&self) -> &Service {
        &self.stage.service
    }

    async fn right(&self, rpc: &str) -> Right {
        let right = match rpc.split_once('.') {
            Some(("InboxService", rpc)) => self.of_the_inbox(rpc).await,
            Some(("DeliveryService", rpc)) => self.of_the_deliveries(rpc).await,
            Some(("NoticeProcessService", "CreateNotice")) => {
                let request = CreateNoticeRequest { audiences: vec![to(&self.anna)], ..review(&news()) };
                let other = CreateNoticeRequest { template: "review-overdue".to_owned(), ..request.clone() };
                return Right::new(self.machine(), &request).or(&other);
            }
            _ => None,
        };
        let abroad = self.stage.service.person("anna", Some(ABROAD), &["administrator", "team-lead"]).expect("a token");
        right.expect(rpc).not_by("somebody from abroad", abroad, Told::Nothing)
    }

    async fn misfit(&self, rpc: &str) -> Option<Misfit> {
        match rpc {
            "DeliveryService.RetryDelivery" => {
                let message = retry(&self.pending().await).encode_to_vec();
                Some(Misfit::Refused(self.lead(), message, Code::FailedPrecondition, "WRONG_STATE"))
            }
            "InboxService.MarkNoticeRead" | "NoticeProcessService.CreateNotice" => None,
            _ => unreachable!("no wrong time of {rpc} is known"),
        }
    }
}

lotse_devstack::contract_tests!(House, House::open());

#[tokio::test]
async fn listed_is_allowed() {
    let house = House::open().await;
    let mut notices = Vec::new();
    for to in [&house.anna, &house.clara, &house.anna, &house.anna, &house.clara] {
        notices.push(house.stage.tell(to, &news()).await);
    }
    let deliveries = house.stage.all_deliveries().await.into_iter().map(|delivery| delivery.name).collect();
    let inboxes = vec![house.anna.clone(), house.clara.clone()];
    let listings = [
        Listing::new("InboxService.ListNotices", "InboxService.GetNotice", inboxes, notices),
        Listing::new(
            "DeliveryService.ListDeliveries",
            "DeliveryService.RetryDelivery",
            vec![JOBCENTER.to_owned()],
            deliveries,
        ),
    ];
    lists::listed_is_allowed(&house, &["anna", "clara", "doris", "nobody"], &listings).await;
}

//! `InboxService`: everybody reads the own inbox and no other.

use lotse_proto::notifications::{
    GetNoticeRequest, ListNoticesRequest, MarkNoticeReadRequest, inbox_service_client::InboxServiceClient,
};
use tonic::Code;

use crate::support::{ID, JOBCENTER, Stage, fields, fresh, refused};

#[tokio::test]
async fn the_newest_notice_comes_first_page_by_page() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let mut told = Vec::new();
    for round in 1..=5 {
        told.push(stage.tell(&anna, &format!("OPEN/{round}")).await);
    }
    told.reverse();
    let mut inbox = stage.inbox("anna");
    let (mut seen, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListNoticesRequest { parent: anna.clone(), page_size: 2, page_token, unread_only: false };
        let page = inbox.list_notices(request).await.unwrap().into_inner();
        assert!(page.notices.len() <= 2);
        seen.extend(page.notices.into_iter().map(|notice| notice.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, told);

    let first = ListNoticesRequest { parent: anna.clone(), page_size: 2, ..ListNoticesRequest::default() };
    let page_token = inbox.list_notices(first).await.unwrap().into_inner().next_page_token;
    let other = ListNoticesRequest { parent: anna.clone(), page_token, unread_only: true, page_size: 2 };
    refused(inbox.list_notices(other).await, Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    let negative = ListNoticesRequest { parent: anna, page_size: -1, ..ListNoticesRequest::default() };
    refused(inbox.list_notices(negative).await, Code::InvalidArgument, "FIELDS_INVALID");
}

#[tokio::test]
async fn a_notice_is_marked_as_read_once() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let (old, new) = (stage.tell(&anna, "OPEN/1").await, stage.tell(&anna, "OPEN/2").await);
    let mut inbox = stage.inbox("anna");
    let unread = inbox.get_notice(GetNoticeRequest { name: old.clone() }).await.unwrap().into_inner();
    assert_eq!(unread.read_time, None, "reading is not marking");

    let request = MarkNoticeReadRequest { name: old.clone(), etag: unread.etag.clone(), request_id: fresh() };
    let read = inbox.mark_notice_read(request.clone()).await.unwrap().into_inner();
    assert!(read.read_time.is_some() && read.etag != unread.etag);
    assert_eq!(inbox.mark_notice_read(request.clone()).await.unwrap().into_inner(), read, "the same request");
    let other = MarkNoticeReadRequest { name: new.clone(), ..request };
    refused(inbox.mark_notice_read(other).await, Code::AlreadyExists, "REQUEST_ID_REUSED");
    let outdated = MarkNoticeReadRequest { name: old.clone(), etag: unread.etag, request_id: fresh() };
    refused(inbox.mark_notice_read(outdated).await, Code::Aborted, "STALE_ETAG");
    let again = MarkNoticeReadRequest { name: old, etag: read.etag.clone(), request_id: fresh() };
    assert_eq!(inbox.mark_notice_read(again).await.unwrap().into_inner(), read, "stays as it is");

    let request = ListNoticesRequest { parent: anna, unread_only: true, ..ListNoticesRequest::default() };
    let left = inbox.list_notices(request).await.unwrap().into_inner().notices;
    assert_eq!(left.into_iter().map(|notice| notice.name).collect::<Vec<_>>(), [new]);
}

#[tokio::test]
async fn every_violation_is_told_at_once() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let name = stage.tell(&anna, "OPEN/1").await;
    let mut inbox = stage.inbox("anna");
    let request = MarkNoticeReadRequest { name, ..MarkNoticeReadRequest::default() };
    let status = refused(inbox.mark_notice_read(request).await, Code::InvalidArgument, "FIELDS_INVALID");
    assert_eq!(fields(&status), ["request_id", "etag"]);
    for name in ["", "x", "jobcenters/musterstadt/staff/anna/notices/1", &anna] {
        let request = GetNoticeRequest { name: name.to_owned() };
        refused(inbox.get_notice(request).await, Code::InvalidArgument, "FIELDS_INVALID");
    }
    let request = ListNoticesRequest::default();
    refused(inbox.list_notices(request).await, Code::InvalidArgument, "FIELDS_INVALID");
}

#[tokio::test]
async fn another_inbox_looks_like_none() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let doris = stage.staff.hire("doris", "ue25", &[]);
    let hers = stage.tell(&anna, "OPEN/1").await;
    let etag = stage.notices("anna", &anna).await.remove(0).etag;
    stage.staff.hire("boss", "ue25", &[]);
    let boss = stage.service.person("boss", Some("musterstadt"), &["administrator", "team-lead"]).unwrap();
    let foreign = stage.service.person("anna", Some("anderswo"), &["case-manager"]).unwrap();
    for mut inbox in
        [stage.inbox("doris"), InboxServiceClient::new(boss), InboxServiceClient::new(foreign), stage.inbox("nobody")]
    {
        let read = GetNoticeRequest { name: hers.clone() };
        refused(inbox.get_notice(read).await, Code::NotFound, "RESOURCE_NOT_FOUND");
        let list = ListNoticesRequest { parent: anna.clone(), ..ListNoticesRequest::default() };
        refused(inbox.list_notices(list).await, Code::NotFound, "RESOURCE_NOT_FOUND");
        let mark = MarkNoticeReadRequest { name: hers.clone(), etag: etag.clone(), request_id: fresh() };
        refused(inbox.mark_notice_read(mark).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    }
    assert_eq!(stage.audited("MarkNoticeRead", "refused").await, 4);
    assert_eq!(stage.notices("anna", &anna).await[0].read_time, None);
    assert!(stage.notices("doris", &doris).await.is_empty());
    let none = GetNoticeRequest { name: format!("{doris}/notices/{ID}") };
    refused(stage.inbox("doris").get_notice(none).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let smuggled = GetNoticeRequest { name: hers.replace(&anna, &doris) };
    refused(stage.inbox("doris").get_notice(smuggled).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    assert!(hers.starts_with(JOBCENTER));
}

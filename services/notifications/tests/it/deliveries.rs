//! `DeliveryService`: who looks after deliveries, and trying again.

use std::time::Duration;

use lotse_devstack::smtp::{Mischief, SmtpSink, Stage as At};
use lotse_notifications::{
    domain::delivery::{Mishap, Next, Trouble},
    store::queue,
};
use lotse_proto::{
    cases::StaffFunction,
    notifications::{
        Delivery, DeliveryState, ListDeliveriesRequest, RetryDeliveryRequest,
        delivery_service_client::DeliveryServiceClient,
    },
};
use tonic::Code;

use crate::support::{ID, JOBCENTER, Stage, fields, fresh, refused, smtp};

/// A delivery to Anna of the team ue25 that the mail server refused for good.
async fn failed(stage: &Stage, sink: &SmtpSink) -> (String, Delivery) {
    let anna = stage.staff.hire("anna", "ue25", &[]);
    sink.misbehave_once(At::Recipient, Mischief::Reply(550));
    stage.tell(&anna, "OPEN/1").await;
    let delivery = stage.delivery_when("it fails", |delivery| delivery.state() == DeliveryState::Failed).await;
    (anna, delivery)
}

fn again(delivery: &Delivery) -> RetryDeliveryRequest {
    RetryDeliveryRequest { name: delivery.name.clone(), etag: delivery.etag.clone(), request_id: fresh() }
}

#[tokio::test]
async fn a_team_lead_mends_the_address_and_tries_again() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let (anna, delivery) = failed(&stage, &sink).await;
    stage.staff.hire("doris", "ue25", &[StaffFunction::TeamLead]);
    let mut deliveries = stage.deliveries("doris", &["team-lead"]);
    let request = ListDeliveriesRequest {
        parent: JOBCENTER.to_owned(),
        states: vec![DeliveryState::Failed.into()],
        ..ListDeliveriesRequest::default()
    };
    let listed = deliveries.list_deliveries(request).await.unwrap().into_inner().deliveries;
    assert_eq!(listed, std::slice::from_ref(&delivery));

    stage.staff.move_mail(&anna, "anna.neu@jobcenter.example");
    let request = again(&delivery);
    let retried = deliveries.retry_delivery(request.clone()).await.unwrap().into_inner();
    assert_eq!((retried.state(), retried.attempts), (DeliveryState::Pending, 0));
    assert!(retried.etag != delivery.etag && retried.next_attempt_time.is_some());
    let received = sink.wait_for(1).await;
    assert_eq!(received[0].to, ["anna.neu@jobcenter.example"]);
    let sent = stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;

    assert_eq!(deliveries.retry_delivery(request.clone()).await.unwrap().into_inner(), sent, "the same request");
    let other = RetryDeliveryRequest { etag: sent.etag.clone(), ..request };
    refused(deliveries.retry_delivery(other).await, Code::AlreadyExists, "REQUEST_ID_REUSED");
    refused(deliveries.retry_delivery(again(&delivery)).await, Code::Aborted, "STALE_ETAG");
    refused(deliveries.retry_delivery(again(&sent)).await, Code::FailedPrecondition, "WRONG_STATE");
    assert_eq!(stage.audited("RetryDelivery", "done").await, 1);
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn an_address_that_is_none_fails_at_once_and_can_be_mended() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    stage.staff.move_mail(&anna, "anna at home");
    stage.tell(&anna, "OPEN/1").await;
    let delivery = stage.delivery_when("it fails", |delivery| delivery.state() == DeliveryState::Failed).await;
    assert_eq!(delivery.last_error().as_str_name(), "DELIVERY_ERROR_ADDRESS_INVALID");
    stage.staff.move_mail(&anna, "anna@jobcenter.example");
    stage.deliveries("root", &["administrator"]).retry_delivery(again(&delivery)).await.unwrap();
    assert_eq!(sink.wait_for(1).await.len(), 1);
}

#[tokio::test]
async fn only_the_team_s_lead_and_administrators_see_deliveries() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let (_, delivery) = failed(&stage, &sink).await;
    stage.staff.hire("other-lead", "u25", &[StaffFunction::TeamLead]);
    stage.staff.hire("doris", "ue25", &[StaffFunction::TeamLead]);
    let all = ListDeliveriesRequest { parent: JOBCENTER.to_owned(), ..ListDeliveriesRequest::default() };

    // Listed exactly when it may be retried.
    for (subject, role, seen) in
        [("doris", "team-lead", true), ("other-lead", "team-lead", false), ("root", "administrator", true)]
    {
        let mut deliveries = stage.deliveries(subject, &[role]);
        let listed = deliveries.list_deliveries(all.clone()).await.unwrap().into_inner().deliveries;
        assert_eq!(!listed.is_empty(), seen, "{subject}");
        if !seen {
            refused(deliveries.retry_delivery(again(&delivery)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
        }
    }
    for (subject, role) in
        [("anna", "case-manager"), ("doris", "placement-officer"), ("nobody", "team-lead"), ("anna", "controlling")]
    {
        let mut deliveries = stage.deliveries(subject, &[role]);
        refused(deliveries.list_deliveries(all.clone()).await, Code::PermissionDenied, "NOT_PERMITTED");
        refused(deliveries.retry_delivery(again(&delivery)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    }
    let foreign = stage.service.person("root", Some("anderswo"), &["administrator"]).unwrap();
    let mut foreign = DeliveryServiceClient::new(foreign);
    refused(foreign.list_deliveries(all).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    refused(foreign.retry_delivery(again(&delivery)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    assert_eq!(stage.audited("RetryDelivery", "refused").await, 6);
}

#[tokio::test]
async fn every_violation_is_told_at_once() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let (_, delivery) = failed(&stage, &sink).await;
    let mut deliveries = stage.deliveries("root", &["administrator"]);
    let request =
        RetryDeliveryRequest { name: delivery.name.clone(), etag: "7".to_owned(), request_id: "7".to_owned() };
    let status = refused(deliveries.retry_delivery(request).await, Code::InvalidArgument, "FIELDS_INVALID");
    assert_eq!(fields(&status), ["request_id", "etag"]);
    refused(deliveries.retry_delivery(RetryDeliveryRequest::default()).await, Code::InvalidArgument, "FIELDS_INVALID");
    let none = RetryDeliveryRequest {
        name: delivery.name.replace(delivery.name.rsplit('/').next().unwrap(), ID),
        ..again(&delivery)
    };
    refused(deliveries.retry_delivery(none).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let list =
        ListDeliveriesRequest { parent: JOBCENTER.to_owned(), states: vec![0, 9], ..ListDeliveriesRequest::default() };
    let status = refused(deliveries.list_deliveries(list).await, Code::InvalidArgument, "FIELDS_INVALID");
    assert_eq!(fields(&status), ["states[0]", "states[1]"]);
}

#[tokio::test]
async fn a_delivery_of_a_dead_courier_is_taken_up_when_its_lease_runs_out() {
    let sink = SmtpSink::start().await.unwrap();
    let mut stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    stage.tell(&anna, "OPEN/1").await;
    // A courier that died: it claimed and never reported.
    let courier = stage.relaying().await;
    let lease = Duration::from_mins(1);
    assert_eq!(queue::claim(&courier, 4, lease).await.unwrap().len(), 1);
    assert!(queue::claim(&courier, 4, lease).await.unwrap().is_empty(), "nobody else takes it while the lease runs");
    sqlx::query("UPDATE deliveries SET claimed_until = now() - interval '1 second'").execute(&courier).await.unwrap();
    let [taken_up] = queue::claim(&courier, 4, Duration::ZERO).await.unwrap().try_into().unwrap();
    assert_eq!(taken_up.attempt, 2);

    // Its lease ran out at once: the courier that follows sends, and the late report of the slow one changes nothing.
    stage.send_courier(&smtp(Some(sink.address()))).await;
    sink.wait_for(1).await;
    let sent = stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;
    let mishap = Mishap { trouble: Trouble::Unreachable, reply_code: None };
    assert!(!queue::report(&courier, &taken_up, Next::Failed { mishap }).await.unwrap());
    assert!(!queue::report(&courier, &taken_up, Next::Sent).await.unwrap());
    assert_eq!(stage.all_deliveries().await, [sent]);
}

#[tokio::test]
async fn the_courier_s_role_sees_what_it_carries_and_nothing_else() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    stage.tell(&anna, "OPEN/1").await;
    let courier = stage.relaying().await;
    for (statement, may) in [
        ("SELECT title FROM notices", true),
        ("SELECT address FROM deliveries", true),
        ("SELECT read_at FROM notices", false),
        ("SELECT actor FROM audit_log", false),
        ("SELECT resource FROM idempotency_keys", false),
        ("DELETE FROM deliveries", false),
        ("UPDATE notices SET title = ''", false),
    ] {
        assert_eq!(sqlx::query(statement).execute(&courier).await.is_ok(), may, "{statement}");
    }
    // The service's own role sees nothing without a tenant.
    let options = (*stage.service.owner().connect_options()).clone().username("lotse_notifications");
    let service = sqlx::PgPool::connect_with(options).await.unwrap();
    for table in ["notices", "deliveries"] {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(&service).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

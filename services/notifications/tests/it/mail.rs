//! The way to the mail server: a real conversation, with everything that can go wrong in one.

use jiff::Timestamp;
use lotse_devstack::smtp::{Mischief, SmtpSink, Stage as At};
use lotse_notifications::{
    domain::delivery::{Mishap, Trouble},
    mail::{Email, Mailer},
};
use lotse_proto::notifications::{CreateNoticeRequest, DeliveryError, DeliveryState};

use crate::support::{Stage, review, smtp, to};

#[tokio::test]
async fn a_notice_is_sent_with_a_stable_message_id_and_nothing_about_a_person() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let notice = stage.tell(&anna, "OPEN/1").await;
    let received = sink.wait_for(1).await;
    let delivery = stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;
    assert_eq!(
        (delivery.attempts, delivery.last_error(), delivery.next_attempt_time),
        (1, DeliveryError::Unspecified, None)
    );
    assert!(delivery.sent_time.is_some() && delivery.name.starts_with(&notice));

    let [mail] = received.as_slice() else { panic!("{received:?}") };
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("lotse@jobcenter.example", ["anna@jobcenter.example".to_owned()].as_slice())
    );
    let id = notice.rsplit('/').next().unwrap();
    assert_eq!(delivery.message_id, format!("{id}@jobcenter.example"));
    assert_eq!(mail.header("Message-ID"), Some(format!("<{}>", delivery.message_id).as_str()));
    assert_eq!(mail.header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(mail.header("To"), Some("anna@jobcenter.example"));
    assert!(mail.header("Date").is_some() && mail.header("Subject").is_some());
}

#[tokio::test]
async fn what_is_deferred_is_tried_again() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    sink.misbehave_once(At::Recipient, Mischief::Reply(450));
    sink.misbehave_once(At::Message, Mischief::Reply(451));
    stage.tell(&anna, "OPEN/1").await;
    let delivery = stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;
    assert_eq!((delivery.attempts, delivery.last_reply_code), (3, 0));
    assert_eq!(sink.received().len(), 1);
}

#[tokio::test]
async fn what_is_refused_for_good_fails_at_once() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    sink.misbehave_once(At::Recipient, Mischief::Reply(550));
    stage.tell(&anna, "OPEN/1").await;
    let delivery = stage.delivery_when("it fails", |delivery| delivery.state() == DeliveryState::Failed).await;
    assert_eq!((delivery.attempts, delivery.last_error(), delivery.last_reply_code), (1, DeliveryError::Rejected, 550));
    assert!(sink.received().is_empty());
}

#[tokio::test]
async fn patience_ends() {
    let sink = SmtpSink::start().await.unwrap();
    sink.misbehave(Some((At::Greeting, Mischief::Reply(421))));
    let stage = Stage::mailing(&sink).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    stage.tell(&anna, "OPEN/1").await;
    let waiting = stage.delivery_when("it waits", |delivery| delivery.last_error() == DeliveryError::Deferred).await;
    assert!(waiting.state() == DeliveryState::Failed || waiting.next_attempt_time.is_some());
    let delivery = stage.delivery_when("it fails", |delivery| delivery.state() == DeliveryState::Failed).await;
    assert_eq!((delivery.attempts, delivery.last_error(), delivery.last_reply_code), (4, DeliveryError::Deferred, 421));
}

#[tokio::test]
async fn a_lost_answer_sends_twice_under_one_message_id() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    sink.misbehave_once(At::Kept, Mischief::Drop);
    stage.tell(&anna, "OPEN/1").await;
    let received = sink.wait_for(2).await;
    let delivery = stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;
    assert_eq!(delivery.attempts, 2);
    assert_eq!(received.len(), 2);
    assert_eq!(received[0], received[1], "the same bytes under the same Message-ID");
}

#[tokio::test]
async fn broken_connections_and_silence_pass() {
    let sink = SmtpSink::start().await.unwrap();
    let stage = Stage::mailing(&sink).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    sink.misbehave_once(At::Greeting, Mischief::Drop);
    sink.misbehave_once(At::Recipient, Mischief::Drop);
    sink.misbehave_once(At::Message, Mischief::Silence);
    stage.tell(&anna, "OPEN/1").await;
    stage.delivery_when("nobody answers", |delivery| delivery.last_error() == DeliveryError::Unreachable).await;
    let quiet = stage.delivery_when("time is up", |delivery| delivery.last_error() == DeliveryError::Timeout).await;
    assert_eq!(quiet.last_reply_code, 0);
    let delivery = stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;
    assert_eq!((delivery.attempts, sink.received().len()), (4, 1));
}

#[tokio::test]
async fn without_a_mail_server_deliveries_wait_for_one() {
    let mut stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    stage.tell(&anna, "OPEN/1").await;
    let [waiting] = stage.all_deliveries().await.try_into().unwrap();
    assert_eq!((waiting.state(), waiting.last_error()), (DeliveryState::Pending, DeliveryError::NotConfigured));
    assert_eq!((waiting.next_attempt_time, waiting.attempts, waiting.message_id.as_str()), (None, 0, ""));

    let sink = SmtpSink::start().await.unwrap();
    stage.send_courier(&smtp(Some(sink.address()))).await;
    assert_eq!(sink.wait_for(1).await.len(), 1);
    stage.stop_couriers().await;
    stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;
}

#[tokio::test]
async fn several_couriers_send_each_once() {
    let sink = SmtpSink::start().await.unwrap();
    let mut stage = Stage::quiet().await;
    let audiences = (0..20).map(|i| to(&stage.staff.hire(&format!("staff{i}"), "ue25", &[]))).collect();
    let request = CreateNoticeRequest { audiences, ..review("OPEN/1") };
    assert_eq!(stage.process().create_notice(request).await.unwrap().into_inner().notices.len(), 20);
    for _ in 0..3 {
        stage.send_courier(&smtp(Some(sink.address()))).await;
    }
    sink.wait_for(20).await;
    stage.stop_couriers().await;
    let mut addressed: Vec<_> = sink.received().into_iter().flat_map(|mail| mail.to).collect();
    addressed.sort();
    addressed.dedup();
    assert_eq!((addressed.len(), sink.received().len()), (20, 20));
    assert!(stage.all_deliveries().await.iter().all(|delivery| delivery.state() == DeliveryState::Sent));
}

#[tokio::test]
async fn the_text_arrives_as_it_was_written() {
    let sink = SmtpSink::start().await.unwrap();
    let mailer = Mailer::new(&smtp(Some(sink.address()))).unwrap().unwrap();
    let email = Email {
        notice_id: lotse_platform::clock::WallClock.new_id(),
        address: "anna@jobcenter.example".to_owned(),
        subject: "Term, 9. September".to_owned(),
        body: "one\r\n.\r\n..two\r\nthree".to_owned(),
        written_at: Timestamp::UNIX_EPOCH,
    };
    mailer.send(&email).await.unwrap();
    let received = sink.wait_for(1).await;
    let (_, body) = received[0].message.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.trim_end(), email.body);
    let unreachable = Mailer::new(&smtp(Some("127.0.0.1:1".parse().unwrap()))).unwrap().unwrap();
    let mishap = unreachable.send(&email).await.unwrap_err();
    assert_eq!(mishap, Mishap { trouble: Trouble::Unreachable, reply_code: None });
}

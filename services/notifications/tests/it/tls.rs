//! The protected way to the mail server: who vouches for it, whom it lets in, and that nothing is said in clear.

use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use lotse_devstack::{
    authority::Authority,
    smtp::{Account, Mechanism, Protection, SmtpSink, Terms},
};
use lotse_notifications::{
    config::{Smtp, SmtpServer},
    domain::delivery::{Mishap, Trouble},
    mail::{Email, Mailer},
};
use lotse_platform::{clock::WallClock, config::Value};
use lotse_proto::notifications::{DeliveryError, DeliveryState, RetryDeliveryRequest};

use crate::support::{Stage, fresh, smtp};

const PASSWORD: &str = "canary Pass wort ";

/// A mail server that asks for an account, and the authority that vouches for it.
struct Post {
    sink: SmtpSink,
    authority: Authority,
    scheme: &'static str,
    query: &'static str,
}

impl Post {
    async fn starttls(mechanism: Mechanism) -> Self {
        Self::start(Some("127.0.0.1"), Some(mechanism), true).await
    }

    /// A server known as `name`, under TLS after STARTTLS or from the first byte; without a name it has no TLS.
    async fn start(name: Option<&str>, mechanism: Option<Mechanism>, starttls: bool) -> Self {
        let authority = Authority::new().expect("a stage for the test");
        let protection = name.map(|name| {
            let server =
                authority.vouch_for(name).expect("a stage for the test").server().expect("a stage for the test");
            if starttls { Protection::StartTls(server) } else { Protection::FromTheFirstByte(server) }
        });
        let account = mechanism.map(|mechanism| Account { user: "lotse".into(), password: PASSWORD.into(), mechanism });
        let sink = SmtpSink::start_on(Terms { protection, account }).await.expect("a stage for the test");
        let (scheme, query) = if starttls { ("smtp", "?tls=required") } else { ("smtps", "") };
        Self { sink, authority, scheme, query }
    }

    /// How Lotse is configured for it, with a file that holds this password.
    fn config(&self, password: &str) -> Smtp {
        let file = self.authority.file().with_file_name(format!("{}.password", fresh()));
        std::fs::write(&file, format!("{password}\n")).expect("a stage for the test");
        Smtp {
            password_file: Some(file),
            user: Some("lotse".to_owned()),
            ..self.believing(Some(self.authority.file()))
        }
    }

    /// How Lotse is configured without an account, believing the authority of this file.
    fn believing(&self, authority: Option<&Path>) -> Smtp {
        let server = format!("{}://{}{}", self.scheme, self.sink.address(), self.query);
        Smtp {
            server: SmtpServer::from_text(&server),
            ca_file: authority.map(PathBuf::from),
            attempts: 3,
            ..smtp(Some(self.sink.address()))
        }
    }
}

async fn send(config: &Smtp) -> Result<(), Mishap> {
    let email = Email {
        notice_id: WallClock.new_id(),
        address: "anna@jobcenter.example".to_owned(),
        subject: "x".to_owned(),
        body: "x".to_owned(),
        written_at: Timestamp::UNIX_EPOCH,
    };
    Mailer::new(config).expect("a stage for the test").expect("a stage for the test").send(&email).await
}

fn without_reply(trouble: Trouble) -> Result<(), Mishap> {
    Err(Mishap { trouble, reply_code: None })
}

#[tokio::test]
async fn mail_goes_out_under_tls_with_an_account() {
    for (starttls, mechanism) in [(true, Mechanism::Plain), (true, Mechanism::Login), (false, Mechanism::Plain)] {
        let post = Post::start(Some("127.0.0.1"), Some(mechanism), starttls).await;
        send(&post.config(PASSWORD)).await.unwrap();
        let [mail] = post.sink.received().try_into().unwrap();
        assert_eq!((mail.protected, mail.account.as_deref()), (true, Some("lotse")), "{mechanism:?}");
        let clear: &[&str] = if starttls { &["EHLO", "STARTTLS"] } else { &[] };
        assert_eq!(post.sink.heard_in_clear(), clear);
    }
}

#[tokio::test]
async fn only_the_server_the_authority_vouches_for_is_told_anything() {
    let stranger = Authority::new().unwrap();
    for starttls in [true, false] {
        let post = Post::start(Some("127.0.0.1"), None, starttls).await;
        for authority in [Some(stranger.file()), None] {
            assert_eq!(send(&post.believing(authority)).await, without_reply(Trouble::NotProtected));
        }
        let other = Post::start(Some("mail.example"), None, starttls).await;
        assert_eq!(send(&other.believing(Some(other.authority.file()))).await, without_reply(Trouble::NotProtected));
        for post in [post, other] {
            assert!(post.sink.received().is_empty());
            assert!(post.sink.heard_in_clear().iter().all(|verb| ["EHLO", "STARTTLS", "QUIT"].contains(verb)));
        }
    }
}

#[tokio::test]
async fn an_account_nobody_asks_for_is_told_as_such() {
    let post = Post::start(Some("127.0.0.1"), None, true).await;
    assert_eq!(send(&post.config(PASSWORD)).await, without_reply(Trouble::AccountRefused));
    assert!(post.sink.received().is_empty());
}

#[tokio::test]
async fn nothing_is_said_to_a_server_without_the_protection_that_is_required() {
    let post = Post::start(None, None, true).await;
    let stage = Stage::with(post.config(PASSWORD)).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    stage.tell(&anna, "OPEN/1").await;
    let failed = stage.delivery_when("it fails", |delivery| delivery.state() == DeliveryState::Failed).await;
    assert_eq!(
        (failed.last_error(), failed.last_reply_code, failed.attempts),
        (DeliveryError::NotProtected, 0, 3),
        "tried again, then left to a person"
    );
    assert!(post.sink.received().is_empty());
    assert!(post.sink.heard_in_clear().iter().all(|verb| ["EHLO", "QUIT"].contains(verb)));
}

/// What was logged, as text.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("a log").write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// One thread, so that what is logged for this test is written here.
#[tokio::test(flavor = "current_thread")]
async fn a_wrong_password_is_told_without_it_and_mended_by_a_person() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let scope = tracing::subscriber::set_default(subscriber.finish());
    let post = Post::starttls(Mechanism::Plain).await;
    let wrong = post.config("canary wrong");
    let mut stage = Stage::with(wrong.clone()).await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    stage.tell(&anna, "OPEN/1").await;
    let failed = stage.delivery_when("it fails", |delivery| delivery.state() == DeliveryState::Failed).await;
    assert_eq!(
        (failed.last_error(), failed.last_reply_code, failed.attempts),
        (DeliveryError::AccountRefused, 535, 3),
        "tried again, then left to a person"
    );
    assert!(post.sink.received().is_empty());
    stage.stop_couriers().await;

    let right = post.config(PASSWORD);
    stage.send_courier(&right).await;
    let again = RetryDeliveryRequest { name: failed.name.clone(), etag: failed.etag.clone(), request_id: fresh() };
    stage.deliveries("root", &["administrator"]).retry_delivery(again).await.unwrap();
    let sent = stage.delivery_when("it is sent", |delivery| delivery.state() == DeliveryState::Sent).await;
    assert_eq!((post.sink.wait_for(1).await.len(), sent.attempts), (1, 1));
    drop(scope);

    let rows: String = sqlx::query_scalar("SELECT string_agg(t::text, ' ') FROM deliveries t")
        .fetch_one(stage.service.owner())
        .await
        .unwrap();
    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("535") && written.contains("ACCOUNT_REFUSED"), "{written}");
    let shown = format!("{failed:?} {rows} {right:?} {:?}", Mailer::new(&wrong).unwrap());
    // Whole, in the line of PLAIN, and alone in base64.
    for secret in ["canary", "AGxvdHNlAGNhbmFyeS", "Y2FuYXJ5I"] {
        assert!(!written.contains(secret) && !shown.contains(secret), "{secret}");
    }
}

//! What came of a journey, as its people see it through the public API and in their mail: the same for two plays of one journey.
//!
//! Ids and the time of day differ from play to play and are masked; all dates, states, texts and names are compared. The lists
//! are compared as bags: what stands twice or is missing shows.

use std::collections::BTreeMap;

use lotse::{journey::Play, stack::DATABASE};
use lotse_devstack::{DevStack, smtp::SmtpSink, wait_until};
use serde_json::{Value, json};
use sqlx::PgPool;

/// What is asked, by whom, and which list of the answer counts.
const QUESTIONS: [(&str, &str, &str, &str); 8] = [
    ("anna", "lotse.cases.v1.CaseService/ListCaseEvents", "${case}", "events"),
    ("anna", "lotse.providers.v1.ReferralService/ListReferrals", "${case}", "referrals"),
    ("anna", "lotse.documents.v1.LetterService/ListLetters", "${case}", "letters"),
    ("anna", "lotse.notifications.v1.InboxService/ListNotices", "${anna}", "notices"),
    ("bernd", "lotse.notifications.v1.InboxService/ListNotices", "${bernd}", "notices"),
    ("doris", "lotse.notifications.v1.InboxService/ListNotices", "${doris}", "notices"),
    ("emil", "lotse.notifications.v1.InboxService/ListNotices", "${emil}", "notices"),
    ("doris", "lotse.notifications.v1.DeliveryService/ListDeliveries", "${jobcenter}", "deliveries"),
];

/// Fields that tell the time of day, follow from ids, or tell how often a message was tried.
const MASKED: [&str; 10] = [
    "etag",
    "create_time",
    "last_error",
    "read_time",
    "sent_time",
    "next_attempt_time",
    "attempts",
    "last_reply_code",
    "sha256",
    "size_bytes",
];

/// Everything anybody could see, one line each, sorted.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome(Vec<String>);

impl Outcome {
    /// Looks around at the end of a journey, when nothing is under way any more.
    pub async fn of(play: &Play<'_, '_, '_>, servers: &DevStack, mail: &SmtpSink) -> anyhow::Result<Self> {
        let said = |error: String| anyhow::anyhow!(error);
        // First, because it waits until all mail is sent: a delivery under way would look otherwise.
        let mut seen = mails(servers, mail).await?;
        for (actor, method, parent, list) in QUESTIONS {
            let answer = play.ask(actor, method, &json!({ "parent": parent, "page_size": 200 })).await.map_err(said)?;
            for item in answer[list].as_array().into_iter().flatten() {
                seen.push(format!("{list} of {actor}: {}", masked(item)));
            }
        }
        let request = json!({ "parent": "${jobcenter}", "subject": "${case}", "page_size": 200, "states": [
            "DUTY_STATE_SCHEDULED", "DUTY_STATE_OPEN", "DUTY_STATE_OVERDUE",
            "DUTY_STATE_DONE", "DUTY_STATE_MISSED", "DUTY_STATE_VOID",
        ] });
        let answer = play.ask("anna", "lotse.cases.v1.DutyService/ListDuties", &request).await.map_err(said)?;
        seen.extend(answer["duties"].as_array().into_iter().flatten().map(|duty| format!("duty: {}", masked(duty))));
        let request = json!({ "name": "${episode}" });
        let answer = play.ask("anna", "lotse.cases.v1.EpisodeService/GetEpisode", &request).await.map_err(said)?;
        seen.push(format!("episode: {}", masked(&answer)));
        seen.extend(left_over(servers).await?);
        seen.sort();
        Ok(Self(seen))
    }

    /// How many lines begin with these words.
    pub fn count(&self, words: &str) -> usize {
        self.0.iter().filter(|line| line.starts_with(words)).count()
    }

    /// Fails with what is missing and what is there too often, when the two differ.
    pub fn must_be(&self, other: &Self) {
        let bag = |lines: &[String]| {
            lines.iter().fold(BTreeMap::<String, i32>::new(), |mut bag, line| {
                *bag.entry(line.clone()).or_default() += 1;
                bag
            })
        };
        let (here, there) = (bag(&self.0), bag(&other.0));
        let lacks = |left: &BTreeMap<String, i32>, right: &BTreeMap<String, i32>, word: &str| {
            let more = left.iter().filter(|(line, times)| right.get(*line).is_none_or(|other| other < *times));
            more.map(|(line, _)| format!("{word} {line}")).collect::<Vec<_>>()
        };
        let mut found = lacks(&there, &here, "lost: ");
        found.extend(lacks(&here, &there, "more: "));
        assert!(found.is_empty(), "the disturbed journey ended otherwise:\n{}", found.join("\n"));
    }
}

/// The e-mails by their Message-ID: one that came twice has the same and is one.
async fn mails(servers: &DevStack, mail: &SmtpSink) -> anyhow::Result<Vec<String>> {
    let pool = PgPool::connect(&servers.database_url(DATABASE)).await?;
    let count = async |only_pending: bool| -> sqlx::Result<i64> {
        let count = r"
            SELECT count(*)
            FROM notifications.deliveries
            WHERE state = 'PENDING' OR NOT $1
            ";
        sqlx::query_scalar(count).bind(only_pending).fetch_one(&pool).await
    };
    let mut by_id = BTreeMap::new();
    wait_until("each delivery has become a message", async || {
        for received in mail.received() {
            let header = |name: &str| received.header(name).unwrap_or_default().to_owned();
            by_id.insert(header("Message-ID"), format!("mail: {:?} {}", received.to, header("Subject")));
        }
        matches!((count(true).await, count(false).await), (Ok(0), Ok(sent)) if usize::try_from(sent) == Ok(by_id.len()))
    })
    .await;
    pool.close().await;
    Ok(by_id.into_values().collect())
}

/// What waits or was given up in the outboxes; nothing does when all has arrived.
async fn left_over(servers: &DevStack) -> anyhow::Result<Vec<String>> {
    let pool = PgPool::connect(&servers.database_url(DATABASE)).await?;
    let rows: Vec<(String, String)> = sqlx::query_as(
        r"
        SELECT workflow_id, coalesce(last_error, '') FROM cases.dead_letters
        UNION ALL SELECT workflow_id, coalesce(last_error, '') FROM providers.dead_letters
        UNION ALL SELECT workflow_id, coalesce(last_error, '') FROM documents.dead_letters
        UNION ALL SELECT workflow_id, 'waits' FROM cases.outbox_events
        UNION ALL SELECT workflow_id, 'waits' FROM providers.outbox_events
        UNION ALL SELECT workflow_id, 'waits' FROM documents.outbox_events
        ",
    )
    .fetch_all(&pool)
    .await?;
    pool.close().await;
    Ok(rows.into_iter().map(|(workflow, why)| format!("outbox: {} {why}", without_ids(&workflow))).collect())
}

fn masked(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| !MASKED.contains(&key.as_str()));
            Value::Object(kept.map(|(key, field)| (key.clone(), masked(field))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(masked).collect()),
        Value::String(text) => without_ids(text).into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// The text with every UUID as `#`.
fn without_ids(text: &str) -> String {
    let is_id = |candidate: &str| {
        candidate.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let (mut rest, mut out) = (text, String::new());
    while let Some(first) = rest.chars().next() {
        if rest.get(..36).is_some_and(is_id) {
            out.push('#');
            rest = &rest[36..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

/// A test of its own.
pub fn ids_are_masked_and_nothing_else() {
    let text = "jobcenters/m/cases/0190a000-0000-7000-8000-000000000001/x Größe 0190a000";
    assert_eq!(without_ids(text), "jobcenters/m/cases/#/x Größe 0190a000");
    assert_eq!(masked(&json!({ "etag": "1", "a": [{ "create_time": "x", "b": 1 }] })), json!({ "a": [{ "b": 1 }] }));
}

/// A test of its own.
pub fn what_is_lost_or_twice_is_found() {
    let lines = |lines: &[&str]| Outcome(lines.iter().map(|line| (*line).to_owned()).collect());
    let whole = lines(&["a", "b"]);
    whole.must_be(&lines(&["a", "b"]));
    for other in [lines(&["a"]), lines(&["a", "b", "b"]), lines(&["a", "c"])] {
        assert!(std::panic::catch_unwind(|| other.must_be(&whole)).is_err(), "{other:?}");
    }
}

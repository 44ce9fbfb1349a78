//! Requests full of canaries that are refused in every way a service knows, and what clients are told.
//!
//! They are made from those that went through the doors: each text of each message is changed by its descriptor, so a new field and a
//! new RPC are tried without new code here.

use std::collections::{BTreeMap, BTreeSet};

use lotse::stack::DATABASE;
use lotse_devstack::token::{Audience, Claims};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor, ReflectMessage as _, Value};
use sqlx::PgPool;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;
use uuid::Uuid;

use crate::{
    canary::{self, SONG},
    door::Letter,
    message::{changed, filled, names, within},
    stand::Stand,
};

/// What has been answered so far.
#[derive(Debug)]
pub struct Refusals {
    pool: DescriptorPool,
    heard: BTreeMap<String, Letter>,
    strangers: Vec<(&'static str, String)>,
    database: PgPool,
    asked: u128,
    told: BTreeSet<String>,
    leaks: Vec<String>,
}

impl Refusals {
    /// Begins with what was asked in a story that has been played.
    pub async fn after(stand: &Stand) -> Self {
        let token = |subject: &str, jobcenter: &str, roles: &[&str]| {
            let claims = Claims { audience: Audience::Public, ..Claims::person(subject, jobcenter, roles) };
            format!("Bearer {}", stand.stack.issuer().token(&claims).expect("a token"))
        };
        let strangers = vec![
            ("nobody", String::new()),
            ("a canary", format!("Bearer {SONG}")),
            ("a head that is none", format!("Bearer {}.e30.{SONG}", "eyJhbGciOiJrYW5hcmllbnZvZ2VsIn0")),
            ("one without a role", token("kanarienvogel-960", "musterstadt", &["kanarienvogel"])),
            ("one from abroad", token("kanarienvogel-961", "nachbarstadt", &["team-lead", "case-manager"])),
            ("a colleague", token("kanarienvogel-962", "musterstadt", &["case-manager", "post-room"])),
            ("one of no jobcenter", token("kanarienvogel-963", "Kanarienvogel 964", &[])),
        ];
        let url = stand.stack.servers().database_url(DATABASE);
        Self {
            pool: DescriptorPool::decode(lotse_proto::DESCRIPTORS).expect("the contract"),
            heard: stand.doors.heard(),
            strangers,
            database: PgPool::connect(&url).await.expect("the database"),
            asked: 0,
            told: BTreeSet::new(),
            leaks: Vec::new(),
        }
    }

    /// The codes and reasons that were told so far, such as `NotFound RESOURCE_NOT_FOUND`.
    pub const fn told(&self) -> &BTreeSet<String> {
        &self.told
    }

    /// Fails when a refusal repeated a canary.
    pub fn settle(&self) {
        assert!(self.leaks.is_empty(), "refusals repeat canaries:\n{}", self.leaks.join("\n"));
    }

    /// Sends a letter and looks at the refusal, if it is one.
    async fn send(&mut self, what: &str, letter: &Letter) -> Option<Status> {
        let status = letter.send().await.err()?;
        let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
        self.told.insert(format!("{:?} {reason}", status.code()).trim_end().to_owned());
        let whole = format!("{} {:?} {:?}", status.message(), status.get_error_details(), status.metadata());
        let words = canary::heard(whole.as_bytes()).or_else(|| canary::heard(status.details()));
        self.leaks.extend(words.map(|words| format!("{} with {what}: …{words}…", letter.path)));
        Some(status)
    }

    /// A UUID nobody has used: the same in every run.
    fn id(&mut self) -> String {
        self.asked += 1;
        Uuid::new_v5(&Uuid::NAMESPACE_URL, &self.asked.to_be_bytes()).to_string()
    }

    fn method(&self, letter: &Letter) -> MethodDescriptor {
        let (service, method) = letter.path.trim_start_matches('/').split_once('/').expect("a path");
        let service = self.pool.get_service_by_name(service).expect("a service of the contract");
        service.methods().find(|found| found.name() == method).expect("a method of the contract")
    }

    fn read(&self, letter: &Letter) -> DynamicMessage {
        DynamicMessage::decode(self.method(letter).input(), letter.message.clone()).expect("a message of its type")
    }

    fn written(letter: &Letter, message: &DynamicMessage) -> Letter {
        Letter { message: message.encode_to_vec().into(), ..letter.clone() }
    }

    /// The message under a `request_id` of its own, if it has any.
    fn anew(&mut self, mut message: DynamicMessage) -> DynamicMessage {
        if message.descriptor().get_field_by_name("request_id").is_some() {
            message.set_field_by_name("request_id", Value::String(self.id()));
        }
        message
    }

    /// Every field wrong, every caller wrong, every name, etag and request id wrong, and bytes that are no message.
    pub async fn of_every_request(&mut self) {
        for letter in self.heard.clone().into_values() {
            let message = self.read(&letter);
            self.of_fields(&letter, &message).await;
            self.of_names(&letter, &message).await;
            self.of_bytes(&letter).await;
            if !letter.path.contains("ProcessService") {
                self.of_strangers(&letter, &message).await;
            }
        }
    }

    async fn of_fields(&mut self, letter: &Letter, message: &DynamicMessage) {
        let endless = format!("{SONG}-970 ").repeat(1_000);
        for text in ["kanarienvogel-970", &endless, "kanarienvogel-970\n\0"] {
            for (path, changed) in changed(message, text) {
                let changed = if path == "request_id" { changed } else { self.anew(changed) };
                self.send(&path, &Self::written(letter, &changed)).await;
            }
        }
        // Other content under the request id that has been used.
        for (path, changed) in changed(message, "kanarienvogel-971") {
            self.send(&path, &Self::written(letter, &changed)).await;
        }
    }

    async fn of_names(&mut self, letter: &Letter, message: &DynamicMessage) {
        let again = self.anew(message.clone());
        self.send("the same again", &Self::written(letter, &again)).await;
        if let Some(etag) = self.etag(letter, message).await {
            let mut fresh = self.anew(message.clone());
            fresh.set_field_by_name("etag", Value::String(etag));
            self.send("the last etag", &Self::written(letter, &fresh)).await;
        }
        for field in ["name", "parent"] {
            let name = message.get_field_by_name(field).and_then(|value| value.as_str().map(str::to_owned));
            let Some((above, _)) = name.as_deref().and_then(|name| name.rsplit_once('/')) else { continue };
            let mut unknown = self.anew(message.clone());
            unknown.set_field_by_name(field, Value::String(format!("{above}/{}", Uuid::nil())));
            self.send("an unknown name", &Self::written(letter, &unknown)).await;
        }
    }

    /// The etag of the record a request changes, read by the method for it.
    async fn etag(&self, letter: &Letter, message: &DynamicMessage) -> Option<String> {
        message.descriptor().get_field_by_name("etag")?;
        let method = self.method(letter);
        let service = method.parent_service();
        let reader =
            service.methods().find(|reader| reader.name().starts_with("Get") && reader.output() == method.output())?;
        let mut question = DynamicMessage::new(reader.input());
        question.set_field_by_name("name", message.get_field_by_name("name")?.into_owned());
        let path = format!("/{}/{}", service.full_name(), reader.name());
        let answer = Letter { path, ..Self::written(letter, &question) }.send().await.ok()?;
        let answer = DynamicMessage::decode(reader.output(), answer).ok()?;
        Some(answer.get_field_by_name("etag")?.as_str()?.to_owned())
    }

    async fn of_bytes(&mut self, letter: &Letter) {
        let broken = [b"\x0a\x0f".as_slice(), b"kanarienvogel\xff\xfe"].concat();
        self.send("no UTF-8", &Letter { message: broken.into(), ..letter.clone() }).await;
        let large = SONG.repeat(100_000).into_bytes();
        self.send("too many bytes", &Letter { message: large.into(), ..letter.clone() }).await;
        let nowhere = format!("{}/{SONG}", letter.path.rsplit_once('/').map_or("", |(service, _)| service));
        self.send("an unknown method", &Letter { path: nowhere, ..letter.clone() }).await;
    }

    async fn of_strangers(&mut self, letter: &Letter, message: &DynamicMessage) {
        for (who, authorization) in self.strangers.clone() {
            let again = self.anew(message.clone());
            let mut letter = Self::written(letter, &again);
            letter.headers.remove("authorization");
            if !authorization.is_empty() {
                letter.headers.insert("authorization", authorization.parse().expect("a header"));
            }
            self.send(who, &letter).await;
            letter.path = format!("{}-{SONG}", letter.path);
            self.send(who, &letter).await;
        }
    }

    /// Every RPC of the public API the story does not call, filled with canaries, for every record the story made.
    pub async fn of_other_requests(&mut self) {
        let known = self.heard.clone();
        let names: BTreeSet<String> = known.values().flat_map(|letter| names(&self.read(letter))).collect();
        let callers: BTreeMap<_, _> = known
            .values()
            .filter(|letter| !letter.path.contains("ProcessService"))
            .filter_map(|letter| Some((letter.headers.get("authorization")?.clone(), letter)))
            .map(|(token, letter)| (token.as_bytes().to_vec(), letter.headers.clone()))
            .collect();
        let services: Vec<_> =
            self.pool.services().filter(|service| !service.name().ends_with("ProcessService")).collect();
        for method in services.iter().flat_map(|service| service.methods().collect::<Vec<_>>()) {
            let path = format!("/{}/{}", method.parent_service().full_name(), method.name());
            let near =
                known.values().find(|letter| same_area(&letter.path, &path) && !letter.path.contains("ProcessService"));
            let Some(near) = near.filter(|_| !known.contains_key(&path)) else { continue };
            for name in &names {
                let mut message = filled(&method.input(), 0);
                for field in ["name", "parent"] {
                    if message.descriptor().get_field_by_name(field).is_some() {
                        message.set_field_by_name(field, Value::String(name.clone()));
                    }
                }
                let message = self.anew(message);
                for headers in callers.values() {
                    let letter =
                        Letter { path: path.clone(), headers: headers.clone(), ..Self::written(near, &message) };
                    self.send("every field", &letter).await;
                }
            }
        }
    }

    /// The request of a method that went through the doors, such as `CaseService/RegisterCase`, as a new one.
    fn once_more(&mut self, method: &str) -> (Letter, DynamicMessage) {
        let letter = self.heard.values().find(|letter| letter.path.ends_with(method)).expect("it was called").clone();
        let message = self.read(&letter);
        let message = self.anew(message);
        (letter, message)
    }

    /// A new case of another person.
    pub fn another_case(&mut self) -> Letter {
        let (letter, mut message) = self.once_more("CaseService/RegisterCase");
        let number = format!("{SONG}-{}", 1_000 + self.asked);
        within(&mut message, &["case", "person"], |person| {
            person.set_field_by_name("customer_number", Value::String(number));
        });
        Self::written(&letter, &message)
    }

    /// Sends one and gives the code it is refused with.
    pub async fn code(&mut self, what: &str, letter: &Letter) -> Option<Code> {
        self.send(what, letter).await.map(|status| status.code())
    }

    /// The database fails at values: it quotes them, and nobody repeats them.
    pub async fn of_a_database_that_quotes(&mut self) {
        let trip = r"
            CREATE FUNCTION cases.trip() RETURNS trigger
            LANGUAGE plpgsql
            AS $$
            BEGIN
                PERFORM NEW.family_name::uuid;
                RETURN NEW;
            END
            $$;
            CREATE TRIGGER trip BEFORE INSERT ON cases.cases FOR EACH ROW EXECUTE FUNCTION cases.trip()
        ";
        let narrow = "ALTER TABLE cases.cases ADD CONSTRAINT narrow CHECK (family_name = '') NOT VALID";
        let spoil = "ALTER TABLE cases.episodes ADD COLUMN kept jsonb; UPDATE cases.episodes SET kept = facts, facts = '\"kanarienvogel-990\"'";
        let faults = [
            (trip, "DROP TRIGGER trip ON cases.cases; DROP FUNCTION cases.trip()", "CaseService/RegisterCase"),
            (narrow, "ALTER TABLE cases.cases DROP CONSTRAINT narrow", "CaseService/RegisterCase"),
            (
                spoil,
                "UPDATE cases.episodes SET facts = kept; ALTER TABLE cases.episodes DROP COLUMN kept",
                "EpisodeService/GetEpisode",
            ),
        ];
        for (fault, mended, method) in faults {
            sqlx::raw_sql(fault).execute(&self.database).await.expect("a fault");
            let letter = if method.ends_with("RegisterCase") { self.another_case() } else { self.question(method) };
            assert_eq!(self.code("a failing database", &letter).await, Some(Code::Internal), "{method}");
            sqlx::raw_sql(mended).execute(&self.database).await.expect("mended");
        }
    }

    /// A question about the episode of the story.
    fn question(&mut self, method: &str) -> Letter {
        let (letter, _) = self.once_more("EpisodeService/DecideReview");
        let (path, name) = (format!("/lotse.cases.v1.{method}"), self.episode());
        let letter = Letter { path, ..letter };
        let mut message = DynamicMessage::new(self.method(&letter).input());
        message.set_field_by_name("name", Value::String(name));
        Self::written(&letter, &message)
    }

    /// The name of the story's episode.
    pub fn episode(&mut self) -> String {
        let (_, message) = self.once_more("EpisodeService/DecideReview");
        let name = message.get_field_by_name("name").expect("a name").into_owned();
        name.as_str().expect("a text").to_owned()
    }

    /// The end of the story's episode, with a closing record full of canaries.
    pub async fn end_of_the_episode(&mut self) -> Letter {
        let (letter, review) = self.once_more("EpisodeService/DecideReview");
        let letter = Letter { path: "/lotse.cases.v1.EpisodeService/EndEpisode".to_owned(), ..letter };
        let mut message = filled(&self.method(&letter).input(), 0);
        message.set_field_by_name("name", review.get_field_by_name("name").expect("a name").into_owned());
        within(&mut message, &["closing_record"], |record| {
            for field in ["aftercare", "integration_date", "person_view_missing"] {
                record.clear_field_by_name(field);
            }
        });
        let etag = self.etag(&letter, &message).await.expect("an etag");
        message.set_field_by_name("etag", Value::String(etag));
        let message = self.anew(message);
        Self::written(&letter, &message)
    }

    /// The columns of the database in which each canary stands.
    pub async fn in_the_database(&self) -> BTreeMap<String, BTreeSet<String>> {
        let columns: Vec<(String, String, String)> = sqlx::query_as(
            r"
            SELECT c.table_schema::text, c.table_name::text, c.column_name::text
            FROM information_schema.columns c
            JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.table_schema IN ('cases', 'providers', 'documents', 'notifications', 'dev')
              AND t.table_type = 'BASE TABLE'
              AND c.data_type IN ('text', 'jsonb', 'ARRAY')
            ",
        )
        .fetch_all(&self.database)
        .await
        .expect("the columns");
        let mut found = BTreeMap::<String, BTreeSet<String>>::new();
        for (schema, table, column) in columns {
            let question = format!(
                r#"SELECT DISTINCT (regexp_matches("{column}"::text, '{SONG}-\d+', 'g'))[1] FROM "{schema}"."{table}""#
            );
            let here: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(question)).fetch_all(&self.database).await.expect("a column");
            for canary in here {
                found.entry(canary).or_default().insert(format!("{schema}.{table}.{column}"));
            }
        }
        found
    }
}

/// Whether two paths belong to services of one package.
fn same_area(one: &str, other: &str) -> bool {
    let area = |path: &str| path.split('.').nth(1).map(str::to_owned);
    area(one) == area(other)
}

//! The stage of a journey: the connection, tokens, the date, saved values and the etags that were seen.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use jiff::{civil::Date, tz::TimeZone};
use lotse_devstack::token::{Audience, Claims};
use prost_reflect::MethodDescriptor;
use serde_json::{Value, json};
use tonic::{
    Code,
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use super::Target;
use crate::journey::{
    contract,
    file::Journey,
    shape,
    values::{self, Saved},
    wire::{self, Refusal},
};

/// Deadline of an ordinary call.
const DEADLINE: Duration = Duration::from_secs(20);
/// Deadline of one journey through time: years with many workflows on a small machine.
const TRAVEL_DEADLINE: Duration = Duration::from_mins(10);
/// Pause before a call that nobody answered is repeated.
const REPEAT: Duration = Duration::from_millis(100);
/// Lifetime of the tokens.
const LIFETIME: Duration = Duration::from_hours(12);

/// Everything a step needs.
#[derive(Debug)]
pub(crate) struct Scene<'j> {
    journey: &'j Journey,
    everything: Option<Channel>,
    channels: BTreeMap<String, Channel>,
    tokens: BTreeMap<String, String>,
    administrator: String,
    today: Date,
    saved: Saved,
    etags: BTreeMap<String, String>,
    patience: Duration,
}

impl<'j> Scene<'j> {
    /// Makes tokens and prepares the connection; nothing is called yet.
    pub(super) fn set(target: &Target, journey: &'j Journey) -> Result<Self, String> {
        let token = |subject: &str, jobcenter: Option<String>, roles: Vec<String>| {
            let claims = Claims {
                subject: subject.to_owned(),
                audience: Audience::Public,
                jobcenter,
                roles,
                lifetime: LIFETIME,
            };
            target.issuer.token(&claims).map_err(|error| error.to_string())
        };
        let mut tokens = BTreeMap::new();
        for (key, person) in &journey.people {
            let roles = person.roles.iter().map(|role| role.as_str().to_owned()).collect();
            tokens.insert(key.clone(), token(key, Some(journey.jobcenter.id.clone()), roles)?);
        }
        let channels = target.addresses.iter().map(|(area, address)| Ok((area.clone(), open(address)?)));
        let mut scene = Self {
            journey,
            everything: target.everything.as_deref().map(open).transpose()?,
            channels: channels.collect::<Result<_, String>>()?,
            tokens,
            administrator: token("journey-administrator", None, vec!["administrator".to_owned()])?,
            today: Date::default(),
            saved: Saved::new(),
            etags: BTreeMap::new(),
            patience: target.patience,
        };
        scene.save("jobcenter", format!("jobcenters/{}", journey.jobcenter.id).into());
        Ok(scene)
    }

    /// The business date.
    pub(crate) const fn today(&self) -> Date {
        self.today
    }

    pub(crate) const fn saved(&self) -> &Saved {
        &self.saved
    }

    pub(crate) fn save(&mut self, name: &str, value: Value) {
        self.saved.insert(name.to_owned(), value);
    }

    /// A key that is the same whenever the same step of the same journey is played.
    pub(crate) fn request_id(&self, step: &str) -> String {
        let journey = format!("{}/{}/{step}", self.journey.jobcenter.id, self.journey.title);
        Uuid::new_v5(&Uuid::NAMESPACE_URL, journey.as_bytes()).to_string()
    }

    /// Moves the whole stack to nine o'clock in Berlin of that day.
    pub(crate) async fn advance_to(&mut self, day: Date) -> Result<(), String> {
        let zone = TimeZone::get("Europe/Berlin").map_err(|error| error.to_string())?;
        let instant = day.at(9, 0, 0, 0).to_zoned(zone).map_err(|error| error.to_string())?.timestamp();
        let method = contract::method("lotse.dev.v1.ClockService/AdvanceClock")?;
        let request = json!({ "target_time": instant.to_string() });
        self.call_with(&method, &request, &self.administrator, TRAVEL_DEADLINE).await.map_err(|refusal| {
            format!("the stack cannot be moved to {day}: {refusal}. A journey begins after the stack's clock, which never goes back")
        })?;
        self.today = day;
        // What a date brings about changes nearly every record of a story.
        self.etags.clear();
        self.save("today", shape::whole(day));
        Ok(())
    }

    /// Calls as the administrator.
    pub(crate) async fn administer(&self, method: &str, request: &Value) -> Result<Value, Refusal> {
        let unknown = |text| Refusal { code: Code::Unimplemented, reason: None, text };
        let found = contract::method(method).map_err(unknown)?;
        self.call_with(&found, request, &self.administrator, DEADLINE).await
    }

    /// Calls as somebody of the journey, and remembers every etag in the answer.
    pub(crate) async fn call_as(
        &mut self,
        actor: &str,
        method: &MethodDescriptor,
        request: &Value,
    ) -> Result<Value, Refusal> {
        let answer = self.ask_as(actor, method, request).await?;
        remember(&answer, &mut self.etags);
        Ok(answer)
    }

    /// Calls as somebody of the journey without remembering anything.
    pub(crate) async fn ask_as(
        &self,
        actor: &str,
        method: &MethodDescriptor,
        request: &Value,
    ) -> Result<Value, Refusal> {
        let token = self.tokens.get(actor).map_or("", String::as_str);
        self.call_with(method, request, token, DEADLINE).await
    }

    async fn call_with(
        &self,
        method: &MethodDescriptor,
        request: &Value,
        token: &str,
        deadline: Duration,
    ) -> Result<Value, Refusal> {
        let message = wire::build(&method.input(), request).map_err(|error| misfit(&error))?;
        let (channel, until) = (self.channel(method)?, Instant::now() + self.patience);
        loop {
            match wire::call(channel, method, message.clone(), token, deadline).await {
                Ok(answer) => return wire::form(&answer).map_err(|error| misfit(&error)),
                Err(refusal) if refusal.code == Code::Unavailable && Instant::now() < until => {
                    tokio::time::sleep(REPEAT).await;
                }
                Err(refusal) => return Err(refusal),
            }
        }
    }

    /// Asks as somebody of the journey, with saved values put in.
    pub(super) async fn look(&self, actor: &str, method: &str, request: &Value) -> Result<Value, String> {
        let found = contract::method(method)?;
        let request = values::insert(request, &self.saved)?;
        self.ask_as(actor, &found, &request).await.map_err(|refusal| format!("{method}: {refusal}"))
    }

    /// The channel to whatever serves a method: `lotse.cases.v1` is served by the area `cases`.
    fn channel(&self, method: &MethodDescriptor) -> Result<&Channel, Refusal> {
        let service = method.parent_service();
        let area = service.full_name().split('.').nth(1).unwrap_or_default();
        self.channels.get(area).or(self.everything.as_ref()).ok_or_else(|| Refusal {
            code: Code::Unavailable,
            reason: None,
            text: format!("there is no address for {}", service.full_name()),
        })
    }

    /// The etag to send for `name`: the last one that anybody saw on this day, else read now where the service has a method for it.
    pub(crate) async fn etag(&mut self, actor: &str, method: &MethodDescriptor, name: &str) -> Option<String> {
        if !self.etags.contains_key(name) {
            self.read_again(actor, method, name).await;
        }
        self.etags.get(name).cloned()
    }

    /// Reads `name` where the service has a method for it, so that its etag is the one of now.
    pub(crate) async fn read_again(&mut self, actor: &str, method: &MethodDescriptor, name: &str) {
        if let Some(reader) = contract::reader_of(method) {
            // Whoever may not read may still try to act: then the last etag that anybody saw goes along.
            self.call_as(actor, &reader, &json!({ "name": name })).await.ok();
        }
    }

    /// Everybody who can call, by key.
    pub(crate) fn actors(&self) -> BTreeSet<&str> {
        self.tokens.keys().map(String::as_str).collect()
    }
}

fn open(address: &str) -> Result<Channel, String> {
    let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|error| format!("{address}: {error}"))?;
    Ok(endpoint.connect_timeout(Duration::from_secs(5)).connect_lazy())
}

fn misfit(error: &serde_json::Error) -> Refusal {
    Refusal { code: Code::InvalidArgument, reason: None, text: format!("the message cannot be built: {error}") }
}

/// Notes the etag of every resource within an answer.
fn remember(answer: &Value, etags: &mut BTreeMap<String, String>) {
    match answer {
        Value::Object(fields) => {
            let text = |key: &str| fields.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            if let (Some(name), Some(etag)) = (text("name"), text("etag")) {
                etags.insert(name.to_owned(), etag.to_owned());
            }
            fields.values().for_each(|field| remember(field, etags));
        }
        Value::Array(items) => items.iter().for_each(|item| remember(item, etags)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_are_found_at_any_depth() {
        let answer =
            json!({ "cases": [ { "name": "a", "etag": "1", "x": { "name": "b", "etag": "2" } }, { "name": "c" } ] });
        let mut etags = BTreeMap::new();
        remember(&answer, &mut etags);
        assert_eq!(etags.into_iter().collect::<Vec<_>>(), [("a".into(), "1".into()), ("b".into(), "2".into())]);
    }
}

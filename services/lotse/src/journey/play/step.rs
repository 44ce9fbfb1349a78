//! One step: the request is completed and sent, the outcome compared, values kept.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tonic::Code;

use super::scene::Scene;
use crate::journey::{
    file::{Call, Outcome, Step},
    matching::differences,
    shape, values,
    wire::{self, Refusal},
};

/// How long an effect behind a workflow may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pause between two looks at such an effect.
const PAUSE: Duration = Duration::from_millis(150);

/// What came of a step that came out as told.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// The answer, unless the call was refused.
    pub(crate) answer: Option<Value>,
    /// What the reader is told beside the file's words; may be empty.
    pub(crate) text: String,
}

impl Scene<'_> {
    /// Performs the call of a step. With `eventually` it is tried again until its outcome is there, for half a minute.
    pub(super) async fn perform(&mut self, step: &Step, call: &Call) -> Result<Done, Vec<String>> {
        let until = Instant::now() + PATIENCE;
        loop {
            let problems = match self.attempt(step, call).await {
                Ok(done) => return Ok(done),
                Err(problems) => problems,
            };
            if !call.eventually || Instant::now() >= until {
                return Err(problems);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn attempt(&mut self, step: &Step, call: &Call) -> Result<Done, Vec<String>> {
        let (request, filled) = self.complete(step, call).await?;
        let mut outcome = self.call_as(&call.actor, &call.method, &request).await;
        // A workflow may have taken a step since the record was seen; a client would read and act again.
        if let Some(name) = filled
            && outcome.as_ref().is_err_and(is_stale)
        {
            self.read_again(&call.actor, &call.method, &name).await;
            let (request, _) = self.complete(step, call).await?;
            outcome = self.call_as(&call.actor, &call.method, &request).await;
        }
        match (&call.outcome, outcome) {
            (Outcome::Answer { expect, any }, Ok(answer)) => self.accept(call, expect.as_ref(), *any, answer),
            (Outcome::Answer { .. }, Err(refusal)) => Err(vec![format!("refused: {refusal}")]),
            (Outcome::Refusal { code, reason }, Err(refusal)) => refused_as_told(*code, reason.as_deref(), &refusal),
            (Outcome::Refusal { code, .. }, Ok(_)) => {
                Err(vec![format!("expected {}, but the call succeeded", wire::code_name(*code))])
            }
        }
    }

    /// The request with saved values, request id and etag; names the record whose etag was put in here.
    async fn complete(&mut self, step: &Step, call: &Call) -> Result<(Value, Option<String>), Vec<String>> {
        let input = call.method.input();
        let Value::Object(mut fields) = self.fit(&input, &call.request)? else {
            return Err(vec!["the request is no mapping".to_owned()]);
        };
        if input.get_field_by_name("request_id").is_some() && !fields.contains_key("request_id") {
            fields.insert("request_id".to_owned(), self.request_id(&format!("step/{}", step.number)).into());
        }
        let needs_etag = input.get_field_by_name("etag").is_some() && !fields.contains_key("etag");
        let filled = needs_etag.then(|| name_of(&fields)).transpose()?;
        if let Some(name) = &filled {
            let etag = self.etag(&call.actor, &call.method, name).await;
            let etag = etag.ok_or_else(|| vec![format!("no etag of {name} was seen; write one into the request")])?;
            fields.insert("etag".to_owned(), etag.into());
        }
        Ok((Value::Object(fields), filled))
    }

    fn accept(&mut self, call: &Call, expect: Option<&Value>, any: bool, answer: Value) -> Result<Done, Vec<String>> {
        if let Some(expect) = expect {
            let expect = self.fit(&call.method.output(), expect)?;
            let found = differences(&expect, &answer, any);
            if !found.is_empty() {
                return Err(found);
            }
        }
        for (name, path) in &call.save {
            let value = values::at_path(&answer, path);
            let value = value.ok_or_else(|| vec![format!("save: the answer has nothing at `{path}`")])?;
            self.save(name, value.clone());
        }
        Ok(Done { answer: Some(answer), text: String::new() })
    }

    fn fit(&self, message: &prost_reflect::MessageDescriptor, value: &Value) -> Result<Value, Vec<String>> {
        let value = values::insert(value, self.saved()).map_err(|problem| vec![problem])?;
        let mut misfits = Vec::new();
        let fitted = shape::fit(message, &value, &mut misfits);
        if misfits.is_empty() { Ok(fitted) } else { Err(misfits.into_iter().map(|misfit| misfit.text).collect()) }
    }
}

fn name_of(fields: &Map<String, Value>) -> Result<String, Vec<String>> {
    let name = fields.get("name").and_then(Value::as_str);
    name.map(str::to_owned).ok_or_else(|| vec!["the request has no `name` whose etag could be sent".to_owned()])
}

fn is_stale(refusal: &Refusal) -> bool {
    refusal.code == Code::Aborted && refusal.reason.as_deref() == Some("STALE_ETAG")
}

fn refused_as_told(code: Code, reason: Option<&str>, refusal: &Refusal) -> Result<Done, Vec<String>> {
    if refusal.code != code || reason.is_some_and(|reason| refusal.reason.as_deref() != Some(reason)) {
        let wanted = [wire::code_name(code), reason.unwrap_or_default()].join(" ");
        return Err(vec![format!("expected {}, came {refusal}", wanted.trim_end())]);
    }
    let reason = refusal.reason.clone().unwrap_or_default();
    Ok(Done { answer: None, text: format!("abgelehnt, wie es sein muss: {} {reason}", wire::code_name(code)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_to_be_the_one_that_was_told() {
        let refusal =
            Refusal { code: Code::FailedPrecondition, reason: Some("VOTES_MISSING".to_owned()), text: "x".to_owned() };
        assert!(refused_as_told(Code::FailedPrecondition, Some("VOTES_MISSING"), &refusal).is_ok());
        assert!(refused_as_told(Code::FailedPrecondition, None, &refusal).is_ok());
        let told = refused_as_told(Code::FailedPrecondition, Some("VOTES_DIFFER"), &refusal).unwrap_err();
        assert_eq!(told, ["expected FAILED_PRECONDITION VOTES_DIFFER, came FAILED_PRECONDITION VOTES_MISSING: x"]);
        assert!(refused_as_told(Code::NotFound, None, &refusal).is_err());
    }
}

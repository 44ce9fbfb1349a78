//! Finds out what there is to tell: new entries in the timelines of the cases, and what is due next.
//!
//! It reads the public API with the tokens of those who acted, so it never tells more than they may see.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use lotse_kernel::duty::DutyKind;
use serde_json::{Value, json};

use super::{
    contract,
    file::Journey,
    play::Scene,
    timeline::{DueDate, Told},
};

/// What the teller knows so far.
#[derive(Debug)]
pub(super) struct Narrator {
    jobcenter: String,
    names: BTreeMap<String, String>,
    readers: BTreeMap<String, BTreeSet<String>>,
    seen: BTreeSet<String>,
    due: Vec<DueDate>,
    gaps: BTreeSet<String>,
}

impl Narrator {
    pub(super) fn new(journey: &Journey) -> Self {
        Self {
            jobcenter: format!("jobcenters/{}", journey.jobcenter.id),
            names: BTreeMap::new(),
            readers: BTreeMap::new(),
            seen: BTreeSet::new(),
            due: Vec::new(),
            gaps: BTreeSet::new(),
        }
    }

    /// Learns whose staff name this is.
    pub(super) fn knows(&mut self, staff: &str, display_name: &str) {
        self.names.insert(staff.to_owned(), display_name.to_owned());
    }

    /// Takes note of every case in an answer, and of who saw it.
    pub(super) fn notice(&mut self, actor: &str, answer: &Value) {
        match answer {
            Value::String(text) => {
                if let Some(case) = case_in(text) {
                    self.readers.entry(case).or_default().insert(actor.to_owned());
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.notice(actor, item)),
            Value::Object(fields) => fields.values().for_each(|field| self.notice(actor, field)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The entries that are new in the timelines, oldest first.
    pub(super) async fn entries(&mut self, scene: &Scene<'_>) -> Vec<Told> {
        let mut told = Vec::new();
        for (case, readers) in self.readers.clone() {
            let request = json!({ "parent": case, "page_size": 200 });
            let events = self
                .first_answer(
                    scene,
                    &readers,
                    "lotse.cases.v1.CaseService/ListCaseEvents",
                    &request,
                    "events",
                    &mut told,
                )
                .await;
            for event in events {
                if self.seen.insert(text(&event, "name")) {
                    told.push(self.entry(scene, &event));
                }
            }
        }
        told
    }

    fn entry(&self, scene: &Scene<'_>, event: &Value) -> Told {
        let actor = text(event, "actor");
        let who = match self.names.get(&actor) {
            Some(name) => name.clone(),
            None if actor.is_empty() || actor.contains("/episode/") || actor.contains("/policy/") => {
                "Zeitablauf".to_owned()
            }
            None => actor,
        };
        Told::Entry {
            on: day(event.get("date")).unwrap_or_else(|| scene.today()),
            who,
            text: text(event, "text"),
            ground: text(event, "legal_ground"),
        }
    }

    /// What is due next in all cases, when that has changed since it was last told.
    pub(super) async fn due(&mut self, scene: &Scene<'_>) -> Vec<Told> {
        let mut told = Vec::new();
        let mut found = BTreeMap::new();
        for (case, readers) in self.readers.clone() {
            let request = json!({
                "parent": self.jobcenter,
                "subject": case,
                "states": ["DUTY_STATE_SCHEDULED", "DUTY_STATE_OPEN", "DUTY_STATE_OVERDUE"],
                "page_size": 200,
            });
            for reader in &readers {
                let reader = BTreeSet::from([reader.clone()]);
                let duties = self
                    .first_answer(
                        scene,
                        &reader,
                        "lotse.cases.v1.DutyService/ListDuties",
                        &request,
                        "duties",
                        &mut told,
                    )
                    .await;
                found.extend(duties.into_iter().map(|duty| (text(&duty, "name"), duty)));
            }
        }
        let mut due: Vec<DueDate> = found.values().map(due_date).collect();
        due.sort_by(|a, b| (a.due_on, &a.what).cmp(&(b.due_on, &b.what)));
        if due != self.due {
            self.due.clone_from(&due);
            told.push(Told::Due { on: scene.today(), duties: due });
        }
        told
    }

    /// The items of the first reader who gets an answer. What nobody may see is a gap, told once.
    async fn first_answer(
        &mut self,
        scene: &Scene<'_>,
        readers: &BTreeSet<String>,
        method: &str,
        request: &Value,
        items: &str,
        told: &mut Vec<Told>,
    ) -> Vec<Value> {
        let Ok(found) = contract::method(method) else { return Vec::new() };
        let mut refusals = Vec::new();
        for reader in readers.iter().filter(|reader| scene.actors().contains(reader.as_str())) {
            match self.pages(scene, reader, &found, request, items).await {
                Ok(items) => return items,
                Err(refusal) => refusals.push(refusal),
            }
        }
        let gap = format!("{method}: {}", refusals.join("; "));
        if !refusals.is_empty() && self.gaps.insert(gap.clone()) {
            told.push(Told::Gap { text: gap });
        }
        Vec::new()
    }

    /// All pages of a list.
    async fn pages(
        &self,
        scene: &Scene<'_>,
        reader: &str,
        method: &prost_reflect::MethodDescriptor,
        request: &Value,
        items: &str,
    ) -> Result<Vec<Value>, String> {
        let mut request = request.clone();
        let mut all = Vec::new();
        loop {
            let page = scene.ask_as(reader, method, &request).await.map_err(|refusal| refusal.to_string())?;
            all.extend(page.get(items).and_then(Value::as_array).cloned().unwrap_or_default());
            let token = text(&page, "next_page_token");
            if token.is_empty() {
                return Ok(all);
            }
            request["page_token"] = token.into();
        }
    }
}

fn due_date(duty: &Value) -> DueDate {
    let kind = text(duty, "kind").trim_start_matches("DUTY_KIND_").parse::<DutyKind>().ok();
    let slot = duty.get("slot").and_then(Value::as_i64).unwrap_or_default();
    let name = kind.map_or("Aufgabe", DutyKind::german);
    let what = match kind {
        Some(DutyKind::ContinuationReview) => format!("{name} {slot}"),
        _ => name.to_owned(),
    };
    DueDate {
        what,
        opens_on: day(duty.get("opens_date")),
        due_on: day(duty.get("due_date")),
        state: text(duty, "state").trim_start_matches("DUTY_STATE_").to_owned(),
        rule: text(duty, "rule"),
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn day(value: Option<&Value>) -> Option<Date> {
    let part = |key: &str| value?.get(key)?.as_i64();
    let (year, month, day) = (part("year")?, part("month")?, part("day")?);
    Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
}

/// The case a resource name is of or in.
fn case_in(name: &str) -> Option<String> {
    let mut parts = name.split('/');
    let case = [parts.next()?, parts.next()?, parts.next()?, parts.next()?];
    (case[0] == "jobcenters" && case[2] == "cases").then(|| case.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_case_is_found_in_every_name_below_it() {
        let case = Some("jobcenters/m/cases/1".to_owned());
        assert_eq!(case_in("jobcenters/m/cases/1"), case);
        assert_eq!(case_in("jobcenters/m/cases/1/episodes/2/duties/3"), case);
        assert_eq!(case_in("jobcenters/m/staff/1"), None);
        assert_eq!(case_in("Anna"), None);
    }

    #[test]
    fn a_duty_becomes_a_due_date() {
        let duty = json!({ "kind": "DUTY_KIND_CONTINUATION_REVIEW", "slot": 2, "state": "DUTY_STATE_OPEN", "rule": "R106",
                           "due_date": { "year": 2032, "month": 3, "day": 10 } });
        let due = due_date(&duty);
        assert_eq!(due.what, "Überprüfung der Fortführung 2");
        assert_eq!(due.due_on, Some(jiff::civil::date(2032, 3, 10)));
        assert_eq!((due.opens_on, due.state.as_str()), (None, "OPEN"));
    }
}

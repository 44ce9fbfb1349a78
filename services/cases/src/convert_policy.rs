//! Policy versions ↔ contract.

use jiff::civil::Date;
use lotse_kernel::{
    legal::{Calendar, place::Place},
    names::JobcenterName,
    policy::{
        Book, Fault, Jurisdiction, OpenDuties, Parameters, PolicyKey, PolicyVersion, Transition, Unit, Value,
        schema::{self, Kind},
    },
};
use lotse_platform::{
    convert::timestamp,
    etag,
    failure::Failure,
    fields::{Fields, contract_date},
};
use lotse_proto::cases::{self as contract, policy_parameter::Value as Given};

use crate::{
    convert::parse_code,
    domain::policies::{self, PolicyState, Standing},
    legal_clock::answer,
    store::policies::Stored,
};

/// More parameters than any key has.
const MOST_PARAMETERS: usize = 20;

/// A version as clients see it: what was approved, and how far it reaches in the book of its jobcenter.
#[must_use]
pub fn policy(stored: &Stored, book: &Book) -> contract::Policy {
    let (policy, version) = (&stored.policy, &stored.policy.version);
    let (approver, approve_time) = match &policy.standing {
        Standing::Approved { approver, approved_at } => (approver.to_string(), Some(timestamp(*approved_at))),
        Standing::Draft | Standing::Validated | Standing::Shipped | Standing::Withdrawn => (String::new(), None),
    };
    // What is not approved stands in no book.
    let reach = book.reach(version);
    contract::Policy {
        name: policy.name.to_string(),
        etag: etag::of(stored.version),
        state: named(contract::PolicyState::from_str_name, "POLICY_STATE_", policy.standing.state().code()),
        drafter: policy.drafter.as_ref().map(ToString::to_string).unwrap_or_default(),
        approver,
        approve_time,
        retroactive_reason: policy.retroactive_reason.clone(),
        create_time: Some(timestamp(stored.created_at)),
        in_force: reach.is_some(),
        in_force_to_date: reach.and_then(|reach| reach.to).map(contract_date),
        ..said(version)
    }
}

/// What a version says, without where it stands.
fn said(version: &PolicyVersion) -> contract::Policy {
    contract::Policy {
        key: named(contract::PolicyKey::from_str_name, "POLICY_KEY_", version.key.code()),
        version: version.version,
        scope: named(contract::PolicyScope::from_str_name, "POLICY_SCOPE_", version.jurisdiction.code()),
        valid_from_date: Some(contract_date(version.valid_from)),
        valid_to_date: version.valid_to.map(contract_date),
        legal_basis: version.legal_basis.clone(),
        unverified: version.unverified,
        note: version.note.clone(),
        parameters: version.parameters.0.iter().map(|(name, value)| parameter(version.key, name, value)).collect(),
        fact: named(contract::PolicyFact::from_str_name, "POLICY_FACT_", version.transition.fact.code()),
        open_duties: named(contract::OpenDuties::from_str_name, "OPEN_DUTIES_", version.transition.open_duties.code()),
        citation: version.citation(),
        repeal: version.repeals,
        approve_date: version.approved_on.map(contract_date),
        ..contract::Policy::default()
    }
}

/// What a jobcenter lives under beside the federal versions, as sibling services are told.
pub fn rules(place: Place, book: &Book) -> contract::JobcenterRules {
    let local =
        |version: &&PolicyVersion| version.jurisdiction != Jurisdiction::Federal && version.key.keeper().is_some();
    contract::JobcenterRules {
        place: answer::place(Calendar::Of(place)),
        policies: book.versions().iter().filter(local).map(said).collect(),
    }
}

/// The contract's number of a code; the contract and the kernel share their words, which a test holds.
fn named<E: Into<i32> + Default>(find: fn(&str) -> Option<E>, prefix: &str, code: &str) -> i32 {
    find(&format!("{prefix}{code}")).unwrap_or_default().into()
}

fn parameter(key: PolicyKey, name: &str, value: &Value) -> contract::PolicyParameter {
    // The schema keeps every number within what a rule reads.
    let number = |number: &i64| i32::try_from(*number).unwrap_or(i32::MAX);
    let given = match value {
        Value::Number(found) => Given::Number(number(found)),
        Value::Code(code) => Given::Code(code.clone()),
        Value::Flag(flag) => Given::Flag(*flag),
        Value::Numbers(values) => Given::Numbers(contract::NumberList { values: values.iter().map(number).collect() }),
    };
    let unit = unit(key, name).map(|unit| unit.to_string()).unwrap_or_default();
    contract::PolicyParameter { name: name.to_owned(), value: Some(given), unit }
}

fn unit(key: PolicyKey, name: &str) -> Option<Unit> {
    let field = schema::of(key).fields.iter().find(|field| field.name == name)?;
    match field.kind {
        Kind::Number(unit, ..) | Kind::Numbers(unit, ..) => Some(unit),
        Kind::Code(_) | Kind::Flag => None,
    }
}

/// Reads a key where one may be missing.
pub fn parse_optional_key(fields: &mut Fields, field: &str, key: i32) -> Option<PolicyKey> {
    if key == 0 { None } else { parse_key(fields, field, key) }
}

/// Reads a key.
pub fn parse_key(fields: &mut Fields, field: &str, key: i32) -> Option<PolicyKey> {
    parse_code(fields, field, key, "POLICY_KEY_", contract::PolicyKey::as_str_name)
}

/// Reads a state where one may be missing.
pub fn parse_optional_state(fields: &mut Fields, field: &str, state: i32) -> Option<PolicyState> {
    if state == 0 {
        return None;
    }
    parse_code(fields, field, state, "POLICY_STATE_", contract::PolicyState::as_str_name)
}

/// Reads a draft of the jobcenter with the reason for its beginning in the past: whatever the request alone tells, so that a repeated
/// request is read like the first one. Its number is given later, and [`check_draft`] looks at law and time. `None` goes with at least
/// one violation.
pub fn parse_draft(
    fields: &mut Fields,
    jobcenter: &JobcenterName,
    wanted: Option<&contract::Policy>,
) -> Option<(PolicyVersion, String)> {
    let wanted = fields.required("policy", wanted)?;
    let key = parse_key(fields, "policy.key", wanted.key);
    let legal_basis = fields.line("policy.legal_basis", &wanted.legal_basis, 1..=300);
    let note = fields.text("policy.note", &wanted.note, 0..=1000);
    let reason = fields.text("policy.retroactive_reason", &wanted.retroactive_reason, 0..=1000);
    let name = contract::OpenDuties::as_str_name;
    let open_duties: Option<OpenDuties> =
        parse_code(fields, "policy.open_duties", wanted.open_duties, "OPEN_DUTIES_", name);
    let days = days(fields, wanted);
    let parameters = parameters(fields, key, wanted);
    let (key, parameters) = (key?, parameters?);
    let jurisdiction = Jurisdiction::Jobcenter(jobcenter.jobcenter().to_string());
    let Some((valid_from, valid_to)) = days else {
        if !wanted.repeal {
            tell(fields, &wanted.parameters, schema::check(key, &jurisdiction, &parameters));
        }
        return None;
    };
    let version = PolicyVersion {
        key,
        version: 1,
        jurisdiction,
        valid_from,
        valid_to,
        legal_basis,
        unverified: false,
        note,
        repeals: wanted.repeal,
        parameters,
        transition: Transition {
            // Until the law is asked; the fact that chooses is its to name.
            fact: schema::of(key).facts.first().copied()?,
            // What cannot be read has left a violation, so that this value is never let out.
            open_duties: open_duties.unwrap_or(OpenDuties::Keep),
        },
        approved_on: None,
    };
    tell(fields, &wanted.parameters, policies::faults(&version));
    Some((version, reason))
}

/// Holds a draft against the law and the day on which it is drafted, and gives it the fact by which the federal version chooses.
///
/// # Errors
/// [`Failure::Fields`] with everything that speaks against it.
pub fn check_draft(
    wanted: Option<&contract::Policy>,
    (version, reason): (PolicyVersion, String),
    book: &Book,
    today: Date,
) -> Result<(PolicyVersion, String), Failure> {
    let mut fields = Fields::new();
    let given = wanted.map_or(&[][..], |wanted| &wanted.parameters);
    let version = policies::under_law(version, book);
    tell(&mut fields, given, policies::standing_faults(&version, &reason, book, today));
    fields.finish((version, reason))
}

/// Both days, when both can be read.
fn days(fields: &mut Fields, wanted: &contract::Policy) -> Option<(Date, Option<Date>)> {
    let mut read = Fields::new();
    let first = read.date("policy.valid_from_date", wanted.valid_from_date.as_ref());
    let last = read.optional_date("policy.valid_to_date", wanted.valid_to_date.as_ref());
    match read.finish((first, last)) {
        Ok(days) => Some(days),
        Err(Failure::Fields(found)) => {
            for violation in found {
                fields.violation(violation.field, violation.description);
            }
            None
        }
        Err(_) => None,
    }
}

/// The values by name; what they may be is asked of the schema together with everything else.
fn parameters(fields: &mut Fields, key: Option<PolicyKey>, wanted: &contract::Policy) -> Option<Parameters> {
    let given = wanted.parameters.as_slice();
    if given.is_empty() && wanted.repeal {
        return Some(Parameters::default());
    }
    if given.is_empty() {
        fields.violation("policy.parameters", "is required");
        return None;
    }
    if given.len() > MOST_PARAMETERS {
        fields.at_most("policy.parameters", given.len(), MOST_PARAMETERS);
        return None;
    }
    let known = schema::of(key?).fields;
    let mut read = Some(Parameters::default());
    for (i, parameter) in given.iter().enumerate() {
        let path = format!("policy.parameters[{i}]");
        let value = parameter.value.as_ref().map(value);
        if known.iter().all(|field| field.name != parameter.name) {
            let names: Vec<_> = known.iter().map(|field| field.name).collect();
            fields.violation(format!("{path}.name"), format!("must be one of {}", names.join(", ")));
            read = None;
        } else if given[..i].iter().any(|other| other.name == parameter.name) {
            fields.violation(format!("{path}.name"), "is given twice");
            read = None;
        } else if let Some(value) = value {
            read = read.map(|parameters| parameters.with(&parameter.name, value));
        } else {
            fields.violation(path, format!("{}: needs a value", parameter.name));
            read = None;
        }
    }
    read
}

fn value(given: &Given) -> Value {
    match given {
        Given::Number(number) => Value::Number(i64::from(*number)),
        Given::Code(code) => Value::Code(code.clone()),
        Given::Flag(flag) => Value::Flag(*flag),
        Given::Numbers(list) => Value::Numbers(list.values.iter().copied().map(i64::from).collect()),
    }
}

/// Says each fault at the field of the request that has it; what is missing is said once.
fn tell(fields: &mut Fields, given: &[contract::PolicyParameter], faults: Vec<Fault>) {
    let mut missing = Vec::new();
    for Fault { field, text } in faults {
        let field = if field == "repeals" { "repeal".to_owned() } else { field };
        match field.strip_prefix("parameters.") {
            Some(name) => match given.iter().position(|parameter| parameter.name == name) {
                Some(i) => fields.violation(format!("policy.parameters[{i}]"), format!("{name}: {text}")),
                None => missing.push(name.to_owned()),
            },
            // An empty legal basis was told when it was read.
            None if field == "legal_basis" => {}
            None => fields.violation(format!("policy.{field}"), text),
        }
    }
    if !missing.is_empty() {
        fields.violation("policy.parameters", format!("lacks {}", missing.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use lotse_kernel::policy::Fact;

    use super::*;

    #[test]
    fn every_code_of_the_kernel_is_in_the_contract() {
        for key in PolicyKey::ALL {
            assert_ne!(named(contract::PolicyKey::from_str_name, "POLICY_KEY_", key.code()), 0, "{key}");
        }
        for fact in Fact::ALL {
            assert_ne!(named(contract::PolicyFact::from_str_name, "POLICY_FACT_", fact.code()), 0, "{fact}");
        }
        for open_duties in OpenDuties::ALL {
            let code = open_duties.code();
            assert_ne!(named(contract::OpenDuties::from_str_name, "OPEN_DUTIES_", code), 0, "{code}");
        }
        for state in PolicyState::ALL {
            assert_ne!(named(contract::PolicyState::from_str_name, "POLICY_STATE_", state.code()), 0, "{state}");
        }
        for scope in [Jurisdiction::Federal, Jurisdiction::Land(String::new()), Jurisdiction::Jobcenter(String::new())]
        {
            let code = scope.code();
            assert_ne!(named(contract::PolicyScope::from_str_name, "POLICY_SCOPE_", code), 0, "{code}");
        }
    }

    #[test]
    fn a_version_of_any_key_is_read_as_it_is_written() {
        for version in lotse_kernel::policy::federal::versions().unwrap() {
            for (name, expected) in &version.parameters.0 {
                let written = parameter(version.key, name, expected);
                assert_eq!(value(written.value.as_ref().unwrap()), *expected, "{name}");
            }
        }
    }
}

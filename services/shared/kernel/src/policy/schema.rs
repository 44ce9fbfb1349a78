//! What a parameter may be: unit, bounds, and how far a Land or a jobcenter may go (R8).

use super::{
    Fact, PolicyKey, Unit,
    parameters::{Fault, Parameters, Value},
    rules, together,
    version::Jurisdiction,
};

/// Everything that is known of the parameters of a key.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The requirement, for example `R106, R107`.
    pub requirement: &'static str,
    /// The facts of which one chooses the version.
    pub facts: &'static [Fact],
    /// The parameters; each has to be there.
    pub fields: &'static [Field],
}

/// One parameter.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is and what it may be at all.
    pub kind: Kind,
    /// What a Land or a jobcenter may choose.
    pub latitude: Latitude,
}

/// What a parameter is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// A whole number within bounds, both included.
    Number(Unit, i64, i64),
    /// One to eight whole numbers, each within bounds.
    Numbers(Unit, i64, i64),
    /// One of these codes.
    Code(&'static [&'static str]),
    /// Yes or no.
    Flag,
}

/// How far local policy may go.
#[derive(Debug, Clone, Copy)]
pub enum Latitude {
    /// Not at all: the value is the federal one.
    Fixed,
    /// Numbers within these bounds.
    Within(i64, i64),
    /// Whatever the kind allows.
    Free,
}

/// The most entries of a list of numbers.
const LONGEST_LIST: usize = 8;

impl Field {
    /// A number that only federal policy sets.
    #[must_use]
    pub const fn number(unit: Unit, least: i64, most: i64) -> Self {
        Self { name: "", kind: Kind::Number(unit, least, most), latitude: Latitude::Fixed }
    }

    /// A list of numbers that only federal policy sets.
    #[must_use]
    pub const fn numbers(unit: Unit, least: i64, most: i64) -> Self {
        Self { name: "", kind: Kind::Numbers(unit, least, most), latitude: Latitude::Fixed }
    }

    /// A code that only federal policy sets.
    #[must_use]
    pub const fn code(codes: &'static [&'static str]) -> Self {
        Self { name: "", kind: Kind::Code(codes), latitude: Latitude::Fixed }
    }

    /// A flag that only federal policy sets.
    #[must_use]
    pub const fn flag() -> Self {
        Self { name: "", kind: Kind::Flag, latitude: Latitude::Fixed }
    }

    /// Local policy may choose within these bounds.
    #[must_use]
    pub const fn local(self, least: i64, most: i64) -> Self {
        Self { latitude: Latitude::Within(least, most), ..self }
    }

    /// Local policy may choose whatever the kind allows.
    #[must_use]
    pub const fn free(self) -> Self {
        Self { latitude: Latitude::Free, ..self }
    }

    /// The same under a name.
    #[must_use]
    pub const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    /// What is wrong with a value here.
    fn fault(&self, value: &Value, local: bool) -> Option<String> {
        let (least, most) = match (self.kind, self.latitude) {
            (Kind::Number(..) | Kind::Numbers(..), Latitude::Within(least, most)) if local => (least, most),
            (Kind::Number(_, least, most) | Kind::Numbers(_, least, most), _) => (least, most),
            (Kind::Code(_) | Kind::Flag, _) => (0, 0),
        };
        let within = |number: &i64| (least..=most).contains(number);
        match (self.kind, value) {
            (Kind::Number(unit, ..), Value::Number(number)) => {
                (!within(number)).then(|| format!("must be {least} to {most} {unit}{}", bound(local, self.latitude)))
            }
            (Kind::Numbers(unit, ..), Value::Numbers(numbers)) => {
                let fits = !numbers.is_empty() && numbers.len() <= LONGEST_LIST && numbers.iter().all(within);
                (!fits).then(|| {
                    let bound = bound(local, self.latitude);
                    format!("must be one to {LONGEST_LIST} numbers of {least} to {most} {unit}{bound}")
                })
            }
            (Kind::Code(codes), Value::Code(code)) => {
                (!codes.contains(&code.as_str())).then(|| format!("must be one of {}", codes.join(", ")))
            }
            (Kind::Flag, Value::Flag(_)) => None,
            (Kind::Number(unit, ..), _) => Some(format!("must be a number of {unit}")),
            (Kind::Numbers(unit, ..), _) => Some(format!("must be a list of numbers of {unit}")),
            (Kind::Code(codes), _) => Some(format!("must be one of {}", codes.join(", "))),
            (Kind::Flag, _) => Some("must be a flag".to_owned()),
        }
    }
}

const fn bound(local: bool, latitude: Latitude) -> &'static str {
    if local && matches!(latitude, Latitude::Within(..)) { " in local policy" } else { "" }
}

/// The schema of a key.
#[must_use]
pub const fn of(key: PolicyKey) -> Schema {
    rules::schema(key)
}

/// Everything that is wrong with the parameters of a version of `key`, all at once; of parameters that are sound each by itself, what
/// does not fit together. A Land or a jobcenter names only what it
/// may choose: what is [`Latitude::Fixed`] it must leave as `federal` has it, see [`check_override`].
#[must_use]
pub fn check(key: PolicyKey, jurisdiction: &Jurisdiction, parameters: &Parameters) -> Vec<Fault> {
    let schema = of(key);
    let local = *jurisdiction != Jurisdiction::Federal;
    let path = |name: &str| format!("parameters.{name}");
    let mut faults = Vec::new();
    for field in schema.fields {
        match parameters.get(field.name) {
            None => faults.push(Fault::new(path(field.name), "is missing")),
            Some(value) => {
                faults.extend(field.fault(value, local).map(|text| Fault::new(path(field.name), text)));
            }
        }
    }
    let unknown = parameters.0.keys().filter(|name| schema.fields.iter().all(|field| field.name != name.as_str()));
    faults.extend(unknown.map(|_| Fault::new("parameters", "holds a name that this key does not know")));
    if faults.is_empty() {
        faults = together::faults(key, parameters);
    }
    faults
}

/// What a local version changes although only the federal legislator may: compared with the federal version of the same time.
#[must_use]
pub fn check_override(key: PolicyKey, federal: &Parameters, local: &Parameters) -> Vec<Fault> {
    let fixed = of(key).fields.iter().filter(|field| matches!(field.latitude, Latitude::Fixed));
    fixed
        .filter(|field| local.get(field.name).is_some() && local.get(field.name) != federal.get(field.name))
        .map(|field| {
            Fault::new(format!("parameters.{}", field.name), "is set by federal policy and must stay as it is there")
        })
        .collect()
}

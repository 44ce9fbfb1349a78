//! Reads `LOTSE_*` variables into typed sections and gathers every fault before giving up.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fmt,
};

use thiserror::Error;

use super::value::Value;

/// What every variable of Lotse begins with.
pub const PREFIX: &str = "LOTSE_";

/// Variables of the desk (where to find servers, who asks) that a role may meet without reading them.
const READ_ELSEWHERE: [&str; 4] = ["LOTSE_GO", "LOTSE_POSTGRES_BIN", "LOTSE_TEMPORAL_SERVER", "LOTSE_TOKEN"];

/// One variable a section reads; `lotse variables` prints them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Key {
    /// The variable's name.
    pub name: &'static str,
    /// What it means, with its unit.
    pub about: &'static str,
    /// What its text has to look like.
    pub expected: &'static str,
    /// The text used when it is absent; `None` when it is required or truly optional.
    pub default: Option<&'static str>,
    /// Whether the process stops when it is absent.
    pub required: bool,
}

/// One thing that is wrong with the configuration. It never repeats the value: that may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The variable.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.key, self.problem)
    }
}

/// Everything that is wrong with the configuration, at once.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the configuration has {} fault(s):{}", .faults.len(), lines(.faults))]
pub struct ConfigError {
    /// The faults, sorted by variable.
    pub faults: Vec<Fault>,
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().fold(String::new(), |text, fault| text + "\n  " + &fault.to_string())
}

/// A group of variables that becomes one typed struct; written with [`section!`](crate::section) or
/// [`sections!`](crate::sections).
pub trait Section: Sized {
    /// Adds the variables of this section to `keys`.
    fn describe(keys: &mut Vec<Key>);

    /// Reads the section. `None` exactly when at least one fault was noted in `source`.
    fn read(source: &mut Source) -> Option<Self>;
}

/// The variables of one process while they are being read.
#[derive(Debug)]
pub struct Source {
    values: BTreeMap<String, String>,
    seen: BTreeSet<&'static str>,
    faults: Vec<Fault>,
}

impl Source {
    fn new(pairs: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut source = Self { values: BTreeMap::new(), seen: BTreeSet::new(), faults: Vec::new() };
        for (key, value) in pairs {
            let Some(key) = key.to_str().filter(|key| key.starts_with(PREFIX)) else { continue };
            match value.into_string() {
                Ok(value) => drop(source.values.insert(key.to_owned(), value)),
                Err(_) => source.fault(key, "is not UTF-8"),
            }
        }
        source
    }

    /// Notes a fault of `key`; the process will not start.
    pub fn fault(&mut self, key: &str, problem: &str) {
        self.faults.push(Fault { key: key.to_owned(), problem: problem.to_owned() });
    }

    /// Reads a variable that must be there.
    pub fn required<V: Value>(&mut self, key: &'static str) -> Option<V> {
        self.seen.insert(key);
        let Some(text) = self.values.get(key).cloned() else {
            // A value that was not UTF-8 has been reported as such already.
            if self.faults.iter().all(|fault| fault.key != key) {
                self.fault(key, &format!("is missing, expected {}", V::EXPECTED));
            }
            return None;
        };
        self.parse(key, &text)
    }

    /// Reads a variable that may be absent.
    pub fn optional<V: Value>(&mut self, key: &'static str) -> Option<Option<V>> {
        self.seen.insert(key);
        match self.values.get(key).cloned() {
            None => Some(None),
            Some(text) => self.parse(key, &text).map(Some),
        }
    }

    /// Reads a variable with a default text.
    pub fn or<V: Value>(&mut self, key: &'static str, default: &str) -> Option<V> {
        self.seen.insert(key);
        let text = self.values.get(key).cloned().unwrap_or_else(|| default.to_owned());
        self.parse(key, &text)
    }

    /// Notes a variable that a section leaves open and this role cannot do without, when it is absent.
    pub fn need<S: Section>(&mut self, key: &'static str) {
        if !self.values.contains_key(key) && self.faults.iter().all(|fault| fault.key != key) {
            let expected =
                keys_of::<S>().into_iter().find(|known| known.name == key).map_or("", |known| known.expected);
            self.fault(key, &format!("is missing, expected {expected}"));
        }
    }

    /// Notes the absent one of two variables that mean something beside each other only.
    pub fn together(&mut self, one: &'static str, other: &'static str) {
        match (self.values.contains_key(one), self.values.contains_key(other)) {
            (true, false) => self.fault(other, &format!("is missing beside {one}")),
            (false, true) => self.fault(one, &format!("is missing beside {other}")),
            (true, true) | (false, false) => {}
        }
    }

    fn parse<V: Value>(&mut self, key: &'static str, text: &str) -> Option<V> {
        let value = V::from_text(text);
        if value.is_none() {
            self.fault(key, &format!("expected {}", V::EXPECTED));
        }
        value
    }

    /// Names every variable with our prefix that nobody asked for, with the one that was probably meant.
    fn note_unknown(&mut self) {
        let known: BTreeSet<&str> = self.seen.iter().copied().chain(READ_ELSEWHERE).collect();
        let unknown: Vec<String> = self.values.keys().filter(|key| !known.contains(key.as_str())).cloned().collect();
        for key in unknown {
            let absent = self.seen.iter().filter(|known| !self.values.contains_key(**known));
            let nearest = absent.map(|known| (typing_errors(&key, known), *known)).min();
            match nearest.filter(|(errors, _)| *errors <= TYPING_ERRORS) {
                Some((_, meant)) => self.fault(&key, &format!("is not a variable of this role; did you mean {meant}?")),
                None => self.fault(&key, "is not a variable of this role; remove it"),
            }
        }
    }
}

/// So many letters may be wrong in a name that is still recognised.
const TYPING_ERRORS: usize = 3;

/// How many letters have to be put in, left out or exchanged to make one name of the other (Levenshtein).
fn typing_errors(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.bytes().enumerate() {
        let mut above_left = std::mem::replace(&mut row[0], i + 1);
        for (j, counterpart) in other.bytes().enumerate() {
            let exchanged = above_left + usize::from(letter != counterpart);
            above_left = row[j + 1];
            row[j + 1] = exchanged.min(above_left + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}

/// Reads a role's configuration from the process's environment, once, at start.
///
/// # Errors
/// Every unknown, missing and ill-typed variable at once.
pub fn load<S: Section>() -> Result<S, ConfigError> {
    load_from(std::env::vars_os())
}

/// Reads a role's configuration from the given pairs.
///
/// # Errors
/// As [`load`].
pub fn load_from<S: Section>(pairs: impl IntoIterator<Item = (OsString, OsString)>) -> Result<S, ConfigError> {
    let mut source = Source::new(pairs);
    let section = S::read(&mut source);
    source.note_unknown();
    let mut faults = source.faults;
    faults.sort();
    match section {
        Some(section) if faults.is_empty() => Ok(section),
        _ => Err(ConfigError { faults }),
    }
}

/// Lists the variables of a section, in the order of its fields.
#[must_use]
pub fn keys_of<S: Section>() -> Vec<Key> {
    let mut keys = Vec::new();
    S::describe(&mut keys);
    keys
}

/// Declares a section: a documented struct whose fields are read from one variable each.
///
/// `required` stops the process when absent, `optional` wants an `Option` field, `or "text"` gives the default as a user would
/// type it. `together` names two variables of which neither means anything alone. `check` names a function
/// `fn(&Self, &mut Source)` for further rules between fields, asked once each of them is sound.
#[macro_export]
macro_rules! section {
    (
        $(#[doc = $about:literal])*
        pub struct $name:ident {
            $( $(#[doc = $doc:literal])* $field:ident: $type:ty = $key:literal $rule:ident $($default:literal)?, )*
        }
        $(together $($one:literal and $other:literal),+)?
        $(check $check:path)?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $(
                $(#[doc = $doc])*
                #[doc = ""]
                #[doc = concat!("Variable `", $key, "`, ", stringify!($rule) $(, " `", $default, "`")?, ".")]
                pub $field: $type,
            )*
        }

        impl $crate::config::Section for $name {
            fn describe(keys: &mut Vec<$crate::config::Key>) {
                $( keys.push($crate::config::Key {
                    name: $key,
                    about: concat!($($doc),*).trim_ascii(),
                    expected: $crate::section!(@expected $type, $rule),
                    default: $crate::section!(@default $($default)?),
                    required: $crate::section!(@required $rule),
                }); )*
            }

            fn read(source: &mut $crate::config::Source) -> Option<Self> {
                $( $( source.together($one, $other); )+ )?
                $( let $field = $crate::section!(@read source, $key, $rule $($default)?); )*
                let section = Self { $( $field: $field? ),* };
                $( $check(&section, source); )?
                Some(section)
            }
        }
    };
    (@read $source:ident, $key:literal, required) => { $source.required($key) };
    (@read $source:ident, $key:literal, optional) => { $source.optional($key) };
    (@read $source:ident, $key:literal, or $default:literal) => { $source.or($key, $default) };
    (@required required) => { true };
    (@required $rule:ident) => { false };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
    (@expected $type:ty, optional) => { <$type as $crate::config::Optional>::EXPECTED };
    (@expected $type:ty, $rule:ident) => { <$type as $crate::config::Value>::EXPECTED };
}

/// Declares a struct of sections, itself a section: what one role reads. `requires` names variables that a section leaves open and
/// the role cannot do without.
#[macro_export]
macro_rules! sections {
    (
        $(#[doc = $about:literal])*
        pub struct $name:ident {
            $( $(#[doc = $doc:literal])* $field:ident: $type:ty, )*
        }
        $(requires $($needed:literal),+)?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone)]
        pub struct $name {
            $( $(#[doc = $doc])* pub $field: $type, )*
        }

        impl $crate::config::Section for $name {
            fn describe(keys: &mut Vec<$crate::config::Key>) {
                $( <$type as $crate::config::Section>::describe(keys); )*
                $( $crate::config::require(keys, &[$($needed),+]); )?
            }

            fn read(source: &mut $crate::config::Source) -> Option<Self> {
                $( $( source.need::<Self>($needed); )+ )?
                $( let $field = <$type as $crate::config::Section>::read(source); )*
                Some(Self { $( $field: $field? ),* })
            }
        }
    };
}

/// Describes variables as required.
pub fn require(keys: &mut [Key], needed: &[&str]) {
    keys.iter_mut().filter(|key| needed.contains(&key.name)).for_each(|key| key.required = true);
}

/// The value inside an optional field, for its description.
pub trait Optional {
    /// What the text has to look like when it is there.
    const EXPECTED: &'static str;
}

impl<V: Value> Optional for Option<V> {
    const EXPECTED: &'static str = V::EXPECTED;
}

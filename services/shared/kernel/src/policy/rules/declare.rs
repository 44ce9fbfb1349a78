//! The macros behind [`super`]: a rule, its schema and its reader from one declaration.

use std::str::FromStr;

use crate::policy::parameters::Value;

/// A type that a parameter can be read as.
pub(super) trait FromValue: Sized {
    /// The value, if it is of this kind.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i32 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Number(number) = value { Self::try_from(*number).ok() } else { None }
    }
}

impl FromValue for Vec<i32> {
    fn from_value(value: &Value) -> Option<Self> {
        let Value::Numbers(numbers) = value else { return None };
        numbers.iter().map(|number| i32::try_from(*number).ok()).collect()
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Flag(flag) = value { Some(*flag) } else { None }
    }
}

/// Reads an enumeration from its code.
pub(super) fn code<C: FromStr>(value: &Value) -> Option<C> {
    if let Value::Code(code) = value { code.parse().ok() } else { None }
}

/// An enumeration with codes that a parameter can be.
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident { $($body:tt)* }) => {
        $crate::codes! { $(#[$meta])* pub enum $name { $($body)* } }

        impl $crate::policy::rules::declare::FromValue for $name {
            fn from_value(value: &$crate::policy::parameters::Value) -> Option<Self> {
                $crate::policy::rules::declare::code(value)
            }
        }
    };
}

/// Rules: one structure per key, its schema, and the list of all schemas.
macro_rules! rules {
    ($(
        $(#[$meta:meta])*
        $key:ident($requirement:literal) by [$($fact:ident),+] {
            $( $(#[$field_meta:meta])* $field:ident: $kind:ty = $spec:expr, )+
        }
    )+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, PartialEq, Eq)]
            pub struct $key {
                $( $(#[$field_meta])* pub $field: $kind, )+
            }

            impl Rule for $key {
                const KEY: PolicyKey = PolicyKey::$key;
                const SCHEMA: Schema = Schema {
                    requirement: $requirement,
                    facts: &[$(Fact::$fact),+],
                    fields: &[$( $spec.named(stringify!($field)) ),+],
                };

                fn read(version: &PolicyVersion) -> Result<Self, Unreadable> {
                    Ok(Self {
                        $( $field: version
                            .parameters
                            .get(stringify!($field))
                            .and_then(FromValue::from_value)
                            .ok_or_else(|| Unreadable { citation: version.citation(), field: stringify!($field) })?, )+
                    })
                }
            }
        )+

        /// The schema of a key.
        pub(super) const fn schema(key: PolicyKey) -> Schema {
            match key {
                $( PolicyKey::$key => $key::SCHEMA, )+
            }
        }

        /// Reads a version as the rule of its key, for its errors.
        ///
        /// # Errors
        /// As [`Rule::read`].
        pub fn readable(version: &PolicyVersion) -> Result<(), Unreadable> {
            match version.key {
                $( PolicyKey::$key => $key::read(version).map(drop), )+
            }
        }
    };
}

pub(super) use {choice, rules};

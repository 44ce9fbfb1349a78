//! The one mechanism behind all resource names below a jobcenter.

/// Declares names as `Name = Parent as accessor, "collection": "pattern";`.
macro_rules! resource_names {
    ($(
        $(#[$doc:meta])*
        $name:ident = $parent:ident as $accessor:ident, $collection:literal : $pattern:literal;
    )+) => {$(
        $(#[$doc])*
        #[doc = concat!("\n\nForm: `", $pattern, "`; the last id is a UUID.")]
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize,
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name {
            parent: $parent,
            id: ::uuid::Uuid,
        }

        impl $name {
            /// The name of the resource `id` below its parent.
            #[must_use]
            pub const fn new(parent: $parent, id: ::uuid::Uuid) -> Self {
                Self { parent, id }
            }

            /// The resource's own id.
            #[must_use]
            pub const fn id(&self) -> ::uuid::Uuid {
                self.id
            }

            /// The resource above this one.
            #[must_use]
            pub const fn $accessor(&self) -> &$parent {
                &self.parent
            }

            /// The jobcenter (tenant) the resource belongs to.
            #[must_use]
            pub const fn jobcenter(&self) -> &JobcenterId {
                self.parent.jobcenter()
            }
        }

        impl ResourceName for $name {
            const PATTERN: &'static str = $pattern;

            fn jobcenter(&self) -> &JobcenterId {
                self.parent.jobcenter()
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let shape = NameError::Shape { pattern: $pattern };
                let (rest, id) = text.rsplit_once('/').ok_or(shape)?;
                let (parent, collection) = rest.rsplit_once('/').ok_or(shape)?;
                if collection != $collection {
                    return Err(shape);
                }
                // A fault of form further up is reported as the whole form, for the caller wrote the whole name.
                let parent = parent.parse::<$parent>().map_err(|fault| match fault {
                    NameError::Shape { .. } => shape,
                    precise => precise,
                })?;
                Ok(Self { parent, id: $crate::names::declare::canonical_uuid(id, $collection)? })
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.to_string()
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(formatter, "{}/{}/{}", self.parent, $collection, self.id)
            }
        }
    )+};
}

pub(super) use resource_names;

use super::NameError;

/// Parses a UUID in its canonical form only, so that one resource has one name.
pub(super) fn canonical_uuid(text: &str, collection: &'static str) -> Result<uuid::Uuid, NameError> {
    uuid::Uuid::try_parse(text)
        .ok()
        .filter(|id| id.as_hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()) == text)
        .ok_or(NameError::Uuid { collection })
}

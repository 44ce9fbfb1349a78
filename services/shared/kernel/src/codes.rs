//! Enumerations whose values have a stable code: one spelling for database columns, JSON payloads and log fields.

use thiserror::Error;

/// A text that is not one of the codes of an enumeration. The text itself is not repeated: it may hold anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a code of {enumeration}")]
pub struct UnknownCode {
    /// Name of the enumeration.
    pub enumeration: &'static str,
}

/// Declares an enumeration with its codes, so that the code is written once and serves serde, `Display`, `FromStr` and `ALL`.
///
/// The calling crate needs `serde` among its own dependencies.
#[macro_export]
macro_rules! codes {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $code:literal ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Serialize, ::serde::Deserialize,
        )]
        $vis enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $code)] $variant, )+
        }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $( Self::$variant => $code, )+
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter.write_str(self.code())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::codes::UnknownCode;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $code => Ok(Self::$variant), )+
                    _ => Err($crate::codes::UnknownCode { enumeration: stringify!($name) }),
                }
            }
        }
    };
}

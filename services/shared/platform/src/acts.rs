//! Declares the acts of a service: one marker type per RPC, for which a permission is a proof.

/// Declares marker types that are acts ([`crate::authorization::Act`]); their names are those of the RPCs and of the Cedar
/// actions.
#[macro_export]
macro_rules! acts {
    ($($act:ident),+ $(,)?) => {$(
        #[doc = concat!("The act `", stringify!($act), "`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $act;

        impl $crate::authorization::Act for $act {
            const NAME: &'static str = stringify!($act);
        }
    )+};
}

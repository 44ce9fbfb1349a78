//! lotse.

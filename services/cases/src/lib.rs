//! lotse-cases.

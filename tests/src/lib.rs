//! lotse-tests.

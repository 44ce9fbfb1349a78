//! lotse-providers.

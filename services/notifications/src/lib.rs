//! lotse-notifications.

//! lotse-workflows.

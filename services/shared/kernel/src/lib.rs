//! lotse-kernel.

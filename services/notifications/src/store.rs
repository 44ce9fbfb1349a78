//! All SQL of this service.

pub mod deliveries;
pub mod notices;
pub mod queue;

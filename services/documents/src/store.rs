//! All SQL of this service. Every function asks for the proof that its act was permitted.

pub mod letters;
pub mod open;
mod row;
pub mod templates;
pub mod waiting;

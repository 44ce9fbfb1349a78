//! The rules of a referral, purely: its states and verbs, and what time does to it.

pub mod plan_step;
pub mod referral;
pub mod timetable;
pub mod vocabulary;

#[cfg(test)]
mod tests;

//! A referral: the provider's answer is awaited, then its reports; what does not come escalates and stays visible.

#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod activities;
mod procedure;
#[expect(missing_docs, reason = "the SDK's macros make a constant per method and give it no words")]
mod workflow;

pub use activities::ReferralActivities;
pub use procedure::{ReferralProcedure, Step};
pub use workflow::Referral;

//! One file per RPC; file, RPC, act and span have the same name. `change` is the way all verbs of a referral go.

pub mod break_off_referral;
mod change;
pub mod complete_referral;
pub mod create_referral;
pub mod get_offer;
pub mod get_provider;
pub mod get_referral;
pub mod get_timetable;
pub mod list_offers;
pub mod list_providers;
pub mod list_referrals;
pub mod preview_referrals;
pub mod record_answer;
pub mod record_report;
pub mod register_offer;
pub mod register_provider;
pub mod revoke_referral;
pub mod rouse_referrals;
pub mod send_referral;
pub mod start_referral;
pub mod take_duty_step;

pub use change::VerbError;

/// The ground on which data about a referral are kept and changed, for the audit.
pub(crate) const KEEPING: &str = "§ 67c Abs. 1 SGB X";

/// The ground on which a referral goes to a provider, for the audit.
pub(crate) const TRANSMITTING: &str = "§ 69 Abs. 1 Nr. 1 SGB X";

/// The ground on which the register of providers is kept, for the audit.
pub(crate) const REGISTER: &str = "§ 17 Abs. 1 SGB II";

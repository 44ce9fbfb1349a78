//! What goes to the outbox: sending starts the procedure of a referral, and what changes its timetable wakes it.

use lotse_kernel::{
    names::ReferralName,
    workflow::{ReferralInput, Sender, WorkflowId},
};
use lotse_platform::{
    failure::Failure,
    outbox::{Event, Start, enqueue},
    unit::Unit,
};

use crate::domain::referral::Referral;

/// Starts the procedure of a referral that was sent. `spread` says whether dates fire spread over the early morning.
///
/// # Errors
/// As [`Start::of`].
pub(crate) fn start(unit: &mut Unit, referral: &Referral, kind: &'static str, spread: bool) -> Result<(), Failure> {
    let start = Start::of(&ReferralInput::new(referral.name.clone(), spread))?;
    enqueue(unit, event(&referral.name, referral.event_seq, kind, Some(start)));
    Ok(())
}

/// Wakes the procedure because its timetable changed.
pub(crate) fn wake(unit: &mut Unit, referral: &Referral, kind: &'static str) {
    enqueue(unit, event(&referral.name, referral.event_seq, kind, None));
}

/// Wakes the procedure because dates are computed by another version from today on; `seq` is the number of this event.
pub(crate) fn rouse(unit: &mut Unit, referral: &ReferralName, seq: i64) {
    enqueue(unit, event(referral, seq, "POLICY_ACTIVATED", None));
}

fn event(referral: &ReferralName, seq: i64, kind: &'static str, start: Option<Start>) -> Event {
    Event {
        workflow_id: WorkflowId::referral(referral).to_string(),
        seq,
        sender: Sender::Providers.code(),
        kind,
        start,
    }
}

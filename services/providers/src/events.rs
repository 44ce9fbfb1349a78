//! What goes to the outbox: sending starts the procedure of a referral, and what changes its timetable wakes it.

use lotse_kernel::workflow::{ReferralInput, Sender, WorkflowId};
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
    enqueue(unit, event(referral, kind, Some(start)));
    Ok(())
}

/// Wakes the procedure because its timetable changed.
pub(crate) fn wake(unit: &mut Unit, referral: &Referral, kind: &'static str) {
    enqueue(unit, event(referral, kind, None));
}

fn event(referral: &Referral, kind: &'static str, start: Option<Start>) -> Event {
    Event {
        workflow_id: WorkflowId::referral(&referral.name).to_string(),
        seq: referral.event_seq,
        sender: Sender::Providers.code(),
        kind,
        start,
    }
}

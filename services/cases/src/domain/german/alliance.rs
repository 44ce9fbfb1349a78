//! The working alliance in the timeline.

use jiff::civil::Date;
use lotse_kernel::explanation::german_date;

use crate::domain::vocabulary::AllianceState;

/// That it goes another way.
pub(super) fn turned(state: AllianceState, turned_on: Date) -> String {
    let goes = match state {
        AllianceState::Building => "ist im Aufbau",
        AllianceState::Carrying => "trägt wieder",
        AllianceState::Strained => "ist belastet",
        AllianceState::Broken => "trägt nicht mehr",
    };
    format!("Das Arbeitsbündnis {goes} (seit {}).", german_date(turned_on))
}

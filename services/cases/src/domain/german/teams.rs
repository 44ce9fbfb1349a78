//! What the timeline says of teams (R125).

use super::late;

pub(super) fn changed(from: &str, to: &str, days_late: i32) -> String {
    format!("Wechsel von Team {from} zu Team {to}{}; die Ansprechpersonen bleiben.", late(days_late))
}

pub(super) fn kept(team: &str, days_late: i32) -> String {
    format!("Auch mit 25 Jahren weiter im Team {team}{}.", late(days_late))
}

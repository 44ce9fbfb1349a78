//! What the timeline says of the integration plan.

use super::late;

pub(super) fn activated(goals: usize, days_late: i32) -> String {
    let counted = if goals == 1 { "1 Ziel".to_owned() } else { format!("{goals} Zielen") };
    format!("Integrationsplan mit {counted} aktiv{}.", late(days_late))
}

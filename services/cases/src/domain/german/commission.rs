//! What the timeline says of a commission of a specialised case manager.

use jiff::civil::Date;
use lotse_kernel::explanation::german_date;

use crate::domain::vocabulary::TargetGroup;

const fn group(target_group: TargetGroup) -> &'static str {
    match target_group {
        TargetGroup::Addiction => "Suchterkrankung",
        TargetGroup::Homelessness => "Wohnungslosigkeit",
        TargetGroup::Migration => "Migration",
        TargetGroup::Youth => "junge Menschen",
        TargetGroup::Violence => "Betroffene von Gewalt",
        TargetGroup::Other => "andere Zielgruppe",
    }
}

pub(super) fn begun(target_group: TargetGroup, third_party: bool) -> String {
    let body = if third_party { "Stelle außerhalb des Jobcenters" } else { "Fachkraft des Jobcenters" };
    format!("Spezialisiertes Fallmanagement beauftragt: {}, {body}.", group(target_group))
}

pub(super) fn returned(returned_on: Date) -> String {
    format!("Auftrag an das spezialisierte Fallmanagement mit Bericht beendet am {}.", german_date(returned_on))
}

pub(super) fn ended_with_episode() -> String {
    "Auftrag an das spezialisierte Fallmanagement mit der Betreuung beendet, ohne Bericht.".to_owned()
}

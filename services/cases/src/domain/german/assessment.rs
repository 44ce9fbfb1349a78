//! What obstacles are called where somebody reads or searches them.

use crate::domain::vocabulary::PlacementObstacle;

/// The name of an obstacle of the catalogue (R55); nothing for one that is named in words alone.
pub(in crate::domain) const fn obstacle(obstacle: PlacementObstacle) -> Option<&'static str> {
    Some(match obstacle {
        PlacementObstacle::Psychosocial => "Psychosoziale Probleme",
        PlacementObstacle::Health => "Gesundheitliche Probleme",
        PlacementObstacle::AddictionRisk => "Suchtgefährdung",
        PlacementObstacle::Debts => "Schulden",
        PlacementObstacle::Childcare => "Kinderbetreuung",
        PlacementObstacle::CareOfRelatives => "Pflege von Angehörigen",
        PlacementObstacle::Housing => "Wohnsituation",
        PlacementObstacle::Qualification => "Qualifikationsdefizite",
        PlacementObstacle::Language => "Mangelnde Sprachkenntnisse",
        PlacementObstacle::WorkExperience => "Fehlende Arbeitserfahrung",
        PlacementObstacle::AgeOver50 => "Lebensalter über 50 Jahre",
        PlacementObstacle::LongTermReceipt => "Langzeitleistungsbezug",
        PlacementObstacle::SocialIsolation => "Soziale Isolation",
        PlacementObstacle::DailyLife => "Bewältigung des Alltags",
        PlacementObstacle::Other => return None,
    })
}

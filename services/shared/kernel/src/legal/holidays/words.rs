//! What people call a holiday.

use super::Holiday;

impl Holiday {
    /// The name in German.
    #[must_use]
    pub const fn german(self) -> &'static str {
        match self {
            Self::NewYear => "Neujahr",
            Self::Epiphany => "Heilige Drei Könige",
            Self::WomensDay => "Internationaler Frauentag",
            Self::GoodFriday => "Karfreitag",
            Self::EasterSunday => "Ostersonntag",
            Self::EasterMonday => "Ostermontag",
            Self::LabourDay => "Tag der Arbeit",
            Self::LiberationDay => "Tag der Befreiung vom Nationalsozialismus",
            Self::AscensionDay => "Christi Himmelfahrt",
            Self::WhitSunday => "Pfingstsonntag",
            Self::WhitMonday => "Pfingstmontag",
            Self::CorpusChristi => "Fronleichnam",
            Self::UprisingDay => "75. Jahrestag des Volksaufstandes vom 17. Juni 1953",
            Self::PeaceFestival => "Augsburger Hohes Friedensfest",
            Self::AssumptionDay => "Mariä Himmelfahrt",
            Self::WorldChildrensDay => "Weltkindertag",
            Self::GermanUnityDay => "Tag der Deutschen Einheit",
            Self::ReformationDay => "Reformationstag",
            Self::AllSaintsDay => "Allerheiligen",
            Self::RepentanceDay => "Buß- und Bettag",
            Self::ChristmasDay => "1. Weihnachtstag",
            Self::SecondChristmasDay => "2. Weihnachtstag",
        }
    }

    /// The name in English.
    #[must_use]
    pub const fn english(self) -> &'static str {
        match self {
            Self::NewYear => "New Year's Day",
            Self::Epiphany => "Epiphany",
            Self::WomensDay => "International Women's Day",
            Self::GoodFriday => "Good Friday",
            Self::EasterSunday => "Easter Sunday",
            Self::EasterMonday => "Easter Monday",
            Self::LabourDay => "Labour Day",
            Self::LiberationDay => "Day of liberation from National Socialism",
            Self::AscensionDay => "Ascension Day",
            Self::WhitSunday => "Whit Sunday",
            Self::WhitMonday => "Whit Monday",
            Self::CorpusChristi => "Corpus Christi",
            Self::UprisingDay => "75th anniversary of the uprising of 17 June 1953",
            Self::PeaceFestival => "Augsburg Peace Festival",
            Self::AssumptionDay => "Assumption of Mary",
            Self::WorldChildrensDay => "World Children's Day",
            Self::GermanUnityDay => "Day of German Unity",
            Self::ReformationDay => "Reformation Day",
            Self::AllSaintsDay => "All Saints' Day",
            Self::RepentanceDay => "Day of Repentance and Prayer",
            Self::ChristmasDay => "Christmas Day",
            Self::SecondChristmasDay => "Second Day of Christmas",
        }
    }
}

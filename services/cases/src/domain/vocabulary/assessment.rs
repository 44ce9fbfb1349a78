//! What stands between a person and work, who has it, and how it changes.

use lotse_kernel::codes;

codes! {
    /// What stands between the person and work ("Vermittlungshemmnis", R55).
    pub enum PlacementObstacle {
        /// Psychosoziale Probleme.
        Psychosocial = "PSYCHOSOCIAL",
        /// Gesundheitliche Probleme.
        Health = "HEALTH",
        /// Suchtgefährdung.
        AddictionRisk = "ADDICTION_RISK",
        /// Schulden.
        Debts = "DEBTS",
        /// Kinderbetreuung.
        Childcare = "CHILDCARE",
        /// Pflege von Angehörigen.
        CareOfRelatives = "CARE_OF_RELATIVES",
        /// Wohnsituation.
        Housing = "HOUSING",
        /// Qualifikationsdefizite.
        Qualification = "QUALIFICATION",
        /// Mangelnde Sprachkenntnisse.
        Language = "LANGUAGE",
        /// Fehlende Arbeitserfahrung.
        WorkExperience = "WORK_EXPERIENCE",
        /// Lebensalter über 50 Jahre.
        AgeOver50 = "AGE_OVER_50",
        /// Langzeitleistungsbezug.
        LongTermReceipt = "LONG_TERM_RECEIPT",
        /// Soziale Isolation.
        SocialIsolation = "SOCIAL_ISOLATION",
        /// Bewältigung des Alltags.
        DailyLife = "DAILY_LIFE",
        /// Another one, named in words.
        Other = "OTHER",
    }
}

codes! {
    /// Whose obstacle it is: the person's, or that of another member of the benefit unit (§ 7 Abs. 3 SGB II, R24, R58).
    pub enum ObstacleHolder {
        /// The person.
        Person = "PERSON",
        /// The partner.
        Partner = "PARTNER",
        /// A parent in whose household the person lives.
        Parent = "PARENT",
        /// A child.
        Child = "CHILD",
    }
}

codes! {
    /// How a profile, a need or a strength changed (R59).
    pub enum ProgressChange {
        /// Closer to work, a need less severe, a strength that carries farther.
        Better = "BETTER",
        /// As before.
        Same = "SAME",
        /// The other way.
        Worse = "WORSE",
        /// It was not named before.
        Added = "ADDED",
        /// It is not named any more.
        Dropped = "DROPPED",
    }
}

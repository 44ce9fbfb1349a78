//! The words of referrals and offers: codes as the contract and the database write them.

use lotse_kernel::codes;

codes! {
    /// What a service is, whatever law pays for it (R83, R85, R87).
    pub enum ServiceType {
        /// Care of minor children (§ 16a Nr. 1 SGB II).
        Childcare = "CHILDCARE",
        /// Care of relatives at home (§ 16a Nr. 1 SGB II).
        CareOfRelatives = "CARE_OF_RELATIVES",
        /// Debt counselling (§ 16a Nr. 2 SGB II).
        DebtCounselling = "DEBT_COUNSELLING",
        /// Psychosocial care (§ 16a Nr. 3 SGB II).
        PsychosocialCare = "PSYCHOSOCIAL_CARE",
        /// Addiction counselling (§ 16a Nr. 4 SGB II).
        AddictionCounselling = "ADDICTION_COUNSELLING",
        /// Help with housing (R83).
        HousingAdvice = "HOUSING_ADVICE",
        /// Advice on the situation in life (R83).
        LifeAdvice = "LIFE_ADVICE",
        /// Advice on health (R83).
        HealthAdvice = "HEALTH_ADVICE",
        /// Activation and integration (§ 45 SGB III).
        Activation = "ACTIVATION",
        /// Holistic support (§ 16k SGB II).
        HolisticSupport = "HOLISTIC_SUPPORT",
        /// Anything else.
        Other = "OTHER",
    }
}

codes! {
    /// Why a provider does not take the person.
    pub enum DeclineReason {
        /// No place is free.
        NoPlace = "NO_PLACE",
        /// A place is free too late.
        WaitingTooLong = "WAITING_TOO_LONG",
        /// The offer does not suit the need.
        NotSuitable = "NOT_SUITABLE",
        /// There is no money for the place.
        NoMoney = "NO_MONEY",
        /// Another reason.
        Other = "OTHER",
    }
}

codes! {
    /// What was missing (R185, "ungedeckter Bedarf").
    pub enum UnmetNeed {
        /// No suitable offer.
        NoOffer = "NO_OFFER",
        /// An offer, but no place in time.
        NoPlace = "NO_PLACE",
        /// No money.
        NoMoney = "NO_MONEY",
        /// The provider did not answer in time.
        NoAnswer = "NO_ANSWER",
    }
}

impl DeclineReason {
    /// What a refusal for this reason tells the planning of offers (R185).
    #[must_use]
    pub const fn unmet_need(self) -> UnmetNeed {
        match self {
            Self::NoPlace | Self::WaitingTooLong => UnmetNeed::NoPlace,
            Self::NoMoney => UnmetNeed::NoMoney,
            Self::NotSuitable | Self::Other => UnmetNeed::NoOffer,
        }
    }
}

codes! {
    /// How regularly the person attends (R89).
    pub enum Attendance {
        /// As agreed.
        Regular = "REGULAR",
        /// With gaps.
        Irregular = "IRREGULAR",
        /// Not at all.
        None = "NONE",
    }
}

codes! {
    /// How the partial goals stand (R88).
    pub enum Progress {
        /// As planned, or ahead.
        OnTrack = "ON_TRACK",
        /// Behind the plan.
        Delayed = "DELAYED",
        /// The goal is in danger.
        AtRisk = "AT_RISK",
    }
}

codes! {
    /// What came of a completed service (R88, R89).
    pub enum ReferralResult {
        /// The goal was attained.
        Attained = "ATTAINED",
        /// A part of it.
        PartlyAttained = "PARTLY_ATTAINED",
        /// It was not attained.
        NotAttained = "NOT_ATTAINED",
    }
}

codes! {
    /// Why a service was broken off.
    pub enum BreakOffReason {
        /// The person ended it.
        Person = "PERSON",
        /// The provider ended it.
        Provider = "PROVIDER",
        /// The jobcenter ended it.
        Jobcenter = "JOBCENTER",
        /// The person started a job or training.
        WorkStarted = "WORK_STARTED",
        /// Another reason.
        Other = "OTHER",
    }
}

codes! {
    /// Why the jobcenter took a referral back.
    pub enum RevokeReason {
        /// The need is gone.
        NeedGone = "NEED_GONE",
        /// Another offer was found.
        OtherOffer = "OTHER_OFFER",
        /// The person does not want it, or withdrew the consent.
        PersonWithdrew = "PERSON_WITHDREW",
        /// The episode ended.
        EpisodeEnded = "EPISODE_ENDED",
        /// Written in error.
        Error = "ERROR",
    }
}

//! What happens to a period that ends on a Saturday, a Sunday or a holiday.

use jiff::civil::Date;

use super::calendar::Calendar;

crate::codes! {
    /// Whether and by which law an end without work moves.
    pub enum Shift {
        /// Forward: a period set to or by a party in an administrative procedure (§ 26 Abs. 3 Satz 1 SGB X).
        SocialProcedure = "SOCIAL_PROCEDURE",
        /// Forward: a declaration of intent or a performance (§ 193 BGB).
        CivilLaw = "CIVIL_LAW",
        /// Forward: objection and court (§ 64 Abs. 3 SGG).
        SocialCourt = "SOCIAL_COURT",
        /// Stays: a certain day was told with reference to the rule (§ 26 Abs. 3 Satz 2 SGB X).
        NotifiedDay = "NOTIFIED_DAY",
        /// Stays: a benefit or service runs for a certain time (§ 26 Abs. 4 SGB X).
        ServicePeriod = "SERVICE_PERIOD",
        /// Stays: an appointment that the authority fixed (§ 26 Abs. 5 SGB X).
        AuthorityAppointment = "AUTHORITY_APPOINTMENT",
        /// Stays: an internal duty of the authority, set to nobody outside.
        InternalDuty = "INTERNAL_DUTY",
        /// Stays: the day of a deemed notice is no end of a period (§ 37 Abs. 2 SGB X).
        DeemedNotice = "DEEMED_NOTICE",
        /// Stays: an age is reached when it is reached (§ 187 Abs. 2 Satz 2 BGB).
        Age = "AGE",
    }
}

impl Shift {
    /// Whether an end without work moves to the next working day.
    #[must_use]
    pub const fn moves(self) -> bool {
        match self {
            Self::SocialProcedure | Self::CivilLaw | Self::SocialCourt => true,
            Self::NotifiedDay
            | Self::ServicePeriod
            | Self::AuthorityAppointment
            | Self::InternalDuty
            | Self::DeemedNotice
            | Self::Age => false,
        }
    }

    /// Where a period ends that by its length ends on `day`.
    #[must_use]
    pub fn apply(self, day: Date, calendar: Calendar) -> Date {
        if self.moves() { calendar.on_or_after(day) } else { day }
    }

    /// The usual German citation.
    #[must_use]
    pub const fn legal_basis(self) -> &'static str {
        match self {
            Self::SocialProcedure => "§ 26 Abs. 3 Satz 1 SGB X",
            Self::CivilLaw => "§ 193 BGB",
            Self::SocialCourt => "§ 64 Abs. 3 SGG",
            Self::NotifiedDay => "§ 26 Abs. 3 Satz 2 SGB X",
            Self::ServicePeriod => "§ 26 Abs. 4 SGB X",
            Self::AuthorityAppointment => "§ 26 Abs. 5 SGB X",
            Self::InternalDuty => "§ 26 Abs. 3 SGB X gilt nicht",
            Self::DeemedNotice => "§ 37 Abs. 2 SGB X",
            Self::Age => "§ 187 Abs. 2 Satz 2 BGB",
        }
    }
}

//! Until when an objection may be made (§§ 84, 66, 64 SGG).

use jiff::civil::Date;

use super::{
    calendar::Calendar,
    computation::{Basis, Computation},
    length::{Length, LengthUnit},
    shift::Shift,
};
use crate::{
    explanation::{Event, Explanation, StepAction},
    policy::{book::Governing, rules::Objection},
};

/// Months of a year, in which a period of whole years is told.
const MONTHS_OF_A_YEAR: i32 = 12;

crate::codes! {
    /// Which period for an objection the law gives.
    pub enum ObjectionGround {
        /// After notice (§ 84 Abs. 1 Satz 1 SGG: one month).
        Regular = "REGULAR",
        /// After notice abroad (§ 84 Abs. 1 Satz 2 SGG: three months).
        Abroad = "ABROAD",
        /// The instruction on the remedy is missing or wrong, also abroad (§ 66 Abs. 2 SGG: one year).
        FaultyInstruction = "FAULTY_INSTRUCTION",
    }
}

impl ObjectionGround {
    /// The ground that counts: a missing or wrong instruction comes before the place of the notice.
    #[must_use]
    pub const fn of(is_abroad: bool, is_instruction_right: bool) -> Self {
        match (is_instruction_right, is_abroad) {
            (false, _) => Self::FaultyInstruction,
            (true, true) => Self::Abroad,
            (true, false) => Self::Regular,
        }
    }

    /// How long an objection may be made.
    #[must_use]
    pub const fn length(self, rule: &Objection) -> Length {
        let months = match self {
            Self::Regular => rule.months,
            Self::Abroad => rule.abroad_months,
            Self::FaultyInstruction => rule.wrong_instruction_months,
        };
        // The law speaks of a year; twelve months end on the same day (§ 188 Abs. 2 BGB).
        if months % MONTHS_OF_A_YEAR == 0 {
            Length::unchecked(months / MONTHS_OF_A_YEAR, LengthUnit::Years)
        } else {
            Length::unchecked(months, LengthUnit::Months)
        }
    }

    /// The usual German citation.
    #[must_use]
    pub const fn legal_basis(self) -> &'static str {
        match self {
            Self::Regular => "§ 84 Abs. 1 Satz 1, § 64 SGG",
            Self::Abroad => "§ 84 Abs. 1 Satz 2, § 64 SGG",
            Self::FaultyInstruction => "§ 66 Abs. 2, § 64 SGG",
        }
    }
}

/// The last day for an objection against an act that became known on `notice_on`; weekends and holidays move it forward. The
/// explanation cites the version that says how long, and the sentence of the law that speaks of the ground.
#[must_use]
pub fn objection(
    notice_on: Date,
    ground: ObjectionGround,
    rule: &Governing<Objection>,
    calendar: Calendar,
) -> Explanation {
    let basis = Basis { legal_basis: ground.legal_basis(), ..rule.into() };
    Computation::after(Event::Notice, notice_on, calendar)
        .note(notice_on, StepAction::ObjectionPeriod { ground })
        .plus(ground.length(&rule.rule))
        .shift(Shift::SocialCourt)
        .no_grace()
        .explain(basis)
}

//! Until when an objection may be made (§§ 84, 66, 64 SGG).

use jiff::civil::Date;

use super::{
    calendar::Calendar,
    computation::{Basis, Computation},
    length::Length,
    shift::Shift,
};
use crate::explanation::{Event, Explanation, StepAction};

crate::codes! {
    /// Which period for an objection the law gives.
    pub enum ObjectionGround {
        /// One month after notice (§ 84 Abs. 1 Satz 1 SGG).
        Regular = "REGULAR",
        /// Three months after notice abroad (§ 84 Abs. 1 Satz 2 SGG).
        Abroad = "ABROAD",
        /// One year, because the instruction on the remedy is missing or wrong (§ 66 Abs. 2 SGG); also abroad.
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
    pub const fn length(self) -> Length {
        match self {
            Self::Regular => Length::months(1),
            Self::Abroad => Length::months(3),
            Self::FaultyInstruction => Length::years(1),
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

/// The last day for an objection against an act that became known on `notice_on`; weekends and holidays move it forward.
#[must_use]
pub fn objection(notice_on: Date, ground: ObjectionGround, calendar: Calendar) -> Explanation {
    let basis = Basis { rule: "OBJECTION", version: "legal/1", legal_basis: ground.legal_basis() };
    Computation::after(Event::Notice, notice_on, calendar)
        .note(notice_on, StepAction::ObjectionPeriod { ground })
        .plus(ground.length())
        .shift(Shift::SocialCourt)
        .no_grace()
        .explain(basis)
}

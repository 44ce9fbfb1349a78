//! What was decided on access: admission, the waiting list, refusal.

use jiff::civil::Date;
use lotse_kernel::names::StaffName;
use serde::{Deserialize, Serialize};

use super::{DecidedUnder, Support};
use crate::domain::vocabulary::{AdmissionBasis, RefusalReason};

/// The admission ("Aufnahme", "Zuweisung").
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// t0, from which every review and the limit are computed.
    pub assigned_on: Date,
    /// The support that was decided (R31).
    pub support: Support,
    /// The rule it rests on.
    pub basis: AdmissionBasis,
    /// Who decided, and under which criteria.
    pub access: AccessDecision,
    /// How many people the case manager looked after then, and for how many there was a place.
    pub occupancy: Occupancy,
    /// The place on the waiting list before it, if the person waited.
    pub waited: Option<WaitingPlace>,
}

/// How many of their places a case manager has filled on a day (R168).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupancy {
    /// Open episodes: single customers, not benefit units.
    pub caseload: i32,
    /// For how many people there are places.
    pub capacity: i64,
    /// The version that says so.
    pub under: DecidedUnder,
}

impl Occupancy {
    /// Whether no place is free.
    #[must_use]
    pub fn is_full(&self) -> bool {
        i64::from(self.caseload) >= self.capacity
    }
}

/// A place on the waiting list of a case manager (row 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingPlace {
    /// From which day the person waits.
    pub since: Date,
    /// The support that was decided (R31).
    pub support: Support,
    /// The rule the decision rests on.
    pub basis: AdmissionBasis,
    /// Who decided, and under which criteria.
    pub access: AccessDecision,
    /// How many people the case manager looked after at most (R168).
    pub capacity: i64,
    /// The version that said so.
    pub under: DecidedUnder,
    /// Why admitted out of the order of the list; empty while that is not so.
    pub exception_reason: String,
}

/// A decision on access, whichever it was (R17, R21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessDecision {
    /// Who decided.
    pub decider: StaffName,
    /// The votes differed, so that the lead of the team decided (row 3a).
    pub over_dissent: bool,
    /// The latest profile had what the criteria count (R19, R24).
    pub criteria_met: bool,
    /// The version that said who gets access; the fact that chose it is the day of the decision.
    pub under: DecidedUnder,
    /// Why it was decided otherwise than the criteria or a vote say (R21, R186); empty where it was not.
    pub deviation_reason: String,
    /// Open episodes of the case manager when the decision was taken (R168).
    pub caseload: i32,
}

/// The refusal (R22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Reason code.
    pub reason: RefusalReason,
    /// Decisive reasons in words.
    pub text: String,
    /// The day of the decision.
    pub refused_on: Date,
    /// Who decided, and under which criteria.
    pub access: AccessDecision,
}

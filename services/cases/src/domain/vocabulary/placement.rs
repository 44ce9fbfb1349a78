//! What came of placement proposals.

use lotse_kernel::codes;

codes! {
    /// What came of a placement proposal (R189).
    pub enum PlacementOutcome {
        /// The person applied.
        Applied = "APPLIED",
        /// The employer invited the person.
        Invited = "INVITED",
        /// The person was hired.
        Hired = "HIRED",
        /// The employer refused.
        RefusedByEmployer = "REFUSED_BY_EMPLOYER",
        /// The person declined.
        DeclinedByPerson = "DECLINED_BY_PERSON",
        /// Nobody answered.
        NoAnswer = "NO_ANSWER",
    }
}

//! The words of the working alliance.

use lotse_kernel::codes;

codes! {
    /// How the working alliance goes (R40).
    pub enum AllianceState {
        /// From the assignment until it is agreed.
        Building = "BUILDING",
        /// From its agreement on.
        Carrying = "CARRYING",
        /// Strained.
        Strained = "STRAINED",
        /// It does not carry any more.
        Broken = "BROKEN",
    }
}

//! For whom case managers are specialised.

use lotse_kernel::codes;

codes! {
    /// For whom a case manager is specialised (R30).
    pub enum TargetGroup {
        /// Addiction.
        Addiction = "ADDICTION",
        /// Homelessness.
        Homelessness = "HOMELESSNESS",
        /// Migration.
        Migration = "MIGRATION",
        /// Young people.
        Youth = "YOUTH",
        /// People hurt by violence.
        Violence = "VIOLENCE",
        /// Another one, named in the purpose.
        Other = "OTHER",
    }
}

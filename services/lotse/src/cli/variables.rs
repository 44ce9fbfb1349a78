//! `lotse variables`: everything a role reads from its environment, as the role itself knows it.

use clap::ValueEnum;
use lotse_platform::config::{Key, Work, keys_of};

use super::{answer, serve};

/// What is configured by variables.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Configured {
    /// `lotse serve cases`.
    Cases,
    /// `lotse serve providers`.
    Providers,
    /// `lotse serve documents`.
    Documents,
    /// `lotse serve notifications`.
    Notifications,
    /// `lotse work`.
    Work,
    /// `lotse migrate`.
    Migrate,
}

impl Configured {
    fn keys(self) -> Vec<Key> {
        match self {
            Self::Cases => keys_of::<serve::Cases>(),
            Self::Providers => keys_of::<serve::Providers>(),
            Self::Documents => keys_of::<serve::Documents>(),
            Self::Notifications => keys_of::<serve::Notifications>(),
            Self::Work => keys_of::<Work>(),
            Self::Migrate => keys_of::<serve::Owner>(),
        }
    }
}

/// Prints what a role reads.
pub(super) fn print(role: Configured, json: bool) -> anyhow::Result<()> {
    if json {
        return answer::pretty_json(&role.keys());
    }
    for Key { name, about, expected, default, required } in role.keys() {
        let need = match default {
            Some(default) => format!("default: {default}"),
            None if required => "required".to_owned(),
            None => "optional".to_owned(),
        };
        answer::say(format_args!("{name}\n  {about}\n  {need}; expected: {expected}"))?;
    }
    Ok(())
}

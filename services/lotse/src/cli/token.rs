//! `lotse token`: a token of the issuer of a running `lotse dev`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use lotse_devstack::token::Issuer;
use lotse_platform::principal::Role;

use super::answer;
use crate::stack::person_token;

/// Whose token is wanted.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// The folder with the issuer's keys, which `lotse dev` prints.
    #[arg(long)]
    keys: PathBuf,
    /// The `sub` claim, as in the staff table.
    #[arg(long)]
    subject: String,
    /// The jobcenter's id; none for an administrator of the cell.
    #[arg(long)]
    jobcenter: Option<String>,
    /// A role, such as case-manager; may be repeated.
    #[arg(long = "role", required = true)]
    roles: Vec<String>,
}

/// The issuer whose keys lie in the folder.
///
/// # Errors
/// When there are none.
pub(super) fn issuer(keys: &Path) -> anyhow::Result<Issuer> {
    anyhow::ensure!(keys.join("jwks.json").is_file(), "{} holds no keys of an issuer", keys.display());
    Ok(Issuer::load_or_create(keys)?)
}

/// Prints the token.
pub(super) fn print(wish: &Wish) -> anyhow::Result<()> {
    for role in &wish.roles {
        let known = Role::ALL.map(Role::as_str).join(", ");
        Role::from_word(role).with_context(|| format!("`{role}` is no role; there are {known}"))?;
    }
    let issuer = issuer(&wish.keys)?;
    answer::say(person_token(&issuer, &wish.subject, wish.jobcenter.as_deref(), &wish.roles)?)
}

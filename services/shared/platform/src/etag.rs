//! Etags (AIP-154): the version of a record in the form clients send back.

/// The etag of a version.
#[must_use]
pub fn of(version: i64) -> String {
    format!("v{version}")
}

/// The version of an etag; `None` for anything this house never gave out.
#[must_use]
pub fn parse(etag: &str) -> Option<i64> {
    etag.strip_prefix('v')?.parse().ok().filter(|version| *version > 0)
}

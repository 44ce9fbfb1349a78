//! How far the activation of a version has come: page after page through the open episodes, until a whole pass finds nothing to change.

use jiff::civil::Date;
use lotse_kernel::{
    codes,
    policy::{OpenDuties, PolicyVersion},
};
use uuid::Uuid;

use super::{Policy, PolicyState, Refused};

codes! {
    /// Where the activation of a version stands.
    pub enum ActivationState {
        /// The version keeps open duties; nothing is to be done.
        Keeps = "KEEPS",
        /// It has not begun.
        Pending = "PENDING",
        /// It goes through the open episodes.
        Running = "RUNNING",
        /// A whole pass found nothing left to change.
        Done = "DONE",
    }
}

/// An activation that has begun, or begins with its first page.
///
/// Its cursor is a fact like any other and no business of the workflow, which may be lost and rebuilt in the middle of a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activation {
    /// Nothing is left to change.
    pub done: bool,
    /// The page that comes next, from 1 over all passes.
    pub page: i32,
    /// The last episode of the page before; nothing where a pass begins.
    pub after: Option<Uuid>,
    /// What this pass has found to change.
    pub found: i32,
}

impl Activation {
    /// Before its first page.
    #[must_use]
    pub const fn new() -> Self {
        Self { done: false, page: 1, after: None, found: 0 }
    }

    /// After a page in which `found` changes were made. `reached` is its last episode while more may follow; nothing at the end of a pass.
    ///
    /// A pass that changed something is followed by another: an act that was under way when its page was read may have written dates of
    /// the version before.
    #[must_use]
    pub const fn turned(self, reached: Option<Uuid>, found: i32) -> Self {
        let found = self.found.saturating_add(found);
        let (page, ends) = (self.page.saturating_add(1), reached.is_none());
        Self { done: ends && found == 0, page, after: reached, found: if ends { 0 } else { found } }
    }
}

impl Default for Activation {
    fn default() -> Self {
        Self::new()
    }
}

impl Policy {
    /// Where its activation stands, of which `begun` is known.
    ///
    /// # Errors
    /// [`Refused::WrongState`] unless the version is approved.
    pub fn activation(&self, begun: Option<&Activation>) -> Result<ActivationState, Refused> {
        self.stands(&[PolicyState::Approved])?;
        Ok(match begun {
            _ if !replans(&self.version) => ActivationState::Keeps,
            None => ActivationState::Pending,
            Some(Activation { done: false, .. }) => ActivationState::Running,
            Some(Activation { done: true, .. }) => ActivationState::Done,
        })
    }
}

/// Whether a version takes open duties over when it begins.
#[must_use]
pub fn replans(version: &PolicyVersion) -> bool {
    version.transition.open_duties == OpenDuties::Replan
}

/// Whether a version that takes open duties over has begun.
#[must_use]
pub fn has_begun(version: &PolicyVersion, today: Date) -> bool {
    version.valid_from <= today
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAST: Uuid = Uuid::from_u128(7);

    #[test]
    fn a_pass_that_changes_something_is_followed_by_another() {
        let first = Activation::new().turned(Some(LAST), 3);
        assert_eq!(first, Activation { done: false, page: 2, after: Some(LAST), found: 3 });
        let second = first.turned(None, 0);
        assert_eq!(second, Activation { done: false, page: 3, after: None, found: 0 });
        let third = second.turned(Some(LAST), 0);
        assert_eq!(third, Activation { done: false, page: 4, after: Some(LAST), found: 0 });
        assert_eq!(third.turned(None, 0), Activation { done: true, page: 5, after: None, found: 0 });
    }

    #[test]
    fn a_jobcenter_without_cases_is_done_at_once() {
        assert!(Activation::new().turned(None, 0).done);
        assert!(!Activation::new().turned(None, 1).done);
    }
}

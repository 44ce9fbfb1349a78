//! How far the activation of a version has come: page after page through everything with open duties that it may reach, until a whole pass
//! finds nothing to change.

use jiff::civil::Date;
use lotse_kernel::{
    codes,
    policy::{Keeper, OpenDuties, PolicyKey, PolicyVersion},
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
        /// It goes through what has open duties.
        Running = "RUNNING",
        /// A whole pass found nothing left to change.
        Done = "DONE",
    }
}

codes! {
    /// What an activation goes through, one after the other.
    pub enum Stage {
        /// The open episodes.
        Episodes = "EPISODES",
        /// The people on the watch (R23).
        Watches = "WATCHES",
        /// The referrals that wait for an answer or a report, which providers keeps.
        Referrals = "REFERRALS",
        /// The letters in the post room, which documents keeps.
        Letters = "LETTERS",
    }
}

impl Stage {
    /// What a version goes through first when it begins.
    #[must_use]
    pub const fn first(version: &PolicyVersion) -> Self {
        match version.key {
            PolicyKey::EligibilityRecheck | PolicyKey::TeamDecision => Self::Watches,
            PolicyKey::Referral | PolicyKey::ProviderReport => Self::Referrals,
            PolicyKey::LetterPosting => Self::Letters,
            _ => Self::Episodes,
        }
    }

    /// Who keeps what it goes through, where that is not cases.
    #[must_use]
    pub const fn keeper(self) -> Option<Keeper> {
        match self {
            Self::Episodes | Self::Watches => None,
            Self::Referrals => Some(Keeper::Providers),
            Self::Letters => Some(Keeper::Documents),
        }
    }

    /// What it goes through after this one.
    #[must_use]
    pub const fn next(self, version: &PolicyVersion) -> Option<Self> {
        match (version.key, self) {
            (PolicyKey::Escalation | PolicyKey::PlanUpdate, Self::Episodes) => Some(Self::Watches),
            (PolicyKey::Escalation, Self::Watches) => Some(Self::Referrals),
            _ => None,
        }
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
    /// What the page goes through.
    pub stage: Stage,
    /// The last one of the page before; nothing where a stage begins.
    pub after: Option<Uuid>,
    /// What this pass has found to change.
    pub found: i32,
}

impl Activation {
    /// Before the first page of a version.
    #[must_use]
    pub const fn of(version: &PolicyVersion) -> Self {
        Self { done: false, page: 1, stage: Stage::first(version), after: None, found: 0 }
    }

    /// After a page in which `found` changes were made. `reached` is the last one on it while more may follow; nothing at the end of a stage.
    ///
    /// A pass that changed something is followed by another: an act that was under way when its page was read may have written dates of
    /// the version before.
    #[must_use]
    pub fn turned(self, version: &PolicyVersion, reached: Option<Uuid>, found: i32) -> Self {
        let (page, found) = (self.page.saturating_add(1), self.found.saturating_add(found));
        match (reached, self.stage.next(version)) {
            (Some(_), _) => Self { page, after: reached, found, ..self },
            (None, Some(stage)) => Self { page, stage, after: None, found, ..self },
            (None, None) => Self { done: found == 0, page, ..Self::of(version) },
        }
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
    use lotse_kernel::policy::federal;

    use super::*;

    const LAST: Uuid = Uuid::from_u128(7);

    fn version(key: PolicyKey) -> PolicyVersion {
        federal::of(key).unwrap().pop().unwrap()
    }

    #[test]
    fn a_pass_that_changes_something_is_followed_by_another() {
        let version = version(PolicyKey::RegularMaximum);
        let begun = Activation::of(&version);
        let first = begun.clone().turned(&version, Some(LAST), 3);
        assert_eq!(first, Activation { page: 2, after: Some(LAST), found: 3, ..begun.clone() });
        let second = first.turned(&version, None, 0);
        assert_eq!(second, Activation { page: 3, ..begun.clone() });
        let third = second.turned(&version, Some(LAST), 0);
        assert_eq!(third, Activation { page: 4, after: Some(LAST), ..begun.clone() });
        assert_eq!(third.turned(&version, None, 0), Activation { done: true, page: 5, ..begun });
    }

    /// The stages that a version goes through.
    fn stages(key: PolicyKey) -> Vec<Stage> {
        let version = version(key);
        std::iter::successors(Some(Stage::first(&version)), |stage| stage.next(&version)).collect()
    }

    #[test]
    fn whoever_keeps_records_by_a_key_is_asked_and_nobody_else() {
        for key in PolicyKey::ALL {
            let asked: Vec<_> = stages(*key).into_iter().filter_map(Stage::keeper).collect();
            assert_eq!(asked, Vec::from_iter(key.keeper()), "{key}");
        }
    }

    #[test]
    fn a_jobcenter_without_cases_is_done_at_once() {
        for key in [PolicyKey::RegularMaximum, PolicyKey::EligibilityRecheck] {
            let version = version(key);
            assert!(Activation::of(&version).turned(&version, None, 0).done);
            assert!(!Activation::of(&version).turned(&version, None, 1).done);
        }
    }

    #[test]
    fn what_both_have_is_taken_over_in_episodes_first_and_a_pass_goes_through_both() {
        assert_eq!(Stage::Episodes.next(&version(PolicyKey::PlanUpdate)), Some(Stage::Watches));
        let version = version(PolicyKey::Escalation);
        let episodes = Activation::of(&version).turned(&version, None, 2);
        assert_eq!((episodes.done, episodes.stage, episodes.after, episodes.found), (false, Stage::Watches, None, 2));
        let referrals = episodes.turned(&version, Some(LAST), 0).turned(&version, None, 0);
        assert_eq!((referrals.done, referrals.stage), (false, Stage::Referrals));
        let again = referrals.turned(&version, None, 0);
        assert_eq!((again.done, again.stage, again.page), (false, Stage::Episodes, 5), "the episodes had changed");
        let over = again.turned(&version, None, 0).turned(&version, None, 0).turned(&version, None, 0);
        assert!(over.done);
    }
}

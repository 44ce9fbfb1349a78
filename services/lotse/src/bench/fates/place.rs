//! The jobcenters in which lives are led: each under rules of its own, some of which change on the way and take open duties over.

use std::sync::Arc;

use jiff::civil::{Date, date};
use lotse_cases::domain::rules::Rules;
use lotse_kernel::{
    dates::add_days,
    legal::{
        Calendar,
        place::{Land, Place as Seat},
    },
    policy::{
        Book, BrokenRelease, Jurisdiction, OpenDuties, PolicyKey, PolicyVersion, Value, federal,
        rules::{Escalation, Unreadable},
    },
};

/// The first day of the rules that change on the way.
const TURN: Date = date(2028, 2, 1);

/// A day before every life.
const LONG_AGO: Date = date(2020, 1, 1);

/// A jobcenter.
#[derive(Debug)]
pub(super) struct Place {
    /// What is special about it.
    pub(super) name: &'static str,
    book: Arc<Book>,
    calendar: Calendar,
    turns: Vec<PolicyVersion>,
}

impl Place {
    fn under(name: &'static str, land: Option<Land>, local: Vec<PolicyVersion>) -> Result<Self, BrokenRelease> {
        let calendar = land.map_or(Calendar::Nation, |land| Calendar::Of(Seat::of(land)));
        let takes = |version: &&PolicyVersion| version.transition.open_duties == OpenDuties::Replan;
        let turns = local.iter().filter(takes).cloned().collect();
        Ok(Self { name, book: Book::of_jobcenter(local)?, calendar, turns })
    }

    /// The rules as they stand on a day.
    pub(super) fn rules(&self, today: Date) -> Rules<'_> {
        Rules::new(&self.book, self.calendar, today)
    }

    /// Whose holidays count.
    pub(super) const fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// The versions that take open duties over when they begin.
    pub(super) fn turns(&self) -> &[PolicyVersion] {
        &self.turns
    }

    /// A number of the version that a date cites.
    pub(super) fn number(&self, citation: &str, name: &str) -> Option<i32> {
        let version = self.book.versions().iter().find(|version| version.citation() == citation)?;
        match version.parameters.get(name)? {
            Value::Number(number) => i32::try_from(*number).ok(),
            Value::Flag(_) | Value::Numbers(_) | Value::Code(_) => None,
        }
    }

    /// Whether its rule has the same number on all days.
    pub(super) fn keeps(&self, key: PolicyKey) -> bool {
        self.book.versions().iter().filter(|version| version.key == key).count() == 1
    }

    /// Days from one escalation to the next of what was in time until a day.
    pub(super) fn escalation_days(&self, overdue_after: Date, today: Date) -> Result<Option<i32>, Unreadable> {
        let found = self.book.rule::<Escalation>(add_days(overdue_after, 1), today)?;
        Ok(found.map(|governing| governing.rule.interval_days))
    }

    /// The shortest interval of escalations there has been until a day: what is overdue may have escalated by it for a while.
    pub(super) fn shortest_escalation_days(&self, today: Date) -> Option<i32> {
        let begun = |version: &&PolicyVersion| version.key == PolicyKey::Escalation && version.valid_from <= today;
        let citations = self.book.versions().iter().filter(begun).map(PolicyVersion::citation);
        citations.filter_map(|citation| self.number(&citation, "interval_days")).min()
    }
}

/// A version of a jobcenter that has one parameter otherwise than the law.
fn local(
    key: PolicyKey,
    (name, value): (&str, Value),
    valid_from: Date,
    open_duties: OpenDuties,
) -> Result<Vec<PolicyVersion>, BrokenRelease> {
    let shipped = federal::of(key)?.pop();
    let varied = shipped.map(|shipped| {
        let mut version = PolicyVersion {
            version: 1,
            jurisdiction: Jurisdiction::Jobcenter("musterstadt".to_owned()),
            valid_from,
            parameters: shipped.parameters.clone().with(name, value),
            ..shipped
        };
        version.transition.open_duties = open_duties;
        version
    });
    Ok(varied.into_iter().collect())
}

/// All of them.
pub(super) fn all() -> Result<Vec<Place>, BrokenRelease> {
    use OpenDuties::{Keep, Replan};
    let turn = |key, name, value: i64| local(key, (name, Value::Number(value)), TURN, Replan);
    let list = local(PolicyKey::AdmissionCriteria, ("waiting_list", Value::Flag(true)), LONG_AGO, Keep)?;
    let kept = local(PolicyKey::ContinuationReview, ("months", Value::Number(4)), TURN, Keep)?;
    let soon = [
        turn(PolicyKey::ProposalDecision, "weeks", 2)?,
        turn(PolicyKey::FirstTalk, "weeks", 1)?,
        turn(PolicyKey::Accompaniment, "weeks", 1)?,
        turn(PolicyKey::VariantSwitch, "weeks", 1)?,
        turn(PolicyKey::CrisisContact, "working_days", 1)?,
        turn(PolicyKey::ExtensionAnswer, "working_days", 2)?,
        turn(PolicyKey::HandoverAcceptance, "working_days", 2)?,
        turn(PolicyKey::PlanUpdate, "months", 4)?,
        turn(PolicyKey::ContinuousEmployment, "grace_working_days", 3)?,
    ]
    .concat();
    Ok(vec![
        Place::under("federal law", None, Vec::new())?,
        Place::under("the holidays of Bavaria", Some(Land::BY), Vec::new())?,
        Place::under("a waiting list", Some(Land::NW), list)?,
        Place::under("reviews every four months for whoever comes", None, kept)?,
        Place::under("reviews every four months for all", None, turn(PolicyKey::ContinuationReview, "months", 4)?)?,
        Place::under("a limit of 18 months", Some(Land::SN), turn(PolicyKey::RegularMaximum, "months", 18)?)?,
        Place::under("everything sooner", None, soon)?,
        Place::under("checks every four months", None, turn(PolicyKey::EligibilityRecheck, "months", 4)?)?,
        Place::under("escalations every three days", None, turn(PolicyKey::Escalation, "interval_days", 3)?)?,
        Place::under("escalations every fortnight", None, turn(PolicyKey::Escalation, "interval_days", 14)?)?,
    ])
}

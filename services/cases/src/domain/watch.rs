//! The watch over a person: outside case management whoever has a complex profile is checked again every six months (R23, T1), and the plan that
//! somebody brought from case management is kept up to date (R111, T5); inside and outside, who turns 25 may change the team (R125).
//! What is overdue stays open and escalates; it decides nothing.

mod agenda;
mod effect;
mod news;
mod plan;
mod reopening;
mod replan;
mod spread;
mod team;
mod time;

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::Deadline,
    duty::DutyKind,
    names::{CaseName, DutyName, StaffName},
};
use serde::{Deserialize, Serialize};

use super::{
    duties::{Duties, Duty, LateAnswer},
    events::Happened,
    refused::{FieldCheck, Refused},
    rules::{NoRule, Rules},
    vocabulary::{DutyOutcome, RecheckResult, UnwatchedReason, VoidReason},
};

pub use agenda::{Agenda, Stage};
pub use effect::{effect, effects, lead_effect, plan_effect, speaks_for_person};
pub use news::{About, News, NewsKind, Notice, digest, next_list_on};
pub use plan::{PlanIssued, PlanUpdate};
pub use replan::duties_reached;
pub use spread::Loads;
pub use time::{Swept, WatchStep};

/// The watch over one person, with its duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    case: CaseName,
    facts: Facts,
    duties: Duties,
}

/// What the column `facts` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Where it stands.
    pub state: State,
    /// The day from which the months of the last check count; nothing while there was none.
    pub last_check_on: Option<Date>,
    /// The checks that were recorded, oldest first.
    pub checks: Vec<Recheck>,
    /// Number of the newest check, from 1; 0 before the first.
    pub slot: i32,
    /// The day on which the plan was issued that the placement officer keeps up to date (T5); nothing while there is none.
    pub plan_issued_on: Option<Date>,
    /// The same of a plan that went with a person who was taken for gone; nothing once they were looked after again.
    pub plan_left_on: Option<Date>,
    /// Updates of plans that were recorded, oldest first.
    pub plan_updates: Vec<PlanUpdate>,
    /// Number of the newest update that was waited for, from 1; 0 before the first.
    pub plan_slot: i32,
    /// How many reopenings were proposed, over all episodes of the person.
    #[serde(default)]
    pub reopenings: i32,
    /// The birth of somebody of whom time has not asked yet whether another team follows when they are 25 (R125).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub young_since: Option<Date>,
}

/// Where a watch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// The next check is planned or due.
    Watched,
    /// Nobody has to check.
    Unwatched {
        /// Why.
        reason: UnwatchedReason,
    },
}

/// A check that was recorded (R23).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recheck {
    /// What came of it.
    pub result: RecheckResult,
    /// Why, with regard to criterion (b) (R20); social data.
    pub reason: String,
    /// The day of the talk that counts as the check.
    pub checked_on: Date,
    /// Who checked.
    pub checked_by: StaffName,
    /// Days after the last day in time.
    pub days_late: i32,
    /// Which talk it was; empty where nothing was said of it. Social data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub talk: String,
}

/// A check as it is told, before anybody knows whether it was late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What came of it.
    pub result: RecheckResult,
    /// Why, with regard to criterion (b) (R20).
    pub reason: String,
    /// The day of the talk that counts as the check.
    pub checked_on: Date,
    /// Who checked.
    pub checked_by: StaffName,
    /// Which talk it was; empty where nothing is said of it.
    pub talk: String,
}

/// Something that happened to a person and bears on whether, and from when on, they are to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A profile was established on a day.
    Profiled(Date),
    /// Somebody checked.
    Checked(Check),
    /// Case management began.
    Admitted,
    /// Case management was refused, referred back or ended: two people looked, which counts as a check.
    Returned,
    /// An episode turned out to be opened in error: nobody looked.
    Restored,
    /// An end that was wrong is undone (row 24), and the person is outside case management as before it.
    Found,
    /// There is nobody to be checked any more.
    Left(UnwatchedReason),
    /// Case management ended, and the person brought the plan that was issued on a day (T5).
    PlanTaken(Date),
    /// The placement officer issued an update of that plan.
    PlanUpdated(PlanIssued),
    /// Case management issued a plan on a day.
    Planned(Date),
    /// An end of care was undone: the plan that it passed on is kept up to date in case management again.
    PlanBack,
    /// An end was undone by which a person was taken for gone: the placement officer keeps their plan up to date again.
    PlanFound,
    /// Somebody has decided which team looks after the person (R125).
    TeamDecided,
    /// Another officer looks after the person.
    Led(StaffName),
    /// It is proposed to undo the closing of a day (row 24).
    ReopeningProposed(Date),
    /// That proposal is answered.
    ReopeningAnswered,
}

/// What a change is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Whether the latest profile is complex (R19).
    pub is_complex: bool,
    /// Who checks: the placement officer of the case.
    pub owner: &'a StaffName,
    /// The rules as they stand today.
    pub rules: &'a Rules<'a>,
}

impl Watch {
    /// A person whom nobody ever had to check.
    #[must_use]
    pub fn new(case: CaseName) -> Self {
        let state = State::Unwatched { reason: UnwatchedReason::ProfileNotComplex };
        Self {
            case,
            facts: Facts {
                state,
                last_check_on: None,
                checks: Vec::new(),
                slot: 0,
                plan_issued_on: None,
                plan_left_on: None,
                plan_updates: Vec::new(),
                plan_slot: 0,
                reopenings: 0,
                young_since: None,
            },
            duties: Duties::default(),
        }
    }

    /// Puts a watch together from its row and the duties at hand.
    #[must_use]
    pub fn from_rows(case: CaseName, facts: Facts, duties: impl IntoIterator<Item = Duty>) -> Self {
        Self { case, facts, duties: duties.into_iter().collect() }
    }

    /// Whom it is about.
    #[must_use]
    pub const fn case(&self) -> &CaseName {
        &self.case
    }

    /// What the column `facts` holds.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The duties at hand: what is unsettled, and what was settled by now.
    #[must_use]
    pub const fn duties(&self) -> &Duties {
        &self.duties
    }

    /// The check that is planned or due.
    #[must_use]
    pub fn duty(&self) -> Option<&Duty> {
        self.waiting(DutyKind::EligibilityRecheck)
    }

    fn waiting(&self, kind: DutyKind) -> Option<&Duty> {
        self.duties.of(kind).find(|duty| duty.is_unsettled())
    }

    /// Whether somebody has to check, sooner or later.
    #[must_use]
    pub const fn is_watched(&self) -> bool {
        matches!(self.facts.state, State::Watched)
    }

    /// The watch after something happened.
    ///
    /// # Errors
    /// `NotWatched`, `NoPlanToUpdate` and `Fields` for what does not fit; `NoRule` when the next day cannot be computed.
    pub fn after(self, change: Change, scene: &Scene<'_>) -> Result<Self, Refused> {
        Ok(match change {
            Change::Profiled(on) => self.looked_after().profiled(on, scene)?,
            Change::Checked(check) => self.looked_after().checked(check, scene)?,
            Change::Admitted => self.settled(UnwatchedReason::InCaseManagement, scene),
            Change::Returned => self.looked_after().returned(scene)?,
            Change::Restored => self.resumed(|reason| reason == UnwatchedReason::InCaseManagement, scene)?,
            Change::Found => self.resumed(UnwatchedReason::is_gone, scene)?,
            Change::Left(reason) => self.left(reason, scene),
            Change::PlanTaken(issued_on) => self.plan_taken(issued_on, scene)?,
            Change::PlanUpdated(issued) => self.plan_updated(issued, scene)?,
            Change::Planned(issued_on) => self.planned(issued_on),
            Change::PlanBack => self.plan_back(scene),
            Change::PlanFound => self.plan_found(scene)?,
            Change::TeamDecided => self.team_decided(scene.rules.today()),
            Change::Led(lead) => self.led_by(&lead),
            Change::ReopeningProposed(closed_on) => self.reopening_proposed(closed_on, scene.rules)?,
            Change::ReopeningAnswered => self.reopening_answered(scene.rules.today()),
        })
    }

    /// Whatever left with the person before is of the past.
    fn looked_after(mut self) -> Self {
        self.facts.plan_left_on = None;
        self
    }

    /// A complex profile sets the watch, any other ends it; during case management the profile at its end counts.
    fn profiled(self, on: Date, scene: &Scene<'_>) -> Result<Self, NoRule> {
        match self.facts.state {
            State::Watched if scene.is_complex => Ok(self),
            State::Watched => Ok(self.left(UnwatchedReason::ProfileNotComplex, scene)),
            State::Unwatched { reason: UnwatchedReason::InCaseManagement } => Ok(self),
            State::Unwatched { .. } if scene.is_complex => self.begun(on, scene),
            State::Unwatched { .. } => Ok(self),
        }
    }

    /// Whether there is a check to record.
    ///
    /// # Errors
    /// `NotWatched`.
    pub const fn checkable(&self) -> Result<(), Refused> {
        if self.is_watched() { Ok(()) } else { Err(Refused::NotWatched) }
    }

    fn checked(mut self, check: Check, scene: &Scene<'_>) -> Result<Self, Refused> {
        self.checkable()?;
        let today = scene.rules.today();
        let since = self.facts.last_check_on;
        let Check { result, reason, checked_on, checked_by, talk } = check;
        let mut fields = FieldCheck::default();
        fields.require(checked_on <= today, "check_date", "must not be in the future");
        fields.require(since.is_none_or(|last| last <= checked_on), "check_date", "must not be before the last check");
        fields.finish()?;
        let days_late = self.duties.done(DutyKind::EligibilityRecheck, DutyOutcome::Checked, checked_on);
        self.facts.checks.push(Recheck { result, reason, checked_on, checked_by, days_late, talk });
        Ok(self.begun(checked_on, scene)?)
    }

    /// Refusal, return or end: the day counts as that of a check, unless the person is gone or the profile is not complex any more.
    fn returned(mut self, scene: &Scene<'_>) -> Result<Self, NoRule> {
        let today = scene.rules.today();
        match self.facts.state {
            State::Unwatched { reason } if reason.is_gone() => Ok(self),
            _ if !scene.is_complex => Ok(self.settled(UnwatchedReason::ProfileNotComplex, scene)),
            State::Watched | State::Unwatched { .. } => {
                self.duties.done(DutyKind::EligibilityRecheck, DutyOutcome::Decided, today);
                self.begun(today, scene)
            }
        }
    }

    /// Notes on which working day the check will be made that is overdue.
    ///
    /// # Errors
    /// As [`Duties`] refuses; `NotTheOwner` for a duty that is not at hand.
    pub fn set_working_date(
        mut self,
        duty: &DutyName,
        answer: LateAnswer,
        rules: &Rules<'_>,
    ) -> Result<(Self, Happened), Refused> {
        let happened = self.duties.set_working_date(duty, answer, rules)?.ok_or(Refused::NotTheOwner)?;
        Ok((self, happened))
    }

    /// What took the person off did not last, and nobody looked at the person meanwhile: the months go on from the last check. Nobody
    /// ever checked whoever came into case management at once, so that theirs begin today.
    fn resumed(self, took_off: impl Fn(UnwatchedReason) -> bool, scene: &Scene<'_>) -> Result<Self, NoRule> {
        match (self.facts.state, self.facts.last_check_on) {
            (State::Unwatched { reason }, last) if took_off(reason) && scene.is_complex => {
                self.begun(last.unwrap_or_else(|| scene.rules.today()), scene)
            }
            (State::Unwatched { reason }, _) if took_off(reason) => {
                Ok(self.left(UnwatchedReason::ProfileNotComplex, scene))
            }
            (State::Watched | State::Unwatched { .. }, _) => Ok(self),
        }
    }

    /// The check is answered by a decision of others.
    fn settled(mut self, reason: UnwatchedReason, scene: &Scene<'_>) -> Self {
        self.duties.done(DutyKind::EligibilityRecheck, DutyOutcome::Decided, scene.rules.today());
        self.facts.state = State::Unwatched { reason };
        self
    }

    /// The check is not needed any more, nor is the update of the plan of somebody who is gone; how late they were stays recorded.
    fn left(mut self, reason: UnwatchedReason, scene: &Scene<'_>) -> Self {
        let today = scene.rules.today();
        if reason.is_gone() {
            self.duties.void_rest(VoidReason::WatchEnded, today);
            self.facts.plan_left_on = self.facts.plan_issued_on.take().or(self.facts.plan_left_on);
        } else {
            self.duties.void(DutyKind::EligibilityRecheck, VoidReason::WatchEnded, today);
        }
        self.facts.state = State::Unwatched { reason };
        self
    }

    /// The months begin on a day.
    fn begun(mut self, last_check_on: Date, scene: &Scene<'_>) -> Result<Self, NoRule> {
        self.facts.slot += 1;
        let deadline = scene.rules.eligibility_recheck(last_check_on)?;
        self.duties.schedule(&self.case, scene.owner, Deadline { slot: self.facts.slot, ..deadline });
        self.facts.state = State::Watched;
        self.facts.last_check_on = Some(last_check_on);
        Ok(self)
    }
}

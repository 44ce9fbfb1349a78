//! A referral as a state machine: variants carry their facts, verbs consume the referral and give back the next one.

use jiff::civil::Date;
use lotse_kernel::{
    deadlines::escalation::LastEscalation,
    defaults::Months,
    legal::{Surroundings, Unanswered},
    names::{EpisodeName, OfferName, ReferralName},
};
use thiserror::Error;

use super::{
    plan_step::PlanStep,
    timetable::next_report,
    vocabulary::{Attendance, BreakOffReason, DeclineReason, Progress, ReferralResult, RevokeReason, UnmetNeed},
};

/// A referral of the person of a case to an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Its name.
    pub name: ReferralName,
    /// The offer.
    pub offer: OfferName,
    /// The episode in which it was drafted.
    pub episode: EpisodeName,
    /// Months between interim reports where others than the default were agreed (R90).
    pub report_interval: Option<Months>,
    /// The step of the plan that it is part of, if it is of one (R181).
    pub plan_step: Option<PlanStep>,
    /// What was missing, if anything: the planning counts each such referral once (R185). Never emptied again; a late refusal
    /// says more than silence and replaces it.
    pub unmet_need: Option<UnmetNeed>,
    /// How the version is cited by which time first noted that the provider had not answered in time (R8); the day of the sending chose it.
    /// Kept whatever becomes of the referral.
    pub silent_under: Option<String>,
    /// How the version is cited by which the last report was due that was asked for and came (R8); the first day of the service chose it.
    pub last_report_under: Option<String>,
    /// Version of the record.
    pub version: i64,
    /// The last event this referral sent to its workflow; 0 before it was sent.
    pub event_seq: i64,
    /// Where it stands.
    pub state: ReferralState,
}

/// Where a referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferralState {
    /// Written, not sent.
    Draft,
    /// The provider's answer is awaited (T7a).
    Sent(Sending),
    /// The provider did not answer in time, which has escalated.
    NoAnswer(Sending, LastEscalation),
    /// The provider takes the person.
    Accepted(Answer),
    /// The provider does not.
    Declined(Answer, DeclineReason),
    /// The service runs.
    Running(Delivery),
    /// A report is asked for (T8), which has escalated or not.
    ReportDue(Delivery, Option<LastEscalation>),
    /// The service came to its end.
    Completed(Delivery, Date, ReferralResult),
    /// The service was broken off.
    BrokenOff(Delivery, Date, BreakOffReason),
    /// Taken back before the service began; with what had been reached.
    Revoked(Reached, Date, RevokeReason),
}

/// The sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sending {
    /// Day of the sending.
    pub sent_on: Date,
}

/// The provider's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// The sending it answers.
    pub sending: Sending,
    /// Day of the answer.
    pub answered_on: Date,
}

/// The service under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// The answer it rests on.
    pub answer: Answer,
    /// First day of the service.
    pub started_on: Date,
    /// Reports that came when they were asked for.
    pub reports: i32,
    /// The last of them.
    pub last_report: Option<LastReport>,
}

/// The days of the last report that was asked for and came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastReport {
    /// By when it was due.
    pub due_on: Date,
    /// When it came; since then the next one is awaited.
    pub received_on: Date,
}

/// How far a referral had come when it was revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It was a draft.
    Draft,
    /// It was sent, perhaps unanswered.
    Sent(Sending),
    /// It was accepted.
    Accepted(Answer),
}

/// What the provider said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It takes the person.
    Accept,
    /// It does not.
    Decline(DeclineReason),
}

/// What a provider reported on one day: codes only (R88, R89).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Day on which it arrived.
    pub received_on: Date,
    /// How regularly the person attends.
    pub attendance: Attendance,
    /// How the partial goals stand.
    pub progress: Progress,
    /// New needs were found.
    pub new_needs: bool,
    /// When the service is expected to end.
    pub expected_end_on: Option<Date>,
}

/// Why a verb does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// The verb does not fit the state.
    #[error("the act does not fit the state {state}")]
    WrongState {
        /// Code of the state.
        state: &'static str,
        /// Codes of the states in which it fits, comma-separated.
        allowed: &'static str,
    },
    /// The day lies before the event it follows.
    #[error("the day lies before {earliest}")]
    TooEarly {
        /// The first day that fits.
        earliest: Date,
    },
    /// No version of a rule governs the day.
    #[error(transparent)]
    NoRule(#[from] Unanswered),
}

impl ReferralState {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Sent(_) => "SENT",
            Self::NoAnswer(..) => "NO_ANSWER",
            Self::Accepted(_) => "ACCEPTED",
            Self::Declined(..) => "DECLINED",
            Self::Running(_) => "RUNNING",
            Self::ReportDue(..) => "REPORT_DUE",
            Self::Completed(..) => "COMPLETED",
            Self::BrokenOff(..) => "BROKEN_OFF",
            Self::Revoked(..) => "REVOKED",
        }
    }

    /// Whether nothing can follow.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Declined(..) | Self::Completed(..) | Self::BrokenOff(..) | Self::Revoked(..) => true,
            Self::Draft
            | Self::Sent(_)
            | Self::NoAnswer(..)
            | Self::Accepted(_)
            | Self::Running(_)
            | Self::ReportDue(..) => false,
        }
    }

    /// The service, if it ever began.
    #[must_use]
    pub const fn delivery(&self) -> Option<Delivery> {
        match self {
            Self::Running(delivery)
            | Self::ReportDue(delivery, _)
            | Self::Completed(delivery, ..)
            | Self::BrokenOff(delivery, ..) => Some(*delivery),
            Self::Draft
            | Self::Sent(_)
            | Self::NoAnswer(..)
            | Self::Accepted(_)
            | Self::Declined(..)
            | Self::Revoked(..) => None,
        }
    }

    /// The answer, if one came.
    #[must_use]
    pub const fn answer(&self) -> Option<Answer> {
        match self {
            Self::Accepted(answer) | Self::Declined(answer, _) | Self::Revoked(Reached::Accepted(answer), ..) => {
                Some(*answer)
            }
            _ => match self.delivery() {
                Some(delivery) => Some(delivery.answer),
                None => None,
            },
        }
    }

    /// The sending, if it was sent.
    #[must_use]
    pub const fn sending(&self) -> Option<Sending> {
        match self {
            Self::Sent(sending) | Self::NoAnswer(sending, _) | Self::Revoked(Reached::Sent(sending), ..) => {
                Some(*sending)
            }
            _ => match self.answer() {
                Some(answer) => Some(answer.sending),
                None => None,
            },
        }
    }

    /// The day on which it ended.
    #[must_use]
    pub const fn ended_on(&self) -> Option<Date> {
        match self {
            Self::Declined(answer, _) => Some(answer.answered_on),
            Self::Completed(_, on, _) | Self::BrokenOff(_, on, _) | Self::Revoked(_, on, _) => Some(*on),
            Self::Draft
            | Self::Sent(_)
            | Self::NoAnswer(..)
            | Self::Accepted(_)
            | Self::Running(_)
            | Self::ReportDue(..) => None,
        }
    }
}

impl Referral {
    /// A new draft.
    #[must_use]
    pub const fn draft(
        name: ReferralName,
        offer: OfferName,
        episode: EpisodeName,
        report_interval: Option<Months>,
        plan_step: Option<PlanStep>,
    ) -> Self {
        Self {
            name,
            offer,
            episode,
            report_interval,
            plan_step,
            unmet_need: None,
            silent_under: None,
            last_report_under: None,
            version: 1,
            event_seq: 0,
            state: ReferralState::Draft,
        }
    }

    /// Sends the draft. That the person has released the data is checked by the caller, before anything leaves the house.
    ///
    /// # Errors
    /// [`Refused::WrongState`].
    pub fn send(self, on: Date) -> Result<Self, Refused> {
        match self.state {
            ReferralState::Draft => Ok(self.into_state(ReferralState::Sent(Sending { sent_on: on }))),
            _ => Err(self.wrong("DRAFT")),
        }
    }

    /// The provider answers, perhaps late.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn answered(self, on: Date, word: Word) -> Result<Self, Refused> {
        let (ReferralState::Sent(sending) | ReferralState::NoAnswer(sending, _)) = self.state else {
            return Err(self.wrong("SENT,NO_ANSWER"));
        };
        not_before(on, sending.sent_on)?;
        let answer = Answer { sending, answered_on: on };
        Ok(match word {
            Word::Accept => self.into_state(ReferralState::Accepted(answer)),
            Word::Decline(reason) => {
                Self { unmet_need: Some(reason.unmet_need()), state: ReferralState::Declined(answer, reason), ..self }
            }
        })
    }

    /// The service begins.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn started(self, on: Date) -> Result<Self, Refused> {
        let ReferralState::Accepted(answer) = self.state else { return Err(self.wrong("ACCEPTED")) };
        not_before(on, answer.answered_on)?;
        Ok(self.into_state(ReferralState::Running(Delivery { answer, started_on: on, reports: 0, last_report: None })))
    }

    /// A report arrives. The answer says whether it settles the report that is asked for; an earlier one changes nothing here.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn reported(self, on: Date, around: Surroundings<'_>) -> Result<(Self, bool), Refused> {
        let delivery = self.under_way()?;
        not_before(on, delivery.started_on)?;
        let asked = next_report(&self, delivery, around)?;
        if on < asked.opens_on {
            return Ok((self, false));
        }
        let last_report = Some(LastReport { due_on: asked.due_on(), received_on: on });
        let settled = Delivery { reports: delivery.reports + 1, last_report, ..delivery };
        let last_report_under = Some(asked.explanation.rule_version);
        Ok((Self { last_report_under, ..self.into_state(ReferralState::Running(settled)) }, true))
    }

    /// The service comes to its end.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn completed(self, on: Date, result: ReferralResult) -> Result<Self, Refused> {
        let delivery = self.under_way()?;
        not_before(on, delivery.started_on)?;
        Ok(self.into_state(ReferralState::Completed(delivery, on, result)))
    }

    /// The service is broken off.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn broken_off(self, on: Date, reason: BreakOffReason) -> Result<Self, Refused> {
        let delivery = self.under_way()?;
        not_before(on, delivery.started_on)?;
        Ok(self.into_state(ReferralState::BrokenOff(delivery, on, reason)))
    }

    /// The jobcenter takes it back before the service begins.
    ///
    /// # Errors
    /// [`Refused::WrongState`].
    pub fn revoked(self, on: Date, reason: RevokeReason) -> Result<Self, Refused> {
        let reached = match self.state {
            ReferralState::Draft => Reached::Draft,
            ReferralState::Sent(sending) | ReferralState::NoAnswer(sending, _) => Reached::Sent(sending),
            ReferralState::Accepted(answer) => Reached::Accepted(answer),
            _ => return Err(self.wrong("DRAFT,SENT,NO_ANSWER,ACCEPTED")),
        };
        Ok(self.into_state(ReferralState::Revoked(reached, on, reason)))
    }

    pub(super) fn into_state(self, state: ReferralState) -> Self {
        Self { state, ..self }
    }

    fn under_way(&self) -> Result<Delivery, Refused> {
        match self.state {
            ReferralState::Running(delivery) | ReferralState::ReportDue(delivery, _) => Ok(delivery),
            _ => Err(self.wrong("RUNNING,REPORT_DUE")),
        }
    }

    const fn wrong(&self, allowed: &'static str) -> Refused {
        Refused::WrongState { state: self.state.code(), allowed }
    }
}

fn not_before(on: Date, earliest: Date) -> Result<(), Refused> {
    if on < earliest { Err(Refused::TooEarly { earliest }) } else { Ok(()) }
}

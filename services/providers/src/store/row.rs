//! How a row of `referrals` becomes a referral and back.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use lotse_kernel::{
    deadlines::escalation::LastEscalation,
    defaults::Months,
    names::{CaseName, EpisodeName, JobcenterId, JobcenterName, OfferName, ProviderName, ReferralName},
};
use lotse_platform::failure::Failure;
use uuid::Uuid;

use crate::domain::{
    plan_step::PlanStep,
    referral::{Answer, Delivery, LastReport, Reached, Referral, ReferralState, Sending},
};

/// A row of `referrals`.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) jobcenter_id: String,
    pub(super) case_id: Uuid,
    pub(super) referral_id: Uuid,
    pub(super) version: i64,
    pub(super) event_seq: i64,
    pub(super) provider_id: Uuid,
    pub(super) offer_id: Uuid,
    pub(super) episode_id: Uuid,
    pub(super) report_interval_months: Option<i32>,
    pub(super) goal_key: Option<String>,
    pub(super) step_key: Option<String>,
    pub(super) unmet_need: Option<String>,
    pub(super) silence_rule_version: Option<String>,
    pub(super) state: String,
    pub(super) sent_on: Option<jiff_sqlx::Date>,
    pub(super) answered_on: Option<jiff_sqlx::Date>,
    pub(super) started_on: Option<jiff_sqlx::Date>,
    pub(super) closed_on: Option<jiff_sqlx::Date>,
    pub(super) reports: i32,
    pub(super) last_report_due_on: Option<jiff_sqlx::Date>,
    pub(super) last_report_on: Option<jiff_sqlx::Date>,
    pub(super) last_report_rule_version: Option<String>,
    pub(super) escalations: i32,
    pub(super) last_escalated_on: Option<jiff_sqlx::Date>,
    pub(super) outcome: Option<String>,
    pub(super) created_at: jiff_sqlx::Timestamp,
}

/// A referral and when it was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The referral.
    pub referral: Referral,
    /// When it was drafted.
    pub created_at: Timestamp,
}

fn defect(what: &'static str) -> Failure {
    Failure::Defect(format!("a stored referral has no proper {what}"))
}

impl TryFrom<Row> for Stored {
    type Error = Failure;

    fn try_from(row: Row) -> Result<Self, Failure> {
        let jobcenter: JobcenterId = row.jobcenter_id.parse().map_err(|_| defect("jobcenter"))?;
        let jobcenter = JobcenterName::new(jobcenter);
        let case = CaseName::new(jobcenter.clone(), row.case_id);
        let unmet_need = row.unmet_need.as_deref().map(str::parse).transpose().map_err(|_| defect("unmet need"))?;
        let plan_step = row.goal_key.clone().zip(row.step_key.clone());
        let referral = Referral {
            name: ReferralName::new(case.clone(), row.referral_id),
            offer: OfferName::new(ProviderName::new(jobcenter, row.provider_id), row.offer_id),
            episode: EpisodeName::new(case, row.episode_id),
            report_interval: row.report_interval_months.map(Months),
            plan_step: plan_step.map(|(goal_key, step_key)| PlanStep { goal_key, step_key }),
            unmet_need,
            version: row.version,
            event_seq: row.event_seq,
            state: row.state()?,
            silent_under: row.silence_rule_version,
            last_report_under: row.last_report_rule_version,
        };
        Ok(Self { referral, created_at: row.created_at.to_jiff() })
    }
}

impl Row {
    fn state(&self) -> Result<ReferralState, Failure> {
        Ok(match self.state.as_str() {
            "DRAFT" => ReferralState::Draft,
            "SENT" => ReferralState::Sent(self.sending()?),
            "NO_ANSWER" => {
                let last = self.last_escalation().ok_or_else(|| defect("escalation"))?;
                ReferralState::NoAnswer(self.sending()?, last)
            }
            "ACCEPTED" => ReferralState::Accepted(self.answer()?),
            "DECLINED" => ReferralState::Declined(self.answer()?, self.outcome()?),
            "RUNNING" => ReferralState::Running(self.delivery()?),
            "REPORT_DUE" => ReferralState::ReportDue(self.delivery()?, self.last_escalation()),
            "COMPLETED" => ReferralState::Completed(self.delivery()?, self.closed_on()?, self.outcome()?),
            "BROKEN_OFF" => ReferralState::BrokenOff(self.delivery()?, self.closed_on()?, self.outcome()?),
            "REVOKED" => ReferralState::Revoked(self.reached()?, self.closed_on()?, self.outcome()?),
            _ => return Err(defect("state")),
        })
    }

    fn reached(&self) -> Result<Reached, Failure> {
        Ok(match (self.sent_on, self.answered_on) {
            (None, _) => Reached::Draft,
            (Some(_), None) => Reached::Sent(self.sending()?),
            (Some(_), Some(_)) => Reached::Accepted(self.answer()?),
        })
    }

    fn sending(&self) -> Result<Sending, Failure> {
        Ok(Sending { sent_on: self.sent_on.ok_or_else(|| defect("sending"))?.to_jiff() })
    }

    fn answer(&self) -> Result<Answer, Failure> {
        let answered_on = self.answered_on.ok_or_else(|| defect("answer"))?.to_jiff();
        Ok(Answer { sending: self.sending()?, answered_on })
    }

    fn delivery(&self) -> Result<Delivery, Failure> {
        let started_on = self.started_on.ok_or_else(|| defect("start"))?.to_jiff();
        let last_report = match (self.last_report_due_on, self.last_report_on) {
            (Some(due_on), Some(on)) => Some(LastReport { due_on: due_on.to_jiff(), received_on: on.to_jiff() }),
            _ => None,
        };
        Ok(Delivery { answer: self.answer()?, started_on, reports: self.reports, last_report })
    }

    fn last_escalation(&self) -> Option<LastEscalation> {
        self.last_escalated_on.map(|on| LastEscalation { round: self.escalations, on: on.to_jiff() })
    }

    fn closed_on(&self) -> Result<jiff::civil::Date, Failure> {
        Ok(self.closed_on.ok_or_else(|| defect("end"))?.to_jiff())
    }

    fn outcome<C: std::str::FromStr>(&self) -> Result<C, Failure> {
        self.outcome.as_deref().and_then(|code| code.parse().ok()).ok_or_else(|| defect("outcome"))
    }
}

/// The columns that a state fills; the others are empty.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) sent_on: Option<jiff_sqlx::Date>,
    pub(super) answered_on: Option<jiff_sqlx::Date>,
    pub(super) started_on: Option<jiff_sqlx::Date>,
    pub(super) closed_on: Option<jiff_sqlx::Date>,
    pub(super) reports: i32,
    pub(super) last_report_due_on: Option<jiff_sqlx::Date>,
    pub(super) last_report_on: Option<jiff_sqlx::Date>,
    pub(super) escalations: i32,
    pub(super) last_escalated_on: Option<jiff_sqlx::Date>,
    pub(super) outcome: Option<&'static str>,
}

impl Columns {
    /// The columns of a state.
    pub(super) fn of(state: &ReferralState) -> Self {
        let (closed_on, last_escalation, outcome) = match *state {
            ReferralState::Draft | ReferralState::Sent(_) | ReferralState::Accepted(_) | ReferralState::Running(_) => {
                (None, None, None)
            }
            ReferralState::NoAnswer(_, last) => (None, Some(last), None),
            ReferralState::ReportDue(_, last) => (None, last, None),
            ReferralState::Declined(_, reason) => (None, None, Some(reason.code())),
            ReferralState::Completed(_, on, result) => (Some(on), None, Some(result.code())),
            ReferralState::BrokenOff(_, on, reason) => (Some(on), None, Some(reason.code())),
            ReferralState::Revoked(_, on, reason) => (Some(on), None, Some(reason.code())),
        };
        let last_report = state.delivery().and_then(|delivery| delivery.last_report);
        Self {
            sent_on: state.sending().map(|sending| sending.sent_on.to_sqlx()),
            answered_on: state.answer().map(|answer| answer.answered_on.to_sqlx()),
            started_on: state.delivery().map(|delivery| delivery.started_on.to_sqlx()),
            closed_on: closed_on.map(ToSqlx::to_sqlx),
            reports: state.delivery().map_or(0, |delivery| delivery.reports),
            last_report_due_on: last_report.map(|last| last.due_on.to_sqlx()),
            last_report_on: last_report.map(|last| last.received_on.to_sqlx()),
            escalations: last_escalation.map_or(0, |last| last.round),
            last_escalated_on: last_escalation.map(|last| last.on.to_sqlx()),
            outcome,
        }
    }
}

//! Rows 19, 21, 23 and 26: the end, the hand-over, the end of aftercare, and technical ends.

use jiff::civil::Date;
use lotse_kernel::{deadlines::Deadline, duty::DutyKind, names::StaffName, policy::PolicyKey};

use super::{Act, Decided, Episode, State};
use crate::domain::{
    duties::Duty,
    events::{Event, Happened},
    records::{
        Aftercare, ClosingCheck, ClosingNote, ClosingRecord, Handover, Integration, PersonView, ReviewOutcome,
        TechnicalEndRecord,
    },
    refused::{FieldCheck, Refused},
    rules::{NoRule, Rules},
    vocabulary::{
        AftercareBasis, AllianceState, DutyOutcome, EndReason, EpisodePhase, HandoverReceiver, TechnicalEnd,
        UnwatchedReason, VoidReason,
    },
};

impl Episode {
    /// Row 19: ends the episode for one of the six reasons. An open review is decided and an open limit answered by it (17a);
    /// other duties are void, their days late stay recorded. The update of the plan passes to the placement officer while the person
    /// stays (T5). The hand-over waits for its acceptance: by the placement officer while the person stays, else by the case manager, who
    /// notifies the competent body or notes that there is none (R126, R115).
    ///
    /// # Errors
    /// `WrongPhase`; `CrisisOpen`; `NotStabilised` (R118, R119); `AllianceCarries` (R116); `AssessmentMissing` (R114); `Fields` when the
    /// closing record contradicts itself; `NoRule` when no version says by when the hand-over is accepted.
    pub fn end(mut self, note: ClosingNote, rules: &Rules<'_>) -> Act {
        let today = rules.today();
        let State::Active(active) = &self.facts.state else {
            return Err(self.wrong_phase(EpisodePhase::ACTIVE));
        };
        check_note(&note, active.admission.assigned_on, today)?;
        self.no_crisis_open()?;
        if note.reason == EndReason::NotEconomical && !note.stabilised {
            return Err(Refused::NotStabilised);
        }
        let assessed = self.assessment().is_some() || !active.reassessments.is_empty();
        if note.reason == EndReason::NoImprovement && !assessed {
            return Err(Refused::AssessmentMissing);
        }
        let carries = active.alliance_state() == AllianceState::Carrying;
        if note.reason == EndReason::AllianceNotViable && carries {
            return Err(Refused::AllianceCarries);
        }
        let aftercare = agreed_aftercare(&note, rules)?;
        check_contacts(&note, aftercare.as_ref(), today)?;
        let mut events = self.settle_review(ReviewOutcome::Ended, rules)?;
        self.duties.answer_limit_by_end(today);
        let stays = UnwatchedReason::of_end(&note).is_none();
        let passed_on = if stays { self.pass_plan_on(today) } else { None };
        self.duties.void_rest(VoidReason::EpisodeEnded, today);
        let before = self.duties.of(DutyKind::HandoverAcceptance).count();
        let slot = i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1);
        let acceptance = rules.handover_acceptance(today, slot)?;
        let ended = Event::EpisodeEnded { reason: note.reason };
        let integration = self.follow_integration(&note, rules)?;
        let contacts = self.plan_contacts(&note.contacts_on, rules);
        let known = integration.as_ref().map(Integration::told);
        let told = [Some(ended), self.end_commission(today), passed_on, known].into_iter().flatten();
        events.extend(told.map(|event| Happened::to_episode(&self.name, event)));
        if let State::Active(mut care) = self.facts.state {
            care.lapse_proposals(today);
            let closing = ClosingRecord { note, ended_on: today, aftercare, integration, contacts };
            self.facts.state = State::Closing { care, closing };
        }
        if let Some(accepting) = self.accepts_handover().cloned() {
            self.duties.schedule(&self.name, &accepting, acceptance);
        }
        Ok(Decided { episode: self, events })
    }

    /// Row 21: the hand-over is accepted; aftercare begins where it was agreed, else the episode is closed (R126, R115).
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when somebody else receives than the reason of the end says; `CrisisOpen` where it is closed.
    pub fn accept_handover(mut self, receiver: HandoverReceiver, note: String, rules: &Rules<'_>) -> Act {
        let no_crisis_open = self.no_crisis_open();
        let State::Closing { care, closing } = self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::Closing]));
        };
        check_receiver(receiver, &closing.note)?;
        let aftercare = aftercare_from_now(&closing, rules)?;
        if aftercare.is_none() {
            no_crisis_open?;
        }
        let handover = Handover { receiver, note, accepted_on: rules.today() };
        let (kind, outcome) = (DutyKind::HandoverAcceptance, DutyOutcome::Accepted);
        let days_late = self.duties.done_by_end(kind, outcome, rules.today());
        let accepted = Event::HandoverAccepted { receiver, days_late };
        if let Some((basis, deadline)) = aftercare {
            let until = deadline.due_on();
            // Where an end was undone there may have been aftercare before (row 24).
            let before = self.duties.of(DutyKind::AftercareEnd).count();
            let slot = i32::try_from(before).unwrap_or(i32::MAX).saturating_add(1);
            self.duties.schedule(&self.name, care.case_manager(), Deadline { slot, ..deadline });
            self.facts.state = State::Aftercare { care, closing, handover };
            Ok(self.with(accepted).and(Event::AftercareBegan { basis, until }))
        } else {
            self.facts.state = State::Closed { care, closing, handover, check: None };
            self.pass_employment_on();
            Ok(self.with(accepted).and(Event::EpisodeClosed {}))
        }
    }

    /// The last day of aftercare: of the duty once it began, before as it was agreed.
    #[must_use]
    pub fn aftercare_until(&self) -> Option<Date> {
        let agreed = self.closing()?.aftercare.as_ref()?;
        let begun = self.handover().and_then(|_| self.duties.of(DutyKind::AftercareEnd).max_by_key(|duty| duty.slot()));
        Some(begun.map_or(agreed, Duty::deadline).due_on())
    }

    /// Who has to see to the hand-over while it waits: the placement officer who goes on with the person (R126), or the case manager, where
    /// another body is to be notified (R115) or nobody receives the person.
    pub(super) fn accepts_handover(&self) -> Option<&StaffName> {
        let State::Closing { care, closing } = &self.facts.state else { return None };
        let stays = UnwatchedReason::of_end(&closing.note).is_none();
        Some(if stays { self.placement_officer() } else { care.case_manager() })
    }

    /// Row 23: ends aftercare with the closing check (T12).
    ///
    /// # Errors
    /// `WrongPhase`, `CrisisOpen`; `Fields` when what became of the time after a funded job is missing, or told of another one (R76).
    pub fn complete_aftercare(mut self, text: String, onward_outcome: String, today: Date) -> Act {
        let no_crisis_open = self.no_crisis_open();
        let State::Aftercare { care, closing, handover } = self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::Aftercare]));
        };
        no_crisis_open?;
        let mut check = FieldCheck::default();
        check_onward(&mut check, "onward_outcome", closing.note.aftercare, &onward_outcome);
        check.finish()?;
        self.duties.done_by_end(DutyKind::AftercareEnd, DutyOutcome::Checked, today);
        self.duties.void(DutyKind::AftercareContact, VoidReason::AftercareEnded, today);
        let check = Some(ClosingCheck { text, onward_outcome, checked_on: today });
        self.facts.state = State::Closed { care, closing, handover, check };
        self.pass_employment_on();
        Ok(self.with(Event::AftercareCompleted {}).and(Event::EpisodeClosed {}))
    }

    /// Row 26: ends the episode technically; everything that was known stays, unsettled duties are void. That accompanying care is done is
    /// decided by [`Episode::decide_accompaniment`].
    ///
    /// # Errors
    /// `WrongPhase` once refused, referred back or closed; `Fields` for the end of accompanying care.
    pub fn end_technically(self, kind: TechnicalEnd, note: String, by: StaffName, today: Date) -> Act {
        let mut check = FieldCheck::default();
        let rule = "must not be ACCOMPANYING_DONE: DecideAccompaniment ends accompanying care";
        check.require(kind != TechnicalEnd::AccompanyingDone, "technical_end.kind", rule);
        check.finish()?;
        self.finish_technically(kind, note, by, today)
    }

    /// The end itself, whichever it is.
    pub(super) fn finish_technically(
        mut self,
        kind: TechnicalEnd,
        note: String,
        ended_by: StaffName,
        today: Date,
    ) -> Act {
        if self.phase().is_final() {
            return Err(self.wrong_phase(EpisodePhase::UNFINISHED));
        }
        let stays = UnwatchedReason::of(kind).is_none();
        let passed_on = if stays { self.pass_plan_on(today) } else { None };
        self.duties.void_rest(VoidReason::TechnicalEnd, today);
        let commission_ended = self.end_commission(today);
        if let State::Active(care) = &mut self.facts.state {
            care.lapse_proposals(today);
        }
        let from = Box::new(self.facts.state);
        let end = TechnicalEndRecord { kind, note, ended_on: today, ended_by };
        self.facts.state = State::EndedTechnically { from, end };
        let ended = self.with(Event::EpisodeEndedTechnically { kind });
        Ok(ended.and_perhaps(commission_ended).and_perhaps(passed_on))
    }
}

/// Who receives follows from why it ended, because nobody checks the person any more who is gone (R23): another body where it is competent now
/// (R115), nobody where the need has ended by work, else the placement officer (R126).
fn check_receiver(receiver: HandoverReceiver, note: &ClosingNote) -> Result<(), Refused> {
    let elsewhere = note.reason == EndReason::CompetenceChanged;
    let in_work = note.reason == EndReason::LastingIntegration
        || UnwatchedReason::of_end(note) == Some(UnwatchedReason::BenefitEnded);
    let (fits, rule) = match receiver {
        HandoverReceiver::CompetentBody => (elsewhere, "must not be COMPETENT_BODY: the competence has not changed"),
        HandoverReceiver::PlacementOfficer => (!elsewhere, "must be COMPETENT_BODY: the competence has changed"),
        HandoverReceiver::None => (in_work && !elsewhere, "must not be NONE: the need has not ended by work"),
    };
    let mut check = FieldCheck::default();
    check.require(fits, "handover.receiver", rule);
    check.finish()
}

/// The end of aftercare that begins now, as it was agreed. Until the hand-over it is no duty that a version could take over; where one has
/// moved the open duties of its fact meanwhile, it begins under that version, so that nobody's aftercare depends on how long a hand-over
/// takes. A day that people have set stays.
fn aftercare_from_now(
    closing: &ClosingRecord,
    rules: &Rules<'_>,
) -> Result<Option<(AftercareBasis, Deadline)>, NoRule> {
    let Some(agreed) = closing.note.aftercare else { return Ok(None) };
    let moved = agreed.rests_on().is_some_and(|fact_on| rules.moves_open(PolicyKey::Aftercare, fact_on));
    let anew = if moved { rules.aftercare(agreed, closing.ended_on)? } else { None };
    let deadline = anew.or_else(|| closing.aftercare.clone());
    Ok(deadline.map(|deadline| (agreed.basis(), deadline)))
}

/// The end of the aftercare that is agreed, which the law of its fact has to know.
fn agreed_aftercare(note: &ClosingNote, rules: &Rules<'_>) -> Result<Option<Deadline>, Refused> {
    let Some(agreed) = note.aftercare else { return Ok(None) };
    let deadline = rules.aftercare(agreed, rules.today())?;
    let mut check = FieldCheck::default();
    let field = "closing_record.aftercare.basis";
    check.require(
        deadline.is_some(),
        field,
        "must be one that the law of its day knows: coaching in funded jobs began on 2019-01-01, holistic support on 2023-07-01",
    );
    check.finish()?;
    Ok(deadline)
}

/// Contacts are planned for days within aftercare, each once (R122).
fn check_contacts(note: &ClosingNote, aftercare: Option<&Deadline>, today: Date) -> Result<(), Refused> {
    let mut check = FieldCheck::default();
    for (at, day) in note.contacts_on.iter().enumerate() {
        let field = || format!("closing_record.aftercare.contact_dates[{at}]");
        check.require(*day > today, field(), "must be after the end of care");
        let within = aftercare.is_some_and(|aftercare| *day <= aftercare.due_on());
        check.require(within, field(), "must not be after the end of aftercare");
        check.require(!note.contacts_on[..at].contains(day), field(), "must be unique");
    }
    check.finish()
}

/// The closing record must not contradict itself or the calendar (R121, R122).
fn check_note(note: &ClosingNote, assigned_on: Date, today: Date) -> Result<(), Refused> {
    let mut check = FieldCheck::default();
    let (PersonView::Stated(text) | PersonView::Missing(text)) = &note.person_view;
    check.require(!text.trim().is_empty(), "closing_record.person_view", "must be given, or why it is missing");
    let field = "closing_record.aftercare.onward_perspective";
    check_onward(&mut check, field, note.aftercare, &note.onward_perspective);
    let field = "closing_record.integration_date";
    let starts = note.aftercare.and_then(Aftercare::job_started_on).is_some();
    let integrates = note.reason == EndReason::LastingIntegration && !starts;
    let told = note.integrated_on;
    check.require(
        !integrates || told.is_some(),
        field,
        "is required: a lasting integration has the day of its job start",
    );
    check.require(
        integrates || told.is_none(),
        field,
        "is for a lasting integration of which aftercare tells no job start",
    );
    check.require(told.is_none_or(|on| on >= assigned_on), field, "must not be before the assignment");
    match note.aftercare {
        Some(
            Aftercare::JobStart { started_on }
            | Aftercare::HolisticSupport { started_on }
            | Aftercare::FollowOnJob { started_on },
        ) => {
            let field = "closing_record.aftercare.job_start_date";
            check.require(started_on >= assigned_on, field, "must not be before the assignment");
        }
        Some(Aftercare::TrainingEnd { ended_on }) => {
            let field = "closing_record.aftercare.training_end_date";
            check.require(ended_on >= assigned_on, field, "must not be before the assignment");
            check.require(ended_on <= today, field, "must not be in the future");
        }
        Some(Aftercare::FundedJob { until } | Aftercare::SetDate { until }) => {
            check.require(until > today, "closing_record.aftercare.until_date", "must be after today");
        }
        None => {}
    }
    check.finish()
}

/// What follows a funded job is told of one, and of nothing else (R76).
fn check_onward(check: &mut FieldCheck, field: &str, agreed: Option<Aftercare>, text: &str) {
    let is_funded = matches!(agreed, Some(Aftercare::FundedJob { .. }));
    check.require(!is_funded || !text.is_empty(), field, "is required: a funded job needs an onward perspective");
    check.require(is_funded || text.is_empty(), field, "is for a funded job only");
}

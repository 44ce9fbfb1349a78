//! Duties and timetables as every service and workflow knows them: the mirror of `lotse/common/v1/duty.proto`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

crate::codes! {
    /// What a duty is about: one value per timer T1 to T17 of the domain catalogue, the posting of a letter, the answer to a proposed
    /// switch of the support variant, the decision on accompanying care, the contact in a crisis, a planned contact of aftercare, the team of
    /// who turns 25, the answer to a proposed reopening, the acceptance of the hand-over, and the answer to a proposed extension.
    pub enum DutyKind {
        /// T1: re-check outside bFM (R23, "Prüfung außerhalb bFM").
        EligibilityRecheck = "ELIGIBILITY_RECHECK",
        /// T2: continuation review (R106, R107, "Überprüfung der Fortführung").
        ContinuationReview = "CONTINUATION_REVIEW",
        /// T3: the regular maximum of two years (R108, "Höchstdauer").
        RegularMaximum = "REGULAR_MAXIMUM",
        /// T4: the end of a granted extension (R108, "Verlängerung").
        ExtensionEnd = "EXTENSION_END",
        /// T5: update of plan and agreement (R111).
        PlanUpdate = "PLAN_UPDATE",
        /// T6: a goal or step falls due (R62).
        GoalDue = "GOAL_DUE",
        /// T7a: the provider's answer to a referral.
        ProviderAnswer = "PROVIDER_ANSWER",
        /// T7b: the first appointment within the agreed waiting time (R97).
        FirstAppointment = "FIRST_APPOINTMENT",
        /// T8: the provider's interim report (R90).
        ProviderReport = "PROVIDER_REPORT",
        /// T9: monthly absence report (§ 61(2) SGB II).
        AbsenceReport = "ABSENCE_REPORT",
        /// T10: a consent ends (R135, R136).
        ConsentExpiry = "CONSENT_EXPIRY",
        /// T11: an absence cover ends (R124).
        AbsenceCoverEnd = "ABSENCE_COVER_END",
        /// T12: aftercare ends (R122, § 16g(2) SGB II, "Nachbetreuung").
        AftercareEnd = "AFTERCARE_END",
        /// T13: employment status in each of six months after integration.
        ContinuousEmployment = "CONTINUOUS_EMPLOYMENT",
        /// T14: a date of the legal track.
        LegalTrack = "LEGAL_TRACK",
        /// T15: retention ends.
        RetentionEnd = "RETENTION_END",
        /// T16: a proposal is undecided for four weeks.
        ProposalDecision = "PROPOSAL_DECISION",
        /// T17: the first talk within two weeks of the assignment.
        FirstTalk = "FIRST_TALK",
        /// A letter that was rendered must be posted and its posting confirmed.
        LetterPosting = "LETTER_POSTING",
        /// How to go on once the planned dates of accompanying care are used up (R31, "begleitendes Fallmanagement").
        AccompanimentDecision = "ACCOMPANIMENT_DECISION",
        /// The other officer's answer to a proposed switch of the support variant (R31, R126).
        VariantSwitchAnswer = "VARIANT_SWITCH_ANSWER",
        /// Contact with the person after a crisis, or when a job is at risk (R122, R190).
        CrisisContact = "CRISIS_CONTACT",
        /// A contact with the person that was planned for aftercare (R122).
        AftercareContact = "AFTERCARE_CONTACT",
        /// Which team looks after a person who completes the 25th year of life (R125).
        TeamDecision = "TEAM_DECISION",
        /// The answer to a proposed reopening (row 24).
        ReopeningAnswer = "REOPENING_ANSWER",
        /// The acceptance of the hand-over after the end of care (R126, R115).
        HandoverAcceptance = "HANDOVER_ACCEPTANCE",
        /// The answer to a proposed extension of the limit (R108).
        ExtensionAnswer = "EXTENSION_ANSWER",
    }
}

impl DutyKind {
    /// What a duty is called, by everybody who reads of it: in the timeline as at the desk.
    #[must_use]
    pub const fn german(self) -> &'static str {
        match self {
            Self::EligibilityRecheck => "Prüfung außerhalb bFM",
            Self::ContinuationReview => "Überprüfung der Fortführung",
            Self::RegularMaximum => "Entscheidung zur Höchstdauer",
            Self::ExtensionEnd => "Entscheidung zum Ende der Verlängerung",
            Self::PlanUpdate => "Aktualisierung des Plans",
            Self::GoalDue => "Prüfung eines Ziels oder Schritts",
            Self::ProviderAnswer => "Antwort des Trägers",
            Self::FirstAppointment => "Ersttermin beim Träger",
            Self::ProviderReport => "Zwischenbericht des Trägers",
            Self::AbsenceReport => "Meldung der Fehlzeiten",
            Self::ConsentExpiry => "Erneuerung der Einwilligung",
            Self::AbsenceCoverEnd => "Ende der Vertretung",
            Self::AftercareEnd => "Ende der Nachbetreuung",
            Self::ContinuousEmployment => "Feststellung der Beschäftigung",
            Self::LegalTrack => "Rechtsfrist",
            Self::RetentionEnd => "Ende der Aufbewahrung",
            Self::ProposalDecision => "Entscheidung über den Vorschlag",
            Self::FirstTalk => "Erstgespräch",
            Self::LetterPosting => "Versand des Schreibens",
            Self::AccompanimentDecision => "Entscheidung zur begleitenden Betreuung",
            Self::VariantSwitchAnswer => "Antwort zum Wechsel der Betreuungsvariante",
            Self::AftercareContact => "Kontakt in der Nachbetreuung",
            Self::CrisisContact => "Kontakt wegen Krise oder gefährdeten Arbeitsplatzes",
            Self::TeamDecision => "Entscheidung über den Teamwechsel mit 25 Jahren",
            Self::ReopeningAnswer => "Antwort auf den Vorschlag zur Wiedereröffnung",
            Self::HandoverAcceptance => "Annahme der Übergabe",
            Self::ExtensionAnswer => "Antwort zur Verlängerung",
        }
    }
}

crate::codes! {
    /// State of a duty on a given day.
    pub enum DutyState {
        /// Its opening date has not come.
        Scheduled = "SCHEDULED",
        /// May and should be done now.
        Open = "OPEN",
        /// Open and past its last day in time. Derived, never stored.
        Overdue = "OVERDUE",
        /// Done; late days, if any, stay recorded.
        Done = "DONE",
        /// Replaced undone by the next slot (T2 only); its late days stay recorded.
        Missed = "MISSED",
        /// No longer needed, with a reason.
        Void = "VOID",
    }
}

crate::codes! {
    /// A step that time takes on a duty, never a person.
    pub enum DutyStep {
        /// SCHEDULED becomes OPEN on its opening date.
        Open = "OPEN",
        /// A reminder is due (second notice of the regular maximum).
        Remind = "REMIND",
        /// The duty is overdue and goes to the next level; repeated weekly.
        Escalate = "ESCALATE",
        /// An open review slot becomes MISSED because the next one falls due.
        Miss = "MISS",
    }
}

crate::codes! {
    /// What became of a proposal (R17, R22, R29).
    pub enum ProposalOutcome {
        /// Admitted, with a place.
        Admitted = "ADMITTED",
        /// Admitted, and no place is free.
        Waitlisted = "WAITLISTED",
        /// Refused.
        Refused = "REFUSED",
        /// Not yet.
        NotYet = "NOT_YET",
        /// Admitted, and referred back after the first talk.
        ReferredBack = "REFERRED_BACK",
    }
}

/// What a workflow waits for. Ids, dates and codes only, never personal data (§ 35 SGB I).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timetable {
    /// Highest event sequence of the owning aggregate this answer includes; wake signals up to it are old news.
    pub as_of_seq: i64,
    /// Nothing will ever fall due again: the workflow ends.
    pub finished: bool,
    /// Open and scheduled duties, by opening date, then name.
    pub due: Vec<TimetableEntry>,
    /// The number of decided or missed reviews; a workflow continues as new when it changes.
    pub round: i32,
    /// Code of the phase the aggregate is in, for example `DELIVERY`.
    pub phase: String,
    /// Number of the end that there is to write of, from 1; 0 before the first, and of what is no episode. An end that was undone counts.
    #[serde(default)]
    pub ending: i32,
    /// The day on which the owner has something to do that is no step of one duty; nothing where `due` says it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_on: Option<Date>,
    /// What became of the proposal; nothing before it is decided, and of what is no episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<ProposalDecided>,
    /// Who is to be told that the person left, by resource name, but for who ended it (R142); whoever owes the acceptance of the hand-over hears
    /// of that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exit_audience: Vec<String>,
    /// What became of the last extension that was answered; nothing where there is none, outside care, and of what is no episode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<ExtensionAnswered>,
}

/// What became of a proposed extension, and who hears of it (R108).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionAnswered {
    /// Which, counted from 1 over all that were proposed.
    pub number: i32,
    /// The new limit holds; else it was declined.
    pub approved: bool,
    /// Who is to be told, by resource name: whoever proposed it and the case manager, but for who answered.
    pub audience: Vec<String>,
}

/// What became of the proposal of an episode, and who hears of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalDecided {
    /// What.
    pub outcome: ProposalOutcome,
    /// Who is to be told, by resource name: whoever proposed and the placement officer, but for who did it themself.
    pub audience: Vec<String>,
}

/// One duty as a workflow sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimetableEntry {
    /// Resource name of the duty, or of the letter or referral where that is the duty itself.
    pub duty: String,
    /// What it is about.
    pub kind: DutyKind,
    /// State on the asked business date.
    pub state: DutyState,
    /// From this day on the duty may be done.
    pub opens_on: Date,
    /// The working day to aim for.
    pub target_on: Date,
    /// The computed day.
    pub due_on: Date,
    /// Last day that is still in time.
    pub overdue_after: Date,
    /// The next step time takes; nothing when only people can move the duty.
    pub next_step: Option<NextStep>,
}

/// A step, its day and its round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NextStep {
    /// The day on which it is to be taken.
    pub on: Date,
    /// Which step.
    pub step: DutyStep,
    /// Counted from 1 per step: the second escalation has 2.
    pub round: i32,
}

impl Timetable {
    /// The steps to take on `today`, those of the earliest day first, then in the order of the timetable.
    #[must_use]
    pub fn steps_due(&self, today: Date) -> Vec<(&TimetableEntry, NextStep)> {
        let mut steps: Vec<_> = self
            .due
            .iter()
            .filter_map(|entry| entry.next_step.filter(|next| next.on <= today).map(|next| (entry, next)))
            .collect();
        steps.sort_by_key(|(_, next)| next.on);
        steps
    }
}

/// The day on which the workflow wakes next: the earliest step or day of its owner, never before `today`; nothing when only a signal can wake it.
#[must_use]
pub fn next_wake(timetable: &Timetable, today: Date) -> Option<Date> {
    let steps = timetable.due.iter().filter_map(|entry| entry.next_step).map(|next| next.on);
    steps.chain(timetable.next_on).min().map(|on| on.max(today))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn entry(duty: &str, next_step: Option<NextStep>) -> TimetableEntry {
        TimetableEntry {
            duty: duty.to_owned(),
            kind: DutyKind::ContinuationReview,
            state: DutyState::Scheduled,
            opens_on: date(2026, 8, 10),
            target_on: date(2026, 9, 9),
            due_on: date(2026, 9, 9),
            overdue_after: date(2026, 9, 10),
            next_step,
        }
    }

    fn timetable(due: Vec<TimetableEntry>) -> Timetable {
        Timetable {
            as_of_seq: 3,
            finished: false,
            due,
            round: 0,
            phase: "DELIVERY".to_owned(),
            ending: 0,
            ..Timetable::default()
        }
    }

    fn on(on: Date, step: DutyStep) -> NextStep {
        NextStep { on, step, round: 1 }
    }

    #[test]
    fn nothing_to_wait_for_is_no_wake() {
        assert_eq!(next_wake(&timetable(vec![entry("a", None)]), date(2026, 3, 9)), None);
    }

    #[test]
    fn the_earliest_step_wakes_and_never_before_today() {
        let table = timetable(vec![
            entry("a", Some(on(date(2026, 9, 11), DutyStep::Escalate))),
            entry("b", Some(on(date(2026, 8, 10), DutyStep::Open))),
            entry("c", None),
        ]);
        assert_eq!(next_wake(&table, date(2026, 3, 9)), Some(date(2026, 8, 10)));
        assert_eq!(next_wake(&table, date(2026, 9, 1)), Some(date(2026, 9, 1)));
        let sooner = Timetable { next_on: Some(date(2026, 8, 3)), ..table.clone() };
        assert_eq!(next_wake(&sooner, date(2026, 3, 9)), sooner.next_on);
        assert!(table.steps_due(date(2026, 8, 9)).is_empty());
        let due: Vec<_> = table.steps_due(date(2026, 9, 11)).iter().map(|(entry, _)| entry.duty.clone()).collect();
        assert_eq!(due, ["b", "a"]);
    }

    #[test]
    fn no_two_duties_have_one_name() {
        let names: std::collections::BTreeSet<_> = DutyKind::ALL.iter().map(|kind| kind.german()).collect();
        assert_eq!(names.len(), DutyKind::ALL.len());
    }

    #[test]
    fn codes_are_those_of_the_contract() {
        assert_eq!(serde_json::to_string(&DutyKind::LetterPosting).unwrap(), "\"LETTER_POSTING\"");
        assert_eq!("MISS".parse::<DutyStep>(), Ok(DutyStep::Miss));
        assert!("OVERDUE ".parse::<DutyState>().is_err());
        for kind in DutyKind::ALL {
            assert_eq!(kind.code().parse(), Ok(*kind));
        }
    }
}

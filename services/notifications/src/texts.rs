//! The German texts of notices and the layout of their e-mails, compiled in. A text says kinds and dates, never people.

use jiff::civil::Date;
use lotse_kernel::notice::NoticeTemplate;
use minijinja::{Environment, UndefinedBehavior, context};
use thiserror::Error;

use crate::domain::cause::Subject;

/// A text cannot be read or filled; the service does not start with such a text, so this is a defect.
#[derive(Debug, Error)]
pub enum TextError {
    /// A text is not a proper template, or lacks its heading.
    #[error("the text {name} cannot be read")]
    Unreadable {
        /// Which one.
        name: &'static str,
        /// Why.
        source: Option<minijinja::Error>,
    },
    /// A text cannot be filled.
    #[error("the text {name} cannot be filled")]
    Unfillable {
        /// Which one.
        name: &'static str,
        /// Why.
        source: minijinja::Error,
    },
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Heading, one line.
    pub title: String,
    /// Text, plain, a few lines.
    pub body: String,
}

/// All texts.
#[derive(Debug)]
pub struct Texts {
    environment: Environment<'static>,
}

/// The layout of e-mails.
const EMAIL: &str = "email";

/// The source of a template: its first line is the heading, the rest the text.
const fn source(template: NoticeTemplate) -> &'static str {
    match template {
        NoticeTemplate::ReviewOpened => include_str!("../templates/review-opened.txt"),
        NoticeTemplate::ReviewMissed => include_str!("../templates/review-missed.txt"),
        NoticeTemplate::ReviewOverdue => include_str!("../templates/review-overdue.txt"),
        NoticeTemplate::LimitOpened => include_str!("../templates/limit-opened.txt"),
        NoticeTemplate::LimitReminder => include_str!("../templates/limit-reminder.txt"),
        NoticeTemplate::LimitOverdue => include_str!("../templates/limit-overdue.txt"),
        NoticeTemplate::ExtensionEndOpened => include_str!("../templates/extension-end-opened.txt"),
        NoticeTemplate::ExtensionEndOverdue => include_str!("../templates/extension-end-overdue.txt"),
        NoticeTemplate::ProposalUndecided => include_str!("../templates/proposal-undecided.txt"),
        NoticeTemplate::VotesDiffer => include_str!("../templates/votes-differ.txt"),
        NoticeTemplate::ProposalAdmitted => include_str!("../templates/proposal-admitted.txt"),
        NoticeTemplate::ProposalWaitlisted => include_str!("../templates/proposal-waitlisted.txt"),
        NoticeTemplate::ProposalRefused => include_str!("../templates/proposal-refused.txt"),
        NoticeTemplate::ProposalNotYet => include_str!("../templates/proposal-not-yet.txt"),
        NoticeTemplate::ProposalReferredBack => include_str!("../templates/proposal-referred-back.txt"),
        NoticeTemplate::FirstTalkDue => include_str!("../templates/first-talk-due.txt"),
        NoticeTemplate::FirstTalkOverdue => include_str!("../templates/first-talk-overdue.txt"),
        NoticeTemplate::VariantSwitchProposed => include_str!("../templates/variant-switch-proposed.txt"),
        NoticeTemplate::VariantSwitchOverdue => include_str!("../templates/variant-switch-overdue.txt"),
        NoticeTemplate::EpisodeEnded => include_str!("../templates/episode-ended.txt"),
        NoticeTemplate::EpisodeEndedTechnically => include_str!("../templates/episode-ended-technically.txt"),
        NoticeTemplate::ReopeningProposed => include_str!("../templates/reopening-proposed.txt"),
        NoticeTemplate::TeamDecisionOverdue => include_str!("../templates/team-decision-overdue.txt"),
        NoticeTemplate::CrisisContactDue => include_str!("../templates/crisis-contact-due.txt"),
        NoticeTemplate::CrisisContactOverdue => include_str!("../templates/crisis-contact-overdue.txt"),
        NoticeTemplate::HandoverDue => include_str!("../templates/handover-due.txt"),
        NoticeTemplate::HandoverOverdue => include_str!("../templates/handover-overdue.txt"),
        NoticeTemplate::ExtensionProposed => include_str!("../templates/extension-proposed.txt"),
        NoticeTemplate::ExtensionAnswerOverdue => include_str!("../templates/extension-answer-overdue.txt"),
        NoticeTemplate::ExtensionApproved => include_str!("../templates/extension-approved.txt"),
        NoticeTemplate::ExtensionDeclined => include_str!("../templates/extension-declined.txt"),
        NoticeTemplate::AccompanimentUsedUp => include_str!("../templates/accompaniment-used-up.txt"),
        NoticeTemplate::AccompanimentOverdue => include_str!("../templates/accompaniment-overdue.txt"),
        NoticeTemplate::PlanUpdateDue => include_str!("../templates/plan-update-due.txt"),
        NoticeTemplate::PlanUpdateOverdue => include_str!("../templates/plan-update-overdue.txt"),
        NoticeTemplate::WatchOpened => include_str!("../templates/watch-opened.txt"),
        NoticeTemplate::WatchStillOverdue => include_str!("../templates/watch-still-overdue.txt"),
        NoticeTemplate::GoalDue => include_str!("../templates/goal-due.txt"),
        NoticeTemplate::GoalOverdue => include_str!("../templates/goal-overdue.txt"),
        NoticeTemplate::RecheckOverdue => include_str!("../templates/recheck-overdue.txt"),
        NoticeTemplate::AftercareContactDue => include_str!("../templates/aftercare-contact-due.txt"),
        NoticeTemplate::AftercareContactOverdue => include_str!("../templates/aftercare-contact-overdue.txt"),
        NoticeTemplate::EmploymentStatusDue => include_str!("../templates/employment-status-due.txt"),
        NoticeTemplate::EmploymentStatusOverdue => include_str!("../templates/employment-status-overdue.txt"),
        NoticeTemplate::AftercareEnds => include_str!("../templates/aftercare-ends.txt"),
        NoticeTemplate::AftercareOverdue => include_str!("../templates/aftercare-overdue.txt"),
        NoticeTemplate::LetterReadyToPost => include_str!("../templates/letter-ready-to-post.txt"),
        NoticeTemplate::LetterPostingOverdue => include_str!("../templates/letter-posting-overdue.txt"),
        NoticeTemplate::LetterFailed => include_str!("../templates/letter-failed.txt"),
        NoticeTemplate::ProviderAnswerOverdue => include_str!("../templates/provider-answer-overdue.txt"),
        NoticeTemplate::ProviderReportDue => include_str!("../templates/provider-report-due.txt"),
        NoticeTemplate::ProviderReportOverdue => include_str!("../templates/provider-report-overdue.txt"),
    }
}

impl Texts {
    /// Reads all texts, so that a faulty one is found at start and not when somebody is to be told.
    ///
    /// # Errors
    /// [`TextError::Unreadable`] for the first faulty text.
    pub fn load() -> Result<Self, TextError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.add_filter("day", german_day);
        for template in NoticeTemplate::ALL {
            let name = template.code();
            environment
                .add_template(name, source(*template))
                .map_err(|source| TextError::Unreadable { name, source: Some(source) })?;
        }
        environment
            .add_template(EMAIL, include_str!("../templates/email.txt"))
            .map_err(|source| TextError::Unreadable { name: EMAIL, source: Some(source) })?;
        Ok(Self { environment })
    }

    /// Fills the text of a notice about so many duties.
    ///
    /// # Errors
    /// [`TextError`] when the text is faulty.
    pub fn notice(&self, template: NoticeTemplate, due_on: Option<Date>, duties: i32) -> Result<Text, TextError> {
        let due_on = due_on.map(|day| day.to_string());
        let filled = self.fill(template.code(), context! { due_on, duties })?;
        let (title, body) =
            filled.split_once('\n').ok_or(TextError::Unreadable { name: template.code(), source: None })?;
        Ok(Text { title: title.trim().to_owned(), body: body.trim().to_owned() })
    }

    /// Fills the text of an e-mail.
    ///
    /// # Errors
    /// [`TextError`] when the layout is faulty.
    pub fn email(&self, body: &str, subjects: &[Subject]) -> Result<String, TextError> {
        let subjects: Vec<_> =
            subjects.iter().map(|subject| context! { kind => subject.word(), name => subject.to_string() }).collect();
        self.fill(EMAIL, context! { body, subjects })
    }

    fn fill(&self, name: &'static str, values: minijinja::Value) -> Result<String, TextError> {
        let unfillable = |source| TextError::Unfillable { name, source };
        self.environment.get_template(name).map_err(unfillable)?.render(values).map_err(unfillable)
    }
}

/// `2026-09-09` as a German reader writes it: `9. September 2026`.
fn german_day(iso: &str) -> Result<String, minijinja::Error> {
    let unreadable = |_| minijinja::Error::new(minijinja::ErrorKind::InvalidOperation, "not a civil date");
    let day: Date = iso.parse().map_err(unreadable)?;
    let month = match day.month() {
        1 => "Januar",
        2 => "Februar",
        3 => "März",
        4 => "April",
        5 => "Mai",
        6 => "Juni",
        7 => "Juli",
        8 => "August",
        9 => "September",
        10 => "Oktober",
        11 => "November",
        _ => "Dezember",
    };
    Ok(format!("{}. {month} {}", day.day(), day.year()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_text_fills_with_and_without_its_date() {
        let texts = Texts::load().unwrap();
        for template in NoticeTemplate::ALL {
            let dated = texts.notice(*template, Some(date(2028, 2, 29)), 1).unwrap();
            let undated = texts.notice(*template, None, 1).unwrap();
            let many = texts.notice(*template, Some(date(2028, 2, 29)), 137).unwrap();
            assert_eq!(dated.title, undated.title, "{template}");
            // What tells of one duty alone says no number.
            assert_eq!(many.body.contains("137"), many != dated, "{template}: {}", many.body);
            // What happened has no deadline; everything else tells its day.
            let tells_day = ![
                NoticeTemplate::LetterFailed,
                NoticeTemplate::ProposalAdmitted,
                NoticeTemplate::ProposalWaitlisted,
                NoticeTemplate::ProposalRefused,
                NoticeTemplate::ProposalNotYet,
                NoticeTemplate::ProposalReferredBack,
                NoticeTemplate::EpisodeEnded,
                NoticeTemplate::EpisodeEndedTechnically,
                NoticeTemplate::ExtensionApproved,
                NoticeTemplate::ExtensionDeclined,
            ]
            .contains(template);
            assert_eq!(dated.body.contains("29. Februar 2028"), tells_day, "{template}: {}", dated.body);
            for Text { title, body } in [dated, undated, many] {
                assert!((10..=70).contains(&title.chars().count()) && !title.contains('\n'), "{template}: {title}");
                assert!(body.lines().all(|line| !line.is_empty() && line.chars().count() <= 100), "{template}: {body}");
                assert!(!body.contains(['{', '}', '\t']) && body.ends_with('.'), "{template}: {body}");
            }
        }
    }

    #[test]
    fn an_email_names_what_to_open() {
        let case = "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";
        let text = Texts::load().unwrap().email("Erste Zeile.", &[case.parse().unwrap()]).unwrap();
        assert!(text.starts_with(&format!("Erste Zeile.\n\nBetrifft:\n- Fall: {case}\n\n-- \n")), "{text}");
    }

    #[test]
    fn days_are_written_as_in_germany() {
        assert_eq!(german_day("2026-03-01").unwrap(), "1. März 2026");
        assert!(german_day("2026-02-30").is_err());
    }
}

//! What follows from an episode's steps and phases.

use jiff::civil::date;
use lotse_kernel::duty::{DutyKind, DutyStep};

use super::*;
use crate::errand::Audience;

const EPISODE: &str =
    "jobcenters/musterstadt/cases/018f3e5c-1a2b-7c3d-8e4f-000000000001/episodes/018f3e5c-1a2b-7c3d-8e4f-000000000002";

fn procedure() -> EpisodeProcedure {
    EpisodeProcedure {
        input: EpisodeInput::new(EPISODE.parse().unwrap(), 1, false),
        closing_letter: false,
        proposal_told: None,
        exit_told: None,
        extension_told: None,
    }
}

fn step(duty: &str, action: DutyStep, round: i32) -> Step {
    let (duty, kind) = (format!("{EPISODE}/duties/{duty}"), DutyKind::ContinuationReview);
    Step { duty, kind, due_on: date(2026, 9, 9), action, round }
}

fn timetable(phase: &str) -> Timetable {
    Timetable {
        as_of_seq: 4,
        finished: false,
        due: vec![],
        round: 0,
        phase: phase.to_owned(),
        ending: 1,
        ..Timetable::default()
    }
}

fn taken(audiences: Vec<Audience>, letter_wanted: bool) -> StepTaken {
    StepTaken { audiences, letter_wanted, timetable: timetable("DELIVERY") }
}

#[test]
fn an_opened_review_is_told_of_and_invited_to() {
    let anna = Audience::StaffMember("jobcenters/musterstadt/staff/anna".to_owned());
    let tasks = procedure().took(&step("7", DutyStep::Open, 1), &taken(vec![anna.clone()], true));
    let [Task::Notice(notice), Task::Letter(letter)] = &tasks[..] else { panic!("{tasks:?}") };
    let case = EPISODE.split("/episodes").next().unwrap();
    assert_eq!(notice.subjects, [&format!("{EPISODE}/duties/7"), EPISODE, case]);
    assert_eq!((notice.code.as_str(), &notice.audiences[..]), ("OPEN/1", &[anna][..]));
    assert_eq!((letter.kind, &letter.cause), (LetterKind::ReviewInvitation, &notice.cause));
    assert!(procedure().took(&step("7", DutyStep::Open, 1), &taken(vec![], false)).is_empty());
}

#[test]
fn names_differ_by_duty_step_and_round() {
    assert_eq!(step("7", DutyStep::Escalate, 2).name(), "7/escalate/2");
    assert_ne!(step("7", DutyStep::Escalate, 2).name(), step("7", DutyStep::Escalate, 3).name());
    assert_ne!(step("7", DutyStep::Escalate, 2).name(), step("8", DutyStep::Escalate, 2).name());
}

#[test]
fn the_closing_letter_is_asked_for_once_and_never_after_a_technical_end() {
    let mut procedure = procedure();
    for phase in ["DELIVERY", "REFUSED", "REFERRED_BACK", "ENDED_TECHNICALLY"] {
        assert!(procedure.visited(&timetable(phase)).is_empty(), "{phase}");
    }
    let tasks = procedure.visited(&timetable("CLOSING"));
    assert!(matches!(&tasks[..], [Task::Letter(Letter { kind: LetterKind::Closing, cause, .. })] if cause == EPISODE));
    for phase in ["AFTERCARE", "CLOSED"] {
        assert!(procedure.visited(&timetable(phase)).is_empty(), "{phase}");
    }
}

#[test]
fn each_outcome_of_a_proposal_is_told_once_to_whoever_made_it() {
    let bernd = "jobcenters/musterstadt/staff/bernd".to_owned();
    let decided = |outcome, audience: &[String]| Timetable {
        proposal: Some(ProposalDecided { outcome, audience: audience.to_vec() }),
        ..timetable("ENTRY_CONSULTATION")
    };
    let mut procedure = procedure();
    assert!(procedure.visited(&timetable("PROPOSED")).is_empty());
    for outcome in [ProposalOutcome::Waitlisted, ProposalOutcome::Admitted, ProposalOutcome::ReferredBack] {
        let tasks = procedure.visited(&decided(outcome, std::slice::from_ref(&bernd)));
        let [Task::Notice(notice)] = &tasks[..] else { panic!("{tasks:?}") };
        assert_eq!((notice.cause.as_str(), notice.code.clone()), (EPISODE, format!("PROPOSAL/{outcome}")));
        assert_eq!(notice.audiences, [Audience::StaffMember(bernd.clone())]);
        assert!(procedure.visited(&decided(outcome, std::slice::from_ref(&bernd))).is_empty(), "{outcome}");
    }
    // Whoever decided on their own proposal knows.
    assert!(procedure.visited(&decided(ProposalOutcome::Refused, &[])).is_empty());
}

#[test]
fn each_answer_to_a_proposed_extension_is_told_once_to_whoever_proposed_it() {
    let anna = "jobcenters/musterstadt/staff/anna".to_owned();
    let answered = |number, approved, audience: &[String]| Timetable {
        extension: Some(ExtensionAnswered { number, approved, audience: audience.to_vec() }),
        ..timetable("DELIVERY")
    };
    let mut procedure = procedure();
    for (number, approved) in [(1, false), (2, true)] {
        let tasks = procedure.visited(&answered(number, approved, std::slice::from_ref(&anna)));
        let [Task::Notice(notice)] = &tasks[..] else { panic!("{tasks:?}") };
        assert_eq!(
            (notice.code.clone(), notice.template),
            (format!("EXTENSION/{number}"), extension_template(approved))
        );
        assert_eq!(notice.audiences, [Audience::StaffMember(anna.clone())]);
        assert!(procedure.visited(&answered(number, approved, std::slice::from_ref(&anna))).is_empty(), "{number}");
    }
    assert!(procedure.visited(&answered(3, false, &[])).is_empty());
}

#[test]
fn how_a_person_left_is_told_once_in_each_generation() {
    let bernd = "jobcenters/musterstadt/staff/bernd".to_owned();
    let left = |phase| Timetable { exit_audience: vec![bernd.clone()], ..timetable(phase) };
    let told = |procedure: &mut EpisodeProcedure, phase| -> Vec<(String, NoticeTemplate)> {
        let tasks = procedure.visited(&left(phase)).into_iter();
        let notices = tasks.filter_map(|task| if let Task::Notice(notice) = task { Some(notice) } else { None });
        notices.map(|notice| (notice.code, notice.template)).collect()
    };
    for generation in [1, 2] {
        let input = EpisodeInput::new(EPISODE.parse().unwrap(), generation, false);
        let mut procedure = EpisodeProcedure { input, ..procedure() };
        let ended = [(format!("EXIT/ENDED/{generation}"), NoticeTemplate::EpisodeEnded)];
        assert_eq!(told(&mut procedure, "CLOSING"), ended);
        assert!(told(&mut procedure, "CLOSED").is_empty(), "{generation}");
        let technically = format!("EXIT/ENDED_TECHNICALLY/{generation}");
        let died = [(technically, NoticeTemplate::EpisodeEndedTechnically)];
        assert_eq!(told(&mut procedure, "ENDED_TECHNICALLY"), died);
        assert!(told(&mut procedure, "ENDED_TECHNICALLY").is_empty(), "{generation}");
    }
    assert!(procedure().visited(&timetable("DELIVERY")).is_empty());
}

#[test]
fn an_episode_that_was_reopened_has_a_letter_for_each_end() {
    let name = |ending| {
        let tasks = procedure().visited(&Timetable { ending, ..timetable("CLOSING") });
        let [Task::Letter(letter)] = &tasks[..] else { panic!("{tasks:?}") };
        (letter.issue, tasks[0].name())
    };
    let id = EPISODE.rsplit('/').next().unwrap();
    // A history that was recorded before ends were counted says nothing, and means the first.
    assert_eq!(name(0), (1, format!("closing-letter/{id}")));
    assert_eq!(name(1), name(0));
    assert_eq!(name(2), (2, format!("closing-letter/{id}/2")));
    // To the generation before the reopening it says so, and nothing is written for the end that was undone.
    assert!(procedure().visited(&timetable("REOPENED")).is_empty());
}

//! Row 18: a proposed extension is answered, declined or withdrawn, and whoever has to know hears of it.

use jiff::civil::{Date, date};
use lotse_kernel::{
    dates::add_days,
    deadlines::ExtensionLength,
    defaults::Months,
    duty::{self, DutyKind, DutyState},
    names::StaffName,
    policy::PolicyKey,
};

use super::{
    replan::{replanned, taking},
    support::*,
};
use crate::domain::{
    duties::Duty,
    episode::{Act, AnsweringExtension, Audience, Episode, Step},
    refused::Refused,
    vocabulary::{ExtensionAnswer, TechnicalEnd, VoidReason},
};

use ExtensionAnswer::{Approved, Declined, Withdrawn};

/// A Monday three months before the limit.
const DAY: Date = date(2027, 12, 13);

fn months(months: i32) -> ExtensionLength {
    ExtensionLength::Months(Months(months))
}

fn proposed() -> Episode {
    let (open, _) = let_time_pass(in_delivery(T0), DAY);
    done(open.propose_extension(longer(months(6)), anna(), &on(DAY)))
}

fn answer(episode: &Episode, answer: ExtensionAnswer, who: StaffName) -> Act {
    let rules = on(DAY);
    let by = AnsweringExtension { leads: who == doris(), who, rules: &rules };
    episode.clone().answer_extension(answer, text(), &by)
}

fn answers(episode: &Episode) -> Vec<&Duty> {
    episode.duties().iter().filter(|duty| duty.kind() == DutyKind::ExtensionAnswer && !duty.is_replaced()).collect()
}

/// Who hears of which answer.
fn heard(episode: &Episode) -> Option<(i32, bool, Vec<String>)> {
    let duty::ExtensionAnswered { number, approved, audience } = episode.timetable(0, &on(DAY)).unwrap().extension?;
    Some((number, approved, audience))
}

#[test]
fn the_lead_is_told_of_a_proposal_and_called_when_nobody_answers() {
    let episode = proposed();
    let duty = answers(&episode)[0];
    assert_eq!((duty.owner(), duty.deadline().due_on()), (None, date(2027, 12, 27)));
    let step = Step { duty: duty.name().clone(), step: duty::DutyStep::Open, round: 1 };
    let taken = episode.take_step(&step, &on(DAY)).unwrap();
    assert_eq!((taken.taken, taken.audiences), (true, vec![Audience::TeamLead]));
    let (late, told) = let_time_pass(taken.episode, date(2027, 12, 29));
    assert!(told.iter().any(|(_, it)| it.starts_with("Überfällig: Antwort zur Verlängerung Nr. 1, 1. Eskalation")));
    let rules = on(date(2027, 12, 29));
    let decided = late.answer_extension(Approved, String::new(), &doris_answers_extension(&rules)).unwrap();
    assert!(decided.events[0].event.text_de().ends_with("(Integration in Arbeit ist absehbar), 2 Tage verspätet."));
}

#[test]
fn what_is_declined_stays_on_record_and_leaves_the_limit_open() {
    let before = proposed();
    let declined = answer(&before, Declined, doris()).unwrap();
    assert_eq!(codes(&declined), ["EXTENSION_DECLINED"]);
    let episode = declined.episode;
    assert_eq!(episode.duties().limit(), before.duties().limit());
    assert_eq!(answers(&episode)[0].stored_state(), DutyState::Done);
    let answered = episode.care().unwrap().extensions[0].answered.clone().unwrap();
    assert_eq!((answered.answer, answered.answered_by, answered.reason), (Declined, doris(), text()));
    assert!(answered.under.is_some());
    // A shorter one may follow at once, and is the first that holds.
    let shorter = done(episode.propose_extension(longer(months(3)), anna(), &on(DAY)));
    let slots: std::collections::BTreeSet<_> = answers(&shorter).iter().map(|duty| duty.slot()).collect();
    assert_eq!(slots, [1, 2].into());
    let extended = done(extension_approved(shorter, DAY));
    let limit = extended.duties().limit().unwrap();
    assert_eq!((limit.kind(), limit.slot(), limit.deadline().due_on()), (DutyKind::ExtensionEnd, 1, date(2028, 6, 9)));
}

#[test]
fn each_side_gives_the_answer_that_is_its_own() {
    let episode = proposed();
    assert_eq!(answer(&episode, Approved, anna()).unwrap_err(), Refused::FourEyes);
    assert_eq!(fields(answer(&episode, Declined, anna()).unwrap_err()), ["answer"]);
    assert_eq!(fields(answer(&episode, Withdrawn, doris()).unwrap_err()), ["answer"]);
    assert_eq!(answer(&episode, Declined, frida()).unwrap_err(), Refused::NotTheApprover);
    let rules = on(DAY);
    let silent = episode.clone().answer_extension(Declined, " ".to_owned(), &doris_answers_extension(&rules));
    assert_eq!(fields(silent.unwrap_err()), ["reason"]);

    let withdrawn = answer(&episode, Withdrawn, anna()).unwrap();
    assert_eq!(codes(&withdrawn), ["EXTENSION_WITHDRAWN"]);
    assert_eq!(answer(&withdrawn.episode, Approved, doris()).unwrap_err(), Refused::ExtensionNotProposed);
    assert!(withdrawn.episode.propose_extension(longer(months(3)), anna(), &on(DAY)).is_ok());
}

#[test]
fn who_took_the_case_over_withdraws_what_the_one_before_proposed() {
    let taken = done(proposed().change_case_manager(to_frida(DAY), anna(), DAY));
    assert_eq!(answer(&taken, Approved, frida()).unwrap_err(), Refused::FourEyes);
    assert!(answer(&taken, Withdrawn, frida()).is_ok());
    // Both hear of what the lead says.
    let people = [anna().to_string(), frida().to_string()].to_vec();
    assert_eq!(heard(&answer(&taken, Declined, doris()).unwrap().episode), Some((1, false, people)));
}

#[test]
fn the_proposer_hears_of_the_answer_of_another_person() {
    let episode = proposed();
    assert_eq!(heard(&episode), None);
    let to_anna = || vec![anna().to_string()];
    let declined = answer(&episode, Declined, doris()).unwrap().episode;
    assert_eq!(heard(&declined), Some((1, false, to_anna())));
    assert!(declined.wakes_since(&episode), "the workflow tells of it");
    assert_eq!(heard(&answer(&episode, Approved, doris()).unwrap().episode), Some((1, true, to_anna())));
    assert_eq!(heard(&answer(&episode, Withdrawn, anna()).unwrap().episode), None);
    // A second proposal that waits does not hide the answer to the first one.
    let again = done(declined.propose_extension(longer(months(3)), anna(), &on(DAY)));
    assert_eq!(heard(&again), Some((1, false, to_anna())));
}

#[test]
fn an_answer_is_owed_no_more_when_care_ends() {
    let dead = done(proposed().end_technically(TechnicalEnd::Deceased, text(), bernd(), DAY));
    assert_eq!(answers(&dead)[0].void_reason(), Some(VoidReason::TechnicalEnd));
    let ended = done(proposed().end(closing_note(None), &on(DAY)));
    assert_eq!(answers(&ended)[0].void_reason(), Some(VoidReason::EpisodeEnded));
}

#[test]
fn a_version_that_takes_open_duties_over_moves_the_answer() {
    let sooner = taking(PolicyKey::ExtensionAnswer, "working_days", 2, add_days(DAY, 1));
    let moved = replanned(proposed(), &sooner, add_days(DAY, 1));
    assert_eq!(answers(&moved.record)[0].deadline().due_on(), add_days(DAY, 2));
    assert_eq!(answers(&moved.record)[0].owner(), None);
}

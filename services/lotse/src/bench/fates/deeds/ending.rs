//! Rows 15 to 26: reviews, the limit, and every way in which an episode ends.

use lotse_cases::domain::{
    episode::{Act, AnsweringExtension, Episode, ExtensionWanted, ReviewDecision},
    records::{Aftercare, ClosingNote, PersonView},
    vocabulary::{EndReason, ExtensionAnswer, ExtensionReason, HandoverReceiver, TechnicalEnd},
};
use lotse_kernel::{dates::add_days, deadlines::ExtensionLength, defaults::Months};

use super::{Scene, Tried, manager};
use crate::bench::fates::{
    chance::Chance,
    people::{words, words_or_none},
};

pub(super) fn decide_review(it: Episode, scene: &Scene<'_>) -> Act {
    let rules = scene.place.rules(scene.today);
    it.decide_review(ReviewDecision::Continue { reasons: words(), prognosis: words() }, &rules)
}

pub(super) fn end_by_review(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    it.decide_review(ReviewDecision::End(note(scene, chance)), &rules)
}

pub(super) fn end(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    it.end(note(scene, chance), &rules)
}

fn note(scene: &Scene<'_>, chance: &mut Chance) -> ClosingNote {
    let (said, view) = (words_or_none(chance), chance.one_in(4));
    let aftercare = aftercare(scene, chance);
    let is_funded = matches!(aftercare, Some(Aftercare::FundedJob { .. }));
    let reason = *chance.one_of(EndReason::ALL);
    let starts = aftercare.and_then(Aftercare::job_started_on).is_some();
    let integrates = (reason == EndReason::LastingIntegration && !starts) != chance.errs();
    let contacts = if aftercare.is_some() || chance.errs() { chance.between(0, 3) } else { 0 };
    ClosingNote {
        reason,
        retrospective: words(),
        prospective: words(),
        person_view: if view { PersonView::Missing(said) } else { PersonView::Stated(said) },
        stabilised: !chance.one_in(4),
        aftercare,
        onward_perspective: onward(is_funded, chance),
        integrated_on: integrates.then(|| add_days(scene.today, chance.between(-100, 30))),
        contacts_on: (0..contacts).map(|_| add_days(scene.today, chance.between(1, 40))).collect(),
    }
}

/// What is said of the time after a funded job, but for now and then.
fn onward(is_funded: bool, chance: &mut Chance) -> String {
    if !is_funded || chance.errs() { String::new() } else { words() }
}

fn aftercare(scene: &Scene<'_>, chance: &mut Chance) -> Option<Aftercare> {
    let wrong = chance.errs();
    match chance.between(0, 7) {
        0 => Some(Aftercare::SetDate {
            until: add_days(scene.today, if wrong { chance.between(-9, 0) } else { chance.between(1, 300) }),
        }),
        1 => Some(Aftercare::JobStart { started_on: add_days(scene.today, chance.between(-200, 30)) }),
        2 => Some(Aftercare::HolisticSupport { started_on: add_days(scene.today, chance.between(-200, 30)) }),
        3 => Some(Aftercare::TrainingEnd {
            ended_on: add_days(scene.today, if wrong { chance.between(1, 9) } else { chance.between(-200, 0) }),
        }),
        4 => Some(Aftercare::FollowOnJob { started_on: add_days(scene.today, chance.between(-200, 30)) }),
        5 => Some(Aftercare::FundedJob {
            until: add_days(scene.today, if wrong { chance.between(-9, 0) } else { chance.between(1, 300) }),
        }),
        _ => None,
    }
}

pub(super) fn propose_extension(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Tried {
    let rules = scene.place.rules(scene.today);
    let limit = it.duties().limit().map_or(scene.today, |limit| limit.deadline().due_on());
    let wrong = chance.errs();
    let length = if chance.one_in(2) {
        let months = if wrong { *chance.one_of(&[-1, 0, 25, 1200]) } else { chance.between(1, 9) };
        ExtensionLength::Months(Months(months))
    } else {
        let days = if wrong { *chance.one_of(&[-30, 0, 2000]) } else { chance.between(1, 400) };
        ExtensionLength::Until(add_days(limit, days))
    };
    let proposer = manager(&it, scene, chance);
    let reason_code = *chance.one_of(ExtensionReason::ALL);
    let wanted = ExtensionWanted { reason_code, reason: words(), prognosis: words(), length };
    let answer = it.propose_extension(wanted, proposer, &rules);
    Tried { length: Some(length), answer }
}

/// Mostly the lead approves; now and then somebody declines, withdraws, or gets it wrong.
pub(super) fn answer_extension(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    let answer = if chance.one_in(3) { *chance.one_of(ExtensionAnswer::ALL) } else { ExtensionAnswer::Approved };
    let own = (answer == ExtensionAnswer::Withdrawn) != chance.errs();
    let who = if own { manager(&it, scene, chance) } else { scene.people.lead().clone() };
    let leads = who == *scene.people.lead() || chance.one_in(2);
    it.answer_extension(answer, words_or_none(chance), &AnsweringExtension { who, leads, rules: &rules })
}

pub(super) fn accept_handover(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let rules = scene.place.rules(scene.today);
    it.accept_handover(*chance.one_of(HandoverReceiver::ALL), words(), &rules)
}

pub(super) fn complete_aftercare(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let agreed = it.closing().and_then(|closing| closing.note.aftercare);
    let is_funded = matches!(agreed, Some(Aftercare::FundedJob { .. }));
    it.complete_aftercare(words(), onward(is_funded, chance), scene.today)
}

pub(super) fn end_technically(it: Episode, scene: &Scene<'_>, chance: &mut Chance) -> Act {
    let kind = *chance.one_of(TechnicalEnd::ALL);
    let by = manager(&it, scene, chance);
    it.end_technically(kind, String::new(), by, scene.today)
}

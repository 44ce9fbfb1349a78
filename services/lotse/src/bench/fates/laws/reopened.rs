//! Row 24: what is open again is what it was before it was closed.

use lotse_cases::domain::{
    duties::{Duty, Notices, Status},
    episode::Episode,
};
use lotse_kernel::{deadlines::Deadline, duty::DutyKind as Kind, names::DutyName};

use super::{Verdict, require};

/// What waits of a duty, whoever owns it by now. Answers are left out: what was proposed lapsed with the end; and so are the months after an
/// integration, which were asked for while the episode was closed.
fn waits(it: &Episode) -> Vec<(&DutyName, Status, Notices, &Deadline)> {
    let others = [Kind::VariantSwitchAnswer, Kind::ExtensionAnswer, Kind::ContinuousEmployment];
    let back = |duty: &&Duty| duty.is_unsettled() && !others.contains(&duty.kind());
    it.duties().iter().filter(back).map(|it| (it.name(), it.status(), it.notices(), it.deadline())).collect()
}

/// Judges what became of a closed episode beside what it was before its closing and before the end of care, the nearer one first.
pub(in crate::bench::fates) fn reopened(former: [Option<&Episode>; 2], before: &Episode, after: &Episode) -> Verdict {
    if !before.phase().is_final() || after.phase().is_final() {
        return Ok(());
    }
    let was = former.into_iter().flatten().find(|was| was.phase() == after.phase());
    let words = || format!("{} was {:?}", after.phase(), former.map(|was| was.map(Episode::phase)));
    let Some(was) = was else { return require(false, "a reopened episode is in its former phase", words) };
    require(waits(was) == waits(after), "a reopened episode has the duties it had", words)?;
    let note = |it: &Episode| it.closing().map(|closing| (closing.note.clone(), closing.contacts.clone()));
    let same = was.assigned_on() == after.assigned_on() && was.plan() == after.plan() && note(was) == note(after);
    require(same, "a reopened episode is what it was", words)?;
    let told = after.facts().reopenings.last().and_then(|reopening| Some((reopening, reopening.answered.as_ref()?)));
    let kept = told.is_some_and(|(_, answered)| answered.undone.is_some());
    require(kept, "what was undone stays in the record", words)?;
    let others = told.is_some_and(|(reopening, answered)| reopening.proposed_by != answered.answered_by);
    require(others, "it takes two to reopen", words)?;
    let in_time = told.is_some_and(|(reopening, answered)| answered.answered_on <= reopening.until);
    require(in_time, "nothing is reopened after its window", words)
}

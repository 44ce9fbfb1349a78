//! What people do in a bare life: the acts of the story of two years, on days counted from its own first day.

use jiff::civil::Date;
use lotse_cases::domain::{
    episode::{
        Act, AdmitDecision, AnsweringExtension, Ballot, Deciding, Determined, EmploymentRecord, Episode,
        ExtensionWanted, Places, ReviewDecision, Revision,
    },
    records::{
        Aftercare, Assessment, AssessmentNotes, AssessmentTalk, ClosingNote, CriteriaSheet, Employment, Finding, Goal,
        GoalAttainment, PersonView, Profile, Proposal, Strength, Support, Transparency, WorkingAlliance,
    },
    rules::Rules,
    vocabulary::{
        AdmissionBasis, EndReason, ExtensionAnswer, ExtensionReason, GoalLevel, GoalOutcome, HandoverReceiver,
        ProfileType, SignalSource,
    },
};
use lotse_kernel::{
    dates::{add_days, add_months},
    deadlines::ExtensionLength,
    defaults::Months,
    legal::Calendar,
    names::{EpisodeName, StaffName},
    policy::{Book, BrokenRelease},
};
use lotse_platform::clock::WallClock;

use crate::bench::needs::three_needs;

/// The team of all bare lives.
pub(super) const TEAM: &str = "ue25";

/// The federal rules on a day.
///
/// # Errors
/// [`BrokenRelease`].
pub(super) fn rules(today: Date) -> Result<Rules<'static>, BrokenRelease> {
    Ok(Rules::new(Book::federal()?, Calendar::Nation, today))
}

/// What somebody does on a day.
pub(super) struct Deed {
    /// The day.
    pub(super) on: Date,
    /// The act; the day is given to it.
    pub(super) act: Box<dyn Fn(Episode, Date) -> Act>,
}

/// An extension of six months.
fn six_months() -> ExtensionWanted {
    let length = ExtensionLength::Months(Months(6));
    ExtensionWanted { reason_code: ExtensionReason::IntegrationWithinReach, reason: text(), prognosis: text(), length }
}

/// The lead of the team approves what was proposed.
fn approve(it: Episode, who: StaffName, rules: &Rules<'_>) -> Act {
    it.answer_extension(ExtensionAnswer::Approved, String::new(), &AnsweringExtension { who, leads: true, rules })
}

/// The name of the episode of one life.
pub(super) fn episode(number: usize) -> anyhow::Result<EpisodeName> {
    let (case, episode) = (WallClock.new_id(), WallClock.new_id());
    Ok(format!("jobcenters/bare-{number}/cases/{case}/episodes/{episode}").parse()?)
}

/// An episode as it is proposed.
pub(super) fn propose(name: EpisodeName, today: Date) -> anyhow::Result<Episode> {
    let bernd = staff(2)?;
    let proposal = Proposal {
        signal_source: SignalSource::PlacementTalk,
        criteria: CriteriaSheet { lacking_abilities: text(), reasons_in_person: text(), expected_progress: text() },
        proposed_on: today,
        proposed_by: bernd.clone(),
        placement_officer: bernd,
        previous_episode: None,
    };
    Ok(Episode::propose(name, proposal, &rules(today)?)?.episode)
}

/// Everything people do after the proposal of `begins`, in order: five reviews, a plan that is kept up to date, a limit with an extension, the end, aftercare, and the
/// months after the job start.
pub(super) fn acts(begins: Date) -> anyhow::Result<Vec<Deed>> {
    let book = Book::federal()?;
    let rules = move |on: Date| Rules::new(book, Calendar::Nation, on);
    let (anna, bernd, doris) = (staff(1)?, staff(2)?, staff(3)?);
    let t0 = add_days(begins, 7);
    let job = add_days(add_months(t0, 30).date, -9);
    let deed = |on: Date, act: Box<dyn Fn(Episode, Date) -> Act>| Deed { on, act };
    let (manager, officer, proposer, decider) = (anna.clone(), bernd.clone(), anna.clone(), anna.clone());
    let reviser = anna.clone();
    let mut deeds = vec![
        deed(
            add_days(begins, 3),
            Box::new(move |it, on| it.schedule_discussion(t0, manager.clone(), officer.clone(), &officer, on)),
        ),
        deed(t0, Box::new(move |it, on| it.cast_vote(anna.clone(), Ballot::new(true, text()), on))),
        deed(t0, Box::new(move |it, on| it.cast_vote(bernd.clone(), Ballot::new(true, text()), on))),
        deed(t0, Box::new(move |it, on| admit(it, decider.clone(), on, &rules(on)))),
        deed(add_days(t0, 7), Box::new(|it, on| it.record_first_talk(on, on))),
        deed(add_days(t0, 14), Box::new(|it, on| it.agree_alliance(shown(), alliance(on), on))),
        deed(add_days(t0, 37), Box::new(|it, on| it.complete_assessment(assessment(on), on))),
        deed(add_days(t0, 56), Box::new(move |it, on| it.activate_plan(goals(t0).to_vec(), on, &rules(on)))),
    ];
    let review = |slot: i32| {
        deed(
            add_days(add_months(t0, 6 * slot).date, -16),
            Box::new(move |it, on| it.decide_review(goes_on(), &rules(on))),
        )
    };
    // In time before the six months are over (T5).
    let revision = |number: i32| {
        let by = reviser.clone();
        let on = add_days(t0, 56 + 170 * number);
        deed(on, Box::new(move |it, on| it.revise_plan(revised(t0, on), by.clone(), &rules(on))))
    };
    // Each goal on its day (T6).
    let attainment = |goal: Goal, outcome: GoalOutcome| {
        let (by, goal_key) = (reviser.clone(), goal.key);
        let determined = move |on| Determined {
            goal_key: goal_key.clone(),
            attainment: GoalAttainment { outcome, determined_on: on, reason: text(), recorded_by: by.clone() },
        };
        deed(goal.due_on, Box::new(move |it, on| it.record_goal_attainment(determined(on), &rules(on))))
    };
    let [first, second] = goals(t0);
    deeds.extend([
        review(1),
        attainment(first, GoalOutcome::Attained),
        revision(1),
        review(2),
        revision(2),
        review(3),
        revision(3),
        attainment(second, GoalOutcome::Partly),
    ]);
    let proposed_on = add_days(add_months(t0, 21).date, 3);
    deeds.extend([
        deed(proposed_on, Box::new(move |it, on| it.propose_extension(six_months(), proposer.clone(), &rules(on)))),
        deed(add_days(proposed_on, 2), Box::new(move |it, on| approve(it, doris.clone(), &rules(on)))),
        review(4),
        revision(4),
        deed(add_days(job, 4), Box::new(move |it, on| it.end(closing_note(job), &rules(on)))),
        deed(
            add_days(job, 6),
            Box::new(move |it, on| it.accept_handover(HandoverReceiver::PlacementOfficer, text(), &rules(on))),
        ),
        deed(
            add_days(add_months(job, 6).date, -2),
            Box::new(|it, on| it.complete_aftercare(text(), String::new(), on)),
        ),
    ]);
    // Each month after the job start as it ends (T13), the last one after the closing.
    deeds.extend((1..=6).map(|month| {
        let by = reviser.clone();
        let answer = move || EmploymentRecord { month, employment: Employment::SameJob, note: String::new() };
        let on = add_months(job, month).date.last_of_month();
        deed(on, Box::new(move |it, on| it.record_employment_status(answer(), by.clone(), on)))
    }));
    deeds.sort_by_key(|deed| deed.on);
    Ok(deeds)
}

fn staff(number: u8) -> anyhow::Result<StaffName> {
    Ok(format!("jobcenters/bare/staff/00000000-0000-7000-8000-0000000000{number:02}").parse()?)
}

fn text() -> String {
    "ein Grund".to_owned()
}

fn profile(on: Date) -> Profile {
    Profile { profile_type: ProfileType::Stabilisierungsprofil, established_on: on, needs: three_needs() }
}

fn admit(episode: Episode, decider: StaffName, on: Date, rules: &Rules<'_>) -> Act {
    let decision = AdmitDecision {
        basis: AdmissionBasis::ComplexProfile,
        deviation_reason: String::new(),
        support: Support::Full,
        assigned_on: None,
    };
    let profile = profile(on);
    let places = Places { caseload: 60, ahead: 0, full_time_percent: 100 };
    episode.admit(decision, &Deciding { decider, leads: false, profile: &profile, places, rules })
}

fn shown() -> Transparency {
    Transparency { procedure_explained: true, role_disclosed: true, data_protection_explained: true }
}

fn alliance(on: Date) -> WorkingAlliance {
    WorkingAlliance { rules: text(), preconditions: text(), attainability: text(), agreed_on: on }
}

fn assessment(on: Date) -> Assessment {
    Assessment {
        profile: profile(on),
        talks: vec![AssessmentTalk { held_on: on, companions: Vec::new() }],
        findings: vec![Finding { key: "schulden".to_owned(), text: text(), third_party: None }],
        strengths: vec![Strength { key: "geduld".to_owned(), text: text(), rating: 2 }],
        notes: AssessmentNotes::default(),
        benefit_unit: None,
        completed_on: on,
    }
}

/// A goal for the first half year after the plan, and one for the second year.
fn goals(t0: Date) -> [Goal; 2] {
    let goal = |key: &str, days: i32| Goal {
        key: key.to_owned(),
        text: text(),
        measure: text(),
        level: GoalLevel::ShortTerm,
        due_on: add_days(t0, days),
        finding_key: "schulden".to_owned(),
        basic_goal_key: None,
        steps: Vec::new(),
        slot: 0,
        attainments: Vec::new(),
    };
    [goal("schulden", 205), goal("arbeit", 603)]
}

fn revised(t0: Date, on: Date) -> Revision {
    Revision { goals: goals(t0).to_vec(), dropped: Vec::new(), reason: text(), issued_on: on }
}

fn goes_on() -> ReviewDecision {
    ReviewDecision::Continue { reasons: text(), prognosis: text() }
}

fn closing_note(started_on: Date) -> ClosingNote {
    ClosingNote {
        reason: EndReason::LastingIntegration,
        retrospective: text(),
        prospective: text(),
        person_view: PersonView::Stated(text()),
        stabilised: true,
        aftercare: Some(Aftercare::JobStart { started_on }),
        onward_perspective: String::new(),
        integrated_on: None,
        contacts_on: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use lotse_cases::domain::vocabulary::EpisodePhase;

    use super::*;

    #[test]
    fn the_acts_lead_from_the_proposal_to_the_end_whatever_the_first_day() {
        for begins in [date(2026, 3, 2), date(2026, 8, 24), date(2027, 12, 31), date(2028, 2, 22)] {
            let mut it = propose(episode(1).unwrap(), begins).unwrap();
            for deed in acts(begins).unwrap() {
                it = (deed.act)(it, deed.on).unwrap().episode;
            }
            assert_eq!(it.phase(), EpisodePhase::Closed, "{begins}");
        }
    }
}

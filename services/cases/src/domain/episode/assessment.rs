//! Row 10: the assessment, held together with the person.

use std::collections::BTreeSet;

use jiff::civil::Date;
use lotse_kernel::names::EpisodeName;

use super::{Act, Active, Episode, Stage, State};
use crate::domain::{
    events::Event,
    records::{Assessment, Finding},
    refused::FieldCheck,
    vocabulary::{EpisodePhase, ObstacleHolder},
};

impl Episode {
    /// Row 10: completes the assessment (R48 to R60); its day is the business date.
    ///
    /// # Errors
    /// `WrongPhase`; `Fields` when no talk was held with the person since it became necessary, the profile is dated in the future or says of no
    /// need that it comes first, another member has an obstacle and nothing is said of the benefit unit, findings are missing, one of a third
    /// party has impossible days or the referral of another case, or a key is used twice.
    pub fn complete_assessment(mut self, assessment: Assessment, today: Date) -> Act {
        let State::Active(Active { stage, admission, reassessments, .. }) = &mut self.facts.state else {
            return Err(self.wrong_phase(&[EpisodePhase::Assessment]));
        };
        let Stage::Assessment { alliance } = stage else {
            return Err(self.wrong_phase(&[EpisodePhase::Assessment]));
        };
        let mut check = FieldCheck::default();
        // What was said before life changed is in the assessment that was given up for this one.
        let since = reassessments.last().map_or(admission.assigned_on, |given_up| given_up.change.occurred_on);
        check_talks(&mut check, &assessment, since, today);
        check_profile(&mut check, &assessment, today);
        check_findings(&mut check, &assessment.findings, &self.name, today);
        let mut keys = BTreeSet::new();
        for (index, strength) in assessment.strengths.iter().enumerate() {
            let field = format!("assessment.strengths[{index}].key");
            check.require(keys.insert(strength.key.as_str()), field, "must be unique");
        }
        check.finish()?;
        let profile_type = assessment.profile.profile_type;
        let assessment = Assessment { completed_on: today, ..assessment };
        *stage = Stage::Planning { alliance: alliance.clone(), assessment };
        Ok(self.with(Event::AssessmentCompleted { profile_type }))
    }
}

/// An assessment is always held in extended talks together with the person (R48).
fn check_talks(check: &mut FieldCheck, assessment: &Assessment, since: Date, today: Date) {
    check.require(!assessment.talks.is_empty(), "assessment.talks", "must not be empty");
    let mut days = BTreeSet::new();
    for (index, talk) in assessment.talks.iter().enumerate() {
        let field = || format!("assessment.talks[{index}].held_date");
        check.require(talk.held_on <= today, field(), "must not be in the future");
        check.require(talk.held_on >= since, field(), "must not be before the assignment or the change of life");
        let is_first = days.insert(talk.held_on);
        check.require(is_first || !(since..=today).contains(&talk.held_on), field(), "must be a day of its own");
    }
}

fn check_profile(check: &mut FieldCheck, assessment: &Assessment, today: Date) {
    let profile = &assessment.profile;
    check.require(profile.established_on <= today, "assessment.profile.established_date", "must not be in the future");
    // Goals and steps follow this order, and it is seen best while everything is on the table (R57).
    check.require(
        profile.says_what_comes_first(),
        "assessment.profile.needs",
        "must say by priority which is worked on first",
    );
    let of_others = profile.needs.iter().any(|need| need.holder != ObstacleHolder::Person);
    check.require(
        !of_others || assessment.benefit_unit.is_some(),
        "assessment.benefit_unit",
        "is required where another member has an obstacle",
    );
}

fn check_findings(check: &mut FieldCheck, findings: &[Finding], episode: &EpisodeName, today: Date) {
    check.require(!findings.is_empty(), "assessment.findings", "must not be empty");
    let mut keys = BTreeSet::new();
    for (index, finding) in findings.iter().enumerate() {
        let field = |name| format!("assessment.findings[{index}].{name}");
        check.require(keys.insert(finding.key.as_str()), field("key"), "must be unique");
        let Some(third_party) = &finding.third_party else { continue };
        let received_on = third_party.received_on;
        check.require(received_on <= today, field("third_party.received_date"), "must not be in the future");
        let in_order = third_party.asked_on.is_none_or(|asked_on| asked_on <= received_on);
        check.require(in_order, field("third_party.asked_date"), "must not be after the answer");
        let of_this_case = third_party.referral.as_ref().is_none_or(|referral| referral.case() == episode.case());
        check.require(of_this_case, field("third_party.referral"), "must be a referral of this case");
    }
}

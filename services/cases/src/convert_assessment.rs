//! Assessments, to and from the contract.

use jiff::civil::Date;
use lotse_platform::fields::Fields;
use lotse_proto::cases as contract;

use crate::{
    convert_episode::{day, name},
    convert_plan, convert_profile,
    domain::records::{
        Assessment, AssessmentNotes, AssessmentTalk, BenefitUnitView, Finding, LifeChange, Reassessment, Strength,
        ThirdPartySource,
    },
};

/// An assessment as clients see it.
#[must_use]
pub fn assessment(stored: &Assessment) -> contract::Assessment {
    let AssessmentNotes { appraisal, attempts, wishes, coping, special_need } = stored.notes.clone();
    let unit = |unit: &BenefitUnitView| contract::BenefitUnitView {
        situation: unit.situation.clone(),
        enables: unit.enables.clone(),
    };
    contract::Assessment {
        talks: stored.talks.iter().map(talk).collect(),
        profile: Some(convert_profile::profile(&stored.profile)),
        findings: stored.findings.iter().map(finding).collect(),
        strengths: stored.strengths.iter().map(strength).collect(),
        completion_date: day(stored.completed_on),
        appraisal,
        attempts,
        wishes,
        coping,
        special_need,
        benefit_unit: stored.benefit_unit.as_ref().map(unit),
    }
}

fn talk(talk: &AssessmentTalk) -> contract::AssessmentTalk {
    let companion = |relation: &String| contract::TalkCompanion { relation: relation.clone(), person_agreed: true };
    contract::AssessmentTalk {
        held_date: day(talk.held_on),
        companions: talk.companions.iter().map(companion).collect(),
    }
}

fn finding(finding: &Finding) -> contract::Finding {
    let third_party = |source: &ThirdPartySource| contract::ThirdPartySource {
        body: source.body.clone(),
        asked_date: day(source.asked_on),
        received_date: day(source.received_on),
        referral: name(source.referral.as_ref()),
    };
    contract::Finding {
        key: finding.key.clone(),
        text: finding.text.clone(),
        third_party: finding.third_party.as_ref().map(third_party),
    }
}

fn strength(strength: &Strength) -> contract::Strength {
    contract::Strength { key: strength.key.clone(), text: strength.text.clone(), rating: strength.rating }
}

/// An assessment that was given up for a new one, as clients see it.
#[must_use]
pub fn reassessment(given_up: &Reassessment) -> contract::Reassessment {
    let LifeChange { occurred_on, text } = given_up.change.clone();
    contract::Reassessment {
        life_change: Some(contract::LifeChange { occurred_date: day(occurred_on), text }),
        record_date: day(given_up.recorded_on),
        recorder: given_up.recorded_by.to_string(),
        assessment: Some(assessment(&given_up.assessment)),
        plan: given_up.plan.as_ref().map(convert_plan::plan),
    }
}

/// Reads an assessment that is completed today.
pub fn parse_assessment(
    fields: &mut Fields,
    assessment: Option<&contract::Assessment>,
    today: Date,
) -> Option<Assessment> {
    let assessment = fields.required("assessment", assessment)?;
    let profile = convert_profile::parse_profile(fields, "assessment.profile", assessment.profile.as_ref(), today);
    fields.at_most("assessment.talks", assessment.talks.len(), 20);
    fields.at_most("assessment.findings", assessment.findings.len(), 30);
    fields.at_most("assessment.strengths", assessment.strengths.len(), 20);
    let mut talks = Vec::new();
    for (i, talk) in assessment.talks.iter().enumerate() {
        talks.push(parse_talk(fields, &format!("assessment.talks[{i}]"), talk));
    }
    let mut findings = Vec::new();
    for (i, finding) in assessment.findings.iter().enumerate() {
        findings.push(parse_finding(fields, &format!("assessment.findings[{i}]"), finding));
    }
    let mut strengths = Vec::new();
    for (i, strength) in assessment.strengths.iter().enumerate() {
        let path = format!("assessment.strengths[{i}]");
        strengths.push(Strength {
            key: fields.slug(&format!("{path}.key"), &strength.key, 40),
            text: fields.text(&format!("{path}.text"), &strength.text, 1..=500),
            rating: fields.number(&format!("{path}.rating"), strength.rating, 1..=4),
        });
    }
    let notes = AssessmentNotes {
        appraisal: fields.text("assessment.appraisal", &assessment.appraisal, 0..=4000),
        attempts: fields.text("assessment.attempts", &assessment.attempts, 0..=2000),
        wishes: fields.text("assessment.wishes", &assessment.wishes, 0..=2000),
        coping: fields.text("assessment.coping", &assessment.coping, 0..=2000),
        special_need: fields.text("assessment.special_need", &assessment.special_need, 0..=2000),
    };
    let benefit_unit = assessment.benefit_unit.as_ref().map(|unit| BenefitUnitView {
        situation: fields.text("assessment.benefit_unit.situation", &unit.situation, 1..=2000),
        enables: fields.text("assessment.benefit_unit.enables", &unit.enables, 0..=2000),
    });
    Some(Assessment { talks, profile: profile?, findings, strengths, notes, benefit_unit, completed_on: today })
}

fn parse_talk(fields: &mut Fields, path: &str, talk: &contract::AssessmentTalk) -> AssessmentTalk {
    fields.at_most(&format!("{path}.companions"), talk.companions.len(), 5);
    let mut companions = Vec::new();
    for (i, companion) in talk.companions.iter().enumerate() {
        let path = format!("{path}.companions[{i}]");
        companions.push(fields.line(&format!("{path}.relation"), &companion.relation, 1..=200));
        // Nobody sits in on a talk about somebody who did not want it.
        if !companion.person_agreed {
            fields.violation(format!("{path}.person_agreed"), "must be true");
        }
    }
    AssessmentTalk { held_on: fields.date(&format!("{path}.held_date"), talk.held_date.as_ref()), companions }
}

fn parse_finding(fields: &mut Fields, path: &str, finding: &contract::Finding) -> Finding {
    let third_party = finding.third_party.as_ref().map(|source| {
        let path = format!("{path}.third_party");
        let referral = (!source.referral.is_empty()).then_some(source.referral.as_str());
        ThirdPartySource {
            body: fields.line(&format!("{path}.body"), &source.body, 1..=200),
            asked_on: fields.optional_date(&format!("{path}.asked_date"), source.asked_date.as_ref()),
            received_on: fields.date(&format!("{path}.received_date"), source.received_date.as_ref()),
            referral: referral.and_then(|referral| fields.name(&format!("{path}.referral"), referral)),
        }
    });
    Finding {
        key: fields.slug(&format!("{path}.key"), &finding.key, 40),
        text: fields.text(&format!("{path}.text"), &finding.text, 1..=2000),
        third_party,
    }
}

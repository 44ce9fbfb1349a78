//! An assessment: the talks, what was found and by whom, strengths, and the benefit unit (R48 to R60).

use jiff::civil::Date;
use lotse_kernel::names::ReferralName;
use serde::{Deserialize, Serialize};

use super::Profile;

/// An assessment: immutable (R60).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Extended talks held together with the person (R48).
    pub talks: Vec<AssessmentTalk>,
    /// Profile and needs found (R54).
    pub profile: Profile,
    /// Findings on which goals rest.
    pub findings: Vec<Finding>,
    /// Strengths (R59).
    pub strengths: Vec<Strength>,
    /// What was put down in words.
    pub notes: AssessmentNotes,
    /// The benefit unit (R58); nothing where it does not matter.
    pub benefit_unit: Option<BenefitUnitView>,
    /// The day of completion.
    pub completed_on: Date,
}

/// What an assessment says in words; each is empty where nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentNotes {
    /// How the obstacles came about, and what they and the strengths mean on the labour market (R50).
    pub appraisal: String,
    /// What was tried so far (R51).
    pub attempts: String,
    /// What the person wishes (R49).
    pub wishes: String,
    /// What the person copes with, and how (R49).
    pub coping: String,
    /// Special need for support (R49).
    pub special_need: String,
}

/// An extended talk held together with the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentTalk {
    /// Its day.
    pub held_on: Date,
    /// Who else took part, in relation to the person, who agreed to it (R193).
    pub companions: Vec<String>,
}

/// A finding of the assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Key within the assessment.
    pub key: String,
    /// The finding in words.
    pub text: String,
    /// The third party that found it (R52); nothing for what came of the talks.
    pub third_party: Option<ThirdPartySource>,
}

/// A third party that found something out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThirdPartySource {
    /// Who.
    pub body: String,
    /// The day on which they were asked; nothing where nobody asked (R194).
    pub asked_on: Option<Date>,
    /// The day on which the answer came.
    pub received_on: Date,
    /// The referral in the course of which it was found.
    pub referral: Option<ReferralName>,
}

/// What carries the person towards work (R59).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strength {
    /// Key within the episode.
    pub key: String,
    /// The strength in words.
    pub text: String,
    /// How far it carries, from 1 (hardly) to 4 (by itself).
    pub rating: i32,
}

/// The benefit unit as far as it matters for the person's way to work (R58).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenefitUnitView {
    /// Its situation.
    pub situation: String,
    /// What it makes possible for others when one member is stabilised; empty where nothing is known of it.
    pub enables: String,
}

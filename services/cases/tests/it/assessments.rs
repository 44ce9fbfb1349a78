//! Row 10 over the wire: what an assessment says is read back as it was said, and each wrong field is told.

use lotse_kernel::dates::add_days;
use lotse_platform::fields::contract_date;
use lotse_proto::cases::{
    Assessment, AssessmentTalk, BenefitUnitView, CompleteAssessmentRequest, EpisodePhase, Finding, Strength,
    TalkCompanion, ThirdPartySource,
};

use crate::{
    house::{House, violations},
    requests::{self as write, Place},
    story::{Stage, Story},
};

/// The right request with another assessment in it.
fn with(place: &Place, change: impl FnOnce(&mut Assessment)) -> Vec<u8> {
    let mut request: CompleteAssessmentRequest =
        prost::Message::decode(write::complete_assessment(place).as_slice()).expect("a request");
    change(request.assessment.get_or_insert_default());
    prost::Message::encode_to_vec(&request)
}

/// A finding that a provider reported of the person.
fn trial_of_strength(place: &Place) -> Finding {
    Finding {
        key: "kraft".into(),
        text: "Vier Stunden im Wechsel von Sitzen und Stehen.".into(),
        third_party: Some(ThirdPartySource {
            body: "Berufsförderungswerk".into(),
            asked_date: Some(contract_date(add_days(place.today, -20))),
            received_date: Some(contract_date(place.today)),
            referral: format!("{}/referrals/018f3e5c-1a2b-7c3d-8e4f-000000000009", place.case),
        }),
    }
}

fn told(place: &Place) -> Vec<u8> {
    with(place, |assessment| {
        let sister = TalkCompanion { relation: "Schwester".into(), person_agreed: true };
        assessment.talks[0].companions.push(sister);
        assessment.findings.push(trial_of_strength(place));
        assessment.appraisal = "Die Schulden wuchsen mit der Krankheit.".into();
        assessment.attempts = "Die Ratenzahlung ist zweimal gescheitert.".into();
        assessment.wishes = "Arbeit am Vormittag.".into();
        assessment.coping = "Hält den Haushalt mit drei Kindern zusammen.".into();
        assessment.special_need = "Keiner.".into();
        let (situation, enables) =
            ("Der Partner trinkt.".into(), "Ist er stabil, kann sie außer Haus arbeiten.".into());
        assessment.benefit_unit = Some(BenefitUnitView { situation, enables });
    })
}

fn wrong(place: &Place) -> Vec<u8> {
    let child = TalkCompanion { relation: "Kind".into(), person_agreed: true };
    with(place, |assessment| {
        assessment.talks = vec![
            AssessmentTalk {
                held_date: None,
                companions: vec![TalkCompanion { relation: String::new(), person_agreed: false }],
            },
            AssessmentTalk { companions: vec![child; 6], ..assessment.talks[0].clone() },
        ];
        assessment.findings = vec![Finding {
            key: "Kraft".into(),
            text: String::new(),
            third_party: Some(ThirdPartySource { referral: "referrals/9".into(), ..Default::default() }),
        }];
        assessment.strengths = vec![Strength::default(), Strength { rating: 5, ..assessment.strengths[0].clone() }];
        assessment.appraisal = "x".repeat(4001);
        assessment.attempts = "x".repeat(2001);
        assessment.benefit_unit = Some(BenefitUnitView::default());
    })
}

#[tokio::test]
async fn what_was_found_is_read_back_as_it_was_said() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Assessment).await;
    let said: CompleteAssessmentRequest = prost::Message::decode(told(&story.place).as_slice()).expect("a request");
    let said = said.assessment.expect("an assessment");
    let episode = story.act("anna", "CompleteAssessment", told).await.expect("an assessment");
    assert_eq!(episode.phase(), EpisodePhase::Planning);
    let kept = episode.assessment.expect("an assessment");
    assert_eq!(kept.completion_date, Some(contract_date(story.place.today)));
    let profile = kept.profile.clone();
    let said = Assessment { completion_date: kept.completion_date, profile, ..said };
    assert_eq!(kept, said);
    let alliance = episode.alliance.expect("an alliance");
    assert!(!alliance.attainability.is_empty() && !alliance.preconditions.is_empty());
}

#[tokio::test]
async fn each_wrong_field_of_an_assessment_is_told() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Assessment).await;
    let before = house.everything().await;
    let status = story.act("anna", "CompleteAssessment", wrong).await.expect_err("nothing is right");
    let expected = [
        "talks[0].companions[0].relation",
        "talks[0].companions[0].person_agreed",
        "talks[0].held_date",
        "talks[1].companions",
        "findings[0].third_party.body",
        "findings[0].third_party.received_date",
        "findings[0].third_party.referral",
        "findings[0].key",
        "findings[0].text",
        "strengths[0].key",
        "strengths[0].text",
        "strengths[0].rating",
        "strengths[1].rating",
        "appraisal",
        "attempts",
        "benefit_unit.situation",
    ];
    assert_eq!(violations(&status), expected.map(|field| format!("assessment.{field}")));
    assert_eq!(before, house.everything().await);
}

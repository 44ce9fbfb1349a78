//! What became of the person since a day, while care goes on and after it.

use lotse_kernel::dates::add_days;
use lotse_platform::fields::contract_date;
use lotse_proto::cases::{
    CompleteAssessmentRequest, EpisodePhase, GetCaseRequest, GetProgressRequest, PlacementObstacle, ProfileType,
    Progress, ProgressChange as Change, RecordProfileRequest, Strength,
};
use tonic::Status;

use crate::{
    house::{House, profile, request_id, violations},
    requests::{self as write, Place},
    story::{Stage, Story, civil},
};

async fn progress(story: &Story<'_>, since: Option<jiff::civil::Date>) -> Result<Progress, Status> {
    let request = GetProgressRequest { name: story.place.episode.clone(), since_date: since.map(contract_date) };
    Ok(story.house.episodes("doris").get_progress(request).await?.into_inner())
}

/// Debts are lighter, nobody speaks of the flat any more, and patience has grown.
fn later(place: &Place) -> Vec<u8> {
    let mut request: CompleteAssessmentRequest =
        prost::Message::decode(write::complete_assessment(place).as_slice()).expect("a request");
    let assessment = request.assessment.get_or_insert_default();
    let profile = assessment.profile.get_or_insert_default();
    profile.r#type = ProfileType::Foerderprofil.into();
    profile.needs.retain(|need| need.obstacle() != PlacementObstacle::Housing);
    for (need, turn) in profile.needs.iter_mut().zip(1..) {
        need.priority = turn;
        if need.obstacle() == PlacementObstacle::Debts {
            need.severity = 1;
        }
    }
    assessment.strengths[0].rating = 3;
    assessment.strengths.push(Strength { key: "mut".into(), text: "Ruft selbst an".into(), rating: 2 });
    prost::Message::encode_to_vec(&request)
}

fn needs(progress: &Progress) -> Vec<(PlacementObstacle, i32, i32, Change)> {
    let told =
        |need: &lotse_proto::cases::NeedProgress| (need.obstacle(), need.former_severity, need.severity, need.change());
    progress.needs.iter().map(told).collect()
}

fn strengths(progress: &Progress) -> Vec<(&str, i32, i32, Change)> {
    let told = |strength: &'_ lotse_proto::cases::StrengthProgress| {
        (strength.former_rating, strength.rating, strength.change())
    };
    progress
        .strengths
        .iter()
        .map(|strength| {
            let (former, now, change) = told(strength);
            (strength.key.as_str(), former, now, change)
        })
        .collect()
}

#[tokio::test]
async fn a_person_is_compared_with_any_earlier_day() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let assigned = civil(story.read().await.admission.expect("an admission").assignment_date);
    let found = story.place.today;
    story.wait_for(add_days(found, 30)).await;
    story.act("anna", "RecordLifeChange", write::record_life_change).await.expect("a change of life");
    let waiting = progress(&story, None).await.expect("progress while nobody has looked again");
    assert_eq!((waiting.profile_change(), civil(waiting.assessment_date)), (Change::Same, found));
    story.act("anna", "CompleteAssessment", later).await.expect("another look");

    let told = progress(&story, None).await.expect("progress");
    assert_eq!((civil(told.since_date), civil(told.until_date)), (assigned, story.place.today));
    assert_eq!(told.profile_change(), Change::Better);
    let (debts, housing, children) =
        (PlacementObstacle::Debts, PlacementObstacle::Housing, PlacementObstacle::Childcare);
    let expected = [(debts, 3, 1, Change::Better), (children, 3, 3, Change::Same), (housing, 3, 0, Change::Dropped)];
    assert_eq!(needs(&told), expected);
    assert_eq!(strengths(&told), [("geduld", 2, 3, Change::Better), ("mut", 0, 2, Change::Added)]);
    assert_eq!((civil(told.former_assessment_date), civil(told.assessment_date)), (found, story.place.today));

    // Since today nothing has happened, and of tomorrow nobody knows.
    let today = progress(&story, Some(story.place.today)).await.expect("progress");
    assert_eq!(today.profile_change(), Change::Same);
    assert!(needs(&today).iter().all(|need| need.3 == Change::Same) && needs(&today).len() == 2);
    let status = progress(&story, Some(add_days(story.place.today, 1))).await.expect_err("tomorrow");
    assert_eq!(violations(&status), ["since_date"]);
}

#[tokio::test]
async fn what_is_found_after_the_end_is_no_progress_of_the_episode() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Closing).await;
    let ended = story.place.today;
    story.wait_for(add_days(ended, 20)).await;
    let case =
        house.bernd().get_case(GetCaseRequest { name: story.place.case.clone() }).await.expect("the case").into_inner();
    let established_date = Some(contract_date(story.place.today));
    let closer = lotse_proto::cases::Profile { r#type: ProfileType::Marktprofil.into(), established_date, ..profile() };
    let request = RecordProfileRequest {
        name: case.name,
        profile: Some(closer),
        etag: case.etag,
        request_id: request_id("later"),
    };
    house.bernd().record_profile(request).await.expect("a profile");
    assert_eq!(story.read().await.phase(), EpisodePhase::Closing);
    let told = progress(&story, None).await.expect("progress");
    assert_eq!((civil(told.until_date), told.profile_change()), (ended, Change::Same));
    // A day after the end is the end.
    let after = progress(&story, Some(story.place.today)).await.expect("progress");
    assert_eq!((civil(after.since_date), civil(after.until_date)), (ended, ended));
}

#[tokio::test]
async fn before_the_admission_it_counts_from_the_proposal() {
    let house = House::open().await;
    let story = Story::at(&house, "K1", Stage::Proposed).await;
    let told = progress(&story, None).await.expect("progress");
    assert_eq!(civil(told.since_date), story.place.today);
    assert_eq!((told.assessment_date, told.strengths.len(), told.needs.len()), (None, 0, 3));
}

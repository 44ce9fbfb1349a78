//! What lies beside a review, as whoever decides it reads it (T2, R106, R156).

use lotse_kernel::dates::add_days;
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{self as contract, GetProgressRequest, GetReviewBasisRequest, ProfileType, ProgressChange, ReviewBasis},
    common::{DutyKind, DutyState},
};
use tonic::{Code, Status};

use crate::{
    house::{House, reason},
    requests as write,
    story::{Stage, Story, civil},
    watches::another_profile,
};

async fn basis(story: &Story<'_>, by: &str) -> Result<ReviewBasis, Status> {
    let request = GetReviewBasisRequest { name: story.place.episode.clone() };
    Ok(story.house.episodes(by).get_review_basis(request).await?.into_inner())
}

fn types(basis: &ReviewBasis) -> Vec<(ProfileType, ProgressChange)> {
    let step = |step: &contract::ProfileStep| (step.profile.as_ref().expect("a profile").r#type(), step.change());
    basis.profiles.iter().map(step).collect()
}

fn told(basis: &ReviewBasis) -> &contract::Progress {
    basis.progress.as_ref().expect("progress")
}

#[tokio::test]
async fn progress_since_the_last_review_lies_beside_the_next() {
    use ProfileType as Type;
    use ProgressChange as Moved;
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::ReviewOpen).await;
    story.act("anna", "RecordGoalAttainment", write::record_goal_attainment).await.expect("an attainment");
    another_profile(&story, Type::Entwicklungsprofil).await;
    let first = basis(&story, "anna").await.expect("the basis");
    let review = first.review.as_ref().expect("a review");
    assert_eq!((review.kind(), review.slot, review.state()), (DutyKind::ContinuationReview, 1, DutyState::Open));
    assert_eq!((told(&first).since_date, first.etag.as_str()), (first.assignment_date, story.place.etag.as_str()));
    let plan = first.plan.as_ref().expect("a plan");
    assert_eq!((plan.goals[0].attainments.len(), first.plan_in_force), (1, true));
    // The one that held before the assignment, the one that the assessment found, the one of today.
    let stays = (Type::Stabilisierungsprofil, Moved::Unspecified);
    let found = (Type::Stabilisierungsprofil, Moved::Same);
    assert_eq!(types(&first), [stays, found, (Type::Entwicklungsprofil, Moved::Better)]);
    assert_eq!(told(&first).profile_change(), Moved::Better);
    assert!(!told(&first).needs.is_empty() && first.reviews.is_empty());
    assert_eq!(first.limit.expect("a limit").kind(), DutyKind::RegularMaximum);

    // What the review knew is what the next one starts from.
    story.act("anna", "DecideReview", write::continue_in_review).await.expect("a decision");
    let decided_on = story.place.today;
    story.wait_for(add_days(decided_on, 20)).await;
    another_profile(&story, Type::Stabilisierungsprofil).await;
    let since = GetProgressRequest { name: story.place.episode.clone(), since_date: Some(contract_date(decided_on)) };
    let asked = house.episodes("doris").get_progress(since).await.expect("progress").into_inner();
    let second = basis(&story, "doris").await.expect("the lead of the team reads it too");
    assert_eq!(second.review.as_ref().map(|review| (review.slot, review.state())), Some((2, DutyState::Scheduled)));
    assert_eq!(
        (told(&second), civil(asked.since_date)),
        (&asked, decided_on),
        "whoever asks for that time is told the same"
    );
    assert_eq!(second.reviews.iter().map(|review| review.prognosis.as_str()).collect::<Vec<_>>(), ["ein Grund"]);
    let before = told(&second).former_profile.as_ref().expect("a profile");
    assert_eq!((before.r#type(), before.established_date), (Type::Entwicklungsprofil, Some(contract_date(decided_on))));
    assert_eq!((told(&second).profile_change(), second.profiles.len()), (Moved::Worse, 4));
}

#[tokio::test]
async fn the_dates_of_accompanying_care_are_told() {
    let house = House::open().await;
    let story = Story::at(&house, "K1", Stage::DatesUsedUp).await;
    let basis = basis(&story, "anna").await.expect("the basis");
    let accompaniment = &basis.accompaniments[0];
    assert_eq!((accompaniment.planned_dates, accompaniment.dates.len()), (1, 1));
    assert_eq!((basis.plan, basis.plan_in_force), (None, false), "nothing was planned yet");
}

#[tokio::test]
async fn where_nothing_is_reviewed_it_is_refused_and_whoever_reads_leaves_a_trace() {
    const READ: &str = "SELECT count(*) FROM audit_log WHERE outcome = 'read' AND method LIKE '%GetReviewBasis'";
    let house = House::open().await;
    for (number, stage) in [("K1", Stage::Voted), ("K2", Stage::Closing)] {
        let story = Story::at(&house, number, stage).await;
        let status = basis(&story, "anna").await.expect_err("no care");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "WRONG_PHASE"));
    }
    assert_eq!(house.count(READ).await, 0);
    let story = Story::at(&house, "K3", Stage::Delivery).await;
    basis(&story, "bernd").await.expect("the placement officer reads it");
    assert_eq!(house.count(READ).await, 1);
}

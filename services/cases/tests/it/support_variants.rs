//! Rows 5, 5a and 20 through the service: who is seen as lead and co-officer, and what the watch hears.

use lotse_proto::{cases as contract, common::DutyState};
use tonic::Code;

use crate::{
    house::{House, reason},
    requests as write,
    story::{Stage, Story, civil},
};

#[tokio::test]
async fn the_two_officers_switch_jointly_and_back() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::SwitchProposed).await;
    let (anna, bernd) = (story.place.anna.clone(), story.place.bernd.clone());
    let alone =
        story.act("anna", "AnswerVariantSwitch", write::agree_to_switch).await.expect_err("nobody switches alone");
    assert_eq!((alone.code(), reason(&alone).as_str()), (Code::PermissionDenied, "FOUR_EYES"));
    assert_eq!(story.read().await.etag, story.place.etag, "a refusal changes nothing");
    let waits = |due: Vec<lotse_proto::common::TimetableEntry>| {
        due.iter().any(|entry| entry.kind() == lotse_proto::common::DutyKind::VariantSwitchAnswer)
    };
    assert!(waits(story.timetable().await.due), "time tells the other officer of it");
    let episode = story.act("bernd", "AnswerVariantSwitch", write::agree_to_switch).await.expect("a switch");
    assert_eq!((&episode.lead_officer, &episode.co_officer), (&bernd, &anna));
    assert_eq!(episode.support_variant(), contract::SupportVariant::Accompanying);
    assert!(!waits(story.timetable().await.due));

    story.act("bernd", "ProposeVariantSwitch", write::switch_to_full).await.expect("the way back");
    let episode = story.act("bernd", "AnswerVariantSwitch", write::withdraw_switch).await.expect("withdrawn");
    assert_eq!(episode.co_officer, anna);
    story.act("bernd", "ProposeVariantSwitch", write::switch_to_full).await.expect("once more");
    let episode = story.act("anna", "AnswerVariantSwitch", write::agree_to_switch).await.expect("a switch");
    assert_eq!((episode.lead_officer, episode.co_officer), (anna, String::new()));
    assert_eq!((episode.variant_switches.len(), episode.accompaniments.len()), (3, 1));
}

#[tokio::test]
async fn the_decision_is_a_duty_that_time_knows_and_its_end_returns_the_person_to_the_watch() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::DatesUsedUp).await;
    let due = story.timetable().await.due;
    let kind = lotse_proto::common::DutyKind::AccompanimentDecision;
    let entry = due.iter().find(|entry| entry.kind() == kind).expect("the decision");
    assert_eq!(entry.state(), DutyState::Open);
    assert_eq!(civil(entry.due_date), lotse_kernel::dates::add_days(story.place.today, 14));
    let episode = story.act("anna", "DecideAccompaniment", write::accompaniment_done).await.expect("done");
    assert_eq!(episode.phase(), contract::EpisodePhase::Closed);
    let end = episode.technical_end.expect("an end");
    assert_eq!(end.kind(), contract::TechnicalEnd::AccompanyingDone);
    let watch = story.watch().await;
    assert_eq!((watch.state(), civil(watch.last_check_date)), (contract::WatchState::Watched, house.today()));
    assert!(story.timetable().await.finished);
}

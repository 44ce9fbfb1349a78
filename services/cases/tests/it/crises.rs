//! Row 22 through the service: who hears of a crisis, and that aftercare does not end over it.

use lotse_proto::common::{DutyKind, DutyState, DutyStep};
use tonic::Code;

use crate::{
    house::{House, reason},
    requests as write,
    story::{Stage, Story},
};

#[tokio::test]
async fn what_the_placement_officer_hears_is_told_to_the_case_manager() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::CrisisKnown).await;
    let entry = |due: Vec<lotse_proto::common::TimetableEntry>| {
        due.into_iter().find(|entry| entry.kind() == DutyKind::CrisisContact).expect("the contact")
    };
    // Time opens it on the same day, which is how the case manager hears of it.
    let before = entry(story.timetable().await.due);
    assert_eq!(before.next_step(), DutyStep::Open);
    let today = story.place.today;
    let taken = story.let_time_pass(today).await;
    let told = taken.iter().find(|taken| taken.entry.duty == before.duty).expect("the step");
    assert_eq!(told.answer.audiences[0].staff_member, story.place.anna);

    let status =
        story.act("anna", "CompleteAftercare", write::complete_aftercare).await.expect_err("not over a crisis");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "CRISIS_OPEN"));
    let episode = story.act("anna", "RecordCrisisContact", write::record_crisis_contact).await.expect("contact");
    assert_eq!(episode.crises[0].contact.as_ref().map(|contact| &contact.recorder), Some(&story.place.anna));
    assert!(story.timetable().await.due.iter().all(|entry| entry.kind() != DutyKind::CrisisContact));
    story.act("anna", "CompleteAftercare", write::complete_aftercare).await.expect("now it ends");
}

#[tokio::test]
async fn what_the_case_manager_records_is_open_at_once() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    story.act("anna", "RecordCrisis", write::record_crisis).await.expect("a job at risk, in care too");
    let due = story.timetable().await.due;
    let entry = due.iter().find(|entry| entry.kind() == DutyKind::CrisisContact).expect("the contact");
    assert_eq!((entry.state(), entry.next_step()), (DutyState::Open, DutyStep::Escalate));
}

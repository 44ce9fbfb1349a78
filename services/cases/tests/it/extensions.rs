//! Row 18 through the service: the lead is told of a proposed extension, the proposer of the answer, and another one may follow.

use lotse_proto::{
    cases::{ExtensionAnswer, ExtensionReason, StaffFunction},
    common::{DutyKind, DutyStep, ExtensionAnswered, TimetableEntry},
};
use tonic::Code;

use crate::{
    house::{House, reason, violations},
    requests as write,
    story::{Stage, Story},
};

fn answer_due(due: Vec<TimetableEntry>) -> Option<TimetableEntry> {
    due.into_iter().find(|entry| entry.kind() == DutyKind::ExtensionAnswer)
}

#[tokio::test]
async fn what_is_declined_is_told_to_the_proposer_and_bars_nothing() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::ExtensionProposed).await;
    let before = answer_due(story.timetable().await.due).expect("the answer");
    assert_eq!(before.next_step(), DutyStep::Open);
    let today = story.place.today;
    let taken = story.let_time_pass(today).await;
    let told = taken.iter().find(|taken| taken.entry.duty == before.duty).expect("the step");
    let [lead] = told.answer.audiences.as_slice() else { panic!("{told:?}") };
    assert_eq!((lead.function(), lead.team.as_str()), (StaffFunction::TeamLead, "ue25"));

    let everything = house.everything().await;
    let status = story.act("anna", "AnswerExtension", write::decline_extension).await.expect_err("her own");
    assert_eq!(violations(&status), ["answer"]);
    assert_eq!(house.everything().await, everything);
    let episode = story.act("doris", "AnswerExtension", write::decline_extension).await.expect("a refusal");
    let declined = &episode.extensions[0];
    assert_eq!(
        (declined.answer(), declined.reason_code()),
        (ExtensionAnswer::Declined, ExtensionReason::MeasureRunsOn)
    );
    assert!(!declined.answer_reason.is_empty() && declined.answer_policy == "federal/REGULAR_MAXIMUM/1");
    let timetable = story.timetable().await;
    let to_anna = ExtensionAnswered { number: 1, approved: false, staff_members: vec![story.place.anna.clone()] };
    assert_eq!((timetable.extension, answer_due(timetable.due)), (Some(to_anna), None));

    let status = story.act("anna", "AnswerExtension", write::withdraw_extension).await.expect_err("nothing waits");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "EXTENSION_NOT_PROPOSED"));
    story.act("anna", "ProposeExtension", write::propose_extension).await.expect("another one");
    let episode = story.act("anna", "AnswerExtension", write::withdraw_extension).await.expect("her own");
    assert_eq!(episode.extensions[1].answer(), ExtensionAnswer::Withdrawn);
    assert_eq!(story.timetable().await.extension, None, "who withdrew knows");
}

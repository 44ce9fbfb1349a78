//! The plan through the service: who revises it, and that it goes with the person (R63, R111, T5).

use lotse_kernel::dates::add_months;
use lotse_proto::{
    cases::{EpisodePhase, ListDutiesRequest},
    common::{DutyKind, DutyState},
};
use tonic::Code;

use crate::{
    house::{House, TODAY, reason},
    requests as write,
    story::{Stage, Story, civil},
};

/// Who, which act, and its request.
type Act = (&'static str, &'static str, fn(&write::Place) -> Vec<u8>);

#[tokio::test]
async fn the_placement_officer_revises_the_plan_while_leading_and_who_may_not_is_on_record() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::SwitchProposed).await;
    let refused = house.refusals().await;
    let status = story.act("bernd", "RevisePlan", write::revise_plan).await.expect_err("full support");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    assert_eq!(house.refusals().await, refused + 1);
    story.act("bernd", "AnswerVariantSwitch", write::agree_to_switch).await.expect("accompanying care");
    let revised = story.act("bernd", "RevisePlan", write::revise_plan).await.expect("the lead revises");
    assert_eq!(revised.plan.as_ref().map(|plan| plan.version), Some(2));
    let former = &revised.plan_revisions[0];
    assert_eq!(
        (former.recorder.as_str(), former.plan.as_ref().map(|plan| plan.version)),
        (&*house.bernd.name, Some(1))
    );
}

#[tokio::test]
async fn a_plan_goes_with_the_person_and_comes_back_with_the_next_one() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Closed).await;
    let watch = story.watch().await;
    // Nobody has updated it since, and it is as late as it was.
    let due = add_months(TODAY, 6).date;
    assert_eq!((civil(watch.plan_due_date), civil(watch.plan_issue_date)), (due, TODAY));
    // It stands in the worklist of the placement officer, of the case and of no episode.
    let asked = ListDutiesRequest {
        parent: "jobcenters/musterstadt".into(),
        owner: house.bernd.name.clone(),
        kinds: vec![DutyKind::PlanUpdate.into()],
        ..Default::default()
    };
    let listed = async || house.duties("bernd").list_duties(asked.clone()).await.expect("a list").into_inner().duties;
    let found = listed().await;
    assert_eq!(
        found.iter().map(|duty| (&duty.name, duty.state())).collect::<Vec<_>>(),
        [(&watch.plan_duty, DutyState::Overdue)]
    );
    assert!(watch.plan_duty.starts_with(&format!("{}/duties/", story.place.case)));
    // Another episode that makes its own plan answers it.
    let acts: &[Act] = &[
        ("bernd", "ProposeEpisode", write::propose_episode),
        ("bernd", "ScheduleDiscussion", write::schedule_discussion),
        ("anna", "CastVote", write::cast_vote),
        ("bernd", "CastVote", write::cast_vote),
        ("anna", "DecideAdmission", write::admit),
        ("anna", "RecordFirstTalk", write::record_first_talk),
        ("anna", "AgreeAlliance", write::agree_alliance),
        ("anna", "CompleteAssessment", write::complete_assessment),
    ];
    for (by, rpc, request) in acts {
        story.act(by, rpc, *request).await.expect(rpc);
    }
    assert_eq!(story.watch().await.plan_duty, watch.plan_duty, "until then the placement officer has it");
    let planned = story.act("anna", "ActivatePlan", write::activate_plan).await.expect("a plan");
    assert_eq!(planned.phase(), EpisodePhase::Delivery);
    let after = story.watch().await;
    assert_eq!((after.plan_duty.as_str(), after.plan_issue_date), ("", None));
    assert!(listed().await.is_empty());
}

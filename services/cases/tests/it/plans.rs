//! The plan through the service: who revises it, and that it goes with the person (R63, R111, T5).

use lotse_kernel::dates::{add_days, add_months};
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{
        ActivatePlanRequest, EpisodePhase, GetFactsRequest, ListDutiesRequest, OpenStep, PlanStep,
        RecordStepOutcomeRequest, StepOutcome, StepParty, StepResult,
        case_access_service_client::CaseAccessServiceClient,
    },
    common::{DutyKind, DutyState},
};
use prost::Message;
use tonic::Code;

use crate::{
    house::{House, TODAY, reason, violations},
    requests as write,
    story::{Stage, Story, civil},
};

/// Who, which act, and its request.
type Act = (&'static str, &'static str, Builder);

type Builder = fn(&write::Place) -> Vec<u8>;

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

/// The plan of a request with these steps towards its goal.
fn with_steps(place: &write::Place, steps: Vec<PlanStep>) -> Vec<u8> {
    let mut request = ActivatePlanRequest::decode(write::activate_plan(place).as_slice()).expect("a request");
    request.plan.as_mut().expect("a plan").goals[0].steps = steps;
    request.encode_to_vec()
}

fn step(place: &write::Place, key: &str, party: StepParty, after: &[&str]) -> PlanStep {
    PlanStep {
        key: key.into(),
        text: "Ein Schritt.".into(),
        party: party.into(),
        due_date: Some(contract_date(add_days(place.today, 30))),
        after: after.iter().map(|key| (*key).to_owned()).collect(),
        results: Vec::new(),
    }
}

/// What the jobcenter promises, and what the person does after it.
fn chain(place: &write::Place) -> Vec<PlanStep> {
    vec![step(place, "schreiben", StepParty::Jobcenter, &[]), step(place, "antrag", StepParty::Person, &["schreiben"])]
}

#[tokio::test]
async fn steps_come_back_as_they_were_told_and_what_is_wrong_is_told_by_field() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Planning).await;
    let before = house.everything().await;
    let of = |names: &[&str]| names.iter().map(|name| format!("plan.goals[0].steps[0].{name}")).collect::<Vec<_>>();
    let wrong: [(Builder, Vec<String>); 3] = [
        (|place| with_steps(place, vec![PlanStep::default()]), of(&["party", "key", "text", "due_date"])),
        (|place| with_steps(place, vec![chain(place).remove(0); 21]), vec!["plan.goals[0].steps".to_owned()]),
        (|place| with_steps(place, vec![step(place, "antrag", StepParty::Jobcenter, &["antrag"])]), of(&["after[0]"])),
    ];
    for (request, fields) in wrong {
        let status = story.act("anna", "ActivatePlan", request).await.expect_err("a wrong step");
        assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, fields));
    }
    assert_eq!(before, house.everything().await);
    let episode = story.act("anna", "ActivatePlan", |place| with_steps(place, chain(place))).await.expect("a plan");
    assert_eq!(episode.plan.expect("a plan").goals[0].steps, chain(&story.place));
}

/// What became of the one step of a story's plan, with something that is otherwise.
fn otherwise(place: &write::Place, change: fn(&mut RecordStepOutcomeRequest)) -> Vec<u8> {
    let mut request =
        RecordStepOutcomeRequest::decode(write::record_step_outcome(place).as_slice()).expect("a request");
    change(&mut request);
    request.encode_to_vec()
}

#[tokio::test]
async fn what_became_of_a_step_comes_back_and_siblings_hear_what_is_still_to_be_done() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let case = story.place.case.clone();
    let open_steps = async || {
        let asked = GetFactsRequest { case: case.clone(), ..Default::default() };
        let mut access = CaseAccessServiceClient::new(house.sibling());
        access.get_facts(asked).await.expect("facts").into_inner().open_steps
    };
    let step = OpenStep { goal_key: "mietvertrag".into(), step_key: "schreiben".into() };
    assert_eq!(open_steps().await, [step]);
    let before = house.everything().await;
    let wrong: [(Builder, &[&str]); 4] = [
        (|place| otherwise(place, |it| it.result = None), &["result"]),
        (
            |place| otherwise(place, |it| it.result = Some(StepResult::default())),
            &["result.outcome", "result.determination_date"],
        ),
        (|place| otherwise(place, |it| it.goal_key = "Nichts".into()), &["goal_key"]),
        (|place| otherwise(place, |it| it.step_key = "nichts".into()), &["step_key"]),
    ];
    for (request, fields) in wrong {
        let status = story.act("anna", "RecordStepOutcome", request).await.expect_err("a wrong record");
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, fields));
    }
    assert_eq!(before, house.everything().await);
    let episode = story.act("anna", "RecordStepOutcome", write::record_step_outcome).await.expect("a record");
    let result = StepResult {
        outcome: StepOutcome::Done.into(),
        determination_date: Some(contract_date(story.place.today)),
        reason: String::new(),
        recorder: story.place.anna.clone(),
    };
    assert_eq!(episode.plan.expect("a plan").goals[0].steps[0].results, [result]);
    assert_eq!(open_steps().await, []);
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

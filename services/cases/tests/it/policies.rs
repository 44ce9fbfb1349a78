//! Policies as versioned data: drafted, validated, approved by a second person, in force from their first day (R8).

pub mod ground;
mod moments;
mod simulation;

use jiff::civil::{Date, date};
use lotse_kernel::dates::add_days;
use lotse_proto::{
    cases::{self as contract, Policy, PolicyFact, PolicyKey, PolicyScope, PolicyState, policy_parameter::Value},
    common::DutyKind,
};
use tonic::Code;
use tonic_types::StatusExt;

use self::ground::{PARENT, at_once, limit, parameter, until};
use crate::{
    house::{House, TODAY, reason, violations},
    story::{Stage, Story, civil},
};

fn day(policy: Option<lotse_proto::Date>) -> Option<Date> {
    policy.as_ref().and_then(lotse_platform::fields::civil)
}

#[tokio::test]
async fn a_version_goes_its_way_and_governs_from_its_first_day() {
    let house = House::open().await;
    let begins = date(2026, 9, 1);
    let drafted = house.draft(limit(18, begins)).await.expect("a draft");
    assert_eq!((drafted.version, drafted.citation.as_str()), (1, "musterstadt/REGULAR_MAXIMUM/1"));
    assert_eq!((drafted.scope(), drafted.state()), (PolicyScope::Jobcenter, PolicyState::Draft));
    assert_eq!((drafted.fact(), day(drafted.valid_from_date)), (PolicyFact::Assignment, Some(begins)));
    assert_eq!(drafted.parameters.iter().find(|one| one.name == "months").expect("months").unit, "MONTHS");
    let validated = house.validate(&drafted).await.expect("a sound draft");
    assert_eq!((validated.state(), validated.etag.as_str()), (PolicyState::Validated, "v2"));
    assert_eq!(
        house.resolve(PolicyKey::RegularMaximum, begins).await.expect("the federal one").citation,
        "federal/REGULAR_MAXIMUM/1"
    );

    let refused = house.refusals().await;
    let status = house.approve("doris", &validated).await.expect_err("the drafter");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "FOUR_EYES"));
    assert_eq!(house.refusals().await, refused + 1, "who tried is on record");
    assert_eq!(house.read(&validated).await, validated, "and nothing else");
    let approved = house.approve("gerda", &validated).await.expect("a second person");
    assert_eq!(approved.state(), PolicyState::Approved);
    assert!(approved.approve_time.is_some() && approved.approver != approved.drafter && !approved.approver.is_empty());
    let read = house.policies("emil").get_policy(contract::GetPolicyRequest { name: approved.name.clone() }).await;
    assert_eq!(read.expect("everybody reads").into_inner(), approved);

    let before = house.resolve(PolicyKey::RegularMaximum, date(2026, 8, 31)).await.expect("a version");
    assert_eq!(before.citation, "federal/REGULAR_MAXIMUM/1");
    let after = house.resolve(PolicyKey::RegularMaximum, begins).await.expect("a version");
    assert_eq!(after, approved);
    let status = house.withdraw(&approved).await.expect_err("approved");
    let info = status.get_details_error_info().expect("a reason");
    assert_eq!((info.reason.as_str(), info.metadata["state"].as_str()), ("POLICY_WRONG_STATE", "APPROVED"));
}

#[tokio::test]
async fn the_phases_of_the_law_are_found_by_the_date_of_the_fact() {
    let house = House::open().await;
    let breach = house.resolve(PolicyKey::Reduction, date(2026, 6, 30)).await.expect("a version");
    assert_eq!(breach.scope(), PolicyScope::Federal);
    assert!(breach.drafter.is_empty() && breach.approve_time.is_none() && breach.state() == PolicyState::Approved);
    assert!(house.resolve(PolicyKey::Reduction, date(2026, 7, 1)).await.expect("a version").unverified);
    let status = house.resolve(PolicyKey::Mediation, date(2026, 7, 1)).await.expect_err("no mediation any more");
    let info = status.get_details_error_info().expect("a reason");
    assert_eq!((status.code(), info.reason.as_str()), (Code::NotFound, "POLICY_NOT_IN_FORCE"));
    assert_eq!((info.metadata["key"].as_str(), info.metadata["fact_date"].as_str()), ("MEDIATION", "2026-07-01"));
    // What a release ships is nobody's of the jobcenter.
    let status = house.approve("gerda", &breach).await.expect_err("a federal version");
    assert_eq!(reason(&status), "POLICY_WRONG_STATE");
    let status = house.withdraw(&breach).await.expect_err("a federal version");
    assert_eq!(reason(&status), "POLICY_WRONG_STATE");
}

#[tokio::test]
async fn what_a_jobcenter_may_not_choose_is_told_by_field() {
    let house = House::open().await;
    let before = house.everything().await;
    let begins = date(2026, 9, 1);
    let with = |change: fn(&mut Policy)| {
        let mut policy = limit(18, begins);
        change(&mut policy);
        policy
    };
    let set = |policy: &mut Policy, value: Value| policy.parameters[0].value = Some(value);
    let cases: [(&str, Policy, &[&str]); 13] = [
        ("beyond what local policy may", limit(30, begins), &["policy.parameters[0]"]),
        (
            "two bounds at once",
            with(|policy| {
                policy.parameters[0].value = Some(Value::Number(5));
                policy.parameters[3].value = Some(Value::Number(9));
            }),
            &["policy.parameters[0]", "policy.parameters[3]"],
        ),
        (
            "of another kind",
            {
                let mut policy = limit(18, begins);
                set(&mut policy, Value::Flag(true));
                policy
            },
            &["policy.parameters[0]"],
        ),
        (
            "approved by a role that nobody has",
            with(|policy| policy.parameters[4].value = Some(Value::Code("MANAGEMENT".into()))),
            &["policy.parameters[4]"],
        ),
        ("without a value", with(|policy| policy.parameters[0].value = None), &["policy.parameters[0]"]),
        ("unknown", with(|policy| policy.parameters[0].name = "monate".into()), &["policy.parameters[0].name"]),
        ("twice", with(|policy| policy.parameters[1].name = "months".into()), &["policy.parameters[1].name"]),
        (
            "the second notice before the first",
            with(|policy| policy.parameters[2].value = Some(Value::Number(3))),
            &["policy.parameters[2]"],
        ),
        ("missing", with(|policy| policy.parameters.truncate(6)), &["policy.parameters"]),
        ("its end before its beginning", until(limit(18, begins), date(2026, 8, 1)), &["policy.valid_to_date"]),
        ("today without a reason", limit(18, TODAY), &["policy.retroactive_reason"]),
        (
            "no such day",
            with(|policy| policy.valid_from_date = Some(lotse_proto::Date { year: 2026, month: 6, day: 31 })),
            &["policy.valid_from_date"],
        ),
        (
            "no federal rule yet",
            limit(18, date(2004, 12, 31)),
            &["policy.valid_from_date", "policy.retroactive_reason"],
        ),
    ];
    for (what, policy, fields) in cases {
        let status = house.draft(policy).await.expect_err(what);
        assert_eq!(status.code(), Code::InvalidArgument, "{what}");
        assert_eq!(violations(&status), fields, "{what}: {status:?}");
    }
    // The law's own numbers stay as they are there.
    let posted = Policy {
        key: PolicyKey::NoticeFiction.into(),
        parameters: vec![parameter("days", Value::Number(6))],
        ..limit(18, begins)
    };
    assert_eq!(violations(&house.draft(posted).await.expect_err("the legislator's")), ["policy.parameters[0]"]);
    // Nor does local policy go on when the law ends.
    let mediation = Policy {
        key: PolicyKey::Mediation.into(),
        parameters: vec![parameter("weeks", Value::Number(4))],
        ..limit(18, date(2026, 4, 1))
    };
    let status = house.draft(mediation.clone()).await.expect_err("beyond the law");
    assert_eq!(violations(&status), ["policy.valid_to_date"]);
    assert_eq!(before, house.everything().await, "nothing of it is stored");
    house.draft(until(mediation, date(2026, 6, 30))).await.expect("within the law");
}

#[tokio::test]
async fn approved_versions_do_not_overlap_and_corrections_are_new_versions() {
    let house = House::open().await;
    let first = house.in_force(until(limit(18, date(2026, 9, 1)), date(2026, 12, 31))).await;
    // One that begins within its days ends it the day before.
    let within = house.in_force(until(limit(20, date(2026, 12, 1)), date(2026, 12, 31))).await;
    let cited = async |day| house.resolve(PolicyKey::RegularMaximum, day).await.expect("a version").citation;
    assert_eq!(cited(date(2026, 11, 30)).await, first.citation);
    assert_eq!(cited(date(2026, 12, 1)).await, within.citation);
    let ended = house.read(&first).await;
    assert_eq!(
        (day(ended.valid_to_date), day(ended.in_force_to_date)),
        (Some(date(2026, 12, 31)), Some(date(2026, 11, 30))),
        "what was approved stands unchanged"
    );
    // A last day that is taken is not approved.
    let beyond = house.draft(until(limit(16, date(2026, 10, 1)), date(2026, 12, 1))).await.expect("only a draft");
    let status = house.validate(&beyond).await.expect_err("its last day is taken");
    let info = status.get_details_error_info().expect("a reason");
    assert_eq!((status.code(), info.reason.as_str()), (Code::FailedPrecondition, "POLICY_COLLIDES"));
    assert_eq!(info.metadata["citation"], within.citation);
    assert_eq!(violations(&status), ["valid_to_date"]);
    assert_eq!(house.read(&beyond).await, beyond, "it stays a draft");
    let corrected = house.in_force(until(limit(12, date(2026, 9, 1)), date(2026, 11, 30))).await;
    assert_eq!(corrected.version, 4);
    let governs = house.resolve(PolicyKey::RegularMaximum, date(2026, 10, 1)).await.expect("a version");
    assert_eq!(governs.citation, corrected.citation);
    let old = house.read(&first).await;
    let as_approved = Policy { in_force: false, in_force_to_date: None, ..first.clone() };
    assert_eq!(old, as_approved, "it stays as it was approved, and governs nothing any more");
    // Two drafts that were both sound: whoever is approved second collides.
    let one = house
        .validate(&house.draft(until(limit(18, date(2027, 1, 1)), date(2027, 6, 30))).await.unwrap())
        .await
        .unwrap();
    let two = house.validate(&house.draft(limit(20, date(2027, 6, 1))).await.unwrap()).await.unwrap();
    house.approve("gerda", &two).await.expect("the first");
    assert_eq!(reason(&house.approve("gerda", &one).await.expect_err("the second")), "POLICY_COLLIDES");
}

#[tokio::test]
async fn a_correction_takes_the_place_of_a_version_for_good() {
    let house = House::open().await;
    let wrong = house.in_force(until(limit(18, date(2026, 9, 1)), date(2027, 12, 31))).await;
    let right = house.in_force(until(limit(20, date(2026, 9, 1)), date(2026, 12, 31))).await;
    let after = house.resolve(PolicyKey::RegularMaximum, date(2027, 1, 1)).await.expect("a version");
    assert_eq!(after.citation, "federal/REGULAR_MAXIMUM/1", "what was corrected does not come back");
    let read = house.read(&wrong).await;
    assert_eq!(
        (read.in_force, day(read.valid_to_date)),
        (false, Some(date(2027, 12, 31))),
        "it stays as it was approved"
    );
    // The days behind the correction are free, in the domain and in the database.
    let later = house.in_force(limit(16, date(2027, 6, 1))).await;
    // One that ended within an open one would end that one too, though nobody said so.
    let ending = house.draft(until(limit(14, date(2028, 1, 1)), date(2028, 3, 31))).await.expect_err("a tail");
    assert_eq!(violations(&ending), ["policy.valid_to_date"]);
    let last = house.in_force(limit(14, date(2028, 1, 1))).await;
    let listed = house.listed(PolicyKey::RegularMaximum).await;
    let reaches: Vec<_> = listed
        .into_iter()
        .map(|policy| (policy.citation.clone(), policy.in_force, day(policy.in_force_to_date)))
        .collect();
    let federal = "federal/REGULAR_MAXIMUM/1".to_owned();
    assert_eq!(
        reaches,
        [
            (wrong.citation, false, None),
            (right.citation, true, Some(date(2026, 12, 31))),
            (later.citation, true, Some(date(2027, 12, 31))),
            (last.citation, true, None),
            (federal, true, None),
        ]
    );
}

#[tokio::test]
async fn a_jobcenter_goes_back_to_the_federal_rule() {
    let house = House::open().await;
    let repeal = |valid_from| Policy { repeal: true, parameters: Vec::new(), ..limit(18, valid_from) };
    let (begins, ends) = (date(2026, 9, 1), date(2027, 3, 1));
    let status = house.draft(repeal(ends)).await.expect_err("nothing was set");
    assert_eq!(violations(&status), ["policy.valid_from_date"]);
    let local = house.in_force(limit(18, begins)).await;
    for (what, policy, field) in [
        ("with values", Policy { parameters: limit(18, ends).parameters, ..repeal(ends) }, "policy.parameters"),
        ("with an end", until(repeal(ends), date(2027, 12, 31)), "policy.valid_to_date"),
    ] {
        assert_eq!(violations(&house.draft(policy).await.expect_err(what)), [field], "{what}");
    }
    let repealed = house.in_force(repeal(ends)).await;
    assert!(repealed.repeal && repealed.in_force && repealed.parameters.is_empty());
    let cited = async |day| house.resolve(PolicyKey::RegularMaximum, day).await.expect("a version").citation;
    assert_eq!(cited(date(2027, 2, 28)).await, local.citation, "older facts stay as they are");
    assert_eq!(cited(ends).await, "federal/REGULAR_MAXIMUM/1");
    assert_eq!(day(house.read(&local).await.in_force_to_date), Some(date(2027, 2, 28)));
    // Dates follow: an assignment before is under 18 months, one after under the federal 24.
    house.move_to(ends).await;
    let after = Story::at(&house, "K1", Stage::Delivery).await;
    assert_eq!(limit_of(&after).await.1, "federal/REGULAR_MAXIMUM/1");
    let anew = house.in_force(until(limit(20, date(2027, 6, 1)), date(2027, 12, 31))).await;
    assert_eq!(cited(date(2027, 6, 1)).await, anew.citation);
    // Also one whose last day was set can be ended before it.
    house.in_force(repeal(date(2027, 10, 1))).await;
    assert_eq!(day(house.read(&anew).await.in_force_to_date), Some(date(2027, 9, 30)));
    assert_eq!(cited(date(2027, 10, 1)).await, "federal/REGULAR_MAXIMUM/1");
}

#[tokio::test]
async fn a_repeated_draft_answers_the_same_when_its_day_has_gone_by() {
    let house = House::open().await;
    let request = ground::draft_of(limit(18, add_days(TODAY, 7)));
    let mut policies = house.policies("doris");
    let drafted = policies.draft_policy(request.clone()).await.expect("a draft").into_inner();
    house.move_to(add_days(TODAY, 30)).await;
    let again = policies.draft_policy(request.clone()).await.expect("the same answer").into_inner();
    assert_eq!(again, drafted);
    let other = contract::DraftPolicyRequest { request_id: crate::house::request_id("another"), ..request };
    assert_eq!(violations(&policies.draft_policy(other).await.expect_err("too late")), ["policy.retroactive_reason"]);
}

#[tokio::test]
async fn what_has_begun_says_why() {
    let house = House::open().await;
    let begins = add_days(TODAY, 7);
    let late = house.validate(&house.draft(limit(18, begins)).await.unwrap()).await.unwrap();
    house.move_to(begins).await;
    let before = Story::at(&house, "K1", Stage::Delivery).await;
    let status = house.approve("gerda", &late).await.expect_err("somebody was assigned this morning");
    let info = status.get_details_error_info().expect("a reason");
    assert_eq!((info.reason.as_str(), info.metadata["valid_from_date"].as_str()), ("POLICY_BEGUN", "2026-03-09"));
    assert_eq!(violations(&status), ["retroactive_reason"]);
    house.withdraw(&late).await.expect("given up");
    let why = "Die Dienstanweisung gilt seit dem 09.03.2026 auf Papier.";
    let approved = house.in_force(Policy { retroactive_reason: why.into(), ..limit(18, begins) }).await;
    assert_eq!((approved.version, approved.retroactive_reason.as_str()), (2, why));
    assert_eq!(limit_of(&before).await.1, "federal/REGULAR_MAXIMUM/1", "what was computed this morning stays");
}

/// When the limit of a story falls due, and which version says so.
async fn limit_of(story: &Story<'_>) -> (Date, String) {
    let due = story.timetable().await.due;
    let limit = due.into_iter().find(|entry| entry.kind() == DutyKind::RegularMaximum).expect("a limit");
    let request = contract::ExplainDutyRequest { name: limit.duty };
    let explained = story.house.duties("anna").explain_duty(request).await.expect("its reason").into_inner();
    (civil(explained.due_date), explained.rule_version)
}

#[tokio::test]
async fn dates_follow_the_version_in_force_and_cite_it() {
    let house = House::open().await;
    let before = Story::at(&house, "K1", Stage::Delivery).await;
    let federal = (date(2028, 3, 2), "federal/REGULAR_MAXIMUM/1".to_owned());
    assert_eq!(limit_of(&before).await, federal);
    let approved = house.in_force(at_once(limit(18, TODAY))).await;
    let after = Story::at(&house, "K2", Stage::Delivery).await;
    assert_eq!(limit_of(&after).await, (date(2027, 9, 2), approved.citation));
    assert_eq!(limit_of(&before).await, federal, "what was computed before stays");
    // What waits for its second person changes nothing.
    house.validate(&house.draft(at_once(limit(12, TODAY))).await.expect("a draft")).await.expect("a sound draft");
    assert_eq!(limit_of(&Story::at(&house, "K3", Stage::Delivery).await).await.0, date(2027, 9, 2));
}

#[tokio::test]
async fn a_list_goes_by_key_scope_and_first_day() {
    let house = House::open().await;
    let local = house.draft(limit(18, date(2026, 9, 1))).await.expect("a draft");
    let list = async |key: PolicyKey, state: PolicyState| {
        let request = contract::ListPoliciesRequest {
            parent: PARENT.into(),
            key: key.into(),
            state: state.into(),
            ..Default::default()
        };
        let answer = house.policies("emil").list_policies(request).await.expect("a list").into_inner();
        answer.policies.into_iter().map(|policy| policy.citation).collect::<Vec<_>>()
    };
    assert_eq!(
        list(PolicyKey::RegularMaximum, PolicyState::Unspecified).await,
        [local.citation.as_str(), "federal/REGULAR_MAXIMUM/1"]
    );
    assert_eq!(list(PolicyKey::Unspecified, PolicyState::Draft).await, [local.citation.as_str()]);
    let phases = list(PolicyKey::Reduction, PolicyState::Approved).await;
    assert!(phases.len() > 2 && phases.is_sorted(), "{phases:?}");
}

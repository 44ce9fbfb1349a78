//! The life of a referral through the public API, and the wall around it.

use lotse_proto::providers::{self as contract, DeclineReason, ReferralState, UnmetNeed};
use tonic::Code;
use tonic_types::StatusExt as _;

use crate::house::{
    CASE, CLARA, FAR_CASE, House, IDLE_CASE, LOCAL_CASE, accept, break_off, complete, create, day, decline, refusal,
    report, request_id, revoke, send, start, violations,
};

const AUDIT: &str = "SELECT count(*) FROM audit_log WHERE outcome = 'refused'";

#[tokio::test]
async fn a_referral_lives_from_the_draft_to_its_result() {
    let house = House::open().await;
    let draft = house.draft().await;
    assert_eq!((draft.state(), draft.etag.as_str(), draft.deadline.is_none()), (ReferralState::Draft, "v1", true));
    let sent = house.anna().send_referral(send(&draft)).await.expect("sent").into_inner();
    let deadline = sent.deadline.clone().expect("an answer is awaited");
    assert_eq!((deadline.due_date, deadline.rule.as_str()), (Some(day(2026, 3, 16)), "R97"));
    assert!(!deadline.steps.is_empty(), "it explains itself");
    let accepted = house.anna().record_answer(accept(&sent)).await.expect("accepted").into_inner();
    let running = house.anna().start_referral(start(&accepted)).await.expect("running").into_inner();
    assert_eq!(running.deadline.clone().and_then(|deadline| deadline.due_date), Some(day(2026, 6, 2)));
    let reported = house.anna().record_report(report(&running)).await.expect("a report").into_inner();
    assert_eq!((reported.state(), reported.reports), (ReferralState::Running, 0), "nobody had asked yet");
    let done = house.anna().complete_referral(complete(&reported)).await.expect("completed").into_inner();
    assert_eq!((done.state(), done.etag.as_str()), (ReferralState::Completed, "v6"));
    assert_eq!(
        (done.sent_date, done.start_date, done.end_date),
        (Some(day(2026, 3, 2)), Some(day(2026, 3, 2)), Some(day(2026, 3, 2)))
    );
    // The unasked report moved no date and woke nobody.
    let told =
        ["start REFERRAL_SENT", "signal REFERRAL_ACCEPTED", "signal REFERRAL_STARTED", "signal REFERRAL_COMPLETED"];
    assert_eq!(house.events().await, told);
    assert_eq!(house.count("SELECT count(*) FROM referral_reports WHERE slot IS NULL").await, 1);
    assert_eq!(house.count("SELECT count(*) FROM audit_log WHERE outcome = 'done'").await, 8);

    let request = contract::ListReferralsRequest { parent: CASE.into(), ..Default::default() };
    assert_eq!(house.anna().list_referrals(request).await.expect("a list").into_inner().referrals, [done]);
}

#[tokio::test]
async fn a_report_that_was_asked_for_is_kept_with_the_version_of_its_day() {
    let house = House::open().await;
    let running = house.running().await;
    assert_eq!(running.last_report, None);
    // The service has run for three months: its first report is due today.
    let older = "
        UPDATE referrals
        SET sent_on = DATE '2025-12-02', answered_on = DATE '2025-12-02', started_on = DATE '2025-12-02'
    ";
    sqlx::query(older).execute(house.service.owner()).await.expect("an older service");
    let reported = house.anna().record_report(report(&running)).await.expect("a report").into_inner();
    let expected = contract::LastReport {
        due_date: Some(day(2026, 3, 2)),
        received_date: Some(day(2026, 3, 2)),
        rule_version: "federal/PROVIDER_REPORT/1".to_owned(),
    };
    assert_eq!((reported.reports, reported.last_report.as_ref()), (1, Some(&expected)));
    let get = contract::GetReferralRequest { name: running.name };
    assert_eq!(house.anna().get_referral(get).await.expect("it").into_inner(), reported);
    let list = contract::ListReferralsRequest { parent: CASE.into(), ..Default::default() };
    assert_eq!(house.anna().list_referrals(list).await.expect("a list").into_inner().referrals, [reported]);
    for (versionless, wall) in [
        ("UPDATE referrals SET last_report_rule_version = NULL", "referrals_last_report"),
        ("UPDATE referrals SET unmet_need = 'NO_ANSWER'", "referrals_silence"),
    ] {
        let refused = sqlx::query(versionless).execute(house.service.owner()).await.expect_err("no version");
        assert!(refused.to_string().contains(wall), "{refused}");
    }
}

#[tokio::test]
async fn a_refusal_records_the_unmet_need() {
    let house = House::open().await;
    let sent = house.sent().await;
    let request = decline(&sent, DeclineReason::NoPlace);
    let declined = house.anna().record_answer(request).await.expect("declined").into_inner();
    assert_eq!((declined.state(), declined.unmet_need()), (ReferralState::Declined, UnmetNeed::NoPlace));
    assert_eq!((declined.decline_reason(), declined.end_date), (DeclineReason::NoPlace, Some(day(2026, 3, 2))));
}

#[tokio::test]
async fn a_break_off_and_a_revocation_keep_their_reasons() {
    let house = House::open().await;
    let running = house.running().await;
    let broken = house.anna().break_off_referral(break_off(&running)).await.expect("broken off").into_inner();
    assert_eq!(broken.break_off_reason(), contract::BreakOffReason::WorkStarted);

    let offer = running.offer;
    let other = contract::CreateReferralRequest { request_id: request_id("other"), ..create(CASE, &offer) };
    let draft = house.anna().create_referral(other).await.expect("a draft").into_inner();
    let before = house.events().await;
    let revoked = house.anna().revoke_referral(revoke(&draft)).await.expect("revoked").into_inner();
    assert_eq!((revoked.state(), revoked.sent_date), (ReferralState::Revoked, None));
    assert_eq!(house.events().await, before, "a draft has no procedure");
}

#[tokio::test]
async fn a_draft_needs_an_active_episode_and_a_registered_offer() {
    let house = House::open().await;
    let offer = house.offer().await.name;
    let idle = house.anna().create_referral(create(IDLE_CASE, &offer)).await;
    assert_eq!(refusal(idle), (Code::FailedPrecondition, "EPISODE_NOT_ACTIVE".into()));
    // An offer is that of its provider only.
    let unknown = offer.replace("/providers/0", "/providers/1");
    assert_eq!(violations(house.anna().create_referral(create(CASE, &unknown)).await), ["referral.offer"]);
    let gone = "jobcenters/musterstadt/providers/018f3e5c-0000-7000-8000-000000000007/offers/018f3e5c-0000-7000-8000-000000000008";
    assert_eq!(violations(house.anna().create_referral(create(CASE, gone)).await), ["referral.offer"]);
    let foreign = gone.replace("musterstadt", "nachbarstadt");
    assert_eq!(violations(house.anna().create_referral(create(CASE, &foreign)).await), ["referral.offer"]);
    let empty = contract::CreateReferralRequest { parent: CASE.into(), ..Default::default() };
    assert_eq!(violations(house.anna().create_referral(empty).await), ["referral", "referral.offer", "request_id"]);
    assert_eq!(house.count("SELECT count(*) FROM referrals").await, 0);

    let made = house.anna().create_referral(create(CASE, &offer)).await.expect("a draft").into_inner();
    let again = house.anna().create_referral(create(CASE, &offer)).await.expect("the same").into_inner();
    assert_eq!(made, again);
    let mut other = create(CASE, &offer);
    other.referral.as_mut().expect("it").report_interval_months = 1;
    let reused = house.anna().create_referral(other).await;
    assert_eq!(refusal(reused), (Code::AlreadyExists, "REQUEST_ID_REUSED".into()));
}

#[tokio::test]
async fn a_referral_may_be_part_of_a_step_that_is_still_to_be_done() {
    let house = House::open().await;
    let offer = house.offer().await.name;
    let of = |goal_key: &str, step_key: &str, words: &str| {
        let mut request = create(CASE, &offer);
        let plan_step = contract::PlanStep { goal_key: goal_key.into(), step_key: step_key.into() };
        request.referral.as_mut().expect("it").plan_step = Some(plan_step);
        request.request_id = request_id(words);
        request
    };
    for (goal_key, step_key) in [("schulden", "antrag"), ("wohnen", "beratung"), ("beratung", "schulden")] {
        let refused = house.anna().create_referral(of(goal_key, step_key, "wrong")).await;
        assert_eq!(violations(refused), ["referral.plan_step"], "{goal_key}/{step_key}");
    }
    let formless = house.anna().create_referral(of("Schulden", "", "wrong")).await;
    assert_eq!(violations(formless), ["referral.plan_step.goal_key", "referral.plan_step.step_key"]);
    assert_eq!(house.count("SELECT count(*) FROM referrals").await, 0);

    let request = of("schulden", "beratung", "of a step");
    let made = house.anna().create_referral(request.clone()).await.expect("a draft").into_inner();
    assert_eq!(made.plan_step, request.referral.expect("it").plan_step);
    let sent = house.anna().send_referral(send(&made)).await.expect("sent").into_inner();
    assert_eq!(sent.plan_step, made.plan_step, "it stays");
    let other = contract::CreateReferralRequest { request_id: request_id("alone"), ..create(CASE, &offer) };
    let alone = house.anna().create_referral(other).await.expect("of no step").into_inner();
    let listed = async |plan_step| {
        let request = contract::ListReferralsRequest { parent: CASE.into(), plan_step, ..Default::default() };
        house.anna().list_referrals(request).await.map(|answer| answer.into_inner().referrals)
    };
    assert_eq!(listed(None).await.expect("a list"), [alone, sent.clone()]);
    assert_eq!(listed(made.plan_step.clone()).await.expect("a list"), [sent]);
    let crossed = contract::PlanStep { goal_key: "beratung".into(), step_key: "schulden".into() };
    assert_eq!(listed(Some(crossed)).await.expect("a list"), []);
    assert_eq!(
        violations(listed(Some(contract::PlanStep::default())).await),
        ["plan_step.goal_key", "plan_step.step_key"]
    );
    let half = sqlx::query("UPDATE referrals SET step_key = NULL").execute(house.service.owner()).await;
    assert!(half.expect_err("half a step").to_string().contains("referrals_plan_step"));
}

#[tokio::test]
async fn an_agreed_interval_keeps_within_the_policy_of_the_jobcenter() {
    let house = House::open().await;
    let offer = house.offer().await.name;
    let agreed = |case, months| {
        let mut request = create(case, &offer);
        request.referral.as_mut().expect("it").report_interval_months = months;
        contract::CreateReferralRequest { request_id: request_id(&format!("{case} {months}")), ..request }
    };
    let told = async |case, months| {
        let status = house.anna().create_referral(agreed(case, months)).await.expect_err("too long");
        let bad = status.get_details_bad_request().expect("fields are named");
        bad.field_violations.into_iter().map(|violation| (violation.field, violation.description)).collect::<Vec<_>>()
    };
    for (case, longest, policy) in
        [(CASE, 6, "federal/PROVIDER_REPORT/1"), (LOCAL_CASE, 4, "musterstadt/PROVIDER_REPORT/1")]
    {
        let made = house.anna().create_referral(agreed(case, longest)).await.expect("a draft").into_inner();
        assert_eq!(made.report_interval_months, longest);
        let text =
            format!("must be 0 to {longest}, the longest that {policy} allows for a service beginning 2026-03-02");
        for months in [longest + 1, i32::MAX] {
            assert_eq!(told(case, months).await, [("referral.report_interval_months".to_owned(), text.clone())]);
        }
    }
    let both = contract::CreateReferralRequest {
        referral: Some(contract::Referral {
            offer: offer.replace("/providers/0", "/providers/1"),
            report_interval_months: 5,
            ..Default::default()
        }),
        ..agreed(LOCAL_CASE, 5)
    };
    let named = violations(house.anna().create_referral(both).await);
    assert_eq!(named, ["referral.report_interval_months", "referral.offer"], "all at once");
    assert_eq!(violations(house.anna().create_referral(agreed(CASE, -1)).await), ["referral.report_interval_months"]);
    assert_eq!(house.count("SELECT count(*) FROM referrals").await, 2);
}

#[tokio::test]
async fn who_sees_and_who_acts() {
    let house = House::open().await;
    let draft = house.draft().await;
    let get = || contract::GetReferralRequest { name: draft.name.clone() };
    let list = || contract::ListReferralsRequest { parent: CASE.into(), ..Default::default() };
    // Officers and the team's lead see it; another team and the coordinator do not know that it is there.
    for (subject, role, seen) in [
        ("anna", "case-manager", true),
        ("bernd", "placement-officer", true),
        ("doris", "team-lead", true),
        ("clara", "case-manager", false),
        ("paula", "provider-coordinator", false),
    ] {
        let mut client = house.referrals(subject, role);
        assert_eq!(client.get_referral(get()).await.is_ok(), seen, "{subject}");
        assert_eq!(client.list_referrals(list()).await.is_ok(), seen, "listed ⇔ allowed for {subject}");
    }
    assert_eq!(house.count(AUDIT).await, 4);
    let lead = house.referrals("doris", "team-lead").send_referral(send(&draft)).await;
    assert_eq!(refusal(lead), (Code::PermissionDenied, "NOT_PERMITTED".into()));
    let draft_again = contract::CreateReferralRequest { request_id: request_id("b"), ..create(CASE, &draft.offer) };
    house
        .referrals("bernd", "placement-officer")
        .create_referral(draft_again)
        .await
        .expect("the placement officer refers");
}

#[tokio::test]
async fn the_case_manager_of_an_older_episode_follows_up_what_began_in_it() {
    let house = House::open().await;
    let old = house.running().await;
    let clara = || house.referrals("clara", "case-manager");
    let seen = async |referral: &contract::Referral| {
        clara().get_referral(contract::GetReferralRequest { name: referral.name.clone() }).await.is_ok()
    };
    assert!(!seen(&old).await, "a case of another team");
    house.proposed_again(&old, CLARA);
    let list = contract::ListReferralsRequest { parent: CASE.into(), ..Default::default() };
    assert!(seen(&old).await && clara().list_referrals(list).await.is_ok());
    let reported = clara().record_report(report(&old)).await.expect("her episode goes on").into_inner();

    // What begins in the new episode is seen with the case, and is not hers.
    let create = contract::CreateReferralRequest { request_id: request_id("again"), ..create(CASE, &old.offer) };
    assert_eq!(
        refusal(clara().create_referral(create.clone()).await),
        (Code::PermissionDenied, "NOT_PERMITTED".into())
    );
    let new = house.anna().create_referral(create).await.expect("a draft").into_inner();
    assert_ne!(new.episode, old.episode);
    let request = contract::SendReferralRequest { request_id: request_id("send again"), ..send(&new) };
    let sent = house.anna().send_referral(request).await.expect("sent").into_inner();
    assert!(seen(&sent).await);
    let answer = contract::RecordAnswerRequest { request_id: request_id("answer again"), ..accept(&sent) };
    let refused = house.count(AUDIT).await;
    for _ in 0..2 {
        let status = clara().record_answer(answer.clone()).await;
        assert_eq!(refusal(status), (Code::PermissionDenied, "NOT_PERMITTED".into()));
    }
    assert_eq!(house.count(AUDIT).await, refused + 2);
    let unchanged = contract::GetReferralRequest { name: sent.name.clone() };
    assert_eq!(house.anna().get_referral(unchanged).await.expect("it").into_inner(), sent);
    // Nothing of the refusal stays, not even its request id; the officers of the case go on in both episodes.
    house.anna().record_answer(answer).await.expect("accepted");
    house.anna().complete_referral(complete(&reported)).await.expect("completed");
}

#[tokio::test]
async fn foreign_and_unknown_cases_look_alike_and_a_missing_neighbour_is_said() {
    let house = House::open().await;
    let unknown = CASE.replace("000001", "000099");
    for case in [CASE.replace("musterstadt", "nachbarstadt"), unknown] {
        let answer = house.anna().create_referral(create(&case, "")).await;
        assert_eq!(refusal(answer), (Code::NotFound, "RESOURCE_NOT_FOUND".into()), "{case}");
    }
    assert_eq!(house.count(AUDIT).await, 2);
    let answer = house.anna().create_referral(create(FAR_CASE, "")).await;
    assert_eq!(refusal(answer), (Code::Unavailable, "DEPENDENCY_UNAVAILABLE".into()));
}

#[tokio::test]
async fn days_lie_between_the_event_before_and_today() {
    let house = House::open().await;
    let sent = house.sent().await;
    for answered_date in [Some(day(2026, 3, 1)), Some(day(2026, 3, 3))] {
        let request = contract::RecordAnswerRequest { answered_date, ..accept(&sent) };
        assert_eq!(violations(house.anna().record_answer(request).await), ["answered_date"]);
    }
    let reasonless = decline(&sent, contract::DeclineReason::Unspecified);
    assert_eq!(violations(house.anna().record_answer(reasonless).await), ["decline.reason"]);
    let running = {
        let accepted = house.anna().record_answer(accept(&sent)).await.expect("accepted").into_inner();
        house.anna().start_referral(start(&accepted)).await.expect("running").into_inner()
    };
    let request = contract::CompleteReferralRequest { end_date: Some(day(2026, 3, 1)), ..complete(&running) };
    assert_eq!(violations(house.anna().complete_referral(request).await), ["end_date"]);
    let mut request = report(&running);
    request.report.as_mut().expect("it").received_date = Some(day(2026, 3, 1));
    assert_eq!(violations(house.anna().record_report(request).await), ["report.received_date"]);
    assert_eq!(running.state(), ReferralState::Running);
}

//! `PreviewReferrals`: what a version does to what is owed of referrals is told, and nothing of it is done.

use jiff::civil::{Date, date};
use lotse_proto::{
    cases::{
        DutyDates, JobcenterRules, OpenDuties, Place, Policy, PolicyChange, PolicyFact, PolicyKey, PolicyParameter,
        PolicyScope, ReplanEffect, policy_parameter,
    },
    common::{DutyKind, DutyStep},
    providers as contract,
};

use crate::{
    house::{House, day, fresh, violations},
    process::at,
};

/// What a jobcenter lives under that has one version of its own, which takes open duties over.
fn under(key: PolicyKey, fact: PolicyFact, numbers: &[(&str, i32)]) -> JobcenterRules {
    let number = |(name, number): &(&str, i32)| PolicyParameter {
        name: (*name).to_owned(),
        value: Some(policy_parameter::Value::Number(*number)),
        unit: String::new(),
    };
    let version = Policy {
        key: key.into(),
        version: 1,
        scope: PolicyScope::Jobcenter.into(),
        valid_from_date: Some(day(2026, 3, 3)),
        legal_basis: "Ermessensrichtlinie".to_owned(),
        parameters: numbers.iter().map(number).collect(),
        fact: fact.into(),
        open_duties: OpenDuties::Replan.into(),
        ..Policy::default()
    };
    let place = Place { land: "NW".to_owned(), municipality: "05515000".to_owned(), ..Place::default() };
    JobcenterRules { place: Some(place), policies: vec![version] }
}

/// A version that lets providers answer within so many working days.
pub fn answers(days: i32) -> JobcenterRules {
    under(PolicyKey::Referral, PolicyFact::ReferralSent, &[("answer_working_days", days), ("waiting_days", 28)])
}

/// As cases asks: the version is approved on the day at latest.
pub fn asked(mut rules: JobcenterRules, citation: &str, as_of: Date) -> contract::PreviewReferralsRequest {
    rules.policies[0].approve_date = Some(lotse_platform::fields::contract_date(as_of));
    contract::PreviewReferralsRequest {
        parent: "jobcenters/musterstadt".into(),
        after: String::new(),
        rules: Some(rules),
        citation: format!("musterstadt/{citation}/1"),
        as_of_date: Some(lotse_platform::fields::contract_date(as_of)),
    }
}

async fn changes(house: &House, request: contract::PreviewReferralsRequest) -> Vec<PolicyChange> {
    let page = house.worker().preview_referrals(request).await.expect("a page").into_inner();
    assert_eq!((page.read_count, page.total_count, page.last.as_str()), (1, 1, ""));
    page.changes
}

fn due(dates: Option<&DutyDates>) -> Option<lotse_proto::Date> {
    dates.and_then(|dates| dates.due_date)
}

#[tokio::test]
async fn an_answer_moves_and_one_that_is_overdue_stays() {
    let house = House::open().await;
    let sent = house.sent().await;
    let events = house.events().await;
    let found = changes(&house, asked(answers(5), "REFERRAL", date(2026, 3, 4))).await;
    let [change] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((change.duty.as_str(), change.kind()), (sent.name.as_str(), DutyKind::ProviderAnswer));
    assert_eq!((change.effect(), change.becomes_overdue), (ReplanEffect::Moved, false));
    assert_eq!(due(change.before.as_ref()), Some(day(2026, 3, 16)));
    assert_eq!(due(change.after.as_ref()), Some(day(2026, 3, 9)));
    assert_eq!(change.explanation.as_ref().expect("its reason").rule_version, "musterstadt/REFERRAL/1");
    // In time until then, overdue by its new date.
    let late = changes(&house, asked(answers(5), "REFERRAL", date(2026, 3, 12))).await;
    assert_eq!((late[0].effect(), late[0].becomes_overdue), (ReplanEffect::Moved, true));
    let overdue = changes(&house, asked(answers(20), "REFERRAL", date(2026, 3, 17))).await;
    assert_eq!((overdue[0].effect(), overdue[0].after.clone()), (ReplanEffect::KeptOverdue, None));
    assert!(changes(&house, asked(answers(10), "REFERRAL", date(2026, 3, 4))).await.is_empty(), "the same days");
    assert_eq!(house.events().await, events, "nobody is woken");
}

#[tokio::test]
async fn another_interval_is_told_with_both_days() {
    let house = House::open().await;
    let sent = house.sent().await;
    let request = |end, as_of| {
        let all =
            [("interval_days", 14), ("longest_pause_days", 28), ("provider_lead_round", 2), ("provider_days", end)];
        asked(under(PolicyKey::Escalation, PolicyFact::Overdue, &all), "ESCALATION", as_of)
    };
    let escalate = async |round, on| {
        let step = contract::TakeDutyStepRequest {
            name: sent.name.clone(),
            kind: DutyKind::ProviderAnswer.into(),
            step: DutyStep::Escalate.into(),
            round,
            business_time: Some(at(on)),
            request_id: fresh(),
            ..Default::default()
        };
        assert!(house.worker().take_duty_step(step).await.expect("a step").into_inner().taken);
    };
    let days = |change: &PolicyChange| (change.escalates_before_date, change.escalates_after_date);
    let first = "the first one comes on the day after, whatever the interval";
    assert!(changes(&house, request(84, date(2026, 3, 20))).await.is_empty(), "{first}");
    escalate(1, date(2026, 3, 17)).await;
    let later = changes(&house, request(84, date(2026, 3, 20))).await;
    assert_eq!((later[0].effect(), later[0].after.clone()), (ReplanEffect::EscalatesAnew, None));
    assert_eq!(days(&later[0]), (Some(day(2026, 3, 24)), Some(day(2026, 3, 31))));
    escalate(2, date(2026, 3, 31)).await;
    let never = changes(&house, request(28, date(2026, 4, 1))).await;
    assert_eq!(days(&never[0]), (Some(day(2026, 4, 7)), None), "four weeks are over by then");
}

#[tokio::test]
async fn many_are_looked_through_page_after_page() {
    let house = House::open().await;
    house.sent().await;
    let copies = "
        INSERT INTO referrals
        SELECT (jsonb_populate_record(r, jsonb_build_object('referral_id', gen_random_uuid()))).*
        FROM referrals r, generate_series(1, 1000)
    ";
    sqlx::query(copies).execute(house.service.owner()).await.expect("a thousand more");
    let request = asked(answers(5), "REFERRAL", date(2026, 3, 4));
    let first = house.worker().preview_referrals(request.clone()).await.expect("a page").into_inner();
    assert_eq!((first.read_count, first.total_count, first.changes.len()), (1000, 1001, 1000));
    let next = contract::PreviewReferralsRequest { after: first.last, ..request };
    let rest = house.worker().preview_referrals(next).await.expect("a page").into_inner();
    assert_eq!((rest.read_count, rest.total_count, rest.changes.len(), rest.last.as_str()), (1, 0, 1, ""));
}

#[tokio::test]
async fn what_is_wrong_is_told_by_field() {
    let house = House::open().await;
    let right = asked(answers(5), "REFERRAL", date(2026, 3, 4));
    let wrong = contract::PreviewReferralsRequest { after: "x".into(), rules: None, as_of_date: None, ..right.clone() };
    assert_eq!(violations(house.worker().preview_referrals(wrong).await), ["after", "as_of_date", "rules"]);
    let unknown = contract::PreviewReferralsRequest { citation: "musterstadt/REFERRAL/2".into(), ..right.clone() };
    assert_eq!(violations(house.worker().preview_referrals(unknown).await), ["citation"]);
    let nowhere = JobcenterRules { place: None, ..answers(5) };
    let nowhere = contract::PreviewReferralsRequest { rules: Some(nowhere), ..right };
    assert_eq!(violations(house.worker().preview_referrals(nowhere).await), ["rules"]);
}

//! The worklist: filters, states as of today, pages, explanations, and that it shows exactly what may be read.

use std::collections::BTreeSet;

use jiff::civil::date;
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{Duty, ExplainDutyRequest, GetDutyRequest, ListDutiesRequest},
    common::{DutyKind, DutyState},
};
use tonic::{Code, Status};

use crate::{
    house::{House, PEOPLE, TODAY, reason, violations},
    requests as write,
    story::{Stage, Story, civil},
};

const ALL: [DutyState; 6] =
    [DutyState::Scheduled, DutyState::Open, DutyState::Overdue, DutyState::Done, DutyState::Missed, DutyState::Void];

fn asking() -> ListDutiesRequest {
    ListDutiesRequest { parent: "jobcenters/musterstadt".into(), ..Default::default() }
}

fn in_states(states: &[DutyState]) -> ListDutiesRequest {
    ListDutiesRequest { states: states.iter().map(|state| (*state).into()).collect(), ..asking() }
}

async fn list(house: &House, by: &str, request: ListDutiesRequest) -> Result<Vec<Duty>, Status> {
    Ok(house.duties(by).list_duties(request).await?.into_inner().duties)
}

async fn kinds(house: &House, by: &str, request: ListDutiesRequest) -> Vec<(DutyKind, DutyState)> {
    let duties = list(house, by, request).await.expect("a list");
    duties.iter().map(|duty| (duty.kind(), duty.state())).collect()
}

#[tokio::test]
async fn states_are_those_of_today_also_when_no_step_was_taken() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::Planning).await;
    let (review, limit) = (DutyKind::ContinuationReview, DutyKind::RegularMaximum);
    let scheduled = [(review, DutyState::Scheduled), (limit, DutyState::Scheduled)];
    assert_eq!(kinds(&house, "anna", in_states(&[DutyState::Scheduled])).await, scheduled);
    let done = [DutyKind::FirstTalk, DutyKind::ProposalDecision, DutyKind::EligibilityRecheck];
    let done = done.map(|kind| (kind, DutyState::Done));
    assert_eq!(kinds(&house, "anna", in_states(&[DutyState::Done])).await, done);
    for (day, open) in [
        (TODAY, vec![]),
        (date(2026, 8, 2), vec![]),
        (date(2026, 8, 3), vec![(review, DutyState::Open)]),
        (date(2026, 9, 3), vec![(review, DutyState::Open)]),
        (date(2026, 9, 4), vec![(review, DutyState::Overdue)]),
        (date(2027, 12, 2), vec![(review, DutyState::Overdue), (limit, DutyState::Open)]),
    ] {
        house.move_to(day).await;
        assert_eq!(kinds(&house, "anna", asking()).await, open, "on {day}");
    }
}

#[tokio::test]
async fn filters_combine() {
    let house = House::open().await;
    let lived = Story::at(&house, "K1", Stage::Planning).await;
    let proposed = Story::at(&house, "K2", Stage::Proposed).await;
    let every = list(&house, "bernd", in_states(&ALL)).await.expect("a list");
    assert_eq!(every.len(), 7, "{every:?}");
    assert!(every.is_sorted_by_key(|duty| (civil(duty.due_date), duty.name.rsplit('/').next().map(str::to_owned))));
    let with = |change: fn(&mut ListDutiesRequest)| {
        let mut request = in_states(&ALL);
        change(&mut request);
        request
    };
    let names = |duties: Vec<Duty>| duties.into_iter().map(|duty| duty.name).collect::<BTreeSet<_>>();
    let among = |keep: &dyn Fn(&Duty) -> bool| names(every.iter().filter(|duty| keep(duty)).cloned().collect());
    let asked = async |request| names(list(&house, "bernd", request).await.expect("a list"));

    let reviews = with(|request| request.kinds = vec![DutyKind::ContinuationReview.into()]);
    assert_eq!(asked(reviews).await, among(&|duty| duty.kind() == DutyKind::ContinuationReview));
    let from = with(|request| request.due_from_date = Some(contract_date(date(2026, 9, 2))));
    assert_eq!(asked(from).await, among(&|duty| civil(duty.due_date) >= date(2026, 9, 2)));
    let until = with(|request| request.due_until_date = Some(contract_date(date(2026, 9, 2))));
    assert_eq!(asked(until).await, among(&|duty| civil(duty.due_date) <= date(2026, 9, 2)));
    assert_eq!(asked(with(|request| request.team = "ue25".into())).await, names(every.clone()));
    assert_eq!(asked(with(|request| request.team = "u25".into())).await, BTreeSet::new());
    let owned = ListDutiesRequest { owner: house.anna.name.clone(), ..in_states(&ALL) };
    assert_eq!(asked(owned).await, among(&|duty| duty.owner == house.anna.name));
    for subject in [&lived.place.case, &lived.place.episode, &proposed.place.episode] {
        let request = ListDutiesRequest { subject: subject.clone(), ..in_states(&ALL) };
        let found = asked(request).await;
        assert!(!found.is_empty());
        assert_eq!(found, among(&|duty| duty.name.starts_with(subject.as_str())));
    }
}

#[tokio::test]
async fn wrong_filters_are_named() {
    let house = House::open().await;
    let request = ListDutiesRequest {
        owner: "jobcenters/nachbarstadt/staff/nobody".into(),
        team: "Ü 25".into(),
        subject: "K1".into(),
        states: vec![0, 99],
        kinds: vec![-1],
        due_from_date: Some(lotse_proto::Date { year: 2026, month: 2, day: 30 }),
        scope: 9,
        population: -1,
        ..asking()
    };
    let status = list(&house, "anna", request).await.expect_err("nothing of it is right");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "FIELDS_INVALID"));
    let found: BTreeSet<String> = violations(&status).into_iter().collect();
    let expected =
        ["due_from_date", "kinds[0]", "owner", "population", "scope", "states[0]", "states[1]", "subject", "team"];
    assert_eq!(found, expected.map(str::to_owned).into());
    let foreign = ListDutiesRequest { parent: "jobcenters/nachbarstadt".into(), ..Default::default() };
    let status = list(&house, "anna", foreign).await.expect_err("a foreign jobcenter");
    assert_eq!((status.code(), house.refusals().await), (Code::NotFound, 1));
}

#[tokio::test]
async fn pages_join_to_the_whole() {
    let house = House::open().await;
    for number in ["K1", "K2", "K3"] {
        Story::at(&house, number, Stage::Planning).await;
    }
    let whole = list(&house, "anna", in_states(&ALL)).await.expect("a list");
    assert_eq!(whole.len(), 15);
    for size in [1, 5, 15] {
        let (mut joined, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = ListDutiesRequest { page_size: size, page_token, ..in_states(&ALL) };
            let page = house.duties("anna").list_duties(request).await.expect("a page").into_inner();
            assert!(!page.duties.is_empty() && page.duties.len() <= usize::try_from(size).expect("a size"));
            joined.extend(page.duties);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        assert_eq!(joined, whole, "in pages of {size}");
    }
    // A token goes on with the list it came from.
    let first = ListDutiesRequest { page_size: 1, ..in_states(&ALL) };
    let token = house.duties("anna").list_duties(first).await.expect("a page").into_inner().next_page_token;
    let other = ListDutiesRequest { page_size: 1, page_token: token, team: "ue25".into(), ..in_states(&ALL) };
    let status = list(&house, "anna", other).await.expect_err("another list");
    assert_eq!(status.code(), Code::InvalidArgument);
}

#[tokio::test]
async fn what_is_listed_may_be_read_and_the_rest_not() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::Planning).await;
    Story::at(&house, "K2", Stage::Proposed).await;
    let every = list(&house, "bernd", in_states(&ALL)).await.expect("a list");
    let seen =
        [("anna", 7), ("bernd", 7), ("clara", 0), ("doris", 7), ("emil", 0), ("frida", 7), ("gerda", 0), ("hanna", 0)];
    assert_eq!(PEOPLE.len(), seen.len(), "everybody is asked");
    for (by, sees) in seen.into_iter().chain([("operator", 0)]) {
        let listed = match list(&house, by, in_states(&ALL)).await {
            Ok(duties) => duties.into_iter().map(|duty| duty.name).collect::<BTreeSet<_>>(),
            Err(status) => panic!("{by}: {status}"),
        };
        assert_eq!(listed.len(), sees, "{by}");
        for duty in &every {
            let read = house.duties(by).get_duty(GetDutyRequest { name: duty.name.clone() }).await;
            let explained = house.duties(by).explain_duty(ExplainDutyRequest { name: duty.name.clone() }).await;
            assert_eq!(
                (read.is_ok(), explained.is_ok()),
                (listed.contains(&duty.name), listed.contains(&duty.name)),
                "{by}"
            );
            if let Err(status) = read {
                assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "RESOURCE_NOT_FOUND"));
            }
        }
    }
}

#[tokio::test]
async fn a_date_is_explained_step_by_step() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    for duty in list(&house, "anna", in_states(&ALL)).await.expect("a list") {
        let asked = ExplainDutyRequest { name: duty.name.clone() };
        let why = house.duties("anna").explain_duty(asked).await.expect("an explanation").into_inner();
        assert_eq!((why.due_date, why.target_date), (duty.due_date, duty.target_date));
        assert_eq!(why.overdue_after_date, duty.overdue_after_date);
        assert_eq!(why.rule, duty.rule);
        assert!(!why.steps.is_empty() && !why.legal_basis.is_empty() && !why.rule_version.is_empty());
        for step in &why.steps {
            assert!(!step.code.is_empty() && !step.text_de.is_empty() && !step.text_en.is_empty(), "{step:?}");
        }
    }
    // The explanation stays when the duty is done.
    story.let_time_pass(date(2026, 8, 10)).await;
    let reviews = ListDutiesRequest { kinds: vec![DutyKind::ContinuationReview.into()], ..asking() };
    let [review] = list(&house, "anna", reviews).await.expect("a list").try_into().expect("one review");
    story.act("anna", "DecideReview", write::continue_in_review).await.expect("a review");
    let read = house.duties("anna").get_duty(GetDutyRequest { name: review.name.clone() }).await.expect("it is there");
    assert_eq!((read.get_ref().state(), read.get_ref().due_date), (DutyState::Done, review.due_date));
    let asked = ExplainDutyRequest { name: review.name };
    let why = house.duties("anna").explain_duty(asked).await.expect("an explanation").into_inner();
    assert_eq!(why.due_date, review.due_date);
}

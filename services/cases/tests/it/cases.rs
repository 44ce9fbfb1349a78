//! `RegisterCase` and reading cases: happy, invalid, forbidden, taken, repeated, and the wall between jobcenters.

use lotse_proto::cases::{self as contract, case_service_client::CaseServiceClient};
use tonic::Code;

use crate::house::{House, profile, reason, request_id, violations};

const AUDIT: &str = "SELECT count(*) FROM audit_log WHERE outcome = 'refused'";
const CASES: &str = "SELECT count(*) FROM cases";

#[tokio::test]
async fn a_registered_case_is_read_back() {
    let house = House::open().await;
    let made = house.bernd().register_case(house.case("K1")).await.expect("a case").into_inner();
    assert_eq!(made.etag, "v1");
    let read = house
        .bernd()
        .get_case(contract::GetCaseRequest { name: made.name.clone() })
        .await
        .expect("the case")
        .into_inner();
    assert_eq!(read, made);
    // The case manager of the case's team sees it, the one of another team does not know that it is there.
    for (subject, seen) in [("anna", true), ("clara", false)] {
        let mut client = CaseServiceClient::new(house.client(subject, "case-manager"));
        let answer = client.get_case(contract::GetCaseRequest { name: made.name.clone() }).await;
        assert_eq!(answer.is_ok(), seen, "{subject}");
        let listed = client
            .list_cases(contract::ListCasesRequest { parent: "jobcenters/musterstadt".into(), ..Default::default() });
        assert_eq!(
            listed.await.expect("a list").into_inner().cases.len(),
            usize::from(seen),
            "listed ⇔ allowed for {subject}"
        );
        if let Err(status) = answer {
            assert_eq!((status.code(), reason(&status).as_str()), (Code::NotFound, "RESOURCE_NOT_FOUND"));
        }
    }
    assert_eq!(house.count(AUDIT).await, 1, "the refusal left its audit row");
}

#[tokio::test]
async fn a_repeated_request_makes_one_case() {
    let house = House::open().await;
    let first = house.bernd().register_case(house.case("K1")).await.expect("a case").into_inner();
    let again = house.bernd().register_case(house.case("K1")).await.expect("the same case").into_inner();
    assert_eq!(first, again);
    let mut other = house.case("K2");
    other.request_id = request_id("K1");
    let status = house.bernd().register_case(other).await.expect_err("another content");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::AlreadyExists, "REQUEST_ID_REUSED"));
    let mut taken = house.case("K1");
    taken.request_id = request_id("another");
    let status = house.bernd().register_case(taken).await.expect_err("the number is taken");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::AlreadyExists, "CUSTOMER_NUMBER_EXISTS"));
    assert_eq!(house.count(CASES).await, 1);
}

#[tokio::test]
async fn a_repeated_request_answers_as_before_when_its_officer_has_other_work_now() {
    let house = House::open().await;
    let first = house.bernd().register_case(house.case("K1")).await.expect("a case").into_inner();
    let moved = contract::UpdateStaffMemberRequest {
        name: house.bernd.name.clone(),
        staff_member: Some(contract::StaffMember { functions: Vec::new(), ..house.bernd.clone() }),
        etag: house.bernd.etag.clone(),
        request_id: request_id("moved"),
    };
    let mut staff = contract::staff_service_client::StaffServiceClient::new(house.operator());
    staff.update_staff_member(moved).await.expect("a staff member");
    let again = house.bernd().register_case(house.case("K1")).await.expect("the same answer").into_inner();
    assert_eq!(first, again);
    let status = house.bernd().register_case(house.case("K2")).await.expect_err("another case is not registered");
    assert_eq!(violations(&status), ["case.placement_officer"]);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nothing_changes() {
    let house = House::open().await;
    let empty = contract::RegisterCaseRequest { parent: "jobcenters/musterstadt".into(), ..Default::default() };
    let status = house.bernd().register_case(empty).await.expect_err("nothing is filled in");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "FIELDS_INVALID"));
    let found = violations(&status);
    for field in [
        "case",
        "case.person.family_name",
        "case.person.birth_date",
        "case.team",
        "case.profile",
        "case.placement_officer",
        "request_id",
    ] {
        assert!(found.iter().any(|name| name == field), "{field} is missing in {found:?}");
    }
    let mut wrong = house.case("K1");
    if let Some(case) = &mut wrong.case {
        case.team = "Ü 25".into();
        case.profile = Some(contract::Profile {
            established_date: Some(lotse_proto::Date { year: 2026, month: 6, day: 31 }),
            ..profile()
        });
    }
    let status = house.bernd().register_case(wrong).await.expect_err("31 June, and no team");
    assert_eq!(violations(&status), ["case.team", "case.profile.established_date"]);
    let mut wrong = house.case("K1");
    let unborn = lotse_proto::Date { year: 1901, month: 1, day: 1 };
    let known = Some(contract::Profile { established_date: Some(unborn), ..profile() });
    wrong.case.get_or_insert_default().profile = known;
    let status = house.bernd().register_case(wrong).await.expect_err("established before the birth");
    assert_eq!(violations(&status), ["case.profile.established_date"]);
    let mut wrong = house.case("K1");
    wrong.case.get_or_insert_default().placement_officer.clone_from(&house.anna.name);
    let status = house.bernd().register_case(wrong).await.expect_err("no placement officer");
    assert_eq!(
        (status.code(), violations(&status)),
        (Code::InvalidArgument, vec!["case.placement_officer".to_owned()])
    );
    assert_eq!(house.count(CASES).await, 0);
}

#[tokio::test]
async fn a_need_is_read_field_by_field() {
    let house = House::open().await;
    let need = |change: fn(&mut contract::NeedForAction)| {
        let mut need = profile().needs.remove(0);
        change(&mut need);
        need
    };
    let mut request = house.case("K1");
    let wanted = request.case.get_or_insert_default().profile.get_or_insert_default();
    wanted.needs = vec![
        need(|need| need.obstacle = 0),
        need(|need| need.holder = 99),
        need(|need| need.severity = 4),
        need(|need| need.priority = 21),
        need(|need| need.text = "x".repeat(501)),
    ];
    let status = house.bernd().register_case(request.clone()).await.expect_err("five faults");
    let told = ["0].obstacle", "1].holder", "2].severity", "3].priority", "4].text"];
    assert_eq!(violations(&status), told.map(|field| format!("case.profile.needs[{field}")));
    // What contradicts another need is told once each can be read.
    let wanted = request.case.get_or_insert_default().profile.get_or_insert_default();
    wanted.needs = vec![need(|_| ()), need(|need| need.holder = contract::ObstacleHolder::Person.into())];
    let status = house.bernd().register_case(request.clone()).await.expect_err("one obstacle of one person twice");
    let told = ["case.profile.needs[1].obstacle", "case.profile.needs[1].priority"];
    assert_eq!(violations(&status), told);
    assert_eq!(house.count(CASES).await, 0);
    // Whose it is and when its turn comes is told as it was said.
    let wanted = request.case.get_or_insert_default().profile.get_or_insert_default();
    let partner = contract::ObstacleHolder::Partner;
    wanted.needs[1] = contract::NeedForAction { holder: partner.into(), priority: 2, ..need(|_| ()) };
    let kept = house.bernd().register_case(request).await.expect("a case").into_inner().profile.expect("a profile");
    let read = kept.needs.iter().map(|need| (need.obstacle(), need.holder(), need.priority)).collect::<Vec<_>>();
    let debts = contract::PlacementObstacle::Debts;
    assert_eq!(read, [(debts, contract::ObstacleHolder::Person, 1), (debts, partner, 2)]);
}

#[tokio::test]
async fn a_foreign_jobcenter_is_a_wall() {
    let house = House::open().await;
    let mut foreign = house.case("K1");
    foreign.parent = "jobcenters/nachbarstadt".into();
    let status = house.bernd().register_case(foreign).await.expect_err("a foreign jobcenter");
    assert_eq!(status.code(), Code::NotFound);
    // A role without the right to register.
    let mut desk = CaseServiceClient::new(house.client("bernd", "benefits-officer"));
    let status = desk.register_case(house.case("K1")).await.expect_err("not this role's act");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    assert_eq!((house.count(CASES).await, house.count(AUDIT).await), (0, 2));
}

#[tokio::test]
async fn a_profile_is_recorded_beside_the_older_one() {
    let house = House::open().await;
    let case = house.bernd().register_case(house.case("K1")).await.expect("a case").into_inner();
    let request = |etag: &str, id: &str| contract::RecordProfileRequest {
        name: case.name.clone(),
        profile: Some(contract::Profile {
            r#type: contract::ProfileType::Foerderprofil.into(),
            established_date: Some(lotse_proto::Date { year: 2026, month: 3, day: 2 }),
            needs: Vec::new(),
        }),
        etag: etag.into(),
        request_id: request_id(id),
    };
    let changed = house.bernd().record_profile(request("v1", "a")).await.expect("a profile").into_inner();
    assert_eq!(
        (changed.etag.as_str(), changed.profile.map(|profile| profile.r#type)),
        ("v2", Some(contract::ProfileType::Foerderprofil.into()))
    );
    house.bernd().record_profile(request("v1", "a")).await.expect("the repetition");
    let status = house.bernd().record_profile(request("v1", "b")).await.expect_err("a stale etag");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Aborted, "STALE_ETAG"));
    assert_eq!(house.count("SELECT count(*) FROM profiles").await, 2);
}

//! Which team looks after a person: time asks before they are 25, somebody decides, and whatever is kept by the team goes along (R125).

use jiff::civil::{Date, date};
use lotse_proto::{
    cases::{
        self as contract, case_service_client::CaseServiceClient, jobcenter_service_client::JobcenterServiceClient,
    },
    common::{DutyKind, DutyState},
};
use tonic::{Code, Status};

use crate::{
    house::{House, reason, request_id, violations},
    requests as write,
    story::{Stage, Story, civil},
    sweeps::{sweep, tell},
    watches::JOBCENTER,
};

/// The day with whose end whoever is born on 20 August 2001 is 25, and the day on which time asks.
const COMPLETED: Date = date(2026, 8, 19);
const ASKS: Date = date(2026, 7, 8);

fn youth(team: &str, following_team: &str) -> contract::YouthTeam {
    contract::YouthTeam { team: team.into(), following_team: following_team.into() }
}

async fn set(house: &House, youth_teams: Vec<contract::YouthTeam>) -> Result<contract::Jobcenter, Status> {
    let mut client = JobcenterServiceClient::new(house.operator());
    let now = client.get_jobcenter(contract::GetJobcenterRequest { name: JOBCENTER.into() }).await?.into_inner();
    let request_id = request_id(&format!("{youth_teams:?}"));
    let request = contract::SetYouthTeamsRequest { name: JOBCENTER.into(), etag: now.etag, request_id, youth_teams };
    Ok(client.set_youth_teams(request).await?.into_inner())
}

async fn decide(house: &House, case: &contract::Case, team: &str) -> Result<contract::Case, Status> {
    let request = contract::DecideTeamRequest {
        name: case.name.clone(),
        etag: case.etag.clone(),
        request_id: request_id(&format!("{}/{}/{team}", case.name, case.etag)),
        team: team.into(),
        reason: "Sie wird 25; die neue Gruppe ist am selben Ort.".into(),
    };
    Ok(house.bernd().decide_team(request).await?.into_inner())
}

async fn read(house: &House, case: &str) -> contract::Case {
    let request = contract::GetCaseRequest { name: case.to_owned() };
    house.bernd().get_case(request).await.expect("the case").into_inner()
}

/// A case of team `u25`, without a complex profile, of somebody who is 25 soon.
pub async fn young(house: &House, number: &str) -> contract::Case {
    let mut request = house.case(number);
    let case = request.case.get_or_insert_default();
    case.team = "u25".into();
    case.person.get_or_insert_default().birth_date = Some(lotse_proto::Date { year: 2001, month: 8, day: 20 });
    case.profile.get_or_insert_default().r#type = contract::ProfileType::Foerderprofil.into();
    house.bernd().register_case(request).await.expect("a case").into_inner()
}

async fn decisions(house: &House) -> Vec<contract::Duty> {
    let request = contract::ListDutiesRequest {
        parent: JOBCENTER.into(),
        kinds: vec![DutyKind::TeamDecision.into()],
        states: vec![DutyState::Open.into(), DutyState::Overdue.into(), DutyState::Done.into()],
        ..Default::default()
    };
    house.duties("bernd").list_duties(request).await.expect("a list").into_inner().duties
}

#[tokio::test]
async fn time_asks_before_somebody_is_25_and_the_contact_decides() {
    let house = House::open().await;
    let (first, second) = (young(&house, "K1").await, young(&house, "K2").await);
    let set = set(&house, vec![youth("u25", "ue25")]).await.expect("the teams");
    assert_eq!(set.youth_teams, [youth("u25", "ue25")]);
    assert_eq!(sweep(&house, ASKS.yesterday().expect("a day")).await.phase, "WATCHING");
    house.move_to(ASKS).await;
    sweep(&house, ASKS).await;
    let told = tell(&house, ASKS).await;
    assert_eq!((told.len(), told[0].duty_count, &told[0].staff_member), (1, 2, &house.bernd.name));
    let open = decisions(&house).await;
    assert_eq!(open.len(), 2);
    for duty in &open {
        assert_eq!((duty.state(), &duty.owner, civil(duty.due_date)), (DutyState::Open, &house.bernd.name, COMPLETED));
    }
    let moved = decide(&house, &first, "ue25").await.expect("another team");
    assert_eq!((moved.team.as_str(), &moved.placement_officer), ("ue25", &house.bernd.name));
    let [decision] = moved.team_decisions.as_slice() else { panic!("{moved:?}") };
    assert_eq!((decision.former_team.as_str(), decision.team.as_str()), ("u25", "ue25"));
    assert_eq!((&decision.decider, civil(decision.decision_date)), (&house.bernd.name, ASKS));
    let stays = decide(&house, &second, "u25").await.expect("the same team");
    assert_eq!((stays.team.as_str(), stays.team_decisions.len()), ("u25", 1));
    assert!(decisions(&house).await.iter().all(|duty| duty.state() == DutyState::Done));
    let again = decide(&house, &stays, "u25").await.expect_err("nothing is due any more");
    assert_eq!((again.code(), reason(&again)), (Code::FailedPrecondition, "TEAM_DECISION_NOT_DUE".to_owned()));
}

#[tokio::test]
async fn where_no_team_follows_nobody_is_asked() {
    let house = House::open().await;
    young(&house, "K1").await;
    set(&house, vec![youth("jugend", "ue25")]).await.expect("other teams");
    house.move_to(ASKS).await;
    sweep(&house, ASKS).await;
    assert!(decisions(&house).await.is_empty());
    set(&house, vec![youth("u25", "ue25")]).await.expect("too late for who was asked");
    house.move_to(COMPLETED).await;
    assert_eq!(sweep(&house, COMPLETED).await.phase, "WATCHING");
    assert!(decisions(&house).await.is_empty());
}

#[tokio::test]
async fn whatever_is_kept_by_the_team_goes_along() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let case = read(&house, &story.place.case).await;
    assert_eq!(case.contact_changes, 1, "with the admission");
    let count = "SELECT count(*) FROM duties WHERE team = 'ue25'";
    assert!(house.count(count).await > 0);
    let found = |who: &'static str| {
        let (house, customer) = (&house, "K1".to_owned());
        async move {
            let mut client = CaseServiceClient::new(house.who(who));
            let request =
                contract::SearchCasesRequest { parent: JOBCENTER.into(), query: customer, ..Default::default() };
            client.search_cases(request).await.expect("a search").into_inner().cases.len()
        }
    };
    assert_eq!((found("doris").await, found("gerda").await), (1, 0));
    let moved = decide(&house, &case, "u25").await.expect("another team");
    assert_eq!((&moved.placement_officer, &moved.case_manager), (&case.placement_officer, &case.case_manager));
    assert_eq!(moved.contact_changes, 1, "the team changes and the contact stays");
    assert_eq!((found("doris").await, found("gerda").await, found("anna").await), (0, 1, 1));
    let none = "SELECT (SELECT count(*) FROM duties WHERE team <> 'u25') + (SELECT count(*) FROM case_search WHERE team <> 'u25')";
    assert_eq!(house.count(none).await, 0);
    // What begins later belongs to the new team, whose lead hears of it; the former lead does nothing any more.
    let status = story.act("doris", "ChangeCaseManager", write::change_case_manager).await.expect_err("no lead of it");
    assert_eq!(status.code(), Code::NotFound);
    story.act("anna", "RecordCrisis", write::record_crisis).await.expect("a crisis");
    assert_eq!(house.count(none).await, 0);
    story.act("gerda", "ChangeCaseManager", write::change_case_manager).await.expect("the lead of the new team");
    assert_eq!(read(&house, &story.place.case).await.contact_changes, 2);
}

#[tokio::test]
async fn what_does_not_fit_is_told_by_field() {
    let house = House::open().await;
    let case = young(&house, "K1").await;
    let before = house.everything().await;
    for (team, field) in [("", "team"), ("Über 25", "team"), ("nirgends", "team")] {
        let status = decide(&house, &case, team).await.expect_err(team);
        assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, vec![field.to_owned()]), "{team}");
    }
    for (teams, fields) in [
        (vec![youth("u25", "")], vec!["youth_teams[0].following_team"]),
        (vec![youth("u25", "ue25"), youth("u25", "ue26")], vec!["youth_teams[1].team"]),
        (vec![youth("u25", "u25")], vec!["youth_teams[0].following_team"]),
        (vec![youth("u18", "u25"), youth("u25", "ue25")], vec!["youth_teams[0].following_team"]),
    ] {
        let status = set(&house, teams).await.expect_err("teams that do not fit");
        assert_eq!(
            (status.code(), violations(&status)),
            (Code::InvalidArgument, fields.iter().map(ToString::to_string).collect())
        );
    }
    assert_eq!(before, house.everything().await);
}

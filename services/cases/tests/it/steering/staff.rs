//! Figures of one member of staff are for that person; their team lead sees them where an agreement allows it (R110, R192). Profiles that move are
//! counted while their person is in case management (R156).

use jiff::civil::date;
use lotse_kernel::dates::add_days;
use lotse_platform::fields::contract_date;
use lotse_proto::cases::{
    self as contract, FigureKind, GetStaffFiguresRequest, ProfileType, StaffFigures,
    steering_service_client::SteeringServiceClient,
};
use tonic::{Code, Status};

use super::{agreed_with_staff, figures, group, of_the_year};
use crate::{
    house::{House, TODAY, reason, violations},
    policies::ground::at_once,
    requests as write,
    story::{Stage, Story},
    watches::another_profile,
};

const REFUSED: &str = "SELECT count(*) FROM audit_log WHERE outcome = 'refused' AND method LIKE '%GetStaffFigures'";
const READ: &str = "SELECT count(*) FROM audit_log WHERE outcome = 'read' AND method LIKE '%GetStaffFigures'";

fn of(staff: &contract::StaffMember, house: &House) -> GetStaffFiguresRequest {
    GetStaffFiguresRequest {
        name: staff.name.clone(),
        from_date: Some(contract_date(date(2026, 1, 1))),
        to_date: Some(contract_date(house.today())),
    }
}

async fn asked(house: &House, by: &str, staff: &contract::StaffMember) -> Result<StaffFigures, Status> {
    let mut steering = SteeringServiceClient::new(house.who(by));
    Ok(steering.get_staff_figures(of(staff, house)).await?.into_inner())
}

/// The figures of a group of one's own, which are all told.
fn own(figures: &StaffFigures, kind: FigureKind) -> Vec<(String, i32)> {
    let group = figures.groups.iter().find(|group| group.kind() == kind).expect("every kind has its group");
    let count = |count: Option<contract::FigureCount>| count.filter(|count| !count.suppressed).expect("told").count;
    let counts: Vec<_> = group.figures.iter().map(|figure| (figure.code.clone(), count(figure.count))).collect();
    assert!(counts.is_empty() || count(group.total) == counts.iter().map(|(_, count)| count).sum::<i32>());
    counts
}

#[tokio::test]
async fn everybody_reads_their_own_figures_whole() {
    let house = House::open().await;
    let mut ended = Story::at(&house, "E1", Stage::Delivery).await;
    ended.act("anna", "EndEpisode", write::end_episode).await.expect("an end");
    Story::at(&house, "E2", Stage::Delivery).await;
    let anna = asked(&house, "anna", &house.anna).await.expect("figures");
    assert_eq!(own(&anna, FigureKind::Ended), [("ACCESS_CONDITIONS_CEASED".to_owned(), 1)], "however few");
    assert_eq!(own(&anna, FigureKind::Proposed), [], "others have proposed");
    assert_eq!((anna.people, anna.full_time_percent, anna.people_per_post), (1, 100, 1));
    assert_eq!((anna.rule_version.as_str(), anna.legal_basis.as_str()), ("", ""));
    let bernd = asked(&house, "bernd", &house.bernd).await.expect("figures");
    assert_eq!(own(&bernd, FigureKind::Proposed), [("PLACEMENT_TALK".to_owned(), 2)]);
    assert_eq!(bernd.people, 0);

    // What is open and what is overdue of it are those of today.
    let before = (anna.open_duties, anna.overdue_duties);
    house.move_to(add_days(TODAY, 366)).await;
    let later = asked(&house, "anna", &house.anna).await.expect("figures");
    assert!(later.open_duties > before.0 && later.overdue_duties > before.1, "{before:?} {later:?}");
    assert!(later.overdue_duties <= later.open_duties);

    let wrong = GetStaffFiguresRequest { from_date: None, to_date: None, ..of(&house.anna, &house) };
    let status = SteeringServiceClient::new(house.who("anna")).get_staff_figures(wrong).await.expect_err("no days");
    assert_eq!(violations(&status), ["from_date", "to_date"]);
}

#[tokio::test]
async fn nobody_else_reads_them_unless_an_agreement_lets_the_team_lead() {
    let house = House::open().await;
    let refused = async |by: &str| {
        let status = asked(&house, by, &house.anna).await.expect_err(by);
        (status.code(), reason(&status))
    };
    // Colleagues, who steers the jobcenter, the lead of another team.
    for by in ["frida", "bernd", "hanna", "gerda"] {
        assert_eq!(refused(by).await, (Code::PermissionDenied, "NOT_PERMITTED".to_owned()), "{by}");
    }
    assert_eq!(refused("doris").await, (Code::PermissionDenied, "STAFF_FIGURES_NOT_AGREED".to_owned()));
    assert_eq!(house.count(REFUSED).await, 5, "each leaves a trace");

    house.in_force(at_once(agreed_with_staff())).await;
    let told = asked(&house, "doris", &house.anna).await.expect("figures");
    let ground = (told.rule_version.as_str(), told.legal_basis.as_str());
    assert_eq!(ground, ("musterstadt/STAFF_FIGURES/1", "Dienstvereinbarung 2/2026"));
    assert_eq!(house.count(READ).await, 1, "and so does who reads those of another");
    assert_eq!(refused("gerda").await.1, "NOT_PERMITTED", "the lead of another team does not");
    assert_eq!(refused("frida").await.1, "NOT_PERMITTED");
    let unknown = contract::StaffMember {
        name: "jobcenters/musterstadt/staff/018f3e5c-0000-7000-8000-000000000099".into(),
        ..Default::default()
    };
    assert_eq!(asked(&house, "doris", &unknown).await.expect_err("nobody").code(), Code::NotFound);
}

#[tokio::test]
async fn profiles_that_move_in_case_management_are_counted() {
    let house = House::open().await;
    let outside = Story::at(&house, "P0", Stage::Registered).await;
    let mut care = Story::at(&house, "P1", Stage::Delivery).await;
    house.move_to(add_days(TODAY, 1)).await;
    another_profile(&outside, ProfileType::Foerderprofil).await;
    another_profile(&care, ProfileType::Foerderprofil).await;
    house.move_to(add_days(TODAY, 2)).await;
    another_profile(&care, ProfileType::Foerderprofil).await;
    let counts =
        async || own(&asked(&house, "anna", &house.anna).await.expect("figures"), FigureKind::ProfileMovements);
    // The assessment had found the profile of the admission again.
    let better_and_same = [("BETTER".to_owned(), 1), ("SAME".to_owned(), 2)];
    assert_eq!(counts().await, better_and_same, "nobody counts who is outside");
    let small = group(&figures(&house, of_the_year(&house)).await, FigureKind::ProfileMovements);
    assert_eq!(small.0, None, "three are too few to be told to others");
    // Once the episode is over nothing is counted any more.
    care.act("anna", "EndEpisode", write::end_episode).await.expect("an end");
    house.move_to(add_days(TODAY, 3)).await;
    another_profile(&care, ProfileType::Unterstuetzungsprofil).await;
    assert_eq!(counts().await, better_and_same);
}

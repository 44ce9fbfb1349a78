//! T13 through the service: a closed episode is asked for month by month, its procedure lives until the last answer, and figures count it.

use lotse_cases::store::open;
use lotse_kernel::dates::add_months;
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{
        self as contract, EmploymentContinuity, EmploymentStatus, EpisodePhase, FigureKind, GetSteeringFiguresRequest,
        steering_service_client::SteeringServiceClient,
    },
    common::DutyKind,
};
use tonic::Code;

use crate::{
    house::{House, violations},
    requests as write,
    story::{Stage, Story, civil},
};

async fn open_episodes(house: &House) -> usize {
    open::episodes(house.service.owner(), None, false).await.expect("episodes").len()
}

#[tokio::test]
async fn a_closed_episode_is_not_over_while_months_wait() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Integrated).await;
    assert_eq!(story.read().await.phase(), EpisodePhase::Closed);
    let timetable = story.timetable().await;
    assert!(!timetable.finished && timetable.due.iter().all(|entry| entry.kind() == DutyKind::ContinuousEmployment));
    assert_eq!((timetable.due.len(), open_episodes(&house).await), (6, 1), "reconcile starts it again");
    // The placement officer, whose duty it is, hears of the month.
    let today = story.place.today;
    let taken = story.let_time_pass(today).await;
    assert_eq!(taken[0].answer.audiences[0].staff_member, story.place.bernd);
    let answered = story.act("bernd", "RecordEmploymentStatus", write::record_employment_unknown).await;
    let followed = answered.expect("an answer").employment.expect("an integration");
    assert_eq!(followed.continuous(), EmploymentContinuity::Unknown);
    let answer = &followed.months[0].answers[0];
    assert_eq!((answer.status(), &answer.recorder), (EmploymentStatus::Unknown, &story.place.bernd));
    assert!(followed.months[1].answers.is_empty());
    assert_eq!(story.timetable().await.due.len(), 5);
    // It came out later: the last answer counts.
    let known = story.act("anna", "RecordEmploymentStatus", write::record_employment_status).await.expect("an answer");
    assert_eq!(known.employment.expect("an integration").months[0].answers.len(), 2);
}

#[tokio::test]
async fn an_answer_says_what_it_rests_on() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Integrated).await;
    let refused = story.act("bernd", "RecordEmploymentStatus", write::record_employment_silent).await;
    let refused = refused.expect_err("nothing was tried, and a day that belongs to another answer");
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert_eq!(violations(&refused), ["answer.note", "answer.not_employed_since_date"]);
}

#[tokio::test]
async fn figures_count_what_is_over_and_hide_what_is_small() {
    let house = House::open().await;
    let mut last = house.today();
    for number in 0..6 {
        let mut story = Story::at(&house, &format!("F{number}"), Stage::Delivery).await;
        let ended = story.act("anna", "EndEpisode", write::end_integrated).await.expect("an end");
        let months = ended.employment.expect("an integration").months;
        last = last.max(civil(months[5].last_date));
    }
    let asked = |from, to| GetSteeringFiguresRequest {
        parent: "jobcenters/musterstadt".to_owned(),
        from_date: Some(contract_date(from)),
        to_date: Some(contract_date(to)),
        team: String::new(),
    };
    house.move_to(last).await;
    let mut steering = SteeringServiceClient::new(house.who("hanna"));
    let mut told = async |from, to| {
        let figures = steering.get_steering_figures(asked(from, to)).await.expect("figures").into_inner();
        figures.groups.into_iter().find(|group| group.kind() == FigureKind::ContinuousEmployment).expect("the group")
    };
    let group = told(last, last).await;
    let six = Some(contract::FigureCount { count: 6, suppressed: false });
    assert_eq!((group.total, group.figures.len(), group.figures[0].code.as_str()), (six, 1, "UNKNOWN"));
    let before = add_months(last, -1).date;
    assert_eq!(told(before, before).await.total, Some(contract::FigureCount::default()), "their months are not over");
}

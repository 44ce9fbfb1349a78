//! `Referral` on a real Temporal server: silence, a late answer, reports that come and do not come, answers lost on the way.

mod desk;
mod scene;

use lotse_kernel::{
    dates::add_days,
    deadlines::{provider_answer, provider_report},
};
use prost::Message;
use temporalio_common::protos::temporal::api::{enums::v1::WorkflowExecutionStatus, history::v1::History};

use crate::scene::play;
use desk::ReferralDesk;
use scene::{ReferralScene, folder, replay};

const RPCS: [&str; 3] = ["get_timetable", "take_duty_step", "create_notice"];

#[test]
fn a_silent_provider_answers_late_and_reports() {
    play(async {
        let scene = ReferralScene::set("reported").await;
        let due_on = provider_answer(scene.today).due_on();
        scene.travel_to(due_on).await;
        assert_eq!(scene.desk(|desk| desk.phase), "SENT");
        scene.travel_to(add_days(due_on, 8)).await;
        assert_eq!(scene.desk(|desk| desk.phase), "NO_ANSWER");

        let started_on = add_days(due_on, 9);
        let first = provider_report(started_on, 1, None);
        scene.travel_to(started_on).await;
        scene.desk(ReferralDesk::accept);
        scene.wake(2).await;
        scene.settle().await;
        scene.desk(|desk| desk.start(started_on));
        scene.wake(3).await;
        scene.travel_to(first.opens_on).await;
        assert_eq!(scene.desk(|desk| desk.phase), "REPORT_DUE");
        scene.travel_to(add_days(first.overdue_after(), 1)).await;
        scene.desk(ReferralDesk::report);
        scene.wake(4).await;
        scene.travel_to(provider_report(started_on, 2, None).opens_on).await;
        let told = [
            "PROVIDER_ANSWER/1/ESCALATE/1 provider-answer-overdue",
            "PROVIDER_ANSWER/1/ESCALATE/2 provider-answer-overdue",
            "PROVIDER_REPORT/1/ESCALATE/1 provider-report-overdue",
            "PROVIDER_REPORT/1/OPEN/1 provider-report-due",
            "PROVIDER_REPORT/2/OPEN/1 provider-report-due",
        ];
        assert_eq!(scene.desk(|desk| desk.notices()), told);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);

        scene.desk(ReferralDesk::end);
        scene.wake(5).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        scene.replays().await;
    });
}

#[test]
fn lost_answers_leave_nobody_untold_and_do_nothing_twice() {
    play(async {
        let scene = ReferralScene::set("lost-answers").await;
        scene.settle().await;
        // Seven losses outlast the tries of one visit.
        scene.desk(|desk| RPCS.into_iter().for_each(|rpc| desk.lose(rpc, 7)));
        scene.travel_to(add_days(provider_answer(scene.today).due_on(), 2)).await;
        assert_eq!(scene.desk(|desk| (desk.steps, desk.left())), (1, 0));
        assert_eq!(scene.desk(|desk| desk.notices()), ["PROVIDER_ANSWER/1/ESCALATE/1 provider-answer-overdue"]);
        scene.desk(ReferralDesk::end);
        scene.wake(2).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        scene.replays().await;
    });
}

#[test]
fn recorded_referrals_run_through_todays_code() {
    play(async {
        let mut stories = Vec::new();
        for story in ["lost-answers", "reported"] {
            let bytes = std::fs::read(folder().join(format!("{story}.pb"))).unwrap();
            stories.push(History::decode(bytes.as_slice()).unwrap());
        }
        assert_eq!(replay(stories).await, [None, None]);
    });
}

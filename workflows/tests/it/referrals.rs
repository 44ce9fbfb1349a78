//! `Referral` on a real Temporal server: silence, a late answer, reports that come and do not come, answers lost on the way.

use lotse_kernel::dates::add_days;
use temporalio_common::protos::temporal::api::enums::v1::WorkflowExecutionStatus;
use tonic::Code;

use crate::{
    books::ReferralBook,
    histories::replays,
    law::{provider_answer, provider_report},
    peer::When,
    scene::{ReferralScene, play},
};

const RPCS: [&str; 3] = ["get_timetable", "take_duty_step", "create_notice"];

#[test]
fn a_silent_provider_answers_late_and_reports() {
    play(async {
        let scene = ReferralScene::set("reported").await;
        let due_on = provider_answer(scene.today).due_on();
        scene.travel_to(due_on).await;
        assert_eq!(scene.book(|book| book.phase), "SENT");
        scene.travel_to(add_days(due_on, 8)).await;
        assert_eq!(scene.book(|book| book.phase), "NO_ANSWER");

        let started_on = add_days(due_on, 9);
        let first = provider_report(started_on, 1);
        scene.travel_to(started_on).await;
        scene.book(ReferralBook::accept);
        scene.wake(2).await;
        scene.settle().await;
        scene.book(|book| book.start(started_on));
        scene.wake(3).await;
        scene.travel_to(first.opens_on).await;
        assert_eq!(scene.book(|book| book.phase), "REPORT_DUE");
        scene.travel_to(add_days(first.overdue_after(), 1)).await;
        scene.book(ReferralBook::report);
        scene.wake(4).await;
        scene.travel_to(provider_report(started_on, 2).opens_on).await;
        let told = [
            "PROVIDER_ANSWER/1/ESCALATE/1 provider-answer-overdue",
            "PROVIDER_ANSWER/1/ESCALATE/2 provider-answer-overdue",
            "PROVIDER_REPORT/1/ESCALATE/1 provider-report-overdue",
            "PROVIDER_REPORT/1/OPEN/1 provider-report-due",
            "PROVIDER_REPORT/2/OPEN/1 provider-report-due",
        ];
        assert_eq!(scene.notices(), told);
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Running);

        scene.book(ReferralBook::end);
        scene.wake(5).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        replays(&scene).await;
    });
}

#[test]
fn lost_answers_leave_nobody_untold_and_do_nothing_twice() {
    play(async {
        let scene = ReferralScene::set("lost-answers").await;
        scene.settle().await;
        // Seven losses outlast the tries of one visit.
        for rpc in RPCS {
            scene.fail(rpc, When::After, Code::Unavailable, 7);
        }
        scene.travel_to(add_days(provider_answer(scene.today).due_on(), 2)).await;
        assert_eq!((scene.book(|book| book.steps), scene.asked(|asked| asked.faults_left())), (1, 0));
        assert_eq!(scene.notices(), ["PROVIDER_ANSWER/1/ESCALATE/1 provider-answer-overdue"]);
        scene.book(ReferralBook::end);
        scene.wake(2).await;
        scene.settle().await;
        assert_eq!(scene.status().await, WorkflowExecutionStatus::Completed);
        replays(&scene).await;
    });
}

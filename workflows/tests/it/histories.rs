//! Recorded histories still run through today's code, and no history holds a word about a person.
//!
//! `UPDATE_GOLDEN=1` records them anew: do so when a new story is added, never to silence a failing replay.

use std::path::{Path, PathBuf};

use lotse_kernel::dates::{add_days, add_months};
use lotse_workflows::episode::Episode;
use prost::Message;
use temporalio_common::protos::temporal::api::history::v1::{History, history_event::Attributes};
use temporalio_sdk::workflow_replayer::{WorkflowReplayer, WorkflowReplayerOptions};
use tokio::sync::OnceCell;
use tonic::Code;

use crate::{
    peer::{CANARY, When},
    scene::{Scene, play},
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("histories/episode")
}

#[expect(clippy::disallowed_methods, reason = "the switch of all golden files, for the person at the desk")]
pub fn is_recording() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1")
}

/// Two years with everything in them: a late decision after two escalations, a missed review, an absent neighbour, a
/// refused step, an end in time.
async fn life() -> Scene {
    let scene = Scene::set("recorded-life").await;
    let overdue = scene.book(|book| add_days(book.duties[0].overdue_after, 1));
    scene.peer.fail(&scene.episode, "take_duty_step", When::After, Code::Unavailable, 1);
    scene.peer.fail(&scene.episode, "create_notice", When::Before, Code::InvalidArgument, 1);
    scene.travel_to(add_days(overdue, 8)).await;
    let seq = scene.book(|book| book.decide_review(1));
    scene.wake(seq).await;
    scene.peer.fail(&scene.episode, "ensure_letter", When::Before, Code::Unavailable, 6);
    scene.travel_to(add_months(scene.t0, 18).date).await;
    scene.peer.fail(&scene.episode, "get_timetable", When::Before, Code::PermissionDenied, 2);
    let seq = scene.book(|book| book.decide_review(3));
    scene.wake(seq).await;
    scene.travel_to(add_months(scene.t0, 24).date).await;
    for step in [crate::book::Book::end, crate::book::Book::close] {
        let seq = scene.book(step);
        scene.wake(seq).await;
        scene.settle().await;
    }
    scene
}

/// What a history tells about the machine it was recorded on is of no use to a replay.
pub fn without_machine(mut history: History) -> History {
    for event in &mut history.events {
        match event.attributes.as_mut() {
            Some(Attributes::WorkflowExecutionStartedEventAttributes(started)) => started.identity.clear(),
            Some(Attributes::WorkflowTaskStartedEventAttributes(started)) => started.identity.clear(),
            Some(Attributes::WorkflowTaskCompletedEventAttributes(completed)) => completed.identity.clear(),
            Some(Attributes::WorkflowExecutionSignaledEventAttributes(signaled)) => signaled.identity.clear(),
            _ => {}
        }
    }
    history
}

/// The histories of a life lived just now; when recording, they are written down before anybody reads.
async fn lived() -> &'static [History] {
    static LIVED: OnceCell<Vec<History>> = OnceCell::const_new();
    LIVED
        .get_or_init(|| async {
            let scene = life().await;
            assert_eq!(scene.peer.faults_left(&scene.episode), 0);
            let histories = scene.histories().await;
            if is_recording() {
                std::fs::create_dir_all(folder()).unwrap();
                for (run, history) in histories.iter().enumerate() {
                    let file = folder().join(format!("life.{}.pb", run + 1));
                    std::fs::write(file, without_machine(history.clone()).encode_to_vec()).unwrap();
                }
            }
            histories
        })
        .await
}

async fn recorded() -> Vec<(PathBuf, History)> {
    if is_recording() {
        lived().await;
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), History::decode(&*std::fs::read(&file).unwrap()).unwrap())).collect()
}

async fn replay(histories: impl IntoIterator<Item = History>) -> Vec<Option<String>> {
    let options = WorkflowReplayerOptions::new().register_workflow::<Episode>().unwrap().build();
    let histories: Vec<_> = histories.into_iter().map(Into::into).collect();
    let results = WorkflowReplayer::new(options).unwrap().replay_workflows(histories).await.unwrap();
    results.into_iter().map(|result| result.replay_failure.map(|failure| failure.to_string())).collect()
}

#[test]
fn a_whole_life_replays_and_holds_no_word_about_a_person() {
    play(async {
        let histories = lived().await;
        assert_eq!(histories.len(), 4, "decided, missed, decided: four runs");
        for history in histories {
            let bytes = history.encode_to_vec();
            let words: Vec<&[u8]> = CANARY.split(' ').map(str::as_bytes).collect();
            assert!(words.iter().all(|word| !bytes.windows(word.len()).any(|part| part == *word)));
        }
        assert_eq!(replay(histories.to_vec()).await, vec![None; 4]);
    });
}

#[test]
fn recorded_histories_run_through_todays_code() {
    play(async {
        let recorded = recorded().await;
        assert!(!recorded.is_empty(), "nothing is recorded; UPDATE_GOLDEN=1 records");
        let failures = replay(recorded.iter().map(|(_, history)| history.clone())).await;
        for ((file, _), failure) in recorded.iter().zip(failures) {
            assert_eq!(failure, None, "{}", file.display());
        }
    });
}

#[test]
fn a_replay_notices_code_that_acts_otherwise() {
    play(async {
        let Some((_, mut history)) = recorded().await.into_iter().next() else { panic!("nothing is recorded") };
        // Without its first marker the recorded life did not begin with a question.
        let marker = |event: &Attributes| matches!(event, Attributes::MarkerRecordedEventAttributes(_));
        let first = history.events.iter().position(|event| event.attributes.as_ref().is_some_and(marker)).unwrap();
        let timer = Attributes::TimerStartedEventAttributes(
            temporalio_common::protos::temporal::api::history::v1::TimerStartedEventAttributes {
                timer_id: "1".to_owned(),
                ..Default::default()
            },
        );
        history.events[first].attributes = Some(timer);
        history.events[first].event_type =
            temporalio_common::protos::temporal::api::enums::v1::EventType::TimerStarted as i32;
        assert!(replay([history]).await[0].is_some());
    });
}

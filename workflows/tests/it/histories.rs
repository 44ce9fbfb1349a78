//! Recorded histories still run through today's code, and no history holds a word about a person.
//!
//! `UPDATE_GOLDEN=1` records them anew: do so when a new story is added, never to silence a failing replay.

use std::path::{Path, PathBuf};

use lotse_kernel::dates::{add_days, add_months};
use lotse_workflows::{
    episode::Episode, letter_delivery::LetterDelivery, policy_activation::PolicyActivation, referral::Referral,
    watch::Watch,
};
use prost::Message;
use temporalio_common::protos::temporal::api::{
    enums::v1::EventType,
    history::v1::{History, TimerStartedEventAttributes, history_event::Attributes},
};
use temporalio_sdk::workflow_replayer::{WorkflowReplayer, WorkflowReplayerOptions};
use tonic::Code;

use crate::{
    books::{Book, EpisodeBook},
    peer::{CANARY, When},
    scene::{EpisodeScene, Scene, play},
};

/// Where the histories lie: one folder per procedure, one file per run of a story.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("histories")
}

#[expect(clippy::disallowed_methods, reason = "the switch of all golden files, for the person at the desk")]
fn is_recording() -> bool {
    std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1")
}

/// Runs the histories of a story through the code once more, searches them for words about a person, and keeps them when
/// histories are recorded. The answer is how many runs there were.
pub async fn replays<B: Book>(scene: &Scene<B>) -> usize {
    let histories = scene.histories().await;
    for history in &histories {
        let bytes = history.encode_to_vec();
        let words: Vec<&[u8]> = CANARY.split(' ').map(str::as_bytes).collect();
        assert!(words.iter().all(|word| !bytes.windows(word.len()).any(|part| part == *word)));
    }
    assert_eq!(replay(histories.clone()).await, vec![None; histories.len()]);
    if is_recording() {
        let folder = folder().join(B::COLLECTION);
        std::fs::create_dir_all(&folder).unwrap();
        for (run, history) in histories.iter().enumerate() {
            let file = folder.join(format!("{}.{}.pb", scene.story, run + 1));
            std::fs::write(file, without_machine(history.clone()).encode_to_vec()).unwrap();
        }
    }
    histories.len()
}

/// What a history tells about the machine it was recorded on is of no use to a replay.
fn without_machine(mut history: History) -> History {
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

/// Runs histories through the code; nothing is the answer of those that fit.
async fn replay(histories: impl IntoIterator<Item = History>) -> Vec<Option<String>> {
    let options = WorkflowReplayerOptions::new();
    let options = options.register_workflow::<Episode>().unwrap().register_workflow::<LetterDelivery>().unwrap();
    let options = options.register_workflow::<Referral>().unwrap();
    let options = options.register_workflow::<Watch>().unwrap();
    let options = options.register_workflow::<PolicyActivation>().unwrap().build();
    let histories: Vec<_> = histories.into_iter().map(Into::into).collect();
    let results = WorkflowReplayer::new(options).unwrap().replay_workflows(histories).await.unwrap();
    results.into_iter().map(|result| result.replay_failure.map(|failure| failure.to_string())).collect()
}

/// The recorded histories, by file.
fn recorded() -> Vec<(PathBuf, History)> {
    let entries = |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries(&folder()).flat_map(|folder| entries(&folder).collect::<Vec<_>>()).collect();
    files.sort();
    files.into_iter().map(|file| (file.clone(), History::decode(&*std::fs::read(&file).unwrap()).unwrap())).collect()
}

/// Two years with everything in them: a late decision after two escalations, a missed review, an absent neighbour, a
/// refused step, an end in time.
#[test]
fn a_whole_life_replays_and_holds_no_word_about_a_person() {
    play(async {
        let scene = EpisodeScene::set("life").await;
        let overdue = scene.book(|book| add_days(book.duties[0].overdue_after, 1));
        scene.fail("take_duty_step", When::After, Code::Unavailable, 1);
        scene.fail("create_notice", When::Before, Code::InvalidArgument, 1);
        scene.travel_to(add_days(overdue, 8)).await;
        let seq = scene.book(|book| book.decide_review(1));
        scene.wake(seq).await;
        scene.fail("ensure_letter", When::Before, Code::Unavailable, 6);
        scene.travel_to(add_months(scene.today, 18).date).await;
        scene.fail("get_timetable", When::Before, Code::PermissionDenied, 2);
        let seq = scene.book(|book| book.decide_review(3));
        scene.wake(seq).await;
        scene.travel_to(add_months(scene.today, 24).date).await;
        for step in [EpisodeBook::end, EpisodeBook::close] {
            let seq = scene.book(step);
            scene.wake(seq).await;
            scene.settle().await;
        }
        assert_eq!(scene.asked(|asked| asked.faults_left()), 0);
        assert_eq!(replays(&scene).await, 4, "decided, missed, decided: four runs");
    });
}

#[test]
fn recorded_histories_run_through_todays_code() {
    if is_recording() {
        // The stories are just writing them; a run without the switch reads what they wrote.
        return;
    }
    play(async {
        let recorded = recorded();
        assert!(recorded.len() >= 15, "histories are missing; UPDATE_GOLDEN=1 records");
        let failures = replay(recorded.iter().map(|(_, history)| history.clone())).await;
        for ((file, _), failure) in recorded.iter().zip(failures) {
            assert_eq!(failure, None, "{}", file.display());
        }
    });
}

#[test]
fn a_replay_notices_code_that_acts_otherwise() {
    play(async {
        let scene = EpisodeScene::set("noticed").await;
        scene.settle().await;
        let mut history = scene.histories().await.remove(0);
        // Without its first marker the life did not begin with a question.
        let marker = |event: &Attributes| matches!(event, Attributes::MarkerRecordedEventAttributes(_));
        let first = history.events.iter().position(|event| event.attributes.as_ref().is_some_and(marker)).unwrap();
        let timer = TimerStartedEventAttributes { timer_id: "1".to_owned(), ..Default::default() };
        history.events[first].attributes = Some(Attributes::TimerStartedEventAttributes(timer));
        history.events[first].event_type = EventType::TimerStarted as i32;
        assert!(replay([history]).await[0].is_some());
    });
}

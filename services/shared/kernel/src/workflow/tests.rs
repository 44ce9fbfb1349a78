//! Ids, request ids, and wakes that come twice, late or in the wrong order.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-5a6b7c8d9e0f";

fn episode() -> EpisodeName {
    format!("jobcenters/musterstadt/cases/{ID}/episodes/{ID}").parse().unwrap()
}

fn wake(seq: i64) -> Wake {
    Wake { sender: Sender::Cases, kind: "EPISODE_ADMITTED".to_owned(), seq }
}

#[test]
fn ids_have_the_documented_forms() {
    let id = WorkflowId::episode(&episode(), 1);
    assert_eq!(id.to_string(), format!("musterstadt/episode/{ID}/1"));
    for text in [
        format!("musterstadt/episode/{ID}/2"),
        format!("musterstadt/referral/{ID}"),
        format!("musterstadt/letter/{ID}"),
        format!("musterstadt/policy/{ID}"),
        "musterstadt/watch".to_owned(),
    ] {
        assert_eq!(text.parse::<WorkflowId>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "musterstadt/episode",
        "x/letter/1",
        "x/watch",
        "musterstadt/watch/1",
        &format!("musterstadt/episode/{ID}/01"),
    ] {
        assert!(text.parse::<WorkflowId>().is_err(), "{text}");
    }
}

#[test]
fn request_ids_depend_on_workflow_and_step() {
    let id = WorkflowId::episode(&episode(), 1).to_string();
    assert_eq!(request_id(&id, "review/3/open"), request_id(&id, "review/3/open"));
    assert_ne!(request_id(&id, "review/3/escalate/1"), request_id(&id, "review/3/escalate/2"));
    assert_ne!(request_id(&id, "review/3/open"), request_id("other", "review/3/open"));
}

#[test]
fn an_input_of_an_older_build_is_read_with_defaults() {
    let json = format!(r#"{{"episode":"{}","generation":1}}"#, episode());
    let input: EpisodeInput = serde_json::from_str(&json).unwrap();
    assert_eq!(input, EpisodeInput::new(episode(), 1, true));
    assert_eq!(serde_json::from_str::<EpisodeInput>(&serde_json::to_string(&input).unwrap()).unwrap(), input);
}

#[test]
fn an_activation_is_one_workflow_per_version_and_jobcenter() {
    let policy: PolicyName = format!("jobcenters/musterstadt/policies/{ID}").parse().unwrap();
    let input = ActivationInput::new(policy, PolicyKey::Referral, date(2032, 1, 1), false);
    assert_eq!(input.workflow_id().to_string(), format!("musterstadt/policy/{ID}"));
    assert_eq!(input.workflow_id().workflow_type().task_queue(), PROCEDURE_TASK_QUEUE);
    let json =
        format!(r#"{{"policy":"jobcenters/musterstadt/policies/{ID}","key":"REFERRAL","first_on":"2032-01-01"}}"#);
    assert!(serde_json::from_str::<ActivationInput>(&json).unwrap().spread, "production spreads");
}

#[test]
fn a_watch_looks_again_three_times_a_year_and_rests_no_longer_than_it_says() {
    for (today, again) in [
        (date(2031, 1, 1), date(2031, 5, 1)),
        (date(2031, 8, 31), date(2031, 9, 1)),
        (date(2031, 6, 15), date(2031, 9, 1)),
        (date(2031, 12, 31), date(2032, 1, 1)),
    ] {
        assert_eq!(watch_looks_again(today), again);
    }
    let mut today = date(2026, 1, 1);
    while today < date(2033, 1, 1) {
        let again = watch_looks_again(today);
        assert!(today < again && crate::dates::days_between(today, again) <= WATCH_REST_DAYS, "{today}");
        today = crate::dates::add_days(today, 1);
    }
}

#[test]
fn old_news_does_not_wake() {
    let mut ledger = WakeLedger::default();
    assert!(!ledger.has_news());
    ledger.hear(&wake(4));
    assert!(ledger.has_news());
    ledger.settle(Sender::Cases, 5);
    assert!(!ledger.has_news());
    ledger.hear(&wake(5));
    assert!(!ledger.has_news());
    ledger.hear(&wake(7));
    assert!(ledger.has_news());
}

#[test]
fn an_answer_covers_what_was_heard_before_the_question_only() {
    let mut ledger = WakeLedger::default();
    ledger.hear(&Wake { sender: Sender::Reconcile, ..wake(1) });
    let asked = ledger.clone();
    ledger.hear(&wake(3));
    ledger.answered(&asked);
    assert!(ledger.has_news());
    ledger.answered(&ledger.clone());
    assert!(!ledger.has_news());
}

proptest! {
    #[test]
    fn order_and_repetition_of_wakes_do_not_matter(mut seqs in prop::collection::vec(1_i64..50, 1..20), known in 0_i64..50) {
        let hear = |seqs: &[i64]| {
            let mut ledger = WakeLedger::default();
            ledger.settle(Sender::Cases, known);
            for seq in seqs {
                ledger.hear(&wake(*seq));
                ledger.hear(&wake(*seq));
            }
            ledger
        };
        let forwards = hear(&seqs);
        seqs.reverse();
        prop_assert_eq!(&forwards, &hear(&seqs));
        prop_assert_eq!(forwards.has_news(), seqs.iter().any(|seq| *seq > known));
    }
}

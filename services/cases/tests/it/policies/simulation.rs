//! `SimulatePolicy`: what a version would do to open duties is told whole, and nothing of it is done.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use lotse_devstack::{contract::ABROAD, wait_until};
use lotse_kernel::policy::Keeper;
use lotse_platform::fields::contract_date;
use lotse_proto::{
    cases::{
        self as contract, OpenDuties, Policy, PolicyChange, PolicyKey, ReplanEffect, SimulatePolicyResponse,
        SimulationSummary, policy_parameter::Value, policy_service_client::PolicyServiceClient,
    },
    common::DutyKind,
};
use tonic::{Code, Status};
use uuid::Uuid;

use super::ground::{PARENT, at_once, escalating_every, limit, parameter};
use crate::{
    house::{House, TODAY, reason, violations},
    next_door::{moves, stays},
    story::{Stage, Story, civil},
};

/// Everything that a simulation tells.
struct Told {
    changes: Vec<PolicyChange>,
    parts: usize,
    read: i32,
    total: i32,
    summary: SimulationSummary,
}

impl Told {
    fn effects(&self) -> Vec<(ReplanEffect, i32)> {
        let counts = self.summary.counts.as_ref().expect("counts");
        counts.effects.iter().map(|count| (count.effect(), count.count)).collect()
    }

    fn becomes_overdue(&self) -> i32 {
        self.summary.counts.as_ref().expect("counts").becomes_overdue
    }

    fn episodes(&self) -> i32 {
        self.summary.counts.as_ref().expect("counts").episodes
    }
}

impl House {
    async fn parts(&self, by: &str, policy: &str) -> Result<Vec<SimulatePolicyResponse>, Status> {
        let request = contract::SimulatePolicyRequest { name: policy.to_owned() };
        let mut answer = self.policies(by).simulate_policy(request).await?.into_inner();
        let mut parts = Vec::new();
        while let Some(part) = answer.message().await? {
            parts.push(part);
        }
        Ok(parts)
    }

    async fn simulate(&self, policy: &Policy) -> Told {
        let mut parts = self.parts("hanna", &policy.name).await.expect("a simulation");
        assert!(parts.iter().all(|part| part.changes.len() <= 200), "a part is more than a client takes");
        assert!(parts.is_sorted_by_key(|part| part.read_count), "it goes on");
        let last = parts.pop().expect("a last part");
        assert!(last.changes.is_empty() && parts.iter().all(|part| part.summary.is_none()));
        assert_eq!(last.read_count, last.total_count, "all is looked through");
        Told {
            read: last.read_count,
            total: last.total_count,
            summary: last.summary.expect("a summary in the last part"),
            parts: parts.len() + 1,
            changes: parts.into_iter().flat_map(|part| part.changes).collect(),
        }
    }

    async fn replanning(&self, policy: Policy) -> Policy {
        let open_duties = OpenDuties::Replan.into();
        self.draft(Policy { open_duties, ..policy }).await.expect("a draft")
    }
}

fn reviews(months: i32, valid_from: Date) -> Policy {
    Policy {
        key: PolicyKey::ContinuationReview.into(),
        parameters: vec![
            parameter("months", Value::Number(months)),
            parameter("anchor", Value::Code("ASSIGNMENT_GRID".into())),
            parameter("opening_days", Value::Number(30)),
            parameter("grace_working_days", Value::Number(1)),
        ],
        ..limit(18, valid_from)
    }
}

#[tokio::test]
async fn what_would_move_is_told_and_nothing_moves() {
    let house = House::open().await;
    let young = Story::at(&house, "A1", Stage::Delivery).await;
    Story::at(&house, "B2", Stage::Proposed).await;
    let mut over = Story::at(&house, "C3", Stage::Admitted).await;
    over.act("anna", "EndEpisodeTechnically", crate::requests::end_technically).await.expect("an end");
    let draft = house.replanning(limit(18, date(2026, 9, 1))).await;
    let before = house.everything().await;
    let told = house.simulate(&draft).await;
    assert_eq!((told.read, told.total), (1, 1), "the only open limit");
    assert_eq!(told.summary.citation, "musterstadt/REGULAR_MAXIMUM/1");
    assert_eq!(civil(told.summary.as_of_date), date(2026, 9, 1));
    assert!(told.summary.note_de.is_empty() && told.summary.note_en.is_empty());
    assert_eq!((told.effects(), told.becomes_overdue(), told.episodes()), (vec![(ReplanEffect::Moved, 1)], 0, 1));
    let [change] = told.changes.as_slice() else { panic!("{:?}", told.changes) };
    assert!(change.duty.starts_with(&young.place.episode) && change.replacement.starts_with(&young.place.episode));
    assert_ne!(change.duty, change.replacement);
    assert_eq!((change.kind(), change.slot, change.effect()), (DutyKind::RegularMaximum, 1, ReplanEffect::Moved));
    let (old, new) = (change.before.as_ref().expect("old dates"), change.after.as_ref().expect("new dates"));
    assert_eq!((civil(old.due_date), civil(new.due_date)), (date(2028, 3, 2), date(2027, 9, 2)));
    assert_eq!(old.rule_version, "federal/REGULAR_MAXIMUM/1");
    assert_eq!(new.rule_version, "musterstadt/REGULAR_MAXIMUM/1");
    let explanation = change.explanation.as_ref().expect("letter-ready words");
    assert!(explanation.steps.iter().any(|step| step.text_de.contains("18 Monate")), "{explanation:?}");
    assert_eq!(before, house.everything().await, "a simulation that leaves something behind");
    // The same once it is validated and approved, whoever of the two roles asks.
    let validated = house.validate(&draft).await.expect("a sound draft");
    let again = house.simulate(&validated).await;
    assert_eq!(again.changes, told.changes);
    let approved = house.approve("gerda", &validated).await.expect("a second person");
    let parts = house.parts("doris", &approved.name).await.expect("a team lead simulates too");
    assert_eq!(parts.into_iter().flat_map(|part| part.changes).collect::<Vec<_>>(), told.changes);
}

#[tokio::test]
async fn what_becomes_overdue_and_what_is_overdue_is_told_apart() {
    let house = House::open().await;
    Story::at(&house, "A1", Stage::Delivery).await;
    // The limit ends on 02.03.2028, and by eighteen months on 02.09.2027.
    let between = house.simulate(&house.replanning(limit(18, date(2028, 2, 1))).await).await;
    assert_eq!((between.effects(), between.becomes_overdue()), (vec![(ReplanEffect::Moved, 1)], 1));
    assert!(between.changes[0].becomes_overdue);
    let after = house.simulate(&house.replanning(limit(18, date(2028, 6, 1))).await).await;
    assert_eq!(after.effects(), [(ReplanEffect::KeptOverdue, 1)]);
    assert_eq!((after.becomes_overdue(), after.episodes()), (0, 0), "what is overdue does not move");
    let kept = &after.changes[0];
    assert!(kept.after.is_none() && kept.replacement.is_empty() && kept.explanation.is_none());
    assert_eq!(civil(kept.before.as_ref().expect("its dates").due_date), date(2028, 3, 2));
}

#[tokio::test]
async fn a_review_that_closes_again_makes_the_next_one_vanish() {
    let house = House::open().await;
    house.in_force(at_once(reviews(3, TODAY))).await;
    let mut story = Story::at(&house, "A1", Stage::Delivery).await;
    // The first review is due on 02.06.2026 and has opened; by six months it is due on 02.09.2026.
    story.let_time_pass(date(2026, 5, 10)).await;
    let draft = house.replanning(reviews(6, date(2026, 5, 20))).await;
    let before = house.everything().await;
    let told = house.simulate(&draft).await;
    assert_eq!(told.effects(), [(ReplanEffect::Moved, 1), (ReplanEffect::Vanished, 1)]);
    assert_eq!(told.changes.iter().map(|change| change.slot).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((told.read, told.episodes()), (1, 1));
    assert_eq!(before, house.everything().await, "a simulation that leaves something behind");
}

#[tokio::test]
async fn what_would_escalate_on_another_day_is_told_with_both_days() {
    let house = House::open().await;
    Story::at(&house, "A1", Stage::Proposed).await;
    let late =
        Policy { key: PolicyKey::Escalation.into(), parameters: escalating_every(3), ..limit(18, date(2026, 4, 13)) };
    // The decision on the proposal is due on 30.03.2026, and two weeks later nobody has taken it.
    let told = house.simulate(&house.replanning(late.clone()).await).await;
    assert_eq!((told.effects(), told.episodes()), (vec![(ReplanEffect::EscalatesAnew, 1)], 1));
    let change = &told.changes[0];
    assert_eq!((change.kind(), change.after.is_none()), (DutyKind::ProposalDecision, true));
    let days = [change.escalates_before_date, change.escalates_after_date].map(civil);
    assert_eq!(days, [date(2026, 4, 7), date(2026, 4, 12)]);
    let early = Policy { valid_from_date: Some(contract_date(date(2026, 3, 30))), ..late };
    let told = house.simulate(&house.replanning(early).await).await;
    assert_eq!((told.effects(), told.total), (vec![], 2), "proposal and check are in time: the interval plays no part");
}

#[tokio::test]
async fn a_version_that_moves_nothing_says_why() {
    let house = House::open().await;
    Story::at(&house, "A1", Stage::Delivery).await;
    let keeps = house.draft(limit(18, date(2026, 9, 1))).await.expect("a draft");
    let of = |key: PolicyKey, name, number| Policy {
        key: key.into(),
        parameters: vec![parameter(name, Value::Number(number))],
        ..limit(18, date(2026, 9, 1))
    };
    let undated = house.replanning(of(PolicyKey::CaseloadRatio, "people", 60)).await;
    let same = house.replanning(limit(24, date(2026, 9, 1))).await;
    let mut notes = BTreeSet::new();
    for policy in [&keeps, &undated] {
        let told = house.simulate(policy).await;
        assert_eq!((told.changes.len(), told.parts, told.total), (0, 1, 0));
        assert_eq!(told.effects(), []);
        assert!(!told.summary.note_de.is_empty() && !told.summary.note_en.is_empty());
        notes.insert(told.summary.note_de);
    }
    assert_eq!(notes.len(), 2, "two reasons");
    let told = house.simulate(&same).await;
    assert_eq!(
        (told.changes.len(), told.total, told.summary.note_de.as_str()),
        (0, 1, ""),
        "looked through, and the same"
    );
}

#[tokio::test]
async fn who_may_not_and_what_cannot_be_simulated_is_told() {
    let house = House::open().await;
    let draft = house.replanning(limit(18, date(2026, 9, 1))).await;
    let refused = house.refusals().await;
    let status = house.parts("anna", &draft.name).await.expect_err("a case manager");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    let abroad = house.service.person("doris", Some(ABROAD), &["team-lead"]).expect("a token");
    let request = contract::SimulatePolicyRequest { name: draft.name.clone() };
    let status = PolicyServiceClient::new(abroad).simulate_policy(request).await.expect_err("a foreign jobcenter");
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(house.refusals().await, refused + 2, "who tried is on record");
    let status = house.parts("doris", "jobcenters/musterstadt").await.expect_err("no version");
    assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, vec!["name".to_owned()]));
    let nobody = format!("jobcenters/musterstadt/policies/{}", crate::house::request_id("nobody's"));
    assert_eq!(house.parts("doris", &nobody).await.expect_err("no such version").code(), Code::NotFound);
    let withdrawn = house.withdraw(&draft).await.expect("a draft");
    let status = house.parts("doris", &withdrawn.name).await.expect_err("given up");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "POLICY_WRONG_STATE"));
}

#[tokio::test]
async fn one_of_a_jobcenter_simulates_at_a_time() {
    let house = House::open().await;
    let draft = house.replanning(limit(18, date(2026, 9, 1))).await;
    let mut other = house.service.owner().begin().await.expect("another transaction");
    let lock = "SELECT pg_advisory_xact_lock(hashtext('simulate a policy'), hashtext('musterstadt'))";
    sqlx::query(lock).execute(&mut *other).await.expect("the other simulation");
    let status = house.parts("doris", &draft.name).await.expect_err("somebody simulates");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::ResourceExhausted, "SIMULATION_RUNNING"));
    other.rollback().await.expect("the other one ends");
    house.simulate(&draft).await;
    // Whoever stops reading stops the simulation.
    let request = contract::SimulatePolicyRequest { name: draft.name.clone() };
    drop(house.policies("doris").simulate_policy(request).await.expect("a stream"));
    wait_until("the next one may", async || house.parts("doris", &draft.name).await.is_ok()).await;
}

#[tokio::test]
async fn a_large_caseload_is_told_page_by_page_and_each_duty_once() {
    let house = House::open().await;
    let story = Story::at(&house, "A1", Stage::Delivery).await;
    let copies = 2_300;
    copy(&house, &story.place.episode, copies).await;
    let draft = house.replanning(limit(18, TODAY.tomorrow().expect("a day"))).await;
    let told = house.simulate(&draft).await;
    let expected = copies + 1;
    assert_eq!((told.read, told.total, told.episodes()), (expected, expected, expected));
    assert_eq!(told.effects(), [(ReplanEffect::Moved, expected)]);
    let duties: BTreeSet<_> = told.changes.iter().map(|change| change.duty.as_str()).collect();
    assert_eq!(i32::try_from(duties.len()).expect("a number"), expected);
    assert!(told.parts >= 13, "{} parts", told.parts);
}

/// Copies an episode with its duties, past every wall.
async fn copy(house: &House, episode: &str, times: i32) {
    let id: uuid::Uuid = episode.rsplit('/').next().expect("an id").parse().expect("a UUID");
    let statement = r"
        WITH copies AS (
            INSERT INTO episodes (episode_id, jobcenter_id, case_id, version, phase, facts, generation, outbox_seq, created_at,
                                  case_manager_id, assigned_on)
            SELECT gen_random_uuid(), jobcenter_id, case_id, version, phase, facts, generation, outbox_seq, created_at,
                   case_manager_id, assigned_on
            FROM episodes, generate_series(1, $2)
            WHERE episode_id = $1
            RETURNING episode_id
        ), named AS (
            SELECT gen_random_uuid() AS copied_id, c.episode_id AS copy_id, d.*
            FROM duties d, copies c
            WHERE d.episode_id = $1
        )
        INSERT INTO duties (duty_id, jobcenter_id, case_id, episode_id, kind, slot, revision, state, opens_on, target_on, due_on,
                            overdue_after_on, owner_id, team, facts)
        SELECT n.copied_id, jobcenter_id, case_id, copy_id, kind, slot, revision, state, opens_on, target_on, due_on, overdue_after_on,
               owner_id, team,
               jsonb_set(facts, '{name}', to_jsonb(format('jobcenters/%s/cases/%s/episodes/%s/duties/%s', jobcenter_id, case_id, copy_id, n.copied_id)))
        FROM named n
    ";
    sqlx::query(statement).bind(id).bind(times).execute(house.service.owner()).await.expect("copies");
}

/// Records of siblings, in the order of their ids.
fn records(kind: &str, count: u128) -> Vec<String> {
    let of = |number| format!("{PARENT}/cases/{}/{kind}/{}", Uuid::from_u128(7), Uuid::from_u128(number));
    (1..=count).map(of).collect()
}

#[tokio::test]
async fn what_siblings_compute_by_a_version_is_told_with_the_rest() {
    let house = House::open().await;
    let posting = vec![parameter("reminders", Value::Number(12)), parameter("working_days", Value::Number(1))];
    let key = PolicyKey::LetterPosting.into();
    let policy = house.replanning(Policy { key, parameters: posting, ..limit(18, date(2026, 9, 1)) }).await;
    let empty = house.simulate(&policy).await;
    assert_eq!((empty.total, empty.changes.len(), empty.summary.note_de.as_str()), (0, 0, ""));

    let letters = records("letters", 3);
    let mut changes: Vec<_> = letters.iter().map(|letter| moves(letter)).collect();
    changes[1] = stays(&letters[1]);
    house.siblings.keeps(Keeper::Documents, changes);
    let told = house.simulate(&policy).await;
    assert_eq!((told.read, told.total), (3, 3));
    assert_eq!(told.changes.iter().map(|change| change.duty.clone()).collect::<Vec<_>>(), letters);
    let counts = told.summary.counts.clone().expect("counts");
    assert_eq!((counts.letters, counts.referrals, counts.episodes, counts.people_on_watch), (2, 0, 0, 0));
    assert_eq!((told.becomes_overdue(), told.effects().len()), (2, 2));
    let (_, asked) = house.siblings.asked().pop().expect("a question");
    assert_eq!((asked.citation, asked.as_of), (policy.citation.clone(), date(2026, 9, 1)));
    let rules = asked.rules;
    assert_eq!(rules.policies.len(), 1, "the draft is told with the rules");
    assert_eq!(rules.policies[0].approve_date, Some(contract_date(date(2026, 9, 1))), "as if it were approved then");

    house.siblings.is_away(true);
    let status = house.parts("hanna", &policy.name).await.expect_err("nobody knows");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "DEPENDENCY_UNAVAILABLE"));
}

#[tokio::test]
async fn escalation_goes_through_episodes_checks_and_referrals() {
    let house = House::open().await;
    house.siblings.keeps(Keeper::Providers, vec![moves(&records("referrals", 1)[0])]);
    let policy =
        Policy { key: PolicyKey::Escalation.into(), parameters: escalating_every(14), ..limit(18, date(2026, 9, 1)) };
    let told = house.simulate(&house.replanning(policy).await).await;
    assert_eq!(told.summary.counts.expect("counts").referrals, 1);
}

//! Versions that are drafted and approved at the same moment: each number and each day is given once.

use futures::future::join_all;
use jiff::civil::date;
use lotse_devstack::wait_until;
use lotse_proto::cases::{self as contract, PolicyState};

use super::ground::{fresh_id, limit, until};
use crate::house::{House, reason};

#[tokio::test]
async fn a_number_is_given_once_also_to_drafts_of_the_same_moment() {
    let house = House::open().await;
    let drafts = (0..8).map(|months| house.draft(limit(12 + months, date(2026, 9, 1))));
    let mut numbers = Vec::new();
    for drafted in join_all(drafts).await {
        numbers.push(drafted.expect("a draft").version);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=8).collect::<Vec<_>>());
}

#[tokio::test]
async fn of_versions_approved_at_the_same_moment_one_claims_the_days() {
    let house = House::open().await;
    let sound = async |version| house.validate(&house.draft(version).await.expect("a draft")).await.expect("sound");
    let early = sound(until(limit(18, date(2027, 1, 1)), date(2027, 6, 30))).await;
    let late = sound(limit(20, date(2027, 6, 1))).await;
    // The later one is under way and nobody sees it yet: the earlier one has to wait for it, or both would have the same days.
    let mut held = house.service.owner().begin().await.expect("a transaction");
    let row = "SELECT FROM policies WHERE jobcenter_id = 'musterstadt' AND number = 2 FOR UPDATE";
    sqlx::query(row).execute(&mut *held).await.expect("the row");
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let (one, two, ()) = tokio::join!(
        house.approve("gerda", &late),
        async {
            wait_until("the later one is under way", async || house.count(waiting).await == 1).await;
            house.approve("gerda", &early).await
        },
        async {
            wait_until("both wait", async || house.count(waiting).await == 2).await;
            held.rollback().await.expect("the row is free");
        }
    );
    assert_eq!(one.expect("the first").state(), PolicyState::Approved);
    assert_eq!(reason(&two.expect_err("the second")), "POLICY_COLLIDES");
}

#[tokio::test]
async fn the_database_holds_the_days_apart_by_itself() {
    let house = House::open().await;
    let approve = async |number: i32, from: &str, to: &str| {
        let sql = format!(
            "INSERT INTO policies (policy_id, jobcenter_id, key, number, state, valid_from_on, valid_to_on, legal_basis, note, \
                                   parameters, fact, open_duties, drafter_id, approver_id, approved_at, created_at) \
             SELECT gen_random_uuid(), 'musterstadt', 'REGULAR_MAXIMUM', {number}, 'APPROVED', {from}, {to}, 'x', '', '{{}}', \
                    'ASSIGNMENT', 'KEEP', d.staff_member_id, a.staff_member_id, now(), now() \
             FROM staff_members d, staff_members a WHERE d.subject = 'doris' AND a.subject = 'gerda'"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(house.service.owner()).await;
        done.map(drop).map_err(|error| error.to_string())
    };
    approve(1, "'2026-09-01'", "'2026-12-31'").await.expect("the first");
    approve(2, "'2026-12-01'", "NULL").await.expect("it begins within the first, which ends then");
    let taken = approve(3, "'2026-10-01'", "'2026-12-01'").await.expect_err("its last day is taken");
    assert!(taken.contains("policies_overlap"), "{taken}");
    approve(3, "'2026-10-01'", "'2026-11-30'").await.expect("up to the day before");
    approve(4, "'2026-08-01'", "NULL").await.expect("an open one gives way to what is there");
    approve(5, "'2026-09-01'", "'2026-09-30'").await.expect("a correction of the same first day");
}

#[tokio::test]
async fn an_approval_repeated_while_it_is_under_way_answers_what_came_of_it() {
    let house = House::open().await;
    let drafted = house.draft(limit(18, date(2027, 1, 1))).await.expect("a draft");
    let validated = house.validate(&drafted).await.expect("sound");
    let request = contract::ApprovePolicyRequest {
        name: validated.name.clone(),
        etag: validated.etag.clone(),
        request_id: fresh_id(),
    };
    // The first call waits for the version's row, the second for the first one's claim: both have read the version by then.
    let mut held = house.service.owner().begin().await.expect("a transaction");
    let row = "SELECT FROM policies WHERE jobcenter_id = 'musterstadt' FOR UPDATE";
    sqlx::query(row).execute(&mut *held).await.expect("the row");
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let calls = join_all((0..2).map(|_| {
        let (mut policies, request) = (house.policies("gerda"), request.clone());
        async move { policies.approve_policy(request).await.expect("an answer").into_inner() }
    }));
    let (answers, ()) = tokio::join!(calls, async {
        wait_until("both wait", async || house.count(waiting).await == 2).await;
        held.rollback().await.expect("the row is free");
    });
    assert_eq!(answers[0].state(), PolicyState::Approved);
    assert_eq!(answers[0], answers[1]);
}

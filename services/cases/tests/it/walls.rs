//! The walls in the database: what the service's roles see when nobody asks the policies.

use jiff::civil::date;
use sqlx::{Connection, PgConnection};

use crate::{
    house::House,
    story::{Stage, Story},
};

/// Every table with a tenant.
const FENCED: [&str; 9] =
    ["jobcenters", "staff_members", "cases", "case_search", "profiles", "watches", "episodes", "duties", "case_events"];

async fn login(house: &House, role: &str) -> PgConnection {
    let options = (*house.service.owner().connect_options()).clone().username(role);
    PgConnection::connect_with(&options).await.expect("a connection")
}

async fn enter(connection: &mut PgConnection, jobcenter: &str) {
    let tenant = sqlx::query_scalar::<_, String>("SELECT set_config('lotse.jobcenter', $1, false)").bind(jobcenter);
    tenant.fetch_one(connection).await.expect("a tenant");
}

async fn count(connection: &mut PgConnection, table: &str) -> Result<i64, sqlx::Error> {
    let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(count).fetch_one(connection).await
}

fn denied(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref() == Some("42501")
}

#[tokio::test]
async fn without_a_tenant_nothing_is_visible() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::Delivery).await;
    let mut service = login(&house, "lotse_cases").await;
    for table in FENCED {
        assert_eq!(count(&mut service, table).await.expect("a count"), 0, "{table}");
    }
    enter(&mut service, "musterstadt").await;
    for table in FENCED {
        assert!(count(&mut service, table).await.expect("a count") > 0, "{table}");
    }
    enter(&mut service, "nachbarstadt").await;
    for table in FENCED {
        let seen = i64::from(table == "jobcenters");
        assert_eq!(count(&mut service, table).await.expect("a count"), seen, "{table}");
    }
    // Nor is anything of another tenant changed, or written into it.
    let changed = sqlx::query("UPDATE cases SET team = 'u25'").execute(&mut service).await.expect("no error");
    assert_eq!(changed.rows_affected(), 0);
    let smuggled = sqlx::query(
        r"
        INSERT INTO jobcenters (jobcenter_id, display_name, land, address_lines, created_at)
        VALUES ('drittstadt', 'x', 'NW', '{}', now())
        ",
    );
    assert!(denied(&smuggled.execute(&mut service).await.expect_err("another tenant's row")));
}

#[tokio::test]
async fn the_service_keeps_what_was_written_once() {
    let house = House::open().await;
    let mut service = login(&house, "lotse_cases").await;
    enter(&mut service, "musterstadt").await;
    for forbidden in [
        "DELETE FROM cases",
        "DELETE FROM duties",
        "UPDATE case_events SET code = 'X'",
        "UPDATE profiles SET profile_type = 'X'",
        "UPDATE audit_log SET actor = 'x'",
        "DELETE FROM audit_log",
        "UPDATE idempotency_keys SET resource = 'x'",
        "SELECT payload FROM outbox_events",
        "UPDATE case_search SET names = 'x'",
        "DELETE FROM case_search",
        "TRUNCATE cases",
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
    ] {
        let error = sqlx::query(forbidden).execute(&mut service).await.expect_err(forbidden);
        assert!(denied(&error), "{forbidden}: {error}");
    }
}

#[tokio::test]
async fn a_policy_is_read_by_its_tenant_and_never_rewritten() {
    let house = House::open().await;
    let local = r"
        INSERT INTO policies (policy_id, jobcenter_id, key, number, state, valid_from_on, legal_basis, note, parameters, fact, open_duties,
                              drafter_id, created_at)
        SELECT gen_random_uuid(), 'musterstadt', 'REGULAR_MAXIMUM', n, s, '2027-01-01', 'x', '', '{}', 'ASSIGNMENT', 'KEEP',
               staff_member_id, now()
        FROM staff_members, (VALUES (1, 'DRAFT'), (2, 'WITHDRAWN'), (4, 'DRAFT'), (5, 'VALIDATED')) AS v (n, s)
        WHERE subject = 'doris'
    ";
    sqlx::query(local).execute(house.service.owner()).await.expect("versions of the jobcenter");
    let shipped = house.count("SELECT count(*) FROM policies WHERE jobcenter_id IS NULL").await;
    assert!(shipped > 18, "{shipped}");
    let mut service = login(&house, "lotse_cases").await;
    for (tenant, seen) in [("", shipped), ("nachbarstadt", shipped), ("musterstadt", shipped + 4)] {
        enter(&mut service, tenant).await;
        assert_eq!(count(&mut service, "policies").await.expect("a count"), seen, "{tenant}");
    }
    for forbidden in [
        "DELETE FROM policies",
        "UPDATE policies SET parameters = '{}'",
        "UPDATE policies SET valid_to_on = NULL",
        "INSERT INTO policies SELECT * FROM policies WHERE jobcenter_id IS NULL LIMIT 1",
    ] {
        let error = sqlx::query(forbidden).execute(&mut service).await.expect_err(forbidden);
        assert!(denied(&error), "{forbidden}: {error}");
    }
    let approved = r"
        INSERT INTO policies (policy_id, jobcenter_id, key, number, state, valid_from_on, legal_basis, note, parameters, fact, open_duties,
                              drafter_id, approver_id, approved_at, created_at)
        SELECT gen_random_uuid(), 'musterstadt', 'REGULAR_MAXIMUM', 3, $1, '2027-01-01', 'x', '', '{}', 'ASSIGNMENT', 'KEEP',
               d.staff_member_id, a.staff_member_id, CASE WHEN $1 = 'APPROVED' THEN now() END, now()
        FROM staff_members d
        LEFT JOIN staff_members a ON a.subject = 'anna' AND $1 = 'APPROVED'
        WHERE d.subject = 'doris'
    ";
    let error = sqlx::query(approved).bind("APPROVED").execute(&mut service).await.expect_err("approved at birth");
    assert!(denied(&error), "{error}");
    let drafted = sqlx::query(approved).bind("DRAFT").execute(&mut service).await.expect("a draft");
    assert_eq!(drafted.rows_affected(), 1);
    // Whoever holds the service's role leaves no step out, and names nobody else than two people of the jobcenter.
    let approve = |number: i32, approver: &str| {
        let sql = format!(
            "UPDATE policies SET state = 'APPROVED', approved_at = now(), approver_id = {approver} \
             WHERE jobcenter_id = 'musterstadt' AND number = {number}"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql))
    };
    let anna = "(SELECT staff_member_id FROM staff_members WHERE subject = 'anna')";
    let stranger = "'00000000-0000-7000-8000-000000000001'";
    let foreign = r"
        INSERT INTO staff_members (staff_member_id, jobcenter_id, subject, display_name, email, phone, team, functions, created_at)
        VALUES ('00000000-0000-7000-8000-000000000001', 'nachbarstadt', 'x', 'x', 'x', 'x', 'x', '{}', now())
    ";
    sqlx::query(foreign).execute(house.service.owner()).await.expect("somebody of the neighbours");
    for (number, approver, wall) in [
        (1, anna, "policies_way"),
        (5, "drafter_id", "policies_four_eyes"),
        (5, "NULL", "policies_approved"),
        (5, stranger, "policies_approver"),
    ] {
        let error = approve(number, approver).execute(&mut service).await.expect_err(wall);
        assert!(error.to_string().contains(wall), "{number} {wall}: {error}");
    }
    let drafted_abroad = approved.replace("d.staff_member_id, a.", "'00000000-0000-7000-8000-000000000001'::uuid, a.");
    let error =
        sqlx::query(sqlx::AssertSqlSafe(drafted_abroad.replace("'REGULAR_MAXIMUM', 3", "'REGULAR_MAXIMUM', 6")))
            .bind("DRAFT")
            .execute(&mut service)
            .await
            .expect_err("a drafter of another jobcenter");
    assert!(error.to_string().contains("policies_drafter"), "{error}");
    assert_eq!(approve(5, anna).execute(&mut service).await.expect("a second person").rows_affected(), 1);
    // Of everything there is, only what waits for its way may move on it; what is settled or shipped stays.
    let moved = sqlx::query("UPDATE policies SET state = 'WITHDRAWN'").execute(&mut service).await.expect("no error");
    assert_eq!(moved.rows_affected(), 3, "the drafts");
    let back = "UPDATE policies SET state = 'DRAFT' WHERE number = 1 AND jobcenter_id = 'musterstadt'";
    let error = sqlx::query(back).execute(house.service.owner()).await.expect_err("no way back, for nobody");
    assert!(error.to_string().contains("policies_way"), "{error}");
}

#[tokio::test]
async fn the_relay_sees_the_outbox_and_which_episodes_are_open() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::Delivery).await;
    let mut relay = login(&house, "lotse_cases_relay").await;
    assert!(count(&mut relay, "outbox_events").await.expect("the outbox") > 0);
    assert_eq!(count(&mut relay, "dead_letters").await.expect("the dead letters"), 0);
    let closed = ["audit_log", "idempotency_keys", "policy_changes"];
    for table in FENCED.into_iter().filter(|table| !["jobcenters", "episodes"].contains(table)).chain(closed) {
        assert!(denied(&count(&mut relay, table).await.expect_err(table)), "{table}");
    }
    // Of an episode it sees that it is open, so that its workflow can be started again; what was written there it does not see.
    assert_eq!(count(&mut relay, "episodes").await.expect("open episodes"), 1);
    let error = sqlx::query("SELECT facts FROM episodes").execute(&mut relay).await.expect_err("facts");
    assert!(denied(&error), "{error}");
    // Of policies it sees those that take open duties over, and for whom: when they begin, and nothing of what they say.
    assert_eq!(count(&mut relay, "policies").await.expect("policies"), 0);
    assert_eq!(count(&mut relay, "jobcenters").await.expect("jobcenters"), 2);
    for forbidden in ["SELECT parameters FROM policies", "SELECT display_name FROM jobcenters"] {
        let error = sqlx::query(forbidden).execute(&mut relay).await.expect_err(forbidden);
        assert!(denied(&error), "{forbidden}: {error}");
    }
    // What leaves the service carries names and numbers, nothing of the person.
    let told: Vec<String> =
        sqlx::query_scalar("SELECT t::text FROM outbox_events t").fetch_all(&mut relay).await.expect("the outbox");
    assert!(told.iter().all(|row| !row.contains("Mustermann") && !row.contains("ein Grund")), "{told:?}");
}

#[tokio::test]
async fn events_of_an_episode_are_numbered_without_a_gap() {
    let house = House::open().await;
    for number in ["K1", "K2"] {
        let mut story = Story::at(&house, number, Stage::Closed).await;
        story.wait_for(date(2029, 1, 1)).await;
    }
    let gaps = r"
        SELECT count(*)
        FROM (
            SELECT workflow_id
            FROM outbox_events
            GROUP BY workflow_id
            HAVING min(seq) <> 1 OR max(seq) <> count(*) OR count(*) FILTER (WHERE kind = 'start') <> 1
        ) AS wrong
    ";
    assert_eq!(house.count(gaps).await, 0);
    let episodes = "SELECT count(DISTINCT workflow_id) FROM outbox_events WHERE workflow_type = 'Episode'";
    assert_eq!(house.count(episodes).await, 2);
    let behind = "SELECT count(*) FROM episodes e WHERE outbox_seq <> (SELECT max(seq) FROM outbox_events o \
                  WHERE o.workflow_id LIKE '%' || e.episode_id || '%')";
    assert_eq!(house.count(behind).await, 0, "an episode knows its last event");
}

//! A release is rolled out: the database is brought up to date for a later one while replicas of this one run.

use lotse::{
    journey::{Play, Player},
    stack::DATABASE,
};
use lotse_devstack::wait_until;
use serde_json::{Value, json};
use tonic::Streaming;
use tonic_health::pb::{HealthCheckResponse, health_check_response::ServingStatus};

use super::{Site, next};

impl Site {
    async fn execute(&self, statement: &'static str) {
        sqlx::query(statement).execute(&self.database).await.expect("the owner may");
    }

    /// Waits until cases says on the admin listener that it is not ready, with these words.
    async fn until_told(&self, words: &str) {
        let said = async || self.stack.told("cases", "readyz").await;
        wait_until("it says why it is not ready", async || {
            said().await.is_ok_and(|(ready, text)| !ready && text.contains(words))
        })
        .await;
    }

    /// Waits until cases has compared law and release again, twice.
    async fn until_looked_again(&self) {
        let looked = r"
            SELECT coalesce(max(extract(epoch FROM query_start) * 1000)::bigint, 0)
            FROM pg_stat_activity
            WHERE usename = 'lotse_cases'
              AND query LIKE '%WHERE jobcenter_id IS NULL AND land IS NULL%'
        ";
        for _ in 0..2 {
            let before = self.count(looked).await;
            wait_until("it looks again", async || self.count(looked).await > before).await;
        }
    }
}

/// Cases live without work while the database has other federal law than the release, and while nobody can tell; no restart is needed.
pub async fn a_role_is_sent_work_while_law_and_release_agree() {
    let site = Site::prepare().await;
    // At the start nobody can tell: PostgreSQL is away.
    site.stack.servers().kill_postgres().await;
    site.stack.start("cases").await.expect("the executable");
    site.until_told("law: the database does not answer; it has to run first").await;
    site.stack.check_alive().await.expect("it waits");
    let mut health = site.health().await;
    assert_eq!(next(&mut health).await, ServingStatus::NotServing);
    site.stack.servers().start_postgres().await.expect("PostgreSQL");
    assert_eq!(next(&mut health).await, ServingStatus::Serving);
    site.stack.wait_for("cases").await.expect("it is ready");
    let mut witness = ();
    let mut player = Player::new(site.target(), &mut witness);
    let story = player.begin(&site.journey).await;
    assert!(list_policies(&story).await.is_ok());
    a_later_release_is_noticed(&site, &mut health, &story).await;
    assert!(list_policies(&story).await.is_ok(), "it takes work again");

    // What was seen to agree is not in doubt because the database is away.
    let mut health = site.health().await;
    assert_eq!(next(&mut health).await, ServingStatus::Serving);
    site.stack.servers().kill_postgres().await;
    site.until_told("missing: database\n").await;
    site.stack.servers().start_postgres().await.expect("PostgreSQL");
    site.stack.wait_for("cases").await.expect("it is ready");
    let log = std::fs::read_to_string(site.stack.log_of("cases")).expect("a log");
    let told = |words: &str| log.lines().filter(|line| line.contains(words)).count();
    assert_eq!(
        (told("cases may be sent work"), told("cases is not to be sent work: law: the federal")),
        (2, 2),
        "once per change: {log}"
    );
}

/// A later release loads a rule and a fact that the running one does not know; it is replaced, comes back, and finds the law as it was.
async fn a_later_release_is_noticed(
    site: &Site,
    health: &mut Streaming<HealthCheckResponse>,
    story: &Play<'_, '_, '_>,
) {
    let later = r"
        INSERT INTO cases.policies (policy_id, key, number, state, valid_from_on, legal_basis, note, parameters, fact, open_duties, created_at)
        VALUES (gen_random_uuid(), 'RULE_OF_TOMORROW', 1, 'APPROVED', '2040-01-01', 'x', '', '{}', 'FACT_OF_TOMORROW', 'KEEP', now())
    ";
    site.execute(later).await;
    assert_eq!(next(health).await, ServingStatus::NotServing);
    let advice = "a later release has loaded, and only it or one after it may serve: federal/RULE_OF_TOMORROW/1";
    site.until_told(advice).await;
    site.until_looked_again().await;
    let refused = list_policies(story).await.expect_err("who holds a connection is refused");
    assert!(refused.contains("DEPENDENCY_UNAVAILABLE"), "{refused}");

    // Who rolls back migrates to the older release: what only the later one knows stays, and is told.
    let url = site.stack.servers().database_url(DATABASE);
    let mut command = site.stack.command("migrate", &["migrate"]);
    let output = command.env_clear().env("LOTSE_MIGRATE_URL", &url).output().await.expect("the executable");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("of a later release, which stay: federal/RULE_OF_TOMORROW/1"), "{told}");
    // Started anew, the older release lives and waits as well.
    site.stack.stop("cases").await.expect("it stops");
    site.stack.start("cases").await.expect("the executable");
    site.until_told(advice).await;
    let mut health = site.health().await;
    assert_eq!(next(&mut health).await, ServingStatus::NotServing);
    site.execute("DELETE FROM cases.policies WHERE key = 'RULE_OF_TOMORROW'").await;
    assert_eq!(next(&mut health).await, ServingStatus::Serving);
}

async fn list_policies(story: &Play<'_, '_, '_>) -> Result<Value, String> {
    story.ask("anna", "lotse.cases.v1.PolicyService/ListPolicies", &json!({ "parent": "${jobcenter}" })).await
}

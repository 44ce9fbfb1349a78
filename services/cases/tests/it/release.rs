//! A release adds federal versions and never edits one; loading twice changes nothing; nobody but the owner loads.

use jiff::civil::date;
use lotse_cases::release::{Loaded, ReleaseError, hold_together, load};
use lotse_kernel::policy::{Jurisdiction, OpenDuties, PolicyKey, PolicyVersion, Transition, Value, federal};
use lotse_proto::cases::{
    self as contract, PolicyKey as Key, PolicyScope, jobcenter_service_client::JobcenterServiceClient,
};
use tonic::Code;

use crate::house::{House, TODAY, jobcenter, reason};

async fn install(house: &House, shipped: &[PolicyVersion]) -> Result<Loaded, ReleaseError> {
    let mut owner = house.service.owner().acquire().await.expect("a connection");
    load(&mut owner, shipped).await
}

/// Loads a rule, a fact and a transition that only a later release knows, and lets the jobcenter vary it.
async fn load_of_tomorrow(house: &House) {
    let later = r"
        INSERT INTO policies (policy_id, jobcenter_id, key, number, state, valid_from_on, legal_basis, note, parameters, fact, open_duties,
                              drafter_id, approver_id, approved_at, created_at)
        SELECT gen_random_uuid(), NULL, 'RULE_OF_TOMORROW', 1, 'APPROVED', date '2026-01-01', 'x', '', '{}'::jsonb, 'FACT_OF_TOMORROW',
               'KEEP', NULL, NULL, NULL, now()
        UNION ALL
        SELECT gen_random_uuid(), d.jobcenter_id, k.key, 9, 'APPROVED', date '2026-01-01', 'x', '', '{}'::jsonb, k.fact, k.open_duties,
               d.staff_member_id, a.staff_member_id, now(), now()
        FROM staff_members d
        JOIN staff_members a ON a.subject = 'bernd'
        CROSS JOIN (VALUES ('RULE_OF_TOMORROW', 'ASSIGNMENT', 'KEEP'), ('REGULAR_MAXIMUM', 'FACT_OF_TOMORROW', 'KEEP'),
                           ('PLAN_UPDATE', 'ASSIGNMENT', 'ASK')) AS k (key, fact, open_duties)
        WHERE d.subject = 'anna'
    ";
    let loaded = sqlx::query(later).execute(house.service.owner()).await.expect("a later release");
    assert_eq!(loaded.rows_affected(), 4);
}

#[tokio::test]
async fn loading_again_changes_nothing() {
    let house = House::open().await;
    let before = house.everything().await;
    let shipped = federal::versions().expect("the shipped files");
    assert_eq!(install(&house, &shipped).await.expect("loaded"), Loaded::default());
    assert_eq!(before, house.everything().await);
    let rows = house.count("SELECT count(*) FROM policies WHERE jobcenter_id IS NULL AND state = 'APPROVED'").await;
    assert_eq!(usize::try_from(rows).expect("a count"), shipped.len());
}

#[tokio::test]
async fn a_release_may_add_and_an_older_one_may_come_back() {
    let house = House::open().await;
    let shipped = federal::versions().expect("the shipped files");
    let old = federal::of(PolicyKey::RegularMaximum).expect("the shipped file").remove(0);
    let new = PolicyVersion { version: 2, valid_from: date(2028, 1, 1), ..old };
    let more: Vec<_> = shipped.iter().cloned().chain([new]).collect();
    let loaded = install(&house, &more).await.expect("loaded");
    assert_eq!(loaded.added, ["federal/REGULAR_MAXIMUM/2"]);
    let loaded = install(&house, &shipped).await.expect("loaded");
    assert_eq!((loaded.added.len(), loaded.unknown), (0, vec!["federal/REGULAR_MAXIMUM/2".to_owned()]));
    // Nor does it stumble over a rule, or a fact, of which it has never heard.
    load_of_tomorrow(&house).await;
    let loaded = install(&house, &shipped).await.expect("loaded");
    let unknown = ["federal/REGULAR_MAXIMUM/2", "federal/RULE_OF_TOMORROW/1"].map(str::to_owned);
    assert_eq!((loaded.added.len(), loaded.unknown), (0, unknown.to_vec()));
}

#[tokio::test]
async fn a_version_of_a_land_holds_in_its_land_alone() {
    let house = House::open().await;
    let land = |of: &str, months| {
        let federal = federal::of(PolicyKey::RegularMaximum).expect("the shipped file").remove(0);
        PolicyVersion {
            jurisdiction: Jurisdiction::Land(of.to_owned()),
            valid_from: date(2026, 1, 1),
            parameters: federal.parameters.clone().with("months", Value::Number(months)),
            ..federal
        }
    };
    let versions = [land("NW", 20), land("SN", 22)];
    let loaded = install(&house, &versions).await.expect("loaded");
    assert_eq!(loaded.added, ["NW/REGULAR_MAXIMUM/1", "SN/REGULAR_MAXIMUM/1"]);
    assert!(install(&house, &versions).await.expect("loaded").added.is_empty(), "they are found again");
    let governs = house.resolve(Key::RegularMaximum, date(2026, 3, 2)).await.expect("a version");
    assert_eq!((governs.citation.as_str(), governs.scope()), ("NW/REGULAR_MAXIMUM/1", PolicyScope::Land));
    let jobcenter = PolicyVersion { jurisdiction: Jurisdiction::Jobcenter("musterstadt".to_owned()), ..land("NW", 18) };
    let error = install(&house, &[jobcenter]).await.expect_err("a jobcenter's own");
    assert!(
        matches!(&error, ReleaseError::NotOurs { citation } if citation == "musterstadt/REGULAR_MAXIMUM/1"),
        "{error}"
    );
}

#[tokio::test]
async fn database_and_release_are_held_together() {
    let house = House::open().await;
    let owner = house.service.owner();
    hold_together(owner).await.expect("the same versions");
    let old = federal::of(PolicyKey::RegularMaximum).expect("the shipped file").remove(0);
    install(&house, &[PolicyVersion { version: 2, valid_from: date(2028, 1, 1), ..old }])
        .await
        .expect("a later release");
    let error = hold_together(owner).await.expect_err("a version that nobody here knows");
    assert!(error.to_string().contains("only it or one after it may serve: federal/REGULAR_MAXIMUM/2"), "{error}");
    sqlx::query("DELETE FROM policies WHERE key = 'MEDIATION'").execute(owner).await.expect("the owner may");
    let error = hold_together(owner).await.expect_err("a version that was never loaded");
    assert!(error.to_string().contains("run `lotse migrate` to load: federal/MEDIATION/1"), "{error}");
    let edited = "UPDATE policies SET parameters = '{\"weeks\": 9}' WHERE key = 'FIRST_TALK'";
    let way = "ALTER TABLE policies DISABLE TRIGGER policies_way";
    for sql in [way, edited] {
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(owner).await.expect("the owner may");
    }
    let error = hold_together(owner).await.expect_err("an edited version");
    assert!(matches!(&error, ReleaseError::Edited { citation, .. } if citation == "federal/FIRST_TALK/1"), "{error}");
}

#[tokio::test]
async fn an_edited_version_stops_the_release() {
    let house = House::open().await;
    let before = house.everything().await;
    let mut shipped = federal::versions().expect("the shipped files");
    let edited = shipped.iter_mut().find(|version| version.key == PolicyKey::RegularMaximum).expect("a version");
    edited.parameters = edited.parameters.clone().with("months", Value::Number(18));
    edited.valid_to = Some(date(2030, 12, 31));
    // What would have been new is not loaded either.
    shipped.insert(0, PolicyVersion { version: 9, valid_from: date(2040, 1, 1), valid_to: None, ..shipped[0].clone() });
    let error = install(&house, &shipped).await.expect_err("an edited version");
    assert!(
        matches!(&error, ReleaseError::Edited { citation, .. } if citation == "federal/REGULAR_MAXIMUM/1"),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "the federal policy federal/REGULAR_MAXIMUM/1 is loaded and must never be edited, but this release has it otherwise: \
         valid_to open → 2030-12-31; parameters.months 24 → 18; add a new version instead"
    );
    assert_eq!(before, house.everything().await);
}

#[tokio::test]
async fn days_that_two_federal_versions_claim_are_refused_by_the_database() {
    let house = House::open().await;
    let last = federal::of(PolicyKey::Mediation).expect("the shipped file").remove(0);
    let (first, before) = (last.valid_from, last.valid_from.yesterday().expect("a day before"));
    let overlapping = PolicyVersion { version: 2, valid_from: before, valid_to: Some(first), ..last.clone() };
    let error = install(&house, &[overlapping]).await.expect_err("an overlap");
    assert!(
        matches!(&error, ReleaseError::Database(source) if source.to_string().contains("policies_overlap")),
        "{error:?}"
    );
    let earlier = PolicyVersion { version: 2, valid_from: date(2026, 6, 30), valid_to: None, ..last };
    assert_eq!(install(&house, &[earlier]).await.expect("the law is changed before its end").added.len(), 1);
}

#[tokio::test]
async fn what_only_a_later_release_can_read_is_left_out() {
    let house = House::open().await;
    let fact_on = date(2026, 3, 2);
    let list = async |page_size| {
        let (mut all, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = contract::ListPoliciesRequest {
                parent: "jobcenters/musterstadt".to_owned(),
                page_size,
                page_token,
                ..Default::default()
            };
            let page = house.policies("hanna").list_policies(request).await.expect("a page").into_inner();
            all.extend(page.policies);
            page_token = page.next_page_token;
            if page_token.is_empty() {
                return all;
            }
        }
    };
    let (before, governs) = (list(200).await, house.resolve(Key::RegularMaximum, fact_on).await.expect("a version"));
    load_of_tomorrow(&house).await;
    assert_eq!(list(200).await, before);
    assert_eq!(list(1).await, before, "a page without anything to show is not the last one");
    assert_eq!(house.resolve(Key::RegularMaximum, fact_on).await.expect("a version"), governs);
    // By its name it is there, and whoever asks again may find a replica of the later release.
    let of_tomorrow = "SELECT 'jobcenters/musterstadt/policies/' || policy_id FROM policies \
                       WHERE fact = 'FACT_OF_TOMORROW' OR key = 'RULE_OF_TOMORROW' OR open_duties = 'ASK'";
    let names: Vec<String> = sqlx::query_scalar(of_tomorrow).fetch_all(house.service.owner()).await.expect("names");
    assert_eq!(names.len(), 4);
    for name in names {
        let request = contract::GetPolicyRequest { name };
        let status = house.policies("hanna").get_policy(request).await.expect_err("nothing to show");
        assert_eq!((status.code(), reason(&status).as_str()), (Code::Unavailable, "DEPENDENCY_UNAVAILABLE"));
    }
}

#[tokio::test]
async fn a_new_jobcenter_waits_for_what_its_release_will_move() {
    let house = House::open().await;
    let starts = "SELECT count(*) FROM outbox_events WHERE workflow_type = 'PolicyActivation'";
    let moving = |number, jurisdiction, valid_from| {
        let federal = federal::of(PolicyKey::RegularMaximum).expect("the shipped file").remove(0);
        let transition = Transition { open_duties: OpenDuties::Replan, ..federal.transition };
        PolicyVersion { version: number, jurisdiction, valid_from, transition, ..federal }
    };
    let land = |of: &str| Jurisdiction::Land(of.to_owned());
    let versions = [
        moving(2, Jurisdiction::Federal, TODAY.yesterday().expect("a day")),
        moving(3, Jurisdiction::Federal, TODAY),
        moving(4, Jurisdiction::Federal, date(2028, 1, 1)),
        moving(1, land("NW"), date(2027, 1, 1)),
        moving(1, land("SN"), date(2027, 1, 1)),
    ];
    install(&house, &versions).await.expect("loaded");
    assert_eq!(house.count(starts).await, 0, "whoever was there before is for `lotse reconcile`");
    let mut operator = JobcenterServiceClient::new(house.operator());
    for _ in 0..2 {
        operator.register_jobcenter(jobcenter("neustadt")).await.expect("a jobcenter");
    }
    let started = r"
        SELECT o.workflow_id || ' ' || (o.input->>'first_on')
        FROM outbox_events o
        JOIN policies p ON o.workflow_id = 'neustadt/policy/' || p.policy_id
        WHERE o.kind = 'start' AND o.seq = 1 AND p.valid_from_on::text = o.input->>'first_on'
        ORDER BY p.valid_from_on
    ";
    let started: Vec<String> = sqlx::query_scalar(started).fetch_all(house.service.owner()).await.expect("starts");
    let days: Vec<_> = started.iter().filter_map(|start| start.rsplit(' ').next()).collect();
    assert_eq!(days, [TODAY.to_string().as_str(), "2027-01-01", "2028-01-01"]);
    assert_eq!(house.count(starts).await, 3);
}

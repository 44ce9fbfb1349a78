//! The worklist as somebody works it off: whose it is, what comes first, pages while others write, and along which index it is read.

use std::{collections::BTreeSet, fs, path::Path};

use jiff::civil::date;
use lotse_proto::{
    cases::{Duty, ListDutiesRequest, Population, WorklistScope},
    common::{DutyKind, DutyState},
};
use sqlx::{Connection, PgConnection};
use tonic::Code;

use crate::{
    house::{House, reason, violations},
    requests as write,
    story::{Stage, Story, civil},
};

const ALL: [DutyState; 6] =
    [DutyState::Scheduled, DutyState::Open, DutyState::Overdue, DutyState::Done, DutyState::Missed, DutyState::Void];

fn asking(scope: WorklistScope) -> ListDutiesRequest {
    ListDutiesRequest { parent: "jobcenters/musterstadt".into(), scope: scope.into(), ..Default::default() }
}

async fn list(house: &House, by: &str, request: ListDutiesRequest) -> Vec<Duty> {
    house.duties(by).list_duties(request).await.expect(by).into_inner().duties
}

fn kinds(duties: &[Duty]) -> Vec<(DutyKind, DutyState)> {
    duties.iter().map(|duty| (duty.kind(), duty.state())).collect()
}

/// A review that is due on 2 September with a working day of grace, and the decision on a proposal that is due on the same day without any.
async fn two_due_on_one_day(house: &House) -> (Story<'_>, Story<'_>) {
    let lived = Story::at(house, "K1", Stage::Planning).await;
    house.move_to(date(2026, 8, 5)).await;
    let proposed = Story::at(house, "K2", Stage::InDiscussion).await;
    (lived, proposed)
}

#[tokio::test]
async fn what_is_overdue_comes_first_also_before_what_was_due_earlier() {
    let house = House::open().await;
    let (review, decision) = (DutyKind::ContinuationReview, DutyKind::ProposalDecision);
    two_due_on_one_day(&house).await;
    let worklist = || asking(WorklistScope::Jobcenter);
    // Where both stand alike their names decide, which nobody can foretell.
    let alike = |mut found: Vec<(DutyKind, DutyState)>| {
        found.sort_unstable();
        found
    };
    for (day, is_foretold, expected) in [
        (date(2026, 9, 2), false, vec![(review, DutyState::Open), (decision, DutyState::Open)]),
        (date(2026, 9, 3), true, vec![(decision, DutyState::Overdue), (review, DutyState::Open)]),
        (date(2026, 9, 4), false, vec![(review, DutyState::Overdue), (decision, DutyState::Overdue)]),
    ] {
        house.move_to(day).await;
        let mut found = list(&house, "anna", worklist()).await;
        found.retain(|duty| duty.kind() != DutyKind::EligibilityRecheck);
        let seen = kinds(&found);
        if is_foretold {
            assert_eq!(seen, expected, "on {day}");
        } else {
            assert_eq!(alike(seen), alike(expected), "on {day}");
        }
        assert_eq!(civil(found[0].due_date), civil(found[1].due_date), "the day alone does not tell them apart");
    }
    // Where what is settled is asked for, the list is a history, in the order of days alone.
    let states = ALL.map(Into::into).to_vec();
    let whole = list(&house, "anna", ListDutiesRequest { states, ..worklist() }).await;
    assert!(whole.is_sorted_by_key(|duty| (civil(duty.target_date), duty.name.rsplit('/').next().map(str::to_owned))));
}

#[tokio::test]
async fn everybody_has_a_worklist_of_their_own() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::Planning).await;
    let mut disputed = Story::at(&house, "K2", Stage::InDiscussion).await;
    disputed.act("anna", "CastVote", write::cast_vote).await.expect("a vote for it");
    disputed.act("bernd", "CastVote", write::vote_against).await.expect("a vote against it");
    house.move_to(date(2026, 9, 4)).await;
    let (review, decision, check) =
        (DutyKind::ContinuationReview, DutyKind::ProposalDecision, DutyKind::EligibilityRecheck);
    let (own, team, all) = (WorklistScope::Own, WorklistScope::Team, WorklistScope::Jobcenter);
    for (by, scope, expected) in [
        // Votes that differ lie with the lead of the team, and only with the lead of that team.
        ("anna", own, vec![review]),
        ("doris", own, vec![decision]),
        ("gerda", own, vec![]),
        ("bernd", own, vec![check]),
        ("anna", team, vec![review, decision, check]),
        ("frida", team, vec![review, decision, check]),
        ("clara", team, vec![]),
        // Bernd is of no team, and the officer of both cases.
        ("bernd", team, vec![]),
        ("bernd", all, vec![review, decision, check]),
        ("clara", all, vec![]),
        ("hanna", own, vec![]),
        ("hanna", all, vec![]),
        ("operator", own, vec![]),
        ("operator", team, vec![]),
    ] {
        let found: BTreeSet<DutyKind> = list(&house, by, asking(scope)).await.iter().map(Duty::kind).collect();
        assert_eq!(found, expected.into_iter().collect(), "{by} {scope:?}");
    }
    // A case manager of another team reads nothing by naming owner, team or case.
    for request in [
        ListDutiesRequest { owner: house.anna.name.clone(), ..asking(all) },
        ListDutiesRequest { team: "ue25".into(), ..asking(all) },
        ListDutiesRequest { subject: disputed.place.case.clone(), ..asking(all) },
        ListDutiesRequest { subject: disputed.place.episode.clone(), ..asking(all) },
    ] {
        assert!(!list(&house, "anna", request.clone()).await.is_empty(), "{request:?}");
        assert_eq!(list(&house, "clara", request.clone()).await, [], "{request:?}");
    }
    // Filters combine with the scope, and do not contradict it.
    let checked = ListDutiesRequest { subject: disputed.place.case.clone(), ..asking(own) };
    assert_eq!(kinds(&list(&house, "doris", checked).await), [(decision, DutyState::Overdue)]);
    for (field, request) in [
        ("owner", ListDutiesRequest { owner: house.anna.name.clone(), ..asking(own) }),
        ("team", ListDutiesRequest { team: "ue25".into(), ..asking(team) }),
    ] {
        let status = house.duties("anna").list_duties(request).await.expect_err("a contradiction");
        assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, vec![field.to_owned()]));
    }
}

#[tokio::test]
async fn the_two_populations_stand_apart() {
    let house = House::open().await;
    let (lived, _) = two_due_on_one_day(&house).await;
    house.move_to(date(2027, 3, 1)).await;
    let asked = async |population: Population| {
        let request = ListDutiesRequest { population: population.into(), ..asking(WorklistScope::Jobcenter) };
        list(&house, "bernd", request).await.into_iter().map(|duty| duty.name).collect::<BTreeSet<_>>()
    };
    let (inside, outside) = (asked(Population::InCaseManagement).await, asked(Population::Outside).await);
    assert!(inside.iter().all(|name| name.contains("/episodes/")) && inside.len() == 2, "{inside:?}");
    assert!(outside.iter().all(|name| !name.contains("/episodes/")) && outside.len() == 1, "{outside:?}");
    assert!(!outside.iter().any(|name| name.starts_with(&lived.place.case)), "nobody is checked in case management");
    let both: BTreeSet<String> = inside.union(&outside).cloned().collect();
    assert_eq!(asked(Population::Unspecified).await, both);
}

/// The next page of a worklist of single duties.
async fn next(house: &House, by: &str, states: &[DutyState], token: &mut String) -> Option<Duty> {
    let states = states.iter().map(|state| (*state).into()).collect();
    let request =
        ListDutiesRequest { page_size: 1, page_token: token.clone(), states, ..asking(WorklistScope::Jobcenter) };
    let page = house.duties(by).list_duties(request).await.expect("a page").into_inner();
    *token = page.next_page_token;
    page.duties.into_iter().next()
}

#[tokio::test]
async fn pages_lose_and_repeat_nothing_while_others_write_and_midnight_passes() {
    let house = House::open().await;
    let (mut lived, _) = two_due_on_one_day(&house).await;
    house.move_to(date(2026, 9, 3)).await;
    let due = || [DutyState::Open, DutyState::Overdue];
    let mut token = String::new();
    let mut shown = BTreeSet::new();
    let review = loop {
        let duty = next(&house, "anna", &due(), &mut token).await.expect("a duty");
        assert_eq!(duty.state(), DutyState::Overdue, "the review comes after what is overdue");
        shown.insert(duty.name.clone());
        if duty.kind() == DutyKind::ProposalDecision {
            break DutyKind::ContinuationReview;
        }
    };
    // Over night the review becomes overdue too, which would put it before what was shown; and a case is added.
    house.move_to(date(2026, 9, 4)).await;
    Story::at(&house, "K3", Stage::Proposed).await;
    let mut rest = Vec::new();
    while !token.is_empty() {
        rest.extend(next(&house, "anna", &due(), &mut token).await);
    }
    assert!(rest.iter().all(|duty| shown.insert(duty.name.clone())), "a duty is shown twice");
    let review = rest.iter().find(|duty| duty.kind() == review).expect("nothing is lost");
    assert_eq!(review.state(), DutyState::Overdue, "the state is that of today");

    // A history while a duty of it is done: shown as open before, it does not come again as done.
    let (mut token, mut seen) = (String::new(), Vec::new());
    loop {
        let duty = next(&house, "anna", &ALL, &mut token).await.expect("a duty");
        if duty.name == review.name {
            lived.place.today = house.today();
            lived.let_time_pass(house.today()).await;
            lived.act("anna", "DecideReview", write::continue_in_review).await.expect("a review");
        }
        seen.push(duty.name);
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen.len(), seen.iter().collect::<BTreeSet<_>>().len(), "{seen:?}");
    assert!(seen.contains(&review.name));
    // A token goes on with its list only.
    let mut token = String::new();
    next(&house, "anna", &ALL, &mut token).await.expect("a duty");
    let request = ListDutiesRequest { page_size: 1, page_token: token, ..asking(WorklistScope::Own) };
    let status = house.duties("anna").list_duties(request).await.expect_err("the token of another list");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "PAGE_TOKEN_INVALID"));
}

/// One duty goes to and fro between what is overdue and what is not, as fast as somebody can write.
#[tokio::test]
async fn a_duty_that_moves_while_a_page_is_read_stands_in_it_once() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::InDiscussion).await;
    let moving = async {
        loop {
            for last in ["2026-02-01", "2026-12-01"] {
                let to = "UPDATE duties SET overdue_after_on = $1::date WHERE kind = 'PROPOSAL_DECISION'";
                sqlx::query(to).bind(last).execute(house.service.owner()).await.expect("a duty that moves");
            }
        }
    };
    let reading = async {
        for _ in 0..200 {
            let found = list(&house, "anna", asking(WorklistScope::Team)).await;
            let seen = found.iter().filter(|duty| duty.kind() == DutyKind::ProposalDecision).count();
            assert_eq!(seen, 1, "{found:?}");
        }
    };
    tokio::select! {
        () = moving => {}
        () = reading => {}
    }
}

/// The statements of the worklist, as the build has checked them.
fn statements() -> Vec<String> {
    let checked = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.sqlx");
    let files = fs::read_dir(checked).expect("the checked queries").map(|file| file.expect("a file").path());
    let texts = files.map(|path| fs::read_to_string(path).expect("a query"));
    let queries = texts.map(|text| serde_json::from_str::<serde_json::Value>(&text).expect("JSON")["query"].clone());
    let queries = queries.filter_map(|query| query.as_str().map(str::to_owned));
    queries.filter(|query| query.contains("FROM duties d") && query.contains("FROM cases_of")).collect()
}

/// The road of a statement, and the index that belongs to it.
fn index_of(statement: &str) -> (&str, &str) {
    let (_, road) = statement.rsplit_once("AND d.state IN ").expect("its states");
    let open = road.starts_with("('SCHEDULED'");
    for (words, of_open, of_settled) in [
        ("d.case_id = ", "duties_case", "duties_case"),
        ("d.owner_id", "duties_owner", "duties_owner_settled"),
        ("d.team = ", "duties_team", "duties_team_settled"),
    ] {
        if road.lines().any(|line| line.trim().trim_start_matches("AND ").starts_with(words)) {
            return (road, if open { of_open } else { of_settled });
        }
    }
    unreachable!("a road without an index: {road}")
}

#[tokio::test]
async fn each_road_reads_its_index_and_none_a_jobcenter() {
    let house = House::open().await;
    Story::at(&house, "K1", Stage::Proposed).await;
    // Fifty teams with one officer each and twenty thousand duties of as many cases, most of them settled long ago.
    let fill = r"
        INSERT INTO staff_members (staff_member_id, jobcenter_id, subject, display_name, email, phone, team, functions, created_at)
        SELECT gen_random_uuid(), 'musterstadt', 'officer-' || n, 'Frau ' || n, '', '', 'team-' || n, '{}', now()
        FROM generate_series(1, 50) AS n;
        INSERT INTO cases (case_id, jobcenter_id, given_name, family_name, born_on, customer_number, address_lines, benefit_unit_number,
                           team, placement_officer_id, created_at)
        SELECT gen_random_uuid(), 'musterstadt', 'Erika', 'Muster', '1990-05-17', 'N' || n, '{}', 'B' || n, o.team, o.staff_member_id, now()
        FROM generate_series(1, 5000) AS n
        JOIN staff_members o ON o.subject = 'officer-' || (1 + n % 50);
        INSERT INTO duties (duty_id, jobcenter_id, case_id, episode_id, kind, slot, revision, state, opens_on, target_on, due_on,
                            overdue_after_on, owner_id, team, facts)
        SELECT gen_random_uuid(), c.jobcenter_id, c.case_id, NULL, 'CONTINUATION_REVIEW', n, 1,
               CASE n % 4 WHEN 0 THEN 'OPEN' WHEN 1 THEN 'SCHEDULED' ELSE 'DONE' END,
               d.opens_on, d.target_on, d.due_on + n, d.overdue_after_on + n,
               CASE WHEN n <> 1 OR o.team <> 'team-7' THEN o.staff_member_id END, o.team, d.facts
        FROM generate_series(1, 4) AS n
        CROSS JOIN cases c
        JOIN staff_members o ON o.staff_member_id = c.placement_officer_id AND o.subject LIKE 'officer-%'
        CROSS JOIN (SELECT * FROM duties LIMIT 1) AS d;
        ANALYZE;
    ";
    sqlx::raw_sql(fill).execute(house.service.owner()).await.expect("a full table");
    let login = (*house.service.owner().connect_options()).clone().username("lotse_cases");
    let mut connection = PgConnection::connect_with(&login).await.expect("the service's role");
    sqlx::raw_sql("SET lotse.jobcenter = 'musterstadt'").execute(&mut connection).await.expect("a tenant");
    let officer = "SELECT staff_member_id::text FROM staff_members WHERE subject = 'officer-7'";
    let officer: String = sqlx::query_scalar(officer).fetch_one(&mut connection).await.expect("an officer");
    let case: String =
        sqlx::query_scalar("SELECT case_id::text FROM cases LIMIT 1").fetch_one(&mut connection).await.expect("a case");
    let statements = statements();
    assert_eq!(statements.len(), 10, "five roads over what is open and what is settled");
    for (number, statement) in statements.iter().enumerate() {
        let (road, index) = index_of(statement);
        let named = |words: &str, value: &str| if road.contains(words) { format!("'{value}'") } else { "NULL".into() };
        let (owner, of_case) = (named("d.owner_id = $12", &officer), named("d.case_id = $16", &case));
        let states = if road.starts_with("('SCHEDULED'") { "OPEN,OVERDUE" } else { "DONE" };
        for mode in ["force_custom_plan", "force_generic_plan"] {
            let prepare = format!("SET plan_cache_mode = {mode}; PREPARE {mode}_{number} AS {statement}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(prepare)).execute(&mut connection).await.expect("the statement");
            let explain = format!(
                "EXPLAIN EXECUTE {mode}_{number}('musterstadt', '0001-01-01', '9999-12-31', '0001-01-01',
                 '00000000-0000-0000-0000-000000000000', '0001-01-01', '9999-12-31', '{{}}', NULL, '2026-03-02', '{{{states}}}',
                 {owner}, false, 'team-7', NULL, {of_case}, NULL, '{officer}', '{officer}', 51)"
            );
            let plan: Vec<String> =
                sqlx::query_scalar(sqlx::AssertSqlSafe(explain)).fetch_all(&mut connection).await.expect("a plan");
            let plan = plan.join("\n");
            let used = plan.contains(&format!("using {index} on")) || plan.contains(&format!("on {index} "));
            assert!(used && !plan.contains("Seq Scan on duties"), "{index} ({mode}):\n{statement}\n{plan}");
        }
    }
}

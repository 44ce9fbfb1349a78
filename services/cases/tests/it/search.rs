//! Search: what is found and in which order, what is not searched, who finds it, pages while others write, and the wall behind its indexes.

use lotse_platform::fields::contract_date;
use lotse_proto::cases::{
    self as contract, CaseMatch, FoundCase, KeyGroup, RegisterCaseRequest, SearchCasesRequest,
    case_service_client::CaseServiceClient, staff_service_client::StaffServiceClient,
};
use sqlx::{Connection, PgConnection};
use tonic::{Code, Status};

use crate::{
    house::{House, profile, reason, request_id, violations},
    requests as write,
    story::{Stage, Story},
};

/// A need outside the catalogue, so that its words are all that is searched.
fn need(key_group: KeyGroup, words: &str) -> contract::NeedForAction {
    let other = contract::PlacementObstacle::Other.into();
    contract::NeedForAction {
        key_group: key_group.into(),
        obstacle: other,
        text: words.into(),
        severity: 2,
        ..Default::default()
    }
}

fn of(given_name: &str, family_name: &str, number: &str, needs: Vec<contract::NeedForAction>) -> contract::Case {
    let mut case = write::case(number, "");
    let person = case.person.get_or_insert_default();
    (person.given_name, person.family_name) = (given_name.into(), family_name.into());
    case.profile.get_or_insert_default().needs = needs;
    case
}

/// Registers a case of Bernd's.
async fn register(house: &House, case: contract::Case) -> contract::Case {
    let number = case.person.as_ref().expect("a person").customer_number.clone();
    let case = contract::Case { placement_officer: house.bernd.name.clone(), ..case };
    let parent = "jobcenters/musterstadt".into();
    let request = RegisterCaseRequest { parent, case: Some(case), request_id: request_id(&number) };
    house.bernd().register_case(request).await.expect("a case").into_inner()
}

fn asking(query: &str) -> SearchCasesRequest {
    SearchCasesRequest { parent: "jobcenters/musterstadt".into(), query: query.into(), ..Default::default() }
}

async fn search(house: &House, by: &str, request: SearchCasesRequest) -> Result<Vec<FoundCase>, Status> {
    Ok(CaseServiceClient::new(house.who(by)).search_cases(request).await?.into_inner().cases)
}

async fn numbers(house: &House, by: &str, query: &str) -> Vec<(String, CaseMatch)> {
    let found = search(house, by, asking(query)).await.expect(query);
    found.into_iter().map(|found| (found.customer_number.clone(), found.r#match())).collect()
}

async fn people(house: &House) {
    let (circumstances, capacity) = (KeyGroup::Circumstances, KeyGroup::WorkCapacity);
    let debts = vec![need(circumstances, "Schulden bei mehreren Gläubigern"), need(circumstances, "Wohnung gekündigt")];
    register(house, of("Jürgen", "Müller-Lüdenscheidt", "N1", debts)).await;
    let licence = vec![need(KeyGroup::Qualification, "kein Führerschein"), need(capacity, "Depression seit 2019")];
    register(house, of("Ayşe", "Yılmaz", "N2", licence)).await;
    let together = contract::Case { benefit_unit_number: "BG-7".into(), ..of("Karl", "Möller", "N3", Vec::new()) };
    register(house, together).await;
    let together = contract::Case { benefit_unit_number: "BG-7".into(), ..of("Lena", "Jansen", "BG-1", Vec::new()) };
    register(house, together).await;
}

#[tokio::test]
async fn a_case_is_found_by_name_number_and_words() {
    let house = House::open().await;
    people(&house).await;
    let (name, words) = (CaseMatch::Name, CaseMatch::Words);
    let (number, unit) = (CaseMatch::CustomerNumber, CaseMatch::BenefitUnitNumber);
    let first_of = |query: &'static str| numbers(&house, "anna", query);
    // However an umlaut is written, with a slip of the pen, in part, and in any order. Who fits best comes first.
    for query in ["Müller", "mueller", "MULLER", "Müler", "Lüdenscheid", "Jürgen Müller", "Müller, Jürgen", "luedensch"]
    {
        assert_eq!(first_of(query).await.first(), Some(&("N1".to_owned(), name)), "{query}");
    }
    assert_eq!(first_of("Möller").await.first(), Some(&("N3".to_owned(), name)));
    for query in ["Ayse", "ayşe", "YILMAZ", "Yilmas", "Yılm"] {
        assert_eq!(first_of(query).await, [("N2".to_owned(), name)], "{query}");
    }
    // Numbers as a whole. The customer number comes before the unit of that number, and of a unit the newest case first.
    assert_eq!(first_of("N2").await, [("N2".to_owned(), number)]);
    assert_eq!(first_of(" BG-7 ").await, [("BG-1".to_owned(), unit), ("N3".to_owned(), unit)]);
    assert_eq!(first_of("BG-1").await, [("BG-1", number), ("N2", unit), ("N1", unit)].map(|(n, m)| (n.to_owned(), m)));
    // Words in any of their forms, all of them.
    for (query, found, snippet) in [
        ("Gläubiger", "N1", "Schulden bei mehreren Gläubigern"),
        ("Glaeubiger Schuld", "N1", "Schulden bei mehreren Gläubigern"),
        ("Führerscheine", "N2", "kein Führerschein"),
        ("FUEHRERSCHEIN", "N2", "kein Führerschein"),
        ("gekündigte Wohnungen", "N1", "Wohnung gekündigt"),
    ] {
        let hits = search(&house, "anna", asking(query)).await.expect(query);
        let [hit] = hits.as_slice() else { panic!("{query}: {hits:?}") };
        assert_eq!((hit.customer_number.as_str(), hit.r#match()), (found, words), "{query}");
        assert!(hit.snippet.contains(snippet), "{query}: {}", hit.snippet);
    }
    // An obstacle of the catalogue goes by its name; what somebody else of the benefit unit has is not the person's.
    let lonely = contract::NeedForAction { text: String::new(), ..need(KeyGroup::Circumstances, "") };
    let lonely = contract::NeedForAction { obstacle: contract::PlacementObstacle::SocialIsolation.into(), ..lonely };
    let partner = contract::ObstacleHolder::Partner.into();
    let gambling = contract::NeedForAction { holder: partner, ..need(KeyGroup::Circumstances, "Spielschulden") };
    register(&house, of("Uwe", "Ebert", "N5", vec![lonely, gambling])).await;
    assert_eq!(first_of("sozialen Isolation").await, [("N5".to_owned(), words)]);
    assert_eq!(first_of("Spielschulden").await, []);
    assert_eq!(first_of("Schulden Führerschein").await, [], "both belong to somebody, and to nobody both");
    // A hit says who it is, and tells nothing of the needs beyond words that were asked for.
    let hit = search(&house, "anna", asking("Jansen")).await.expect("a hit").remove(0);
    assert_eq!((hit.given_name.as_str(), hit.family_name.as_str(), hit.team.as_str()), ("Lena", "Jansen", "ue25"));
    assert_eq!((hit.benefit_unit_number.as_str(), hit.snippet.as_str()), ("BG-7", ""));
    assert_eq!(hit.birth_date, Some(lotse_proto::Date { year: 1985, month: 5, day: 17 }));
}

#[tokio::test]
async fn health_and_what_an_episode_holds_is_not_searched() {
    let house = House::open().await;
    people(&house).await;
    let story = Story::at(&house, "K1", Stage::Delivery).await;
    assert_eq!(numbers(&house, "anna", "Depression").await, []);
    let hit = search(&house, "anna", asking("Führerschein")).await.expect("a hit").remove(0);
    assert!(!hit.snippet.contains("Depression"), "{}", hit.snippet);
    // The goal of the plan is read where somebody opens the episode.
    let episode = story.read().await;
    let goal = episode.plan.expect("a plan").goals.remove(0).text;
    assert!(goal.len() > 3, "{goal}");
    let found = search(&house, "anna", asking(&goal)).await.expect("a search");
    assert!(found.iter().all(|hit| hit.r#match() != CaseMatch::Words), "{goal}: {found:?}");
}

#[tokio::test]
async fn a_query_that_asks_for_nothing_or_everything_is_refused() {
    let house = House::open().await;
    people(&house).await;
    let long = "x".repeat(101);
    for query in ["", " ", "x", " x ", long.as_str(), "Müller\nSchmidt", "%%", "____", "M%", "M\0ller", "' --"] {
        let status = search(&house, "anna", asking(query)).await.expect_err(query);
        assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "FIELDS_INVALID"), "{query}");
        assert_eq!(violations(&status), ["query"], "{query}");
    }
    // What other languages would take for an operator parts words.
    for query in
        ["x%z", "x_z", "!Schulden", "-Schulden", "Schulden | Depression", "Schulden & !Wohnung", "x:*", "(((", "\\\\xx"]
    {
        match search(&house, "anna", asking(query)).await {
            Ok(found) => assert!(found.len() <= 1 && found.iter().all(|hit| hit.customer_number == "N1"), "{query}"),
            Err(status) => assert_eq!(violations(&status), ["query"], "{query}"),
        }
    }
    assert_eq!(numbers(&house, "anna", &"x".repeat(100)).await, []);
    assert_eq!(numbers(&house, "anna", "und der").await, [], "words that every text has");
}

#[tokio::test]
async fn nobody_finds_what_they_may_not_see() {
    let house = House::open().await;
    people(&house).await;
    let elsewhere = contract::Case {
        team: "u25".into(),
        ..of("Jörg", "Müller", "N9", vec![need(KeyGroup::Circumstances, "Schulden")])
    };
    register(&house, elsewhere).await;
    // The same person in the jobcenter next door.
    let admin = house.operator();
    let hired = contract::RegisterStaffMemberRequest {
        parent: "jobcenters/nachbarstadt".into(),
        staff_member: Some(contract::StaffMember {
            subject: "bernd".into(),
            display_name: "Bernd".into(),
            email: "bernd@nachbarstadt.example".into(),
            team: "ue25".into(),
            functions: vec![contract::StaffFunction::PlacementOfficer.into()],
            ..Default::default()
        }),
        request_id: request_id("next door"),
    };
    let officer = StaffServiceClient::new(admin).register_staff_member(hired).await.expect("an officer").into_inner();
    let neighbour = |roles: &[&str]| house.service.person("bernd", Some("nachbarstadt"), roles).expect("a token");
    let case = of("Jürgen", "Müller-Lüdenscheidt", "N1", vec![need(KeyGroup::Circumstances, "Schulden")]);
    let request = RegisterCaseRequest {
        parent: "jobcenters/nachbarstadt".into(),
        case: Some(contract::Case { placement_officer: officer.name, ..case }),
        request_id: request_id("next door"),
    };
    let mut next_door = CaseServiceClient::new(neighbour(&["placement-officer"]));
    let abroad = next_door.register_case(request).await.expect("a case next door").into_inner();

    for (query, team, other) in
        [("Müller", "N1", "N9"), ("Schulden", "N1", "N9"), ("N1", "N1", ""), ("N9", "", "N9"), ("BG-1", "N1", "N9")]
    {
        for (by, sees) in [
            ("anna", vec![team]),
            ("doris", vec![team]),
            ("frida", vec![team]),
            // Another team's, and the placement officer of both.
            ("clara", vec![other]),
            ("gerda", vec![other]),
            ("bernd", vec![team, other]),
            ("emil", vec![]),
            ("hanna", vec![]),
            ("operator", vec![]),
        ] {
            let found = search(&house, by, asking(query)).await.expect(by);
            assert!(found.iter().all(|hit| hit.name != abroad.name), "{by} {query}");
            for number in ["N1", "N9"] {
                let hit = found.iter().any(|hit| hit.customer_number == number);
                assert_eq!(hit, sees.contains(&number), "{by} {query} {number}");
            }
        }
    }
    let mut theirs = CaseServiceClient::new(neighbour(&["case-manager"]));
    let request = SearchCasesRequest { parent: "jobcenters/nachbarstadt".into(), ..asking("Müller") };
    let found = theirs.search_cases(request).await.expect("a search").into_inner().cases;
    assert_eq!(found.into_iter().map(|hit| hit.name).collect::<Vec<_>>(), [abroad.name]);
    let before = house.refusals().await;
    let status = theirs.search_cases(asking("Müller")).await.expect_err("a foreign jobcenter");
    assert_eq!((status.code(), house.refusals().await), (Code::NotFound, before + 1));
}

#[tokio::test]
async fn pages_join_to_the_whole_while_others_write() {
    let house = House::open().await;
    people(&house).await;
    for number in 1..=5 {
        register(&house, of("Max", "Müller", &format!("M{number}"), Vec::new())).await;
    }
    let query = "Müller";
    let whole: Vec<String> =
        search(&house, "anna", asking(query)).await.expect("a list").into_iter().map(|hit| hit.name).collect();
    assert!(whole.len() >= 6, "{whole:?}");
    for size in [1, 4] {
        let (mut joined, mut page_token, mut page) = (Vec::new(), String::new(), 0);
        loop {
            let request = SearchCasesRequest { page_size: size, page_token, ..asking(query) };
            let answer = house.bernd().search_cases(request).await.expect("a page").into_inner();
            joined.extend(answer.cases.into_iter().map(|hit| hit.name));
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                break;
            }
            page += 1;
            register(&house, of("Moritz", "Müller", &format!("W{size}-{page}"), Vec::new())).await;
        }
        let mut unique = joined.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), joined.len(), "in pages of {size} a case is found twice");
        joined.retain(|name| whole.contains(name));
        assert_eq!(joined, whole, "in pages of {size}");
    }
    let first = SearchCasesRequest { page_size: 1, ..asking(query) };
    let page_token = house.bernd().search_cases(first).await.expect("a page").into_inner().next_page_token;
    let other = SearchCasesRequest { page_token, ..asking("Möller") };
    let status = house.bernd().search_cases(other).await.expect_err("the token of another query");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::InvalidArgument, "PAGE_TOKEN_INVALID"));
}

#[tokio::test]
async fn a_case_is_found_by_its_latest_needs() {
    let house = House::open().await;
    let case = register(&house, of("Karl", "Jansen", "N1", vec![need(KeyGroup::Circumstances, "Schulden")])).await;
    let record = |needs, id: &str, etag: &str| contract::RecordProfileRequest {
        name: case.name.clone(),
        profile: Some(contract::Profile { needs, established_date: Some(contract_date(house.today())), ..profile() }),
        etag: etag.into(),
        request_id: request_id(id),
    };
    let newer = record(vec![need(KeyGroup::Motivation, "wenig Zuversicht")], "a", &case.etag);
    house.bernd().record_profile(newer).await.expect("a profile");
    assert_eq!(numbers(&house, "anna", "Schulden").await, []);
    assert_eq!(numbers(&house, "anna", "Zuversicht").await, [("N1".to_owned(), CaseMatch::Words)]);
    // What is refused leaves search as it was.
    let stale = record(vec![need(KeyGroup::Motivation, "Haft")], "b", &case.etag);
    let status = house.bernd().record_profile(stale).await.expect_err("a stale etag");
    assert_eq!(reason(&status), "STALE_ETAG");
    assert_eq!(numbers(&house, "anna", "Haft").await, []);
}

const ASK: &str = "SELECT count(*) FROM search_team('ue25', 'mueller', plainto_tsquery('german', 'Schulden'))";

#[tokio::test]
async fn behind_row_level_security_the_tenant_is_kept_all_the_same() {
    let house = House::open().await;
    people(&house).await;
    let login = |role: &str| (*house.service.owner().connect_options()).clone().username(role);
    let mut service = PgConnection::connect_with(&login("lotse_cases")).await.expect("the service's role");
    let mut seen = Vec::new();
    for tenant in ["", "nachbarstadt", "musterstadt"] {
        let enter = sqlx::query("SELECT set_config('lotse.jobcenter', $1, false)").bind(tenant);
        enter.execute(&mut service).await.expect("a tenant");
        seen.push(sqlx::query_scalar::<_, i64>(ASK).fetch_one(&mut service).await.expect("a count"));
    }
    assert_eq!(seen, [0, 0, 2]);
    // A table of one's own does not come before the one that is meant.
    let smuggled = "CREATE TEMPORARY TABLE case_search AS SELECT gen_random_uuid() AS case_id, 'musterstadt' AS jobcenter_id, \
                    'ue25' AS team, 'mueller' AS names, ''::text AS needs, ''::tsvector AS words FROM generate_series(1, 9)";
    sqlx::raw_sql(smuggled).execute(&mut service).await.expect("a table of one's own");
    assert_eq!(sqlx::query_scalar::<_, i64>(ASK).fetch_one(&mut service).await.expect("a count"), 2);
    let mut relay = PgConnection::connect_with(&login("lotse_cases_relay")).await.expect("the relay's role");
    let error = sqlx::query(ASK).execute(&mut relay).await.expect_err("not the relay's");
    assert_eq!(
        error.as_database_error().and_then(sqlx::error::DatabaseError::code).as_deref(),
        Some("42501"),
        "{error}"
    );
}

#[tokio::test]
async fn a_large_team_is_searched_along_the_indexes_also_by_a_plain_owner() {
    let house = House::open().await;
    // An owner who is no superuser, as in production, with the policy that the migration gives to whoever migrates.
    let fill = r"
        INSERT INTO cases (case_id, jobcenter_id, given_name, family_name, born_on, customer_number, address_lines, benefit_unit_number,
                           team, placement_officer_id, created_at)
        SELECT gen_random_uuid(), 'musterstadt', 'Erika', 'Muster', '1990-05-17', 'N' || n, '{}', 'B' || n, 'ue25',
               (SELECT staff_member_id FROM staff_members WHERE subject = 'bernd'), now()
        FROM generate_series(1, 20000) AS n;
        INSERT INTO case_search (case_id, jobcenter_id, team, names, needs)
        SELECT case_id, jobcenter_id, team, 'erika ' || substr(md5(customer_number), 1, 8), 'Grund ' || md5(customer_number)
        FROM cases;
        DO $$ BEGIN CREATE ROLE plain_owner NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
        GRANT USAGE ON SCHEMA cases TO plain_owner;
        GRANT SELECT ON case_search TO plain_owner;
        CREATE POLICY plain ON case_search FOR SELECT TO plain_owner USING (true);
    ";
    sqlx::raw_sql(fill).execute(house.service.owner()).await.expect("a large team");
    // As autovacuum leaves it.
    sqlx::raw_sql("VACUUM ANALYZE case_search").execute(house.service.owner()).await.expect("a clean table");
    let body = "SELECT prosrc FROM pg_proc WHERE proname = 'search_team'";
    let body: String = sqlx::query_scalar(body).fetch_one(house.service.owner()).await.expect("the function");
    let (_, body) = body.split_once("RETURN QUERY").expect("its statement");
    let statement = body.replace("END", "").replace("asked_team", "'ue25'").replace("spoken", "'d41d8cd9'");
    let statement = statement.replace("meant", "plainto_tsquery('german', 'd41d8cd98f00b204e9800998ecf8427e')");
    let mut connection = house.service.owner().acquire().await.expect("a connection");
    let role =
        "SET ROLE plain_owner; SET lotse.jobcenter = 'musterstadt'; SET pg_trgm.word_similarity_threshold = 0.45";
    sqlx::raw_sql(role).execute(&mut *connection).await.expect("a plain owner");
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN {}", statement.trim().trim_end_matches(';')));
    let plan: Vec<String> = sqlx::query_scalar(explain).fetch_all(&mut *connection).await.expect("a plan");
    connection.close_on_drop();
    let plan = plan.join("\n");
    for index in ["case_search_names", "case_search_words"] {
        assert!(plan.contains(index), "{index}:\n{plan}");
    }
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

//! Who may do what, and what others see: nothing.

use lotse_proto::cases::OlderEpisode;
use lotse_proto::documents::*;
use tonic::Code;

use crate::support::*;

fn by_name(name: &str) -> GetLetterRequest {
    GetLetterRequest { name: name.to_owned() }
}

#[tokio::test]
async fn officers_and_team_may_and_others_may_not() {
    let world = World::start().await;
    let letter = world.ready().await;
    for (subject, roles) in
        [("bernd", &["placement-officer"][..]), ("clara", &["case-manager"]), ("clara", &["team-lead"])]
    {
        world.person(subject, roles).request_letter(invitation()).await.unwrap();
        world.person(subject, roles).get_letter(by_name(&letter.name)).await.unwrap();
    }
    for (subject, roles) in
        [("other", &["case-manager"][..]), ("clara", &["placement-officer"]), ("nobody", &["team-lead"])]
    {
        let mut person = world.person(subject, roles);
        refused(person.request_letter(invitation()).await, Code::NotFound, "RESOURCE_NOT_FOUND");
        refused(person.get_letter(by_name(&letter.name)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    }
    assert_eq!(world.count("SELECT count(*) FROM documents.audit_log WHERE outcome = 'refused'").await, 6);
}

#[tokio::test]
async fn a_letter_of_an_older_episode_stays_with_its_case_manager() {
    let world = World::start().await;
    let letter = world.ready().await;
    let older = OlderEpisode { episode: EPISODE.into(), case_manager: OTHER.into() };
    world.cases.change(|answers| answers.older_episodes.push(older));
    let mut other = world.person("other", &["case-manager"]);
    other.get_letter(by_name(&letter.name)).await.unwrap();
    other.download_letter(DownloadLetterRequest { name: letter.name.clone() }).await.unwrap();
    let confirm = ConfirmPostingRequest {
        name: letter.name.clone(),
        etag: letter.etag,
        posted_date: day(jiff::civil::date(2026, 8, 10)),
        request_id: fresh(),
    };
    other.confirm_posting(confirm).await.unwrap();
    // It is the case manager who is let in, and nobody by another role.
    let lead = world.person("other", &["team-lead"]).get_letter(by_name(&letter.name)).await;
    refused(lead, Code::NotFound, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn the_post_room_confirms_but_does_not_read() {
    let world = World::start().await;
    let letter = world.ready().await;
    let mut post = world.person("post", &["post-room"]);
    post.get_letter(by_name(&letter.name)).await.unwrap();
    let download = post.download_letter(DownloadLetterRequest { name: letter.name.clone() }).await;
    refused(download.map(|_| ()), Code::PermissionDenied, "NOT_PERMITTED");
    refused(post.request_letter(invitation()).await, Code::PermissionDenied, "NOT_PERMITTED");
    let confirm = ConfirmPostingRequest {
        name: letter.name,
        etag: letter.etag,
        posted_date: day(jiff::civil::date(2026, 8, 10)),
        request_id: fresh(),
    };
    post.confirm_posting(confirm).await.unwrap();
}

#[tokio::test]
async fn another_jobcenter_finds_nothing_and_leaves_its_trace_at_home() {
    let world = World::start().await;
    let letter = world.requested().await;
    refused(world.stranger().get_letter(by_name(&letter.name)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    refused(world.stranger().request_letter(invitation()).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let trace: Vec<(String, String)> = sqlx::query_as(
        "SELECT jobcenter_id, resource FROM documents.audit_log WHERE outcome = 'refused' ORDER BY at, audit_id",
    )
    .fetch_all(&mut world.owner().await)
    .await
    .unwrap();
    let home = |resource: &str| ("anderstadt".to_owned(), resource.to_owned());
    assert_eq!(trace, [home(&letter.name), home(CASE)]);
}

#[tokio::test]
async fn unknown_cases_and_letters_are_not_found_and_an_absent_neighbour_is_told() {
    let world = World::start().await;
    refused(world.anna().get_letter(by_name(&unknown_letter())).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    let elsewhere = unknown_letter().replace("000000000001", "000000000005");
    refused(world.anna().get_letter(by_name(&elsewhere)).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    world.cases.change(|answers| answers.away = true);
    let bernd = world.person("bernd", &["placement-officer"]).get_letter(by_name(&unknown_letter())).await;
    refused(bernd, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    for name in ["", "x", CASE, "jobcenters/musterstadt/cases/1/letters/2"] {
        violated(world.anna().get_letter(by_name(name)).await, &["name"]);
    }
}

#[tokio::test]
async fn no_row_is_visible_without_the_tenant() {
    let world = World::start().await;
    world.requested().await;
    let pool = world.login("lotse_documents").await;
    let count = async |tenant: &str| -> i64 {
        let mut transaction = pool.begin().await.unwrap();
        sqlx::query("SELECT set_config('lotse.jobcenter', $1, true)")
            .bind(tenant)
            .execute(&mut *transaction)
            .await
            .unwrap();
        sqlx::query_scalar("SELECT count(*) FROM letters").fetch_one(&mut *transaction).await.unwrap()
    };
    assert_eq!((count("").await, count("anderstadt").await, count("musterstadt").await), (0, 0, 1));
}

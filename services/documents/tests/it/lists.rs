//! Lists: pages of letters and of templates.

use lotse_proto::documents::*;
use tonic::Code;

use crate::support::*;

#[tokio::test]
async fn letters_come_newest_first_in_pages() {
    let world = World::start().await;
    let mut names = Vec::new();
    for _ in 0..5 {
        names.push(world.requested().await.name);
    }
    names.reverse();
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListLettersRequest { parent: CASE.to_owned(), page_size: 2, page_token };
        let page = world.anna().list_letters(request).await.unwrap().into_inner();
        assert!(page.letters.len() <= 2);
        found.extend(page.letters.into_iter().map(|letter| letter.name));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(found, names);
    let list = |page_size, page_token: &str| ListLettersRequest {
        parent: CASE.to_owned(),
        page_size,
        page_token: page_token.to_owned(),
    };
    refused(world.anna().list_letters(list(0, "x")).await, Code::InvalidArgument, "PAGE_TOKEN_INVALID");
    violated(world.anna().list_letters(list(-1, "")).await, &["page_size"]);
    let other = world.person("other", &["case-manager"]).list_letters(list(0, "")).await;
    refused(other, Code::NotFound, "RESOURCE_NOT_FOUND");
}

#[tokio::test]
async fn publishing_again_changes_nothing() {
    let stack = lotse_devstack::shared_postgres().await.unwrap();
    let url = stack.create_database("documents_again").await.unwrap();
    for _ in 0..2 {
        lotse_documents::schema::migrate(&url).await.unwrap();
    }
}

#[tokio::test]
async fn templates_are_those_of_the_build() {
    let world = World::start().await;
    let request = ListTemplatesRequest { page_size: 1, page_token: String::new() };
    let first = world.templates().list_templates(request).await.unwrap().into_inner();
    let request = ListTemplatesRequest { page_size: 0, page_token: first.next_page_token };
    let rest = world.templates().list_templates(request).await.unwrap().into_inner();
    let names: Vec<String> =
        first.templates.iter().chain(&rest.templates).map(|template| template.name.clone()).collect();
    assert_eq!(names, ["templates/closing/versions/1", "templates/review-invitation/versions/1"]);
    assert!(first.templates[0].source.is_empty());
    let request = GetTemplateRequest { name: names[0].clone() };
    let template = world.templates().get_template(request).await.unwrap().into_inner();
    assert_eq!(template.kind(), LetterKind::Closing);
    assert!(template.source.contains("Abschluss"));
    let unknown = GetTemplateRequest { name: "templates/closing/versions/2".to_owned() };
    refused(world.templates().get_template(unknown).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    violated(world.templates().get_template(GetTemplateRequest::default()).await, &["name"]);
}

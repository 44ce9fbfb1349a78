//! The list of checks that a placement officer has to make: what it knows, whose it is, and that it goes back as it came but for the sentence (R23).

use lotse_kernel::dates::add_days;
use lotse_platform::fields::contract_date;
use lotse_proto::cases::{self as contract, ProfileType, RecheckResult, RecordRecheckRequest, Watch};
use tonic::Code;

use crate::{
    house::{House, TODAY, reason, request_id, violations},
    requests as write,
    story::{Story, civil},
    watches::{DUE, JOBCENTER, recheck, record},
};

/// What somebody has to check, page by page, and how long the pages were.
async fn rechecks_due(house: &House, by: &str, page_size: i32) -> (Vec<contract::RecheckDue>, Vec<usize>) {
    let (mut due, mut pages, mut page_token) = (Vec::new(), Vec::new(), String::new());
    loop {
        let request = contract::ListRechecksDueRequest { parent: JOBCENTER.into(), page_size, page_token };
        let page = house.watches(by).list_rechecks_due(request).await.expect("a page").into_inner();
        pages.push(page.rechecks.len());
        due.extend(page.rechecks);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return (due, pages);
        }
    }
}

#[tokio::test]
async fn what_is_due_is_listed_prefilled_and_goes_back_with_its_sentence() {
    let house = House::open().await;
    let (first, second) = (Story::begin(&house, "K1").await, Story::begin(&house, "K2").await);
    let mut proposed = Story::begin(&house, "K3").await;
    assert_eq!(rechecks_due(&house, "bernd", 0).await.0, [], "nothing may be made half a year ahead");
    // An earlier check of one of them moves its day.
    let talk = "Beratungsgespräch zur Wohnungssuche".to_owned();
    house.move_to(add_days(TODAY, 30)).await;
    let check_date = Some(contract_date(add_days(TODAY, 20)));
    let request = RecordRecheckRequest { check_date, talk: talk.clone(), ..recheck(&second.watch().await, "second") };
    record(&house, request).await.expect("a check");
    house.move_to(add_days(DUE, 3)).await;
    proposed.place.today = house.today();
    proposed.act("bernd", "ProposeEpisode", write::propose_episode).await.expect("a proposal");

    let (due, pages) = rechecks_due(&house, "bernd", 1).await;
    let cases: Vec<_> = due.iter().map(|due| due.recheck.as_ref().expect("prefilled").case.as_str()).collect();
    assert_eq!(cases, [&first.place.case, &second.place.case], "by the day to aim for, and not who was proposed");
    assert_eq!(pages, [1, 1]);
    let [late, near] = due.as_slice() else { panic!("two checks: {due:?}") };
    assert_eq!((late.given_name.as_str(), late.family_name.as_str()), ("Erika", "Mustermann"));
    assert_eq!((civil(late.due_date), late.overdue_days, &late.last_recheck), (DUE, 3, &None));
    assert_eq!(late.duty, first.watch().await.duty);
    let profile = late.profile.as_ref().expect("a profile");
    assert_eq!((profile.r#type(), profile.needs.len()), (ProfileType::Stabilisierungsprofil, 3));
    let last = near.last_recheck.as_ref().expect("the check of April");
    assert_eq!((near.overdue_days, last.talk.as_str(), last.result()), (0, talk.as_str(), RecheckResult::Unchanged));
    assert!(!last.reason.is_empty() && civil(near.target_date) <= civil(near.due_date));

    // It goes back as it came, but for the sentence, which nobody has said for the officer.
    let items = |reason: &str| {
        let item = |due: &contract::RecheckDue| contract::RecheckItem {
            reason: reason.into(),
            ..due.recheck.clone().expect("prefilled")
        };
        due.iter().map(item).collect::<Vec<_>>()
    };
    let call = async |rechecks: Vec<contract::RecheckItem>, words: &str| {
        let request =
            contract::RecordRechecksRequest { parent: JOBCENTER.into(), rechecks, request_id: request_id(words) };
        house.watches("bernd").record_rechecks(request).await.map(tonic::Response::into_inner)
    };
    let silent = call(items(""), "silent").await.expect_err("no sentence");
    assert_eq!(violations(&silent), ["rechecks[0].reason", "rechecks[1].reason"]);
    let mut said = items("Ohne Wohnung bringt Fallmanagement nicht voran.");
    said[0].talk = "x".repeat(501);
    assert_eq!(violations(&call(said.clone(), "long").await.expect_err("too long")), ["rechecks[0].talk"]);
    // A talk of an earlier day counts.
    (said[0].check_date, said[0].talk) = (Some(contract_date(DUE)), "Anruf wegen der Bescheinigung".into());
    let told = call(said, "both").await.expect("two checks").watches;
    let of = |watch: &Watch| {
        let check = watch.rechecks.last().expect("a check").clone();
        (civil(check.check_date), check.result(), check.talk, check.days_late)
    };
    let today = house.today();
    let expected = [
        (DUE, RecheckResult::Unchanged, "Anruf wegen der Bescheinigung".to_owned(), 0),
        (today, RecheckResult::Unchanged, String::new(), 0),
    ];
    assert_eq!(told.iter().map(of).collect::<Vec<_>>(), expected);
    assert_eq!(rechecks_due(&house, "bernd", 0).await.0, [], "the list is worked off");
}

#[tokio::test]
async fn the_list_is_of_the_own_people_alone() {
    let house = House::open().await;
    Story::begin(&house, "K1").await;
    house.move_to(DUE).await;
    assert_eq!(rechecks_due(&house, "bernd", 0).await.0.len(), 1);
    let other = house.client("emil", "placement-officer");
    let request = || contract::ListRechecksDueRequest { parent: JOBCENTER.into(), ..Default::default() };
    let mut others = contract::watch_service_client::WatchServiceClient::new(other);
    assert_eq!(others.list_rechecks_due(request()).await.expect("an empty list").into_inner().rechecks, []);
    for by in ["anna", "doris", "hanna"] {
        let status = house.watches(by).list_rechecks_due(request()).await.expect_err(by);
        assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"), "{by}");
    }
    let negative = contract::ListRechecksDueRequest { page_size: -1, ..request() };
    let status = house.watches("bernd").list_rechecks_due(negative).await.expect_err("a page of less than nothing");
    assert_eq!(violations(&status), ["page_size"]);
}

//! Providers and offers: happy, invalid, forbidden, taken, repeated, listed.

use lotse_proto::providers::{self as contract, provider_service_client::ProviderServiceClient};
use tonic::Code;

use crate::house::{House, offer, provider, refusal, request_id, violations};

const AUDIT: &str = "SELECT count(*) FROM audit_log WHERE outcome = 'refused'";

#[tokio::test]
async fn a_provider_and_its_offer_are_read_back_by_all_staff() {
    let house = House::open().await;
    let made = house.paula().register_provider(provider("Träger")).await.expect("a provider").into_inner();
    let again = house.paula().register_provider(provider("Träger")).await.expect("the same").into_inner();
    assert_eq!((made.etag.as_str(), &made), ("v1", &again));
    let offered = house.paula().register_offer(offer(&made.name)).await.expect("an offer").into_inner();
    assert_eq!(house.paula().register_offer(offer(&made.name)).await.expect("the same").into_inner(), offered);

    let mut anna = ProviderServiceClient::new(house.client("anna", "case-manager"));
    let read = anna.get_provider(contract::GetProviderRequest { name: made.name.clone() }).await.expect("it");
    assert_eq!(read.into_inner(), made);
    let read = anna.get_offer(contract::GetOfferRequest { name: offered.name.clone() }).await.expect("it");
    assert_eq!(read.into_inner(), offered);
    let request = contract::ListOffersRequest { parent: made.name, ..Default::default() };
    assert_eq!(anna.list_offers(request).await.expect("a list").into_inner().offers, [offered]);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let house = House::open().await;
    for name in ["A", "B", "C"] {
        house.paula().register_provider(provider(name)).await.expect("a provider");
    }
    let page = |token: String| contract::ListProvidersRequest {
        parent: "jobcenters/musterstadt".into(),
        page_size: 2,
        page_token: token,
    };
    let names = |page: &contract::ListProvidersResponse| {
        page.providers.iter().map(|provider| provider.display_name.clone()).collect::<Vec<_>>()
    };
    let first = house.paula().list_providers(page(String::new())).await.expect("a page").into_inner();
    assert_eq!(names(&first), ["C", "B"]);
    let second = house.paula().list_providers(page(first.next_page_token)).await.expect("a page").into_inner();
    assert_eq!((names(&second), second.next_page_token.as_str()), (vec!["A".to_owned()], ""));
    let wrong = house.paula().list_providers(page("rubbish".into())).await;
    assert_eq!(refusal(wrong), (Code::InvalidArgument, "PAGE_TOKEN_INVALID".into()));
}

#[tokio::test]
async fn what_is_taken_or_wrong_is_refused_and_changes_nothing() {
    let house = House::open().await;
    let made = house.paula().register_provider(provider("Träger")).await.expect("a provider").into_inner();
    let taken = contract::RegisterProviderRequest { request_id: request_id("x"), ..provider("Träger") };
    let answer = house.paula().register_provider(taken).await;
    assert_eq!(refusal(answer), (Code::AlreadyExists, "PROVIDER_EXISTS".into()));
    let reused = contract::RegisterProviderRequest { request_id: request_id("Träger"), ..provider("B") };
    let answer = house.paula().register_provider(reused).await;
    assert_eq!(refusal(answer), (Code::AlreadyExists, "REQUEST_ID_REUSED".into()));

    let empty = contract::RegisterProviderRequest { parent: "jobcenters/musterstadt".into(), ..Default::default() };
    let found = violations(house.paula().register_provider(empty).await);
    for field in ["provider", "provider.display_name", "provider.email", "provider.address_lines", "request_id"] {
        assert!(found.iter().any(|name| name == field), "{field} is missing in {found:?}");
    }
    let empty = contract::RegisterOfferRequest { parent: made.name.clone(), ..Default::default() };
    let found = violations(house.paula().register_offer(empty).await);
    for field in ["offer", "offer.title", "offer.service_type", "offer.legal_basis", "request_id"] {
        assert!(found.iter().any(|name| name == field), "{field} is missing in {found:?}");
    }
    let nobody = "jobcenters/musterstadt/providers/018f3e5c-0000-7000-8000-000000000009";
    assert_eq!(refusal(house.paula().register_offer(offer(nobody)).await).0, Code::NotFound);
    assert_eq!(house.count("SELECT count(*) FROM providers").await, 1);
    assert_eq!(house.count("SELECT count(*) FROM offers").await, 0);
}

#[tokio::test]
async fn only_the_coordinator_registers_and_only_at_home() {
    let house = House::open().await;
    let made = house.paula().register_provider(provider("Träger")).await.expect("a provider").into_inner();
    let mut anna = ProviderServiceClient::new(house.client("anna", "case-manager"));
    let forbidden = (Code::PermissionDenied, "NOT_PERMITTED".to_owned());
    assert_eq!(refusal(anna.register_provider(provider("B")).await), forbidden);
    assert_eq!(refusal(anna.register_offer(offer(&made.name)).await), forbidden);
    let abroad = contract::RegisterProviderRequest { parent: "jobcenters/nachbarstadt".into(), ..provider("B") };
    assert_eq!(refusal(house.paula().register_provider(abroad).await).0, Code::NotFound);
    assert_eq!(house.count(AUDIT).await, 3, "each refusal left its audit row");
}

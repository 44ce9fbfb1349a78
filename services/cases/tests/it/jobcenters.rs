//! Where the seat of a jobcenter is: Land and municipality, which decide the holidays.

use lotse_proto::cases::{self as contract, jobcenter_service_client::JobcenterServiceClient};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::house::{House, jobcenter, violations};

async fn register(house: &House, id: &str, land: &str, municipality: &str) -> Result<contract::Jobcenter, Status> {
    let mut request = jobcenter(id);
    let place = request.jobcenter.get_or_insert_default();
    (place.land, place.municipality) = (land.to_owned(), municipality.to_owned());
    let answer = JobcenterServiceClient::new(house.operator()).register_jobcenter(request).await?;
    Ok(answer.into_inner())
}

#[tokio::test]
async fn a_seat_is_read_back() {
    let house = House::open().await;
    let augsburg = register(&house, "augsburg", "BY", "09761000").await.expect("a jobcenter");
    assert_eq!((augsburg.land.as_str(), augsburg.municipality.as_str()), ("BY", "09761000"));
    let name = augsburg.name.clone();
    let read =
        JobcenterServiceClient::new(house.operator()).get_jobcenter(contract::GetJobcenterRequest { name }).await;
    assert_eq!(read.expect("the jobcenter").into_inner(), augsburg);
    let hamburg = register(&house, "hamburg", "HH", "").await.expect("one calendar for the whole Land");
    assert_eq!(hamburg.municipality, "");
}

#[tokio::test]
async fn a_seat_that_is_none_is_told() {
    let house = House::open().await;
    let before = house.everything().await;
    for (land, municipality, field) in [
        ("XX", "05515000", "jobcenter.land"),
        ("nw", "", "jobcenter.land"),
        // Mariä Himmelfahrt is kept in some municipalities of Bavaria only.
        ("BY", "", "jobcenter.municipality"),
        ("NW", "09761000", "jobcenter.municipality"),
        ("NW", "5515000", "jobcenter.municipality"),
        ("NW", "17000000", "jobcenter.municipality"),
    ] {
        let status = register(&house, "irgendwo", land, municipality).await.expect_err(municipality);
        assert_eq!(status.code(), Code::InvalidArgument, "{land} {municipality}");
        assert_eq!(violations(&status), [field], "{land} {municipality}");
    }
    // A version of federal law is cited by this word, one of a jobcenter by its id.
    let status = register(&house, "federal", "NW", "05515000").await.expect_err("a reserved word");
    assert_eq!((status.code(), violations(&status)), (Code::InvalidArgument, vec!["jobcenter_id".to_owned()]));
    let told = status.get_details_bad_request().expect("violations").field_violations.remove(0).description;
    assert!(told.starts_with("`federal` is reserved"), "{told}");
    assert_eq!(before, house.everything().await);
}

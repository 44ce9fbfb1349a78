//! The answer to an escalation.

use jiff::civil::Weekday;
use lotse_kernel::{dates::add_days, names::EpisodeName};
use lotse_platform::fields::contract_date;
use lotse_proto::cases::SetWorkingDateRequest;
use uuid::Uuid;

use super::Place;

/// For the first review of the episode, whose id follows from its place.
pub fn set_working_date(place: &Place) -> Vec<u8> {
    let episode: EpisodeName = place.episode.parse().expect("an episode");
    let review = Uuid::new_v5(&episode.id(), b"CONTINUATION_REVIEW/1");
    let working = (1..7).map(|days| add_days(place.today, days)).find(|on| on.weekday() == Weekday::Wednesday);
    prost::Message::encode_to_vec(&SetWorkingDateRequest {
        name: format!("{episode}/duties/{review}"),
        working_date: working.map(contract_date),
        reason: format!("Grund {}", place.number),
        request_id: place.request_id.clone(),
    })
}

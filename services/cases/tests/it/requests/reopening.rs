//! Requests that undo a closing (row 24).

use lotse_proto::cases::{
    AnswerReopeningRequest, ClosingError, ProposeReopeningRequest, ReopeningAnswer, ReopeningExtent,
};
use prost::Message;

use super::{Place, text};

fn proposal(place: &Place, extent: ReopeningExtent) -> Vec<u8> {
    ProposeReopeningRequest {
        name: place.episode.clone(),
        etag: place.etag.clone(),
        request_id: place.request_id.clone(),
        error: ClosingError::WrongPerson.into(),
        extent: extent.into(),
        reason: text(),
    }
    .encode_to_vec()
}

fn answer(place: &Place, answer: ReopeningAnswer) -> Vec<u8> {
    AnswerReopeningRequest {
        name: place.episode.clone(),
        etag: place.etag.clone(),
        request_id: place.request_id.clone(),
        answer: answer.into(),
        reason: text(),
    }
    .encode_to_vec()
}

pub fn propose_reopening(place: &Place) -> Vec<u8> {
    proposal(place, ReopeningExtent::Closing)
}

pub fn propose_reopening_of_care(place: &Place) -> Vec<u8> {
    proposal(place, ReopeningExtent::EndOfCare)
}

pub fn approve_reopening(place: &Place) -> Vec<u8> {
    answer(place, ReopeningAnswer::Approved)
}

pub fn decline_reopening(place: &Place) -> Vec<u8> {
    answer(place, ReopeningAnswer::Declined)
}

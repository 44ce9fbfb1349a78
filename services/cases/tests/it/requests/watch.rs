//! Requests about people outside case management.

use lotse_proto::cases::{
    EndWatchRequest, RecheckItem, RecheckResult, RecordPlanUpdateRequest, RecordRecheckRequest, RecordRechecksRequest,
    TechnicalEnd,
};

use super::{Place, day, text};

pub fn record_rechecks(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&RecordRechecksRequest {
        parent: "jobcenters/musterstadt".into(),
        rechecks: vec![RecheckItem {
            case: place.case.clone(),
            reason: place.number.clone(),
            etag: "v1".into(),
            ..Default::default()
        }],
        request_id: place.request_id.clone(),
    })
}

pub fn record_recheck(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&RecordRecheckRequest {
        name: place.case.clone(),
        result: RecheckResult::Unchanged.into(),
        reason: text(),
        etag: "v1".into(),
        request_id: place.request_id.clone(),
        ..Default::default()
    })
}

/// After the end of an episode with a plan; the watch was written with the case, the admission, the end, and the plan that came with it.
pub fn record_plan_update(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&RecordPlanUpdateRequest {
        name: place.case.clone(),
        issue_date: day(place.today),
        etag: "v4".into(),
        request_id: place.request_id.clone(),
    })
}

pub fn end_watch(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&EndWatchRequest {
        name: place.case.clone(),
        kind: TechnicalEnd::Moved.into(),
        etag: "v1".into(),
        request_id: place.request_id.clone(),
    })
}

//! Requests about teams.

use lotse_proto::cases::{DecideTeamRequest, SetYouthTeamsRequest, YouthTeam};

use super::{Place, text};

pub fn set_youth_teams(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&SetYouthTeamsRequest {
        name: "jobcenters/musterstadt".into(),
        etag: "v1".into(),
        request_id: place.request_id.clone(),
        youth_teams: vec![YouthTeam { team: "u25".into(), following_team: "ue25".into() }],
    })
}

pub fn decide_team(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&DecideTeamRequest {
        name: place.case.clone(),
        etag: "v1".into(),
        request_id: place.request_id.clone(),
        team: "u25".into(),
        reason: text(),
    })
}

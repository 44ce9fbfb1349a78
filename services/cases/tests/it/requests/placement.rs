//! Requests about placement proposals.

use lotse_proto::cases::{
    PlacementOutcome, PlacementProposal, PlacementResult, RecordPlacementProposalRequest, RecordPlacementResultRequest,
};

use super::{Place, day};

acts! {
    record_placement_proposal(place) -> RecordPlacementProposalRequest {
        proposal: Some(PlacementProposal {
            employer: "Gärtnerei Grün".into(),
            job_title: "Helferin im Gartenbau".into(),
            proposal_date: day(place.today),
            answer_by_date: day(place.today),
            ..Default::default()
        }),
    }
    record_placement_result(place) -> RecordPlacementResultRequest {
        number: 1,
        result: Some(PlacementResult {
            outcome: PlacementOutcome::Applied.into(),
            result_date: day(place.today),
            ..Default::default()
        }),
    }
}

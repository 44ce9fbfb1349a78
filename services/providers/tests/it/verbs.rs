//! What every verb of a referral refuses: wrong fields, other people, a wrong state, a stale etag; and its repetition.

use lotse_proto::providers::{self as contract, ReferralState};
use tonic::Code;

use crate::house::{
    House, accept, break_off, complete, day, decline, refusal, report, request_id, revoke, send, start, violations,
};

/// Calls one verb as everybody and in every wrong way. `$right` makes the right request from the referral, `$end` completes
/// the referral first where the verb may be repeated in its state, `$fields` are the fields an empty request lacks besides etag and request id.
macro_rules! refusals {
    ($house:ident, $rpc:ident, $right:ident, $request:ident, $fits:expr, $end:expr, $fields:expr) => {{
        let fits: contract::Referral = $fits;
        let state = fits.state;
        let lead = $house.referrals("doris", "team-lead").$rpc($right(&fits)).await;
        assert_eq!(refusal(lead), (Code::PermissionDenied, "NOT_PERMITTED".into()));
        let stranger = $house.referrals("clara", "case-manager").$rpc($right(&fits)).await;
        assert_eq!(refusal(stranger), (Code::NotFound, "RESOURCE_NOT_FOUND".into()));

        let empty = contract::$request { name: fits.name.clone(), ..Default::default() };
        let mut fields: Vec<&str> = $fields;
        fields.extend(["etag", "request_id"]);
        assert_eq!(violations($house.anna().$rpc(empty).await), fields);
        let nameless = $house.anna().$rpc(contract::$request::default()).await;
        assert_eq!(refusal(nameless), (Code::InvalidArgument, "FIELDS_INVALID".into()));

        let stale = contract::$request { etag: "v99".into(), ..$right(&fits) };
        assert_eq!(refusal($house.anna().$rpc(stale).await), (Code::Aborted, "STALE_ETAG".into()));
        let unchanged = contract::GetReferralRequest { name: fits.name.clone() };
        assert_eq!($house.anna().get_referral(unchanged).await.expect("it").into_inner(), fits);

        let done = $house.anna().$rpc($right(&fits)).await.expect("it fits").into_inner();
        assert_eq!(done.name, fits.name);
        let events = $house.events().await;
        let again = $house.anna().$rpc($right(&fits)).await.expect("the repetition").into_inner();
        assert_eq!((&again, $house.events().await), (&done, events), "twice is once, in state {state}");
        let reused = contract::$request { etag: done.etag.clone(), ..$right(&fits) };
        assert_eq!(refusal($house.anna().$rpc(reused).await), (Code::AlreadyExists, "REQUEST_ID_REUSED".into()));

        let wrong: contract::Referral = match $end {
            Some(end) => $house
                .anna()
                .complete_referral(contract::CompleteReferralRequest { request_id: request_id(end), ..complete(&done) })
                .await
                .expect("it ends")
                .into_inner(),
            None => done,
        };
        let misfit = contract::$request { request_id: request_id("misfit"), ..$right(&wrong) };
        assert_eq!(refusal($house.anna().$rpc(misfit).await), (Code::FailedPrecondition, "WRONG_STATE".into()));
    }};
}

#[tokio::test]
async fn send_referral() {
    let house = House::open().await;
    refusals!(house, send_referral, send, SendReferralRequest, house.draft().await, None::<&str>, vec![]);
}

#[tokio::test]
async fn record_answer() {
    let house = House::open().await;
    let fields = vec!["answered_date", "answer"];
    refusals!(house, record_answer, accept, RecordAnswerRequest, house.sent().await, None::<&str>, fields);
}

#[tokio::test]
async fn start_referral() {
    let house = House::open().await;
    let fields = vec!["start_date"];
    refusals!(house, start_referral, start, StartReferralRequest, house.accepted().await, None::<&str>, fields);
}

#[tokio::test]
async fn record_report() {
    let house = House::open().await;
    let fields = vec!["report", "report.received_date", "report.attendance", "report.progress"];
    let fits = house.running().await;
    refusals!(house, record_report, report, RecordReportRequest, fits, Some("end"), fields);
}

#[tokio::test]
async fn complete_referral() {
    let house = House::open().await;
    let fields = vec!["end_date", "result"];
    refusals!(house, complete_referral, complete, CompleteReferralRequest, house.running().await, None::<&str>, fields);
}

#[tokio::test]
async fn break_off_referral() {
    let house = House::open().await;
    let fields = vec!["end_date", "reason"];
    refusals!(
        house,
        break_off_referral,
        break_off,
        BreakOffReferralRequest,
        house.running().await,
        None::<&str>,
        fields
    );
}

#[tokio::test]
async fn revoke_referral() {
    let house = House::open().await;
    let fits = house.sent().await;
    refusals!(house, revoke_referral, revoke, RevokeReferralRequest, fits, None::<&str>, vec!["reason"]);
}

#[tokio::test]
async fn days_lie_between_the_event_before_and_today() {
    let house = House::open().await;
    let sent = house.sent().await;
    for answered_date in [Some(day(2026, 3, 1)), Some(day(2026, 3, 3))] {
        let request = contract::RecordAnswerRequest { answered_date, ..accept(&sent) };
        assert_eq!(violations(house.anna().record_answer(request).await), ["answered_date"]);
    }
    let reasonless = decline(&sent, contract::DeclineReason::Unspecified);
    assert_eq!(violations(house.anna().record_answer(reasonless).await), ["decline.reason"]);
    let running = {
        let accepted = house.anna().record_answer(accept(&sent)).await.expect("accepted").into_inner();
        house.anna().start_referral(start(&accepted)).await.expect("running").into_inner()
    };
    let request = contract::CompleteReferralRequest { end_date: Some(day(2026, 3, 1)), ..complete(&running) };
    assert_eq!(violations(house.anna().complete_referral(request).await), ["end_date"]);
    let mut request = report(&running);
    request.report.as_mut().expect("it").received_date = Some(day(2026, 3, 1));
    assert_eq!(violations(house.anna().record_report(request).await), ["report.received_date"]);
    assert_eq!(running.state(), ReferralState::Running);
}

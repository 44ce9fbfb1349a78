//! Every write, held to the same six rules: it happens once, and what is wrong with it is said while nothing changes.

use std::collections::BTreeSet;

use lotse_devstack::service::Client;
use tonic::{Code, Status};

use crate::{
    house::{House, reason, request_id, violations},
    requests::{self as write, Place},
    story::{Stage, Story},
    wire::{self, PUBLIC},
};

/// What makes a write that was right come at the wrong time.
#[derive(Debug, Clone, Copy)]
enum Wrong {
    /// The case stands at this stage, and the write is refused for this reason.
    At(Stage, &'static str),
    /// It was done before, under another request id.
    Twice(&'static str),
    /// It fits every state there is.
    Never,
}

/// One write: who may do it, who sees its resource but may not, where it fits, where it does not, and a request that is right.
struct Write {
    rpc: &'static str,
    by: &'static str,
    not_by: &'static str,
    fits: Stage,
    wrong: Wrong,
    request: fn(&Place) -> Vec<u8>,
}

const fn write(
    rpc: &'static str,
    (by, not_by): (&'static str, &'static str),
    fits: Stage,
    wrong: Wrong,
    request: fn(&Place) -> Vec<u8>,
) -> Write {
    Write { rpc, by, not_by, fits, wrong, request }
}

use Stage as S;
use Wrong::{At, Never, Twice};

const PHASE: &str = "WRONG_PHASE";

/// Every write of the public API.
#[rustfmt::skip]
const WRITES: &[Write] = &[
    write("JobcenterService.RegisterJobcenter", ("operator", "anna"), S::Registered, Twice("JOBCENTER_EXISTS"), write::register_jobcenter),
    write("StaffService.RegisterStaffMember", ("operator", "anna"), S::Registered, Twice("STAFF_SUBJECT_EXISTS"), write::register_staff_member),
    write("StaffService.UpdateStaffMember", ("operator", "anna"), S::Registered, Never, write::update_staff_member),
    write("CaseService.RegisterCase", ("bernd", "emil"), S::Registered, Twice("CUSTOMER_NUMBER_EXISTS"), write::register_case),
    write("CaseService.RecordProfile", ("bernd", "doris"), S::Registered, Never, write::record_profile),
    write("EpisodeService.ProposeEpisode", ("bernd", "doris"), S::Registered, At(S::Proposed, "EPISODE_RUNNING"), write::propose_episode),
    write("EpisodeService.ScheduleDiscussion", ("bernd", "doris"), S::Proposed, At(S::Voted, PHASE), write::schedule_discussion),
    write("EpisodeService.CastVote", ("anna", "doris"), S::InDiscussion, At(S::Admitted, PHASE), write::cast_vote),
    write("EpisodeService.DecideAdmission", ("anna", "doris"), S::Voted, At(S::InDiscussion, "VOTES_MISSING"), write::admit),
    write("EpisodeService.RecordFirstTalk", ("anna", "doris"), S::Admitted, At(S::Talked, "FIRST_TALK_ALREADY_HELD"), write::record_first_talk),
    write("EpisodeService.ReferBack", ("anna", "doris"), S::Talked, At(S::Admitted, "FIRST_TALK_MISSING"), write::refer_back),
    write("EpisodeService.AgreeAlliance", ("anna", "doris"), S::Talked, At(S::Assessment, PHASE), write::agree_alliance),
    write("EpisodeService.CompleteAssessment", ("anna", "doris"), S::Assessment, At(S::Talked, PHASE), write::complete_assessment),
    write("EpisodeService.ActivatePlan", ("anna", "doris"), S::Planning, At(S::Assessment, PHASE), write::activate_plan),
    write("EpisodeService.DecideReview", ("anna", "doris"), S::ReviewOpen, At(S::Delivery, "REVIEW_NOT_OPEN"), write::continue_in_review),
    write("EpisodeService.ProposeExtension", ("anna", "doris"), S::LimitOpen, At(S::ReviewOpen, "LIMIT_NOT_OPEN"), write::propose_extension),
    write("EpisodeService.ApproveExtension", ("doris", "anna"), S::ExtensionProposed, At(S::LimitOpen, "EXTENSION_NOT_PROPOSED"), write::approve_extension),
    write("EpisodeService.EndEpisode", ("anna", "doris"), S::Delivery, At(S::Voted, PHASE), write::end_episode),
    write("EpisodeService.AcceptHandover", ("bernd", "doris"), S::Closing, At(S::Delivery, PHASE), write::accept_handover),
    write("EpisodeService.CompleteAftercare", ("anna", "doris"), S::Aftercare, At(S::Closing, PHASE), write::complete_aftercare),
    write("EpisodeService.EndEpisodeTechnically", ("bernd", "frida"), S::Delivery, At(S::Closed, PHASE), write::end_technically),
];

impl Write {
    /// A client of the one who may; the administrator serves all jobcenters.
    fn client(&self, house: &House) -> Client {
        if self.by == "operator" { house.operator() } else { house.who(self.by) }
    }

    /// Whether the write makes something, so that no etag can go stale.
    fn has_etag(&self) -> bool {
        wire::has_field(self.rpc, "etag")
    }

    /// A case of its own, where the write fits.
    async fn story<'a>(&self, house: &'a House, fits: Stage) -> Story<'a> {
        let row = WRITES.iter().position(|write| write.rpc == self.rpc).expect("a row of the table");
        let mut story = Story::at(house, &format!("row-{row}"), fits).await;
        story.renew();
        story
    }

    async fn refused(&self, client: Client, message: Vec<u8>) -> (Code, String, Status) {
        let answer = wire::call(client, self.rpc, message).await;
        let status = answer.expect_err(&format!("{} has to be refused", self.rpc));
        (status.code(), reason(&status), status)
    }
}

#[test]
fn every_write_of_the_contract_stands_in_the_table() {
    let rpcs = PUBLIC.iter().flat_map(|service| {
        let writes = wire::rpcs(service).into_iter().filter(wire::writes);
        writes.map(move |rpc| format!("{service}.{}", rpc.name()))
    });
    let table: BTreeSet<String> = WRITES.iter().map(|write| write.rpc.to_owned()).collect();
    assert_eq!(table, rpcs.collect::<BTreeSet<_>>());
    assert_eq!(table.len(), WRITES.len(), "a write stands in the table twice");
}

#[tokio::test]
async fn a_write_happens_once() {
    let house = House::open().await;
    for write in WRITES {
        let story = write.story(&house, write.fits).await;
        let (rpc, message) = (write.rpc, (write.request)(&story.place));
        let before = house.everything().await;
        let first = wire::call(write.client(&house), rpc, message.clone()).await;
        let first = first.unwrap_or_else(|status| panic!("{rpc}: {status} {:?}", violations(&status)));
        let after = house.everything().await;
        assert_ne!(before, after, "{rpc} changes something");
        let again = wire::call(write.client(&house), rpc, message).await.expect("the repetition");
        assert_eq!(first, again, "{rpc} answers a repetition as the first time");
        assert_eq!(after, house.everything().await, "a repetition of {rpc} changes nothing");
    }
}

#[tokio::test]
async fn a_request_id_stands_for_one_content() {
    let house = House::open().await;
    for write in WRITES {
        let story = write.story(&house, write.fits).await;
        let message = (write.request)(&story.place);
        wire::call(write.client(&house), write.rpc, message).await.expect("the first time");
        let after = house.everything().await;
        let mut other = story.place.clone();
        // A jobcenter is its own tenant, in which no other request can have been.
        other.number =
            if write.rpc.ends_with("RegisterJobcenter") { other.number } else { format!("{}x", other.number) };
        let mut message = wire::with_text(write.rpc, &(write.request)(&other), "etag", "v77");
        if write.rpc.ends_with("RegisterJobcenter") {
            use prost::Message;
            let mut request =
                lotse_proto::cases::RegisterJobcenterRequest::decode(message.as_slice()).expect("a request");
            request.jobcenter.get_or_insert_default().land = "BY".into();
            message = request.encode_to_vec();
        }
        let (code, reason, _) = write.refused(write.client(&house), message).await;
        assert_eq!((code, reason.as_str()), (Code::AlreadyExists, "REQUEST_ID_REUSED"), "{}", write.rpc);
        assert_eq!(after, house.everything().await, "{}", write.rpc);
    }
}

#[tokio::test]
async fn a_stale_etag_is_refused() {
    let house = House::open().await;
    for write in WRITES.iter().filter(|write| write.has_etag()) {
        let story = write.story(&house, write.fits).await;
        let message = wire::with_text(write.rpc, &(write.request)(&story.place), "etag", "v99");
        let before = house.everything().await;
        let (code, reason, _) = write.refused(write.client(&house), message).await;
        assert_eq!((code, reason.as_str()), (Code::Aborted, "STALE_ETAG"), "{}", write.rpc);
        assert_eq!(before, house.everything().await, "{}", write.rpc);
    }
}

#[tokio::test]
async fn a_wrong_state_is_told() {
    let house = House::open().await;
    for write in WRITES {
        let (at, expected) = match write.wrong {
            At(stage, reason) => (stage, (Code::FailedPrecondition, reason)),
            Twice(reason) => (write.fits, (Code::AlreadyExists, reason)),
            Never => continue,
        };
        let mut story = write.story(&house, at).await;
        if let Twice(_) = write.wrong {
            let first = wire::call(write.client(&house), write.rpc, (write.request)(&story.place)).await;
            first.expect("the first time");
            story.renew();
        }
        let before = house.everything().await;
        let (code, reason, _) = write.refused(write.client(&house), (write.request)(&story.place)).await;
        assert_eq!((code, reason.as_str()), expected, "{}", write.rpc);
        assert_eq!(before, house.everything().await, "{}", write.rpc);
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_field_by_field() {
    let house = House::open().await;
    for write in WRITES {
        let story = write.story(&house, write.fits).await;
        let right = (write.request)(&story.place);
        let before = house.everything().await;
        let long = ["name", "parent", "jobcenter_id"].into_iter().find(|field| wire::has_field(write.rpc, field));
        let long = long.expect("a request names something");
        let wrong = [
            ("empty", Vec::new()),
            ("only its name", wire::only_name(write.rpc, &right)),
            ("no request id", wire::with_text(write.rpc, &right, "request_id", "")),
            ("a request id that is none", wire::with_text(write.rpc, &right, "request_id", "heute")),
            ("a name without end", wire::with_text(write.rpc, &right, long, &"x".repeat(100_000))),
        ];
        for (what, message) in wrong {
            let (code, reason, status) = write.refused(write.client(&house), message).await;
            assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "FIELDS_INVALID"), "{}: {what}", write.rpc);
            let named = violations(&status);
            assert!(!named.is_empty(), "{}: {what} names its fields", write.rpc);
            assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len(), "{}: {named:?}", write.rpc);
        }
        // Field 1 is a text; these are no characters.
        let (code, reason, _) = write.refused(write.client(&house), vec![0x0a, 0x02, 0xff, 0xfe]).await;
        assert_eq!((code, reason.as_str()), (Code::InvalidArgument, "MESSAGE_MALFORMED"), "{}", write.rpc);
        let huge = wire::with_text(write.rpc, &right, long, &"x".repeat(2 * 1024 * 1024));
        let (code, reason, _) = write.refused(write.client(&house), huge).await;
        assert_eq!((code, reason.as_str()), (Code::ResourceExhausted, "LIMIT_EXCEEDED"), "{}", write.rpc);
        assert_eq!(before, house.everything().await, "{}", write.rpc);
    }
    assert_eq!(house.refusals().await, 0, "nobody was refused access");
}

#[tokio::test]
async fn another_role_is_refused_and_audited() {
    let house = House::open().await;
    for write in WRITES {
        let story = write.story(&house, write.fits).await;
        let message = (write.request)(&story.place);
        let (before, refusals) = (house.everything().await, house.refusals().await);
        let (code, reason, _) = write.refused(house.who(write.not_by), message.clone()).await;
        // Another jobcenter than one's own is not seen, so one may not even be refused there.
        let hidden = write.rpc == "JobcenterService.RegisterJobcenter";
        let expected =
            if hidden { (Code::NotFound, "RESOURCE_NOT_FOUND") } else { (Code::PermissionDenied, "NOT_PERMITTED") };
        assert_eq!((code, reason.as_str()), expected, "{}", write.rpc);
        let mut audited = 1;
        if write.rpc.starts_with("EpisodeService") || write.rpc == "CaseService.RecordProfile" {
            // Neither the case manager of another team nor the desk of benefits knows that the case is there.
            for stranger in ["clara", "emil", "operator"] {
                let (code, reason, _) = write.refused(house.who(stranger), message.clone()).await;
                let expected = (Code::NotFound, "RESOURCE_NOT_FOUND");
                assert_eq!((code, reason.as_str()), expected, "{} by {stranger}", write.rpc);
                audited += 1;
            }
        }
        assert_eq!(before, house.everything().await, "{}", write.rpc);
        assert_eq!(refusals + audited, house.refusals().await, "{}", write.rpc);
    }
}

#[tokio::test]
async fn a_foreign_jobcenter_is_not_there() {
    let house = House::open().await;
    for write in WRITES {
        let story = write.story(&house, write.fits).await;
        // An administrator of one jobcenter, not of all.
        let message = wire::foreign(write.rpc, &(write.request)(&story.place));
        let (before, refusals) = (house.everything().await, house.refusals().await);
        let (code, reason, _) = write.refused(house.who(write.by), message).await;
        assert_eq!((code, reason.as_str()), (Code::NotFound, "RESOURCE_NOT_FOUND"), "{}", write.rpc);
        assert_eq!(before, house.everything().await, "{}", write.rpc);
        assert_eq!(refusals + 1, house.refusals().await, "{} leaves one audit row", write.rpc);
    }
}

#[tokio::test]
async fn what_is_not_there_looks_like_what_is_hidden() {
    let house = House::open().await;
    for write in WRITES.iter().filter(|write| wire::has_field(write.rpc, "name")) {
        let story = write.story(&house, write.fits).await;
        let message = (write.request)(&story.place);
        let asked = wire::text(write.rpc, &message, "name");
        let (folder, _) = asked.rsplit_once('/').expect("a folder");
        let nowhere = format!("{folder}/{}", request_id("nowhere"));
        let message = wire::with_text(write.rpc, &message, "name", &nowhere);
        let before = house.everything().await;
        let (code, reason, _) = write.refused(write.client(&house), message).await;
        assert_eq!((code, reason.as_str()), (Code::NotFound, "RESOURCE_NOT_FOUND"), "{}", write.rpc);
        assert_eq!(before, house.everything().await, "{}", write.rpc);
    }
}

//! Lives of episodes through the public API, with time taking its steps.

use jiff::civil::date;
use lotse_kernel::{dates::add_days, duty::DutyKind};
use lotse_proto::{
    cases::{self as contract, EpisodePhase},
    common::{DutyKind as Kind, DutyState as State, DutyStep},
};
use tonic::Code;

use crate::{
    house::{House, TODAY, reason, violations},
    policies::ground::{at_once, limit},
    requests as write,
    story::{Stage, Story, Taken, civil},
};

fn told(taken: &[Taken]) -> Vec<(String, DutyStep)> {
    taken.iter().map(|taken| (taken.on.to_string(), taken.step)).collect()
}

/// The codes of the timeline, oldest first.
async fn timeline(story: &Story<'_>) -> Vec<contract::CaseEvent> {
    let (mut events, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = contract::ListCaseEventsRequest { parent: story.place.case.clone(), page_size: 7, page_token };
        let page = story.house.bernd().list_case_events(request).await.expect("a page").into_inner();
        assert!(page.events.len() <= 7);
        events.extend(page.events);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return events;
        }
    }
}

async fn case(story: &Story<'_>) -> contract::Case {
    let request = contract::GetCaseRequest { name: story.place.case.clone() };
    story.house.bernd().get_case(request).await.expect("the case").into_inner()
}

#[tokio::test]
async fn two_years_with_one_extension_and_aftercare() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Planning).await;
    let running = case(&story).await;
    assert_eq!((running.case_manager, running.current_episode), (house.anna.name.clone(), story.place.episode.clone()));

    for (slot, day) in [(1, date(2026, 8, 10)), (2, date(2027, 2, 10)), (3, date(2027, 8, 10))] {
        let taken = story.let_time_pass(day).await;
        let [review] = taken.as_slice() else { panic!("{taken:?}") };
        assert_eq!((review.step, review.entry.kind().as_str_name()), (DutyStep::Open, "DUTY_KIND_CONTINUATION_REVIEW"));
        assert!(review.answer.letter_wanted, "the person is invited (R106)");
        assert_eq!(review.answer.audiences[0].staff_member, house.anna.name);
        let episode = story.act("anna", "DecideReview", write::continue_in_review).await.expect("a review");
        assert_eq!(episode.reviews.last().map(|review| (review.slot, review.continued)), Some((slot, true)));
        assert_eq!(story.timetable().await.round, slot);
    }

    let taken = story.let_time_pass(date(2028, 2, 21)).await;
    let (open, remind) = (DutyStep::Open, DutyStep::Remind);
    let expected = [("2027-12-02", open), ("2028-02-01", open), ("2028-02-02", remind)];
    assert_eq!(told(&taken), expected.map(|(on, step)| (on.to_owned(), step)));
    story.act("anna", "DecideReview", write::continue_in_review).await.expect("the fourth review");
    story.act("anna", "ProposeExtension", write::propose_extension).await.expect("a proposal");
    // Four eyes: who proposed does not approve, whatever else they may be.
    let both = house.service.person("anna", Some("musterstadt"), &["case-manager", "team-lead"]).expect("a token");
    let refused = house.refusals().await;
    let status = story.act_as(both, "AnswerExtension", write::approve_extension).await.expect_err("the same eyes");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "FOUR_EYES"));
    assert_eq!(house.refusals().await, refused + 1, "who tried is on record");
    let episode = story.act("doris", "AnswerExtension", write::approve_extension).await.expect("an approval");
    let admission = episode.admission.as_ref().expect("an admission");
    let access = admission.access.as_ref().expect("a decision");
    assert_eq!((access.decider.as_str(), access.over_dissent, access.criteria_met), (&*house.anna.name, false, true));
    let under = (access.criteria_policy.as_str(), civil(access.criteria_fact_date));
    assert_eq!(
        under,
        ("federal/ADMISSION_CRITERIA/2", TODAY),
        "who gets access is said by the version of the decision"
    );
    let extension = &episode.extensions[0];
    assert_eq!((civil(extension.from_date), civil(extension.until_date)), (date(2028, 3, 2), date(2028, 9, 2)));
    assert_ne!(extension.proposer, extension.answerer);
    let under = (extension.answer_policy.as_str(), civil(extension.answer_fact_date));
    assert_eq!(under, ("federal/REGULAR_MAXIMUM/1", TODAY), "who approves is said by the version of the assignment");

    // Review 5 and the end of the extension meet: one talk, two records (17a).
    story.let_time_pass(date(2028, 9, 1)).await;
    let episode = story.act("anna", "DecideReview", write::end_in_review).await.expect("the end");
    assert_eq!(episode.phase(), EpisodePhase::Closing);
    let episode = story.act("bernd", "AcceptHandover", write::accept_handover).await.expect("the hand-over");
    assert_eq!((episode.phase(), episode.lead_officer), (EpisodePhase::Aftercare, house.bernd.name.clone()));
    let taken = story.let_time_pass(date(2029, 2, 28)).await;
    let end = taken.iter().find(|taken| taken.entry.kind() == Kind::AftercareEnd).expect("the end of aftercare");
    assert_eq!(civil(end.entry.due_date), date(2029, 2, 28));
    let episode = story.act("anna", "CompleteAftercare", write::complete_aftercare).await.expect("the closing check");
    assert_eq!((episode.phase(), episode.reviews.len()), (EpisodePhase::Closed, 5));
    // What still waits are the months after the job start, which nobody has asked for (T13).
    let timetable = story.timetable().await;
    assert!(!timetable.finished && timetable.due.iter().all(|entry| entry.kind() == Kind::ContinuousEmployment));
    let closed = case(&story).await;
    assert_eq!((closed.case_manager.as_str(), closed.current_episode.as_str()), ("", ""));
    let events = timeline(&story).await;
    let codes: Vec<&str> = events.iter().map(|event| event.code.as_str()).collect();
    for code in ["EPISODE_PROPOSED", "REVIEW_DECIDED", "EXTENSION_APPROVED", "EPISODE_ENDED", "AFTERCARE_BEGAN"] {
        assert!(codes.contains(&code), "{code} is missing in {codes:?}");
    }
    assert_eq!(codes.last(), Some(&"EPISODE_CLOSED"));
    assert!(events.iter().all(|event| !event.text.is_empty() && !event.actor.is_empty()));
    assert!(events.is_sorted_by_key(|event| civil(event.date)));
}

#[tokio::test]
async fn a_refusal_leaves_the_way_open() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::InDiscussion).await;
    let first = story.place.episode.clone();
    story.act("anna", "CastVote", write::vote_against).await.expect("a vote");
    story.act("bernd", "CastVote", write::cast_vote).await.expect("a vote");
    let status = story.act("anna", "DecideAdmission", write::admit).await.expect_err("they differ");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::FailedPrecondition, "VOTES_DIFFER"));
    story.act("bernd", "CastVote", write::vote_against).await.expect("a vote changed");
    let refused = story.act("bernd", "DecideAdmission", write::refuse).await.expect("a refusal");
    assert_eq!(refused.phase(), EpisodePhase::Refused);
    assert!(story.timetable().await.finished);
    assert_eq!(case(&story).await.current_episode, "");

    let next = story.act("bernd", "ProposeEpisode", write::propose_episode).await.expect("a new proposal");
    assert_eq!((next.phase(), next.previous_episode.as_str()), (EpisodePhase::Proposed, first.as_str()));
    assert_ne!(next.name, first);
    let request = contract::ListEpisodesRequest { parent: story.place.case.clone(), ..Default::default() };
    let listed = house.episodes("bernd").list_episodes(request).await.expect("a list").into_inner().episodes;
    assert_eq!(listed.iter().map(|episode| &episode.name).collect::<Vec<_>>(), [&next.name, &first]);
}

#[tokio::test]
async fn votes_that_differ_lie_with_the_lead_of_the_team() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::InDiscussion).await;
    story.act("anna", "CastVote", write::cast_vote).await.expect("a vote");
    story.act("bernd", "CastVote", write::vote_against).await.expect("a vote");
    let taken = story.let_time_pass(TODAY).await;
    let [told] = taken.as_slice() else { panic!("{taken:?}") };
    assert_eq!((told.step, told.entry.kind()), (DutyStep::Open, lotse_proto::common::DutyKind::ProposalDecision));
    let [lead] = told.answer.audiences.as_slice() else { panic!("{told:?}") };
    assert_eq!((lead.function(), lead.team.as_str()), (contract::StaffFunction::TeamLead, "ue25"));
    let request = contract::GetDutyRequest { name: told.entry.duty.clone() };
    let duty = house.duties("doris").get_duty(request).await.expect("the duty").into_inner();
    assert_eq!((duty.owner.as_str(), duty.team.as_str(), duty.state()), ("", "ue25", State::Open));

    // Neither of the two decides alone, and the lead of another team sees nothing.
    for (by, code, why) in [
        ("anna", Code::FailedPrecondition, "VOTES_DIFFER"),
        ("bernd", Code::FailedPrecondition, "VOTES_DIFFER"),
        ("gerda", Code::NotFound, "RESOURCE_NOT_FOUND"),
    ] {
        let status = story.act(by, "DecideAdmission", write::admit_over_dissent).await.expect_err(by);
        assert_eq!((status.code(), reason(&status).as_str()), (code, why), "{by}");
    }
    // Whoever voted does not decide between the votes, whatever else they may be.
    let both = house.service.person("anna", Some("musterstadt"), &["case-manager", "team-lead"]).expect("a token");
    let refused = house.refusals().await;
    let status = story.act_as(both, "DecideAdmission", write::admit_over_dissent).await.expect_err("the same eyes");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "FOUR_EYES"));
    assert_eq!(house.refusals().await, refused + 1, "who tried is on record");
    let status = story.act("doris", "DecideAdmission", write::admit).await.expect_err("no reason");
    assert_eq!(violations(&status), ["admit.deviation_reason"]);

    let admitted = story.act("doris", "DecideAdmission", write::admit_over_dissent).await.expect("a decision");
    let access = admitted.admission.and_then(|admission| admission.access).expect("an admission");
    assert!(access.over_dissent && !access.decider.is_empty() && access.decider != house.anna.name);
    assert_eq!(access.deviation_reason, "ein Grund");
    assert_eq!((admitted.votes.len(), admitted.phase), (2, EpisodePhase::EntryConsultation.into()));
    let codes: Vec<String> = timeline(&story).await.into_iter().map(|event| event.code).collect();
    assert_eq!(codes[codes.len() - 4..], ["VOTES_DIFFERED", "DUTY_OPENED", "DISSENT_DECIDED", "EPISODE_ADMITTED"]);
}

#[tokio::test]
async fn a_refusal_of_what_is_the_rule_is_explained() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::InDiscussion).await;
    for by in ["anna", "bernd"] {
        story.act(by, "CastVote", write::vote_against).await.expect("a vote");
    }
    let status = story.act("anna", "DecideAdmission", write::refuse_unexplained).await.expect_err("no reason");
    assert_eq!(violations(&status), ["refuse.deviation_reason"]);
    let status = story.act("doris", "DecideAdmission", write::refuse).await.expect_err("they agree");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    let refused = story.act("anna", "DecideAdmission", write::refuse).await.expect("a refusal");
    let access = refused.refusal.and_then(|refusal| refusal.access).expect("a refusal");
    assert!(access.criteria_met && !access.over_dissent);
    assert_eq!(access.criteria_policy, "federal/ADMISSION_CRITERIA/2");
}

#[tokio::test]
async fn a_person_is_referred_back_after_the_first_talk() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Talked).await;
    let episode = story.act("anna", "ReferBack", write::refer_back).await.expect("referred back");
    assert_eq!((episode.phase(), episode.refer_back_reason.as_str()), (EpisodePhase::ReferredBack, "ein Grund"));
    let timetable = story.timetable().await;
    assert!(timetable.finished && timetable.due.is_empty());
    assert_eq!(case(&story).await.case_manager, "");
}

#[tokio::test]
async fn a_death_ends_an_episode_technically() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Delivery).await;
    let kinds: Vec<String> =
        story.timetable().await.due.iter().map(|entry| entry.kind().as_str_name().to_owned()).collect();
    assert_eq!(
        kinds.len(),
        5,
        "a goal and its step, a review, the update of the plan and the limit are scheduled: {kinds:?}"
    );
    let episode = story.act("doris", "EndEpisodeTechnically", write::end_technically).await.expect("the end");
    assert_eq!(episode.phase(), EpisodePhase::Closed);
    assert!(episode.plan.is_some(), "what was known stays");
    assert_eq!(episode.technical_end.map(|end| end.kind()), Some(contract::TechnicalEnd::Deceased));
    let timetable = story.timetable().await;
    assert!(timetable.finished && timetable.due.is_empty());
}

#[tokio::test]
async fn a_forgotten_review_escalates_and_is_decided_late() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Planning).await;
    let taken = story.let_time_pass(date(2026, 9, 18)).await;
    let (open, escalate) = (DutyStep::Open, DutyStep::Escalate);
    // Due with the end of 2 September, one working day of grace, then weekly.
    let expected = [("2026-08-03", open), ("2026-09-04", escalate), ("2026-09-11", escalate), ("2026-09-18", escalate)];
    assert_eq!(told(&taken), expected.map(|(on, step)| (on.to_owned(), step)));
    let audiences = &taken[1].answer.audiences;
    assert_eq!(audiences[0].staff_member, house.anna.name);
    assert_eq!((audiences[1].function(), audiences[1].team.as_str()), (contract::StaffFunction::TeamLead, "ue25"));
    story.act("anna", "DecideReview", write::continue_in_review).await.expect("a late review");
    let name = taken[0].entry.duty.clone();
    let duty = house.duties("anna").get_duty(contract::GetDutyRequest { name }).await.expect("the duty").into_inner();
    assert_eq!((duty.escalations, duty.days_late), (3, 15));
    assert_eq!(DutyKind::ContinuationReview.code(), duty.kind().as_str_name().trim_start_matches("DUTY_KIND_"));
}

#[tokio::test]
async fn who_approves_an_extension_is_said_by_the_policy_of_the_assignment() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::ExtensionProposed).await;
    let refused = house.refusals().await;
    let status = story.act("frida", "AnswerExtension", write::approve_extension).await.expect_err("not the lead");
    assert_eq!((status.code(), reason(&status).as_str()), (Code::PermissionDenied, "NOT_PERMITTED"));
    assert_eq!(house.refusals().await, refused + 1, "who tried is on record");

    let house = House::open().await;
    let mut peers = limit(24, TODAY);
    let approver = peers.parameters.iter_mut().find(|parameter| parameter.name == "approver").expect("an approver");
    approver.value = Some(contract::policy_parameter::Value::Code("CASE_MANAGER".into()));
    house.in_force(at_once(peers)).await;
    let mut story = Story::at(&house, "K1", Stage::ExtensionProposed).await;
    let episode = story.act("frida", "AnswerExtension", write::approve_extension).await.expect("a colleague");
    assert_eq!(episode.extensions.len(), 1);
    assert!(!episode.extensions[0].answerer.is_empty());
    assert_eq!(episode.extensions[0].answer_policy, "musterstadt/REGULAR_MAXIMUM/1");
}

#[tokio::test]
async fn an_assessment_brings_no_older_profile_than_the_case_has() {
    let house = House::open().await;
    let mut story = Story::at(&house, "K1", Stage::Assessment).await;
    let before = house.everything().await;
    let today = story.place.today;
    let latest = civil(case(&story).await.profile.expect("a profile").established_date);
    story.place.today = add_days(latest, -1);
    let status = story.act("anna", "CompleteAssessment", write::complete_assessment).await.expect_err("an older one");
    assert_eq!(violations(&status), ["assessment.talks[0].held_date", "assessment.profile.established_date"]);
    assert_eq!(before, house.everything().await);
    story.place.today = today;
    story.act("anna", "CompleteAssessment", write::complete_assessment).await.expect("today's");
}

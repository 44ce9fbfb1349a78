//! Figures for steering through the service: what is counted, what is too small to be told, and who reads it.

mod staff;

use jiff::civil::date;
use lotse_cases::domain::{
    events::Event,
    vocabulary::{
        AdmissionBasis, CaseManagerChangeReason, EndReason, ExtensionReason, RecheckResult, RefusalReason,
        SignalSource, TechnicalEnd,
    },
};
use lotse_kernel::names::CaseName;
use lotse_platform::fields::contract_date;
use lotse_proto::cases::{
    self as contract, FigureKind, GetSteeringFiguresRequest, PolicyKey, ProfileType, policy_parameter::Value,
    steering_service_client::SteeringServiceClient,
};
use tonic::Code;

use crate::{
    house::{House, TODAY, reason, violations},
    policies::ground::{at_once, limit, parameter},
    requests as write,
    story::{Stage, Story},
    teams::young,
    watches::another_profile,
};

const PARENT: &str = "jobcenters/musterstadt";

/// Figures of the year of the tests.
fn of_the_year(house: &House) -> GetSteeringFiguresRequest {
    GetSteeringFiguresRequest {
        parent: PARENT.to_owned(),
        from_date: Some(contract_date(date(2026, 1, 1))),
        to_date: Some(contract_date(house.today())),
        team: String::new(),
    }
}

async fn figures(house: &House, request: GetSteeringFiguresRequest) -> contract::SteeringFigures {
    let mut steering = SteeringServiceClient::new(house.who("hanna"));
    steering.get_steering_figures(request).await.expect("figures").into_inner()
}

/// The total of a group and its figures; nothing where it is not told.
fn group(figures: &contract::SteeringFigures, kind: FigureKind) -> (Option<i32>, Vec<(String, Option<i32>)>) {
    let group = figures.groups.iter().find(|group| group.kind() == kind).expect("every kind has its group");
    let told = group.figures.iter().map(|figure| (figure.code.clone(), count(figure.count.as_ref())));
    (count(group.total.as_ref()), told.collect())
}

fn count(count: Option<&contract::FigureCount>) -> Option<i32> {
    let count = count.expect("a count");
    assert!(!count.suppressed || count.count == 0, "what is not told is not sent");
    (!count.suppressed).then_some(count.count)
}

#[tokio::test]
async fn what_happened_is_counted_and_small_numbers_are_not_told() {
    let house = House::open().await;
    let empty = figures(&house, of_the_year(&house)).await;
    assert_eq!(empty.groups.len(), 13);
    assert!(empty.groups.iter().all(|group| group.total == Some(contract::FigureCount::default())));
    assert_eq!(empty.reach.and_then(|reach| reach.reached_per_thousand), None, "nobody is to be reached");

    for number in 0..6 {
        let mut story = Story::at(&house, &format!("S{number}"), Stage::Delivery).await;
        if number < 2 {
            story.act("anna", "EndEpisode", write::end_episode).await.expect("an end");
        }
    }
    let told = figures(&house, of_the_year(&house)).await;
    let placement_talk = vec![("PLACEMENT_TALK".to_owned(), Some(6))];
    assert_eq!(group(&told, FigureKind::Proposed), (Some(6), placement_talk));
    assert_eq!(group(&told, FigureKind::Admitted), (Some(6), vec![("COMPLEX_PROFILE".to_owned(), Some(6))]));
    let (total, ended) = group(&told, FigureKind::Ended);
    assert_eq!((total, ended.len(), ended[0].1), (None, 1, None), "two ends say too much about two people");
    assert_eq!(group(&told, FigureKind::Refused), (Some(0), vec![]));
    assert_eq!(told.durations.map(|ended| (ended.median_days, count(ended.episodes.as_ref()))), Some((0, None)));
    let reach = told.reach.expect("a reach");
    assert_eq!((count(reach.in_care.as_ref()), reach.reached_per_thousand), (None, None), "four are in care");
    let caseload = told.caseloads.iter().find(|caseload| caseload.team == "ue25").expect("the team");
    assert_eq!((count(caseload.people.as_ref()), caseload.people_per_post), (None, 0), "nor are four told here");

    hire(&house, "u25", 2).await;
    let other = figures(&house, GetSteeringFiguresRequest { team: "u25".into(), ..of_the_year(&house) }).await;
    assert_eq!(group(&other, FigureKind::Proposed), (Some(0), vec![]), "none of that team");
    assert_eq!(other.caseloads.len(), 1);
    let before = contract_date(date(2026, 1, 31));
    let before = GetSteeringFiguresRequest { to_date: Some(before), ..of_the_year(&house) };
    assert_eq!(group(&figures(&house, before).await, FigureKind::Proposed).0, Some(0), "none in these days");
}

/// Every event that is counted, each in its group and under its code; and others, which are in none.
#[tokio::test]
async fn every_event_that_counts_has_its_group() {
    let house = House::open().await;
    let story = Story::begin(&house, "E1").await;
    let case: CaseName = story.place.case.parse().expect("a name");
    let counted = [
        (Event::EpisodeProposed { signal_source: SignalSource::Provider }, FigureKind::Proposed, "PROVIDER"),
        (Event::EpisodeWaitlisted { basis: AdmissionBasis::Prospect }, FigureKind::Waitlisted, "PROSPECT"),
        (admitted(AdmissionBasis::Prophylaxis), FigureKind::Admitted, "PROPHYLAXIS"),
        (Event::EpisodeRefused { reason: RefusalReason::NotYet, deviates: true }, FigureKind::Refused, "NOT_YET"),
        (Event::EpisodeReferredBack {}, FigureKind::ReferredBack, ""),
        (Event::ReviewDecided { slot: 1, continued: true, days_late: 0 }, FigureKind::Reviews, "IN_TIME"),
        (Event::ReviewDecided { slot: 1, continued: true, days_late: 1 }, FigureKind::Reviews, "LATE"),
        (Event::ReviewMissed { slot: 1, days_late: 90, at_end: false }, FigureKind::Reviews, "MISSED"),
        (extended(ExtensionReason::LateStart), FigureKind::Extensions, "LATE_START"),
        (extended(ExtensionReason::Setback), FigureKind::Extensions, "SETBACK"),
        (changed(CaseManagerChangeReason::Leaves), FigureKind::CaseManagerChanges, "LEAVES"),
        (Event::EpisodeEnded { reason: EndReason::NoImprovement }, FigureKind::Ended, "NO_IMPROVEMENT"),
        (Event::EpisodeEndedTechnically { kind: TechnicalEnd::Moved }, FigureKind::EndedTechnically, "MOVED"),
        (rechecked(0), FigureKind::Rechecks, "IN_TIME"),
        (rechecked(3), FigureKind::Rechecks, "LATE"),
    ];
    let reason = ExtensionReason::Setback;
    let others = [
        Event::AllianceAgreed {},
        Event::ExtensionProposed { until: TODAY, reason },
        Event::ExtensionDeclined { until: TODAY, reason, days_late: 0 },
        Event::ExtensionWithdrawn { until: TODAY, reason },
    ];
    let events = counted.iter().map(|(event, ..)| event).chain(&others);
    for event in events.flat_map(|event| std::iter::repeat_n(event, 5)) {
        let tell = "
            INSERT INTO case_events (event_id, jobcenter_id, case_id, happened_on, actor, code, parameters, subject)
            VALUES (gen_random_uuid(), 'musterstadt', $1, date '2026-02-02', '', $2, $3, $4)
        ";
        let told = sqlx::query(tell).bind(case.id()).bind(event.code()).bind(event.parameters().expect("parameters"));
        told.bind(case.id().to_string()).execute(house.service.owner()).await.expect("an entry");
    }
    let told = figures(&house, of_the_year(&house)).await;
    // Movements of profiles are counted over the profiles themselves, months after an integration over the episodes.
    let others = [FigureKind::ProfileMovements, FigureKind::ContinuousEmployment];
    let kinds = told.groups.iter().map(contract::FigureGroup::kind);
    for kind in kinds.filter(|kind| !others.contains(kind)) {
        let here = counted.iter().filter(|(_, of, _)| *of == kind);
        let codes: Vec<_> = here.clone().filter(|(.., code)| !code.is_empty()).collect();
        let codes = codes.into_iter().map(|(.., code)| ((*code).to_owned(), Some(5))).collect();
        let total = i32::try_from(here.count() * 5).expect("few");
        assert!(total > 0, "{kind:?} has no event here");
        assert_eq!(group(&told, kind), (Some(total), codes), "{kind:?}");
    }
}

fn admitted(basis: AdmissionBasis) -> Event {
    Event::EpisodeAdmitted { assigned_on: TODAY, basis }
}

fn changed(reason: CaseManagerChangeReason) -> Event {
    Event::CaseManagerChanged { reason, informed_on: TODAY }
}

fn extended(reason: ExtensionReason) -> Event {
    Event::ExtensionApproved { until: TODAY, reason, days_late: 0 }
}

fn rechecked(days_late: i32) -> Event {
    Event::EligibilityRechecked { result: RecheckResult::ALL[0], days_late }
}

#[tokio::test]
async fn reach_is_the_share_of_those_who_meet_the_criteria() {
    let house = House::open().await;
    for number in 0..5 {
        Story::at(&house, &format!("R{number}"), Stage::Admitted).await;
        Story::at(&house, &format!("W{number}"), Stage::Registered).await;
        Story::at(&house, &format!("X{number}"), Stage::Registered).await;
    }
    // Whoever brought a plan from case management and whose profile is not complex any more keeps the plan, and does not meet the criteria.
    let mut planned = Story::at(&house, "P0", Stage::Delivery).await;
    another_profile(&planned, ProfileType::Foerderprofil).await;
    planned.act("anna", "EndEpisode", write::end_episode).await.expect("an end");
    planned.act("bernd", "AcceptHandover", write::accept_handover).await.expect("a hand-over");
    let watch = planned.watch().await;
    assert!(watch.duty.is_empty() && !watch.plan_duty.is_empty(), "{watch:?}");
    // Nor does a person under 25 of whom time will ask which team follows.
    young(&house, "Y0").await;
    let waiting = "SELECT count(*) FROM watches WHERE next_step_on IS NOT NULL";
    assert_eq!(house.count(waiting).await, 12, "ten checks, the plan, and the team");
    let reach = figures(&house, of_the_year(&house)).await.reach.expect("a reach");
    assert_eq!(count(reach.in_care_with_complex_profile.as_ref()), Some(5));
    assert_eq!(count(reach.outside.as_ref()), Some(10));
    assert_eq!(reach.reached_per_thousand, Some(333));
    let caseloads = async || {
        let caseloads = figures(&house, of_the_year(&house)).await.caseloads;
        let told = caseloads.into_iter().map(|of| (of.team, count(of.people.as_ref()), of.people_per_post));
        told.collect::<Vec<_>>()
    };
    let (young, old) = ("u25".to_owned(), "ue25".to_owned());
    // Clara alone, and Anna and Frida: that of a team so small is that of its people, also where it is none.
    assert_eq!(caseloads().await, [(young.clone(), None, 0), (old.clone(), None, 0)]);
    hire(&house, "ue25", 1).await;
    assert_eq!(caseloads().await, [(young.clone(), None, 0), (old.clone(), None, 0)], "one alone would be the rest");
    hire(&house, "u25", 2).await;
    assert_eq!(caseloads().await, [(young, Some(0), 0), (old, Some(5), 2)]);
}

/// So many case managers more in a team.
async fn hire(house: &House, team: &str, more: i32) {
    let hired = r"
        INSERT INTO staff_members (staff_member_id, jobcenter_id, subject, display_name, email, phone, team, functions, created_at)
        SELECT gen_random_uuid(), 'musterstadt', 'new-' || $1 || n, 'Frau Neu ' || n, '', '', $1, '{CASE_MANAGER}', now()
        FROM generate_series(1, $2) AS n
    ";
    sqlx::query(hired).bind(team).bind(more).execute(house.service.owner()).await.expect("colleagues");
}

#[tokio::test]
async fn a_team_lead_reads_the_own_team_and_of_a_few_only_where_it_is_agreed() {
    const REFUSED: &str =
        "SELECT count(*) FROM audit_log WHERE outcome = 'refused' AND method LIKE '%GetSteeringFigures'";
    const READ: &str = "SELECT count(*) FROM audit_log WHERE outcome = 'read' AND method LIKE '%GetSteeringFigures'";
    let house = House::open().await;
    let asked = async |by: &str, team: &str| {
        let request = GetSteeringFiguresRequest { team: team.to_owned(), ..of_the_year(&house) };
        let answer = SteeringServiceClient::new(house.who(by)).get_steering_figures(request).await;
        answer.map(tonic::Response::into_inner).map_err(|status| (status.code(), reason(&status)))
    };
    let not_permitted = || Some((Code::PermissionDenied, "NOT_PERMITTED".to_owned()));
    let not_agreed = || Some((Code::PermissionDenied, "STAFF_FIGURES_NOT_AGREED".to_owned()));
    // Two case managers: what the one did, the other knows of the rest.
    assert_eq!(asked("doris", "ue25").await.err(), not_agreed());
    assert_eq!(asked("hanna", "ue25").await.err(), not_permitted());
    for team in ["", "u25", "nirgends"] {
        assert_eq!(asked("doris", team).await.err(), not_permitted(), "{team}");
    }
    assert_eq!(asked("hanna", "nirgends").await.err(), not_permitted(), "nor of a team without anybody");
    assert_eq!(house.count(REFUSED).await, 6, "each leaves a trace");
    assert!(asked("hanna", "").await.is_ok(), "controlling steers the jobcenter");

    house.in_force(at_once(agreed_with_staff())).await;
    let told = asked("doris", "ue25").await.expect("the lead, where it is agreed");
    let ground = (told.rule_version.as_str(), told.legal_basis.as_str());
    assert_eq!(ground, ("musterstadt/STAFF_FIGURES/1", "Dienstvereinbarung 2/2026"));
    assert!(!told.caseloads[0].people.expect("a count").suppressed, "it is what is agreed on");
    assert_eq!(house.count(READ).await, 1, "and so does who reads them");
    assert_eq!(asked("hanna", "ue25").await.err(), not_permitted(), "the agreement names the lead");

    hire(&house, "ue25", 1).await;
    for by in ["doris", "hanna"] {
        let told = asked(by, "ue25").await.expect(by);
        assert_eq!((told.rule_version.as_str(), told.legal_basis.as_str()), ("", ""), "{by}: three are a team");
    }
    assert_eq!(house.count(READ).await, 1);
}

/// The agreement with the staff council that a team lead may read figures of a person.
fn agreed_with_staff() -> contract::Policy {
    contract::Policy {
        key: PolicyKey::StaffFigures.into(),
        legal_basis: "Dienstvereinbarung 2/2026".into(),
        parameters: vec![parameter("team_lead", Value::Flag(true))],
        ..limit(18, TODAY)
    }
}

#[tokio::test]
async fn who_does_not_steer_reads_none_and_wrong_days_are_named() {
    let house = House::open().await;
    for subject in ["anna", "bernd", "emil", "operator"] {
        let mut steering = SteeringServiceClient::new(house.who(subject));
        let status = steering.get_steering_figures(of_the_year(&house)).await.expect_err("no figures");
        assert_ne!(status.code(), Code::Internal, "{subject}");
        assert!(!reason(&status).is_empty(), "{subject}");
    }
    let mut steering = SteeringServiceClient::new(house.who("hanna"));
    let mut wrong = async |from, to, team: &str| {
        let day = |day: Option<jiff::civil::Date>| day.map(contract_date);
        let request = GetSteeringFiguresRequest {
            parent: PARENT.to_owned(),
            from_date: day(from),
            to_date: day(to),
            team: team.to_owned(),
        };
        violations(&steering.get_steering_figures(request).await.expect_err("refused"))
    };
    let (first, today) = (Some(date(2026, 1, 1)), Some(TODAY));
    assert_eq!(wrong(None, None, "").await, ["from_date", "to_date"]);
    assert_eq!(wrong(today, first, "").await, ["to_date"]);
    assert_eq!(wrong(first, Some(date(2026, 3, 3)), "").await, ["to_date"], "tomorrow");
    assert_eq!(wrong(Some(date(2016, 3, 2)), today, "").await, ["to_date"]);
    assert_eq!(wrong(first, today, "Team Ü25").await, ["team"]);
}

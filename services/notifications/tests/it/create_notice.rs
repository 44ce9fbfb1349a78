//! `NoticeProcessService.CreateNotice`: once per cause and recipient, whatever is repeated, and nothing without proof.

use lotse_proto::{
    cases::{NoticeAudience, StaffFunction},
    notifications::{
        CreateNoticeRequest, CreateNoticeResponse, NoticeCause,
        notice_process_service_client::NoticeProcessServiceClient,
    },
};
use tonic::{Code, Status};

use crate::support::{ID, JOBCENTER, Stage, fields, fresh, leads, refused, review, to};

async fn create(stage: &Stage, request: CreateNoticeRequest) -> Result<CreateNoticeResponse, Status> {
    stage.process().create_notice(request).await.map(tonic::Response::into_inner)
}

#[tokio::test]
async fn everybody_in_the_audiences_is_told_once() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[StaffFunction::CaseManager]);
    let doris = stage.staff.hire("doris", "ue25", &[StaffFunction::TeamLead, StaffFunction::CaseManager]);
    let audiences = vec![to(&anna), leads("ue25"), to(&doris), leads("u25")];
    let told = create(&stage, CreateNoticeRequest { audiences, ..review("OPEN/1") }).await.unwrap();
    assert_eq!(told.notices.len(), 2, "{told:?}");
    assert_eq!(told.unreached, [leads("u25")]);

    let notices = stage.notices("doris", &doris).await;
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    assert!(told.notices.contains(&notice.name));
    assert_eq!(notice.title, "Überprüfung der Fortführung steht an");
    assert!(notice.body.contains("bis zum 9. September 2026"), "{}", notice.body);
    assert_eq!(notice.create_time.unwrap().seconds, 1_786_000_000);
    assert_eq!(notice.subjects.len(), 2);
    assert_eq!(stage.all_deliveries().await.len(), 2);
    assert_eq!(stage.audited("CreateNotice", "done").await, 1);
}

#[tokio::test]
async fn a_notice_of_many_duties_says_how_many_and_opens_the_worklist() {
    let stage = Stage::quiet().await;
    let bernd = stage.staff.hire("bernd", "ue25", &[]);
    let worklist = NoticeCause { resource: bernd.clone(), code: "OPEN/20310723".to_owned() };
    let request = CreateNoticeRequest {
        cause: Some(worklist),
        template: "watch-opened".to_owned(),
        subjects: vec![bernd.clone()],
        audiences: vec![to(&bernd)],
        duty_count: 14,
        ..review("OPEN/1")
    };
    let negative = CreateNoticeRequest { duty_count: -1, ..request.clone() };
    let status = refused(create(&stage, negative).await, Code::InvalidArgument, "FIELDS_INVALID");
    assert_eq!(fields(&status), ["duty_count"]);
    create(&stage, request).await.unwrap();
    let notices = stage.notices("bernd", &bernd).await;
    assert!(notices[0].body.starts_with("14 Aufgaben stehen neu in Ihrer Liste"), "{}", notices[0].body);
    assert_eq!(notices[0].subjects, [bernd]);
}

#[tokio::test]
async fn a_cause_is_told_once_whatever_is_repeated() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let request = CreateNoticeRequest { audiences: vec![to(&anna)], ..review("OPEN/1") };
    let first = create(&stage, request.clone()).await.unwrap();
    assert_eq!(create(&stage, request.clone()).await.unwrap(), first, "the same request");
    let again = CreateNoticeRequest { request_id: fresh(), ..request.clone() };
    assert_eq!(create(&stage, again.clone()).await.unwrap(), first, "the same cause");
    let other = CreateNoticeRequest { template: "review-overdue".to_owned(), ..request };
    refused(create(&stage, other).await, Code::AlreadyExists, "REQUEST_ID_REUSED");
    assert_eq!((stage.notices("anna", &anna).await.len(), stage.all_deliveries().await.len()), (1, 1));

    // The next round is news, and who came newly is told of the old one.
    stage.tell(&anna, "OPEN/2").await;
    assert_eq!(stage.notices("anna", &anna).await.len(), 2);
    let bernd = stage.staff.hire("bernd", "ue25", &[]);
    let wider = CreateNoticeRequest { request_id: fresh(), audiences: vec![to(&anna), to(&bernd)], ..again };
    assert_eq!(create(&stage, wider).await.unwrap().notices.len(), 2);
    assert_eq!((stage.notices("anna", &anna).await.len(), stage.notices("bernd", &bernd).await.len()), (2, 1));
}

#[tokio::test]
async fn many_at_once_tell_once() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let tellings = (0..16).map(|_| {
        let request = CreateNoticeRequest { audiences: vec![to(&anna)], ..review("OPEN/1") };
        let mut client = stage.process();
        tokio::spawn(async move { client.create_notice(request).await.map(tonic::Response::into_inner) })
    });
    let mut names = Vec::new();
    for telling in tellings.collect::<Vec<_>>() {
        names.extend(telling.await.unwrap().unwrap().notices);
    }
    names.dedup();
    assert_eq!((names.len(), stage.notices("anna", &anna).await.len()), (1, 1));
}

#[tokio::test]
async fn every_violation_is_told_at_once() {
    let stage = Stage::quiet().await;
    let request = CreateNoticeRequest { parent: JOBCENTER.to_owned(), ..CreateNoticeRequest::default() };
    let status = refused(create(&stage, request).await, Code::InvalidArgument, "FIELDS_INVALID");
    assert_eq!(
        fields(&status),
        ["cause", "cause.resource", "cause.code", "template", "subjects", "business_time", "audiences", "request_id"]
    );

    let foreign = format!("jobcenters/anderswo/cases/{ID}");
    let both = NoticeAudience { team: "ue25".to_owned(), ..to(&format!("{JOBCENTER}/staff/{ID}")) };
    let wrong = CreateNoticeRequest {
        cause: Some(NoticeCause { resource: foreign.clone(), code: "Erika Mustermann".to_owned() }),
        subjects: vec!["Erika Mustermann".to_owned(), foreign],
        audiences: vec![NoticeAudience::default(), both, to("jobcenters/anderswo/staff/x")],
        due_date: Some(lotse_proto::Date { year: 2026, month: 2, day: 30 }),
        ..review("OPEN/1")
    };
    let status = refused(create(&stage, wrong).await, Code::InvalidArgument, "FIELDS_INVALID");
    assert_eq!(
        fields(&status),
        [
            "cause.resource",
            "cause.code",
            "subjects[0]",
            "subjects[1]",
            "due_date",
            "audiences[0].function",
            "audiences[0].team",
            "audiences[1]",
            "audiences[2].staff_member",
        ]
    );
    assert!(!format!("{status:?}").contains("Mustermann"), "a refusal never repeats what it was told");
    let nowhere = CreateNoticeRequest { parent: "jobcenters/X".to_owned(), ..review("OPEN/1") };
    refused(create(&stage, nowhere).await, Code::InvalidArgument, "FIELDS_INVALID");
    assert!(stage.all_deliveries().await.is_empty());
}

#[tokio::test]
async fn while_cases_is_away_nobody_is_told_and_nothing_is_claimed() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let request = CreateNoticeRequest { audiences: vec![to(&anna)], ..review("OPEN/1") };
    stage.staff.away(true);
    refused(create(&stage, request.clone()).await, Code::Unavailable, "DEPENDENCY_UNAVAILABLE");
    stage.staff.away(false);
    assert_eq!(create(&stage, request).await.unwrap().notices.len(), 1);
}

#[tokio::test]
async fn a_person_finds_no_process_api() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let client = stage.service.person("anna", Some("musterstadt"), &["administrator"]).unwrap();
    let request = CreateNoticeRequest { audiences: vec![to(&anna)], ..review("OPEN/1") };
    let status = NoticeProcessServiceClient::new(client).create_notice(request).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
}

#[tokio::test]
async fn a_workflow_of_another_jobcenter_is_refused_and_audited() {
    let stage = Stage::quiet().await;
    let anna = stage.staff.hire("anna", "ue25", &[]);
    let request = CreateNoticeRequest { audiences: vec![to(&anna)], ..review("OPEN/1") };
    let mine =
        lotse_platform::channel::acting_for(tonic::Request::new(request.clone()), "musterstadt/episode/x/1").unwrap();
    assert_eq!(stage.process().create_notice(mine).await.unwrap().into_inner().notices.len(), 1);
    let foreign = lotse_platform::channel::acting_for(tonic::Request::new(request), "anderswo/episode/x/1").unwrap();
    refused(stage.process().create_notice(foreign).await, Code::NotFound, "RESOURCE_NOT_FOUND");
    assert_eq!(stage.audited("CreateNotice", "refused").await, 1);
}

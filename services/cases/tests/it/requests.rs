//! A request that is right for every write, at the place where a story stands.

mod late;
mod reopening;
mod teams;
mod watch;

use jiff::civil::Date;
use lotse_kernel::dates::add_days;
use lotse_platform::fields::contract_date;
use lotse_proto::cases::{self as contract, *};

use crate::house::{jobcenter, profile};

pub use late::set_working_date;
pub use reopening::{approve_reopening, decline_reopening, propose_reopening, propose_reopening_of_care};
pub use teams::{decide_team, set_youth_teams};
pub use watch::{end_watch, record_plan_update, record_recheck, record_rechecks};

/// Where a story stands.
#[derive(Debug, Clone)]
pub struct Place {
    pub number: String,
    pub case: String,
    pub episode: String,
    pub etag: String,
    pub request_id: String,
    pub anna: String,
    pub bernd: String,
    pub clara: String,
    pub today: Date,
}

/// An act of `EpisodeService`: name, etag and `request_id` come from the place.
macro_rules! acts {
    ($($function:ident($place:ident) -> $request:ident { $($field:ident: $value:expr),* $(,)? })+) => {$(
        pub fn $function($place: &Place) -> Vec<u8> {
            prost::Message::encode_to_vec(&$request {
                name: $place.episode.clone(),
                etag: $place.etag.clone(),
                request_id: $place.request_id.clone(),
                $($field: $value),*
            })
        }
    )+};
}

mod aftercare;
mod placement;
mod plan;

pub use aftercare::*;
pub use placement::*;
pub use plan::*;

fn text() -> String {
    "ein Grund".to_owned()
}

fn day(date: impl Into<Option<Date>>) -> Option<lotse_proto::Date> {
    date.into().map(contract_date)
}

pub fn register_jobcenter(place: &Place) -> Vec<u8> {
    let id = place.number.to_lowercase();
    let request = RegisterJobcenterRequest { request_id: place.request_id.clone(), ..jobcenter(&id) };
    prost::Message::encode_to_vec(&request)
}

pub fn register_staff_member(place: &Place) -> Vec<u8> {
    let member = StaffMember {
        subject: place.number.to_lowercase(),
        display_name: "Herr Neu".into(),
        email: "neu@musterstadt.example".into(),
        ..Default::default()
    };
    prost::Message::encode_to_vec(&RegisterStaffMemberRequest {
        parent: "jobcenters/musterstadt".into(),
        staff_member: Some(member),
        request_id: place.request_id.clone(),
    })
}

pub fn update_staff_member(place: &Place) -> Vec<u8> {
    let member = StaffMember {
        subject: "clara".into(),
        display_name: "Frau Clara".into(),
        email: "clara@musterstadt.example".into(),
        team: "ue25".into(),
        functions: vec![StaffFunction::CaseManager.into()],
        ..Default::default()
    };
    prost::Message::encode_to_vec(&UpdateStaffMemberRequest {
        name: place.clara.clone(),
        staff_member: Some(member),
        etag: "v1".into(),
        request_id: place.request_id.clone(),
    })
}

/// A person of whom everything is known.
pub fn case(number: &str, placement_officer: &str) -> Case {
    Case {
        person: Some(Person {
            given_name: "Erika".into(),
            family_name: "Mustermann".into(),
            birth_date: Some(lotse_proto::Date { year: 1985, month: 5, day: 17 }),
            customer_number: number.into(),
            address_lines: vec!["Hauptstraße 1".into(), "12345 Musterstadt".into()],
        }),
        benefit_unit_number: "BG-1".into(),
        team: "ue25".into(),
        placement_officer: placement_officer.into(),
        profile: Some(profile()),
        ..Default::default()
    }
}

pub fn register_case(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&RegisterCaseRequest {
        parent: "jobcenters/musterstadt".into(),
        case: Some(case(&format!("{}-neu", place.number), &place.bernd)),
        request_id: place.request_id.clone(),
    })
}

pub fn record_profile(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&RecordProfileRequest {
        name: place.case.clone(),
        profile: Some(profile()),
        etag: "v1".into(),
        request_id: place.request_id.clone(),
    })
}

pub fn propose_episode(place: &Place) -> Vec<u8> {
    prost::Message::encode_to_vec(&ProposeEpisodeRequest {
        parent: place.case.clone(),
        signal_source: SignalSource::PlacementTalk.into(),
        criteria: Some(CriteriaSheet {
            lacking_abilities: place.number.clone(),
            reasons_in_person: text(),
            expected_progress: text(),
        }),
        request_id: place.request_id.clone(),
    })
}

fn vote(admit: bool) -> Vote {
    Vote { admit, reason: text(), ..Default::default() }
}

/// Not yet, though the profile has what the criteria count (R21).
fn refusal(deviation_reason: String) -> decide_admission_request::Decision {
    let reason = RefusalReason::NotYet.into();
    decide_admission_request::Decision::Refuse(RefuseDecision { reason, text: text(), deviation_reason })
}

fn commission(to: commission::Commissioned, today: Date) -> Commission {
    Commission {
        commissioned: Some(to),
        target_group: TargetGroup::Addiction.into(),
        purpose: text(),
        legal_basis: "§ 16a Nr. 4 SGB II".into(),
        release: Some(ConfidentialityRelease {
            release_date: day(today),
            to_jobcenter: true,
            to_commissioned_body: true,
        }),
        ..Default::default()
    }
}

/// What is written at an end.
fn closing(aftercare: Aftercare) -> ClosingRecord {
    ClosingRecord {
        reason: EndReason::AccessConditionsCeased.into(),
        retrospective: text(),
        prospective: text(),
        person_view: text(),
        stabilised: true,
        aftercare: Some(aftercare),
        ..Default::default()
    }
}

fn until(date: Date) -> Aftercare {
    Aftercare { basis: AftercareBasis::SetDate.into(), until_date: day(date), ..Default::default() }
}

/// Aftercare from a job that began yesterday (R122).
fn job_since_yesterday(today: Date) -> Aftercare {
    let started = day(add_days(today, -1));
    Aftercare { basis: AftercareBasis::JobStart.into(), job_start_date: started, ..Default::default() }
}

fn assessment(today: Date) -> Assessment {
    Assessment {
        talks: vec![AssessmentTalk { held_date: day(today), companions: Vec::new() }],
        profile: Some(Profile { established_date: day(today), ..profile() }),
        findings: vec![Finding { key: "wohnen".into(), text: text(), third_party: None }],
        strengths: vec![Strength { key: "geduld".into(), text: text(), rating: 2 }],
        ..Default::default()
    }
}

pub fn hand_over_caseload(place: &Place) -> Vec<u8> {
    let item = CaseloadItem {
        episode: place.episode.clone(),
        case_manager: place.clara.clone(),
        package: Some(HandoverPackage {
            situation: place.number.clone(),
            agreements: String::new(),
            next_steps: text(),
        }),
        informed_date: day(place.today),
    };
    prost::Message::encode_to_vec(&HandOverCaseloadRequest {
        parent: "jobcenters/musterstadt".into(),
        request_id: place.request_id.clone(),
        former_case_manager: place.anna.clone(),
        reason: CaseManagerChangeReason::Leaves.into(),
        items: vec![item],
    })
}

acts! {
    schedule_discussion(place) -> ScheduleDiscussionRequest {
        discussion_date: day(place.today),
        case_manager: place.anna.clone(),
        placement_officer: place.bernd.clone(),
    }
    cast_vote(place) -> CastVoteRequest { vote: Some(vote(true)) }
    vote_against(place) -> CastVoteRequest { vote: Some(vote(false)) }
    admit(place) -> DecideAdmissionRequest {
        decision: Some(decide_admission_request::Decision::Admit(AdmitDecision {
            basis: AdmissionBasis::ComplexProfile.into(),
            support_variant: SupportVariant::Full.into(),
            ..Default::default()
        })),
    }
    admit_over_dissent(place) -> DecideAdmissionRequest {
        decision: Some(decide_admission_request::Decision::Admit(AdmitDecision {
            basis: AdmissionBasis::ComplexProfile.into(),
            support_variant: SupportVariant::Full.into(),
            deviation_reason: text(),
            ..Default::default()
        })),
    }
    refuse(place) -> DecideAdmissionRequest { decision: Some(refusal(text())) }
    refuse_unexplained(place) -> DecideAdmissionRequest { decision: Some(refusal(String::new())) }
    admit_from_waiting_list(place) -> AdmitFromWaitingListRequest {
        assignment_date: None,
        exception_reason: text(),
    }
    admit_in_order(place) -> AdmitFromWaitingListRequest { assignment_date: None, exception_reason: String::new() }
    remove_from_waiting_list(place) -> RemoveFromWaitingListRequest {
        refuse: Some(RefuseDecision {
            reason: RefusalReason::Withdrawn.into(),
            text: text(),
            deviation_reason: String::new(),
        }),
    }
    remove_against_the_votes(place) -> RemoveFromWaitingListRequest {
        refuse: Some(RefuseDecision {
            reason: RefusalReason::OtherSupport.into(),
            text: text(),
            deviation_reason: text(),
        }),
    }
    record_first_talk(place) -> RecordFirstTalkRequest { first_talk_date: day(place.today) }
    refer_back(place) -> ReferBackRequest { reason: text() }
    change_case_manager(place) -> ChangeCaseManagerRequest {
        case_manager: place.clara.clone(),
        reason: CaseManagerChangeReason::Leaves.into(),
        package: Some(HandoverPackage { situation: text(), agreements: String::new(), next_steps: text() }),
        informed_date: day(place.today),
    }
    admit_accompanying(place) -> DecideAdmissionRequest {
        decision: Some(decide_admission_request::Decision::Admit(AdmitDecision {
            basis: AdmissionBasis::ComplexProfile.into(),
            support_variant: SupportVariant::Accompanying.into(),
            planned_dates: 1,
            ..Default::default()
        })),
    }
    propose_variant_switch(place) -> ProposeVariantSwitchRequest {
        support_variant: SupportVariant::Accompanying.into(),
        planned_dates: 2,
        reason: text(),
    }
    switch_to_full(place) -> ProposeVariantSwitchRequest {
        support_variant: SupportVariant::Full.into(),
        planned_dates: 0,
        reason: text(),
    }
    agree_to_switch(place) -> AnswerVariantSwitchRequest {
        answer: VariantSwitchAnswer::Agreed.into(),
        reason: String::new(),
    }
    withdraw_switch(place) -> AnswerVariantSwitchRequest {
        answer: VariantSwitchAnswer::Withdrawn.into(),
        reason: String::new(),
    }
    record_accompanying_date(place) -> RecordAccompanyingDateRequest { held_date: day(place.today), note: text() }
    plan_further_dates(place) -> DecideAccompanimentRequest {
        decision: Some(decide_accompaniment_request::Decision::FurtherDates(FurtherDates {
            dates: 1,
            reason: text(),
            ..Default::default()
        })),
    }
    accompaniment_done(place) -> DecideAccompanimentRequest {
        decision: Some(decide_accompaniment_request::Decision::Done(AccompanimentDone { reason: text() })),
    }
    commission_third_party(place) -> CommissionSpecialisedRequest {
        commission: Some(commission(commission::Commissioned::ThirdParty("Suchthilfe".into()), place.today)),
    }
    commission_clara(place) -> CommissionSpecialisedRequest {
        commission: Some(commission(commission::Commissioned::StaffMember(place.clara.clone()), place.today)),
    }
    return_commission(place) -> ReturnCommissionRequest { return_date: day(place.today), report: text() }
    record_crisis(place) -> RecordCrisisRequest {
        crisis: Some(contract::Crisis {
            kind: CrisisKind::JobAtRisk.into(),
            occurred_date: day(place.today),
            text: text(),
            ..Default::default()
        }),
    }
    record_crisis_contact(place) -> RecordCrisisContactRequest {
        contact: Some(contract::CrisisContact { contact_date: day(place.today), text: text(), ..Default::default() }),
    }
    agree_alliance(place) -> AgreeAllianceRequest {
        alliance: Some(WorkingAlliance {
            procedure_explained: true,
            role_disclosed: true,
            data_protection_explained: true,
            rules: text(),
            preconditions: text(),
            attainability: text(),
            ..Default::default()
        }),
    }
    record_alliance_turn(place) -> RecordAllianceTurnRequest {
        turn: Some(AllianceTurn {
            state: AllianceState::Strained.into(),
            reason: text(),
            turn_date: day(place.today),
            ..Default::default()
        }),
    }
    complete_assessment(place) -> CompleteAssessmentRequest { assessment: Some(assessment(place.today)) }
    record_life_change(place) -> RecordLifeChangeRequest {
        life_change: Some(LifeChange { occurred_date: day(place.today), text: text() }),
    }
    continue_in_review(place) -> DecideReviewRequest {
        decision: Some(decide_review_request::Decision::ContinueDecision(ContinueDecision {
            reasons: text(),
            prognosis: text(),
        })),
    }
    end_in_review(place) -> DecideReviewRequest {
        decision: Some(decide_review_request::Decision::EndDecision(Box::new(closing(job_since_yesterday(place.today))))),
    }
    propose_extension(place) -> ProposeExtensionRequest {
        reason: text(),
        prognosis: text(),
        reason_code: ExtensionReason::MeasureRunsOn.into(),
        length: Some(propose_extension_request::Length::Months(6)),
    }
    approve_extension(place) -> AnswerExtensionRequest { answer: ExtensionAnswer::Approved.into(), reason: String::new() }
    decline_extension(place) -> AnswerExtensionRequest { answer: ExtensionAnswer::Declined.into(), reason: text() }
    withdraw_extension(place) -> AnswerExtensionRequest { answer: ExtensionAnswer::Withdrawn.into(), reason: String::new() }
    end_episode(place) -> EndEpisodeRequest { closing_record: Some(closing(until(add_days(place.today, 90)))) }
    accept_handover(place) -> AcceptHandoverRequest {
        handover: Some(contract::Handover {
            receiver: HandoverReceiver::PlacementOfficer.into(),
            note: text(),
            ..Default::default()
        }),
    }
    complete_aftercare(place) -> CompleteAftercareRequest { closing_check: text(), onward_outcome: String::new() }
    end_technically(place) -> EndEpisodeTechnicallyRequest {
        technical_end: Some(TechnicalEndRecord { kind: TechnicalEnd::Deceased.into(), ..Default::default() }),
    }
}

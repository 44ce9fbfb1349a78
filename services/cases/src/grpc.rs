//! The table of contents: one line per RPC.

use lotse_platform::{server::Surface, service};
use lotse_proto::cases::{
    self as contract, case_access_service_server::CaseAccessServiceServer, case_service_server::CaseServiceServer,
    duty_service_server::DutyServiceServer, episode_process_service_server::EpisodeProcessServiceServer,
    episode_service_server::EpisodeServiceServer, jobcenter_service_server::JobcenterServiceServer,
    legal_clock_service_server::LegalClockServiceServer, policy_process_service_server::PolicyProcessServiceServer,
    policy_service_server::PolicyServiceServer, staff_directory_service_server::StaffDirectoryServiceServer,
    staff_service_server::StaffServiceServer, steering_service_server::SteeringServiceServer,
    watch_process_service_server::WatchProcessServiceServer, watch_service_server::WatchServiceServer,
};
use lotse_proto::common;

use crate::role::Office;

use crate::operations::{
    accept_handover, activate_plan, admit_from_waiting_list, agree_alliance, answer_extension, answer_reopening,
    answer_variant_switch, approve_policy, cast_vote, change_case_manager, commission_specialised, complete_aftercare,
    complete_assessment, compute_deadline, decide_accompaniment, decide_admission, decide_review, decide_team,
    draft_policy, end_episode, end_episode_technically, end_watch, explain_date, explain_duty, find_by_subject,
    get_activation, get_activation_report, get_case, get_duty, get_episode, get_facts, get_jobcenter, get_letter_facts,
    get_policy, get_progress, get_review_basis, get_staff_figures, get_staff_member, get_steering_figures,
    get_timetable, get_watch, get_watch_timetable, hand_over_caseload, list_case_events, list_cases, list_duties,
    list_episodes, list_holidays, list_policies, list_rechecks_due, list_recipients, list_staff_members,
    list_waiting_episodes, list_watch_notices, plan_aftercare_contact, propose_episode, propose_extension,
    propose_reopening, propose_variant_switch, record_accompanying_date, record_aftercare_contact,
    record_alliance_turn, record_crisis, record_crisis_contact, record_deviation, record_employment_status,
    record_first_talk, record_goal_attainment, record_life_change, record_placement_proposal, record_placement_result,
    record_plan_update, record_profile, record_recheck, record_rechecks, record_step_outcome, refer_back,
    register_case, register_jobcenter, register_staff_member, remove_from_waiting_list, replan_duties, resolve_policy,
    return_commission, revise_plan, schedule_discussion, search_cases, set_working_date, set_youth_teams,
    settle_watch_notices, simulate_policy, sweep_watches, take_duty_step, update_staff_member, validate_policy,
    withdraw_policy,
};

/// The services of this crate over one office.
#[derive(Debug, Clone)]
struct Api {
    desk: Office,
}

/// What clients call.
#[must_use]
pub fn public(office: &Office) -> Surface {
    let api = Api { desk: office.clone() };
    Surface::default()
        .with(JobcenterServiceServer::new(api.clone()))
        .with(StaffServiceServer::new(api.clone()))
        .with(CaseServiceServer::new(api.clone()))
        .with(EpisodeServiceServer::new(api.clone()))
        .with(WatchServiceServer::new(api.clone()))
        .with(DutyServiceServer::new(api.clone()))
        .with(PolicyServiceServer::new(api.clone()))
        .with(SteeringServiceServer::new(api.clone()))
        .with(LegalClockServiceServer::new(api))
}

/// What workers and sibling services call.
#[must_use]
pub fn process(office: &Office) -> Surface {
    let api = Api { desk: office.clone() };
    Surface::default()
        .with(EpisodeProcessServiceServer::new(api.clone()))
        .with(WatchProcessServiceServer::new(api.clone()))
        .with(PolicyProcessServiceServer::new(api.clone()))
        .with(CaseAccessServiceServer::new(api.clone()))
        .with(StaffDirectoryServiceServer::new(api))
}

service! { Api: contract::jobcenter_service_server::JobcenterService {
    register_jobcenter(contract::RegisterJobcenterRequest) -> contract::Jobcenter;
    get_jobcenter(contract::GetJobcenterRequest) -> contract::Jobcenter;
    set_youth_teams(contract::SetYouthTeamsRequest) -> contract::Jobcenter;
} }

service! { Api: contract::staff_service_server::StaffService {
    register_staff_member(contract::RegisterStaffMemberRequest) -> contract::StaffMember;
    update_staff_member(contract::UpdateStaffMemberRequest) -> contract::StaffMember;
    get_staff_member(contract::GetStaffMemberRequest) -> contract::StaffMember;
    list_staff_members(contract::ListStaffMembersRequest) -> contract::ListStaffMembersResponse;
} }

service! { Api: contract::case_service_server::CaseService {
    register_case(contract::RegisterCaseRequest) -> contract::Case;
    get_case(contract::GetCaseRequest) -> contract::Case;
    list_cases(contract::ListCasesRequest) -> contract::ListCasesResponse;
    search_cases(contract::SearchCasesRequest) -> contract::SearchCasesResponse;
    record_profile(contract::RecordProfileRequest) -> contract::Case;
    decide_team(contract::DecideTeamRequest) -> contract::Case;
    list_case_events(contract::ListCaseEventsRequest) -> contract::ListCaseEventsResponse;
} }

service! { Api: contract::staff_directory_service_server::StaffDirectoryService {
    list_recipients(contract::ListRecipientsRequest) -> contract::ListRecipientsResponse;
    find_by_subject(contract::FindBySubjectRequest) -> contract::StaffMember;
} }

service! { Api: contract::episode_service_server::EpisodeService {
    propose_episode(contract::ProposeEpisodeRequest) -> contract::Episode;
    schedule_discussion(contract::ScheduleDiscussionRequest) -> contract::Episode;
    cast_vote(contract::CastVoteRequest) -> contract::Episode;
    decide_admission(contract::DecideAdmissionRequest) -> contract::Episode;
    admit_from_waiting_list(contract::AdmitFromWaitingListRequest) -> contract::Episode;
    remove_from_waiting_list(contract::RemoveFromWaitingListRequest) -> contract::Episode;
    list_waiting_episodes(contract::ListWaitingEpisodesRequest) -> contract::ListWaitingEpisodesResponse;
    record_first_talk(contract::RecordFirstTalkRequest) -> contract::Episode;
    refer_back(contract::ReferBackRequest) -> contract::Episode;
    change_case_manager(contract::ChangeCaseManagerRequest) -> contract::Episode;
    hand_over_caseload(contract::HandOverCaseloadRequest) -> contract::HandOverCaseloadResponse;
    commission_specialised(contract::CommissionSpecialisedRequest) -> contract::Episode;
    return_commission(contract::ReturnCommissionRequest) -> contract::Episode;
    propose_variant_switch(contract::ProposeVariantSwitchRequest) -> contract::Episode;
    answer_variant_switch(contract::AnswerVariantSwitchRequest) -> contract::Episode;
    record_accompanying_date(contract::RecordAccompanyingDateRequest) -> contract::Episode;
    decide_accompaniment(contract::DecideAccompanimentRequest) -> contract::Episode;
    record_crisis(contract::RecordCrisisRequest) -> contract::Episode;
    record_crisis_contact(contract::RecordCrisisContactRequest) -> contract::Episode;
    record_placement_proposal(contract::RecordPlacementProposalRequest) -> contract::Episode;
    record_placement_result(contract::RecordPlacementResultRequest) -> contract::Episode;
    agree_alliance(contract::AgreeAllianceRequest) -> contract::Episode;
    record_alliance_turn(contract::RecordAllianceTurnRequest) -> contract::Episode;
    complete_assessment(contract::CompleteAssessmentRequest) -> contract::Episode;
    record_life_change(contract::RecordLifeChangeRequest) -> contract::Episode;
    activate_plan(contract::ActivatePlanRequest) -> contract::Episode;
    revise_plan(contract::RevisePlanRequest) -> contract::Episode;
    record_goal_attainment(contract::RecordGoalAttainmentRequest) -> contract::Episode;
    record_step_outcome(contract::RecordStepOutcomeRequest) -> contract::Episode;
    record_deviation(contract::RecordDeviationRequest) -> contract::Episode;
    decide_review(contract::DecideReviewRequest) -> contract::Episode;
    propose_extension(contract::ProposeExtensionRequest) -> contract::Episode;
    answer_extension(contract::AnswerExtensionRequest) -> contract::Episode;
    end_episode(contract::EndEpisodeRequest) -> contract::Episode;
    accept_handover(contract::AcceptHandoverRequest) -> contract::Episode;
    plan_aftercare_contact(contract::PlanAftercareContactRequest) -> contract::Episode;
    record_aftercare_contact(contract::RecordAftercareContactRequest) -> contract::Episode;
    record_employment_status(contract::RecordEmploymentStatusRequest) -> contract::Episode;
    complete_aftercare(contract::CompleteAftercareRequest) -> contract::Episode;
    end_episode_technically(contract::EndEpisodeTechnicallyRequest) -> contract::Episode;
    propose_reopening(contract::ProposeReopeningRequest) -> contract::Episode;
    answer_reopening(contract::AnswerReopeningRequest) -> contract::Episode;
    get_episode(contract::GetEpisodeRequest) -> contract::Episode;
    get_review_basis(contract::GetReviewBasisRequest) -> contract::ReviewBasis;
    get_progress(contract::GetProgressRequest) -> contract::Progress;
    list_episodes(contract::ListEpisodesRequest) -> contract::ListEpisodesResponse;
} }

service! { Api: contract::watch_service_server::WatchService {
    get_watch(contract::GetWatchRequest) -> contract::Watch;
    record_recheck(contract::RecordRecheckRequest) -> contract::Watch;
    record_rechecks(contract::RecordRechecksRequest) -> contract::RecordRechecksResponse;
    list_rechecks_due(contract::ListRechecksDueRequest) -> contract::ListRechecksDueResponse;
    record_plan_update(contract::RecordPlanUpdateRequest) -> contract::Watch;
    end_watch(contract::EndWatchRequest) -> contract::Watch;
} }

service! { Api: contract::steering_service_server::SteeringService {
    get_steering_figures(contract::GetSteeringFiguresRequest) -> contract::SteeringFigures;
    get_staff_figures(contract::GetStaffFiguresRequest) -> contract::StaffFigures;
} }

service! { Api: contract::duty_service_server::DutyService {
    list_duties(contract::ListDutiesRequest) -> contract::ListDutiesResponse;
    get_duty(contract::GetDutyRequest) -> contract::Duty;
    explain_duty(contract::ExplainDutyRequest) -> common::Explanation;
    set_working_date(contract::SetWorkingDateRequest) -> contract::Duty;
} }

service! { Api: contract::policy_service_server::PolicyService {
    draft_policy(contract::DraftPolicyRequest) -> contract::Policy;
    validate_policy(contract::ValidatePolicyRequest) -> contract::Policy;
    approve_policy(contract::ApprovePolicyRequest) -> contract::Policy;
    withdraw_policy(contract::WithdrawPolicyRequest) -> contract::Policy;
    get_policy(contract::GetPolicyRequest) -> contract::Policy;
    list_policies(contract::ListPoliciesRequest) -> contract::ListPoliciesResponse;
    resolve_policy(contract::ResolvePolicyRequest) -> contract::Policy;
    get_activation_report(contract::GetActivationReportRequest) -> contract::ActivationReport;
} streams {
    simulate_policy(contract::SimulatePolicyRequest) -> SimulatePolicyStream = simulate_policy::Parts;
} }

service! { Api: contract::legal_clock_service_server::LegalClockService {
    compute_deadline(contract::ComputeDeadlineRequest) -> contract::ComputedDeadline;
    list_holidays(contract::ListHolidaysRequest) -> contract::ListHolidaysResponse;
    explain_date(contract::ExplainDateRequest) -> contract::DateExplanation;
} }

service! { Api: contract::episode_process_service_server::EpisodeProcessService {
    get_timetable(contract::GetTimetableRequest) -> common::Timetable;
    take_duty_step(contract::TakeDutyStepRequest) -> contract::TakeDutyStepResponse;
} }

service! { Api: contract::watch_process_service_server::WatchProcessService {
    get_watch_timetable(contract::GetWatchTimetableRequest) -> common::Timetable;
    sweep_watches(contract::SweepWatchesRequest) -> common::Timetable;
    list_watch_notices(contract::ListWatchNoticesRequest) -> contract::ListWatchNoticesResponse;
    settle_watch_notices(contract::SettleWatchNoticesRequest) -> common::Timetable;
} }

service! { Api: contract::policy_process_service_server::PolicyProcessService {
    get_activation(contract::GetActivationRequest) -> contract::PolicyActivation;
    replan_duties(contract::ReplanDutiesRequest) -> contract::PolicyActivation;
} }

service! { Api: contract::case_access_service_server::CaseAccessService {
    get_facts(contract::GetFactsRequest) -> contract::CaseFacts;
    get_letter_facts(contract::GetLetterFactsRequest) -> contract::LetterFacts;
} }

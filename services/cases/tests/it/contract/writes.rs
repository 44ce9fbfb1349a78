//! Every write of the public API: who may do it, where it fits, where it does not, and a request that is right.

use lotse_devstack::{
    contract::{Ground, Right, Told, wire},
    service::Client,
};
use lotse_proto::cases as contract;
use prost::Message;

use crate::{
    house::House,
    requests::{self as write, Place},
    story::Stage,
};

/// What makes a write that was right come at the wrong time.
#[derive(Debug, Clone, Copy)]
pub enum Wrong {
    /// The case stands at this stage, and the write is refused for this reason.
    At(Stage, &'static str),
    /// It was done before, under another request id.
    Twice(&'static str),
    /// It fits every state there is.
    Never,
}

/// One write of the public API: who may do it, who sees its resource but may not, where it fits, where it does not, and a request that is right.
pub struct Write {
    pub rpc: &'static str,
    pub by: &'static str,
    not_by: &'static str,
    pub fits: Stage,
    pub wrong: Wrong,
    pub request: fn(&Place) -> Vec<u8>,
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
pub const WRITES: &[Write] = &[
    write("JobcenterService.RegisterJobcenter", ("operator", "anna"), S::Registered, Twice("JOBCENTER_EXISTS"), write::register_jobcenter),
    write("JobcenterService.SetYouthTeams", ("operator", "anna"), S::Registered, Never, write::set_youth_teams),
    write("StaffService.RegisterStaffMember", ("operator", "anna"), S::Registered, Twice("STAFF_SUBJECT_EXISTS"), write::register_staff_member),
    write("StaffService.UpdateStaffMember", ("operator", "anna"), S::Registered, Never, write::update_staff_member),
    write("CaseService.RegisterCase", ("bernd", "emil"), S::Registered, Twice("CUSTOMER_NUMBER_EXISTS"), write::register_case),
    write("CaseService.RecordProfile", ("bernd", "doris"), S::Registered, Never, write::record_profile),
    write("CaseService.DecideTeam", ("bernd", "frida"), S::Registered, Never, write::decide_team),
    write("WatchService.RecordRecheck", ("bernd", "doris"), S::Registered, At(S::Proposed, "EPISODE_RUNNING"), write::record_recheck),
    write("WatchService.RecordRechecks", ("bernd", "doris"), S::Registered, At(S::Proposed, "EPISODE_RUNNING"), write::record_rechecks),
    write("WatchService.RecordPlanUpdate", ("bernd", "doris"), S::Closing, At(S::Delivery, "NO_PLAN_TO_UPDATE"), write::record_plan_update),
    write("WatchService.EndWatch", ("bernd", "frida"), S::Registered, At(S::Admitted, "NOT_WATCHED"), write::end_watch),
    write("EpisodeService.ProposeEpisode", ("bernd", "doris"), S::Registered, At(S::Proposed, "EPISODE_RUNNING"), write::propose_episode),
    write("EpisodeService.ScheduleDiscussion", ("bernd", "doris"), S::Proposed, At(S::Voted, PHASE), write::schedule_discussion),
    write("EpisodeService.CastVote", ("anna", "doris"), S::InDiscussion, At(S::Admitted, PHASE), write::cast_vote),
    write("EpisodeService.DecideAdmission", ("anna", "doris"), S::Voted, At(S::InDiscussion, "VOTES_MISSING"), write::admit),
    write("EpisodeService.AdmitFromWaitingList", ("bernd", "anna"), S::Waitlisted, At(S::Voted, PHASE), write::admit_from_waiting_list),
    write("EpisodeService.RemoveFromWaitingList", ("bernd", "anna"), S::Waitlisted, At(S::Voted, PHASE), write::remove_from_waiting_list),
    write("EpisodeService.RecordFirstTalk", ("anna", "doris"), S::Admitted, At(S::Talked, "FIRST_TALK_ALREADY_HELD"), write::record_first_talk),
    write("EpisodeService.ReferBack", ("anna", "doris"), S::Talked, At(S::Admitted, "FIRST_TALK_MISSING"), write::refer_back),
    write("EpisodeService.ChangeCaseManager", ("doris", "frida"), S::Delivery, At(S::Voted, PHASE), write::change_case_manager),
    write("EpisodeService.HandOverCaseload", ("doris", "bernd"), S::Delivery, Never, write::hand_over_caseload),
    write("EpisodeService.CommissionSpecialised", ("anna", "doris"), S::Delivery, At(S::CommissionRuns, "COMMISSION_RUNNING"), write::commission_third_party),
    write("EpisodeService.ReturnCommission", ("anna", "doris"), S::CommissionRuns, At(S::Delivery, "NO_COMMISSION_RUNNING"), write::return_commission),
    write("EpisodeService.ProposeVariantSwitch", ("anna", "doris"), S::Delivery, At(S::Voted, PHASE), write::propose_variant_switch),
    write("EpisodeService.AnswerVariantSwitch", ("bernd", "doris"), S::SwitchProposed, At(S::Delivery, "SWITCH_NOT_PROPOSED"), write::agree_to_switch),
    write("EpisodeService.RecordAccompanyingDate", ("anna", "doris"), S::Accompanying, At(S::Delivery, "NOT_ACCOMPANYING"), write::record_accompanying_date),
    write("EpisodeService.DecideAccompaniment", ("anna", "doris"), S::DatesUsedUp, At(S::Accompanying, "PLANNED_DATES_LEFT"), write::plan_further_dates),
    write("EpisodeService.RecordCrisis", ("bernd", "doris"), S::Aftercare, At(S::Voted, PHASE), write::record_crisis),
    write("EpisodeService.RecordCrisisContact", ("anna", "doris"), S::CrisisKnown, At(S::Aftercare, "NO_OPEN_CRISIS"), write::record_crisis_contact),
    write("EpisodeService.RecordPlacementProposal", ("anna", "doris"), S::Delivery, At(S::Voted, PHASE), write::record_placement_proposal),
    write("EpisodeService.RecordPlacementResult", ("anna", "doris"), S::JobProposed, At(S::Voted, PHASE), write::record_placement_result),
    write("EpisodeService.AgreeAlliance", ("anna", "doris"), S::Talked, At(S::Assessment, PHASE), write::agree_alliance),
    write("EpisodeService.RecordAllianceTurn", ("anna", "doris"), S::Assessment, At(S::Talked, PHASE), write::record_alliance_turn),
    write("EpisodeService.CompleteAssessment", ("anna", "doris"), S::Assessment, At(S::Talked, PHASE), write::complete_assessment),
    write("EpisodeService.RecordLifeChange", ("anna", "doris"), S::Planning, At(S::Assessment, PHASE), write::record_life_change),
    write("EpisodeService.ActivatePlan", ("anna", "doris"), S::Planning, At(S::Assessment, PHASE), write::activate_plan),
    write("EpisodeService.RevisePlan", ("anna", "doris"), S::Delivery, At(S::Planning, PHASE), write::revise_plan),
    write("EpisodeService.RecordGoalAttainment", ("anna", "doris"), S::Delivery, At(S::Planning, PHASE), write::record_goal_attainment),
    write("EpisodeService.RecordStepOutcome", ("anna", "doris"), S::Delivery, At(S::Planning, PHASE), write::record_step_outcome),
    write("EpisodeService.RecordDeviation", ("anna", "doris"), S::Delivery, At(S::Planning, PHASE), write::record_deviation),
    write("EpisodeService.DecideReview", ("anna", "doris"), S::ReviewOpen, At(S::Delivery, "REVIEW_NOT_OPEN"), write::continue_in_review),
    write("DutyService.SetWorkingDate", ("anna", "bernd"), S::ReviewOverdue, At(S::ReviewOpen, "DUTY_NOT_OVERDUE"), write::set_working_date),
    write("EpisodeService.ProposeExtension", ("anna", "doris"), S::LimitOpen, At(S::ReviewOpen, "LIMIT_NOT_OPEN"), write::propose_extension),
    write("EpisodeService.AnswerExtension", ("doris", "bernd"), S::ExtensionProposed, At(S::LimitOpen, "EXTENSION_NOT_PROPOSED"), write::approve_extension),
    write("EpisodeService.EndEpisode", ("anna", "doris"), S::Delivery, At(S::Voted, PHASE), write::end_episode),
    write("EpisodeService.AcceptHandover", ("bernd", "doris"), S::Closing, At(S::Delivery, PHASE), write::accept_handover),
    write("EpisodeService.PlanAftercareContact", ("anna", "doris"), S::Aftercare, At(S::Closing, PHASE), write::plan_aftercare_contact),
    write("EpisodeService.RecordAftercareContact", ("anna", "doris"), S::ContactPlanned, At(S::Delivery, PHASE), write::record_aftercare_contact),
    write("EpisodeService.RecordEmploymentStatus", ("bernd", "doris"), S::Integrated, At(S::Aftercare, "EMPLOYMENT_NOT_ASKED"), write::record_employment_status),
    write("EpisodeService.CompleteAftercare", ("anna", "doris"), S::Aftercare, At(S::Closing, PHASE), write::complete_aftercare),
    write("EpisodeService.EndEpisodeTechnically", ("bernd", "frida"), S::Delivery, At(S::Closed, PHASE), write::end_technically),
    write("EpisodeService.ProposeReopening", ("doris", "bernd"), S::Closed, At(S::ReopeningProposed, "REOPENING_ALREADY_PROPOSED"), write::propose_reopening),
    write("EpisodeService.AnswerReopening", ("doris", "bernd"), S::ReopeningProposed, At(S::Closed, "REOPENING_NOT_PROPOSED"), write::approve_reopening),
];

impl Write {
    pub fn of(rpc: &str) -> Option<&'static Self> {
        WRITES.iter().find(|write| write.rpc == rpc)
    }

    /// A client of the one who may; the administrator serves all jobcenters.
    pub fn client(&self, house: &House) -> Client {
        if self.by == "operator" { house.operator() } else { house.who(self.by) }
    }

    pub fn right(&self, house: &House, place: &Place) -> Right {
        // Another jobcenter than one's own is not seen, so one may not even be refused there.
        let new_tenant = self.rpc == "JobcenterService.RegisterJobcenter";
        let told = if new_tenant { Told::Nothing } else { Told::Forbidden };
        let message = (self.request)(place);
        let mut right = Right {
            other: self.other(place),
            from_home: Some(house.who(self.by)),
            message,
            ..Right::new(self.client(house), &())
        };
        right = right.not_by(self.not_by, house.who(self.not_by), told);
        // Whether somebody hands caseloads over, or checks several people, says nothing of a case.
        let of_many = ["EpisodeService.HandOverCaseload", "WatchService.RecordRechecks"];
        let of_a_case =
            ["EpisodeService.", "WatchService.", "DutyService.", "CaseService.RecordProfile", "CaseService.DecideTeam"];
        let is_of_a_case = of_a_case.iter().any(|of| self.rpc.starts_with(of));
        if is_of_a_case && !of_many.contains(&self.rpc) {
            // Neither the case manager of another team nor the desk of benefits knows that the case is there.
            for stranger in ["clara", "emil", "operator"] {
                right = right.not_by(stranger, house.who(stranger), Told::Nothing);
            }
        }
        right
    }

    /// The same request with other content, where no etag makes it another.
    pub fn other(&self, place: &Place) -> Option<Vec<u8>> {
        if wire::has_field(&wire::rpc(House::PACKAGE, self.rpc), "etag") {
            return None;
        }
        if self.rpc == "JobcenterService.RegisterJobcenter" {
            // A jobcenter is its own tenant, in which no other request can have been.
            let mut request = contract::RegisterJobcenterRequest::decode((self.request)(place).as_slice()).ok()?;
            request.jobcenter.get_or_insert_default().display_name = "Jobcenter Anders".into();
            return Some(request.encode_to_vec());
        }
        let other = Place { number: format!("{}x", place.number), ..place.clone() };
        Some((self.request)(&other))
    }
}

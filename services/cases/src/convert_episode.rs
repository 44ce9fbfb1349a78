//! Episodes, duties and timetables as the contract shows them.

use jiff::civil::Date;
use lotse_platform::{convert::timestamp, etag, fields::contract_date};
use lotse_proto::{cases as contract, common};

use crate::{
    convert_aftercare, convert_assessment, convert_closing, convert_placement, convert_plan,
    domain::{
        duties::Duty,
        episode::Audience,
        records::{self, CommissionEnd, Commissioned, ReviewOutcome},
        vocabulary::SupportVariant,
    },
    store::{duties::Listed, episodes::Stored},
};

/// The contract's number of a code: the contract and the domain share their words.
macro_rules! number {
    ($enum:ty, $prefix:literal, $code:expr) => {
        <$enum>::from_str_name(&format!(concat!($prefix, "{}"), $code)).unwrap_or_default().into()
    };
}

pub(crate) use number;

pub(crate) fn day(date: impl Into<Option<Date>>) -> Option<lotse_proto::Date> {
    date.into().map(contract_date)
}

pub(crate) fn name(name: Option<&impl ToString>) -> String {
    name.map_or_else(String::new, ToString::to_string)
}

/// An episode as clients see it.
#[must_use]
pub fn episode(stored: &Stored) -> contract::Episode {
    let episode = &stored.episode;
    let (proposal, care) = (episode.proposal(), episode.care());
    contract::Episode {
        name: episode.name().to_string(),
        etag: etag::of(stored.version),
        phase: number!(contract::EpisodePhase, "EPISODE_PHASE_", episode.phase()),
        signal_source: number!(contract::SignalSource, "SIGNAL_SOURCE_", proposal.signal_source),
        criteria: Some(contract::CriteriaSheet {
            lacking_abilities: proposal.criteria.lacking_abilities.clone(),
            reasons_in_person: proposal.criteria.reasons_in_person.clone(),
            expected_progress: proposal.criteria.expected_progress.clone(),
        }),
        case_manager: name(episode.case_manager()),
        placement_officer: episode.placement_officer().to_string(),
        lead_officer: name(episode.lead_officer()),
        case_manager_changes: care.into_iter().flat_map(|care| &care.case_manager_changes).map(change).collect(),
        discussion_date: episode.discussion().and_then(|discussion| day(discussion.held_on)),
        votes: episode.discussion().map(|discussion| discussion.votes.iter().map(vote).collect()).unwrap_or_default(),
        admission: care.map(|care| contract::Admission {
            assignment_date: day(care.admission.assigned_on),
            support_variant: variant(care.admission.support.variant()),
            basis: number!(contract::AdmissionBasis, "ADMISSION_BASIS_", care.admission.basis),
            access: Some(access(&care.admission.access)),
            caseload: Some(caseload(&care.admission.occupancy)),
        }),
        refusal: episode.refusal().map(|refusal| contract::Refusal {
            reason: number!(contract::RefusalReason, "REFUSAL_REASON_", refusal.reason),
            text: refusal.text.clone(),
            refusal_date: day(refusal.refused_on),
            access: Some(access(&refusal.access)),
        }),
        first_talk_date: care.and_then(|care| care.first_talk_on).and_then(day),
        refer_back_reason: episode.referred_back().map(|back| back.reason.clone()).unwrap_or_default(),
        alliance: episode.alliance().map(|alliance| contract::WorkingAlliance {
            procedure_explained: true,
            role_disclosed: true,
            data_protection_explained: true,
            rules: alliance.rules.clone(),
            preconditions: alliance.preconditions.clone(),
            agreement_date: day(alliance.agreed_on),
            attainability: alliance.attainability.clone(),
        }),
        alliance_state: care
            .map(|care| number!(contract::AllianceState, "ALLIANCE_STATE_", care.alliance_state()))
            .unwrap_or_default(),
        alliance_turns: care.into_iter().flat_map(|care| &care.alliance_turns).map(alliance_turn).collect(),
        assessment: episode.assessment().map(convert_assessment::assessment),
        plan: episode.plan().map(convert_plan::plan),
        deviations: care.into_iter().flat_map(|care| &care.deviations).map(convert_plan::deviation).collect(),
        plan_revisions: care.into_iter().flat_map(|care| &care.plan_revisions).map(convert_plan::revision).collect(),
        reassessments: care
            .into_iter()
            .flat_map(|care| &care.reassessments)
            .map(convert_assessment::reassessment)
            .collect(),
        reviews: care.map(|care| care.reviews.iter().map(review).collect()).unwrap_or_default(),
        extensions: care.map(|care| care.extensions.iter().map(extension).collect()).unwrap_or_default(),
        closing_record: episode.closing().map(|closing| convert_closing::record(closing, episode.closing_check())),
        handover: episode.handover().map(convert_closing::handover),
        technical_end: episode.technical_end().map(convert_closing::technical_end),
        reopenings: episode.facts().reopenings.iter().map(convert_closing::reopening).collect(),
        previous_episode: name(proposal.previous_episode.as_ref()),
        create_time: Some(timestamp(stored.created_at)),
        waiting_place: episode.waiting_place().map(waiting_place),
        support_variant: care.map(|care| variant(care.support_variant)).unwrap_or_default(),
        crises: care.into_iter().flat_map(|care| &care.crises).map(crisis).collect(),
        placement_proposals: care.map(|care| convert_placement::proposals(&care.placements)).unwrap_or_default(),
        commissions: care.into_iter().flat_map(|care| &care.commissions).map(commission).collect(),
        co_officer: name(episode.co_officer()),
        accompaniments: care.into_iter().flat_map(|care| &care.accompaniments).map(accompaniment).collect(),
        employment: episode.integration().map(convert_aftercare::employment),
        aftercare_contacts: episode.closing().map(convert_aftercare::contacts).unwrap_or_default(),
        variant_switches: care.into_iter().flat_map(|care| &care.variant_switches).map(variant_switch).collect(),
        // What it is today is asked for by whoever shows it.
        caseload: None,
        people_ahead: 0,
    }
}

/// How many of their places a case manager has filled.
#[must_use]
pub fn caseload(occupancy: &records::Occupancy) -> contract::Caseload {
    contract::Caseload {
        people: occupancy.caseload,
        capacity: i32::try_from(occupancy.capacity).unwrap_or(i32::MAX),
        capacity_policy: occupancy.under.policy.clone(),
    }
}

fn alliance_turn(turn: &records::AllianceTurn) -> contract::AllianceTurn {
    contract::AllianceTurn {
        state: number!(contract::AllianceState, "ALLIANCE_STATE_", turn.state),
        reason: turn.reason.clone(),
        turn_date: day(turn.turned_on),
        recorder: turn.recorded_by.to_string(),
    }
}

fn waiting_place(place: &records::WaitingPlace) -> contract::WaitingPlace {
    contract::WaitingPlace {
        waiting_since_date: day(place.since),
        support_variant: variant(place.support.variant()),
        planned_dates: place.support.planned_dates(),
        basis: number!(contract::AdmissionBasis, "ADMISSION_BASIS_", place.basis),
        access: Some(access(&place.access)),
        capacity: i32::try_from(place.capacity).unwrap_or(i32::MAX),
        capacity_policy: place.under.policy.clone(),
        exception_reason: place.exception_reason.clone(),
    }
}

fn access(access: &records::AccessDecision) -> contract::AccessDecision {
    contract::AccessDecision {
        decider: access.decider.to_string(),
        over_dissent: access.over_dissent,
        criteria_met: access.criteria_met,
        criteria_policy: access.under.policy.clone(),
        criteria_fact_date: day(access.under.fact_on),
        deviation_reason: access.deviation_reason.clone(),
        caseload: access.caseload,
    }
}

fn change(change: &records::CaseManagerChange) -> contract::CaseManagerChange {
    contract::CaseManagerChange {
        former_case_manager: change.from.to_string(),
        case_manager: change.to.to_string(),
        reason: number!(contract::CaseManagerChangeReason, "CASE_MANAGER_CHANGE_REASON_", change.reason),
        package: Some(package(change.package.clone())),
        informed_date: day(change.informed_on),
        change_date: day(change.changed_on),
        recorder: change.changed_by.to_string(),
    }
}

fn variant(variant: SupportVariant) -> i32 {
    number!(contract::SupportVariant, "SUPPORT_VARIANT_", variant)
}

pub(crate) fn accompaniment(accompaniment: &records::Accompaniment) -> contract::Accompaniment {
    let date = |date: &records::AccompanyingDate| contract::AccompanyingDate {
        held_date: day(date.held_on),
        note: date.note.clone(),
    };
    let further = |further: &records::FurtherDates| contract::FurtherDates {
        dates: further.dates,
        reason: further.reason.clone(),
        decision_date: day(further.decided_on),
    };
    contract::Accompaniment {
        begin_date: day(accompaniment.begun_on),
        planned_dates: accompaniment.planned_dates(),
        dates: accompaniment.dates.iter().map(date).collect(),
        further_dates: accompaniment.further.iter().map(further).collect(),
    }
}

fn variant_switch(switch: &records::VariantSwitch) -> contract::VariantSwitch {
    let answered = switch.answered.as_ref();
    contract::VariantSwitch {
        support_variant: variant(switch.to.variant()),
        planned_dates: switch.to.planned_dates(),
        reason: switch.reason.clone(),
        proposer: switch.proposed_by.to_string(),
        proposal_date: day(switch.proposed_on),
        answer: answered
            .map_or(0, |answered| number!(contract::VariantSwitchAnswer, "VARIANT_SWITCH_ANSWER_", answered.answer)),
        answer_reason: answered.map(|answered| answered.reason.clone()).unwrap_or_default(),
        answerer: name(answered.map(|answered| &answered.answered_by)),
        answer_date: answered.and_then(|answered| day(answered.answered_on)),
        lapse_date: day(switch.lapsed_on),
    }
}

fn crisis(crisis: &records::Crisis) -> contract::Crisis {
    let contact = |contact: &records::CrisisContact| contract::CrisisContact {
        contact_date: day(contact.contacted_on),
        text: contact.text.clone(),
        recorder: contact.recorded_by.to_string(),
    };
    contract::Crisis {
        kind: number!(contract::CrisisKind, "CRISIS_KIND_", crisis.kind),
        occurred_date: day(crisis.occurred_on),
        text: crisis.text.clone(),
        record_date: day(crisis.recorded_on),
        recorder: crisis.recorded_by.to_string(),
        contact: crisis.contact.as_ref().map(contact),
    }
}

fn commission(commission: &records::Commission) -> contract::Commission {
    use contract::{CommissionOutcome as Outcome, commission::Commissioned as Named};
    let (outcome, ended_on, report, recorder) = match &commission.ended {
        None => (Outcome::Unspecified, None, "", None),
        Some(CommissionEnd::Returned { report, returned_on, recorded_by }) => {
            (Outcome::Returned, Some(*returned_on), report.as_str(), Some(recorded_by))
        }
        Some(CommissionEnd::WithEpisode { ended_on }) => (Outcome::EpisodeEnded, Some(*ended_on), "", None),
    };
    contract::Commission {
        commissioned: Some(match &commission.to {
            Commissioned::StaffMember(specialist) => Named::StaffMember(specialist.to_string()),
            Commissioned::ThirdParty(body) => Named::ThirdParty(body.clone()),
        }),
        target_group: number!(contract::TargetGroup, "TARGET_GROUP_", commission.target_group),
        purpose: commission.purpose.clone(),
        legal_basis: commission.legal_basis.clone(),
        release: Some(contract::ConfidentialityRelease {
            release_date: day(commission.released_on),
            to_jobcenter: true,
            to_commissioned_body: true,
        }),
        begin_date: day(commission.begun_on),
        commissioner: commission.commissioned_by.to_string(),
        outcome: outcome.into(),
        end_date: day(ended_on),
        report: report.to_owned(),
        recorder: name(recorder),
    }
}

fn package(package: records::HandoverPackage) -> contract::HandoverPackage {
    let records::HandoverPackage { situation, agreements, next_steps } = package;
    contract::HandoverPackage { situation, agreements, next_steps }
}

fn vote(vote: &records::Vote) -> contract::Vote {
    contract::Vote {
        staff_member: vote.staff_member.to_string(),
        voter: number!(contract::Voter, "VOTER_", vote.voter),
        admit: vote.admit,
        reason: vote.reason.clone(),
        vote_date: day(vote.voted_on),
        package: vote.package.clone().map(package),
    }
}

pub(crate) fn review(review: &records::Review) -> contract::Review {
    let (reasons, prognosis, continued) = match &review.decision {
        ReviewOutcome::Continued { reasons, prognosis } => (reasons.clone(), prognosis.clone(), true),
        ReviewOutcome::Ended => (String::new(), String::new(), false),
    };
    contract::Review {
        slot: review.slot,
        reasons,
        prognosis,
        decision_date: day(review.decided_on),
        continued,
        policy: review.under.as_ref().map(|under| under.policy.clone()).unwrap_or_default(),
        fact_date: review.under.as_ref().and_then(|under| day(under.fact_on)),
    }
}

pub(crate) fn extension(extension: &records::Extension) -> contract::Extension {
    let answered = extension.answered.as_ref();
    let under = answered.and_then(|answered| answered.under.as_ref());
    contract::Extension {
        reason: extension.reason.clone(),
        prognosis: extension.prognosis.clone(),
        from_date: day(extension.from),
        until_date: day(extension.deadline.due_on()),
        proposer: extension.proposer.to_string(),
        answerer: answered.map(|answered| answered.answered_by.to_string()).unwrap_or_default(),
        answer_date: answered.and_then(|answered| day(answered.answered_on)),
        answer_policy: under.map(|under| under.policy.clone()).unwrap_or_default(),
        answer_fact_date: under.and_then(|under| day(under.fact_on)),
        lapse_date: day(extension.lapsed_on),
        answer: answered.map_or(0, |answered| number!(contract::ExtensionAnswer, "EXTENSION_ANSWER_", answered.answer)),
        answer_reason: answered.map(|answered| answered.reason.clone()).unwrap_or_default(),
        reason_code: number!(contract::ExtensionReason, "EXTENSION_REASON_", extension.reason_code),
        proposal_date: day(extension.proposed_on),
    }
}

/// Who is to be told of a step on a duty of a case of that team.
#[must_use]
pub fn audience(audience: &Audience, team: &str) -> contract::NoticeAudience {
    match audience {
        Audience::Staff(staff_member) => {
            contract::NoticeAudience { staff_member: staff_member.to_string(), ..contract::NoticeAudience::default() }
        }
        Audience::TeamLead => contract::NoticeAudience {
            staff_member: String::new(),
            function: contract::StaffFunction::TeamLead.into(),
            team: team.to_owned(),
        },
    }
}

/// A duty as clients see it on a day.
#[must_use]
pub fn listed_duty(listed: &Listed, today: Date) -> contract::Duty {
    let Listed { duty, team } = listed;
    let deadline = duty.deadline();
    contract::Duty {
        name: duty.name().to_string(),
        kind: kind(duty),
        state: number!(common::DutyState, "DUTY_STATE_", duty.state_on(today)),
        slot: duty.slot(),
        opens_date: day(deadline.opens_on),
        target_date: day(deadline.target_on()),
        due_date: day(deadline.due_on()),
        overdue_after_date: day(deadline.overdue_after()),
        owner: name(duty.owner()),
        team: team.clone(),
        escalations: duty.notices().escalations(),
        days_late: duty.days_late(),
        void_reason: duty.void_reason().map(|reason| reason.code().to_owned()).unwrap_or_default(),
        rule: deadline.explanation.rule.clone(),
        working_date: duty.working_date().and_then(|paused| day(paused.on)),
        working_date_reason: duty.working_date().map(|paused| paused.reason.clone()).unwrap_or_default(),
    }
}

fn kind(duty: &Duty) -> i32 {
    number!(common::DutyKind, "DUTY_KIND_", duty.kind())
}

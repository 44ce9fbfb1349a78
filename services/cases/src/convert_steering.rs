//! Figures for steering as clients see them: what is too small is left out here, once and for all of them.

use std::collections::BTreeMap;

use lotse_platform::fields::contract_date;
use lotse_proto::cases as contract;

use crate::{
    domain::figures::{Count, FigureKind, LEAST_STAFF, grouped, grouped_but, people_per_post, reached_per_thousand},
    store::{
        figures::{Days, Durations, Range, Reach, TeamCaseload, Workload},
        staff::StaffMember,
    },
};

/// All figures of a range; `allowed` is by which version and on what ground those of a few case managers are read.
#[must_use]
pub fn figures(
    range: &Range,
    groups: &BTreeMap<FigureKind, Vec<(String, i64)>>,
    ended: Durations,
    reached: Reach,
    caseloads: Vec<TeamCaseload>,
    allowed: Option<(String, String)>,
) -> contract::SteeringFigures {
    let agreed = allowed.is_some();
    let (rule_version, legal_basis) = allowed.unwrap_or_default();
    contract::SteeringFigures {
        from_date: Some(contract_date(range.days.from)),
        to_date: Some(contract_date(range.days.to)),
        team: range.team.clone().unwrap_or_default(),
        groups: groups.iter().map(|(kind, counted)| group(*kind, counted)).collect(),
        durations: Some(durations(ended)),
        reach: Some(reach(reached)),
        caseloads: loads(caseloads, agreed),
        rule_version,
        legal_basis,
    }
}

fn group(kind: FigureKind, counted: &[(String, i64)]) -> contract::FigureGroup {
    let counts: Vec<i64> = counted.iter().map(|(_, count)| *count).collect();
    let (total, shown) = grouped(&counts);
    told(kind, counted, (total, &shown))
}

/// A group whose counts are told as they may be.
fn told(kind: FigureKind, counted: &[(String, i64)], (total, shown): (Count, &[Count])) -> contract::FigureGroup {
    let figures = counted.iter().zip(shown).filter(|((code, _), _)| !code.is_empty());
    let name = format!("FIGURE_KIND_{kind}");
    contract::FigureGroup {
        kind: contract::FigureKind::from_str_name(&name).unwrap_or_default().into(),
        total: Some(count(total)),
        figures: figures
            .map(|((code, _), shown)| contract::Figure { code: code.clone(), count: Some(count(*shown)) })
            .collect(),
    }
}

/// The figures of one member of staff: whole, because whoever may read them knows whose they are. `allowed` is by which version and on what ground
/// another person reads them.
#[must_use]
pub fn staff_figures(
    (member, days): (&StaffMember, Days),
    groups: &BTreeMap<FigureKind, Vec<(String, i64)>>,
    workload: Workload,
    allowed: Option<(String, String)>,
) -> contract::StaffFigures {
    let whole = |(kind, counted): (&FigureKind, &Vec<(String, i64)>)| {
        let shown: Vec<_> = counted.iter().map(|(_, count)| Count::Told(*count)).collect();
        let total = counted.iter().map(|(_, count)| *count).sum();
        told(*kind, counted, (Count::Told(total), &shown))
    };
    let full_time_percent = i64::from(member.full_time_percent);
    let (rule_version, legal_basis) = allowed.unwrap_or_default();
    contract::StaffFigures {
        staff_member: member.name.to_string(),
        from_date: Some(contract_date(days.from)),
        to_date: Some(contract_date(days.to)),
        groups: groups.iter().map(whole).collect(),
        people: number(workload.people),
        full_time_percent: member.full_time_percent,
        people_per_post: number(people_per_post(workload.people, full_time_percent)),
        open_duties: number(workload.open),
        overdue_duties: number(workload.overdue),
        rule_version,
        legal_basis,
    }
}

fn durations(ended: Durations) -> contract::Durations {
    let episodes = Count::alone(ended.episodes);
    let told = |days: i32| if episodes.told().is_some() { days } else { 0 };
    contract::Durations {
        episodes: Some(count(episodes)),
        median_days: told(ended.median_days),
        average_days: told(ended.average_days),
    }
}

/// Those in care are a group of those with a complex profile and the others, whose total is told beside.
fn reach(reached: Reach) -> contract::Reach {
    let (in_care, shown) = grouped(&[reached.complex_in_care, reached.in_care - reached.complex_in_care]);
    let (complex, outside) = (shown[0], Count::alone(reached.outside));
    contract::Reach {
        in_care_with_complex_profile: Some(count(complex)),
        outside: Some(count(outside)),
        in_care: Some(count(in_care)),
        reached_per_thousand: reached_per_thousand(in_care, outside).map(number),
    }
}

/// The teams are a group of all in care, who are told beside. That of a few case managers is no figure of a team, unless an agreement lets
/// it be read.
fn loads(caseloads: Vec<TeamCaseload>, agreed: bool) -> Vec<contract::TeamCaseload> {
    let people: Vec<i64> = caseloads.iter().map(|of| of.people).collect();
    let (_, shown) = grouped_but(&people, |at| !agreed && caseloads[at].case_managers < LEAST_STAFF);
    let caseload = |(of, people): (TeamCaseload, Count)| contract::TeamCaseload {
        people: Some(count(people)),
        full_time_percent: number(of.full_time_percent),
        people_per_post: number(people.told().map_or(0, |people| people_per_post(people, of.full_time_percent))),
        team: of.team,
    };
    caseloads.into_iter().zip(shown).map(caseload).collect()
}

fn count(count: Count) -> contract::FigureCount {
    contract::FigureCount { count: number(count.told().unwrap_or_default()), suppressed: count.told().is_none() }
}

fn number(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

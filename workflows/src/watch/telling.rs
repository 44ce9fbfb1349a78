//! What a sweep came to, as notices: openings to their owner, or each to the lead where nobody owns it, a first escalation to owner and lead, the list of a week to the lead.

use lotse_kernel::{
    duty::{DutyKind, DutyStep},
    names::{DutyName, JobcenterName},
    notice::NoticeTemplate,
};
use lotse_platform::fields::civil;
use lotse_proto::{
    cases::{NoticeAudience, StaffFunction, WatchNotice, WatchNoticeKind},
    common,
    notifications::{CreateNoticeRequest, NoticeCause},
};

use crate::errand::template;

/// Asks for a notice, but for the time and the id of the request. Its cause follows from what cases keeps, so that it is the same in every try.
///
/// # Errors
/// The name of the first field that breaks the contract.
pub fn request(jobcenter: &JobcenterName, told: WatchNotice) -> Result<CreateNoticeRequest, &'static str> {
    let day = told.tell_date.as_ref().and_then(civil).ok_or("notices.tell_date")?;
    let owner = NoticeAudience { staff_member: told.staff_member.clone(), ..NoticeAudience::default() };
    let lead = NoticeAudience {
        function: StaffFunction::TeamLead.into(),
        team: told.team.clone(),
        ..NoticeAudience::default()
    };
    let (code, template, subjects, audiences) = match told.kind() {
        WatchNoticeKind::Unspecified => return Err("notices.kind"),
        // What nobody owns in person lies with the lead of the team, who hears of each.
        WatchNoticeKind::Opened if told.staff_member.is_empty() => {
            let duty: DutyName = told.duty.parse().map_err(|_| "notices.duty")?;
            let kind = kind(told.duty_kind()).ok_or("notices.duty_kind")?;
            let template = template(kind, DutyStep::Open).ok_or("notices.duty_kind")?;
            ("OPEN/1".to_owned(), template, vec![told.duty, duty.case().to_string()], vec![lead])
        }
        WatchNoticeKind::Opened => (
            format!("OPEN/{}", day.strftime("%Y%m%d")),
            NoticeTemplate::WatchOpened,
            vec![told.staff_member],
            vec![owner],
        ),
        WatchNoticeKind::Overdue => {
            let duty: DutyName = told.duty.parse().map_err(|_| "notices.duty")?;
            let kind = kind(told.duty_kind()).ok_or("notices.duty_kind")?;
            let template = template(kind, DutyStep::Escalate).ok_or("notices.duty_kind")?;
            // A duty that lies with the lead has no owner beside.
            let owner = (!owner.staff_member.is_empty()).then_some(owner);
            let audiences = owner.into_iter().chain([lead]).collect();
            ("ESCALATE/1".to_owned(), template, vec![told.duty, duty.case().to_string()], audiences)
        }
        WatchNoticeKind::StillOverdue => {
            let code = format!("ESCALATE/{}", day.strftime("%Y%m%d"));
            (code, NoticeTemplate::WatchStillOverdue, vec![jobcenter.to_string()], vec![lead])
        }
    };
    Ok(CreateNoticeRequest {
        parent: jobcenter.to_string(),
        cause: Some(NoticeCause { resource: subjects.first().cloned().unwrap_or_default(), code }),
        template: template.code().to_owned(),
        subjects,
        due_date: told.due_date,
        audiences,
        duty_count: told.duty_count,
        business_time: None,
        request_id: String::new(),
    })
}

fn kind(kind: common::DutyKind) -> Option<DutyKind> {
    kind.as_str_name().trim_start_matches("DUTY_KIND_").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "018f3e5c-1a2b-7c3d-8e4f-000000000001";

    const fn day(day: i32) -> lotse_proto::Date {
        lotse_proto::Date { year: 2031, month: 7, day }
    }

    fn told(kind: WatchNoticeKind) -> WatchNotice {
        WatchNotice {
            notice_id: ID.to_owned(),
            kind: kind.into(),
            tell_date: Some(day(7)),
            duty_count: 3,
            due_date: Some(day(31)),
            ..WatchNotice::default()
        }
    }

    fn asked(told: WatchNotice) -> Result<CreateNoticeRequest, &'static str> {
        request(&"jobcenters/musterstadt".parse().unwrap(), told)
    }

    #[test]
    fn openings_are_told_to_their_owner_and_the_list_to_the_lead() {
        let bernd = format!("jobcenters/musterstadt/staff/{ID}");
        let opened = WatchNotice { staff_member: bernd.clone(), ..told(WatchNoticeKind::Opened) };
        let asked_for = asked(opened).unwrap();
        assert_eq!(
            (asked_for.template.as_str(), asked_for.duty_count, asked_for.due_date),
            ("watch-opened", 3, Some(day(31)))
        );
        assert_eq!(asked_for.cause, Some(NoticeCause { resource: bernd.clone(), code: "OPEN/20310707".to_owned() }));
        assert_eq!(asked_for.audiences, [NoticeAudience { staff_member: bernd, ..NoticeAudience::default() }]);
        assert_eq!(asked_for.subjects.len(), 1);

        let duty = format!("jobcenters/musterstadt/cases/{ID}/duties/{ID}");
        let of_the_lead = WatchNotice {
            team: "ue25".to_owned(),
            duty: duty.clone(),
            duty_kind: common::DutyKind::ReopeningAnswer.into(),
            ..told(WatchNoticeKind::Opened)
        };
        let asked_for = asked(of_the_lead.clone()).unwrap();
        assert_eq!(asked_for.cause, Some(NoticeCause { resource: duty, code: "OPEN/1".to_owned() }));
        let [lead] = asked_for.audiences.as_slice() else { panic!("one audience") };
        assert_eq!((asked_for.template.as_str(), lead.team.as_str()), ("reopening-proposed", "ue25"));
        assert_eq!(asked(WatchNotice { duty: String::new(), ..of_the_lead }).err(), Some("notices.duty"));

        let list = WatchNotice { team: "ue25".to_owned(), ..told(WatchNoticeKind::StillOverdue) };
        let asked_for = asked(list).unwrap();
        let cause = NoticeCause { resource: "jobcenters/musterstadt".to_owned(), code: "ESCALATE/20310707".to_owned() };
        assert_eq!((asked_for.template.as_str(), asked_for.cause), ("watch-still-overdue", Some(cause)));
        let [lead] = asked_for.audiences.as_slice() else { panic!("one audience") };
        assert_eq!((lead.function(), lead.team.as_str()), (StaffFunction::TeamLead, "ue25"));
    }

    #[test]
    fn a_first_escalation_names_its_duty_and_goes_to_both() {
        let duty = format!("jobcenters/musterstadt/cases/{ID}/duties/{ID}");
        let overdue = WatchNotice {
            staff_member: format!("jobcenters/musterstadt/staff/{ID}"),
            team: "ue25".to_owned(),
            duty: duty.clone(),
            duty_kind: common::DutyKind::PlanUpdate.into(),
            ..told(WatchNoticeKind::Overdue)
        };
        let asked_for = asked(overdue.clone()).unwrap();
        assert_eq!((asked_for.template.as_str(), asked_for.audiences.len()), ("plan-update-overdue", 2));
        assert_eq!(asked_for.cause, Some(NoticeCause { resource: duty.clone(), code: "ESCALATE/1".to_owned() }));
        assert_eq!(asked_for.subjects, [duty, format!("jobcenters/musterstadt/cases/{ID}")]);
        let ownerless = asked(WatchNotice { staff_member: String::new(), ..overdue.clone() }).unwrap();
        assert_eq!(ownerless.audiences.len(), 1);

        let broken = |told| asked(told).err();
        assert_eq!(broken(WatchNotice { duty: "x".to_owned(), ..overdue.clone() }), Some("notices.duty"));
        assert_eq!(broken(WatchNotice { duty_kind: 0, ..overdue.clone() }), Some("notices.duty_kind"));
        assert_eq!(broken(WatchNotice { tell_date: None, ..overdue.clone() }), Some("notices.tell_date"));
        assert_eq!(broken(WatchNotice { kind: 0, ..overdue }), Some("notices.kind"));
    }
}

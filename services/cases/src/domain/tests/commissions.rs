//! Rows 7b and 8: somebody specialised steers on behalf of the case manager, and nothing that time waits for moves.

use lotse_kernel::{dates::add_days, duty::DutyKind};

use super::support::*;
use crate::domain::{
    duties::Duty,
    episode::{AccompanimentDecision, Commissioning, Decided, Episode, TakingOver},
    records::{CommissionEnd, Commissioned, Release},
    refused::Refused,
    vocabulary::{EpisodePhase, TechnicalEnd},
};

fn of_frida() -> Commissioning {
    Commissioning { to: Commissioned::StaffMember(frida()), ..commissioning(T0) }
}

fn end_of(episode: &Episode) -> Option<&CommissionEnd> {
    episode.care().unwrap().commissions.last().unwrap().ended.as_ref()
}

#[test]
fn a_commission_runs_beside_the_case_manager_in_every_active_phase() {
    for phase in EpisodePhase::ACTIVE {
        let before = in_phase(*phase, T0);
        let begun = before.clone().commission_specialised(of_frida(), anna(), T0).unwrap();
        assert_eq!(codes(&begun), ["SPECIALISED_COMMISSIONED"]);
        let after = begun.episode;
        assert_eq!(
            (after.phase(), after.case_manager(), after.commissioned()),
            (*phase, Some(&anna()), Some(&frida()))
        );
        assert_eq!(after.lead_officer(), Some(&anna()), "the case manager stays responsible");
        assert_eq!(after.duties(), before.duties());
        assert!(!after.wakes_since(&before), "nobody waits for another day");

        let returned = after.clone().return_commission(text(), T0, anna(), T0).unwrap();
        assert_eq!(codes(&returned), ["COMMISSION_RETURNED"]);
        let reported = CommissionEnd::Returned { report: text(), returned_on: T0, recorded_by: anna() };
        assert_eq!((end_of(&returned.episode), returned.episode.commissioned()), (Some(&reported), None));
        assert_eq!(returned.episode.duties(), before.duties());
    }
}

#[test]
fn the_case_manager_plans_and_reviews_while_it_runs() {
    let episode = done(in_phase(EpisodePhase::Planning, T0).commission_specialised(of_frida(), anna(), T0));
    let episode = done(episode.activate_plan(goals(T0), T0, &on(T0)));
    let day = add_days(T0, 184);
    let (episode, _) = let_time_pass(episode, day);
    let episode = done(episode.decide_review(continuation(), &on(day)));
    let owners = episode.duties().iter().filter(|duty| duty.is_unsettled()).map(Duty::owner);
    assert!(owners.into_iter().all(|owner| owner == Some(&anna())));
    assert_eq!(episode.commissioned(), Some(&frida()));
    assert!(episode.duties().of(DutyKind::ContinuationReview).count() > 1);
}

#[test]
fn one_commission_runs_at_a_time() {
    let third_party = || commissioning(T0);
    let running = done(in_delivery(T0).commission_specialised(third_party(), anna(), T0));
    assert_eq!(running.commissioned(), None, "a third party is nobody of the jobcenter");
    let refused = running.clone().commission_specialised(of_frida(), anna(), T0).unwrap_err();
    assert_eq!(refused, Refused::CommissionRunning);
    let returned = done(running.return_commission(text(), T0, anna(), T0));
    let none = returned.clone().return_commission(text(), T0, anna(), T0).unwrap_err();
    assert_eq!(none, Refused::NoCommissionRunning);
    let again = done(returned.commission_specialised(of_frida(), anna(), T0));
    assert_eq!(again.care().unwrap().commissions.len(), 2);
    let never = in_delivery(T0).return_commission(text(), T0, anna(), T0).unwrap_err();
    assert_eq!(never, Refused::NoCommissionRunning);
}

#[test]
fn without_release_in_both_directions_nothing_is_commissioned() {
    let with = |release| {
        let wanted = Commissioning { release, ..commissioning(T0) };
        in_delivery(T0).commission_specialised(wanted, anna(), T0)
    };
    let release = commissioning(T0).release;
    let early = add_days(T0, -200);
    assert!(with(Release { released_on: early, ..release }).is_ok(), "it may be older than the assignment");
    assert_eq!(
        fields(with(Release { released_on: add_days(T0, 1), ..release }).unwrap_err()),
        ["commission.release.release_date"]
    );
    let neither = Release { to_jobcenter: false, to_commissioned_body: false, ..release };
    let both = ["commission.release.to_jobcenter", "commission.release.to_commissioned_body"];
    assert_eq!(fields(with(neither).unwrap_err()), both);
    for (release, field) in [
        (Release { to_jobcenter: false, ..release }, both[0]),
        (Release { to_commissioned_body: false, ..release }, both[1]),
    ] {
        assert_eq!(fields(with(release).unwrap_err()), [field]);
    }
}

#[test]
fn neither_officer_is_commissioned() {
    for officer in [anna(), bernd()] {
        let wanted = Commissioning { to: Commissioned::StaffMember(officer), ..commissioning(T0) };
        let refused = in_delivery(T0).commission_specialised(wanted, anna(), T0).unwrap_err();
        assert_eq!(fields(refused), ["commission.staff_member"]);
    }
    // Nor does who is commissioned become the case manager before the report.
    let running = done(in_delivery(T0).commission_specialised(of_frida(), anna(), T0));
    let taking: fn() -> TakingOver = || to_frida(T0);
    let refused = running.clone().change_case_manager(taking(), anna(), T0).unwrap_err();
    assert_eq!(fields(refused), ["case_manager"]);
    let returned = done(running.return_commission(text(), T0, anna(), T0));
    assert!(returned.change_case_manager(taking(), anna(), T0).is_ok());
}

#[test]
fn a_return_has_its_day() {
    let day = add_days(T0, 10);
    let running = done(in_delivery(T0).commission_specialised(of_frida(), anna(), T0));
    for returned_on in [add_days(T0, -1), add_days(day, 1)] {
        let refused = running.clone().return_commission(text(), returned_on, anna(), day).unwrap_err();
        assert_eq!(fields(refused), ["return_date"]);
    }
    for returned_on in [T0, day] {
        assert!(running.clone().return_commission(text(), returned_on, anna(), day).is_ok());
    }
}

#[test]
fn a_commission_ends_with_its_episode() {
    let running = |episode: Episode| done(episode.commission_specialised(of_frida(), anna(), T0));
    let delivery = || running(in_delivery(T0));
    let talked = running(done(admitted_on(T0).record_first_talk(T0, T0)));
    let used_up = running(done(accompanied_on(T0, 1).record_accompanying_date(T0, text(), &on(T0))));
    let ends: [(Decided, &[&str]); 4] = [
        (delivery().end(closing_note(None), &on(T0)).unwrap(), &["EPISODE_ENDED"]),
        (delivery().end_technically(TechnicalEnd::Moved, text(), bernd(), T0).unwrap(), &["EPISODE_ENDED_TECHNICALLY"]),
        (talked.refer_back(text(), T0).unwrap(), &["EPISODE_REFERRED_BACK"]),
        (
            used_up.decide_accompaniment(AccompanimentDecision::Done { reason: text() }, T0).unwrap(),
            &["EPISODE_ENDED_TECHNICALLY"],
        ),
    ];
    for (ended, first) in ends {
        let codes = codes(&ended);
        assert_eq!(&codes[..2], [first, &["COMMISSION_ENDED_WITH_EPISODE"]].concat());
        assert_eq!(end_of(&ended.episode), Some(&CommissionEnd::WithEpisode { ended_on: T0 }));
        assert_eq!(ended.episode.commissioned(), None);
    }
    // What was returned before keeps its report, and nothing more is told of it.
    let returned = done(delivery().return_commission(text(), T0, anna(), T0));
    let ended = returned.end(closing_note(None), &on(T0)).unwrap();
    assert_eq!(codes(&ended), ["EPISODE_ENDED", "PLAN_UPDATE_PASSED_ON"]);
    assert!(matches!(end_of(&ended.episode), Some(CommissionEnd::Returned { .. })));
}

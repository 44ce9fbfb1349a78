//! Sweeps over the watches of a jobcenter (R23, R141): page by page, each once, and told in as few notices as there are to be.

use std::sync::atomic::{AtomicU32, Ordering};

use jiff::civil::{Date, date};
use lotse_devstack::{
    contract::{Misfit, Right},
    service::Client,
};
use lotse_kernel::dates::add_days;
use lotse_proto::{
    cases::{
        self as contract, ListWatchNoticesRequest, ProfileType, SettleWatchNoticesRequest, SweepWatchesRequest,
        WatchNotice, WatchNoticeKind, watch_process_service_client::WatchProcessServiceClient,
    },
    common::{DutyState, Timetable},
};
use prost::Message as _;

use crate::{
    house::{House, TODAY, request_id},
    story::{Story, civil, instant},
    watches::{DUE, JOBCENTER, profiled, recheck, record},
};

fn process(house: &House) -> WatchProcessServiceClient<Client> {
    WatchProcessServiceClient::new(house.sibling())
}

pub async fn timetable(house: &House, on: Date) -> Timetable {
    let asked = contract::GetWatchTimetableRequest { name: JOBCENTER.into(), business_time: Some(instant(on)) };
    process(house).get_watch_timetable(asked).await.expect("a timetable").into_inner()
}

impl House {
    /// What the workflow of the watch asks, for the contract.
    pub async fn of_the_watch(&self, rpc: &str) -> Option<Right> {
        match rpc {
            "WatchProcessService.GetWatchTimetable" => {
                let business_time = Some(instant(self.today()));
                let asked = contract::GetWatchTimetableRequest { name: JOBCENTER.into(), business_time };
                Some(Right::new(self.sibling(), &asked))
            }
            "WatchProcessService.SweepWatches" => {
                let request = self.page_of_steps().await;
                let other = SweepWatchesRequest { page: request.page + 1, ..request.clone() };
                Some(Right::new(self.sibling(), &request).or(&other))
            }
            "WatchProcessService.ListWatchNotices" => {
                let request = self.page_of_notices().await;
                let SettleWatchNoticesRequest { name, page, business_time, .. } = request;
                Some(Right::new(self.sibling(), &ListWatchNoticesRequest { name, page, business_time }))
            }
            "WatchProcessService.SettleWatchNotices" => {
                let request = self.page_of_notices().await;
                let other = SettleWatchNoticesRequest { page: request.page + 1, ..request.clone() };
                Some(Right::new(self.sibling(), &request).or(&other))
            }
            _ => None,
        }
    }

    /// The same about a page that is not the next one.
    pub async fn misfit_of_the_watch(&self, rpc: &str) -> Option<Misfit> {
        let message = match rpc {
            "WatchProcessService.SweepWatches" => {
                let request = self.page_of_steps().await;
                SweepWatchesRequest { page: request.page + 1, ..request }.encode_to_vec()
            }
            "WatchProcessService.SettleWatchNotices" => {
                let request = self.page_of_notices().await;
                SettleWatchNoticesRequest { page: request.page + 1, ..request }.encode_to_vec()
            }
            _ => return None,
        };
        Some(Misfit::Idle(self.sibling(), message))
    }

    /// The page that opens somebody's check, on its day.
    async fn page_of_steps(&self) -> SweepWatchesRequest {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Story::begin(self, &format!("check-{}", NEXT.fetch_add(1, Ordering::Relaxed))).await;
        let on = add_days(DUE, -42);
        page_of_steps(timetable(self, on).await.round, on)
    }

    /// The page that tells of it.
    async fn page_of_notices(&self) -> SettleWatchNoticesRequest {
        self.page_of_steps().await;
        let on = add_days(DUE, -42);
        page_of_notices(sweep(self, on).await.round, on)
    }
}

fn page_of_steps(page: i32, on: Date) -> SweepWatchesRequest {
    SweepWatchesRequest {
        name: JOBCENTER.into(),
        page,
        business_time: Some(instant(on)),
        request_id: request_id(&format!("sweep/{page}")),
    }
}

fn page_of_notices(page: i32, on: Date) -> SettleWatchNoticesRequest {
    SettleWatchNoticesRequest {
        name: JOBCENTER.into(),
        page,
        business_time: Some(instant(on)),
        request_id: request_id(&format!("tell/{page}")),
    }
}

/// Takes every step that has come by a day, each page asked for twice; gives the timetable afterwards.
pub async fn sweep(house: &House, on: Date) -> Timetable {
    let mut next = timetable(house, on).await;
    while next.phase == "SWEEPING" {
        let request = page_of_steps(next.round, on);
        next = process(house).sweep_watches(request.clone()).await.expect("a page").into_inner();
        let before = house.everything().await;
        let again = process(house).sweep_watches(request).await.expect("the page again").into_inner();
        assert_eq!((again, house.everything().await), (next.clone(), before), "a page is taken once");
    }
    next
}

/// Tells everything that is to be told on a day, page by page, each listed and settled twice.
pub async fn tell(house: &House, on: Date) -> Vec<WatchNotice> {
    let mut told = Vec::new();
    let mut next = timetable(house, on).await;
    while next.phase == "TELLING" {
        let SettleWatchNoticesRequest { name, page, business_time, .. } = page_of_notices(next.round, on);
        let list = ListWatchNoticesRequest { name, page, business_time };
        let listed = process(house).list_watch_notices(list.clone()).await.expect("a list").into_inner();
        let again = process(house).list_watch_notices(list.clone()).await.expect("the list again").into_inner();
        assert_eq!((&listed, listed.timetable.as_ref()), (&again, Some(&next)));
        let settle = page_of_notices(page, on);
        next = process(house).settle_watch_notices(settle.clone()).await.expect("settled").into_inner();
        let again = process(house).settle_watch_notices(settle).await.expect("settled again").into_inner();
        assert_eq!(next, again);
        let of_the_past = process(house).list_watch_notices(list).await.expect("a list").into_inner();
        assert_eq!(of_the_past, contract::ListWatchNoticesResponse { notices: vec![], timetable: Some(again) });
        told.extend(listed.notices);
    }
    told
}

/// A sweep of a day with everything that is told of it: kind, number of duties and the earliest of their due days.
pub async fn day(house: &House, on: Date) -> Vec<(WatchNoticeKind, i32, Date)> {
    sweep(house, on).await;
    let mut told: Vec<_> =
        tell(house, on).await.iter().map(|told| (told.kind(), told.duty_count, civil(told.due_date))).collect();
    told.sort();
    told
}

#[tokio::test]
async fn time_takes_the_checks_of_all_people_in_the_order_of_their_days() {
    use WatchNoticeKind as Kind;
    let house = House::open().await;
    let first = Story::begin(&house, "K1").await;
    house.move_to(date(2026, 3, 30)).await;
    let second = Story::begin(&house, "K2").await;
    profiled(&second, ProfileType::Foerderprofil, "v1").await;
    profiled(&second, ProfileType::Unterstuetzungsprofil, "v2").await;
    let opens_on = add_days(DUE, -42);
    let due = timetable(&house, house.today()).await;
    // The second person brings a profile of the winter along, whose check is near.
    assert_eq!((due.finished, due.phase.as_str(), due.as_of_seq, due.due.len()), (false, "WATCHING", 2, 0));
    let mut taken = Vec::new();
    for _ in 0..4 {
        let on = civil(timetable(&house, house.today()).await.next_date);
        assert_eq!(timetable(&house, add_days(on, -1)).await.phase, "WATCHING", "not before its day");
        taken.push((on, day(&house, on).await));
    }
    let expected = [
        (opens_on, vec![(Kind::Opened, 1, DUE)]),
        (date(2026, 8, 19), vec![(Kind::Opened, 1, date(2026, 9, 30))]),
        (add_days(DUE, 1), vec![(Kind::Overdue, 1, DUE)]),
        // Later ones wait for the list of their week.
        (add_days(DUE, 8), vec![]),
    ];
    assert_eq!(taken, expected);
    let list = timetable(&house, house.today()).await.next_date;
    assert_eq!(civil(list), date(2026, 9, 7), "a Monday");
    assert_eq!(day(&house, civil(list)).await, [(Kind::StillOverdue, 1, DUE)]);
    house.move_to(add_days(DUE, 8)).await;
    let overdue = contract::ListDutiesRequest {
        parent: JOBCENTER.into(),
        states: vec![DutyState::Overdue.into()],
        ..Default::default()
    };
    let overdue = house.duties("bernd").list_duties(overdue).await.expect("a list").into_inner().duties;
    assert_eq!((overdue.len(), overdue[0].escalations), (1, 2));
    record(&house, recheck(&first.watch().await, "late")).await.expect("a check");
    let next = timetable(&house, house.today()).await;
    assert_eq!((civil(next.next_date), next.phase.as_str()), (date(2026, 10, 1), "WATCHING"));
}

#[tokio::test]
async fn openings_of_a_day_are_one_notice_and_what_opens_after_it_is_told_the_next_day() {
    use WatchNoticeKind as Kind;
    let house = House::open().await;
    for number in 0..3 {
        Story::begin(&house, &format!("K{number}")).await;
    }
    let opens_on = add_days(DUE, -42);
    sweep(&house, opens_on).await;
    let told = tell(&house, opens_on).await;
    let [opened] = told.as_slice() else { panic!("one notice for three checks: {told:?}") };
    assert_eq!((opened.kind(), opened.duty_count, &opened.staff_member), (Kind::Opened, 3, &house.bernd.name));
    assert_eq!((civil(opened.tell_date), civil(opened.due_date)), (opens_on, DUE));
    assert_eq!((opened.team.as_str(), opened.duty.as_str()), ("", ""), "it names nobody");
    // Somebody who comes later on that day is swept at once and told with the others of the next day.
    Story::begin(&house, "K4").await;
    assert_eq!(day(&house, opens_on).await, []);
    assert_eq!(timetable(&house, opens_on).await.phase, "WATCHING");
    assert_eq!(day(&house, add_days(opens_on, 1)).await, [(Kind::Opened, 1, DUE)]);
    // The first escalation of each is told by itself, the later ones of all in one list.
    let late = add_days(DUE, 1);
    assert_eq!(day(&house, late).await, [(Kind::Overdue, 1, DUE); 4]);
    let monday = date(2026, 9, 7);
    for on in [add_days(DUE, 8), add_days(DUE, 10)] {
        assert_eq!(day(&house, on).await, [], "{on}");
    }
    assert_eq!(day(&house, monday).await, [(Kind::StillOverdue, 4, DUE)]);
    assert_eq!(house.count("SELECT count(*) FROM watch_notices").await, 0, "what was told is gone");
    let told = "SELECT count(*) FROM case_events WHERE code IN ('DUTY_OPENED', 'DUTY_ESCALATED')";
    assert_eq!(house.count(told).await, 12, "the timeline of each tells each step");
}

#[tokio::test]
async fn checks_of_one_day_are_spread_over_the_weeks_before_and_say_so() {
    let house = House::open().await;
    for number in 0..5 {
        Story::begin(&house, &format!("K{number}")).await;
    }
    let opens_on = add_days(DUE, -42);
    sweep(&house, opens_on).await;
    house.move_to(opens_on).await;
    let checks = worked_off(&house).await;
    assert!(checks.iter().all(|duty| civil(duty.due_date) == DUE), "no due day moves");
    let targets = |checks: &[contract::Duty]| checks.iter().map(|duty| civil(duty.target_date)).collect::<Vec<_>>();
    let day_before = add_days(DUE, -1);
    assert_eq!(targets(&checks), [day_before, day_before, DUE, DUE, DUE], "in the order of the days to aim for");
    assert_eq!(
        house.count("SELECT count(*) FROM duties WHERE target_on = '2026-08-26'").await,
        2,
        "lists go by it too"
    );
    let moved = checks.iter().find(|duty| civil(duty.target_date) == day_before).expect("one that moved");
    let asked = contract::ExplainDutyRequest { name: moved.name.clone() };
    let why = house.duties("bernd").explain_duty(asked).await.expect("an explanation").into_inner();
    let last = why.steps.last().expect("a step");
    assert_eq!(
        (last.code.as_str(), civil(last.date), civil(why.target_date)),
        ("TARGET_BROUGHT_FORWARD", day_before, day_before)
    );
    assert!(last.text_de.contains("häufen"), "{}", last.text_de);
    // Whoever is given more later does not move what was given before.
    let others = Story::begin(&house, "K5").await;
    sweep(&house, add_days(opens_on, 1)).await;
    let watch = contract::GetDutyRequest { name: others.watch().await.duty };
    let check = house.duties("bernd").get_duty(watch).await.expect("the check").into_inner();
    assert_eq!(civil(check.target_date), day_before);
    assert_eq!(house.count("SELECT count(*) FROM duties WHERE target_on = '2026-08-26'").await, 3);
    house.move_to(add_days(opens_on, 1)).await;
    let checks = worked_off(&house).await;
    assert_eq!(targets(&checks), [[day_before; 3], [DUE; 3]].concat(), "whoever comes later stands among them");
    assert!(checks[..3].iter().any(|duty| duty.name == check.name));
}

/// What Bernd has to do, page by page.
async fn worked_off(house: &House) -> Vec<contract::Duty> {
    let (mut duties, mut page_token) = (Vec::new(), String::new());
    loop {
        let (parent, owner) = (JOBCENTER.to_owned(), house.bernd.name.clone());
        let request = contract::ListDutiesRequest { parent, owner, page_size: 2, page_token, ..Default::default() };
        let page = house.duties("bernd").list_duties(request).await.expect("a page").into_inner();
        duties.extend(page.duties);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return duties;
        }
    }
}

#[tokio::test]
async fn a_page_that_fails_leaves_nothing_and_is_taken_whole_afterwards() {
    let house = House::open().await;
    for number in 0..3 {
        Story::begin(&house, &format!("K{number}")).await;
    }
    let opens_on = add_days(DUE, -42);
    let broken = "ALTER TABLE watch_notices ADD CONSTRAINT broken CHECK (duties < 3)";
    sqlx::query(broken).execute(house.service.owner()).await.expect("a table that refuses");
    let before = house.everything().await;
    let page = page_of_steps(timetable(&house, opens_on).await.round, opens_on);
    process(&house).sweep_watches(page).await.expect_err("the notices cannot be kept");
    assert_eq!(house.everything().await, before, "steps without their notices");
    let mended = "ALTER TABLE watch_notices DROP CONSTRAINT broken";
    sqlx::query(mended).execute(house.service.owner()).await.expect("a table that works");
    assert_eq!(day(&house, opens_on).await, [(WatchNoticeKind::Opened, 3, DUE)]);
}

#[tokio::test]
async fn a_check_whose_escalation_comes_later_by_now_holds_nobody_up() {
    let house = House::open().await;
    Story::begin(&house, "K1").await;
    Story::begin(&house, "K2").await;
    let noted =
        "UPDATE watches SET next_step_on = '2026-03-01' WHERE case_id = (SELECT min(case_id::text)::uuid FROM watches)";
    sqlx::query(noted).execute(house.service.owner()).await.expect("a day that was noted under other rules");
    assert_eq!(timetable(&house, TODAY).await.phase, "SWEEPING");
    let version = "SELECT sum(version)::bigint FROM watches";
    let before = house.count(version).await;
    assert_eq!(civil(sweep(&house, TODAY).await.next_date), add_days(DUE, -42));
    assert_eq!(house.count("SELECT count(*) FROM watches WHERE next_step_on = '2026-07-16'").await, 2, "noted anew");
    assert_eq!(
        (house.count(version).await, tell(&house, TODAY).await),
        (before, vec![]),
        "nothing has happened to anybody"
    );
}

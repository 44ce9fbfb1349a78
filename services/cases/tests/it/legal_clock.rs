//! The legal clock over the wire: the published vectors, the words, the place, and everything that may be wrong with a question.

mod vectors;
mod wrong;

use jiff::civil::date;
use lotse_proto::{
    Date,
    cases::{
        self as contract, compute_deadline_request::Question, legal_clock_service_client::LegalClockServiceClient,
    },
};
use tonic::Status;

use crate::{house::House, policies};

pub const PARENT: &str = "jobcenters/musterstadt";

/// A day as clients write it.
pub const fn on(year: i32, month: i32, day: i32) -> Date {
    Date { year, month, day }
}

pub fn place(land: &str, municipality: &str) -> contract::Place {
    contract::Place { land: land.into(), municipality: municipality.into(), ..Default::default() }
}

/// Six months after 31 August 2026, told with a place.
pub fn period() -> contract::PeriodQuestion {
    contract::PeriodQuestion {
        start: Some(contract::period_question::Start::EventDate(on(2026, 8, 31))),
        length: Some(contract::Length { count: 6, unit: contract::LengthUnit::Months.into(), and_half_month: false }),
        end_rule: contract::EndRule::WorkingDayBefore.into(),
        ..Default::default()
    }
}

pub fn timer(timer: contract::LegalTimer, from: Date) -> contract::TimerQuestion {
    contract::TimerQuestion { timer: timer.into(), from_date: Some(from), ..Default::default() }
}

pub fn ask(question: Question) -> contract::ComputeDeadlineRequest {
    let (parent, question) = (PARENT.into(), Some(question));
    contract::ComputeDeadlineRequest { parent, place: Some(place("NW", "05515000")), question }
}

pub fn holidays(first_year: i32, last_year: i32) -> contract::ListHolidaysRequest {
    contract::ListHolidaysRequest { parent: PARENT.into(), place: Some(place("BY", "09761000")), first_year, last_year }
}

pub fn day(date: Date) -> contract::ExplainDateRequest {
    contract::ExplainDateRequest { parent: PARENT.into(), place: Some(place("SN", "")), date: Some(date) }
}

impl House {
    /// What the clock answers Emil, who pays benefits and has no case.
    async fn deadline(&self, request: contract::ComputeDeadlineRequest) -> Result<contract::ComputedDeadline, Status> {
        let mut client = LegalClockServiceClient::new(self.who("emil"));
        client.compute_deadline(request).await.map(tonic::Response::into_inner)
    }

    async fn list(&self, request: contract::ListHolidaysRequest) -> Result<contract::ListHolidaysResponse, Status> {
        let mut client = LegalClockServiceClient::new(self.who("emil"));
        client.list_holidays(request).await.map(tonic::Response::into_inner)
    }

    async fn explain(&self, request: contract::ExplainDateRequest) -> Result<contract::DateExplanation, Status> {
        let mut client = LegalClockServiceClient::new(self.who("emil"));
        client.explain_date(request).await.map(tonic::Response::into_inner)
    }
}

#[tokio::test]
async fn a_date_explains_itself() {
    let house = House::open().await;
    let answer = house.deadline(ask(Question::Period(period()))).await.expect("a date");
    let why = answer.explanation.expect("reasons");
    assert_eq!((why.due_date, why.target_date), (Some(on(2027, 2, 28)), Some(on(2027, 2, 26))));
    assert_eq!(why.overdue_after_date, Some(on(2027, 2, 28)));
    assert_eq!((why.rule.as_str(), why.rule_version.as_str()), ("LAW", "legal/1"));
    assert!(why.legal_basis.contains("§ 187 Abs. 1"), "{}", why.legal_basis);
    let step = why.steps.iter().find(|step| step.code == "PERIOD_END_SHORT_MONTH").expect("a short month");
    let arguments: Vec<_> = step.arguments.iter().map(|a| (a.name.as_str(), a.value.as_str())).collect();
    assert_eq!(arguments, [("count", "6"), ("unit", "MONTHS")]);
    assert_eq!(
        answer.line_de,
        "31.08.2026 + 6 Monate: einen 31. Februar gibt es nicht, daher 28.02.2027 (§ 188 Abs. 3 BGB); Sonntag; Zieltag Freitag 26.02.2027"
    );
    assert!(answer.line_en.contains("Friday"), "{}", answer.line_en);
    assert_eq!(answer.place, Some(place("NW", "05515000")));
    assert_eq!((answer.policy, answer.opens_date), (None, None));
}

#[tokio::test]
async fn a_timer_cites_the_version_that_governs_its_fact() {
    let house = House::open().await;
    let question = timer(contract::LegalTimer::MediationEnd, on(2026, 6, 1));
    let answer = house.deadline(ask(Question::Timer(question))).await.expect("a date");
    let policy = answer.policy.expect("a version");
    assert_eq!(policy.citation, "federal/MEDIATION/1");
    assert_eq!((policy.valid_to_date, policy.unverified), (Some(on(2026, 6, 30)), true));
    assert!(!policy.note_de.is_empty());
    assert_eq!(answer.explanation.expect("reasons").rule_version, policy.citation);

    let question = contract::TimerQuestion {
        fact_date: Some(on(2026, 8, 31)),
        extension: Some(contract::timer_question::Extension::ExtensionMonths(6)),
        ..timer(contract::LegalTimer::ExtensionEnd, on(2028, 8, 31))
    };
    let answer = house.deadline(ask(Question::Timer(question))).await.expect("a date");
    assert_eq!(answer.explanation.expect("reasons").due_date, Some(on(2029, 2, 28)));
    assert!(answer.opens_date.is_some());
}

#[tokio::test]
async fn a_version_of_the_jobcenter_governs_its_timers() {
    let house = House::open().await;
    let limit = async |from: Date| {
        let question = timer(contract::LegalTimer::RegularMaximum, from);
        let answer = house.deadline(ask(Question::Timer(question))).await.expect("a date");
        (answer.explanation.expect("reasons").due_date, answer.policy.expect("a version").citation)
    };
    let before = (Some(on(2028, 9, 1)), "federal/REGULAR_MAXIMUM/1".to_owned());
    assert_eq!(limit(on(2026, 9, 1)).await, before);
    house.in_force(policies::ground::limit(18, date(2026, 9, 1))).await;
    let after = (Some(on(2028, 3, 1)), "musterstadt/REGULAR_MAXIMUM/1".to_owned());
    assert_eq!(limit(on(2026, 9, 1)).await, after);
    let kept = (Some(on(2028, 8, 31)), "federal/REGULAR_MAXIMUM/1".to_owned());
    assert_eq!(limit(on(2026, 8, 31)).await, kept);
}

#[tokio::test]
async fn an_objection_tells_why_the_act_is_known() {
    let house = House::open().await;
    let delivery = contract::NoticeQuestion {
        way: contract::DeliveryWay::Post.into(),
        sent_date: Some(on(2026, 3, 2)),
        received_date: None,
    };
    let question = contract::ObjectionQuestion {
        known: Some(contract::objection_question::Known::Delivery(delivery)),
        ..Default::default()
    };
    let answer = house.deadline(ask(Question::Objection(question))).await.expect("a date");
    assert_eq!(answer.notice.expect("the notice").due_date, Some(on(2026, 3, 6)));
    // 6 April 2026 is Easter Monday.
    assert_eq!(answer.explanation.expect("reasons").due_date, Some(on(2026, 4, 7)));
}

#[tokio::test]
async fn a_place_decides_and_the_jobcenter_lends_its_own() {
    let house = House::open().await;
    let corpus_christi = on(2026, 6, 4);
    let mut request = day(corpus_christi);
    request.place = None;
    let own = house.explain(request.clone()).await.expect("a day");
    assert_eq!((own.working_day, own.place), (false, Some(place("NW", "05515000"))));
    request.place = Some(contract::Place::default());
    let country = house.explain(request.clone()).await.expect("a day");
    assert_eq!((country.working_day, country.place, country.holiday), (true, None, None));
    request.place = Some(place("TH", ""));
    let open = house.explain(request.clone()).await.expect("a day");
    assert!(open.working_day && open.holiday.expect("a doubt").not_known);
    request.place = Some(place("", "09761000"));
    let augsburg = house.explain(request).await.expect("a day");
    assert_eq!(augsburg.place, Some(place("BY", "09761000")));
}

#[tokio::test]
async fn a_day_says_what_it_is() {
    let house = House::open().await;
    let answer = house.explain(day(on(2026, 11, 18))).await.expect("a day");
    assert_eq!(answer.weekday(), contract::Weekday::Wednesday);
    let holiday = answer.holiday.expect("a holiday");
    assert_eq!((holiday.code.as_str(), holiday.legal_basis.as_str()), ("BUSS_UND_BETTAG", "§ 1 SächsSFG"));
    assert!(!answer.working_day && !holiday.not_known);
    assert_eq!(answer.previous_working_date, Some(on(2026, 11, 17)));
    assert_eq!(answer.next_working_date, Some(on(2026, 11, 19)));
    assert!(answer.text_de.contains("Buß- und Bettag"), "{}", answer.text_de);
    assert!(answer.text_en.contains("Repentance"), "{}", answer.text_en);
}

#[tokio::test]
async fn holidays_are_listed_by_day() {
    let house = House::open().await;
    let listed = house.list(holidays(2026, 0)).await.expect("holidays").holidays;
    // Thirteen of Bavaria, Mariä Himmelfahrt and the peace festival of Augsburg.
    assert_eq!(listed.len(), 14, "{listed:?}");
    assert!(listed.iter().any(|day| day.code == "FRIEDENSFEST" && day.date == Some(on(2026, 8, 8))));
    assert!(listed.is_sorted_by_key(|day| day.date.map(|day| (day.year, day.month, day.day))));
    let decade = house.list(holidays(2091, 2100)).await.expect("holidays").holidays;
    assert!(decade.len() > 130 && decade.last().and_then(|day| day.date) == Some(on(2100, 12, 26)));
    let mut open = holidays(2026, 2026);
    open.place = Some(place("BY", ""));
    let open = house.list(open).await.expect("holidays").holidays;
    let not_known: Vec<_> = open.iter().filter(|day| day.not_known).map(|day| day.code.as_str()).collect();
    assert_eq!(not_known, ["FRIEDENSFEST", "MARIAE_HIMMELFAHRT"]);
    let mut country = holidays(2026, 2026);
    country.place = Some(contract::Place::default());
    assert_eq!(house.list(country).await.expect("holidays").holidays.len(), 9);
}

//! Reads what is asked: every fault of every field at once.

use lotse_kernel::{
    defaults::{ContinuationAnchor, WorkingDays},
    legal::{
        Length, LengthUnit, MonthPoint, Unanswered,
        age::AgeQuestion,
        notification::{Channel, Delivery},
        question::{EndRule, Known, ObjectionQuestion, PeriodQuestion, Start},
        read,
    },
};
use lotse_platform::failure::Failure;
use lotse_proto::cases::{self as contract, compute_deadline_request::Question as Asked};

use super::{
    reader::Reader,
    timer::{self, Timed},
};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// A period of law.
    Period(PeriodQuestion),
    /// A timer of the catalogue.
    Timer(Timed),
    /// When an act is known.
    Notice(Delivery),
    /// Until when an objection may be made.
    Objection(ObjectionQuestion),
    /// When an age is completed.
    Age(AgeQuestion),
}

impl Question {
    /// How the contract calls a field of the kernel.
    #[must_use]
    pub fn field(&self, field: &str) -> String {
        // A delivery asks for no day of notice: what is handed over is known on the day it is sent.
        let day = match field {
            "received_on" | "retrieved_on" => "received_date",
            _ => "sent_date",
        };
        match self {
            Self::Period(_) => format!("period.{field}"),
            Self::Timer(asked) => asked.field(field),
            Self::Notice(_) => format!("notice.{day}"),
            Self::Age(_) => format!("age.{field}"),
            Self::Objection(ObjectionQuestion { known: Known::On(_), .. }) => "objection.notice_date".to_owned(),
            Self::Objection(_) => format!("objection.delivery.{day}"),
        }
    }
}

/// A question that has no answer under the policies, told by field.
#[must_use]
pub fn refused(unanswered: Unanswered, path: impl Fn(&str) -> String) -> Failure {
    match unanswered {
        Unanswered::Faults(faults) => {
            let mut reader = Reader::default();
            reader.note(faults, path);
            let told = reader.finish(()).err();
            told.unwrap_or_else(|| Failure::Defect("a question without date or fault".to_owned()))
        }
        Unanswered::Unreadable(unreadable) => Failure::Defect(unreadable.to_string()),
        Unanswered::Broken(broken) => broken.into(),
    }
}

/// A number that stands for 1 when it is left out.
pub(super) const fn at_least_one(number: i32) -> i32 {
    if number == 0 { 1 } else { number }
}

/// Reads the question; nothing when none can be made out.
pub fn question(reader: &mut Reader, asked: Option<&Asked>) -> Option<Question> {
    match asked {
        None => {
            reader.violation("question", "one of period, timer, notice, objection and age is required");
            None
        }
        Some(Asked::Period(asked)) => Some(Question::Period(period(reader, asked))),
        Some(Asked::Timer(asked)) => timer::parse(reader, asked).map(Question::Timer),
        Some(Asked::Notice(asked)) => Some(Question::Notice(delivery(reader, "notice", asked))),
        Some(Asked::Objection(asked)) => objection(reader, asked).map(Question::Objection),
        Some(Asked::Age(asked)) => Some(Question::Age(age(reader, *asked))),
    }
}

fn age(reader: &mut Reader, asked: contract::AgeQuestion) -> AgeQuestion {
    let born_on = reader.day("age.birth_date", asked.birth_date.as_ref());
    let question = AgeQuestion { born_on, years: (asked.years != 0).then_some(asked.years) };
    reader.note(question.faults(), |field| format!("age.{field}"));
    question
}

fn period(reader: &mut Reader, asked: &contract::PeriodQuestion) -> PeriodQuestion {
    use contract::period_question::Start as From;
    let (start_field, start): (_, fn(_) -> Start) = match &asked.start {
        None => ("period.start", Start::Event),
        Some(From::EventDate(_)) => ("period.event_date", Start::Event),
        Some(From::FirstDate(_)) => ("period.first_date", Start::StartOfDay),
        Some(From::FormerEndDate(_)) => ("period.former_end_date", Start::FormerEnd),
    };
    let start = match &asked.start {
        Some(From::EventDate(on) | From::FirstDate(on) | From::FormerEndDate(on)) => {
            start(reader.day(start_field, Some(on)))
        }
        None => start(reader.day(start_field, None)),
    };
    let end_rule = reader.code("period.end_rule", asked.end_rule, "END_RULE_", contract::EndRule::as_str_name);
    let name = contract::MonthPoint::as_str_name;
    let point: Option<MonthPoint> = reader.optional_code("period.month_point", asked.month_point, "MONTH_POINT_", name);
    let name = contract::ContinuationAnchor::as_str_name;
    let anchor: Option<ContinuationAnchor> =
        reader.optional_code("period.anchor", asked.anchor, "CONTINUATION_ANCHOR_", name);
    if anchor.is_some() && !matches!(start, Start::FormerEnd(_)) {
        reader.violation("period.anchor", "belongs to former_end_date only");
    }
    let question = PeriodQuestion {
        length: asked.length.as_ref().map(|asked| length(reader, asked)),
        number: at_least_one(asked.number),
        point,
        anchor: anchor.unwrap_or(ContinuationAnchor::LikeNumberedDay),
        end_rule: end_rule.unwrap_or(EndRule::InternalDuty),
        grace: WorkingDays(asked.grace_working_days),
        ..PeriodQuestion::new(start, None)
    };
    reader.note(question.faults(), |field| match field {
        "start" => start_field.to_owned(),
        "grace" => "period.grace_working_days".to_owned(),
        other => format!("period.{other}"),
    });
    question
}

fn length(reader: &mut Reader, asked: &contract::Length) -> Length {
    let name = contract::LengthUnit::as_str_name;
    let unit: Option<LengthUnit> = reader.code("period.length.unit", asked.unit, "LENGTH_UNIT_", name);
    let count = i64::from(asked.count);
    let length = match unit {
        Some(unit) => Length::of("period.length.count", count, unit),
        None => read::bounded("period.length.count", count, 1, i64::from(i32::MAX)).map(|_| Length::days(1)),
    };
    let length = length.unwrap_or_else(|fault| {
        reader.note([fault], str::to_owned);
        Length::days(1)
    });
    if asked.and_half_month { length.and_half_month() } else { length }
}

/// Reads how an act reached the person; `path` leads to the question.
fn delivery(reader: &mut Reader, path: &str, asked: &contract::NoticeQuestion) -> Delivery {
    use contract::DeliveryWay as Way;
    let way: Way = reader.choice(&format!("{path}.way"), asked.way);
    let (sent_field, received_field) = (format!("{path}.sent_date"), format!("{path}.received_date"));
    let sent_on = reader.day(&sent_field, asked.sent_date.as_ref());
    let received_on = match (way, &asked.received_date) {
        (Way::HandedOver | Way::ServiceCertificate, Some(_)) => {
            reader.violation(&received_field, "does not belong to this way: sent_date is the day of the notice");
            None
        }
        // Here the law deems nothing, so that the proof decides.
        (Way::PortalDenied | Way::PostAbroad, received) => Some(reader.day(&received_field, received.as_ref())),
        (_, received) => reader.optional_day(&received_field, received.as_ref()),
    };
    let arrived_on = received_on.unwrap_or(sent_on);
    let sent = |channel| Delivery::Sent { channel, sent_on, received_on };
    let delivery = match way {
        Way::Post | Way::Unspecified => sent(Channel::Post),
        Way::Electronic => sent(Channel::Electronic),
        Way::Portal => sent(Channel::Portal),
        Way::PortalDenied => Delivery::Retrieved { sent_on, retrieved_on: arrived_on },
        Way::PostAbroad => Delivery::PostedAbroad { posted_on: sent_on, received_on: arrived_on },
        Way::HandedOver => Delivery::HandedOver { on: sent_on },
        Way::ServiceCertificate => Delivery::Served { on: sent_on },
    };
    reader.note(delivery.check().err().unwrap_or_default(), |field| match field {
        "received_on" | "retrieved_on" => received_field.clone(),
        _ => sent_field.clone(),
    });
    delivery
}

fn objection(reader: &mut Reader, asked: &contract::ObjectionQuestion) -> Option<ObjectionQuestion> {
    use contract::objection_question::Known as From;
    let known = match &asked.known {
        None => {
            reader.violation("objection.known", "one of notice_date and delivery is required");
            return None;
        }
        Some(From::NoticeDate(on)) => Known::On(reader.day("objection.notice_date", Some(on))),
        Some(From::Delivery(asked)) => Known::By(delivery(reader, "objection.delivery", asked)),
    };
    let is_instruction_right = !asked.instruction_missing_or_wrong;
    Some(ObjectionQuestion { known, is_abroad: asked.abroad, is_instruction_right })
}

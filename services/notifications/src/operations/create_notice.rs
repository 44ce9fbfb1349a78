//! `NoticeProcessService.CreateNotice` (process API): somebody is to be told.

use std::collections::BTreeMap;

use futures::future::try_join_all;
use lotse_kernel::names::{DeliveryName, JobcenterName, NoticeName, StaffName};
use lotse_platform::{
    failure::Failure,
    fields::{Fields, parse_name},
    principal::Caller,
    unit::{Claim, Unit},
};
use lotse_proto::{
    cases::{NoticeAudience, StaffFunction},
    notifications as contract,
};
use uuid::Uuid;

use crate::{
    access::{self, acts},
    convert,
    domain::{
        cause::Cause,
        notice::{News, Notice, Recipient},
    },
    role::Office,
    store::{deliveries, notices},
};

/// The parsed request.
#[derive(Debug)]
struct Command {
    news: News,
    duties: i32,
    audiences: Vec<NoticeAudience>,
    request_id: Uuid,
}

/// Who is told, by staff record, and the audiences nobody belongs to.
#[derive(Debug, Default)]
struct Reached {
    recipients: BTreeMap<StaffName, Recipient>,
    unreached: Vec<NoticeAudience>,
}

/// Writes one notice and one delivery for each recipient who was not told of this cause before.
///
/// # Errors
/// See [`Failure`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::CreateNoticeRequest,
) -> Result<contract::CreateNoticeResponse, Failure> {
    let parent: JobcenterName = parse_name("parent", &request.parent)?;
    // Parsed before it is authorized, because cases has to be asked outside the transaction; told only afterwards.
    let command = parse(&parent, &request);
    let reached = reach(office, caller, &parent, command.as_ref().ok()).await?;
    let unit = match &command {
        Ok(command) => office.desk.begin_at(caller, parent.jobcenter().as_str(), command.news.at).await?,
        Err(_) => office.desk.begin(caller, parent.jobcenter().as_str()).await?,
    };
    let person = office.person(caller).await?;
    let (mut unit, proof) = unit.authorize::<acts::CreateNotice>(&person, &access::jobcenter(&parent)).await?;
    let Command { news, duties, request_id, .. } = command?;

    let cause = news.cause.clone();
    // A step that is taken again has the same id at a later time of its workflow.
    let timeless = contract::CreateNoticeRequest { business_time: None, ..request };
    if unit.claim(request_id, &timeless, &cause.to_string()).await? == Claim::New {
        let text = office
            .texts
            .notice(news.template, news.due_on, duties)
            .map_err(|error| Failure::Defect(error.to_string()))?;
        for recipient in reached.recipients.values() {
            let name = NoticeName::new(recipient.staff_member.clone(), unit.new_id());
            let (title, body) = (text.title.clone(), text.body.clone());
            let notice = Notice { name, version: 1, news: news.clone(), title, body, read_at: None };
            if notices::insert(&mut unit, &proof, &notice).await? {
                let delivery = DeliveryName::new(notice.name, unit.new_id());
                deliveries::insert(&mut unit, &proof, &delivery, recipient).await?;
                unit.ring_after_commit();
            }
        }
        let answer = answer(&mut unit, &proof, &parent, &cause, reached.unreached).await?;
        unit.commit(&cause.to_string(), "§ 44b SGB II").await?;
        return Ok(answer);
    }
    answer(&mut unit, &proof, &parent, &cause, reached.unreached).await
}

async fn answer(
    unit: &mut Unit,
    proof: &lotse_platform::authorization::Authorized<acts::CreateNotice>,
    parent: &JobcenterName,
    cause: &Cause,
    unreached: Vec<NoticeAudience>,
) -> Result<contract::CreateNoticeResponse, Failure> {
    let notices = notices::of_cause(unit, proof, parent, cause).await?;
    Ok(contract::CreateNoticeResponse { notices: notices.iter().map(ToString::to_string).collect(), unreached })
}

/// Asks cases who belongs to the audiences. A caller of another jobcenter learns nothing: its refusal follows.
async fn reach(
    office: &Office,
    caller: &Caller,
    parent: &JobcenterName,
    command: Option<&Command>,
) -> Result<Reached, Failure> {
    let mut reached = Reached::default();
    let home = caller.principal.jobcenter.as_deref().is_none_or(|home| home == parent.jobcenter().as_str());
    let Some(command) = command.filter(|_| home) else { return Ok(reached) };
    let asked = command.audiences.iter().map(|audience| office.staff.recipients(parent, audience));
    for (audience, found) in command.audiences.iter().zip(try_join_all(asked).await?) {
        if found.is_empty() {
            let cause = &command.news.cause;
            tracing::warn!(%cause, "nobody belongs to an audience of {cause}");
            reached.unreached.push(audience.clone());
        }
        reached.recipients.extend(found.into_iter().map(|recipient| (recipient.staff_member.clone(), recipient)));
    }
    Ok(reached)
}

fn parse(parent: &JobcenterName, request: &contract::CreateNoticeRequest) -> Result<Command, Failure> {
    let mut fields = Fields::new();
    let cause = fields.required("cause", request.cause.as_ref()).cloned().unwrap_or_default();
    let resource = convert::subject(&mut fields, "cause.resource", &cause.resource, parent);
    let code = cause.code.parse().map_err(|error| fields.violation("cause.code", format!("{error}"))).ok();
    let template = request.template.parse();
    let template = template.map_err(|_| fields.violation("template", "must be the code of a template")).ok();
    let subjects = subjects(&mut fields, &request.subjects, parent);
    let due_on = fields.optional_date("due_date", request.due_date.as_ref());
    let duties = fields.number("duty_count", request.duty_count, 0..=i32::MAX).max(1);
    let at = fields.instant("business_time", request.business_time.as_ref());
    let audiences = audiences(&mut fields, &request.audiences, parent);
    let request_id = fields.request_id(&request.request_id);

    let command = match (resource, code, template) {
        (Some(resource), Some(code), Some(template)) => {
            let news = News { cause: Cause { resource, code }, template, subjects, due_on, at };
            Some(Command { news, duties, audiences, request_id })
        }
        _ => None,
    };
    fields.finish(command)?.ok_or_else(|| Failure::Defect("a notice with a violation that was not noted".to_owned()))
}

fn subjects(fields: &mut Fields, names: &[String], parent: &JobcenterName) -> Vec<crate::domain::cause::Subject> {
    if !(1..=5).contains(&names.len()) {
        fields.violation("subjects", format!("must have 1 to 5 entries, has {}", names.len()));
        return Vec::new();
    }
    let read = |(i, name): (usize, &String)| convert::subject(fields, &format!("subjects[{i}]"), name, parent);
    names.iter().enumerate().filter_map(read).collect()
}

fn audiences(fields: &mut Fields, wanted: &[NoticeAudience], parent: &JobcenterName) -> Vec<NoticeAudience> {
    if !(1..=20).contains(&wanted.len()) {
        fields.violation("audiences", format!("must have 1 to 20 entries, has {}", wanted.len()));
        return Vec::new();
    }
    for (i, audience) in wanted.iter().enumerate() {
        let function = audience.function != i32::from(StaffFunction::Unspecified);
        match (audience.staff_member.is_empty(), function || !audience.team.is_empty()) {
            (true, _) => {
                let _: StaffFunction = fields.choice(&format!("audiences[{i}].function"), audience.function);
                fields.slug(&format!("audiences[{i}].team"), &audience.team, 40);
            }
            (false, false) => {
                let field = format!("audiences[{i}].staff_member");
                let name: Option<StaffName> = fields.name(&field, &audience.staff_member);
                if name.is_some_and(|name| name.jobcenter() != parent.jobcenter()) {
                    fields.violation(field, "must belong to the jobcenter of the request");
                }
            }
            (false, true) => {
                fields.violation(
                    format!("audiences[{i}]"),
                    "must name a staff member, or a function in a team, not both",
                );
            }
        }
    }
    wanted.to_vec()
}

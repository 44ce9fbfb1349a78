//! Resources of this service in the form of the contract, and back.

use lettre::message::Mailbox;
use lotse_kernel::names::JobcenterName;
use lotse_platform::{
    convert::timestamp,
    etag,
    fields::{Fields, contract_date},
};
use lotse_proto::notifications as contract;

use crate::{
    domain::{
        cause::{Cause, Subject},
        delivery::{Delivery, DeliveryState, Mishap, Trouble},
        notice::Notice,
    },
    mail::message_id,
};

/// A notice.
pub(crate) fn notice(notice: Notice) -> contract::Notice {
    let Cause { resource, code } = notice.news.cause;
    contract::Notice {
        name: notice.name.to_string(),
        etag: etag::of(notice.version),
        template: notice.news.template.code().to_owned(),
        cause: Some(contract::NoticeCause { resource: resource.to_string(), code: code.as_str().to_owned() }),
        subjects: notice.news.subjects.iter().map(ToString::to_string).collect(),
        due_date: notice.news.due_on.map(contract_date),
        title: notice.title,
        body: notice.body,
        create_time: Some(timestamp(notice.news.at)),
        read_time: notice.read_at.map(timestamp),
    }
}

/// A delivery. Without a mail server a waiting one says so, whatever happened to it before.
pub(crate) fn delivery(delivery: &Delivery, sender: Option<&Mailbox>) -> contract::Delivery {
    let mut shown = contract::Delivery {
        name: delivery.name.to_string(),
        etag: etag::of(delivery.version),
        attempts: i32::try_from(delivery.attempts).unwrap_or(i32::MAX),
        create_time: Some(timestamp(delivery.created_at)),
        message_id: sender.map_or_else(String::new, |sender| message_id(delivery.name.notice().id(), sender)),
        team: delivery.team.clone(),
        ..contract::Delivery::default()
    };
    let mut show = |state: contract::DeliveryState, last: Option<Mishap>| {
        shown.set_state(state);
        shown.set_last_error(last.map_or(contract::DeliveryError::Unspecified, |last| error(last.trouble)));
        shown.last_reply_code = last.and_then(|last| last.reply_code).map_or(0, i32::from);
    };
    match delivery.state {
        DeliveryState::Pending { last, next_attempt_at } => {
            show(contract::DeliveryState::Pending, last);
            match sender {
                Some(_) => shown.next_attempt_time = Some(timestamp(next_attempt_at)),
                None => shown.set_last_error(contract::DeliveryError::NotConfigured),
            }
        }
        DeliveryState::Sent { sent_at } => {
            show(contract::DeliveryState::Sent, None);
            shown.sent_time = Some(timestamp(sent_at));
        }
        DeliveryState::Failed { last } => show(contract::DeliveryState::Failed, Some(last)),
    }
    shown
}

const fn error(trouble: Trouble) -> contract::DeliveryError {
    match trouble {
        Trouble::Unreachable => contract::DeliveryError::Unreachable,
        Trouble::Timeout => contract::DeliveryError::Timeout,
        Trouble::Deferred => contract::DeliveryError::Deferred,
        Trouble::NotProtected => contract::DeliveryError::NotProtected,
        Trouble::AccountRefused => contract::DeliveryError::AccountRefused,
        Trouble::Rejected => contract::DeliveryError::Rejected,
        Trouble::AddressInvalid => contract::DeliveryError::AddressInvalid,
        Trouble::MessageFaulty => contract::DeliveryError::MessageFaulty,
    }
}

/// The word of a state in the database.
pub(crate) const fn state_word(state: contract::DeliveryState) -> Option<&'static str> {
    match state {
        contract::DeliveryState::Unspecified => None,
        contract::DeliveryState::Pending => Some("PENDING"),
        contract::DeliveryState::Sent => Some("SENT"),
        contract::DeliveryState::Failed => Some("FAILED"),
    }
}

/// Reads the name of a resource of the jobcenter.
pub(crate) fn subject(fields: &mut Fields, field: &str, value: &str, parent: &JobcenterName) -> Option<Subject> {
    let subject: Subject = fields.name(field, value)?;
    if subject.jobcenter() == parent.jobcenter() {
        return Some(subject);
    }
    fields.violation(field, "must belong to the jobcenter of the request");
    None
}

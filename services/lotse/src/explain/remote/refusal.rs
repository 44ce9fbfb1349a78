//! Why a running Lotse does not answer, by the option that can change it.

use std::error::Error as _;

use lotse_platform::refusal::DOMAIN;
use lotse_proto::cases::ErrorReason;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use super::{
    super::{
        Explain, Unexplained,
        complaints::{Complaint, Complaints},
    },
    Server,
};

/// Whether no version holds on the day that was asked for.
pub(super) fn is_not_in_force(status: &Status) -> bool {
    let reason = ErrorReason::PolicyNotInForce.as_str_name();
    let details = status.get_error_details();
    details.error_info().is_some_and(|info| info.domain == DOMAIN && reason.ends_with(&info.reason))
}

/// What the server says, with the way out. Wrong fields are a wrong question, everything else is a refusal.
pub(super) fn told(explain: &Explain, server: &Server, status: &Status) -> Unexplained {
    let details = status.get_error_details();
    let violations = details.bad_request().map(|request| request.field_violations.as_slice()).unwrap_or_default();
    if !violations.is_empty() {
        let mut told = Complaints::new(explain.english);
        for violation in violations {
            // The server speaks English.
            told.add(Complaint::new(option(&violation.field), &*violation.description, &*violation.description));
        }
        return Unexplained::Wrong(told);
    }
    Unexplained::Refused(Complaints::new(explain.english).with(complaint(server, status)))
}

fn complaint(server: &Server, status: &Status) -> Complaint {
    let Server { address, jobcenter, .. } = server;
    // A server's status has no source: one that has was made here, because the connection broke or nothing came in time.
    let code = if status.source().is_some() { Code::Unavailable } else { status.code() };
    match code {
        Code::Unauthenticated => Complaint::new(
            "--token",
            "wird nicht anerkannt: abgelaufen, verstümmelt oder von einem anderen Aussteller; ein neues holen",
            "is not accepted: expired, mutilated or from another issuer; get a new one",
        ),
        Code::PermissionDenied => Complaint::new(
            "--token",
            format!("gehört niemandem, der über {jobcenter} fragen darf; das Token von jemandem dort nehmen"),
            format!("belongs to nobody who may ask about {jobcenter}; take that of somebody there"),
        ),
        Code::NotFound => Complaint::new(
            "--jobcenter",
            format!("{jobcenter} gibt es nicht, oder das Token ist von einem anderen Jobcenter; beides vergleichen"),
            format!("there is no {jobcenter}, or the token is of another jobcenter; compare both"),
        ),
        Code::Unavailable | Code::DeadlineExceeded => Complaint::new(
            "--against",
            format!("{address} antwortet nicht; prüfen, ob Lotse dort läuft, und noch einmal fragen"),
            format!("{address} does not answer; see whether Lotse runs there, and ask again"),
        ),
        Code::Unimplemented => Complaint::new(
            "--against",
            format!("{address} kennt diese Frage nicht; die Adresse der öffentlichen API von Lotse nennen"),
            format!("{address} does not know this question; name the address of Lotse's public API"),
        ),
        other => Complaint::new(
            "--against",
            format!("{address} lehnt ab ({other:?}): {}", status.message()),
            format!("{address} refuses ({other:?}): {}", status.message()),
        ),
    }
}

/// The option behind a field of a request; the field itself where there is none.
fn option(field: &str) -> &str {
    match field {
        "parent" => "--jobcenter",
        "date" => "DATE",
        "first_year" => "YEAR",
        "key" => "KEY",
        "fact_date" => "--on",
        "period.event_date" => "--from",
        "period.first_date" => "--first-day",
        "period.former_end_date" => "--former-end",
        "period.number" => "--number",
        "period.grace_working_days" => "--grace",
        "timer.timer" => "TIMER",
        "timer.from_date" => "--t0",
        "timer.fact_date" => "--fact",
        "timer.number" => "--slot",
        "timer.extension" | "timer.extension_months" => "--extend-months",
        "timer.extension_until_date" => "--extend-until",
        "timer.interval_months" => "--interval",
        "timer.last_review_date" => "--last-review",
        "timer.former_due_date" => "--former-due",
        "notice.sent_date" | "objection.delivery.sent_date" => "--posted",
        "notice.received_date" | "objection.delivery.received_date" => "--received",
        "objection.notice_date" => "--known",
        "age.birth_date" => "--born",
        "age.years" => "--years",
        _ if field.starts_with("place") => "--place",
        _ => field,
    }
}

//! `ReferralService.RecordReport`: a provider reports; a report that is asked for is settled by it (R88 to R90).

use jiff::civil::Date;
use lotse_platform::{fields::Fields, principal::Caller};
use lotse_proto::providers as contract;

use super::{
    KEEPING,
    change::{Begun, News, Target, VerbError, begin, past_day, refused},
};
use crate::access::{Office, acts};
use crate::{
    convert::Twin,
    domain::{
        referral::Report,
        vocabulary::{Attendance, Progress},
    },
    store::reports,
};

/// Records a report.
///
/// # Errors
/// [`VerbError`].
pub async fn handle(
    office: &Office,
    caller: &Caller,
    request: contract::RecordReportRequest,
) -> Result<contract::Referral, VerbError> {
    let target = Target { name: &request.name, etag: &request.etag, request_id: &request.request_id };
    let begun = begin::<acts::RecordReport, _, _>(office, caller, &request, target, |fields, today| {
        report(fields, request.report.as_ref(), today)
    });
    let (mut change, report) = match begun.await? {
        Begun::Seen(referral) => return Ok(referral),
        Begun::New(change, parsed) => (change, parsed),
    };
    let rules = change.rules()?;
    let reported = change.referral.clone().reported(report.received_on, rules.on(change.unit.today()));
    let (referral, settles) = reported.map_err(refused("report.received_date"))?;
    let slot = referral.state.delivery().filter(|_| settles).map(|delivery| delivery.reports);
    reports::insert(&mut change.unit, change.proof, &referral.name, report, slot).await?;
    // A report that nobody asked for moves no date.
    let news = if settles { News::Wake("REFERRAL_REPORTED") } else { News::None };
    Ok(change.finish(referral, news, KEEPING).await?)
}

fn report(fields: &mut Fields, report: Option<&contract::Report>, today: Date) -> Report {
    let report = fields.required("report", report).copied().unwrap_or_default();
    let received_on = past_day(fields, "report.received_date", report.received_date.as_ref(), today);
    let expected_end_on = fields.optional_date("report.expected_end_date", report.expected_end_date.as_ref());
    Report {
        received_on,
        attendance: Attendance::read(fields, "report.attendance", report.attendance),
        progress: Progress::read(fields, "report.progress", report.progress),
        new_needs: report.new_needs,
        expected_end_on,
    }
}

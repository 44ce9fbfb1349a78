//! Asks a running Lotse, which knows what a jobcenter changed: its policies, and the place whose holidays count.

mod refusal;
mod request;

use std::{ffi::OsString, time::Duration};

use anyhow::Context as _;
use jiff::civil::Date;
use lotse_cases::legal_clock::answer::place;
use lotse_kernel::{
    explanation::german_day,
    legal::{Calendar, question::Known},
    policy::{Jurisdiction, PolicyKey, PolicyVersion},
};
use lotse_platform::{
    config::{ServerUri, Value as _},
    fields::contract_date,
    rules,
};
use lotse_proto::cases::{
    self as contract, compute_deadline_request::Question, legal_clock_service_client::LegalClockServiceClient,
    policy_service_client::PolicyServiceClient,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, ClientTlsConfig, Endpoint},
};

use super::{
    Explain, Unexplained,
    args::Whom,
    asking::Asked,
    complaints::{Complaint, Complaints},
    output::{DayReport, HolidayList, Report},
    policy,
};

/// Longest wait for a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// Longest wait for an answer: the clock computes, it does not work.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running Lotse, and as whom it is asked about which jobcenter.
#[derive(Debug)]
pub(super) struct Server {
    address: String,
    is_encrypted: bool,
    bearer: MetadataValue<Ascii>,
    jobcenter: String,
}

impl Server {
    /// The one that was typed; none when this release is to answer. `token` is the one of the surroundings.
    pub(super) fn of(told: &mut Complaints, whom: &Whom, token: Option<OsString>) -> Option<Self> {
        let Some(address) = &whom.against else {
            for (option, given) in [("--token", &whom.token), ("--jobcenter", &whom.jobcenter)] {
                if given.is_some() {
                    told.add(Complaint::new(
                        option,
                        "gehört zu --against; weglassen, oder mit --against die Adresse nennen",
                        "belongs to --against; leave it out, or name the address with --against",
                    ));
                }
            }
            return None;
        };
        let uri = ServerUri::from_text(address.trim());
        if uri.is_none() {
            told.add(Complaint::new(
                "--against",
                "ist keine Adresse; zum Beispiel http://127.0.0.1:7000",
                "is no address; for example http://127.0.0.1:7000",
            ));
        }
        let token = whom.token.clone().or_else(|| token?.into_string().ok()).unwrap_or_default();
        let bearer = match token.trim() {
            "" => Err((
                "fehlt; ein Token nennen, hier oder in LOTSE_TOKEN",
                "is missing; name one, here or in LOTSE_TOKEN",
            )),
            token => MetadataValue::try_from(format!("Bearer {token}"))
                .map_err(|_| ("ist kein Token; es besteht aus Buchstaben, Ziffern und Punkten", "is no token")),
        };
        let bearer = bearer.map_err(|(german, english)| told.add(Complaint::new("--token", german, english))).ok();
        let jobcenter = whom.jobcenter.as_deref().unwrap_or_default().trim();
        if jobcenter.is_empty() {
            told.add(Complaint::new(
                "--jobcenter",
                "fehlt; zum Beispiel --jobcenter musterstadt",
                "is missing; for example --jobcenter musterstadt",
            ));
        }
        // What `lotse dev` prints is the whole name, and is pasted.
        let jobcenter = jobcenter.strip_prefix("jobcenters/").unwrap_or(jobcenter).to_owned();
        Some(Self { address: address.trim().to_owned(), is_encrypted: uri?.is_encrypted(), bearer: bearer?, jobcenter })
    }

    fn channel(&self) -> anyhow::Result<Channel> {
        let mut endpoint = Endpoint::from_shared(self.address.clone())?.connect_timeout(CONNECT_PATIENCE);
        if self.is_encrypted {
            endpoint = endpoint.tls_config(ClientTlsConfig::new().with_native_roots())?;
        }
        Ok(endpoint.connect_lazy())
    }

    fn parent(&self) -> String {
        format!("jobcenters/{}", self.jobcenter)
    }

    fn signed<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.set_timeout(PATIENCE);
        request.metadata_mut().insert("authorization", self.bearer.clone());
        request
    }
}

/// Asks and has the answer written as that of this release would be.
pub(super) async fn answer(
    explain: &Explain,
    asked: Asked,
    calendar: Calendar,
    server: &Server,
) -> Result<String, Unexplained> {
    let asking = Asking { explain, server, calendar, channel: server.channel()? };
    match asked {
        Asked::Period(period) => explain.report(asking.date(Question::Period(request::period(&period))).await?),
        Asked::Timer(timer) => explain.report(asking.date(Question::Timer(request::timer(&timer))).await?),
        Asked::Notice(delivery) => {
            explain.report(asking.date(Question::Notice(request::notice(&delivery))).await?.of_notice())
        }
        Asked::Objection(objection) => {
            // The answer tells the steps to the notice and not its line, so the notice is asked for too.
            let known = match &objection.known {
                Known::By(delivery) => Some(asking.date(Question::Notice(request::notice(delivery))).await?),
                Known::On(_) => None,
            };
            let last = asking.date(Question::Objection(request::objection(&objection))).await?;
            explain.report(last.after(known))
        }
        Asked::Age(age) => explain.report(asking.date(Question::Age(request::age(age))).await?.of_age()),
        Asked::Day(date) => explain.day(&asking.day(date).await?),
        Asked::Year(year) => explain.holidays(&asking.year(year).await?),
        Asked::Policy(key, on) => match asking.version(key, on).await? {
            Some(version) => policy::told(explain, &version),
            None => Err(explain.wrong(Complaint::new(
                "--on",
                format!("für den {} gilt dort keine Fassung von {key}", german_day(on)),
                format!("no version of {key} holds there for {on}"),
            ))),
        },
        Asked::Policies(on) => {
            let mut found = Vec::new();
            for key in PolicyKey::ALL {
                found.push((*key, asking.version(*key, on).await?));
            }
            policy::all_told(explain, &found)
        }
    }
}

/// One question to one server.
struct Asking<'q> {
    explain: &'q Explain,
    server: &'q Server,
    calendar: Calendar,
    channel: Channel,
}

impl Asking<'_> {
    fn clock(&self) -> LegalClockServiceClient<Channel> {
        LegalClockServiceClient::new(self.channel.clone())
    }

    fn refused(&self, status: &Status) -> Unexplained {
        refusal::told(self.explain, self.server, status)
    }

    async fn date(&self, question: Question) -> Result<Report, Unexplained> {
        let request = contract::ComputeDeadlineRequest {
            parent: self.server.parent(),
            place: place(self.calendar),
            question: Some(question),
        };
        let answer = self.clock().compute_deadline(self.server.signed(request)).await;
        Ok(Report::received(answer.map_err(|status| self.refused(&status))?.into_inner())?)
    }

    async fn day(&self, date: Date) -> Result<DayReport, Unexplained> {
        let request = contract::ExplainDateRequest {
            parent: self.server.parent(),
            place: place(self.calendar),
            date: Some(contract_date(date)),
        };
        let answer = self.clock().explain_date(self.server.signed(request)).await;
        Ok(DayReport::received(answer.map_err(|status| self.refused(&status))?.into_inner())?)
    }

    async fn year(&self, year: i16) -> Result<HolidayList, Unexplained> {
        let request = contract::ListHolidaysRequest {
            parent: self.server.parent(),
            place: place(self.calendar),
            first_year: i32::from(year),
            last_year: 0,
        };
        let answer = self.clock().list_holidays(self.server.signed(request)).await;
        Ok(HolidayList::received(year, answer.map_err(|status| self.refused(&status))?.into_inner())?)
    }

    /// The version that governs a fact of the day; none when none holds.
    async fn version(&self, key: PolicyKey, on: Date) -> Result<Option<PolicyVersion>, Unexplained> {
        let request = contract::ResolvePolicyRequest {
            parent: self.server.parent(),
            key: request::named(contract::PolicyKey::from_str_name, "POLICY_KEY_", key.code()),
            fact_date: Some(contract_date(on)),
        };
        let answer = PolicyServiceClient::new(self.channel.clone()).resolve_policy(self.server.signed(request)).await;
        let policy = match answer {
            Ok(answer) => answer.into_inner(),
            Err(status) if refusal::is_not_in_force(&status) => return Ok(None),
            Err(status) => return Err(self.refused(&status)),
        };
        let of = policy.citation.split('/').next().unwrap_or_default().to_owned();
        let jurisdiction = match policy.scope() {
            contract::PolicyScope::Jobcenter => Jurisdiction::Jobcenter(of),
            contract::PolicyScope::Land => Jurisdiction::Land(of),
            contract::PolicyScope::Federal | contract::PolicyScope::Unspecified => Jurisdiction::Federal,
        };
        let version = rules::stated(&policy, jurisdiction);
        Ok(Some(version.with_context(|| format!("this release cannot read {}", policy.citation))?))
    }
}

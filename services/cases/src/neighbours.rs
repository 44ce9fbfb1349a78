//! The siblings that compute dates by the versions of a jobcenter and keep none: what a version does to what is owed of referrals and letters is
//! asked of them, always beside a transaction that writes.

use std::fmt;

use futures::future::BoxFuture;
use jiff::civil::Date;
use lotse_kernel::{
    names::{CaseName, JobcenterName, LetterName, ReferralName},
    policy::Keeper,
};
use lotse_platform::{channel::Peer, failure::Failure, fields::contract_date};
use lotse_proto::{
    cases::{JobcenterRules, PolicyChange},
    documents::{PreviewLettersRequest, letter_process_service_client::LetterProcessServiceClient},
    providers::{PreviewReferralsRequest, referral_process_service_client::ReferralProcessServiceClient},
};
use tonic::{Code, Status};
use uuid::Uuid;

use crate::{convert_replan::effect_told, domain::vocabulary::ReplanEffect};

/// Which version, and how far the pages before have come.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Whose records.
    pub jobcenter: JobcenterName,
    /// What the jobcenter lives under, with the version.
    pub rules: JobcenterRules,
    /// How the version is cited.
    pub citation: String,
    /// The day on which it takes open records over.
    pub as_of: Date,
    /// The last record of the page before.
    pub after: Option<Uuid>,
}

/// What becomes of a record of a sibling.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The case to which it belongs.
    pub case: CaseName,
    /// What becomes of it.
    pub effect: ReplanEffect,
    /// The whole, as it is told on.
    pub told: PolicyChange,
}

/// A page of what a sibling answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// What becomes of records; those of which nothing becomes are left out.
    pub changes: Vec<Change>,
    /// Records looked through.
    pub read: i32,
    /// Records of all pages; told with the first one.
    pub total: i32,
    /// The last record, after which others follow.
    pub last: Option<Uuid>,
}

/// Asks siblings.
pub trait Siblings: fmt::Debug + Send + Sync {
    /// What a version does to a page of a sibling's records.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] while the sibling is away or answers otherwise than agreed.
    fn preview(&self, keeper: Keeper, asked: Asked) -> BoxFuture<'_, Result<Page, Failure>>;
}

/// Siblings over their process API.
#[derive(Debug, Clone)]
pub struct RemoteSiblings {
    referrals: ReferralProcessServiceClient<Peer>,
    letters: LetterProcessServiceClient<Peer>,
}

impl RemoteSiblings {
    /// Siblings behind their channels.
    #[must_use]
    pub fn new(providers: Peer, documents: Peer) -> Self {
        Self {
            referrals: ReferralProcessServiceClient::new(providers),
            letters: LetterProcessServiceClient::new(documents),
        }
    }
}

impl Siblings for RemoteSiblings {
    fn preview(&self, keeper: Keeper, asked: Asked) -> BoxFuture<'_, Result<Page, Failure>> {
        Box::pin(async move {
            let parent = asked.jobcenter.to_string();
            let after = asked.after.map(|id| id.to_string()).unwrap_or_default();
            let (rules, citation) = (Some(asked.rules), asked.citation);
            let as_of_date = Some(contract_date(asked.as_of));
            let away = |status: Status| away(keeper, &status);
            let (changes, read, total, last) = match keeper {
                Keeper::Providers => {
                    let request = PreviewReferralsRequest { parent, after, rules, citation, as_of_date };
                    let page = self.referrals.clone().preview_referrals(request).await.map_err(away)?.into_inner();
                    (page.changes, page.read_count, page.total_count, page.last)
                }
                Keeper::Documents => {
                    let request = PreviewLettersRequest { parent, after, rules, citation, as_of_date };
                    let page = self.letters.clone().preview_letters(request).await.map_err(away)?.into_inner();
                    (page.changes, page.read_count, page.total_count, page.last)
                }
            };
            let malformed = || {
                tracing::error!(sibling = keeper.code(), "a sibling told a change of what it does not keep");
                Failure::Unavailable { dependency: keeper.code() }
            };
            let read_one = |told: PolicyChange| {
                let case = case_of(keeper, &told.duty).filter(|case| case.jobcenter_name() == &asked.jobcenter)?;
                Some(Change { case, effect: effect_told(&told)?, told })
            };
            let changes = changes.into_iter().map(read_one).collect::<Option<Vec<_>>>();
            let last = if last.is_empty() { None } else { Some(last.parse().map_err(|_| malformed())?) };
            Ok(Page { changes: changes.ok_or_else(malformed)?, read, total, last })
        })
    }
}

/// The case of a record of a sibling.
fn case_of(keeper: Keeper, record: &str) -> Option<CaseName> {
    Some(match keeper {
        Keeper::Providers => record.parse::<ReferralName>().ok()?.case().clone(),
        Keeper::Documents => record.parse::<LetterName>().ok()?.case().clone(),
    })
}

fn away(keeper: Keeper, status: &Status) -> Failure {
    // What it does not take now it will not take later: nobody is to ask for ever.
    if status.code() == Code::InvalidArgument {
        return Failure::Defect(format!("{keeper} does not take what cases asks: {}", status.message()));
    }
    tracing::warn!(sibling = keeper.code(), code = ?status.code(), "a sibling did not answer");
    Failure::Unavailable { dependency: keeper.code() }
}

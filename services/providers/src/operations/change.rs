//! The way of every verb of a referral: authorize, parse, claim, load, compare the etag; afterwards write, announce, commit.

use jiff::{Timestamp, civil::Date};
use lotse_kernel::names::ReferralName;
use lotse_platform::{
    authorization::{Act, Authorized},
    case_access::{Entered, may_act_in},
    failure::{Failure, Fault, OperationError, bare},
    fields::{Fields, parse_name},
    principal::Caller,
    rules::Rules,
    unit::{Claim, Unit},
};
use lotse_proto::{cases::CaseFacts, providers as contract};
use prost::Message;
use std::sync::Arc;
use thiserror::Error;
use tonic::Code;
use tonic_types::FieldViolation;

use crate::{
    access::Office,
    convert,
    domain::referral::{Referral, Refused},
    events,
    store::referrals::{self, Stored},
};

/// Why a verb of a referral was refused; the same for all of them, for all meet one state machine.
#[derive(Debug, Error)]
pub enum VerbError {
    /// What any operation may meet.
    #[error(transparent)]
    Common(#[from] Failure),
    /// The verb does not fit the state.
    #[error("the act does not fit the referral's state {state}")]
    WrongState {
        /// Code of the state.
        state: &'static str,
        /// Codes of the states in which it fits.
        allowed: &'static str,
    },
    /// The case has no episode in an active phase.
    #[error("the case has no episode in an active phase")]
    EpisodeNotActive,
}

impl OperationError for VerbError {
    fn fault(&self) -> Fault {
        let refused = |reason: contract::ErrorReason| Fault::new(Code::FailedPrecondition, bare(reason.as_str_name()));
        match self {
            Self::Common(failure) => failure.fault(),
            Self::WrongState { state, allowed } => {
                refused(contract::ErrorReason::WrongState).with("state", *state).with("allowed", *allowed)
            }
            Self::EpisodeNotActive => refused(contract::ErrorReason::EpisodeNotActive),
        }
    }
}

/// Turns a refusal of the domain into the answer; `field` is the one that holds the day.
pub(super) fn refused(field: &'static str) -> impl Fn(Refused) -> VerbError {
    move |refused| match refused {
        Refused::WrongState { state, allowed } => VerbError::WrongState { state, allowed },
        Refused::NoRule(unanswered) => Failure::from(unanswered).into(),
        Refused::TooEarly { earliest } => {
            let violation = FieldViolation::new(field, format!("must not lie before {earliest}"));
            Failure::Fields(vec![violation]).into()
        }
    }
}

/// What every verb's request holds besides its own facts.
pub(super) struct Target<'a> {
    pub(super) name: &'a str,
    pub(super) etag: &'a str,
    pub(super) request_id: &'a str,
}

/// A verb under way: the referral is locked, its etag the one the client read.
pub(super) struct Change<A> {
    pub(super) unit: Unit,
    pub(super) proof: Authorized<A>,
    pub(super) facts: Arc<CaseFacts>,
    pub(super) referral: Referral,
    created_at: Timestamp,
    spread: bool,
}

/// What the beginning of a verb found.
pub(super) enum Begun<A, P> {
    /// The request was seen before: this is the referral as it is now.
    Seen(contract::Referral),
    /// Go on, with what was parsed.
    New(Change<A>, P),
}

/// What the procedure of the referral is told.
pub(super) enum News {
    /// Nothing: its timetable is the same, or it never began.
    None,
    /// It begins.
    Start(&'static str),
    /// Its timetable changed.
    Wake(&'static str),
}

/// Begins a verb; `parse` reads its own facts, given the business date.
///
/// # Errors
/// [`Failure`].
pub(super) async fn begin<A: Act + Copy, M: Message, P>(
    office: &Office,
    caller: &Caller,
    message: &M,
    target: Target<'_>,
    parse: impl FnOnce(&mut Fields, Date) -> P,
) -> Result<Begun<A, P>, Failure> {
    let name: ReferralName = parse_name("name", target.name)?;
    let entered = office.enter::<A>(caller, name.case(), name.to_string()).await?;
    let rules = entered.rules()?;
    let Entered { mut unit, proof, facts } = entered;
    let mut fields = Fields::new();
    let parsed = parse(&mut fields, unit.today());
    let version = fields.etag(target.etag);
    let request_id = fields.request_id(target.request_id);
    let (parsed, version, request_id) = fields.finish((parsed, version, request_id))?;

    if let Claim::Seen { .. } = unit.claim(request_id, message, &name.to_string()).await? {
        let stored = referrals::load(&mut unit, proof, &name).await?;
        return Ok(Begun::Seen(convert::referral(&stored, rules.on(unit.today()))?));
    }
    let Stored { referral, created_at } = referrals::lock(&mut unit, proof, &name).await?;
    if !may_act_in(&facts, &referral.episode) {
        unit.take_back(&office.desk, &name.to_string()).await?;
        return Err(Failure::NotPermitted);
    }
    if referral.version != version {
        return Err(Failure::StaleEtag);
    }
    let spread = !office.desk.clock.is_simulated();
    Ok(Begun::New(Change { unit, proof, facts, referral, created_at, spread }, parsed))
}

impl<A: Act + Copy> Change<A> {
    /// By which rules dates of the case are computed.
    ///
    /// # Errors
    /// [`Failure::Unavailable`] when cases told them otherwise than agreed.
    pub(super) fn rules(&self) -> Result<Rules, Failure> {
        Rules::told(&self.facts).map_err(|error| error.failure())
    }

    /// Writes the referral, tells its procedure, commits.
    ///
    /// # Errors
    /// [`Failure`].
    pub(super) async fn finish(
        mut self,
        referral: Referral,
        news: News,
        legal_ground: &str,
    ) -> Result<contract::Referral, Failure> {
        let seq = referral.event_seq + i64::from(!matches!(news, News::None));
        let referral = Referral { event_seq: seq, ..referral };
        let referral = referrals::update(&mut self.unit, self.proof, referral).await?;
        match news {
            News::None => {}
            News::Start(kind) => events::start(&mut self.unit, &referral, kind, self.spread)?,
            News::Wake(kind) => events::wake(&mut self.unit, &referral, kind),
        }
        let name = referral.name.to_string();
        let stored = Stored { referral, created_at: self.created_at };
        let shown = convert::referral(&stored, self.rules()?.on(self.unit.today()))?;
        self.unit.commit(&name, legal_ground).await?;
        Ok(shown)
    }
}

/// Reads a required day that is not in the future.
pub(super) fn past_day(fields: &mut Fields, field: &str, value: Option<&lotse_proto::Date>, today: Date) -> Date {
    let day = fields.date(field, value);
    if day > today {
        fields.violation(field, "must not lie in the future");
    }
    day
}

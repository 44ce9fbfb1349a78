//! What every service owes its contract, tested from the descriptors: a new RPC is held to it without new test code.
//!
//! A service's tests give a [`Ground`]: for each RPC a request that is right now, who may send it and who may not, and when it
//! comes at the wrong time. Everything else follows from the messages' descriptors: what may be missing, too long, not UTF-8, no such
//! day, no such name, another jobcenter's. After every refusal all tables of the schema are as before; a refused access has left
//! one row of audit, anything else none. An RPC the ground does not know fails the tests, and one that cannot keep a promise stands
//! in the ground's list of exemptions with the reason.
//!
//! | Module | Holds |
//! |---|---|
//! | [`writes`] | what a write does once, and never with a stale etag, a used `request_id` or in a wrong state |
//! | [`mod@exempt`] | which RPC does not give which promise, and why |
//! | [`access`] | who is refused, on which listener, in which jobcenter, and what that leaves behind |
//! | [`inputs`] | what is wrong with a request is said field by field |
//! | [`lists`] | listed ⇔ allowed |
//! | [`matrix`] | the golden matrix of roles and RPCs |

pub mod access;
pub mod exempt;
mod faults;
pub mod inputs;
mod ledger;
pub mod lists;
pub mod matrix;
mod values;
pub mod walls;
pub mod wire;
pub mod writes;

use std::fmt::Write;

use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::service::{Client, Service};

pub use exempt::{Exempt, Promise, exempt};
pub use ledger::Ledger;

/// Declares the tests that every service owes its contract; the arguments are the service's [`Ground`] and how it is opened, anew for
/// each. What is listed is a test of the service's own, see [`lists`].
#[macro_export]
macro_rules! contract_tests {
    ($ground:ty, $open:expr) => {
        #[test]
        fn every_exemption_has_its_reason() {
            $crate::contract::exempt::every_exemption_has_its_reason::<$ground>();
        }

        $crate::contract_tests! {
            $open;
            inputs::what_is_wrong_is_said_field_by_field,
            inputs::no_bytes_are_an_incident,
            writes::a_read_changes_nothing,
            writes::a_write_happens_once,
            writes::a_request_id_stands_for_one_content,
            writes::a_stale_etag_is_refused,
            writes::a_wrong_state_is_told,
            access::who_may_not_is_refused_and_audited,
            access::a_foreign_jobcenter_is_not_there,
            access::what_is_not_there_is_not_found,
            access::nobody_comes_in_by_the_wrong_door,
            walls::every_table_is_fenced,
        }
    };
    ($open:expr; $($module:ident::$test:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $test() {
            $crate::contract::$module::$test(&$open.await).await;
        }
    )+};
}

/// Declares the tests of a service's matrix of roles and RPCs, which need no server: the arguments are its [`Ground`], its policies and
/// the situations the matrix tells apart.
#[macro_export]
macro_rules! matrix_tests {
    ($ground:ty, $policies:expr, $situations:expr) => {
        #[test]
        fn the_matrix_is_the_one_that_was_agreed() {
            let folder = env!("CARGO_MANIFEST_DIR");
            $crate::contract::matrix::is_the_one_that_was_agreed::<$ground>(&$policies, folder, &$situations);
        }

        #[test]
        fn nobody_reaches_into_another_jobcenter() {
            $crate::contract::matrix::nobody_reaches_into_another_jobcenter::<$ground>(&$policies, &$situations);
        }

        #[test]
        fn people_and_machines_are_apart() {
            $crate::contract::matrix::people_and_machines_are_apart::<$ground>(&$policies, &$situations);
        }
    };
}

/// The jobcenter in which the stories of all services happen.
pub const HOME: &str = "musterstadt";

/// A jobcenter of the same cell in which nobody of [`HOME`] has any business.
pub const ABROAD: &str = "nachbarstadt";

/// What a caller is told who may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The thing is seen, but the act is another's: `PERMISSION_DENIED`.
    Forbidden,
    /// Nothing of that name is there: `NOT_FOUND`.
    Nothing,
}

/// A request that is right now, in a story of its own.
#[derive(Debug, Clone)]
pub struct Right {
    /// A client of one who may.
    pub by: Client,
    /// The request.
    pub message: Vec<u8>,
    /// As right as `message` and with its `request_id`, but of other content; not needed where there is an etag to change.
    pub other: Option<Vec<u8>>,
    /// Clients of those who may not, each with a word that says who, and what they are told. The process API knows none.
    pub not_by: Vec<(&'static str, Client, Told)>,
    /// One who may at home, for trying it abroad; `by` where that is one already.
    pub from_home: Option<Client>,
}

impl Right {
    /// A request of one who may, which nobody may not.
    #[must_use]
    pub fn new(by: Client, message: &impl prost::Message) -> Self {
        Self { by, message: message.encode_to_vec(), other: None, not_by: Vec::new(), from_home: None }
    }

    /// Adds one who may not.
    #[must_use]
    pub fn not_by(mut self, who: &'static str, client: Client, told: Told) -> Self {
        self.not_by.push((who, client, told));
        self
    }

    /// Adds a request of other content under the same `request_id`.
    #[must_use]
    pub fn or(mut self, other: &impl prost::Message) -> Self {
        self.other = Some(other.encode_to_vec());
        self
    }
}

/// What becomes of a write that comes at the wrong time.
#[derive(Debug, Clone)]
pub enum Misfit {
    /// It is refused with this code and reason.
    Refused(Client, Vec<u8>, Code, &'static str),
    /// It is answered and changes nothing: the steps of procedures, which ask again.
    Idle(Client, Vec<u8>),
}

/// What a service's tests know that no descriptor says.
pub trait Ground {
    /// The package of the contract, such as `lotse.cases.v1`.
    const PACKAGE: &'static str;
    /// Those of its services that workers and sibling services call.
    const PROCESS: &'static [&'static str];
    /// Which RPC does not give which promise, and why. One that gives it and is listed fails the tests as well.
    const EXEMPT: &'static [Exempt];

    /// The running service.
    fn service(&self) -> &Service;

    /// A request that is right now. Panics on an RPC it does not know, such as `EpisodeService.CastVote`.
    fn right(&self, rpc: &str) -> impl Future<Output = Right>;

    /// The same at the wrong time; asked for writes only. Nothing for one that fits every state there is and is listed as such.
    /// Panics on an RPC it does not know.
    fn misfit(&self, rpc: &str) -> impl Future<Output = Option<Misfit>>;
}

/// The code and the reason of a refusal.
#[must_use]
pub fn refusal(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().map(|info| info.reason).unwrap_or_default())
}

/// The fields a refusal complains of.
#[must_use]
pub fn violations(status: &Status) -> Vec<String> {
    let bad = status.get_details_bad_request();
    bad.into_iter().flat_map(|bad| bad.field_violations).map(|violation| violation.field).collect()
}

/// What was found wrong, all of it, so that one run tells everything.
#[derive(Debug, Default)]
pub(crate) struct Findings(String);

impl Findings {
    /// Notes what is wrong with an RPC.
    pub(crate) fn add(&mut self, rpc: &str, what: impl std::fmt::Display) {
        // Writing into a text cannot fail.
        let _ = writeln!(self.0, "{rpc}: {what}");
    }

    /// Notes it unless the condition holds.
    pub(crate) fn hold(&mut self, condition: bool, rpc: &str, what: impl FnOnce() -> String) {
        if !condition {
            self.add(rpc, what());
        }
    }

    /// Holds that nothing was found.
    ///
    /// # Panics
    /// When something was.
    pub(crate) fn settle(self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

//! The activation of a policy version in memory: pages until a whole pass found nothing to change.

use jiff::civil::Date;
use lotse_kernel::{
    dates::add_months,
    names::PolicyName,
    policy::PolicyKey,
    workflow::{ActivationInput, Sender, WorkflowId, WorkflowType},
};
use lotse_proto::cases::{ActivationState, PolicyActivation};
use serde_json::Value;
use uuid::Uuid;

use super::Book;
use crate::peer::{Peer, Shelf};

/// Pages of one pass.
pub const PASS: usize = 3;

/// An activation as cases would keep it.
#[derive(Debug)]
pub struct ActivationBook {
    /// The day on which each page was taken; a pass after the first finds nothing.
    pub pages: Vec<Date>,
    /// Where each page of referrals that were roused began, with the id of its request.
    pub roused: Vec<(String, String)>,
    name: String,
}

impl Book for ActivationBook {
    const TYPE: WorkflowType = WorkflowType::PolicyActivation;
    const SENDER: Sender = Sender::Cases;
    const COLLECTION: &'static str = "policies";

    fn name(story: &str) -> String {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("policies/{story}").as_bytes());
        format!("jobcenters/musterstadt/policies/{id}")
    }

    fn new(name: &str, _today: Date) -> Self {
        Self { pages: vec![], roused: vec![], name: name.to_owned() }
    }

    fn start(name: &str, today: Date) -> (WorkflowId, Value) {
        let policy: PolicyName = name.parse().unwrap();
        let input = ActivationInput::new(policy.clone(), PolicyKey::Escalation, first_day(today), false);
        (WorkflowId::policy(&policy), serde_json::to_value(input).unwrap())
    }

    fn shelf(peer: &Peer) -> &Shelf<Self> {
        &peer.activations
    }
}

/// The first day of a version that was approved on a day.
pub fn first_day(today: Date) -> Date {
    add_months(today, 3).date
}

impl ActivationBook {
    pub fn take(&mut self, page: i32, today: Date) -> PolicyActivation {
        if page == self.next_page() && !self.is_done() {
            self.pages.push(today);
        }
        self.progress()
    }

    /// Three pages of referrals.
    pub fn rouse(&mut self, parent: &str, after: &str, request_id: &str) -> String {
        assert_eq!(parent, "jobcenters/musterstadt");
        self.roused.push((after.to_owned(), request_id.to_owned()));
        match after.rsplit('/').next().unwrap() {
            "" => format!("{parent}/cases/1/referrals/1000"),
            "1000" => format!("{parent}/cases/1/referrals/2000"),
            "2000" => String::new(),
            _ => panic!("no page ends with {after}"),
        }
    }

    pub fn progress(&self) -> PolicyActivation {
        let state = match self.pages.len() {
            0 => ActivationState::Pending,
            _ if self.is_done() => ActivationState::Done,
            _ => ActivationState::Running,
        };
        PolicyActivation { name: self.name.clone(), state: state.into(), page: self.next_page() }
    }

    fn is_done(&self) -> bool {
        self.pages.len() >= 2 * PASS
    }

    fn next_page(&self) -> i32 {
        i32::try_from(self.pages.len()).unwrap() + 1
    }
}

//! The records of the procedures in memory, as the services that own them would keep them.

mod activation;
mod episode;
mod letter;
mod referral;
mod watch;

use jiff::civil::Date;
use lotse_kernel::workflow::{Sender, WorkflowId, WorkflowType};
use serde_json::Value;
use uuid::Uuid;

use crate::peer::{Peer, Shelf};

pub use activation::{ActivationBook, PASS, first_day};
pub use episode::EpisodeBook;
pub use letter::LetterBook;
pub use referral::ReferralBook;
pub use watch::WatchBook;

/// One record.
pub trait Book: Send + Sized + 'static {
    /// The procedure it is about.
    const TYPE: WorkflowType;
    /// The service that owns it.
    const SENDER: Sender;
    /// The collection in its resource name.
    const COLLECTION: &'static str;

    /// The name of a record that no other story has.
    fn name(story: &str) -> String {
        let id =
            |kind: &str| Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{}/{story}/{kind}", Self::COLLECTION).as_bytes());
        format!("jobcenters/musterstadt/cases/{}/{}/{}", id("case"), Self::COLLECTION, id("record"))
    }

    /// A record of this name that was made today.
    fn new(name: &str, today: Date) -> Self;

    /// Its workflow, and the input with which a service starts it on a day.
    fn start(name: &str, today: Date) -> (WorkflowId, Value);

    /// The shelf of a peer on which it stands.
    fn shelf(peer: &Peer) -> &Shelf<Self>;

    /// The record that a resource is or belongs to.
    fn record(resource: &str) -> &str {
        resource.split("/duties/").next().unwrap_or_default()
    }

    /// How the list of notices calls what a notice is about, with a space behind it; nothing when it is the record itself.
    fn label(&self, _cause: &str) -> String {
        String::new()
    }
}

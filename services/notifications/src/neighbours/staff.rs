//! What cases knows about staff: who belongs to an audience, and which staff record stands behind a caller.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures::future::BoxFuture;
use lotse_kernel::names::{JobcenterName, StaffName};
use lotse_platform::{authorization::Person, channel::Peer, failure::Failure};
use lotse_proto::cases::{
    FindBySubjectRequest, ListRecipientsRequest, NoticeAudience, StaffMember,
    staff_directory_service_client::StaffDirectoryServiceClient,
};
use tonic::{Code, Status};

use crate::domain::notice::Recipient;

/// How long the staff record behind a caller may be old.
const MAX_AGE: Duration = Duration::from_secs(5);

/// How many staff records are remembered at most.
const MAX_REMEMBERED: usize = 10_000;

/// Reads from the staff table of cases.
pub trait StaffDirectory: fmt::Debug + Send + Sync {
    /// Everybody who belongs to an audience; nobody when it is empty.
    fn recipients<'a>(
        &'a self,
        jobcenter: &'a JobcenterName,
        audience: &'a NoticeAudience,
    ) -> BoxFuture<'a, Result<Vec<Recipient>, Failure>>;

    /// The staff record behind a caller, at most five seconds old; empty when there is none.
    fn person<'a>(&'a self, jobcenter: &'a JobcenterName, subject: &'a str) -> BoxFuture<'a, Result<Person, Failure>>;
}

/// The staff table of cases over its process API.
pub struct RemoteStaff {
    client: StaffDirectoryServiceClient<Peer>,
    remembered: Mutex<HashMap<(String, String), (Instant, Person)>>,
}

impl fmt::Debug for RemoteStaff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RemoteStaff").finish_non_exhaustive()
    }
}

impl RemoteStaff {
    /// Asks over this channel.
    #[must_use]
    pub fn new(cases: Peer) -> Self {
        Self { client: StaffDirectoryServiceClient::new(cases), remembered: Mutex::default() }
    }

    fn recall(&self, key: &(String, String)) -> Option<Person> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.get(key).filter(|(asked, _)| asked.elapsed() < MAX_AGE).map(|(_, person)| person.clone())
    }

    fn remember(&self, key: (String, String), person: &Person) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MAX_REMEMBERED {
            remembered.retain(|_, (asked, _)| asked.elapsed() < MAX_AGE);
        }
        if remembered.len() < MAX_REMEMBERED {
            remembered.insert(key, (Instant::now(), person.clone()));
        }
    }
}

impl StaffDirectory for RemoteStaff {
    fn recipients<'a>(
        &'a self,
        jobcenter: &'a JobcenterName,
        audience: &'a NoticeAudience,
    ) -> BoxFuture<'a, Result<Vec<Recipient>, Failure>> {
        Box::pin(async move {
            let request = ListRecipientsRequest { parent: jobcenter.to_string(), audience: Some(audience.clone()) };
            match self.client.clone().list_recipients(request).await {
                Ok(answer) => answer.into_inner().staff_members.into_iter().map(recipient).collect(),
                // A jobcenter that cases does not know has no staff.
                Err(status) if status.code() == Code::NotFound => Ok(Vec::new()),
                Err(status) => Err(away(&status)),
            }
        })
    }

    fn person<'a>(&'a self, jobcenter: &'a JobcenterName, subject: &'a str) -> BoxFuture<'a, Result<Person, Failure>> {
        Box::pin(async move {
            let key = (jobcenter.to_string(), subject.to_owned());
            if let Some(person) = self.recall(&key) {
                return Ok(person);
            }
            let request = FindBySubjectRequest { parent: key.0.clone(), subject: subject.to_owned() };
            let person = match self.client.clone().find_by_subject(request).await {
                Ok(answer) => {
                    let Recipient { staff_member, team, .. } = recipient(answer.into_inner())?;
                    Person { staff_member: staff_member.to_string(), team }
                }
                Err(status) if status.code() == Code::NotFound => Person::default(),
                Err(status) => return Err(away(&status)),
            };
            self.remember(key, &person);
            Ok(person)
        })
    }
}

/// Every other answer of cases means that we cannot know; its words stay out of our log and of our answer.
fn away(status: &Status) -> Failure {
    tracing::warn!(code = ?status.code(), "cases did not say who belongs to the staff: {:?}", status.code());
    Failure::Unavailable { dependency: "cases" }
}

fn recipient(member: StaffMember) -> Result<Recipient, Failure> {
    let malformed = |_| Failure::Defect("cases named a staff member in no form of the contract".to_owned());
    let staff_member: StaffName = member.name.parse().map_err(malformed)?;
    Ok(Recipient { staff_member, address: member.email, team: member.team })
}

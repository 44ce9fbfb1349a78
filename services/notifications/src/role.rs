//! Puts the service together: what `lotse serve notifications` runs and what a test runs.

use std::sync::Arc;

use lettre::message::Mailbox;
use lotse_kernel::names::{JobcenterId, JobcenterName};
use lotse_platform::{
    authorization::{Person, PolicyError},
    clock::{BusinessClock, WallClock},
    database::Database,
    failure::Failure,
    metrics::MetricsError,
    principal::{Caller, PrincipalKind},
    server::{Background, Surface},
    unit::Desk,
};
use sqlx::PgPool;
use thiserror::Error;

use crate::{
    access,
    config::Smtp,
    courier::{Counts, Courier},
    grpc,
    mail::{MailError, Mailer},
    neighbours::staff::StaffDirectory,
    texts::{TextError, Texts},
};

/// The service cannot be put together.
#[derive(Debug, Error)]
pub enum RoleError {
    /// The access policies are not sound.
    #[error(transparent)]
    Policies(#[from] PolicyError),
    /// A text is faulty.
    #[error(transparent)]
    Texts(#[from] TextError),
    /// The mail server cannot be used as configured.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// A metric could not be registered.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
}

/// What every operation of this service works with; cheap to clone.
#[derive(Debug, Clone)]
pub struct Office {
    /// Database, clock, policies.
    pub desk: Desk,
    /// The staff table of cases.
    pub staff: Arc<dyn StaffDirectory>,
    /// The texts of notices.
    pub texts: Arc<Texts>,
    /// The sender of e-mails; none while no mail server is configured.
    pub sender: Option<Mailbox>,
}

impl Office {
    /// Puts the parts together.
    ///
    /// # Errors
    /// When policies or texts are faulty.
    pub fn new(
        database: Database,
        clock: BusinessClock,
        staff: Arc<dyn StaffDirectory>,
        smtp: &Smtp,
    ) -> Result<Self, RoleError> {
        let desk = Desk { database, clock, wall: WallClock, policies: access::policies()? };
        let sender = smtp.server.as_ref().and(smtp.sender.as_ref()).map(|sender| sender.0.clone());
        Ok(Self { desk, staff, texts: Arc::new(Texts::load()?), sender })
    }

    /// The caller's staff record in the caller's own jobcenter; empty for machines and for callers of the whole cell.
    ///
    /// # Errors
    /// When cases is away.
    pub async fn person(&self, caller: &Caller) -> Result<Person, Failure> {
        let principal = &caller.principal;
        let home = principal.jobcenter.as_ref().and_then(|home| home.parse::<JobcenterId>().ok());
        match (principal.kind, home) {
            (PrincipalKind::Person, Some(home)) => {
                self.staff.person(&JobcenterName::new(home), &principal.subject).await
            }
            _ => Ok(Person::default()),
        }
    }
}

/// The public API and the process API over one office.
#[must_use]
pub fn surfaces(office: &Office) -> (Surface, Surface) {
    (grpc::public(office), grpc::process(office))
}

/// The task that hands e-mails to the mail server. `pool` connects as the role that may see deliveries of all jobcenters. Without a
/// mail server the task says so once and waits for its end: deliveries stay PENDING and are sent when there is one.
///
/// # Errors
/// When the mail server cannot be used as configured.
pub fn courier(office: &Office, pool: PgPool, smtp: &Smtp, counts: Counts) -> Result<Background, RoleError> {
    let Some(mailer) = Mailer::new(smtp)? else {
        return Ok(Background::new("courier", |stop| async move {
            tracing::warn!(
                "no mail server is configured (LOTSE_SMTP_SERVER): notices reach the inbox only, e-mails wait"
            );
            stop.cancelled().await;
        }));
    };
    let courier = Courier::new(pool, mailer, Arc::clone(&office.texts), smtp, office.desk.database.bell(), counts);
    Ok(Background::new("courier", |stop| courier.run(stop)))
}

//! The staff table as its process API shows it, served over a socket: the service under test calls it as it calls cases.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use lotse_proto::cases::{
    FindBySubjectRequest, ListRecipientsRequest, ListRecipientsResponse, StaffFunction, StaffMember,
    staff_directory_service_server::{StaffDirectoryService, StaffDirectoryServiceServer},
};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, transport::server::TcpIncoming};

use super::{JOBCENTER, fresh};

#[derive(Clone, Default)]
struct Table {
    members: Arc<Mutex<Vec<StaffMember>>>,
    away: Arc<AtomicBool>,
}

/// A served staff table.
pub struct Staff {
    table: Table,
    address: SocketAddr,
    stop: CancellationToken,
}

impl Staff {
    pub fn start() -> Self {
        let (table, stop) = (Table::default(), CancellationToken::new());
        let incoming =
            TcpIncoming::bind("127.0.0.1:0".parse().expect("a stage for the test")).expect("a stage for the test");
        let address = incoming.local_addr().expect("a stage for the test");
        let router = tonic::transport::Server::builder().add_service(StaffDirectoryServiceServer::new(table.clone()));
        let stopped = stop.clone().cancelled_owned();
        tokio::spawn(async move { router.serve_with_incoming_shutdown(incoming, stopped).await });
        Self { table, address, stop }
    }

    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Hires somebody; gives the resource name.
    pub fn hire(&self, subject: &str, team: &str, functions: &[StaffFunction]) -> String {
        let name = format!("{JOBCENTER}/staff/{}", fresh());
        self.table.members.lock().expect("a stage for the test").push(StaffMember {
            name: name.clone(),
            subject: subject.to_owned(),
            display_name: subject.to_owned(),
            email: format!("{subject}@jobcenter.example"),
            team: team.to_owned(),
            functions: functions.iter().map(|function| i32::from(*function)).collect(),
            ..StaffMember::default()
        });
        name
    }

    /// Changes the address of somebody.
    pub fn move_mail(&self, name: &str, email: &str) {
        for member in
            self.table.members.lock().expect("a stage for the test").iter_mut().filter(|member| member.name == name)
        {
            email.clone_into(&mut member.email);
        }
    }

    /// Cases is away from now on, or back.
    pub fn away(&self, away: bool) {
        self.table.away.store(away, Ordering::Relaxed);
    }
}

impl Drop for Staff {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Table {
    fn find(&self, fits: impl Fn(&StaffMember) -> bool) -> Result<Vec<StaffMember>, Status> {
        if self.away.load(Ordering::Relaxed) {
            return Err(Status::unavailable("away"));
        }
        Ok(self.members.lock().expect("a stage for the test").iter().filter(|member| fits(member)).cloned().collect())
    }
}

#[tonic::async_trait]
impl StaffDirectoryService for Table {
    async fn list_recipients(
        &self,
        request: Request<ListRecipientsRequest>,
    ) -> Result<Response<ListRecipientsResponse>, Status> {
        let audience = request.into_inner().audience.unwrap_or_default();
        let staff_members = self.find(|member| {
            if audience.staff_member.is_empty() {
                member.team == audience.team && member.functions.contains(&audience.function)
            } else {
                member.name == audience.staff_member
            }
        })?;
        Ok(Response::new(ListRecipientsResponse { staff_members }))
    }

    async fn find_by_subject(&self, request: Request<FindBySubjectRequest>) -> Result<Response<StaffMember>, Status> {
        let request = request.into_inner();
        let found =
            self.find(|member| member.subject == request.subject && member.name.starts_with(&request.parent))?;
        found.into_iter().next().map(Response::new).ok_or_else(|| Status::not_found("nobody"))
    }
}

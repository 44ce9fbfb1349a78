//! The table of contents: one line per RPC.

use lotse_platform::{server::Surface, service, unit::Desk};
use lotse_proto::cases::{
    self as contract, jobcenter_service_server::JobcenterServiceServer,
    staff_directory_service_server::StaffDirectoryServiceServer, staff_service_server::StaffServiceServer,
};

use crate::operations::{
    find_by_subject, get_case, get_jobcenter, get_staff_member, list_cases, list_recipients, list_staff_members,
    record_profile, register_case, register_jobcenter, register_staff_member, update_staff_member,
};

/// The services of this crate over one desk.
#[derive(Debug, Clone)]
struct Api {
    desk: Desk,
}

/// What clients call.
#[must_use]
pub fn public(desk: &Desk) -> Surface {
    let api = Api { desk: desk.clone() };
    Surface::default().with(JobcenterServiceServer::new(api.clone())).with(StaffServiceServer::new(api.clone()))
}

/// What workers and sibling services call.
#[must_use]
pub fn process(desk: &Desk) -> Surface {
    let api = Api { desk: desk.clone() };
    Surface::default().with(StaffDirectoryServiceServer::new(api))
}

service! { Api: contract::jobcenter_service_server::JobcenterService {
    register_jobcenter(contract::RegisterJobcenterRequest) -> contract::Jobcenter;
    get_jobcenter(contract::GetJobcenterRequest) -> contract::Jobcenter;
} }

service! { Api: contract::staff_service_server::StaffService {
    register_staff_member(contract::RegisterStaffMemberRequest) -> contract::StaffMember;
    update_staff_member(contract::UpdateStaffMemberRequest) -> contract::StaffMember;
    get_staff_member(contract::GetStaffMemberRequest) -> contract::StaffMember;
    list_staff_members(contract::ListStaffMembersRequest) -> contract::ListStaffMembersResponse;
} }

service! { Api: contract::staff_directory_service_server::StaffDirectoryService {
    list_recipients(contract::ListRecipientsRequest) -> contract::ListRecipientsResponse;
    find_by_subject(contract::FindBySubjectRequest) -> contract::StaffMember;
} }

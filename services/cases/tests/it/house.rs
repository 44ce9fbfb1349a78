//! A jobcenter with four people, and how tests read an answer's reason.

use jiff::civil::{Date, date};
use lotse_cases::{SCHEMA, migrations, role};
use lotse_devstack::service::{Client, Service};
use lotse_proto::cases::{
    self as contract, case_service_client::CaseServiceClient, jobcenter_service_client::JobcenterServiceClient,
    staff_service_client::StaffServiceClient,
};
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

/// The day on which tests of this service happen, a Monday.
pub const TODAY: Date = date(2026, 3, 2);

/// The running service with jobcenter `musterstadt` and its staff.
pub struct House {
    pub service: Service,
    /// Case manager of team `ue25`.
    pub anna: contract::StaffMember,
    /// Placement officer.
    pub bernd: contract::StaffMember,
}

/// A request id that is the same for the same words.
pub fn request_id(words: &str) -> String {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, words.as_bytes()).to_string()
}

/// The reason of a refusal.
pub fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

/// The fields a refusal complains of.
pub fn violations(status: &Status) -> Vec<String> {
    let bad = status.get_details_bad_request();
    bad.into_iter().flat_map(|bad| bad.field_violations).map(|violation| violation.field).collect()
}

impl House {
    pub async fn open() -> Self {
        let service = Service::start(SCHEMA, migrations(), TODAY, |database, clock| {
            Ok(role::surfaces(&role::desk(database, clock)?))
        })
        .await;
        let service = service.expect("the service starts");
        let admin = service.person("operator", None, &["administrator"]).expect("a token");
        for id in ["musterstadt", "nachbarstadt"] {
            JobcenterServiceClient::new(admin.clone()).register_jobcenter(jobcenter(id)).await.expect("a jobcenter");
        }
        let mut staff = StaffServiceClient::new(admin);
        let mut hire = async |subject: &str, team: &str, function: contract::StaffFunction| {
            let request = contract::RegisterStaffMemberRequest {
                parent: "jobcenters/musterstadt".into(),
                staff_member: Some(contract::StaffMember {
                    subject: subject.into(),
                    display_name: format!("Frau {subject}"),
                    email: format!("{subject}@musterstadt.example"),
                    team: team.into(),
                    functions: vec![function.into()],
                    ..Default::default()
                }),
                request_id: request_id(subject),
            };
            staff.register_staff_member(request).await.expect("a staff member").into_inner()
        };
        let anna = hire("anna", "ue25", contract::StaffFunction::CaseManager).await;
        let bernd = hire("bernd", "", contract::StaffFunction::PlacementOfficer).await;
        hire("clara", "u25", contract::StaffFunction::CaseManager).await;
        Self { service, anna, bernd }
    }

    /// A client of the public API as one of the people.
    pub fn client(&self, subject: &str, role: &str) -> Client {
        self.service.person(subject, Some("musterstadt"), &[role]).expect("a token")
    }

    /// Bernd's client of the cases.
    pub fn bernd(&self) -> CaseServiceClient<Client> {
        CaseServiceClient::new(self.client("bernd", "placement-officer"))
    }

    /// A registration that is right.
    pub fn case(&self, number: &str) -> contract::RegisterCaseRequest {
        contract::RegisterCaseRequest {
            parent: "jobcenters/musterstadt".into(),
            case: Some(contract::Case {
                person: Some(contract::Person {
                    given_name: "Erika".into(),
                    family_name: "Mustermann".into(),
                    birth_date: Some(lotse_proto::Date { year: 1985, month: 5, day: 17 }),
                    customer_number: number.into(),
                    address_lines: vec!["Hauptstraße 1".into(), "12345 Musterstadt".into()],
                }),
                benefit_unit_number: "BG-1".into(),
                team: "ue25".into(),
                placement_officer: self.bernd.name.clone(),
                profile: Some(profile()),
                ..Default::default()
            }),
            request_id: request_id(number),
        }
    }

    /// How many rows of a kind the database holds, past every wall.
    pub async fn count(&self, what: &'static str) -> i64 {
        sqlx::query_scalar(what).fetch_one(self.service.owner()).await.expect("a count")
    }
}

/// A registration of a jobcenter.
pub fn jobcenter(id: &str) -> contract::RegisterJobcenterRequest {
    contract::RegisterJobcenterRequest {
        jobcenter_id: id.into(),
        jobcenter: Some(contract::Jobcenter {
            display_name: format!("Jobcenter {id}"),
            land: "NW".into(),
            address_lines: vec!["Am Markt 1".into(), "12345 Musterstadt".into()],
            ..Default::default()
        }),
        request_id: request_id(id),
    }
}

/// A complex profile with three needs (R19).
pub fn profile() -> contract::Profile {
    let need = |obstacle: &str| contract::NeedForAction {
        key_group: contract::KeyGroup::Circumstances.into(),
        obstacle: obstacle.into(),
        severity: 3,
    };
    contract::Profile {
        r#type: contract::ProfileType::Stabilisierungsprofil.into(),
        established_date: Some(lotse_proto::Date { year: 2026, month: 2, day: 27 }),
        needs: vec![need("Schulden"), need("Wohnung"), need("Kinderbetreuung")],
    }
}

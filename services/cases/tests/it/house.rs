//! A jobcenter with eight people, and how tests read an answer's reason.

use std::sync::{Arc, Mutex};

use jiff::civil::{Date, date};
use lotse_cases::{SCHEMA, migrations, role};
use lotse_devstack::{
    contract::Ledger,
    service::{Client, Service},
};
use lotse_proto::cases::{
    self as contract, PlacementObstacle as Obstacle, case_service_client::CaseServiceClient,
    duty_service_client::DutyServiceClient, episode_service_client::EpisodeServiceClient,
    jobcenter_service_client::JobcenterServiceClient, staff_service_client::StaffServiceClient,
    watch_service_client::WatchServiceClient,
};
use tonic::Status;
use tonic_types::StatusExt;
use uuid::Uuid;

use crate::next_door::NextDoor;

/// The day on which tests of this service happen, a Monday.
pub const TODAY: Date = date(2026, 3, 2);

/// The running service with jobcenter `musterstadt` and its staff.
pub struct House {
    pub service: Service,
    /// Case manager of team `ue25`.
    pub anna: contract::StaffMember,
    /// Placement officer.
    pub bernd: contract::StaffMember,
    /// Case manager of another team.
    pub clara: contract::StaffMember,
    /// Who keeps referrals and letters.
    pub siblings: Arc<NextDoor>,
    today: Mutex<Date>,
}

/// Subjects with the role of their token, their team and their function.
pub const PEOPLE: [(&str, &str, &str, Option<contract::StaffFunction>); 8] = [
    ("anna", "case-manager", "ue25", Some(contract::StaffFunction::CaseManager)),
    ("bernd", "placement-officer", "", Some(contract::StaffFunction::PlacementOfficer)),
    ("clara", "case-manager", "u25", Some(contract::StaffFunction::CaseManager)),
    ("doris", "team-lead", "ue25", Some(contract::StaffFunction::TeamLead)),
    ("emil", "benefits-officer", "", None),
    ("frida", "case-manager", "ue25", Some(contract::StaffFunction::CaseManager)),
    ("gerda", "team-lead", "u25", Some(contract::StaffFunction::TeamLead)),
    ("hanna", "controlling", "", None),
];

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
        let siblings = Arc::new(NextDoor::default());
        let next_door = Arc::clone(&siblings);
        let service = Service::start(SCHEMA, migrations(), TODAY, |database, clock| {
            Ok(role::surfaces(&role::office(database, clock, next_door)?))
        })
        .await;
        let service = service.expect("the service starts");
        let mut owner = service.owner().acquire().await.expect("a connection");
        let shipped = lotse_kernel::policy::federal::versions().expect("the shipped policies");
        lotse_cases::release::load(&mut owner, &shipped).await.expect("the shipped policies are loaded");
        drop(owner);
        let admin = service.person("operator", None, &["administrator"]).expect("a token");
        for id in ["musterstadt", "nachbarstadt"] {
            JobcenterServiceClient::new(admin.clone()).register_jobcenter(jobcenter(id)).await.expect("a jobcenter");
        }
        let mut staff = StaffServiceClient::new(admin);
        let mut hired = Vec::new();
        for (subject, _, team, function) in PEOPLE {
            let request = contract::RegisterStaffMemberRequest {
                parent: "jobcenters/musterstadt".into(),
                staff_member: Some(contract::StaffMember {
                    subject: subject.into(),
                    display_name: format!("Frau {subject}"),
                    email: format!("{subject}@musterstadt.example"),
                    team: team.into(),
                    functions: function.into_iter().map(Into::into).collect(),
                    ..Default::default()
                }),
                request_id: request_id(subject),
            };
            hired.push(staff.register_staff_member(request).await.expect("a staff member").into_inner());
        }
        let mut hired = hired.into_iter();
        let mut next = || hired.next().expect("everybody is hired");
        Self { service, anna: next(), bernd: next(), clara: next(), siblings, today: Mutex::new(TODAY) }
    }

    /// The business date.
    pub fn today(&self) -> Date {
        *self.today.lock().expect("a clock")
    }

    /// Moves the business date on; the clock knows no way back.
    pub async fn move_to(&self, day: Date) {
        assert!(day >= self.today(), "business time does not go back");
        self.service.move_to(day).await.expect("the clock moves");
        *self.today.lock().expect("a clock") = day;
    }

    /// A client of the public API as one of the people in their role; `operator` administers.
    pub fn who(&self, subject: &str) -> Client {
        match PEOPLE.iter().find(|(name, ..)| *name == subject) {
            Some((_, role, ..)) => self.client(subject, role),
            None => self.client(subject, "administrator"),
        }
    }

    /// The administrator of all jobcenters.
    pub fn operator(&self) -> Client {
        self.service.person("operator", None, &["administrator"]).expect("a token")
    }

    /// Somebody's client of the episodes.
    pub fn episodes(&self, subject: &str) -> EpisodeServiceClient<Client> {
        EpisodeServiceClient::new(self.who(subject))
    }

    /// Somebody's client of the duties.
    pub fn duties(&self, subject: &str) -> DutyServiceClient<Client> {
        DutyServiceClient::new(self.who(subject))
    }

    /// Somebody's client of the watches.
    pub fn watches(&self, subject: &str) -> WatchServiceClient<Client> {
        WatchServiceClient::new(self.who(subject))
    }

    /// A client of the process API.
    pub fn sibling(&self) -> Client {
        self.service.sibling("worker").expect("a token")
    }

    /// Everything that is stored, to be compared.
    pub async fn everything(&self) -> Ledger {
        Ledger::take(self.service.owner()).await
    }

    /// How many refusals were audited.
    pub async fn refusals(&self) -> i64 {
        self.count("SELECT count(*) FROM audit_log WHERE outcome = 'refused'").await
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
            case: Some(crate::requests::case(number, &self.bernd.name)),
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
            municipality: "05515000".into(),
            address_lines: vec!["Am Markt 1".into(), "12345 Musterstadt".into()],
            ..Default::default()
        }),
        request_id: request_id(id),
    }
}

/// A complex profile with three needs (R19).
pub fn profile() -> contract::Profile {
    let need = |obstacle: Obstacle, priority| contract::NeedForAction {
        key_group: contract::KeyGroup::Circumstances.into(),
        obstacle: obstacle.into(),
        severity: 3,
        priority,
        ..Default::default()
    };
    contract::Profile {
        r#type: contract::ProfileType::Stabilisierungsprofil.into(),
        established_date: Some(lotse_proto::Date { year: 2026, month: 2, day: 27 }),
        needs: vec![need(Obstacle::Debts, 1), need(Obstacle::Housing, 2), need(Obstacle::Childcare, 3)],
    }
}

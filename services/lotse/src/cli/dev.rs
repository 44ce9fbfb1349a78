//! `lotse dev`: everything on a private PostgreSQL and Temporal, furnished with the jobcenter and the people of the demo.

use std::{fmt, path::PathBuf, time::Duration};

use lotse_devstack::{DevStack, Options};
use lotse_platform::clock::WallClock;
use serde::Serialize;

use super::answer;
use crate::{
    journey::{Journey, furnish},
    stack::{DATABASE, Stack, person_token},
    staging,
};

/// Longest wait for calls under way: whoever stops a desk does not want to wait for the slowest one.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// Runs everything until Ctrl-C or SIGTERM; says where everything is once it can be used.
pub(super) async fn dev(json: bool) -> anyhow::Result<()> {
    let servers = DevStack::start(Options::default()).await?;
    let stack = Stack::start(servers, WallClock.now()).await?;
    let standing = Standing::of(&stack).await?;
    let stopping = lotse_platform::server::on_signal()?;
    if json {
        answer::json(&standing)?;
    } else {
        answer::say(&standing)?;
    }
    stopping.cancelled().await;
    tokio::time::timeout(STOP_PATIENCE, stack.stop()).await??;
    Ok(())
}

/// Where everything is, and who may do what with it.
#[derive(Debug, Serialize)]
struct Standing {
    /// All services and the clock at one address.
    address: String,
    services: Vec<Listening>,
    postgres: String,
    temporal: String,
    temporal_namespace: String,
    /// The folder with the issuer's keys.
    keys: PathBuf,
    jobcenter: String,
    people: Vec<Caller>,
}

/// Where one service listens.
#[derive(Debug, Serialize)]
struct Listening {
    service: &'static str,
    public: String,
    process: String,
    admin: String,
}

/// Somebody with a token.
#[derive(Debug, Serialize)]
struct Caller {
    subject: String,
    roles: Vec<String>,
    /// The record in the staff table; the operator's administrator has none and serves the whole cell.
    staff: Option<String>,
    token: String,
}

impl Standing {
    /// Furnishes the stack and gathers what its user has to know.
    async fn of(stack: &Stack) -> anyhow::Result<Self> {
        let story = staging::demo()?;
        let staff = furnish(&staging::target(stack), &story).await.map_err(anyhow::Error::msg)?;
        let url = |address| format!("http://{address}");
        let services = stack.addresses().iter().map(|address| Listening {
            service: address.service,
            public: url(address.public),
            process: url(address.process),
            admin: url(address.admin),
        });
        Ok(Self {
            address: url(stack.front()),
            services: services.collect(),
            postgres: stack.servers().database_url(DATABASE),
            temporal: stack.servers().temporal_address().to_owned(),
            temporal_namespace: stack.servers().namespace().to_owned(),
            keys: stack.keys(),
            jobcenter: format!("jobcenters/{}", story.jobcenter.id),
            people: callers(stack, &story, staff)?,
        })
    }
}

/// The administrator, and everybody of the story in the order of their keys.
fn callers(stack: &Stack, story: &Journey, staff: Vec<(String, String)>) -> anyhow::Result<Vec<Caller>> {
    let issuer = stack.issuer();
    let administrator = vec!["administrator".to_owned()];
    let token = person_token(&issuer, "operator", None, &administrator)?;
    let mut callers = vec![Caller { subject: "operator".to_owned(), roles: administrator, staff: None, token }];
    for (subject, name) in staff {
        let roles: Vec<String> = story.people[&subject].roles.iter().map(|role| role.as_str().to_owned()).collect();
        let token = person_token(&issuer, &subject, Some(&story.jobcenter.id), &roles)?;
        callers.push(Caller { subject, roles, staff: Some(name), token });
    }
    Ok(callers)
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, services, postgres, temporal, temporal_namespace, keys, jobcenter, people } = self;
        writeln!(formatter, "\nLotse runs.\n\n  {:<14} {address}   (all services and the clock)", "address")?;
        for Listening { service, public, process, admin } in services {
            writeln!(formatter, "  {service:<14} {public}   (process API {process}, metrics and probes {admin})")?;
        }
        writeln!(formatter, "  {:<14} {postgres}", "PostgreSQL")?;
        writeln!(formatter, "  {:<14} {temporal}   (namespace {temporal_namespace})", "Temporal")?;
        writeln!(formatter, "  {:<14} {}\n\nTokens, for twelve hours:", "keys", keys.display())?;
        for Caller { subject, roles, staff, token } in people {
            let place = staff.as_ref().map_or("the whole cell", |_| jobcenter);
            writeln!(formatter, "\n{subject} ({}, {place})\n{token}", roles.join(", "))?;
        }
        let host = address.trim_start_matches("http://");
        if let [operator, someone, ..] = people.as_slice() {
            let grpcurl = |caller: &Caller| format!("grpcurl -plaintext -H 'authorization: Bearer {}'", caller.token);
            writeln!(formatter, "\nTry:\n  {} {host} list", grpcurl(operator))?;
            let request = format!(r#"{{"parent": "{jobcenter}"}}"#);
            let method = "lotse.cases.v1.StaffService/ListStaffMembers";
            writeln!(formatter, "  {} -d '{request}' {host} {method}", grpcurl(someone))?;
        }
        writeln!(formatter, "  lotse journey run FILE --against {address} --keys {}", keys.display())?;
        write!(formatter, "\nCtrl-C ends everything.")
    }
}

//! `lotse dev` and `lotse doctor`.

use std::time::Duration;

use lotse_devstack::{DevStack, Options, doctor as machine};
use lotse_platform::clock::WallClock;

use crate::stack::{Stack, person_token};

/// What the machine has; false when something needed is missing.
#[expect(clippy::print_stdout, reason = "the command answers on standard output")]
pub(super) fn doctor(json: bool) -> anyhow::Result<bool> {
    let report = machine::report();
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(report.ready)
}

/// Measures and prints; a missed goal is a finding and no failure.
#[expect(clippy::print_stdout, reason = "the command answers on standard output")]
pub(super) async fn bench(plan: crate::bench::Plan, json: bool) -> anyhow::Result<()> {
    let report = crate::bench::run(plan).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(())
}

/// Runs everything until Ctrl-C.
#[expect(clippy::print_stdout, reason = "the command tells where everything is")]
pub(super) async fn dev() -> anyhow::Result<()> {
    let servers = DevStack::start(Options::default()).await?;
    let stack = Stack::start(servers, WallClock.now()).await?;
    let issuer = stack.issuer();
    let front = stack.front();
    println!("\nLotse läuft.\n\n  {:<14} {front}   (alle Dienste und die Uhr)", "Adresse");
    for address in stack.addresses() {
        println!(
            "  {:<14} {}   (Prozess-API {}, Betrieb http://{})",
            address.service, address.public, address.process, address.admin
        );
    }
    println!("  {:<14} {}", "PostgreSQL", stack.servers().admin_url());
    println!(
        "  {:<14} {}\n  {:<14} {}\n",
        "Temporal",
        stack.servers().temporal_address(),
        "Schlüssel",
        stack.keys().display()
    );
    let admin = person_token(&issuer, "operator", None, &["administrator".to_owned()])?;
    println!("Token der Verwaltung (zwölf Stunden):\n{admin}\n");
    for (subject, role) in [("anna", "case-manager"), ("bernd", "placement-officer"), ("doris", "team-lead")] {
        let token = person_token(&issuer, subject, Some("musterstadt"), &[role.to_owned()])?;
        println!("Token für {subject} ({role}) in jobcenters/musterstadt:\n{token}\n");
    }
    println!(
        "Zum Ausprobieren:\n  grpcurl -plaintext -H 'authorization: Bearer {admin}' {front} list\n  grpcurl -plaintext -H 'authorization: Bearer {admin}' -d '{{\"jobcenter_id\": \"musterstadt\", \"jobcenter\": {{\"display_name\": \"Jobcenter Musterstadt\", \"land\": \"NW\", \"address_lines\": [\"Am Markt 1\"]}}, \"request_id\": \"0190a000-0000-7000-8000-000000000001\"}}' {front} lotse.cases.v1.JobcenterService/RegisterJobcenter\n"
    );
    println!(
        "  lotse journey run FILE --against http://{front} --keys {}\n\nStrg-C beendet alles.",
        stack.keys().display()
    );
    lotse_platform::server::on_signal()?.cancelled().await;
    // Whoever stops a desk does not want to wait for the slowest call.
    tokio::time::timeout(Duration::from_secs(10), stack.stop()).await??;
    Ok(())
}

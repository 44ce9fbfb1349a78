//! `lotse doctor` and `lotse bench`: what they find, as words or JSON.

use lotse_devstack::doctor as machine;

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

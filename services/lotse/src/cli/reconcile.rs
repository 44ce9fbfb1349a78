//! `lotse reconcile`: starts every open procedure of a service again, configured like that service.

use lotse_cases::store::open as cases;
use lotse_documents::store::open as documents;
use lotse_platform::{config::ClockKind, database};
use lotse_providers::store::open as providers;

use super::{Service, answer, serve};
use crate::reconcile::{self, Reconciled};

/// Reconciles one service. Progress goes to standard error, the outcome to standard output.
#[expect(clippy::print_stderr, reason = "progress is told beside the outcome")]
pub(super) async fn run(service: Service, json: bool) -> anyhow::Result<()> {
    let config = serve::common(service)?;
    let (section, spread) = (&config.database, config.clock.kind == ClockKind::Wall);
    let progress = |done: Reconciled| eprintln!("{} open procedures seen, {} starts written", done.open, done.written);
    let pool = database::relaying(section, service.schema())?;
    let done = match service {
        Service::Cases => {
            let episodes =
                reconcile::all(&pool, async |last| cases::episodes(&pool, last, spread).await, progress).await?;
            let activations =
                reconcile::all(&pool, async |last| cases::activations(&pool, last, spread).await, progress).await?;
            let watches =
                reconcile::all(&pool, async |last| cases::watches(&pool, last, spread).await, progress).await?;
            episodes + activations + watches
        }
        Service::Providers => {
            reconcile::all(&pool, async |last| providers::referrals(&pool, last, spread).await, progress).await?
        }
        Service::Documents => {
            reconcile::all(&pool, async |last| documents::letters(&pool, last, spread).await, progress).await?
        }
        // Nothing of notifications lives in Temporal.
        Service::Notifications => Reconciled::default(),
    };
    if json {
        return answer::json(&done);
    }
    answer::say(format_args!("{} open procedures, {} starts written; the relay carries them", done.open, done.written))
}

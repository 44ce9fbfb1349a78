//! One stack per test binary, started by the first test that needs it.

use tokio::sync::OnceCell;

use crate::error::DevStackError;
use crate::stack::{DevStack, Options};

/// The stack of this process with both servers, started at the first call, ended with the process. Commits do not wait for
/// the disk.
///
/// # Errors
/// [`DevStackError`] says what is missing; the next call tries again.
pub async fn shared() -> Result<&'static DevStack, DevStackError> {
    static STACK: OnceCell<DevStack> = OnceCell::const_new();
    STACK.get_or_try_init(|| DevStack::start(Options { fsync: false, ..Options::default() })).await
}

/// The stack of this process with PostgreSQL alone, started at the first call, ended with the process. Commits do not wait
/// for the disk.
///
/// # Errors
/// [`DevStackError`] says what is missing; the next call tries again.
pub async fn shared_postgres() -> Result<&'static DevStack, DevStackError> {
    static STACK: OnceCell<DevStack> = OnceCell::const_new();
    STACK.get_or_try_init(|| DevStack::start(Options { fsync: false, temporal: false, ..Options::default() })).await
}

//! `lotse`: one executable, a role by each subcommand.

use std::process::ExitCode;

use clap::Parser as _;
use lotse::cli::Cli;

/// Every command makes and forgets thousands of small things on many threads: the system's allocator takes more of the processor for them and
/// keeps more memory between bursts.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    Cli::parse().run()
}

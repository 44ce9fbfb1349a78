//! `lotse`: one executable, a role by each subcommand.

use std::process::ExitCode;

use clap::Parser as _;
use lotse::cli::Cli;
use rustix::thread::disable_transparent_huge_pages;

/// Every command makes and forgets thousands of small things on many threads: the system's allocator takes more of the processor for
/// them.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A huge page is resident whole once a byte of it is used: a role that sets letters would hold three times its memory. A kernel
    // without the switch has no huge pages to refuse.
    disable_transparent_huge_pages(true).ok();
    Cli::parse().run()
}

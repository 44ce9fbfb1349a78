//! `lotse`: one executable, a role by each subcommand.

use std::process::ExitCode;

use clap::Parser as _;
use lotse::cli::Cli;

fn main() -> ExitCode {
    Cli::parse().run()
}

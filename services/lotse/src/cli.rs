//! The command line: what there is, and how a command's outcome becomes words and an exit code.

mod answer;
#[cfg(feature = "dev")]
mod desk;
#[cfg(feature = "dev")]
mod dev;
mod explain;
#[cfg(feature = "dev")]
mod letters;
mod outbox;
#[cfg(feature = "dev")]
mod play;
mod reconcile;
mod serve;
#[cfg(feature = "dev")]
mod token;
mod variables;

#[cfg(feature = "dev")]
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Case management for German jobcenters: beschäftigungsorientiertes Fallmanagement (bFM) as services and durable workflows.
#[derive(Debug, Parser)]
#[command(name = "lotse", version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// A service of Lotse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Service {
    /// Cases, episodes, duties.
    Cases,
    /// Providers, offers, referrals.
    Providers,
    /// Letters.
    Documents,
    /// Inbox and e-mail.
    Notifications,
}

impl Service {
    /// The schema of its tables.
    const fn schema(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Providers => "providers",
            Self::Documents => "documents",
            Self::Notifications => "notifications",
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve one service; configured by the variables that `lotse variables` lists.
    Serve {
        /// Which service.
        service: Service,
    },
    /// Run the workers of the workflows; configured likewise.
    Work,
    /// Create or update every schema; `LOTSE_MIGRATE_URL` connects as the owner.
    Migrate {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the `LOTSE_*` variables of a role, with their meaning and what is used when they are absent.
    Variables {
        /// Which role.
        role: variables::Configured,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Start every open procedure of a service again, after Temporal was lost; configured like that service.
    Reconcile {
        /// Which service.
        service: Service,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Look at events that were given up, or send them again; configured like the service.
    Outbox {
        #[command(subcommand)]
        command: outbox::Outbox,
    },
    /// Explain a date of law: when it is due and why, what a day is, which holidays there are, which policy governs. Asks no server
    /// unless told to.
    Explain(Box<crate::explain::Explain>),
    /// Say what this machine has and lacks for a dev stack.
    #[cfg(feature = "dev")]
    Doctor {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Run everything on a private PostgreSQL and Temporal until Ctrl-C; prints addresses and tokens of a jobcenter with staff.
    #[cfg(feature = "dev")]
    Dev {
        /// Print one line of JSON as soon as everything can be used.
        #[arg(long)]
        json: bool,
    },
    /// Watch one case live through two years.
    #[cfg(feature = "dev")]
    Demo {
        /// Print JSON instead of the timeline.
        #[arg(long)]
        json: bool,
    },
    /// Play stories over the public API.
    #[cfg(feature = "dev")]
    Journey {
        #[command(subcommand)]
        command: Journey,
    },
    /// Measure Lotse beside the bare database on a stack of its own.
    #[cfg(feature = "dev")]
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        /// Measure this instead of commands and lives.
        #[command(subcommand)]
        instead: Option<Bench>,
        #[command(flatten)]
        plan: crate::bench::Plan,
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Sign a token with the keys of a running `lotse dev`.
    #[cfg(feature = "dev")]
    Token(token::Wish),
}

#[cfg(feature = "dev")]
#[derive(Debug, Subcommand)]
enum Bench {
    /// Worklists and search over synthetic jobcenters.
    Worklist {
        #[command(flatten)]
        plan: crate::bench::WorklistsPlan,
        /// Print JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// The sweep of a day over everybody outside case management.
    Watch {
        #[command(flatten)]
        plan: crate::bench::WatchPlan,
        /// Print JSON instead of words.
        #[arg(long)]
        json: bool,
    },
}

#[cfg(feature = "dev")]
#[derive(Debug, Subcommand)]
enum Journey {
    /// Say everything that is wrong with the files, without playing them.
    Check {
        /// YAML files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Play the files, each on a fresh stack.
    Run {
        /// YAML files.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Play on a running `lotse dev` instead: the address it prints. Its clock is moved, and what is there stays there.
        #[arg(long, requires = "keys")]
        against: Option<String>,
        /// The folder with the keys of that stack, which `lotse dev` prints.
        #[arg(long, requires = "against")]
        keys: Option<PathBuf>,
        /// Print JSON instead of timelines.
        #[arg(long)]
        json: bool,
    },
}

impl Cli {
    /// Runs the command. Exit codes: 0 done, 1 failed, 2 not understood.
    #[must_use]
    pub fn run(self) -> ExitCode {
        // A single answer needs no threads.
        let mut builder = match &self.command {
            Command::Explain(_) => tokio::runtime::Builder::new_current_thread(),
            _ => tokio::runtime::Builder::new_multi_thread(),
        };
        let runtime = match builder.enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return told(&anyhow::Error::from(error)),
        };
        if let Command::Explain(explain) = &self.command {
            return runtime.block_on(explain::run(explain));
        }
        let outcome = runtime.block_on(self.command.run());
        // Blocking threads of a stopped stack must not hold the process back.
        runtime.shutdown_background();
        match outcome {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => told(&error),
        }
    }
}

#[expect(clippy::print_stderr, reason = "this is where a command says why it failed")]
fn told(error: &anyhow::Error) -> ExitCode {
    eprintln!("lotse: {error:#}");
    ExitCode::FAILURE
}

impl Command {
    async fn run(self) -> anyhow::Result<bool> {
        match self {
            Self::Serve { service } => serve::serve(service).await.map(|()| true),
            Self::Work => serve::work().await.map(|()| true),
            Self::Migrate { json } => serve::migrate(json).await.map(|()| true),
            Self::Variables { role, json } => variables::print(role, json).map(|()| true),
            Self::Reconcile { service, json } => reconcile::run(service, json).await.map(|()| true),
            Self::Outbox { command } => outbox::run(command).await.map(|()| true),
            Self::Explain(_) => anyhow::bail!("a question is answered before anything is started"),
            #[cfg(feature = "dev")]
            Self::Doctor { json } => desk::doctor(json),
            #[cfg(feature = "dev")]
            Self::Dev { json } => dev::dev(json).await.map(|()| true),
            #[cfg(feature = "dev")]
            Self::Demo { json } => play::demo(json).await,
            #[cfg(feature = "dev")]
            Self::Journey { command: Journey::Check { files } } => play::check(&files),
            #[cfg(feature = "dev")]
            Self::Journey { command: Journey::Run { files, against, keys, json } } => {
                play::run(&files, against.as_deref().zip(keys.as_deref()), json).await
            }
            #[cfg(feature = "dev")]
            Self::Bench { instead: Some(Bench::Worklist { plan, json }), .. } => {
                desk::bench_worklists(plan, json).await.map(|()| true)
            }
            #[cfg(feature = "dev")]
            Self::Bench { instead: Some(Bench::Watch { plan, json }), .. } => {
                desk::bench_watch(plan, json).await.map(|()| true)
            }
            #[cfg(feature = "dev")]
            Self::Bench { instead: None, plan, json } => desk::bench(plan, json).await.map(|()| true),
            #[cfg(feature = "dev")]
            Self::Token(wish) => token::print(&wish).map(|()| true),
        }
    }
}

//! The stand on which a journey is disturbed: real servers, each role a process of the real executable, a door before each API.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use jiff::civil::{Date, date};
use lotse::{
    journey::{Journey, Play, Player, Report, Step, Target, parse},
    stack::{
        SERVICES, Stack,
        apart::{Apart, WORKER},
    },
    staging,
};
use lotse_devstack::{DevStack, Options, smtp::SmtpSink};
use tokio::sync::OnceCell;

use crate::{
    canary::{self, Canaries},
    collector::{Collector, Span},
    door::{Doors, Trap, Victim, revive, strike},
    outcome::Outcome,
};

/// Every role that is a process.
pub const ROLES: [&str; 5] = ["cases", "providers", "documents", "notifications", WORKER];

/// How long a client repeats a call that nobody answers.
const PATIENCE: Duration = Duration::from_mins(1);

/// The story that is disturbed: the demo from its first day until the first review is decided. It has an episode that continues as
/// new, a referral, a letter, notices and e-mails. In every text sits a canary.
pub fn story() -> Journey {
    let mut journey = told();
    Canaries::plant(&mut journey);
    journey
}

/// The same as the demo tells it.
pub fn told() -> Journey {
    let mut journey = parsed();
    journey.steps.retain(|step| step.on <= REST);
    journey
}

/// The whole demo, to the end of aftercare, with the canaries of the story.
pub fn whole() -> Journey {
    let mut journey = parsed();
    Canaries::plant(&mut journey);
    journey
}

/// The day after the first review on which everything that its decision set off has come to rest.
pub const REST: Date = date(2031, 9, 8);

/// The demo, with a rest on the day after the first review.
fn parsed() -> Journey {
    let text = include_str!("../journeys/two_years_one_extension.yaml");
    let mut journey = parse("two_years_one_extension.yaml", text).expect("the journey is sound");
    let number = journey.steps.len() + 1;
    let first_half_year = journey.steps.partition_point(|step| step.on <= REST);
    journey.steps.insert(first_half_year, Step { number, line: 0, on: REST, note: String::new(), call: None });
    journey
}

/// What comes of the demo when nothing is disturbed.
pub struct Undisturbed {
    /// On the day of rest, where the story ends.
    pub at_rest: Outcome,
    /// At the end of the whole.
    pub at_end: Outcome,
}

/// What comes of the demo when nothing is disturbed, all roles in one process. It is played once.
pub async fn undisturbed() -> &'static Undisturbed {
    static PLAYED: OnceCell<Undisturbed> = OnceCell::const_new();
    PLAYED
        .get_or_init(|| async {
            let journey = whole();
            let begin = staging::begin(&journey).expect("a first day");
            let stack = Stack::start(servers().await, begin).await.expect("a stack");
            let mut at_rest = None;
            let look = async |step: &Step, play: &Play<'_, '_, '_>| {
                if at_rest.is_none() && step.on > REST {
                    at_rest = Some(Outcome::of(play, stack.servers(), stack.mail()).await);
                }
            };
            let (report, at_end) = played(staging::target(&stack), &journey, stack.servers(), stack.mail(), look).await;
            staging::stop(stack).await;
            sound(&report);
            let at_rest = at_rest.expect("a rest").expect("an outcome");
            Undisturbed { at_rest, at_end: at_end.expect("an outcome") }
        })
        .await
}

/// With commits that wait for the disk, as in production.
async fn servers() -> DevStack {
    DevStack::start(Options { fsync: true, ..Options::default() }).await.expect("PostgreSQL and Temporal")
}

/// A stack whose roles can be ended.
pub struct Stand {
    /// The stack.
    pub stack: Arc<Apart>,
    /// The doors before its APIs.
    pub doors: Doors,
    collector: Collector,
}

impl Stand {
    /// Starts everything for a journey.
    pub async fn up(journey: &Journey) -> Self {
        let executable = Path::new(env!("CARGO_BIN_EXE_lotse"));
        let begin = staging::begin(journey).expect("a first day");
        let mut stack = Apart::prepare(servers().await, begin, executable).await.expect("a stack");
        let mut doors = Doors::before(&mut stack).await.expect("doors");
        let collector = Collector::start().await.expect("a collector");
        // As talkative as an operator would ever make them.
        stack.log("trace");
        stack.trace_to(collector.address());
        let stack = Arc::new(stack);
        doors.open(&stack).expect("open doors");
        stack.start_all().await.expect("all roles");
        Self { stack, doors, collector }
    }

    /// Lets something be ended at the first call of a method.
    pub fn trap(&self, trap: Trap) {
        self.doors.set(trap);
    }

    /// Ends something as `kill -9` would.
    pub async fn strike(&self, victim: Victim) {
        strike(&self.stack, victim).await;
    }

    /// Starts it again.
    pub async fn revive(&self, victim: Victim) {
        revive(&self.stack, victim).await.expect("it starts again");
    }

    /// Plays the journey as patient clients would, and looks at what came of it. `before` is called before each step.
    pub async fn play(&self, journey: &Journey, mut before: impl AsyncFnMut(&Step)) -> Outcome {
        self.watch(journey, async |step, _| before(step).await).await
    }

    /// The same; `before` may look around.
    pub async fn watch(&self, journey: &Journey, before: impl AsyncFnMut(&Step, &Play<'_, '_, '_>)) -> Outcome {
        let target = Target::new(self.stack.issuer()).area_at("dev", format!("http://{}", self.stack.front()));
        let target = SERVICES.into_iter().fold(target.repeating_for(PATIENCE), |target, service| {
            let address = self.doors.public(service).expect("a door for each service");
            target.area_at(service, format!("http://{address}"))
        });
        let (report, outcome) = played(target, journey, self.stack.servers(), self.stack.mail(), before).await;
        if !report.passed {
            self.tell_logs();
        }
        sound(&report);
        self.stack.check_alive().await.expect("every role runs");
        self.doors.check();
        self.listen().await;
        outcome.expect("an outcome")
    }

    /// Fails when a canary is heard outside of the database: in a log of a role or a server, in what roles count or trace, in
    /// Temporal's own database with its histories, or among the files.
    pub async fn listen(&self) {
        let mut found = canary::heard_below(self.stack.servers().folder(), "postgres");
        found.extend(canary::heard(&self.collector.kept()).map(|words| format!("traces: …{words}…")));
        for role in ROLES {
            let counted = self.stack.metrics(role).await.unwrap_or_default();
            found.extend(canary::heard(counted.as_bytes()).map(|words| format!("metrics of {role}: …{words}…")));
        }
        assert!(found.is_empty(), "canaries are heard outside of the database:\n{}", found.join("\n"));
    }

    /// Whether these words stand in what was exported of traces.
    pub fn traced(&self, words: &str) -> bool {
        String::from_utf8_lossy(&self.collector.kept()).contains(words)
    }

    /// Every span that was exported.
    pub fn spans(&self) -> Vec<Span> {
        self.collector.spans()
    }

    /// Shows what could not be started again and what everyone said last, for whoever looks for the reason.
    fn tell_logs(&self) {
        let servers = ["postgres", "temporal"]
            .map(|server| (server, self.stack.servers().folder().join(format!("{server}.log"))));
        for (name, log) in ROLES.map(|role| (role, self.stack.log_of(role))).into_iter().chain(servers) {
            let log = std::fs::read_to_string(log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            println!("--- {name}\n{}", lines[lines.len().saturating_sub(15)..].join("\n"));
        }
        for trouble in self.doors.trouble() {
            println!("--- not started again: {trouble}");
        }
    }
}

async fn played(
    target: Target,
    journey: &Journey,
    servers: &DevStack,
    mail: &SmtpSink,
    mut before: impl AsyncFnMut(&Step, &Play<'_, '_, '_>),
) -> (Report, anyhow::Result<Outcome>) {
    let mut witness = ();
    let mut player = Player::new(target, &mut witness);
    let mut play = player.begin(journey).await;
    while let Some(step) = play.upcoming() {
        before(step, &play).await;
        play.next().await;
    }
    let outcome = Outcome::of(&play, servers, mail).await.context("the outcome cannot be seen");
    (play.end(), outcome)
}

fn sound(report: &Report) {
    let problems = report.steps.iter().flat_map(|step| {
        step.problems.iter().map(|text| format!("step {} ({}): {text}", step.step, step.call.as_deref().unwrap_or("-")))
    });
    let problems: Vec<String> = report.problem.iter().cloned().chain(problems).collect();
    assert!(report.passed, "the journey did not come out as told:\n{}", problems.join("\n"));
    assert_eq!(report.steps.len(), report.planned_steps);
}

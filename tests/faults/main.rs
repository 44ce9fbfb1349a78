//! Faults around a journey: whatever is ended with `kill -9`, nothing acknowledged is lost, nothing is done twice, and no data of a
//! person is heard outside of the database.
//!
//! Each test plays the same journey on servers of its own and compares what its people see at the end with the same journey
//! undisturbed. Roles are processes of the real executable; what is ended is started again on the same ports.

mod activation;
mod bench;
mod canary;
mod collector;
mod configuration;
mod demo;
mod desk;
mod door;
mod late;
mod machine;
mod message;
mod operators;
mod outcome;
mod place;
mod privacy;
mod rebuilt;
mod refusal;
mod stand;
mod trace;

use std::{process::ExitCode, sync::LazyLock};

use door::{
    Trap,
    Victim::{self, Role, Temporal},
    When::{self, During, Unheard},
};
use libtest_mimic::{Arguments, Trial};
use lotse::stack::{DATABASE, apart::WORKER};
use sqlx::PgPool;
use stand::{Stand, Undisturbed, story, undisturbed};
use tokio::runtime::Runtime;

/// How many stories are played at the same time. Mostly they wait: for what was ended to be missed, and to come back.
const ABREAST: usize = 10;

/// One for all stories.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// The harness of this target, which takes the arguments of the usual one and plays more stories at a time than there are cores.
fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(ABREAST);
    let together = libtest_mimic::run(&arguments, trials());
    let alone = libtest_mimic::run(&arguments, measured());
    if together.has_failed() { together.exit_code() } else { alone.exit_code() }
}

/// What measures and so needs the machine for itself, after all others.
fn measured() -> Vec<Trial> {
    vec![
        played("a_bench_sets_each_figure_beside_its_yardstick", bench::a_bench_sets_each_figure_beside_its_yardstick),
        played("a_bench_of_worklists_asks_every_question", bench::a_bench_of_worklists_asks_every_question),
        played("a_bench_of_the_watch_sweeps_a_day_whole", bench::a_bench_of_the_watch_sweeps_a_day_whole),
    ]
}

/// Everything else that is tested here, the longest first.
fn trials() -> Vec<Trial> {
    vec![
        played("temporal_is_lost_and_built_again", rebuilt::temporal_is_lost_and_built_again),
        played("servers_die_at_work", late::servers_die_at_work),
        played("services_die_late", late::services_die_late),
        played("a_worker_dies_between_a_step_and_its_report", late::a_worker_dies_between_a_step_and_its_report),
        played("services_die_at_work", services_die_at_work),
        played(
            "a_worker_dies_in_the_middle_of_an_activation",
            activation::a_worker_dies_in_the_middle_of_an_activation,
        ),
        played("a_worker_dies_between_an_errand_and_its_report", a_worker_dies_between_an_errand_and_its_report),
        played("no_data_of_a_person_leaves_the_database", privacy::no_data_of_a_person_leaves_the_database),
        played("commands_go_on_while_temporal_is_away", commands_go_on_while_temporal_is_away),
        played("the_undisturbed_story_has_what_faults_could_lose", the_undisturbed_story_has_what_faults_could_lose),
        played("a_desk_is_found_out_called_played_on_and_gone", desk::a_desk_is_found_out_called_played_on_and_gone),
        played("a_jobcenter_answers_by_its_own_rules", desk::answers::a_jobcenter_answers_by_its_own_rules),
        played("a_desk_says_in_words_how_it_is_called", desk::words::a_desk_says_in_words_how_it_is_called),
        played(
            "the_demo_tells_a_whole_life_and_leaves_its_letters",
            demo::the_demo_tells_a_whole_life_and_leaves_its_letters,
        ),
        played("a_role_answers_what_it_began_before_it_stops", operators::a_role_answers_what_it_began_before_it_stops),
        played(
            "a_role_is_sent_work_while_law_and_release_agree",
            operators::a_role_is_sent_work_while_law_and_release_agree,
        ),
        played("what_was_given_up_is_found_and_sent_again", operators::what_was_given_up_is_found_and_sent_again),
        held("every_role_names_all_that_is_missing", configuration::every_role_names_all_that_is_missing),
        held(
            "every_role_names_all_that_is_malformed_and_unknown",
            configuration::every_role_names_all_that_is_malformed_and_unknown,
        ),
        held("every_role_names_what_was_probably_meant", configuration::every_role_names_what_was_probably_meant),
        held("a_reader_may_have_read_enough", configuration::a_reader_may_have_read_enough),
        held("a_bare_machine_hears_what_to_install", machine::a_bare_machine_hears_what_to_install),
        held("what_is_too_old_is_told_with_its_version", machine::what_is_too_old_is_told_with_its_version),
        held("a_named_server_that_is_too_old_is_told", machine::a_named_server_that_is_too_old_is_told),
        held("a_machine_that_can_build_its_server_is_ready", machine::a_machine_that_can_build_its_server_is_ready),
        held("a_machine_that_has_everything_needs_no_go", machine::a_machine_that_has_everything_needs_no_go),
        held("programs_are_found_by_the_path", machine::programs_are_found_by_the_path),
        held("ids_are_masked_and_nothing_else", outcome::ids_are_masked_and_nothing_else),
        held("what_is_lost_or_twice_is_found", outcome::what_is_lost_or_twice_is_found),
        held("a_canary_is_heard_in_every_disguise", canary::a_canary_is_heard_in_every_disguise),
        held("every_text_of_the_story_becomes_a_canary", canary::every_text_of_the_story_becomes_a_canary),
    ]
}

fn played(name: &str, story: impl AsyncFnOnce() + Send + 'static) -> Trial {
    held(name, || RUNTIME.block_on(story()))
}

fn held(name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, || {
        test();
        Ok(())
    })
}

const fn at(method: &'static str, when: When, victim: Victim) -> Trap {
    Trap { method, when, victim }
}

/// Plays the story with all these faults and compares.
async fn disturbed_by(traps: &[Trap]) {
    let journey = story();
    let stand = Stand::up(&journey).await;
    for trap in traps {
        stand.trap(*trap);
    }
    let outcome = stand.play(&journey, async |_| {}).await;
    outcome.must_be(&undisturbed().await.at_rest);
}

async fn the_undisturbed_story_has_what_faults_could_lose() {
    let Undisturbed { at_rest, at_end } = undisturbed().await;
    for (what, early, late) in [
        ("events", 10, 30),
        ("letters", 1, 6),
        ("referrals", 1, 1),
        ("notices", 3, 10),
        ("mail", 3, 10),
        ("duty", 3, 10),
    ] {
        for (outcome, least) in [(at_rest, early), (at_end, late)] {
            assert!(outcome.count(what) >= least, "{} of {what}, not {least}", outcome.count(what));
        }
    }
    assert_eq!((at_rest.count("outbox"), at_end.count("outbox")), (0, 0), "everything arrived");
}

/// While Temporal is away, commands are answered and their events wait; afterwards each arrives once.
async fn commands_go_on_while_temporal_is_away() {
    let journey = story();
    let stand = Stand::up(&journey).await;
    let waiting = Waiting::of(&stand).await;
    let (mut away, mut today, mut most) = (false, None, 0);
    let outcome = stand
        .play(&journey, async |step| {
            // Time stands while Temporal is away, so it comes back in the evening; what is expected `eventually` needs it too.
            let needs_it = today != Some(step.on) || step.call.as_ref().is_none_or(|call| call.eventually);
            if away && needs_it {
                most = most.max(waiting.count().await);
                stand.revive(Temporal).await;
                away = false;
            } else if !away && !needs_it {
                stand.strike(Temporal).await;
                away = true;
            }
            today = Some(step.on);
        })
        .await;
    assert!(most >= 1, "no event ever waited: commands waited for Temporal instead");
    outcome.must_be(&undisturbed().await.at_rest);
}

/// The effect of an activity within a workflow task stands and its report is lost with the worker: the whole task is done again.
async fn a_worker_dies_between_an_errand_and_its_report() {
    disturbed_by(&[
        at("NoticeProcessService/CreateNotice", Unheard, Role(WORKER)),
        at("LetterProcessService/EnsureLetter", Unheard, Role(WORKER)),
        at("LetterProcessService/RenderLetter", Unheard, Role(WORKER)),
    ])
    .await;
}

/// Each service is ended while it works and when nobody has heard its answer.
async fn services_die_at_work() {
    disturbed_by(&[
        at("CaseService/RegisterCase", Unheard, Role("cases")),
        at("EpisodeService/CastVote", During, Role("cases")),
        at("EpisodeProcessService/TakeDutyStep", Unheard, Role("cases")),
        at("EpisodeService/DecideReview", Unheard, Role("cases")),
        at("ReferralService/SendReferral", Unheard, Role("providers")),
        at("ReferralService/RecordReport", During, Role("providers")),
        at("ReferralProcessService/TakeDutyStep", During, Role("providers")),
        at("LetterProcessService/EnsureLetter", Unheard, Role("documents")),
        at("LetterProcessService/RenderLetter", During, Role("documents")),
        at("LetterService/ConfirmPosting", Unheard, Role("documents")),
        at("NoticeProcessService/CreateNotice", Unheard, Role("notifications")),
        at("InboxService/ListNotices", During, Role("notifications")),
    ])
    .await;
}

/// The events that wait in the outboxes.
struct Waiting(PgPool);

impl Waiting {
    async fn of(stand: &Stand) -> Self {
        let url = stand.stack.servers().database_url(DATABASE);
        Self(PgPool::connect(&url).await.expect("the database"))
    }

    async fn count(&self) -> i64 {
        sqlx::query_scalar(
            r"
            SELECT (SELECT count(*) FROM cases.outbox_events)
                 + (SELECT count(*) FROM providers.outbox_events)
                 + (SELECT count(*) FROM documents.outbox_events)
            ",
        )
        .fetch_one(&self.0)
        .await
        .expect("the outboxes")
    }
}
